//! `biaochi plan`: what plans say, and the ledger of tasks.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{Run, biaochi};

/// A task that is taken up in every test.
const TASK: &str = "division:632523/guide/R01";

fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let run = biaochi(folder.path(), &["init", "workspace"], "");
    assert_eq!(run.code, 0, "{}", run.err);
    folder
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let run = biaochi(folder, &all, "");
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

fn task(folder: &Path, step: &str, more: &[&str]) -> Run {
    let mut all = vec!["plan", "task", step, TASK, "--actor", "王局长"];
    all.extend(more);
    biaochi(folder, &all, "")
}

fn adopt(folder: &Path) {
    let arguments = [
        "plan",
        "task",
        "adopt",
        "guide",
        "--organisation",
        "division:632523",
        "--actor",
        "县卫健局",
    ];
    let taken = json(folder, &arguments);
    assert!(taken["new"].as_u64() > Some(10), "{taken}");
    let again = json(folder, &arguments);
    assert_eq!(
        (again["new"].as_u64(), &again["known"]),
        (Some(0), &taken["new"])
    );
}

#[test]
fn plans_are_listed_shown_and_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let plans = json(folder.path(), &["plan", "list"]);
    assert_eq!(plans.as_array().map(Vec::len), Some(13));
    let coverage = json(folder.path(), &["plan", "coverage"]);
    let sum = |key: &str| -> u64 {
        let rows = coverage.as_array().into_iter().flatten();
        rows.filter_map(|row| row[key].as_u64()).sum()
    };
    assert_eq!(sum("targets"), 345);
    assert_eq!(sum("indicators") + sum("fields") + sum("milestones"), 345);
    let target = json(folder.path(), &["plan", "show", "sichuan", "T01"]);
    assert_eq!(target["subject"], "DRG-CMI");
    assert!(
        target["open"]
            .as_str()
            .is_some_and(|text| text.contains("分别")),
        "{target}"
    );
    let shown = biaochi(folder.path(), &["plan", "show", "lijiang", "T02"], "");
    assert!(shown.out.contains("≥1-2个（按下限 1 计）"), "{}", shown.out);
    let cascade = json(folder.path(), &["plan", "cascade", "tianjin"]);
    let compared = cascade["compared"].as_array().expect("a list");
    let smart = compared
        .iter()
        .find(|one| one["child"]["title"] == "智慧服务平均级别" && one["child"]["wanted"] == "≥2级")
        .expect("the subject of both");
    // The national plan asks for it by the end of 2022, the city names no date.
    assert_eq!(smart["difference"], "undated");
    assert_eq!(smart["parent"]["due"], "2022-12-31");
    let missing = biaochi(folder.path(), &["plan", "show", "guide", "T99"], "");
    assert_eq!(missing.code, 4, "{}", missing.err);
    assert!(missing.err.contains("T99"), "{}", missing.err);
}

#[test]
fn a_task_is_followed_to_its_acceptance() {
    let folder = workspace();
    let folder = folder.path();
    adopt(folder);
    assert_eq!(
        task(
            folder,
            "assign",
            &["--department", "医务科", "--to", "李主任"]
        )
        .code,
        0
    );
    let part = task(
        folder,
        "break-down",
        &[
            "--title",
            "重症医学科建设",
            "--department",
            "重症医学科",
            "--due",
            "2025-03-31",
        ],
    );
    assert!(part.out.contains("R01/1"), "{}", part.out);
    let plan = task(
        folder,
        "milestone",
        &["--title", "自评达标", "--due", "2024-06-30"],
    );
    assert_eq!(plan.code, 0, "{}", plan.err);
    fs::write(folder.join("自评报告.pdf"), b"abc").expect("own folder");
    let report = [
        "--progress",
        "60",
        "--text",
        "自评已完成",
        "--evidence",
        "自评报告.pdf",
    ];
    assert_eq!(task(folder, "report", &report).code, 0);
    let order = ["--reason", "进度滞后", "--reply-due", "2024-07-10"];
    assert_eq!(task(folder, "supervise", &order).code, 0);
    assert_eq!(task(folder, "submit", &["--text", "已达标"]).code, 0);

    let early = task(folder, "accept", &[]);
    assert_eq!(early.code, 1);
    assert!(early.err.contains("2 项没有了结"), "{}", early.err);
    assert_eq!(task(folder, "reply", &["--text", "已加派人手"]).code, 0);
    for step in ["submit", "accept"] {
        let part = format!("{TASK}/1");
        let run = biaochi(folder, &["plan", "task", step, &part, "--text", "完成"], "");
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let late = task(folder, "accept", &["--revision", "2"]);
    assert!(late.err.contains("刚刚被别人改动"), "{}", late.err);
    assert_eq!(task(folder, "accept", &["--text", "材料齐全"]).code, 0);

    let found = json(folder, &["plan", "task", "history", TASK]);
    assert_eq!(found["state"], "accepted");
    let file = &found["evidence"][0];
    assert_eq!(
        (&file["name"], &file["size"]),
        (&Value::from("自评报告.pdf"), &Value::from(3))
    );
    let path = file["path"].as_str().expect("a path");
    let kept = fs::read(folder.join("workspace/evidence").join(path)).expect("kept");
    assert_eq!(kept, b"abc");
    let kinds: Vec<&str> = found["history"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|action| action["action"].as_str())
        .collect();
    let expected = [
        "taken_up",
        "assigned",
        "broken_down",
        "milestone_planned",
        "reported",
        "supervised",
        "submitted",
        "replied",
        "accepted",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(found["history"][1]["actor"], "王局长");
}

#[test]
fn the_ledger_tells_who_is_late() {
    let folder = workspace();
    let folder = folder.path();
    adopt(folder);
    let arguments = [
        "plan",
        "tasks",
        "--plan",
        "guide",
        "--due",
        "2022-12-31",
        "--on",
        "2023-02-15",
    ];
    let late = json(folder, &arguments);
    let late = late.as_array().expect("a list");
    assert!(!late.is_empty());
    for task in late {
        assert_eq!(task["urgency"], "overdue by 46 days, level 3", "{task}");
        assert_eq!(task["told"], "主要负责人，列入督办");
    }
    let mut export = arguments.to_vec();
    export.extend(["-o", "台账.xlsx"]);
    let run = biaochi(folder, &export, "");
    assert_eq!(run.code, 0, "{}", run.err);
    let bytes = fs::read(folder.join("台账.xlsx")).expect("written");
    assert!(bytes.starts_with(b"PK"));
    let month = biaochi_month();
    let bulletin = json(folder, &["plan", "bulletin", "guide", "--month", &month]);
    let one = &bulletin["organisations"]["division:632523"];
    assert_eq!(one["tasks"], bulletin["total"]["tasks"]);
    assert!(one["overdue"].as_u64() > Some(0), "{bulletin}");
    let wrong = biaochi(folder, &["plan", "tasks", "--state", "finished"], "");
    assert_eq!(wrong.code, 2);
    let wrong = biaochi(
        folder,
        &["plan", "task", "assign", "R01", "--department", "x"],
        "",
    );
    assert_eq!(wrong.code, 2);
}

/// The month of now, as the ledger dates what the tests do.
fn biaochi_month() -> String {
    jiff::Zoned::now()
        .with_time_zone(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
        .strftime("%Y-%m")
        .to_string()
}

#[test]
fn status_names_what_is_open_and_what_is_done() {
    let folder = workspace();
    let folder = folder.path();
    let status = |unit: &str| {
        let arguments = [
            "plan",
            "status",
            "guide",
            "--unit",
            unit,
            "--on",
            "2024-06-30",
        ];
        json(folder, &arguments)
    };
    // Nothing is in the lake: values are missing, and what the document leaves open is not judged.
    let county = status("division:632523");
    assert!(county["tally"]["no_data"].as_u64() > Some(0), "{county}");
    assert_eq!(county["tally"]["needs_decision"], 1, "{county}");
    assert!(
        county["content_hash"]
            .as_str()
            .is_some_and(|hash| hash.len() == 64)
    );

    // Milestones are judged by their dates, until the task that serves them is accepted.
    let target = |status: &str, value: &Value| {
        let targets = value["targets"].as_array().into_iter().flatten();
        let found = targets.filter(|one| one["status"] == status);
        found
            .filter_map(|one| one["id"].as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let before = status("hospital:632523001");
    let overdue = target("overdue", &before);
    let first = overdue.first().expect("an overdue milestone");
    let plan = json(folder, &["plan", "show", "guide"]);
    let serves = |task: &&Value| {
        let ids = task["targets"].as_array();
        ids.is_some_and(|ids| ids.contains(&Value::from(first.as_str())))
    };
    let tasks = plan["tasks"].as_array().into_iter().flatten();
    for task in tasks.filter(serves) {
        let id = task["id"].as_str().expect("an id");
        let adopt = [
            "plan",
            "task",
            "adopt",
            "guide",
            "--organisation",
            "632523001",
            "--task",
            id,
        ];
        assert_eq!(json(folder, &adopt)["new"], 1);
        let name = format!("632523001/guide/{id}");
        for step in ["submit", "accept"] {
            let run = biaochi(folder, &["plan", "task", step, &name, "--text", "完成"], "");
            assert_eq!(run.code, 0, "{}", run.err);
        }
    }
    let after = status("hospital:632523001");
    assert!(target("done", &after).contains(first), "{after}");
    assert!(target("overdue", &after).len() < overdue.len());
    let wrong = biaochi(folder, &["plan", "status", "guide", "--unit", "贵德县"], "");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("division:522200"), "{}", wrong.err);
}

#[test]
fn a_pack_is_checked_with_file_line_and_clause() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("plan");
    fs::create_dir(&pack).expect("own folder");
    let files = [
        (
            "pack.toml",
            "format = 1\nkind = \"plan\"\nid = \"x\"\ntitle = \"示例\"\nversion = \"1\"\n[document]\nissuer = \"县\"\nplace = \"县\"\n",
        ),
        ("sources.toml", "[[source]]\nid = \"d\"\ntitle = \"示例\"\n"),
        ("README.md", "# 示例\n"),
        (
            "clauses.toml",
            "[[clause]]\nid = \"C01\"\nnumber = \"一\"\ntitle = \"甲\"\ntext = \"乙\"\nsource = \"d\"\n",
        ),
        (
            "targets.toml",
            "[[target]]\nid = \"T01\"\nclause = \"C01\"\ntitle = \"甲\"\nindicator = \"X\"\ncomparator = \">=\"\ncertainty = \"confirmed\"\nscope = { text = \"县\", measured = \"area\" }\n",
        ),
    ];
    for (name, text) in files {
        fs::write(pack.join(name), text).expect("own folder");
    }
    let run = biaochi(folder.path(), &["pack", "check", "plan"], "");
    assert_eq!(run.code, 3, "{}", run.err);
    let told = "targets.toml” 第 6 行 第 14 列：条款“C01”：目标“T01”的数值文件没有写明";
    assert!(run.out.contains(told), "{}", run.out);
}

#[test]
fn what_cannot_be_asked_of_a_plan_is_told() {
    let folder = workspace();
    let folder = folder.path();
    let check = |arguments: &[&str], code: i32, text: &str| {
        let mut all = vec!["plan"];
        all.extend(arguments);
        let run = biaochi(folder, &all, "");
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(text), "{arguments:?}: {}", run.err);
    };
    check(&["status", "nowhere"], 4, "nowhere");
    check(&["members", "guide", "T1"], 4, "是否为“T01”？");
    check(&["members", "guide", "T33"], 4, "没有数值");
    check(&["members", "guide", "T33", "--unit", "县"], 2, "不是对象");
    check(&["members", "guide", "T33", "--on", "昨天"], 2, "不是日期");
    check(&["status", "guide", "--each", "planet"], 2, "alliance");
    check(&["status", "guide", "--each", "department"], 2, "--target");
    check(&["status", "guide", "--target", "T33"], 2, "--each");
    check(&["status", "guide", "-o", "通报.docx"], 2, ".xlsx");
    check(
        &["status", "guide", "--each", "alliance", "-o", "x.pdf"],
        2,
        "工作簿",
    );
}

#[test]
fn status_goes_into_workbooks_and_tables() {
    let folder = workspace();
    let folder = folder.path();
    let unit = ["plan", "status", "guide", "--unit", "hospital:632523001"];
    let arguments = |more: &[&'static str]| [&unit[..], more].concat();
    let table = biaochi(folder, &arguments(&["--csv"]), "");
    assert_eq!(table.code, 0, "{}", table.err);
    assert!(table.out.starts_with("目标,题名,要求,"), "{}", table.out);
    let written = biaochi(folder, &arguments(&["-o", "状态.xlsx"]), "");
    assert_eq!(written.code, 0, "{}", written.err);
    let bytes = std::fs::read(folder.join("状态.xlsx")).expect("a workbook");
    assert!(bytes.starts_with(b"PK"));
    let each = json(
        folder,
        &["plan", "status", "guide", "--each", "institution"],
    );
    assert_eq!(each, Value::Array(Vec::new()));
}

#[test]
fn a_decision_of_the_commission_is_shown_with_its_author() {
    let folder = workspace();
    let folder = folder.path();
    let pack = folder.join("workspace/packs/own");
    std::fs::create_dir_all(&pack).expect("own folder");
    let write = |name: &str, text: &str| {
        std::fs::write(pack.join(name), text).expect("own folder");
    };
    write(
        "pack.toml",
        "format = 1\nkind = \"plan-decisions\"\nid = \"own\"\ntitle = \"决定\"\nversion = \"1\"\nplan = \"guide\"\n",
    );
    write("README.md", "# 决定\n");
    let decision = "[[decision]]\ntarget = \"T33\"\ntolerance = \"0.1\"\n\
                    decided_by = \"贵德县卫生健康局\"\ndecided_on = 2024-03-01\ndocument = \"贵卫〔2024〕3号\"\n";
    write("decisions.toml", decision);
    let checked = biaochi(folder, &["pack", "check", "workspace/packs/own"], "");
    assert_eq!(checked.code, 0, "{}", checked.out);
    let target = json(folder, &["plan", "show", "guide", "T33"]);
    assert_eq!(target["open"], Value::Null, "{target}");
    assert_eq!(target["decided"]["by"], "贵德县卫生健康局");
    let county = [
        "plan",
        "status",
        "guide",
        "--unit",
        "division:632523",
        "--on",
        "2024-06-30",
    ];
    let status = json(folder, &county);
    assert_eq!(status["tally"]["needs_decision"], Value::Null, "{status}");
    let shown = biaochi(folder, &county, "");
    assert!(
        shown
            .out
            .contains("〔本地决定：贵德县卫生健康局 2024-03-01〕"),
        "{}",
        shown.out
    );
    // A target that is not there makes the plan unusable, with the place of the slip.
    write("decisions.toml", &decision.replace("T33", "T333"));
    let wrong = biaochi(folder, &county, "");
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    assert!(
        wrong.err.contains("decisions.toml") && wrong.err.contains("T333"),
        "{}",
        wrong.err
    );
}

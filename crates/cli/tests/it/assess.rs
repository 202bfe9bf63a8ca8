//! Assessments on the command line: entered, run, objected to, decided, published, explained.

use std::fs;

use crate::run::{INSTITUTIONS, biaochi};

#[test]
fn a_district_assesses_its_hospital() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let folder = folder.path();
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    let good = |arguments: &[&str]| {
        let done = run(arguments);
        assert_eq!(done.code, 0, "{arguments:?}\n{}\n{}", done.out, done.err);
        done.out
    };
    good(&["init"]);
    let listed = good(&["assess", "schemes"]);
    assert!(
        listed.contains("wanshan-2021") && listed.contains("high-quality-index"),
        "{listed}"
    );
    let shown = good(&["assess", "schemes", "wanshan-2021"]);
    assert!(
        shown.contains("gate.otherwise") && shown.contains("假定"),
        "{shown}"
    );

    let enter = |more: &[&str]| {
        let mut arguments = vec!["assess", "enter", "wanshan-2021", "A1", "--period", "2021"];
        arguments.extend(more);
        arguments.extend(["--actor", "考核组"]);
        run(&arguments)
    };
    let scores = [
        "--phase", "q1=95", "--phase", "q3=95", "--phase", "half=95", "--phase", "end=95",
    ];
    assert_eq!(enter(&scores).code, 0);
    assert_eq!(enter(&["--attribute", "political-quality=好"]).code, 0);
    let wrong = enter(&["--phase", "q2=90"]);
    assert_eq!(wrong.code, 4);
    assert!(wrong.err.contains("q1、q3、half、end"), "{}", wrong.err);

    fs::write(
        folder.join("机构.csv"),
        "机构代码,机构名称,类别\nA1,区人民医院,综合医院 二级\n",
    )
    .expect("a folder of ours");
    let assess = [
        "assess",
        "run",
        "wanshan-2021",
        "--units",
        "机构.csv",
        "--actor",
        "考核办",
    ];
    let begun = good(&assess);
    assert!(
        begun.contains("wanshan-2021-2021-1") && begun.contains("较好"),
        "{begun}"
    );
    let why = good(&["explain", "wanshan-2021", "A1"]);
    for expected in [
        "得分 95.00，建议等次“较好”",
        "按得分为“好”",
        "政治素质考核“好”，党建工作成效考核“未提供”",
        "假定 gate.otherwise = 较好",
        "95 × 5% + 95 × 5% + 95 × 90% = 95",
    ] {
        assert!(why.contains(expected), "{expected} in\n{why}");
    }
    let json = good(&["--json", "explain", "wanshan-2021-2021-1", "A1"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["outcome"]["grade"]["by_band"], "好");

    let id = "wanshan-2021-2021-1";
    fs::write(folder.join("附件.txt"), "证明").expect("a folder of ours");
    good(&[
        "assess",
        "object",
        id,
        "A1",
        "--phase",
        "q1",
        "--claim",
        "漏计",
        "--evidence",
        "附件.txt",
        "--actor",
        "区医院",
    ]);
    let early = run(&["assess", "publish", id, "--actor", "领导小组"]);
    assert_eq!(early.code, 1);
    assert!(early.err.contains("1 件异议没有答复"), "{}", early.err);
    good(&[
        "assess",
        "reply",
        id,
        "1",
        "--uphold",
        "--words",
        "属实",
        "--actor",
        "考核办",
    ]);
    good(&[
        "assess",
        "adjust",
        id,
        "A1",
        "--phase",
        "q1",
        "--points",
        "97",
        "--reason",
        "改正",
        "--objection",
        "1",
        "--actor",
        "考核办",
    ]);
    let own = run(&[
        "assess",
        "decide",
        id,
        "1",
        "--approve",
        "--words",
        "同意",
        "--actor",
        "考核办",
    ]);
    assert_eq!(own.code, 1, "{}", own.err);
    good(&[
        "assess",
        "decide",
        id,
        "1",
        "--approve",
        "--words",
        "同意",
        "--actor",
        "领导小组",
    ]);
    let again = good(&["assess", "compute", id, "--actor", "考核办"]);
    assert!(again.contains("95.05"), "{again}");
    good(&[
        "assess",
        "publish",
        id,
        "--words",
        "审定",
        "--actor",
        "领导小组",
    ]);
    let verified = good(&["assess", "verify", id]);
    assert!(!verified.contains("不一致"), "{verified}");
    good(&["assess", "show", id, "-o", "得分.xlsx"]);
    assert!(fs::metadata(folder.join("得分.xlsx")).is_ok_and(|file| file.len() > 1000));

    let nobody = run(&["explain", "high-quality-index", "A1"]);
    assert_eq!(nobody.code, 4, "{}", nobody.err);
}

#[test]
fn scores_go_back_to_records_and_submissions() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let folder = folder.path();
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    let good = |arguments: &[&str]| {
        let done = run(arguments);
        assert!(
            [0, 3].contains(&done.code),
            "{arguments:?}\n{}\n{}",
            done.out,
            done.err
        );
        done.out
    };
    let json = |arguments: &[&str]| -> serde_json::Value {
        let all = [&["--json"], arguments].concat();
        serde_json::from_str(&good(&all)).expect("JSON")
    };
    let synth = [
        "synth",
        "-n",
        "400",
        "--seed",
        "4",
        "--from",
        "2025-01",
        "--to",
        "2025-04",
        "--single-file",
        "--out",
        "d",
        "-q",
    ];
    good(&[&synth[..], &INSTITUTIONS].concat());
    good(&["init", "w", "--weights", "demo-weights/synthetic"]);
    good(&["org", "import", "d/组织机构", "-w", "w"]);
    let assess = |more: &[&str]| {
        let begin = [
            "assess",
            "run",
            "wanshan-2021-demo",
            "--period",
            "2025",
            "-w",
            "w",
        ];
        run(&[&begin, more, &["--actor", "考核办"]].concat())
    };
    // Before anything was imported nothing has a value, and that is said.
    let empty = assess(&["--unit", "division:990121"]);
    assert_eq!(empty.code, 0, "{}", empty.err);
    assert!(empty.err.contains("还没有导入"), "{}", empty.err);
    let nowhere = assess(&["--unit", "division:1"]);
    assert_eq!(nowhere.code, 4, "{}", nowhere.err);

    good(&["import", "d/front-pages.csv", "-w", "w", "-q"]);
    let hospital = "12990121SYN0010100";
    let form = format!(
        "机构代码,期间,门诊患者满意度,住院患者满意度,患者满意度,医务人员满意度\n{hospital},2025,88,90,89.5,80\n"
    );
    fs::write(folder.join("满意度.csv"), form).expect("a folder of ours");
    good(&[
        "dataset",
        "import",
        "满意度.csv",
        "--actor",
        "张三",
        "-w",
        "w",
    ]);
    for (verb, actor) in [("submit", "张三"), ("approve", "李四")] {
        good(&["dataset", verb, "satisfaction", "--actor", actor, "-w", "w"]);
    }
    let begun = assess(&["--unit", "division:990121", "--id", "年度"]);
    assert_eq!(begun.code, 0, "{}{}", begun.out, begun.err);
    assert!(
        begun.out.contains("桃溪镇") && !begun.out.contains("望舒市"),
        "{}",
        begun.out
    );

    let explain = |item: &str| {
        json(&[
            "explain", "年度", hospital, item, "--phase", "end", "-w", "w",
        ])
    };
    let found = explain("H1");
    let item = &found["items"][0];
    let records = item["trace"]["records"].as_array().expect("records");
    assert_eq!(item["trace"]["indicator"]["id"], "SUR-SHARE");
    let decimal = |value: &serde_json::Value| -> rust_decimal::Decimal {
        let text = value.as_str().expect("a number as text");
        text.parse().expect("a number")
    };
    let reading = &item["score"]["reading"];
    for part in ["numerator", "denominator"] {
        let sum: rust_decimal::Decimal = records.iter().map(|one| decimal(&one[part])).sum();
        assert_eq!(sum, decimal(&reading[part]), "{part}");
    }
    let text = fs::read_to_string(folder.join("d/front-pages.csv")).expect("it is there");
    for record in records {
        assert!(
            record["file"]
                .as_str()
                .is_some_and(|file| file.ends_with("front-pages.csv"))
        );
        let line = record["line"].as_u64().expect("a line") as usize;
        let number = record["medical_record_number"].as_str().expect("a number");
        let row = text.lines().nth(line - 1).expect("the line is there");
        assert!(row.contains(number), "{number} in line {line}: {row}");
    }
    let told = good(&[
        "explain", "年度", hospital, "H1", "--phase", "end", "-w", "w",
    ]);
    assert!(
        told.contains("front-pages.csv") && told.contains("病案"),
        "{told}"
    );

    let found = explain("H12");
    let submission = &found["items"][0]["trace"]["submissions"][0];
    let cell = &submission["cells"][0];
    assert_eq!(
        (
            &submission["dataset"],
            &submission["file"],
            &submission["version"]
        ),
        (&"satisfaction".into(), &"满意度.csv".into(), &1.into())
    );
    assert_eq!(
        (&cell["field"], &cell["value"], &submission["approver"]),
        (&"patient_score".into(), &"89.5".into(), &"李四".into())
    );
    assert!(
        cell["row"]
            .as_str()
            .is_some_and(|row| row.contains("第 2 行")),
        "{cell}"
    );
    let told = good(&["explain", "年度", hospital, "H12", "-w", "w"]);
    assert!(told.contains("满意度年报 2025 第 1 版"), "{told}");

    // A later import changes what is known now, not what the run was made of.
    good(&[
        "import",
        "d/front-pages.csv",
        "-w",
        "w",
        "-q",
        "--mode",
        "correction",
    ]);
    assert_eq!(
        explain("H1")["items"][0]["trace"]["records"],
        serde_json::json!(records)
    );
    let verified = good(&["assess", "verify", "年度", "-w", "w"]);
    assert!(!verified.contains("不一致"), "{verified}");

    let stranger = run(&["explain", "年度", "nobody", "H1", "-w", "w"]);
    assert_eq!(stranger.code, 4, "{}", stranger.err);
    let phase = run(&[
        "explain", "年度", hospital, "H1", "--phase", "q2", "-w", "w",
    ]);
    assert_eq!(phase.code, 4);
    assert!(phase.err.contains("q1、q3、half、end"), "{}", phase.err);

    // The documents repeat to the byte.
    for (name, again) in [("a.pdf", "b.pdf"), ("c.pdf", "d.pdf")] {
        for file in [name, again] {
            let command: &[&str] = match name {
                "a.pdf" => &["report", "assessment", "年度", "-w", "w", "-o", file],
                _ => &[
                    "report",
                    "profile",
                    "云泽县人民医院",
                    "--plan",
                    "national-2021",
                    "--on",
                    "2026-01-05",
                    "-w",
                    "w",
                    "-o",
                    file,
                ],
            };
            good(command);
        }
        let read = |file: &str| fs::read(folder.join(file)).expect("it was written");
        assert!(
            read(name).starts_with(b"%PDF-") && read(name) == read(again),
            "{name}"
        );
    }
    let profile = json(&["report", "profile", hospital, "--period", "2025", "-w", "w"]);
    assert_eq!(profile["assessment"]["run"], "年度");
    assert_eq!(profile["indicators"][0]["id"], "IP-DISCHARGES");
    let page = run(&["report", "profile", "nobody", "-w", "w"]);
    assert_eq!(page.code, 4, "{}", page.err);
    let sheet = run(&["report", "assessment", "年度", "-w", "w", "-o", "x.xlsx"]);
    assert_eq!(sheet.code, 2, "{}", sheet.err);
}

#[test]
fn a_scheme_with_mistakes_is_told_all_of_them() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let folder = folder.path();
    fs::create_dir_all(folder.join("p/tables")).expect("a folder of ours");
    let pack = "format = 1\nkind = \"assessment\"\nid = \"x\"\ntitle = \"试\"\nversion = \"1\"\nbase = \"wanshan-2021\"\n";
    let table = r#"[table]
id = "hospital"
title = "医院"
applies_to = ["综合医院"]
source = "wanshan-2021"
clause = "x"

[[section]]
id = "s"
title = "一"

[[section.item]]
id = "A"
title = "甲"
points = "60"
indicator = "NO-SUCH"
shape = { kind = "linear", zero = "0", full = "100" }
source = "wanshan-2021"
clause = "x"

[[section.item]]
id = "B"
title = "乙"
points = "40"
dataset = "satisfaction"
field = "nothing"
shape = { kind = "curve" }
source = "nowhere"
clause = "x"
"#;
    fs::write(folder.join("p/pack.toml"), pack).expect("a folder of ours");
    fs::write(folder.join("p/tables/t.toml"), table).expect("a folder of ours");
    let checked = biaochi(folder, &["pack", "check", "p"], "");
    assert_eq!(checked.code, 3, "{}{}", checked.out, checked.err);
    for expected in ["t.toml", "NO-SUCH", "“kind”的值不对", "nowhere"] {
        assert!(
            checked.out.contains(expected),
            "{expected} in {}",
            checked.out
        );
    }
    // What is only unknown elsewhere is told once the form is right.
    let mended = table
        .replace("\"curve\"", "\"linear\", zero = \"0\", full = \"100\"")
        .replace("nowhere", "wanshan-2021");
    fs::write(folder.join("p/tables/t.toml"), mended).expect("a folder of ours");
    let checked = biaochi(folder, &["pack", "check", "p"], "");
    for expected in ["NO-SUCH", "satisfaction.nothing"] {
        assert!(
            checked.out.contains(expected),
            "{expected} in {}",
            checked.out
        );
    }
}

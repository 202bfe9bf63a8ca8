use std::fs;

use serde_json::Value;

use crate::run::{biaochi, county};

#[test]
fn findings_come_in_every_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let records = county(folder, &[]);
    let file = "d/front-pages.csv";
    let summary = biaochi(folder, &["check", file], "");
    let told = format!("{records} 份病案");
    assert!(summary.out.contains(&told), "{}", summary.out);
    let csv = biaochi(folder, &["check", file, "--csv"], "");
    let json = biaochi(folder, &["check", file, "--json"], "");
    let findings: usize = json
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .map(|record| record["findings"].as_array().map_or(0, Vec::len))
        .sum();
    assert!(findings > 0);
    assert_eq!(
        csv.out.lines().count(),
        findings + 1,
        "a line for each and the headings"
    );
    for name in ["o.csv", "o.json", "o.xlsx"] {
        biaochi(folder, &["check", file, "-o", name], "");
        assert!(
            fs::metadata(folder.join(name)).expect(name).len() > 100,
            "{name}"
        );
    }
    let written = fs::read_to_string(folder.join("o.csv")).expect("text");
    assert_eq!(written.trim_start_matches('\u{feff}'), csv.out);
    assert_eq!(
        fs::read(folder.join("o.xlsx")).expect("a file")[..2],
        *b"PK"
    );
}

#[test]
fn a_check_that_fails_leaves_the_old_findings_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for name in ["o.csv", "o.json", "o.xlsx"] {
        fs::write(folder.join(name), "old").expect("own folder");
        let run = biaochi(folder, &["check", "nothing.csv", "-o", name], "");
        assert_eq!(run.code, 1, "{}", run.err);
        assert_eq!(
            fs::read_to_string(folder.join(name)).expect("still there"),
            "old"
        );
    }
    assert_eq!(
        fs::read_dir(folder).expect("own folder").count(),
        3,
        "no draft is left"
    );
}

#[test]
fn an_import_fills_the_worklist_and_people_settle_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    county(folder, &[]);
    assert_eq!(biaochi(folder, &["init", "w"], "").code, 0);
    let imported = biaochi(folder, &["import", "d/front-pages.csv", "-w", "w"], "");
    assert!(
        imported.out.contains("工作清单：新增"),
        "{}{}",
        imported.out,
        imported.err
    );
    let ask = |arguments: &[&str]| -> Value {
        let all = [arguments, &["-w", "w", "--json"]].concat();
        let run = biaochi(folder, &all, "");
        assert_eq!(run.code, 0, "{}", run.err);
        serde_json::from_str(&run.out).expect("JSON")
    };
    let list = ask(&["worklist", "list", "--limit", "1"]);
    let before = list["count"].as_u64().expect("a number");
    let item = &list["items"][0];
    let text = |key: &str| item[key].as_str().expect("a text").to_owned();
    let name = format!("{}/{}", text("record_key"), text("check"));
    let assigned = ask(&[
        "worklist",
        "assign",
        &name,
        "--to",
        "张编码",
        "--actor",
        "质控员",
    ]);
    assert_eq!(
        (&assigned["state"], &assigned["assignee"]),
        (&"assigned".into(), &"张编码".into())
    );
    let reason = [
        "worklist",
        "accept",
        &name,
        "--reason",
        "已核对病历",
        "--actor",
        "张编码",
    ];
    assert_eq!(ask(&reason)["state"], "accepted");
    assert_eq!(ask(&["worklist", "list"])["count"], before - 1);
    let history = ask(&["worklist", "show", &name]);
    assert_eq!(history["history"].as_array().map(Vec::len), Some(3));
    assert_eq!(history["history"][2]["note"], "已核对病历");
    let replayed = ask(&["replay", "--checks", "front-page-checks"]);
    assert_eq!(
        replayed["checks"],
        Value::Array(Vec::new()),
        "the same checks find the same"
    );
    let unknown = biaochi(folder, &["worklist", "show", "ffff/X", "-w", "w"], "");
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("工作清单中没有"), "{}", unknown.err);
}

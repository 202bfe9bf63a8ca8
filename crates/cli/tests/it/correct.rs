use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{INSTITUTIONS, Run, biaochi};

const FILE: &str = "d/front-pages.csv";

/// A workspace with one month of a small county.
fn workspace(folder: &Path) {
    let synth = [
        "synth",
        "-n",
        "60",
        "--seed",
        "4",
        "--from",
        "2025-01",
        "--to",
        "2025-01",
        "--single-file",
        "--clean",
        "--out",
        "d",
        "-q",
    ];
    let made = biaochi(folder, &[&synth[..], &INSTITUTIONS].concat(), "");
    assert_eq!(made.code, 0, "{}", made.err);
    assert_eq!(biaochi(folder, &["init", "w"], "").code, 0);
    let import = biaochi(folder, &["import", FILE, "-w", "w", "-q"], "");
    assert_eq!(import.code, 0, "{}", import.err);
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    biaochi(folder, &[arguments, &["-w", "w"]].concat(), "")
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let run = run(folder, &[arguments, &["--json"]].concat());
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{arguments:?}: {}", run.err))
}

#[test]
fn a_record_is_corrected_and_the_month_exported() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    workspace(folder);
    let sql = "select organisation_code, record_key, coder, source_row from discharge order by source_row limit 1";
    let record = json(folder, &["sql", sql])[0].clone();
    let text = |name: &str| record[name].as_str().expect(name).to_owned();
    let (organisation, key) = (text("organisation_code"), text("record_key"));
    let correct = |set: &str, more: &[&str]| {
        let fixed = ["correct", "record", &organisation, &key[..10], "--set", set];
        let who = ["--reason", "核对病历", "--actor", "张编码"];
        run(folder, &[&fixed[..], &who, more].concat())
    };
    // Mistakes are told in Chinese and change nothing.
    for (set, code, part) in [
        ("nonsense=1", 2, "没有字段"),
        ("sex=7", 2, "不在值域"),
        ("coder", 2, "字段=值"),
        ("medical_record_number=1", 2, "病案标识"),
        ("diagnoses.code[1]=", 1, "不能入库"),
    ] {
        let refused = correct(set, &[]);
        assert_eq!(refused.code, code, "{set}: {}", refused.err);
        assert!(refused.err.contains(part), "{set}: {}", refused.err);
    }
    let unknown = run(
        folder,
        &[
            "correct",
            "record",
            &organisation,
            "ffff",
            "--set",
            "coder=x",
            "--reason",
            "r",
        ],
    );
    assert_eq!(unknown.code, 4, "{}", unknown.err);

    let done = correct("编码员=李编码", &[]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out.contains("第 1 版") && done.out.contains("李编码"),
        "{}",
        done.out
    );
    let late = correct("coder=王编码", &["--based-on", "0"]);
    assert_eq!(late.code, 1);
    assert!(late.err.contains("第 1 版"), "{}", late.err);
    let history = run(folder, &["correct", "history", &organisation, &key[..10]]);
    let parts = ["第 1 版", "张编码", "核对病历", "李编码", &text("coder")];
    for part in parts {
        assert!(history.out.contains(part), "{part}: {}", history.out);
    }

    let export = run(
        folder,
        &["export", FILE, "-o", "out.csv", "--summary", "s.xlsx"],
    );
    assert_eq!(export.code, 0, "{}{}", export.out, export.err);
    let delivered = fs::read_to_string(folder.join(FILE)).expect("text");
    let exported = fs::read_to_string(folder.join("out.csv")).expect("text");
    let row = record["source_row"].as_u64().expect("a row");
    let mut rows = (1..).zip(delivered.lines().zip(exported.lines()));
    assert!(rows.all(|(line, (old, new))| (old == new) == (line != row)));
    assert_eq!(
        fs::read(folder.join("s.xlsx")).expect("a file")[..2],
        *b"PK"
    );

    // The month comes again as it was: the import says so, and the correction comes back.
    let again = run(folder, &["import", FILE]);
    assert!(again.err.contains("correct reapply"), "{}", again.err);
    let reapplied = json(folder, &["correct", "reapply", "--month", "2025-01"]);
    assert_eq!(reapplied["restored"], 1);
    let sql = format!("select coder from discharge where record_key = '{key}'");
    assert_eq!(json(folder, &["sql", &sql])[0]["coder"], "李编码");
}

#[test]
fn an_export_never_harms_the_original() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    workspace(folder);
    let delivered = fs::read(folder.join(FILE)).expect("a file");
    let over = run(folder, &["export", FILE, "-o", "d/../d/front-pages.csv"]);
    assert_eq!(over.code, 2, "{}", over.err);
    assert!(over.err.contains("原文件"), "{}", over.err);
    assert_eq!(fs::read(folder.join(FILE)).expect("a file"), delivered);
    fs::write(folder.join("other.csv"), [&delivered[..], b"\n"].concat()).expect("own folder");
    fs::write(folder.join("out.csv"), "old").expect("own folder");
    let unknown = run(folder, &["export", "other.csv", "-o", "out.csv"]);
    assert_eq!(unknown.code, 4, "{}", unknown.err);
    assert!(unknown.err.contains("SHA-256"), "{}", unknown.err);
    assert_eq!(
        fs::read_to_string(folder.join("out.csv")).expect("a file"),
        "old"
    );
    assert!(!folder.join("out.csv.part").exists());
}

#[test]
fn certain_corrections_are_listed_from_a_file_without_a_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    workspace(folder);
    let text = fs::read_to_string(folder.join(FILE)).expect("text");
    let text = text.replacen("2025-01-", "2025/1/", 1);
    fs::write(folder.join("f.csv"), text).expect("own folder");
    let listed = biaochi(folder, &["correct", "suggest", "--file", "f.csv"], "");
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(listed.out.contains("日期写法"), "{}", listed.out);
    let missing = biaochi(folder, &["correct", "suggest", "--file", "none.csv"], "");
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("打不开"), "{}", missing.err);
    let month = run(folder, &["correct", "apply-suggestions", "--month", "2024"]);
    assert_eq!(month.code, 2);
    let none = run(
        folder,
        &["correct", "apply-suggestions", "--month", "1999-01"],
    );
    assert_eq!(none.code, 4, "{}", none.err);
}

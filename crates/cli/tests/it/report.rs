use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{Run, biaochi};

/// A workspace with three months of a small county.
fn workspace(folder: &Path) {
    let commands: [&[&str]; 3] = [
        &[
            "synth",
            "-n",
            "400",
            "--seed",
            "4",
            "--from",
            "2025-01",
            "--to",
            "2025-03",
            "--single-file",
            "--out",
            "d",
            "-q",
        ],
        &["init", "w", "--weights", "demo-weights/synthetic"],
        &["import", "d/front-pages.csv", "-w", "w", "-q"],
    ];
    for command in commands {
        let run = biaochi(folder, command, "");
        assert!([0, 3].contains(&run.code), "{}", run.err);
    }
}

#[test]
fn a_report_comes_to_the_screen_and_in_every_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    workspace(folder);
    let report = |more: &[&str]| -> Run {
        let arguments = [&["report", "quality", "-w", "w"][..], more].concat();
        biaochi(folder, &arguments, "")
    };
    let screen = report(&[]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    for words in [
        "2025年1—3月",
        "甲级率",
        "各机构",
        "主要问题",
        "-o 质量通报.pdf",
    ] {
        assert!(screen.out.contains(words), "{words}: {}", screen.out);
    }
    let forms: [(&str, &[&str]); 3] = [
        ("通报.pdf", &["--rate", "6500", "--issuer", "#panic()"]),
        ("b.xlsx", &["--lang", "en"]),
        ("c.json", &["--json"]),
    ];
    let runs = forms.map(|(name, more)| {
        let run = report(&[&["-o", name], more].concat());
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        run
    });
    assert!(runs[0].err.contains("通报.pdf"), "{}", runs[0].err);
    assert!(runs[1].out.contains("Mean score"), "{}", runs[1].out);
    let bytes = |name: &str| fs::read(folder.join(name)).expect(name);
    assert!(bytes("通报.pdf").starts_with(b"%PDF-"));
    assert!(bytes("b.xlsx").starts_with(b"PK"));
    let said: Value = serde_json::from_str(&runs[2].out).expect("JSON");
    let written: Value = serde_json::from_slice(&bytes("c.json")).expect("JSON");
    assert_eq!(said, written);
    let months = said["months"].as_array().expect("months").iter();
    let pages = months.filter_map(|month| month["figures"]["pages"].as_u64());
    assert_eq!(said["now"]["pages"], pages.sum::<u64>());
    let part = folder.join("通报.pdf.part");
    assert!(!part.exists(), "no draft is left");
}

#[test]
fn what_was_typed_wrong_or_is_not_there_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    workspace(folder);
    let check = |more: &[&str], code: i32, words: &str| {
        let arguments = [&["report", "quality", "-w", "w"][..], more].concat();
        let run = biaochi(folder, &arguments, "");
        assert_eq!(run.code, code, "{more:?}: {}{}", run.out, run.err);
        assert!(run.err.contains(words), "{more:?}: {}", run.err);
        assert_eq!(run.out, "", "{more:?}");
    };
    check(&["--from", "2025-13"], 2, "不是月份");
    check(
        &["--from", "2025-03", "--to", "2025-01"],
        2,
        "截止月份早于起始月份",
    );
    check(&["--rate", "-5"], 2, "");
    check(&["--rate", "很多"], 2, "6500");
    check(&["-o", "a.doc"], 2, ".pdf");
    check(&["--organisation", "X"], 4, "有结果的机构共");
    check(
        &["--from", "2020-01", "--to", "2020-02"],
        4,
        "2025-01 至 2025-03",
    );
    check(&["-o", "nowhere/a.pdf"], 1, "nowhere");
}

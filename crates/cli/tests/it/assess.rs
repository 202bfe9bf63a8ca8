//! Assessments on the command line: entered, run, objected to, decided, published, explained.

use std::fs;

use crate::run::biaochi;

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
        "得分 95，建议等次“较好”",
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

use std::fs;

use serde_json::Value;

use crate::run::{Run, biaochi};

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err))
}

#[test]
fn organisations_are_imported_seen_changed_and_exported() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| biaochi(folder.path(), arguments, "");
    let done = |arguments: &[&str]| {
        let run = run(arguments);
        assert_eq!(run.code, 0, "{arguments:?} {}{}", run.out, run.err);
        run
    };
    crate::run::county(folder.path(), &["--clean"]);
    done(&["init", "w"]);
    let rows = done(&["org", "import", "d/组织机构", "--json", "-w", "w"]);
    let rows = json(&rows);
    assert_eq!(
        (&rows["based_on"], &rows["revision"]),
        (&0.into(), &1.into())
    );
    assert_eq!(rows["delivered"]["institutions"], 20);

    let list = |arguments: &[&str]| {
        let all = [&["org", "list", "--json", "-w", "w"], arguments].concat();
        let found = json(&done(&all));
        found["institutions"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(list(&[]), 19);
    assert_eq!(list(&["--filter", "县级公立医院"]), 3);
    assert_eq!(list(&["--of", "云泽县", "--filter", "基层"]), 14);
    assert_eq!(list(&["--filter", "三级甲等", "--as-of", "2022-12-31"]), 1);
    assert_eq!(run(&["org", "list", "--filter", "四级", "-w", "w"]).code, 2);
    let none = run(&[
        "org",
        "list",
        "--of",
        "alliance:YZ-YGT",
        "--as-of",
        "2020-06-30",
        "-w",
        "w",
    ]);
    assert_eq!(none.code, 4, "{}", none.out);

    let card = json(&done(&[
        "org",
        "show",
        "云泽县人民医院",
        "--json",
        "-w",
        "w",
    ]));
    assert_eq!(card["unit"], "hospital:12990121SYN0010100");
    assert_eq!(card["institution"]["level"], "secondary");
    let shown = done(&["org", "show", "云泽县人民医院", "-w", "w"]).out;
    for text in [
        "二级甲等 综合医院 政府办",
        "云泽县紧密型县域医共体（牵头）",
        "实有床位",
        "医师",
    ] {
        assert!(shown.contains(text), "{shown}");
    }
    let tree = done(&["org", "tree", "-w", "w"]).out;
    assert!(
        tree.contains("├ 云泽县人民医院  二级甲等  hospital:"),
        "{tree}"
    );
    assert!(!tree.contains("department:"));
    let departments = done(&[
        "org",
        "tree",
        "云泽县妇幼保健院",
        "--departments",
        "-w",
        "w",
    ])
    .out;
    assert!(
        departments.contains("└ ") && departments.contains("department:"),
        "{departments}"
    );

    let beds = folder.path().join("床位.csv");
    fs::write(
        &beds,
        "机构代码,床位类别,床位数,生效日期\n12990121SYN0010100,编制床位,999,2026-01-01\n",
    )
    .expect("a file");
    let tried = done(&["org", "import", "床位.csv", "--dry-run", "-w", "w"]).out;
    assert!(
        tried.contains("→ 999") && tried.contains("没有导入"),
        "{tried}"
    );
    let changed = done(&["org", "import", "床位.csv", "--actor", "张三", "-w", "w"]).out;
    assert!(changed.contains("第 2 次改动"), "{changed}");
    let history = done(&["org", "history", "-w", "w"]).out;
    assert!(
        history.contains("张三") && history.contains("床位.csv"),
        "{history}"
    );

    done(&["org", "export", "-o", "导出.xlsx", "-w", "w"]);
    let again = done(&["org", "import", "导出.xlsx", "--replace", "-w", "w"]).out;
    assert!(again.contains("完全一致"), "{again}");
    done(&[
        "org",
        "export",
        "-o",
        "第一次",
        "--revision",
        "1",
        "-w",
        "w",
    ]);
    let back = json(&done(&[
        "org",
        "import",
        "第一次",
        "--replace",
        "--json",
        "-w",
        "w",
    ]));
    assert_eq!(back["changes"].as_array().map(Vec::len), Some(1), "{back}");

    // The organisations beside the front pages are not taken for some.
    done(&["import", "d", "-w", "w", "-q"]);
    let sql = "select level, count(*) as n from institution group by level order by n";
    let levels = done(&["sql", sql, "--json", "-w", "w"]);
    assert_eq!(json(&levels)[2]["n"], 14, "{}", levels.out);
}

#[test]
fn everything_wrong_with_a_delivery_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| biaochi(folder.path(), arguments, "");
    assert_eq!(run(&["init", "w"]).code, 0);
    assert_eq!(run(&["org", "template", "-o", "模板.xlsx"]).code, 0);
    assert_eq!(run(&["org", "import", "模板.xlsx", "-w", "w"]).code, 0);
    fs::write(
        folder.path().join("行政区划.csv"),
        "区划代码,区划名称,级别\n990121,云泽县,国\n,北渡县,县\n",
    )
    .expect("a file");
    let refused = run(&["org", "import", "行政区划.csv", "-w", "w"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.out.contains("第 2 行 “级别”列：“国”"),
        "{}",
        refused.out
    );
    assert!(
        refused.out.contains("第 3 行 “区划代码”列：没有填写"),
        "{}",
        refused.out
    );
    assert!(refused.err.contains("没有导入任何内容"), "{}", refused.err);
    let refused = run(&[
        "org",
        "import",
        "行政区划.csv",
        "--json",
        "--lang",
        "en",
        "-w",
        "w",
    ]);
    let problems = json(&refused);
    assert_eq!(problems["problems"][1]["line"], 3);
    assert_eq!(problems["problems"][1]["problem"], "nothing is filled in");
}

//! A data set from its template to a query.

use std::fs;
use std::path::Path;

use crate::run::biaochi;

const ENERGY: &str = r#"[dataset]
id = "energy_use"
title = "能源消耗季报"
purpose = "算能耗"
frequency = "quarter"
filled_by = "institution"
filler = "总务科"
approver = "规财股"
due_day = 20
source = "s"
certainty = "general"

[[field]]
id = "electricity"
title = "电费"
type = "decimal"
unit = "元"
definition = "含空调"
over_time = "sum"
required = true
min = "0"
example = "300000.00"

[[rule]]
id = "jump"
when = "electricity > 2 * previous_electricity"
severity = "warning"
message = "电费 {electricity} 是上期 {previous_electricity} 的两倍以上"
mend = "核对读数"
"#;

fn pack(folder: &Path) {
    fs::create_dir_all(folder.join("datasets")).expect("own folder");
    let files = [
        (
            "pack.toml",
            "format = 1\nkind = \"datasets\"\nid = \"county\"\ntitle = \"本县\"\nversion = \"1\"\n",
        ),
        ("README.md", "# 本县\n"),
        ("sources.toml", "[[source]]\nid = \"s\"\ntitle = \"测试\"\n"),
        ("datasets/energy_use.toml", ENERGY),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("own folder");
    }
}

#[test]
fn a_county_asks_a_hospital_and_uses_the_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    assert_eq!(run(&["init", "w"]).code, 0);
    pack(&folder.join("w/packs/county"));
    let checked = run(&["pack", "check", "w/packs/county", "-w", "w"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let list = run(&["dataset", "list", "-w", "w"]);
    assert!(
        list.out.contains("能源消耗季报"),
        "{}{}",
        list.out,
        list.err
    );

    let template = run(&[
        "dataset",
        "template",
        "energy_use",
        "--organisation",
        "A",
        "--period",
        "2024Q1",
        "-o",
        "t.xlsx",
        "-w",
        "w",
    ]);
    assert_eq!(template.code, 0, "{}{}", template.out, template.err);
    // An empty template is a draft that lacks what is required.
    let empty = run(&["dataset", "import", "t.xlsx", "--actor", "张三", "-w", "w"]);
    assert_eq!(empty.code, 3, "{}{}", empty.out, empty.err);
    assert!(empty.out.contains("没有填"), "{}", empty.out);

    let file = "机构代码,期间,电费（元）\nA,2024Q1,30万\nA,2024Q2,900000\n";
    fs::write(folder.join("f.csv"), file).expect("own folder");
    let faulty = run(&["dataset", "import", "f.csv", "--actor", "张三", "-w", "w"]);
    assert_eq!(faulty.code, 3, "{}{}", faulty.out, faulty.err);
    assert!(
        faulty.out.contains("f!C2") && faulty.out.contains("请填 300000"),
        "{}",
        faulty.out
    );
    fs::write(folder.join("f.csv"), file.replace("30万", "300000")).expect("own folder");
    let mended = run(&["dataset", "import", "f.csv", "--actor", "张三", "-w", "w"]);
    assert_eq!(mended.code, 0, "{}{}", mended.out, mended.err);
    assert!(mended.out.contains("两倍以上"), "{}", mended.out);

    let step = |verb: &str, more: &[&str]| {
        let mut arguments = vec!["dataset", verb, "energy_use", "-w", "w"];
        arguments.extend(more);
        run(&arguments)
    };
    let unexplained = step("submit", &["--actor", "张三"]);
    assert_eq!(
        unexplained.code, 1,
        "{}{}",
        unexplained.out, unexplained.err
    );
    assert_eq!(
        step("submit", &["--actor", "张三", "--comment", "新楼启用"]).code,
        0
    );
    assert_eq!(step("approve", &["--actor", "张三"]).code, 1);
    let approved = step("approve", &["--actor", "李四"]);
    assert_eq!(approved.code, 0, "{}{}", approved.out, approved.err);
    assert!(approved.out.contains("新增 2 份"), "{}", approved.out);

    let sql = "select period, electricity from energy_use order by period";
    let asked = run(&["sql", sql, "-w", "w", "--csv"]);
    assert_eq!(
        asked.out.trim(),
        "period,electricity\n2024Q1,300000.00\n2024Q2,900000.00",
        "{}",
        asked.err
    );
    let status = run(&[
        "dataset",
        "status",
        "--dataset",
        "energy_use",
        "--from",
        "2024-01",
        "--to",
        "2024-06",
        "--json",
        "-w",
        "w",
    ]);
    let value: serde_json::Value = serde_json::from_str(&status.out).expect("JSON");
    assert_eq!(value.as_array().map(Vec::len), Some(2), "{}", status.out);
    assert_eq!(
        (&value[0]["state"], &value[0]["due"]),
        (&"approved".into(), &"2024-04-20".into())
    );
    let missing = run(&["dataset", "show", "nothing", "-w", "w"]);
    assert_eq!(missing.code, 4, "{}{}", missing.out, missing.err);
    let course = run(&[
        "dataset",
        "show",
        "energy_use",
        "--organisation",
        "A",
        "--period",
        "2024Q2",
        "--history",
        "-w",
        "w",
    ]);
    assert!(
        course.out.contains("审核通过") && course.out.contains("新楼启用"),
        "{}",
        course.out
    );
}

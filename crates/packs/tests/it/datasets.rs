//! Packs of data sets: what is read, and every mistake at its place.

use std::fs;
use std::path::Path;

use biaochi_datasets::{Certainty, Kind, OverTime, Severity};
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::datasets::DataSetLibrary;
use tempfile::TempDir;

const FINANCE: &str = r#"[dataset]
id = "finance"
title = "医院财务月报"
purpose = "看收支结构"
frequency = "month"
filled_by = "institution"
filler = "财务科"
approver = "财务股"
due_day = 15
source = "s"
certainty = "general"

[[field]]
id = "medical_income"
title = "医疗收入"
type = "decimal"
unit = "元"
definition = "门诊收入与住院收入之和"
over_time = "sum"
required = true
min = "0"
max = ""
example = "3,000.00"
sum_of = ["outpatient_income", "inpatient_income"]

[[field]]
id = "outpatient_income"
title = "门诊收入"
type = "decimal"
unit = "元"
definition = "含急诊"
over_time = "sum"

[[field]]
id = "inpatient_income"
title = "住院收入"
type = "decimal"
unit = "元"
definition = "出院结算"
over_time = "sum"
certainty = "memory"

[[rule]]
id = "jump"
when = "medical_income > 2 * previous_medical_income"
severity = "warning"
message = "医疗收入 {medical_income} 是上期的两倍以上"
mend = "核对单位"
"#;

fn pack(folder: &Path, id: &str, more: &str, sets: &[(&str, &str)]) {
    fs::create_dir_all(folder.join("datasets")).unwrap();
    let manifest = format!(
        "format = 1\nkind = \"datasets\"\nid = \"{id}\"\ntitle = \"测试\"\nversion = \"1\"\n{more}"
    );
    fs::write(folder.join("pack.toml"), manifest).unwrap();
    fs::write(folder.join("README.md"), "# 测试\n").unwrap();
    fs::write(
        folder.join("sources.toml"),
        "[[source]]\nid = \"s\"\ntitle = \"测试\"\n",
    )
    .unwrap();
    for (name, text) in sets {
        fs::write(folder.join("datasets").join(format!("{name}.toml")), text).unwrap();
    }
}

/// Replaces a piece of the data set; line, column and a piece of the text of each problem.
#[track_caller]
fn check(piece: &str, with: &str, expected: &[(u32, u32, &str)]) {
    assert!(FINANCE.contains(piece), "{piece}");
    let folder = TempDir::new().unwrap();
    let text = FINANCE.replacen(piece, with, 1);
    pack(folder.path(), "mine", "", &[("finance", &text)]);
    let (_, problems) = DataSetLibrary::default()
        .check_folder(folder.path())
        .unwrap();
    let texts: Vec<String> = problems
        .iter()
        .map(|problem| problem.text(Language::Zh))
        .collect();
    assert_eq!(problems.len(), expected.len(), "{texts:#?}");
    for (problem, (line, column, piece)) in problems.iter().zip(expected) {
        assert_eq!(
            (problem.line, problem.column),
            (*line, *column),
            "{texts:#?}"
        );
        assert!(
            problem.text(Language::Zh).contains(piece),
            "{piece}: {texts:#?}"
        );
    }
}

#[test]
fn a_data_set_is_read() {
    let folder = TempDir::new().unwrap();
    pack(
        &folder.path().join("p"),
        "mine",
        "",
        &[("finance", FINANCE)],
    );
    let library = DataSetLibrary::default()
        .with_folder(folder.path())
        .unwrap();
    let sets = library.load().unwrap();
    let loaded = sets.get("finance").unwrap();
    let set = &loaded.set;
    assert_eq!(
        (loaded.pack.as_str(), loaded.content_hash.len()),
        ("mine", 64)
    );
    assert_eq!((set.due_day, set.fields.len(), set.rules.len()), (15, 3, 1));
    let income = set.field("medical_income").unwrap();
    assert_eq!(
        (&income.kind, income.over_time),
        (&Kind::Decimal(2), Some(OverTime::Sum))
    );
    assert_eq!(income.min.as_ref().unwrap().to_string(), "0");
    assert_eq!(
        (&income.max, income.example.as_ref().unwrap().to_string()),
        (&None, "3000".to_owned())
    );
    // A field has the citation of its data set, unless it says otherwise.
    assert_eq!(
        (income.citation.source.as_str(), income.citation.certainty),
        ("s", Certainty::General)
    );
    let inside = set.field_by_heading("住院收入（元）").unwrap();
    assert_eq!(
        (inside.id.as_str(), inside.citation.certainty),
        ("inpatient_income", Certainty::Memory)
    );
    assert_eq!(set.rules[0].severity, Severity::Warning);
    assert_eq!(set.rules[0].message.names(), ["medical_income"]);
}

#[test]
fn mistakes_of_values() {
    check("due_day = 15", "due_day = 0", &[(9, 11, "1 到 366")]);
    check(
        "frequency = \"month\"",
        "frequency = \"week\"",
        &[(5, 13, "month / quarter")],
    );
    check("source = \"s\"", "source = \"t\"", &[(10, 10, "出处“t”")]);
    check(
        "id = \"finance\"",
        "id = \"Finance\"",
        &[(2, 6, "小写字母"), (2, 6, "文件名 finance")],
    );
    check(
        "max = \"\"",
        "max = \"-1\"",
        &[(22, 7, "min"), (23, 11, "min 和 max 之间")],
    );
    check(
        "min = \"0\"",
        "min = \"零\"",
        &[(21, 7, "这个字段的一个值")],
    );
    check(
        "min = \"0\"",
        "minimum = \"0\"",
        &[(21, 1, "不认识的键“field.minimum”")],
    );
    check(
        "type = \"decimal\"",
        "type = \"integer\"\ndecimals = 2",
        &[(17, 12, "0 到 6")],
    );
    check(
        "over_time = \"sum\"\nrequired",
        "required",
        &[(13, 1, "缺少键“field.over_time”")],
    );
    check(
        "message = \"医疗收入 {medical_income}",
        "message = \"{medical_income",
        &[(47, 11, "花括号")],
    );
    check(
        "type = \"decimal\"",
        "type = \"choice\"\nchoices = []",
        &[
            (17, 11, "不重复"),
            (18, 8, "只有数字"),
            (20, 13, "只有数字"),
            (22, 7, "一个值"),
            (24, 11, "一个值"),
            (25, 10, "同一单位"),
        ],
    );
}

#[test]
fn mistakes_of_roll_ups() {
    let rolled = |lines: &str| format!("over_time = \"sum\"\n{lines}\nrequired");
    let piece = "over_time = \"sum\"\nrequired";
    check(piece, &rolled("roll_up = \"maximum\""), &[]);
    check(
        piece,
        &rolled("roll_up = \"weighted\"\nweight = \"inpatient_income\""),
        &[],
    );
    check(
        piece,
        &rolled("roll_up = \"weighted\""),
        &[(20, 11, "缺少键“field.weight”")],
    );
    check(
        piece,
        &rolled("roll_up = \"weighted\"\nweight = \"staff\""),
        &[(21, 10, "字段“staff”")],
    );
    check(
        piece,
        &rolled("roll_up = \"weighted\"\nweight = \"medical_income\""),
        &[(21, 10, "另一个数字字段")],
    );
    check(
        piece,
        &rolled("roll_up = \"mean\"\nweight = \"inpatient_income\""),
        &[(21, 10, "一起用")],
    );
    check(
        piece,
        &rolled("roll_up = \"median\""),
        &[(20, 11, "sum / mean / weighted")],
    );
}

#[test]
fn mistakes_of_relations() {
    check(
        "\"inpatient_income\"]",
        "\"inpatient\"]",
        &[(24, 10, "字段“inpatient”")],
    );
    check(
        "\"outpatient_income\", ",
        "\"medical_income\", ",
        &[(24, 10, "不循环")],
    );
    check(
        "definition = \"含急诊\"",
        "definition = \"含急诊\"\npart_of = \"outpatient_income\"",
        &[(32, 11, "不循环")],
    );
    check(
        "id = \"outpatient_income\"",
        "id = \"period\"",
        &[(24, 10, "字段“outpatient_income”"), (27, 6, "小写字母")],
    );
    check(
        "id = \"outpatient_income\"",
        "id = \"inpatient_income\"",
        &[(24, 10, "字段“outpatient_income”"), (35, 6, "重复")],
    );
    check(
        "[[rule]]",
        "[[breakdown]]\nid = \"inpatient_income\"\ntitle = \"x\"\nchoices = [\"a\", \"a\"]\n\n[[rule]]",
        &[(44, 6, "小写字母"), (46, 11, "不重复")],
    );
}

#[test]
fn a_pack_over_another_replaces_its_data_sets_and_a_stranger_may_not() {
    let folder = TempDir::new().unwrap();
    let other = FINANCE.replace("due_day = 15", "due_day = 20");
    pack(
        &folder.path().join("a"),
        "national",
        "",
        &[("finance", FINANCE)],
    );
    pack(
        &folder.path().join("b"),
        "county",
        "base = \"national\"\n",
        &[("finance", &other)],
    );
    let library = DataSetLibrary::default()
        .with_folder(folder.path())
        .unwrap();
    let sets = library.load().unwrap();
    assert_eq!(sets.all().len(), 1);
    assert_eq!(
        sets.get("finance").map(|loaded| loaded.set.due_day),
        Some(20)
    );
    pack(
        &folder.path().join("b"),
        "county",
        "",
        &[("finance", &other)],
    );
    let stranger = DataSetLibrary::default()
        .with_folder(folder.path())
        .unwrap();
    let error = stranger.load().unwrap_err().text(Language::Zh);
    assert!(error.contains("数据集“finance”重复"), "{error}");
    let (sets, problems) = library.check_folder(&folder.path().join("a")).unwrap();
    assert_eq!((sets.all().len(), problems), (1, Vec::new()));
    pack(
        &folder.path().join("b"),
        "county",
        "base = \"nobody\"\n",
        &[],
    );
    let (_, problems) = library.check_folder(&folder.path().join("b")).unwrap();
    assert!(
        problems
            .iter()
            .any(|problem| problem.text(Language::Zh).contains("nobody"))
    );
}

#[test]
fn data_sets_of_the_repository_have_no_mistakes() {
    let library = DataSetLibrary::embedded();
    library.load().unwrap();
}

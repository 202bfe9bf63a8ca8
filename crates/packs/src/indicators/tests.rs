//! Packs of indicators written to a folder and read back.

use std::fs;
use std::path::Path;

use biaochi_domain::{Language, Localized as _};
use biaochi_indicators::{Certainty, Formula, KnownDataSet, Mark, coverage_table};

use super::{IndicatorLibrary, LoadedIndicators};

const TERMS: &str = r#"
[[term]]
id = "has_surgery"
title = "有手术"
sql = "any_code(procedures, '@surgery')"

[[list]]
id = "surgery"
title = "手术目录"
table = "tables/surgery.csv"
certainty = "general"
"#;

const RATE: &str = r#"
[[indicator]]
id = "T-1"
title = "手术占比"
why = "看功能定位"
dimension = "功能定位"
direction = "higher"
unit = "%"
scale = "100"
numerator = { from = "stay", count = "has_surgery" }
denominator = { from = "stay", count = "true" }
source = "manual"
certainty = "confirmed"
cases = '''
| procedures.code | 分子 | 分母 | 值    |
|-----------------|------|------|-------|
| 47.0100         | 1    | 1    |       |
|                 | 0    | 1    | 50.00 |
'''
"#;

fn write(folder: &Path, id: &str, base: Option<&str>, files: &[(&str, &str)]) {
    let base = base.map_or_else(String::new, |base| format!("base = {base:?}\n"));
    let manifest = format!(
        "format = 1\nkind = \"indicators\"\nid = {id:?}\ntitle = \"试\"\nversion = \"1\"\n{base}"
    );
    let common = [
        ("pack.toml", manifest.as_str()),
        (
            "sources.toml",
            "[[source]]\nid = \"manual\"\ntitle = \"操作手册\"\n",
        ),
    ];
    for (name, text) in common.iter().chain(files) {
        let path = folder.join(id).join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

fn national(folder: &Path, indicators: &str) {
    write(
        folder,
        "national",
        None,
        &[
            ("terms.toml", TERMS),
            ("tables/surgery.csv", "code,name\n01-86,手术\n"),
            ("indicators/one.toml", indicators),
        ],
    );
}

fn load(folder: &Path, id: &str) -> LoadedIndicators {
    let library = IndicatorLibrary::default()
        .with_folder(folder)
        .expect("readable");
    library
        .load(id)
        .unwrap_or_else(|error| panic!("{}", error.text(Language::En)))
}

#[test]
fn a_pack_becomes_a_set() {
    let folder = tempfile::tempdir().expect("a folder");
    national(folder.path(), RATE);
    let loaded = load(folder.path(), "national");
    let indicator = loaded.set.get("T-1").expect("there");
    assert_eq!(loaded.set.measures().len(), 2);
    assert_eq!(loaded.cases[0].1.rows.len(), 2);
    let marks = loaded.set.marks(indicator);
    assert!(
        matches!(&marks[..], [Mark::List { id, certainty: Certainty::General, .. }] if id == "surgery"),
        "{marks:?}"
    );
    assert_eq!(loaded.sources["manual"], "操作手册");
}

#[test]
fn indicators_share_measures() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = RATE
        .replace("T-1", "T-2")
        .replace("direction = \"higher\"", "direction = \"lower\"");
    national(folder.path(), &(RATE.to_owned() + &other));
    let set = load(folder.path(), "national").set;
    assert_eq!((set.indicators().len(), set.measures().len()), (2, 2));
    let formulas: Vec<_> = ["T-1", "T-2"]
        .map(|id| set.get(id).map(|one| &one.formula))
        .into();
    assert!(matches!(formulas[0], Some(Formula::Ratio { .. })));
    assert_eq!(formulas[0], formulas[1]);
}

#[test]
fn an_overlay_replaces_lists_terms_and_indicators() {
    let folder = tempfile::tempdir().expect("a folder");
    national(
        folder.path(),
        &(RATE.to_owned() + &RATE.replace("T-1", "T-2")),
    );
    let own = RATE.replace("手术占比", "本县口径").replace("@surgery", "");
    let withdraw = "[[withdraw]]\nindicator = \"T-2\"\nreason = \"本县不考核\"\n";
    let terms = "[[list]]\nid = \"surgery\"\ntitle = \"本县目录\"\ncodes = \"36.1\"\n";
    write(
        folder.path(),
        "county",
        Some("national"),
        &[
            ("terms.toml", terms),
            ("indicators/own.toml", &(withdraw.to_owned() + &own)),
        ],
    );
    let set = load(folder.path(), "county").set;
    assert_eq!(set.get("T-1").expect("there").title, "本县口径");
    assert!(set.get("T-2").is_none());
    assert_eq!(set.list("surgery").expect("there").codes, "36.1");
    assert!(set.marks(set.get("T-1").expect("there")).is_empty());
    assert_eq!(set.id(), "county");
    assert_ne!(
        set.content_hash(),
        load(folder.path(), "national").set.content_hash()
    );
}

#[test]
fn the_national_pack_can_be_read() {
    let library = IndicatorLibrary::embedded();
    let loaded = library.load("national-indicators");
    let loaded = loaded.unwrap_or_else(|error| panic!("{}", error.text(Language::Zh)));
    assert!(loaded.set.indicators().len() > 130);
    // What nobody has supplied is told, and everything from memory keeps its mark.
    let share = loaded.set.get("T3-6").expect("there");
    assert!(!loaded.set.marks(share).is_empty());
}

#[track_caller]
fn check(change: impl Fn(&str) -> String, expected: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    national(folder.path(), &change(RATE));
    let library = IndicatorLibrary::default();
    let found = library.check_folder(&folder.path().join("national"));
    let (_, problems) = found.expect("a pack of indicators");
    let texts: Vec<String> = problems
        .iter()
        .map(|problem| {
            let place = format!("{}:{}", problem.line, problem.column);
            format!("{place} {}", problem.problem.text(Language::Zh))
        })
        .collect();
    assert_eq!(texts, expected);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    check(|text| text.to_owned(), &[]);
    check(
        |text| {
            text.replace("unit = \"%\"", "units = \"%\"")
                .replace("\"100\"", "\"-1\"")
                .replace("\"manual\"", "\"manuel\"")
                .replace("\"higher\"", "\"up\"")
        },
        &[
            "2:1 缺少键“indicator.unit”，请补上",
            "7:13 “indicator.direction”的值不对，应为higher / lower / monitor / band",
            "8:1 不认识的键“indicator.units”，请检查拼写",
            "9:9 “indicator.scale”的值不对，应为加引号的数字 a number in quotes, \"100\"",
        ],
    );
    check(
        |text| text.replace("\"manual\"", "\"manuel\""),
        &["12:10 出处“manuel”在基础方案或本方案中不存在，请检查写法"],
    );
    check(
        |text| {
            text.replace(
                "count = \"has_surgery\"",
                "count = \"any_code(procedures, '@grade-5')\"",
            )
        },
        &["10:38 编码范围“grade-5”在基础方案或本方案中不存在，请检查写法"],
    );
    check(
        |text| text.replace("| 0    | 1    | 50.00 |", "| 1    | 1    | 50.00 |"),
        &["14:9 指标“T-1”的例子不够：至少要有一行分子不为 0、一行为 0"],
    );
    check(
        |text| text.replace("count = \"true\"", "count = \"true\", sum = \"los\""),
        &["11:24 “count”的值不对，应为count 和 sum 二者之一 exactly one of count and sum"],
    );
    check(
        |text| {
            let growth = "growth = { of = \"T-9\", against = \"year_before\" }";
            let start = text.find("numerator").expect("there");
            let end = text.find("source").expect("there");
            let text = text.replace(&text[start..end], &(growth.to_owned() + "\n"));
            text[..text.find("cases").expect("there")].to_owned()
        },
        &["10:17 指标“T-9”在基础方案或本方案中不存在，请检查写法"],
    );
    check(
        |text| text.to_owned() + text,
        &["22:6 指标“T-1”重复，请删去一处"],
    );
}

const COVERAGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/indicator-coverage.md"
);

const COVERAGE_HEAD: &str = "# 指标由什么回答\n\n\
    随程序发布的国家指标包的每一个指标由什么回答、定义核对过没有、什么时候没有值。由测试生成\n\
    （`BIAOCHI_UPDATE=1 cargo nextest run --workspace -E 'package(biaochi-packs) & test(indicators)'` 重写），请勿手工修改。\n\
    某一家机构某一期为什么没有值：`biaochi indicators show --all`。\n\n\
    区域、医联体填报的数据集：本级填了的用本级的数；本级没有填的，由下一级相加，不重复计算。\n\n";

#[test]
fn what_answers_every_indicator_is_documented() {
    let library = IndicatorLibrary::embedded();
    let loaded = match library.load("national-indicators") {
        Ok(loaded) => loaded,
        Err(error) => panic!("{}", error.text(Language::Zh)),
    };
    let sets = crate::datasets::DataSetLibrary::embedded().load();
    let sets = sets.expect("built in");
    let dataset = |id: &str| {
        let set = &sets.get(id)?.set;
        Some(KnownDataSet {
            title: set.title.clone(),
            frequency: set.frequency.text(Language::Zh),
            filled_by: set.filled_by.text(Language::Zh),
            by_institutions: set.filled_by == biaochi_datasets::FilledBy::Institution,
        })
    };
    let table = format!("{COVERAGE_HEAD}{}", coverage_table(&loaded.set, dataset));
    assert!(!table.contains("没有这个数据集"), "{table}");
    for indicator in loaded.set.indicators() {
        assert!(table.contains(&format!("\n| {} |", indicator.id)));
    }
    if std::env::var_os("BIAOCHI_UPDATE").is_some() {
        fs::write(COVERAGE, &table).expect("docs can be written");
    }
    assert!(
        fs::read_to_string(COVERAGE).unwrap_or_default() == table,
        "docs/indicator-coverage.md is out of date: run the tests with BIAOCHI_UPDATE=1"
    );
}

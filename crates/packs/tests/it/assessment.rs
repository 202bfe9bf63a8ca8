//! Assessment packs of the repository, and what is told of packs with mistakes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use biaochi_assessment::{Assessed, Entry, Event, Frozen, Outcome, Scheme, UnitInputs, assess};
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::assessment::{AssessmentLibrary, LoadedAssessment, Subject};
use rust_decimal::Decimal;

fn load(id: &str, given: &[(&str, &str)]) -> LoadedAssessment {
    let given: BTreeMap<String, String> = given
        .iter()
        .map(|(id, value)| ((*id).to_owned(), (*value).to_owned()))
        .collect();
    AssessmentLibrary::embedded()
        .load(id, &given)
        .unwrap_or_else(|error| panic!("{}", error.text(Language::Zh)))
}

fn scheme(id: &str, given: &[(&str, &str)]) -> Scheme {
    match load(id, given).subject {
        Subject::Scheme(scheme) => *scheme,
        Subject::Index(_) => panic!("{id} is an index"),
    }
}

fn entry(value: &str) -> Entry {
    Entry {
        value: value.to_owned(),
        actor: "考核组".to_owned(),
        evidence: String::new(),
    }
}

/// An institution with the scores of the four phases and the results of both Party assessments.
fn hospital(scores: [&str; 4], party: &str) -> UnitInputs {
    let mut unit = UnitInputs::new(Assessed {
        code: "520603001".to_owned(),
        name: "区人民医院".to_owned(),
        classes: vec!["医院".to_owned()],
    });
    for (phase, score) in ["q1", "q3", "half", "end"].into_iter().zip(scores) {
        unit.phase_scores.insert(phase.to_owned(), entry(score));
    }
    let attributes = ["political-quality", "party-building"];
    for (key, value) in attributes.into_iter().zip(["好", party]) {
        unit.attributes.insert(key.to_owned(), entry(value));
    }
    unit
}

fn event(rule: &str, level: &str) -> Event {
    Event {
        number: 1,
        rule: rule.to_owned(),
        level: level.to_owned(),
        matter: String::new(),
        title: "通报".to_owned(),
        date: "2021-06-01".parse().unwrap(),
        issuer: String::new(),
        document_number: "〔2021〕1 号".to_owned(),
        wording: String::new(),
        file: String::new(),
        file_hash: String::new(),
        approved_by: "领导小组".to_owned(),
    }
}

fn outcome(scheme: &Scheme, unit: UnitInputs) -> Outcome {
    let frozen = Frozen {
        period: scheme.period.unwrap(),
        units: vec![unit],
    };
    assess(scheme, &frozen).remove(0)
}

#[track_caller]
fn check(unit: UnitInputs, score: &str, grade: &str) {
    let found = outcome(&scheme("wanshan-2021", &[]), unit);
    let score: Decimal = score.parse().unwrap();
    assert_eq!(found.score, Some(score));
    assert_eq!(found.grade.grade.as_deref(), Some(grade));
}

#[test]
fn the_districts_worked_examples() {
    check(hospital(["90", "90", "90", "90"], "好"), "90.00", "好");
    check(hospital(["80", "90", "88", "90"], "好"), "89.65", "较好");
    check(hospital(["100", "100", "100", "88"], "好"), "89.20", "较好");
    check(hospital(["80", "80", "80", "80"], "好"), "80.00", "较好");
    check(hospital(["70", "70", "70", "70"], "好"), "70.00", "一般");
    check(hospital(["60", "80", "70", "69"], "好"), "69.10", "差");
    check(hospital(["95", "95", "95", "95"], "较好"), "95.00", "较好");
    for veto in [
        "cluster-infection",
        "medical-accident",
        "safety-accident",
        "fire-accident",
        "public-opinion",
    ] {
        let mut vetoed = hospital(["95", "95", "95", "95"], "好");
        vetoed.events.push(event(veto, ""));
        check(vetoed, "95.00", "差");
    }
}

#[test]
fn points_that_the_district_leaves_open_are_not_guessed() {
    let praised = || {
        let mut unit = hospital(["90", "90", "90", "90"], "好");
        unit.events.push(event("commendation", "province"));
        unit
    };
    check(praised(), "90.00", "好");
    let open = outcome(&scheme("wanshan-2021", &[]), praised());
    let json = serde_json::to_value(&open.events.events[0].weighed).unwrap();
    assert_eq!(json["is"], "points_open");
    assert_eq!(json["parameters"][0], "points.commendation.province");
    let set = scheme("wanshan-2021", &[("points.commendation.province", "3")]);
    assert_eq!(outcome(&set, praised()).score, Some("93".parse().unwrap()));
}

#[test]
fn every_open_point_is_a_parameter_and_marked() {
    let wanshan = scheme("wanshan-2021", &[]);
    assert!(wanshan.parameters.len() >= 30);
    for parameter in &wanshan.parameters {
        assert!(parameter.assumed, "{}", parameter.id);
        assert!(!parameter.question.is_empty(), "{}", parameter.id);
        assert!(!parameter.cite.clause.is_empty(), "{}", parameter.id);
    }
    let decided = scheme("wanshan-2021", &[("gate.otherwise", "一般")]);
    let gate = decided.parameter("gate.otherwise").unwrap();
    assert!(!gate.assumed && gate.set_by == "--set");
    assert_ne!(decided.content_hash, wanshan.content_hash);
    let found = outcome(&decided, hospital(["95", "95", "95", "95"], "一般"));
    assert_eq!(found.grade.grade.as_deref(), Some("一般"));
}

#[test]
fn the_demonstration_lays_tables_over_the_scheme() {
    let demo = load("wanshan-2021-demo", &[]);
    assert_eq!(demo.packs, ["wanshan-2021", "wanshan-2021-demo"]);
    let Subject::Scheme(scheme) = &demo.subject else {
        panic!("a scheme");
    };
    assert_eq!(scheme.tables.len(), 2);
    assert!(
        scheme
            .tables
            .iter()
            .all(|table| table.points() == Decimal::ONE_HUNDRED)
    );
    assert_eq!(scheme.parts[2].weight, "0.90".parse().unwrap());
    let unknown = demo.unknown_indicators(&|id| id != "DRG-CMI");
    assert_eq!(unknown.len(), 1);
    let text = unknown[0].text(Language::Zh);
    assert!(
        text.contains("hospital.toml”") && text.contains("指标“DRG-CMI”没有定义"),
        "{text}"
    );
}

#[test]
fn the_index_weighs_each_class_to_a_hundred() {
    let Subject::Index(index) = load("high-quality-index", &[]).subject else {
        panic!("an index");
    };
    assert_eq!(index.components.len(), 18);
    assert!(index.parameters.iter().all(|parameter| parameter.assumed));
    assert!(
        index
            .links
            .iter()
            .all(|link| { link.coefficient == biaochi_assessment::Coefficient::None })
    );
}

/// Writes a pack and tells what is wrong with it, without the folder.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    check_folder(folder.path())
}

fn check_folder(folder: &Path) -> Vec<String> {
    let (_, problems) = AssessmentLibrary::embedded().check_folder(folder).unwrap();
    let folder = format!("{}/", folder.display());
    let texts = problems
        .iter()
        .map(|problem| problem.text(Language::Zh).replace(&folder, ""));
    texts.collect()
}

const PACK: &str =
    "format = 1\nkind = \"assessment\"\nid = \"x\"\ntitle = \"试\"\nversion = \"1\"\n";
const SOURCES: &str = "[[source]]\nid = \"s\"\ntitle = \"方案\"\n";

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let scheme = r#"[scheme]
full = "100"

[[part]]
id = "a"
title = "甲"
weight = "0.5"
source = "nowhere"
phase = [{ id = "p", title = "期", span = "Q5" }]

[[part]]
id = "a"
title = "乙"
weight = "0.4"
phase = [{ id = "q", title = "期", span = "year", scoring = "@how" }]

[[band]]
grade = "好"
at_least = "90"

[[band]]
grade = "中"
at_least = "80"
below = "89"

[[band]]
grade = "差"
at_most = "80"

[[gate]]
id = "g"
title = "条件"
grade = "优"
otherwise = "中"
condition = [{ key = "k", title = "考核", accepts = ["好"] }]
colour = "red"
"#;
    let table = r#"[table]
id = "t"
title = "表"

[[section]]
id = "s"
title = "类"

[[section.item]]
id = "1"
title = "一"
points = "60"
indicator = "X"
shape = { kind = "linear", zero = "5", full = "5" }

[[section.item]]
id = "2"
title = "二"
points = "多"
indicator = "X"
entered = "y"
phases = ["z"]
shape = { kind = "deduct", each = "1" }

[[section.item]]
id = "3"
title = "三"
points = "30"
entered = "y"
phases = ["z"]
shape = { kind = "deduct", each = "1" }
"#;
    let parameters = "[[parameter]]\nid = \"how\"\ntitle = \"来源\"\ntype = \"word\"\n\
        choices = [\"entered\", \"items\"]\nvalue = \"guess\"\n\n\
        [[set]]\nparameter = \"who\"\nvalue = \"1\"\nreason = \"试\"\n";
    let found = told(&[
        ("pack.toml", PACK),
        ("sources.toml", SOURCES),
        ("scheme.toml", scheme),
        ("tables/t.toml", table),
        ("parameters.toml", parameters),
    ]);
    let expected = [
        "文件“parameters.toml” 第 6 行 第 9 列：参数“how”的值不对，应为entered / items",
        "文件“parameters.toml” 第 9 行 第 13 列：参数“who”没有定义，请检查写法或补上定义",
        "文件“scheme.toml” 第 4 行 第 1 列：各部分权重合计为 0.9，应为 1，请核对",
        "文件“scheme.toml” 第 8 行 第 10 列：出处“nowhere”没有定义，请检查写法或补上定义",
        "文件“scheme.toml” 第 9 行 第 42 列：“span”的值不对，应为Q1 / Q2 / Q3 / Q4 / H1 / H2 / year",
        "文件“scheme.toml” 第 12 行 第 6 列：组成部分“a”重复，请删去或改名一处",
        "文件“scheme.toml” 第 18 行 第 9 列：等次“中”和“好”之间，89 分到 90 分不属于任何等次",
        "文件“scheme.toml” 第 22 行 第 9 列：等次“差”和“中”重叠，80 分同时属于两个等次",
        "文件“scheme.toml” 第 33 行 第 9 列：等次“优”没有定义，请检查写法或补上定义",
        "文件“scheme.toml” 第 36 行 第 1 列：不认识的键“gate.colour”，请检查拼写",
        "文件“tables/t.toml” 第 2 行 第 6 列：指标表“表”在“期”的分值合计为 0，应为 100，请核对",
        "文件“tables/t.toml” 第 14 行 第 47 列：“full”的值不对，应为按 direction 优于 zero 的数 a number better than zero",
        "文件“tables/t.toml” 第 17 行 第 6 列：“id”的值不对，应为恰好一个数据来源：indicator / dataset 和 field / entered",
        "文件“tables/t.toml” 第 19 行 第 10 列：“points”的值不对，应为加引号的数字 a number in quotes, \"0.5\"",
        "文件“tables/t.toml” 第 30 行 第 10 列：阶段“z”没有定义，请检查写法或补上定义",
    ];
    for line in expected {
        assert!(
            found.iter().any(|one| one == line),
            "{line}\nin\n{}",
            found.join("\n")
        );
    }
}

#[test]
fn an_index_whose_weights_do_not_add_up_is_told() {
    let index = r#"[index]
weights = "100"

[[class]]
id = "c"
title = "三级"
words = ["三级"]

[[dimension]]
id = "d"
title = "维度"

[[component]]
id = "1"
title = "一"
dimension = "e"
indicator = "X"
good = "between"
standardise = "minmax"
weight = [{ class = "c", value = "60" }, { class = "f", value = "40" }]

[[component]]
id = "2"
title = "二"
dimension = "d"
indicator = "Y"
good = "high"
standardise = "z"
weight = [{ class = "c", value = "30" }]
"#;
    let found = told(&[
        ("pack.toml", PACK),
        ("sources.toml", SOURCES),
        ("index.toml", index),
    ]);
    let expected = [
        "文件“index.toml” 第 5 行 第 6 列：“三级”的权重合计为 30，应为 100，请核对",
        "文件“index.toml” 第 18 行 第 8 列：“good”的值不对，应为between 要写 low 和 high，high 和 low 不写",
    ];
    for line in expected {
        assert!(
            found.iter().any(|one| one == line),
            "{line}\nin\n{}",
            found.join("\n")
        );
    }
}

#[test]
fn a_pack_needs_a_scheme_or_an_index() {
    let found = told(&[("pack.toml", PACK), ("sources.toml", SOURCES)]);
    assert!(found[0].contains("没有考核方案"), "{found:?}");
    let base = format!("{PACK}base = \"nobody\"\n");
    let found = told(&[("pack.toml", &base), ("sources.toml", SOURCES)]);
    assert!(found[0].contains("找不到基础方案“nobody”"), "{found:?}");
}

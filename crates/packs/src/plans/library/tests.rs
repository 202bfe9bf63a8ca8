use std::collections::BTreeSet;
use std::fs;

use biaochi_domain::{Language, Localized as _};
use biaochi_plans::{Binding, Comparator};
use tempfile::TempDir;

use super::super::check::KnownUnits;
use super::*;
use crate::indicators::IndicatorLibrary;

const PACK: &str = r#"
format = 1
kind = "plan"
id = "example"
title = "示例县高质量发展方案"
version = "1"
[document]
issuer = "示例县人民政府"
place = "示例县"
from = 2021-01-01
until = 2025-12-31
[[overdue]]
days = 10
to = "分管负责人"
"#;

const CLAUSES: &str = r#"
[[clause]]
id = "2-1"
number = "二（一）"
title = "能力"
text = "提高县域就诊率。"
source = "document"
"#;

const TARGETS: &str = r#"
[[target]]
id = "T01"
clause = "2-1"
title = "县域就诊率"
indicator = "FLOW-COUNTY"
comparator = ">="
value = "90"
unit = "%"
due = 2025-12-31
certainty = "confirmed"
[target.scope]
text = "县域"
measured = "area"
"#;

const TASKS: &str = r#"
[[task]]
id = "R01"
clause = "2-1"
title = "提高县域就诊率"
responsible = ["县卫生健康局"]
start = 2021-01-01
due = 2025-12-31
deliverable = "年度报告"
evidence = ["报告"]
targets = ["T01"]
"#;

fn pack(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let sources = "[[source]]\nid = \"document\"\ntitle = \"示例文件\"\n";
    let all = [
        ("pack.toml", PACK),
        ("sources.toml", sources),
        ("README.md", "# 示例\n"),
        ("clauses.toml", CLAUSES),
        ("targets.toml", TARGETS),
        ("tasks.toml", TASKS),
    ];
    for (name, text) in all {
        let own = files.iter().find(|(own, _)| *own == name);
        let text = own.map_or(text, |(_, text)| text);
        fs::write(folder.path().join(name), text).expect("own folder");
    }
    folder
}

fn known() -> KnownSubjects {
    KnownSubjects {
        indicators: BTreeSet::from(["FLOW-COUNTY".to_owned()]),
        fields: BTreeSet::from(["region.centres".to_owned()]),
        units: None,
    }
}

/// Line and text of each problem, in Chinese.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let folder = pack(files);
    let library = PlanLibrary::default();
    let (_, problems) = library
        .check_folder(folder.path(), Some(&known()))
        .expect("a plan");
    let told = problems.iter().map(|found| {
        let file = found.file.rsplit('/').next().unwrap_or_default();
        let text = found.problem.text(Language::Zh);
        format!("{file}:{} {text}", found.line)
    });
    told.collect()
}

#[test]
fn a_plan_is_read() {
    let folder = pack(&[]);
    let library = PlanLibrary::default()
        .with_folder(folder.path())
        .expect("a folder");
    let plan = library.load("example", Some(&known())).expect("a plan");
    assert_eq!(plan.document.issuer, "示例县人民政府");
    assert_eq!(plan.targets[0].comparator, Comparator::AtLeast);
    assert_eq!(plan.targets[0].amount.number, Some(90.into()));
    assert_eq!(plan.escalation.told(1), Some("分管负责人"));
    assert_eq!(plan.citation("2-1"), "二（一） 能力");
    assert_eq!(plan.content_hash.len(), 64);
    assert!(problems(&[]).is_empty(), "{:?}", problems(&[]));
    let unknown = library.load("elsewhere", None);
    assert!(matches!(unknown, Err(PackError::Unknown { .. })));
}

#[test]
fn all_mistakes_are_told_at_once_with_line_and_clause() {
    let targets = r#"[[target]]
id = "T01"
clause = "9-9"
title = "甲"
indicator = "FLOW-CUONTY"
comparator = ">="
value = "90"
certainty = "confirmed"
scope = { text = "县域", measured = "area" }

[[target]]
id = "T01"
clause = "2-1"
title = "乙"
comparator = "="
certainty = "confirmed"
scope = { text = "县域", measured = "planet" }

[[target]]
id = "T03"
clause = "2-1"
title = "丙"
dataset = "region"
field = "centers"
comparator = ">="
value = "省级要求"
vlaue = "3"
certainty = "confirmed"
scope = { text = "县域", measured = "area" }
"#;
    let tasks = TASKS
        .replace("due = 2025-12-31", "due = 2020-12-31")
        .replace("[\"T01\"]", "[\"T09\"]");
    let found = problems(&[("targets.toml", targets), ("tasks.toml", &tasks)]);
    let expected = [
        "targets.toml:3 条款“9-9”在基础方案或本方案中不存在",
        "targets.toml:5 条款“9-9”：没有内容包定义指标“FLOW-CUONTY”",
        "targets.toml:12 条款“2-1”：目标“T01”须写明由什么回答",
        "targets.toml:17 条款“2-1”：“target.scope.measured”的值不对",
        "targets.toml:23 条款“2-1”：没有内容包定义数据集字段“region.centers”",
        "targets.toml:25 条款“2-1”：目标“T03”的数值文件没有写明",
        "targets.toml:27 不认识的键“target.vlaue”",
        "tasks.toml:8 条款“2-1”：期限 2020-12-31 早于开始日期 2021-01-01",
        "tasks.toml:11 条款“2-1”：目标“T09”在基础方案或本方案中不存在",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} – {expected}");
    }
}

#[test]
fn ids_are_there_once_and_parents_exist() {
    let twice = format!("{TARGETS}{TARGETS}");
    let orphan = PACK.replace("version", "base = \"nowhere\"\nversion");
    let found = problems(&[("targets.toml", &twice), ("pack.toml", &orphan)]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("pack.toml:6 找不到基础方案“nowhere”"),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("targets.toml:17 目标“T01”重复"),
        "{found:?}"
    );
    let folder = pack(&[]);
    std::fs::write(folder.path().join("clauses.toml"), [0xff, 0xfe]).expect("a file");
    let (_, found) = PlanLibrary::default()
        .check_folder(folder.path(), Some(&known()))
        .expect("a plan");
    let found: Vec<&Problem> = found.iter().map(|found| &found.problem).collect();
    assert!(found.contains(&&Problem::NotUtf8), "{found:?}");
    assert!(!found.contains(&&Problem::MissingFile), "{found:?}");
    let circle = PACK.replace("version", "base = \"example\"\nversion");
    let found = problems(&[("pack.toml", &circle)]);
    assert!(found[0].contains("循环引用"), "{found:?}");
}

#[test]
fn what_follows_a_target_of_another_plan_must_find_it() {
    let parent = pack(&[]);
    let library = PlanLibrary::default()
        .with_folder(parent.path())
        .expect("a folder");
    let child = |follows: &str| {
        let manifest = PACK
            .replace("\"example\"", "\"child\"")
            .replace("version", "base = \"example\"\nversion");
        let targets = TARGETS.replace("unit = ", &format!("follows = \"{follows}\"\nunit = "));
        let folder = pack(&[("pack.toml", &manifest), ("targets.toml", &targets)]);
        let found = library.check_folder(folder.path(), Some(&known()));
        found.expect("a plan").1.len()
    };
    assert_eq!(child("example/T01"), 0);
    assert_eq!(child("example/T02"), 1);
    assert_eq!(child("other/T01"), 1);
}

const COVERAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/plan-coverage.md");

const COVERAGE_HEAD: &str = "# 方案目标的绑定\n\n\
    随程序发布的 13 个方案的每一个目标由什么回答。由测试生成（`BIAOCHI_UPDATE=1 cargo test -p biaochi-packs plans` 重写），\n\
    请勿手工修改。“待明确”的目标，文件没有写明数值、分类或允许偏差，在有人明确之前不判定。\n\n";

#[test]
fn every_target_of_the_plans_in_the_program_is_bound() {
    let library = PlanLibrary::embedded();
    let load = |id: &str| {
        library
            .load(id, None)
            .map_err(|error| error.text(Language::Zh))
    };
    let plans: Result<Vec<Plan>, String> = library.ids().map(load).collect();
    let plans = plans.unwrap_or_else(|problems| panic!("{problems}"));
    let counts: Vec<_> = plans
        .iter()
        .map(|plan| (&*plan.id, plan.targets.len()))
        .collect();
    let expected = [
        ("beijing", 19),
        ("changping", 30),
        ("guide", 50),
        ("hainan", 31),
        ("huaibei", 26),
        ("jilin", 17),
        ("lijiang", 52),
        ("linxia", 28),
        ("national-2021", 28),
        ("sichuan", 12),
        ("tianjin", 31),
        ("wanshan", 12),
        ("xingtai", 9),
    ];
    assert_eq!(counts, expected);
    assert_eq!(
        expected.iter().map(|(_, targets)| targets).sum::<usize>(),
        345
    );
    // Every target is served by a task, and every clause has a target or a task.
    for plan in &plans {
        for target in &plan.targets {
            let serves = |task: &biaochi_plans::Task| task.targets.contains(&target.id);
            assert!(plan.tasks.iter().any(serves), "{}/{}", plan.id, target.id);
        }
        for clause in &plan.clauses {
            assert!(plan.targets.iter().any(|target| target.clause == clause.id));
        }
    }
    let table = format!("{COVERAGE_HEAD}{}", biaochi_plans::coverage_table(&plans));
    if std::env::var_os("BIAOCHI_UPDATE").is_some() {
        fs::write(COVERAGE, &table).expect("docs can be written");
    }
    assert!(
        fs::read_to_string(COVERAGE).unwrap_or_default() == table,
        "docs/plan-coverage.md is out of date: run BIAOCHI_UPDATE=1 cargo test -p biaochi-packs plans"
    );
}

#[test]
fn the_example_of_the_guide_is_a_plan() {
    let guide = include_str!("../../../../../docs/plans.zh-CN.md");
    let blocks = guide.split("```toml\n").skip(1);
    let texts: Vec<&str> = blocks
        .filter_map(|block| block.split("```").next())
        .collect();
    let names = [
        "pack.toml",
        "sources.toml",
        "clauses.toml",
        "targets.toml",
        "tasks.toml",
    ];
    let (texts, decisions) = texts.split_at(names.len());
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in names.iter().zip(texts) {
        fs::write(folder.path().join(name), text).expect("own folder");
    }
    fs::write(folder.path().join("README.md"), "# 示例\n").expect("own folder");
    let library = PlanLibrary::embedded();
    let found = library.check_folder(folder.path(), Some(&known()));
    let (plan, problems) = found.expect("a plan");
    assert_eq!(problems, []);
    assert_eq!((plan.targets.len(), plan.tasks.len()), (2, 1));
    let own = tempfile::tempdir().expect("a folder");
    assert_eq!(decisions.len(), 2);
    for (name, text) in ["pack.toml", "decisions.toml"].iter().zip(decisions) {
        fs::write(own.path().join(name), text).expect("own folder");
    }
    fs::write(own.path().join("README.md"), "# 决定\n").expect("own folder");
    assert_eq!(library.check_decisions(own.path()), Some(Vec::new()));
}

#[test]
fn what_targets_are_bound_to_is_defined() {
    let known = KnownSubjects::default().with_indicators(&IndicatorLibrary::embedded());
    let library = PlanLibrary::embedded();
    for plan in library.ids().filter_map(|id| library.load(id, None).ok()) {
        for target in &plan.targets {
            let bound = match &target.binding {
                Binding::Indicator(id) => Some(id),
                _ => None,
            };
            for id in bound.into_iter().chain(&target.related) {
                let place = format!("{}/{}: {id}", plan.id, target.id);
                assert!(known.indicators.contains(id), "{place}");
            }
        }
    }
}

#[test]
fn what_was_probably_meant_is_named() {
    let targets = TARGETS.replace("FLOW-COUNTY", "FLOW-CUONTY");
    let tasks = TASKS.replace("T01", "T1").replace("2-1", "2-l");
    let found = problems(&[("targets.toml", &targets), ("tasks.toml", &tasks)]);
    let ends = [
        "是否应为“FLOW-COUNTY”？",
        "是否应为“2-1”？",
        "是否应为“T01”？",
    ];
    assert_eq!(found.len(), ends.len(), "{found:#?}");
    for (found, end) in found.iter().zip(ends) {
        assert!(found.ends_with(end), "{found} – {end}");
    }
}

#[test]
fn words_and_places_that_are_not_known_are_hints() {
    let targets = TARGETS.replace(
        "text = \"县域\"",
        "text = \"县域\"\nlevels = [\"三级\", \"四级\"]\nnames = [\"云泽县医院\", \"河口镇卫生院\"]",
    );
    let manifest = PACK.replace("place = ", "division = \"990121\"\nplace = ");
    let folder = pack(&[("targets.toml", &targets), ("pack.toml", &manifest)]);
    let known = |division: &str| KnownSubjects {
        units: Some(KnownUnits {
            divisions: BTreeSet::from([division.to_owned()]),
            institutions: BTreeSet::from(["河口镇中心卫生院".to_owned(), "云泽县医院".to_owned()]),
        }),
        ..known()
    };
    let told = |division: &str| -> Vec<String> {
        let library = PlanLibrary::default();
        let found = library.check_folder(folder.path(), Some(&known(division)));
        let (_, problems) = found.expect("a plan");
        assert!(problems.iter().all(|one| !one.is_error()), "{problems:?}");
        let texts = problems.iter().map(|one| one.problem.text(Language::Zh));
        texts.collect()
    };
    let here = told("990121");
    assert_eq!(here.len(), 2, "{here:#?}");
    assert!(here[0].contains("机构“河口镇卫生院”") || here[1].contains("机构“河口镇卫生院”"));
    assert!(here.iter().any(|one| one.contains("“四级”")), "{here:#?}");
    // A plan of another place names nobody in the directory.
    let elsewhere = told("990122");
    assert_eq!(elsewhere.len(), 2, "{elsewhere:#?}");
    assert!(elsewhere.iter().any(|one| one.contains("区划“990121”")));
    let wrong = PACK.replace("place = ", "division = \"云泽\"\nplace = ");
    let found = problems(&[("pack.toml", &wrong)]);
    assert!(found[0].contains("六位区划代码"), "{found:?}");
}

const DECISIONS: &str = r#"
[[decision]]
target = "T01"
number = "60"
decided_by = "示例县卫生健康局"
decided_on = 2024-03-01
document = "示卫发〔2024〕12号"
"#;

/// A folder with a plan that leaves T01 open, and one or more packs of decisions about it.
fn decided(decisions: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan");
    fs::rename(
        pack(&[(
            "targets.toml",
            &TARGETS.replace(
                "value = \"90\"",
                "value = \"全省前列\"\nopen = \"前几名？\"",
            ),
        )])
        .keep(),
        &plan,
    )
    .expect("own folder");
    for (number, text) in decisions.iter().enumerate() {
        let own = folder.path().join(format!("decisions-{number}"));
        fs::create_dir(&own).expect("own folder");
        let manifest = format!(
            "format = 1\nkind = \"plan-decisions\"\nid = \"own-{number}\"\ntitle = \"决定\"\n\
             version = \"1\"\nplan = \"example\"\n"
        );
        fs::write(own.join("pack.toml"), manifest).expect("own folder");
        fs::write(own.join("README.md"), "# 决定\n").expect("own folder");
        fs::write(own.join("decisions.toml"), text).expect("own folder");
    }
    folder
}

fn library(folder: &TempDir) -> PlanLibrary {
    let library = PlanLibrary::default().with_folder(folder.path());
    library.expect("a folder")
}

#[test]
fn a_commission_settles_what_a_plan_leaves_open() {
    let open = decided(&[]);
    let before = library(&open).load("example", None).expect("a plan");
    assert!(before.targets[0].question().is_some());
    let older = DECISIONS
        .replace("2024-03-01", "2023-03-01")
        .replace("60", "80");
    let folder = decided(&[DECISIONS, &older]);
    let plan = library(&folder).load("example", None).expect("a plan");
    let target = &plan.targets[0];
    // The newer decision holds.
    assert_eq!(target.amount.number, Some(60.into()));
    assert_eq!(target.question(), None);
    let decided = target.decided.as_ref().expect("a decision");
    assert_eq!((&*decided.question, &*decided.pack), ("前几名？", "own-0"));
    assert_ne!(plan.content_hash, before.content_hash);
    let own = folder.path().join("decisions-0");
    assert_eq!(library(&folder).check_decisions(&own), Some(Vec::new()));
    assert_eq!(
        library(&folder).check_decisions(&folder.path().join("plan")),
        None
    );
}

#[test]
fn mistakes_of_decisions_are_told_with_their_place() {
    let told = |decisions: &[&str]| -> Vec<String> {
        let folder = decided(decisions);
        let own = folder.path().join("decisions-0");
        let found = library(&folder).check_decisions(&own).expect("decisions");
        let load = library(&folder).load("example", None);
        assert!(matches!(load, Err(PackError::Broken { .. })), "{load:?}");
        let text = |one: &PackProblem| format!("{} {}", one.line, one.problem.text(Language::Zh));
        found.iter().map(text).collect()
    };
    let check = |decisions: &[&str], expected: &str| {
        let found = told(decisions);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(expected), "{} – {expected}", found[0]);
    };
    check(
        &[&DECISIONS.replace("T01", "T1")],
        "3 目标“T1”在基础方案或本方案中不存在",
    );
    check(
        &[&DECISIONS.replace("number = \"60\"\n", "")],
        "3 对目标“T01”的决定没有内容",
    );
    check(
        &[&DECISIONS.replace("\"60\"", "\"六十\"")],
        "4 “decision.number”的值不对",
    );
    check(
        &[&DECISIONS.replace("decided_on = 2024-03-01\n", "")],
        "3 缺少键“decision.decided_on”",
    );
    check(
        &[&DECISIONS.replace("number", "tolerance")],
        "3 目标“T01”作了决定以后仍不明确",
    );
    check(&[&format!("{DECISIONS}{DECISIONS}")], "10 目标“T01”重复");
    check(
        &[DECISIONS, DECISIONS],
        "3 内容包“own-1”在同一天也决定了目标“T01”",
    );
}

#[test]
fn what_a_document_says_is_not_decided_anew() {
    let folder = decided(&[DECISIONS]);
    let targets = folder.path().join("plan/targets.toml");
    fs::write(targets, TARGETS).expect("own folder");
    let own = folder.path().join("decisions-0");
    let found = library(&folder).check_decisions(&own).expect("decisions");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0]
            .problem
            .text(Language::Zh)
            .contains("没有待明确的问题")
    );
}

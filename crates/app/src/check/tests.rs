//! Packs of checks from text to findings.

use std::fs;
use std::path::Path;

use biaochi_domain::{Language, Localized as _};
use biaochi_records::FrontPage;

use super::{CheckOptions, RecordChecker, check_folder, page_from_json};
use crate::Content;

const PACK: &str = r#"
format = 1
kind = "checks"
id = "test-checks"
title = "测试"
version = "1"
[standard]
id = "s"
title = "标准"
version = "2016"
"#;
const SOURCES: &str = "[[source]]\nid = \"s\"\ntitle = \"出处\"\n";
const TERMS: &str = r#"
[[term]]
id = "principal_diagnosis"
title = "主要诊断编码"
sql = "diagnoses[1]['code']"
[[list]]
id = "female_only"
title = "女性疾病"
codes = "N70-N98, O00-O99"
"#;

/// A check with a question and cases.
fn check(id: &str, test: &str, more: &str, cases: &str) -> String {
    format!(
        r#"
[[check]]
id = "{id}"
title = "{id} 的问题"
class = "逻辑"
severity = "错误"
stage = "强制"
section = "诊疗信息"
deduct = "4"
fields = ["sex", "diagnoses.code"]
{test}
message = "性别 {{sex}}，主要诊断 {{principal_diagnosis}}，诊断 {{diagnoses.code}}，姓名 {{patient_name}}"
mend = "改"
source = "s"
basis = "confirmed"
{more}
cases = '''
{cases}
'''
"#
    )
}

const SEX: &str = "
| sex | diagnoses.code   | 结果 |
|-----|------------------|------|
| 1   | I10.x00;N80.000  | 违反 |
| 2   | I10.x00;N80.000  | 通过 |
| 1   | N69.900          | 通过 |
|     | N80.000          | 通过 |";

fn pack(folder: &Path, checks: &str) {
    fs::create_dir_all(folder.join("checks")).expect("own folder");
    for (name, text) in [
        ("pack.toml", PACK),
        ("sources.toml", SOURCES),
        ("terms.toml", TERMS),
        ("checks/a.toml", checks),
    ] {
        fs::write(folder.join(name), text).expect("own folder");
    }
}

/// What is wrong with a pack, its cases run.
fn problems(checks: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("temporary folder");
    pack(folder.path(), checks);
    let content = Content::load(&[]).expect("built in");
    let (problems, report) = check_folder(&content, folder.path(), true).expect("a pack of checks");
    if problems.is_empty() {
        assert!(report.cases > 0);
    }
    let root = format!("{}/", folder.path().display());
    problems
        .iter()
        .map(|problem| problem.text(Language::Zh).replace(&root, ""))
        .collect()
}

#[test]
fn a_good_pack_has_no_problems() {
    let sex = check(
        "A1",
        "violated = \"sex = '1' and any_code(diagnoses, '@female_only')\"",
        "",
        SEX,
    );
    let count = check(
        "A2",
        "count = \"repeated_codes(diagnoses)\"",
        "",
        "| diagnoses.code | 结果 |\n|---|---|\n| I10;I10;I10;J18 | 2 |\n| I10;J18 | 通过 |",
    );
    let measure = check(
        "A3",
        "measure = \"length_of_stay\"\nabove = \"60\"\nkeep = \"30\"",
        "",
        "| length_of_stay | 结果 |\n|---|---|\n| 61 | 违反 |\n| 60 | 通过 |\n| | 通过 |",
    );
    let lambda = check(
        "A4",
        "violated = \"any_match(procedures, p -> p['start_time'] < admission_time)\"",
        "layouts = [\"hqms811\"]\nfrom = 2017-01-01",
        "
| layout  | discharge_time   | admission_time   | procedures.start_time             | 结果 |
|---------|------------------|------------------|-----------------------------------|------|
|         | 2024-03-05 10:00 | 2024-03-01 10:00 | 2024-03-02 10:00;2024-02-28 10:00 | 违反 |
|         | 2024-03-05 10:00 | 2024-03-01 10:00 | 2024-03-02 10:00                  | 通过 |
| n041    | 2024-03-05 10:00 | 2024-03-01 10:00 | 2024-02-28 10:00                  | 通过 |
|         | 2016-12-31 10:00 | 2016-12-01 10:00 | 2016-11-28 10:00                  | 通过 |",
    );
    assert_eq!(
        problems(&(sex + &count + &measure + &lambda)),
        Vec::<String>::new()
    );
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let good = "violated = \"sex = '1' and any_code(diagnoses, 'N80')\"";
    let mut text = check("B1", "violated = \"sexx = '1'\"", "", SEX);
    text += &check("B2", "violated = \"age_years + 1\"", "", SEX);
    text += &check("B3", "violated = \"age_years > 5 or true\"", "", SEX);
    text += &check("B4", "violated = \"sex = \"", "", SEX);
    text += &check("B5", good, "group = \"nowhere\"\ncolour = 1", SEX);
    text += &check("B5", good, "", SEX);
    text += &check("B6", good, "", "| sex | 结果 |\n|---|---|\n| 1 | 违反 |");
    text += &check("B7", "count = \"1\"\nviolated = \"true\"", "", SEX);
    let found = problems(&text);
    let expected = [
        ("B1", "sexx"),
        ("B2", "条件"),
        ("B3", "总是成立"),
        ("B4", "SQL"),
        ("B5", "nowhere"),
        ("B5", "colour"),
        ("B5", "重复"),
        ("B6", "例子不够"),
        ("B7", "三者之一"),
    ];
    for (check, words) in expected {
        assert!(
            found.iter().any(|problem| problem.contains(words)),
            "{check} {words}: {found:#?}"
        );
    }
    assert!(
        found.iter().all(|problem| problem.contains("行 第")),
        "{found:#?}"
    );
}

#[test]
fn a_case_that_comes_out_otherwise_is_told() {
    let wrong = check(
        "C1",
        "violated = \"sex = '2' and any_code(diagnoses, 'N80')\"",
        "",
        SEX,
    );
    let found = problems(&wrong);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].contains("第 1 个例子应为“违反”，实际是“通过”"),
        "{found:#?}"
    );
}

/// A check across records with a query and cases.
fn across(id: &str, query: &str, message: &str, cases: &str) -> String {
    format!(
        r#"
[[across]]
id = "{id}"
title = "{id} 的问题"
class = "逻辑"
severity = "错误"
stage = "提示"
section = "住院过程"
fields = ["admission_time"]
query = '''
{query}'''
message = "{message}"
mend = "改"
source = "s"
basis = "general"
cases = '''
{cases}
'''
"#
    )
}

const STAYS: &str = "
| 例   | person_key | admission_count | 结果 |
|------|------------|-----------------|------|
| 一样 | 甲         | 2               | 违反 |
| 一样 | 甲         | 2               | 违反 |
| 不同 | 甲         | 2               | 通过 |
| 不同 | 甲         | 3               | 通过 |
| 两人 | 甲         | 2               | 通过 |
| 两人 | 乙         | 2               | 通过 |";

#[test]
fn a_query_across_records_is_run_over_small_tables_of_stays() {
    let query = "select organisation_code, record_key, admission_count, copies from (
  select *, count(*) over (partition by person_key, admission_count) as copies from stay) as s
where copies > 1";
    let message = "第 {admission_count} 次住院有 {copies} 份，本份 {count} 处";
    let good = across("E1", query, message, STAYS);
    assert_eq!(problems(&good), Vec::<String>::new());
    // Two rows of an answer for one record are two places.
    let twice = format!("{query}\nunion all\n{query}");
    let two = STAYS.replace("违反", "2");
    assert_eq!(
        problems(&across("E2", &twice, message, &two)),
        Vec::<String>::new()
    );
    let wrong = problems(&across(
        "E3",
        query,
        message,
        &STAYS.replacen("违反", "通过", 1),
    ));
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(
        wrong[0].contains("第 1 个例子应为“通过”，实际是“违反（1 处）”"),
        "{wrong:#?}"
    );
    // Who looks from one person to another would miss some when persons are looked at in parts.
    let beyond = query.replace(
        "partition by person_key, admission_count",
        "partition by admission_count",
    );
    let beyond = problems(&across("E4", &beyond, message, STAYS));
    assert_eq!(beyond.len(), 1, "{beyond:#?}");
    assert!(beyond[0].contains("partition by person_key"), "{beyond:#?}");
}

#[test]
fn mistakes_of_queries_are_told_with_their_line_and_column() {
    let keys = "select organisation_code, record_key";
    let cases = [
        // The query, what is told, and the line and column within the query.
        (
            format!("{keys},\n  patient_name\nfrom stay"),
            "patient_name",
            Some((2, 3)),
        ),
        (
            format!("{keys}\nfrom stay\nwhere sexx = '1'"),
            "sexx",
            Some((3, 7)),
        ),
        (format!("{keys}\nfrom stay\nwhere ("), "SQL", None),
        (format!("{keys}\nfrom discharge"), "discharge", Some((2, 6))),
        (
            "select record_key from stay".to_owned(),
            "organisation_code",
            None,
        ),
        (
            "select 1 as organisation_code, record_key from stay".to_owned(),
            "文字",
            None,
        ),
        ("drop table stay".to_owned(), "DROP", None),
        (
            format!("{keys} from stay; {keys} from stay"),
            "statements",
            None,
        ),
        (
            format!("{keys} from stay where admission_time > 'abc' + 1"),
            "SQL",
            None,
        ),
    ];
    for (query, words, place) in cases {
        let text = across("F1", &query, "没有值", STAYS);
        let found = problems(&text);
        let told = found.iter().find(|problem| problem.contains(words));
        let told = told.unwrap_or_else(|| panic!("{query}: {found:#?}"));
        assert!(told.contains("行 第"), "{told}");
        if let Some((line, column)) = place {
            // The query begins on the line after its key, which stands on line 10 of the file.
            let place = format!("第 {} 行 第 {column} 列", 10 + line);
            assert!(told.contains(&place), "{query}: {told}");
        }
    }
    let query = format!("{keys}, sex from stay where sex = '1'");
    for (text, words) in [
        (across("F2", &query, "性别 {sexx}", STAYS), "sexx"),
        (
            across("F3", &query, "", STAYS).replace("mend", "applies = \"true\"\nmend"),
            "applies",
        ),
        (
            across("F4", &query, "", STAYS).replace("query", "violated"),
            "query",
        ),
        (across("F5", " ", "", STAYS), "SQL 查询"),
        (
            across(
                "F6",
                &query,
                "",
                "| 例 | sexx | 结果 |\n|---|---|---|\n| a | 1 | 违反 |\n| a | 2 | 通过 |",
            ),
            "sexx",
        ),
        (
            across(
                "F7",
                &query,
                "",
                "| birth_date | 结果 |\n|---|---|\n| x | 违反 |\n| | 通过 |",
            ),
            "birth_date",
        ),
        (
            across("F8", &query, "", "| sex | 结果 |\n|---|---|\n| 1 | 违反 |"),
            "例子不够",
        ),
        (
            across("F9", &query, "", STAYS) + &across("F9", &query, "", STAYS),
            "重复",
        ),
    ] {
        let found = problems(&text);
        assert!(
            found.iter().any(|problem| problem.contains(words)),
            "{words}: {found:#?}"
        );
        assert!(
            found.iter().all(|problem| problem.contains("行 第")),
            "{found:#?}"
        );
    }
}

#[test]
fn the_checks_across_records_that_are_shipped_pass_their_cases() {
    let content = Content::load(&[]).expect("built in");
    let loaded = content
        .check_library()
        .load(super::NATIONAL)
        .expect("built in");
    let mut across = loaded.clone();
    across.set.checks.clear();
    across.set.terms.clear();
    let compiled = super::compile_pack(&content, &across).expect("compiles");
    let report = super::run_cases(&across, &compiled);
    assert_eq!(report.problems, []);
    assert_eq!(report.checks, 9);
}

#[test]
fn an_overlay_changes_and_switches_off_from_a_day_on() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let sex = "violated = \"sex = '1' and any_code(diagnoses, 'N80')\"";
    let base = check("D1", sex, "", SEX) + &check("D2", sex, "", SEX);
    pack(&folder.path().join("base"), &base);
    let own = folder.path().join("own");
    fs::create_dir_all(own.join("checks")).expect("own folder");
    let manifest = "format = 1\nkind = \"checks\"\nid = \"own\"\ntitle = \"本院\"\nversion = \"1\"\nbase = \"test-checks\"\n";
    fs::write(own.join("pack.toml"), manifest).expect("own folder");
    fs::write(own.join("sources.toml"), SOURCES).expect("own folder");
    let adjust = "
[[adjust]]
check = \"D1\"
off = true
from = 2024-01-01
reason = \"改由平台校验\"
[[adjust]]
check = \"D2\"
severity = \"疑似\"
from = 2024-01-01
reason = \"试用\"
";
    fs::write(own.join("checks/a.toml"), adjust).expect("own folder");
    let content = Content::load(&[folder.path().to_owned()]).expect("packs");
    let checks = content.checks("own").expect("compiles");
    let scheme = content.scheme("chs_drg_11").expect("built in");
    let options = CheckOptions {
        checks: &checks,
        scheme: &scheme,
        weights: None,
        translate: false,
        language: Language::Zh,
    };
    let found = |discharge: &str| {
        let json = format!(
            r#"{{"sex": "1", "discharge_time": "{discharge}", "patient_name": "张三",
                "diagnoses": [{{"code": "I10.x00"}}, {{"code": "N80.000"}}]}}"#
        );
        let page = page_from_json(&json).expect("a record");
        let record = RecordChecker::new(&options, "hqms811")
            .check(&page)
            .expect("runs");
        let set = checks.set();
        let severities = record.findings.iter().map(|finding| {
            let check = &set.checks[finding.check];
            format!("{} {}", check.id, check.severity.id())
        });
        (
            severities.collect::<Vec<_>>(),
            record.findings[0].message.clone(),
        )
    };
    let (before, message) = found("2023-12-31");
    assert_eq!(before, ["D1 error", "D2 error"]);
    assert_eq!(
        message,
        "性别 1，主要诊断 I10.x00，诊断 I10.x00、N80.000，姓名 ***"
    );
    assert_eq!(found("2024-01-01").0, ["D2 suspect"]);
}

#[test]
fn a_record_in_json_says_what_is_wrong_with_it() {
    let page = page_from_json(
        r#"{"sex": "1", "health_card_number": "-", "charges": {"total_charges": 12.5},
        "admission_time": "2024-03-05 08:00:00", "drug_allergy": true, "transfer_departments": ["01", "02"]}"#,
    );
    let page: FrontPage = page.expect("a record");
    assert_eq!(
        page.charges
            .total_charges
            .map(|total| total.to_string())
            .as_deref(),
        Some("12.50")
    );
    assert_eq!(
        (
            page.marked.len(),
            page.drug_allergy,
            page.transfer_departments.len()
        ),
        (1, Some(true), 2)
    );
    for (text, words) in [
        ("[]", "JSON"),
        (r#"{"sexx": "1"}"#, "sexx"),
        (r#"{"age_years": "x"}"#, "整数"),
        (r#"{"diagnoses": {"code": "I10"}}"#, "对象的列表"),
        (r#"{"diagnoses": [{"kode": "I10"}]}"#, "diagnoses.kode"),
        (r#"{"birth_date": "31.1.2024"}"#, "日期"),
    ] {
        let error = page_from_json(text).expect_err(text).text(Language::Zh);
        assert!(error.contains(words), "{text}: {error}");
    }
    let secret = page_from_json(r#"{"birth_date": "1960-99-99"}"#).expect_err("no date");
    assert!(!secret.text(Language::Zh).contains("1960"), "{secret}");
}

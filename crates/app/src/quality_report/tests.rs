//! Reports of a small county against plain SQL over the tables, and documents with hostile names.

use std::io::{Cursor, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use biaochi_domain::{Language, Localized as _};
use biaochi_ingest::OutputEncoding;
use biaochi_packs::ReportLibrary;
use biaochi_synth::{DefectRates, Options};
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::lake::Mode;
use jiff::civil::date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::sample::{month, number, sample};
use super::*;
use crate::import::{ImportRequest, ImportWeights, Places, import};
use crate::synthesise::{Files, synthesise};
use crate::{Config, Content, Workspace};

/// The bulletin's text, pages after each other and without line ends.
fn bulletin_text(report: &QualityReport, issuer: Option<&str>) -> String {
    let template = ReportLibrary::embedded()
        .about("quality")
        .expect("a template");
    let document = bulletin(&Bulletin {
        template: &template,
        report,
        issuer,
        date: Some(date(2024, 4, 2)),
    });
    let document = document.expect("typesets");
    assert!(document.warnings.is_empty(), "{:?}", document.warnings);
    assert!(document.pdf.starts_with(b"%PDF-"));
    document.pages.concat().replace('\n', "")
}

/// The parts of a workbook that hold sheets and texts.
fn workbook_text(report: &QualityReport) -> String {
    let mut bytes = Cursor::new(Vec::new());
    workbook(report, &mut bytes).expect("writes");
    let mut archive = zip::ZipArchive::new(bytes).expect("an archive");
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        if part.name().is_ok_and(|name| name.starts_with("xl/")) {
            part.read_to_string(&mut text).expect("XML");
        }
    }
    text
}

#[test]
fn a_bulletin_says_what_the_report_says() {
    let text = bulletin_text(&sample(), Some("云泽县卫生健康局"));
    for words in [
        "病案首页质量通报",
        "2024年1—3月",
        "编制单位：云泽县卫生健康局",
        "2024年4月2日",
        "甲医院",
        "乙医院",
        "主要诊断不能作主要诊断",
        "各月甲级率",
        "83.33%",
        "+6,500.00",
        "没有质控结果的月份：2024-02",
        "第 1 页",
        "签发：",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn hostile_names_appear_as_they_are() {
    let hostile = "=cmd()#panic(\"x\")*b*<i>&$x$@SUM(1)";
    let mut report = sample();
    report.hospitals[0].name = hostile.to_owned();
    report.physicians[0].person = hostile.to_owned();
    report.checks[0].title = hostile.to_owned();
    let text = bulletin_text(&report, Some(hostile));
    assert!(text.matches("#panic(\"x\")").count() >= 4, "{text}");
    let text = workbook_text(&report);
    assert!(
        text.contains("=cmd()#panic(\"x\")*b*&lt;i&gt;&amp;$x$@SUM(1)"),
        "{text}"
    );
    assert!(!text.contains("<f>"), "no cell is a formula");
}

#[test]
fn a_workbook_has_a_sheet_for_each_dimension() {
    let text = workbook_text(&sample());
    for name in [
        "机构",
        "月份",
        "得分分布",
        "问题类别",
        "规则",
        "规则逐月",
        "分组影响",
        "科室",
        "主治医师",
        "编码员",
        "说明",
    ] {
        assert!(text.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert_eq!(
        text.matches("state=\"frozen\"").count(),
        11,
        "frozen headings"
    );
    // A share is a number with a format, not a text.
    assert!(text.contains("<v>0.8333</v>"), "{text}");
}

/// A workspace with a small county of several months.
fn county(folder: &Path) -> (Workspace, Content) {
    let content = Content::load(&[]).expect("built in");
    let workspace = Workspace::init(&folder.join("w"), Config::default()).expect("a workspace");
    let options = Options {
        discharges: 700,
        seed: 5,
        from: month("2024-01"),
        to: month("2024-04"),
        defects: DefectRates::usual_times(3000),
        ..Options::default()
    };
    let files = folder.join("files");
    let encoding = OutputEncoding::Utf8;
    synthesise(options, &files, Files::Single, encoding, &|_| ()).expect("own folder");
    let scheme = content.scheme("chs_drg_11").expect("built in");
    let checks = content.checks(crate::check::NATIONAL).expect("built in");
    let table = content
        .weights(crate::demo::WEIGHTS, "chs_drg_11")
        .expect("built in");
    let weight = |drg: &str| table.get(drg);
    let paths = [files.join(crate::synthesise::SINGLE_FILE)];
    let request = ImportRequest {
        paths: &paths,
        scheme: &scheme,
        weights: Some(ImportWeights {
            id: &table.provenance.id,
            content_hash: &table.provenance.content_hash,
            weight: &weight,
        }),
        translate: false,
        organisation: None,
        mode: Mode::ReplaceMonth,
        allow_fewer: false,
        when_locked: WhenLocked::Refuse,
        known_code: Some(Arc::new(content.known_codes())),
        checks: Some(&checks),
        language: Language::Zh,
    };
    let places = Places {
        lake: &workspace.lake(),
        rejects: &workspace.rejects(),
        key_file: &workspace.key_file(),
    };
    import(places, &request, &|_| (), &AtomicBool::new(false)).expect("imports");
    (workspace, content)
}

/// What plain SQL over the tables counts for some months.
#[derive(Debug, Deserialize)]
struct Counted {
    pages: u64,
    score: String,
    best: u64,
    incomplete: u64,
    inaccurate: u64,
    regrouped: u64,
}

fn counted(workspace: &Workspace, content: &Content, filter: &str) -> Counted {
    let found = |condition: &str| {
        format!(
            "(select count(distinct record_key) from finding where places > 0 and stage <> 'trial'
              and {condition} and {filter})"
        )
    };
    let sql = format!(
        "select count(*) as pages, cast(sum(score) as varchar) as score,
                count(case when score >= 90 then 1 end) as best,
                {} as incomplete, {} as inaccurate, {} as regrouped
         from quality where {filter}",
        found("severity = 'error' and class = 'completeness'"),
        found("severity = 'error' and class <> 'completeness'"),
        found("changes_group"),
    );
    let mut rows = crate::query::rows::<Counted>(workspace, content, &sql).expect("counts");
    rows.remove(0)
}

#[track_caller]
fn agree(figures: &Figures, counted: &Counted) {
    let mean = number(&counted.score) / Decimal::from(counted.pages);
    let rounded = |value: Decimal| {
        value.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
    };
    let share = |part: u64| rounded(Decimal::from(part * 100) / Decimal::from(counted.pages));
    let complete = counted.pages - counted.incomplete;
    let accurate = counted.pages - counted.inaccurate;
    assert_eq!(
        (
            figures.pages,
            figures.mean_score,
            figures.grade_a,
            figures.regrouped
        ),
        (
            counted.pages,
            rounded(mean),
            counted.best,
            counted.regrouped
        )
    );
    assert_eq!((figures.complete, figures.accurate), (complete, accurate));
    assert_eq!(
        (
            figures.grade_a_share,
            figures.completeness,
            figures.accuracy
        ),
        (share(counted.best), share(complete), share(accurate))
    );
}

#[test]
fn a_report_counts_what_plain_sql_counts() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (workspace, content) = county(folder.path());
    let report = |request| quality_report(&workspace, &content, &request);
    let count = |filter: &str| counted(&workspace, &content, filter);

    // The county's last two months, compared with the two before.
    let request = ReportRequest {
        from: Some(month("2024-03")),
        ..ReportRequest::default()
    };
    let county = report(request).expect("a report");
    agree(
        &county.now,
        &count("discharge_month in ('2024-03', '2024-04')"),
    );
    let earlier = county.earlier.as_ref().expect("two months before");
    agree(earlier, &count("discharge_month in ('2024-01', '2024-02')"));
    let regrouped = (county.hospitals.len(), county.effect.regrouped);
    assert!(regrouped.0 > 3 && regrouped.1 > 0, "{regrouped:?}");
    for hospital in &county.hospitals {
        let filter = format!(
            "discharge_month in ('2024-03', '2024-04') and organisation_code = '{}'",
            hospital.code
        );
        agree(&hospital.now, &count(&filter));
        assert_ne!(hospital.name, hospital.code);
    }
    for month in &county.months {
        let figures = month.figures.as_ref().expect("pages");
        agree(
            figures,
            &count(&format!("discharge_month = '{}'", month.month)),
        );
    }
    let sum = |units: &[Unit]| units.iter().map(|unit| unit.figures.pages).sum::<u64>();
    let all = [&county.departments, &county.physicians, &county.coders].map(|units| sum(units));
    assert_eq!(all, [county.now.pages; 3]);
    let bands: u64 = county.scores.iter().map(|band| band.pages).sum();
    assert_eq!(bands, county.now.pages);
    assert_eq!(county.effect.regrouped, county.now.regrouped);
    let check = &county.checks[0];
    let pages = format!(
        "select count(*) as n from finding where check_id = '{}' and places > 0
         and discharge_month >= '2024-03'",
        check.id
    );
    let rows: Vec<serde_json::Value> = crate::query::rows(&workspace, &content, &pages).expect("n");
    assert_eq!(rows[0]["n"], check.pages);
    assert_eq!(check.months.iter().sum::<u64>(), check.pages);
    assert_ne!(check.title, check.id);

    // One hospital among the others.
    let own = county.hospitals[1].code.clone();
    let request = ReportRequest {
        organisation: Some(&own),
        from: Some(month("2024-03")),
        // Its own last month may be an earlier one.
        to: Some(month("2024-04")),
        ..ReportRequest::default()
    };
    let single = report(request).expect("a report");
    assert_eq!(single.now, county.hospitals[1].now);
    let others = single.others.as_ref().expect("others");
    assert_eq!(
        (others.hospitals, others.place),
        (county.hospitals.len() - 1, 2)
    );
    let filter = format!("discharge_month >= '2024-03' and organisation_code <> '{own}'");
    agree(&others.figures, &count(&filter));
    let named = |name: &str| serde_json::to_string(&single).expect("JSON").contains(name);
    assert!(named(&county.hospitals[1].name));
    assert!(
        !named(&county.hospitals[0].name),
        "other hospitals are not named"
    );

    // By default everything there is, which is less than a year; nothing lies before.
    let whole = report(ReportRequest::default()).expect("a report");
    assert_eq!(whole.period.to_string(), "2024-01..2024-04");
    assert_eq!((whole.before, &whole.earlier), (None, &None));
    agree(&whole.now, &count("true"));
    bulletin_text(&whole, None);
    workbook_text(&whole);
}

#[test]
fn what_is_not_there_is_told() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (workspace, content) = county(folder.path());
    let told = |organisation, from: Option<&str>, to: Option<&str>| {
        let request = ReportRequest {
            organisation,
            from: from.map(month),
            to: to.map(month),
            rate: None,
        };
        let error = quality_report(&workspace, &content, &request).expect_err("nothing");
        (error.is_not_found(), error.text(Language::Zh))
    };
    let (not_found, text) = told(None, Some("2023-01"), Some("2023-03"));
    assert!(
        not_found && text.contains("2023年1—3月") && text.contains("2024-01 至 2024-04"),
        "{text}"
    );
    let (not_found, text) = told(Some("nowhere' or 'a'='a"), None, None);
    assert!(not_found && text.contains("12990121SYN0010100"), "{text}");
    let (not_found, text) = told(None, Some("2024-03"), Some("2024-01"));
    assert!(!not_found && text.contains("--from"), "{text}");
    let (not_found, text) = told(None, Some("2030-01"), None);
    assert!(
        not_found && text.contains("2030年1月没有质控结果"),
        "{text}"
    );
    let (not_found, text) = told(None, Some("2010-01"), Some("2020-01"));
    assert!(!not_found && text.contains("120"), "{text}");
}

#[test]
fn an_empty_workspace_says_what_to_do() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let content = Content::load(&[]).expect("built in");
    let workspace = Workspace::init(&folder.path().join("w"), Config::default()).expect("new");
    let error = quality_report(&workspace, &content, &ReportRequest::default());
    let text = error.expect_err("nothing").text(Language::Zh);
    assert!(text.contains("biaochi import"), "{text}");
}

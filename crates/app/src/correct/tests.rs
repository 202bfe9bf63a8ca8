//! Corrections in a temporary workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use biaochi_domain::Language;
use biaochi_ingest::{LayoutWriter, OutputFormat};
use biaochi_records::{FrontPage, Layout};
use biaochi_store::{Actor, Filter, NewCorrection, Scope, State};
use biaochi_synth::{DefectRates, Options, Population};
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::lake::{ImportRecord, Mode};
use serde_json::Value;

use super::chains::changes;
use super::values::differences;
use super::*;
use crate::check::{CompiledPack, NATIONAL};
use crate::import::{ImportRequest, Places, import};
use crate::query::rows;
use crate::worklist::{sync_import, with_store};
use crate::{Config, Content, LoadedScheme, Workspace};

/// A workspace in a folder of its own.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) workspace: Workspace,
    pub(crate) content: Content,
    scheme: LoadedScheme,
    pack: CompiledPack,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let content = Content::load(&[]).expect("built in");
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::init(&folder.path().join("w"), Config::default());
        Self {
            workspace: workspace.expect("a new workspace"),
            scheme: content.scheme("chs_drg_11").expect("built in"),
            pack: content.check_pack(NATIONAL).expect("built in"),
            content,
            folder,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Imports a file as the command line does.
    pub(crate) fn import(&self, path: &Path) -> ImportRecord {
        let paths = [path.to_owned()];
        let request = ImportRequest {
            paths: &paths,
            scheme: &self.scheme,
            weights: None,
            translate: false,
            organisation: None,
            mode: Mode::ReplaceMonth,
            allow_fewer: false,
            when_locked: WhenLocked::Refuse,
            known_code: None,
            checks: Some(&self.pack.checks),
            language: Language::Zh,
        };
        let places = Places {
            lake: &self.workspace.lake(),
            rejects: &self.workspace.rejects(),
            key_file: &self.workspace.key_file(),
        };
        let imported = import(places, &request, &|_| (), &AtomicBool::new(false)).expect("imports");
        sync_import(&self.workspace, &self.content, &imported.record, "系统").expect("a worklist");
        imported.record
    }

    pub(crate) fn sql(&self, sql: &str) -> Vec<Value> {
        rows(&self.workspace, &self.content, sql).expect(sql)
    }

    pub(crate) fn corrector(&self) -> Corrector<'_> {
        Corrector {
            workspace: &self.workspace,
            content: &self.content,
            checks: Some(&self.pack),
            actor: "张编码",
            when_locked: WhenLocked::Refuse,
        }
    }

    fn correct(&self, page: &FrontPage, sets: &[&str]) -> Result<CorrectedRecord, CorrectError> {
        let wanted = RecordCorrection {
            organisation: page.organisation_code.to_string(),
            record: key(page)[..12].to_owned(),
            sets: sets.iter().map(|set| (*set).to_owned()).collect(),
            reason: "核对病历".to_owned(),
            ..RecordCorrection::default()
        };
        correct_record(self.corrector(), &wanted)
    }

    /// Items of a record in some states, by check.
    fn items(&self, page: &FrontPage, states: &[State]) -> Vec<String> {
        let filter = Filter {
            record_key: Some(key(page)),
            states: states.to_vec(),
            ..Filter::default()
        };
        let order = biaochi_store::Order::Due;
        let found = with_store(&self.workspace, async |store| {
            Ok(store.list(&Scope::All, &filter, order, None, 100).await?)
        });
        let items = found.expect("a store").items.into_iter();
        items.map(|item| item.finding.check_id).collect()
    }

    /// A value of a record in the lake.
    fn value(&self, page: &FrontPage, column: &str) -> Value {
        let sql = format!(
            "select {column} as value from discharge where record_key = '{}'",
            key(page)
        );
        self.sql(&sql).remove(0)["value"].take()
    }
}

/// Corrects records to the pages that `wanted` gives for their keys, all at once. Their keys stay.
pub(crate) fn correct_to(bench: &Bench, wanted: impl Fn(&str) -> Option<FrontPage>) -> Amended {
    let months = super::record::partitions(&bench.workspace, &bench.content, None, None);
    let amended = super::amend::amend(
        bench.corrector(),
        &months.expect("a lake"),
        super::amend::Among::All,
        |standing| {
            let page = wanted(&standing.stored.record_key);
            let page = page.filter(|page| !differences(standing.page, page).is_empty());
            Ok(page.map(|page| super::amend::Planned {
                page,
                reason: "按病历改正".to_owned(),
                checks: Vec::new(),
                based_on: None,
            }))
        },
    );
    amended.expect("corrects")
}

pub(crate) fn key(page: &FrontPage) -> String {
    biaochi_warehouse::tables::record_key(&page.key().expect("a complete key"))
}

/// Clean pages of one hospital's month.
pub(crate) fn pages() -> Vec<FrontPage> {
    let month = "2024-03".parse().expect("a month");
    let options = Options {
        discharges: 120,
        seed: 5,
        from: month,
        to: month,
        layout: Some(Layout::Hqms811),
        defects: DefectRates::none(),
        ..Options::default()
    };
    let mut files = Population::new(options).expect("options").month_files();
    let file = files.find(|file| file.remaining() > 9).expect("a hospital");
    file.map(|stay| stay.page).collect()
}

pub(crate) fn write(path: &Path, pages: &[FrontPage]) {
    let mut writer = LayoutWriter::new(Layout::Hqms811, OutputFormat::default());
    let mut bytes = Vec::new();
    writer.header(&mut bytes);
    for page in pages {
        writer.row(page, &mut bytes);
    }
    fs::write(path, bytes).expect("own folder");
}

/// The page with another sex than its identity number says.
fn with_wrong_sex(page: &FrontPage) -> FrontPage {
    let mut wrong = page.clone();
    wrong.sex = if page.sex == "1" { "2" } else { "1" }.into();
    wrong
}

#[test]
fn a_correction_is_a_new_version_that_is_grouped_and_checked() {
    let bench = Bench::new();
    let clean = pages();
    let right = clean.iter().position(|page| page.id_number.len() == 18);
    let right = right.expect("an adult");
    let mut delivered = clean.clone();
    delivered[right] = with_wrong_sex(&clean[right]);
    let file = bench.path("a.csv");
    write(&file, &delivered);
    bench.import(&file);
    let page = &delivered[right];
    let open = [State::Open, State::Assigned, State::Corrected];
    assert!(bench.items(page, &open).contains(&"ID001".to_owned()));
    let others = format!(
        "select * from discharge where record_key <> '{}' order by record_key",
        key(page)
    );
    let before = bench.sql(&others);
    let identity = bench.value(page, "person_key");

    let wanted = RecordCorrection {
        organisation: page.organisation_code.to_string(),
        record: key(page)[..8].to_owned(),
        sets: vec![
            format!("性别={}", clean[right].sex),
            "patient_name=王小明".to_owned(),
        ],
        reason: "核对身份证".to_owned(),
        checks: vec!["ID001".to_owned()],
        based_on: Some(0),
    };
    let corrected = correct_record(bench.corrector(), &wanted).expect("corrects");
    assert_eq!(corrected.amended.made[0].version, 1);
    assert!(corrected.findings.iter().all(|(check, _)| check != "ID001"));
    assert_eq!(bench.value(page, "sex"), clean[right].sex.as_str());
    assert!(
        bench
            .items(page, &[State::Closed])
            .contains(&"ID001".to_owned())
    );
    // Everything else is as it was, and the record keeps where it came from.
    assert_eq!(bench.sql(&others), before);
    assert_eq!(bench.value(page, "person_key"), identity);
    assert_eq!(bench.value(page, "source_row"), right + 2);
    for table in ["discharge", "grouping", "quality"] {
        let count = bench.sql(&format!("select count(*) as n from {table}"));
        assert_eq!(count[0]["n"], clean.len(), "{table}");
    }
    // Names are nowhere in clear.
    let store = fs::read(bench.workspace.root().join("store.sqlite")).expect("own folder");
    let name = "王小明".as_bytes();
    assert!(!store.windows(name.len()).any(|part| part == name));
    let (_, versions) = history(
        &bench.workspace,
        &bench.content,
        &page.organisation_code,
        &key(page)[..8],
    )
    .expect("a record");
    assert_eq!((versions.len(), versions[0].actor.as_str()), (1, "张编码"));
    let masked: Vec<String> = versions[0]
        .changes
        .iter()
        .map(|change| shown(change.after.as_ref()))
        .collect();
    assert_eq!(masked, ["***", clean[right].sex.as_str()]);

    // Whoever saw the record as delivered is told that it is another one now.
    let late = correct_record(bench.corrector(), &wanted);
    assert!(
        matches!(late, Err(CorrectError::NothingChanged)),
        "{late:?}"
    );
    let late = RecordCorrection {
        sets: vec!["coder=李编码".to_owned()],
        ..wanted
    };
    let late = correct_record(bench.corrector(), &late);
    assert!(
        matches!(
            late,
            Err(CorrectError::Version {
                expected: 0,
                found: 1
            })
        ),
        "{late:?}"
    );
    // The name that the store knows sealed came along: the next version has it still.
    bench.correct(page, &["coder=李编码"]).expect("corrects");
    let (_, versions) = history(
        &bench.workspace,
        &bench.content,
        &page.organisation_code,
        &key(page),
    )
    .expect("a record");
    assert_eq!(versions[1].changes.len(), 1);
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let bench = Bench::new();
    let clean = pages();
    let file = bench.path("a.csv");
    write(&file, &clean);
    bench.import(&file);
    let page = &clean[0];
    let version = bench.sql("select count(*) as n from import_journal");
    let admission = "admission_time=2099-01-01";
    for (sets, part) in [
        (&["sex=7"][..], "不在值域"),
        (&["nonsense=1"], "没有字段"),
        (&["discharge_time=2024-03-01"], "病案标识"),
        (&[admission], "不能入库"),
        (&["diagnoses.code[1]="], "不能入库"),
    ] {
        let error = bench.correct(page, sets).expect_err(part);
        let text = biaochi_domain::Localized::text(&error, Language::Zh);
        assert!(text.contains(part), "{text}");
    }
    let mut other = page.clone();
    other.medical_record_number = "none".into();
    let none = bench.correct(&other, &["sex=1"]);
    assert!(matches!(none, Err(CorrectError::NoRecord { .. })));
    let several = RecordCorrection {
        organisation: page.organisation_code.to_string(),
        sets: vec!["sex=1".to_owned()],
        reason: "x".to_owned(),
        ..RecordCorrection::default()
    };
    let several = correct_record(bench.corrector(), &several);
    assert!(matches!(several, Err(CorrectError::Several { .. })));
    // A fault that the worklist does not have takes the whole correction back.
    let unknown = RecordCorrection {
        organisation: page.organisation_code.to_string(),
        record: key(page),
        sets: vec!["coder=李编码".to_owned()],
        reason: "x".to_owned(),
        checks: vec!["CP001".to_owned()],
        based_on: None,
    };
    assert!(correct_record(bench.corrector(), &unknown).is_err());
    assert_eq!(
        bench.sql("select count(*) as n from import_journal"),
        version
    );
    assert_eq!(bench.value(page, "coder"), page.coder.as_str());
    let corrected = corrected_records(
        &bench.workspace,
        &[(page.organisation_code.to_string(), "2024-03".to_owned())],
    );
    assert_eq!(corrected.expect("a store"), 0);
}

#[test]
fn corrections_come_back_after_an_interruption_and_after_another_delivery() {
    let bench = Bench::new();
    let clean = pages();
    let (one, two) = (&clean[0], &clean[1]);
    let file = bench.path("a.csv");
    write(&file, &clean);
    bench.import(&file);
    // Killed between the store and the lake: only the store has the correction.
    let mut right = one.clone();
    right.coder = "李编码".into();
    let workspace_key = lake_key(&bench.workspace).expect("a key");
    let stored = NewCorrection {
        organisation_code: one.organisation_code.to_string(),
        record_key: key(one),
        month: "2024-03".parse().expect("a month"),
        based_on: 0,
        reason: "核对".to_owned(),
        changes: changes(
            &differences(one, &right),
            &mut workspace_key.sealer(),
            &key(one),
        ),
        checks: Vec::new(),
    };
    with_store(&bench.workspace, async |store| {
        Ok(store
            .correct(&Scope::All, &Actor::now("张编码"), &stored)
            .await?)
    })
    .expect("stored");
    assert_eq!(bench.value(one, "coder"), one.coder.as_str());
    let again = |expected: u64| {
        let amended = reapply(bench.corrector(), None, None).expect("reapplies");
        assert_eq!((amended.restored, amended.made.len()), (expected, 0));
        amended.stale
    };
    assert_eq!(again(1), []);
    assert_eq!(bench.value(one, "coder"), "李编码");
    assert_eq!(again(0), []);

    // A second correction of the same value and one of another record; then the file comes again.
    bench.correct(one, &["coder=赵编码"]).expect("corrects");
    bench.correct(two, &["coder=钱编码"]).expect("corrects");
    let mut delivered = clean.clone();
    delivered[2].coder = "孙编码".into();
    write(&file, &delivered);
    let record = bench.import(&file);
    assert_eq!(bench.value(one, "coder"), one.coder.as_str());
    let count = corrected_records(&bench.workspace, &record.partitions);
    assert_eq!(count.expect("a store"), 2);
    assert_eq!(again(2), []);
    assert_eq!(bench.value(one, "coder"), "赵编码");
    assert_eq!(bench.value(two, "coder"), "钱编码");

    // The hospital itself says something else now: its word stays, and people are told.
    delivered[1].coder = "周编码".into();
    write(&file, &delivered);
    bench.import(&file);
    let stale = again(1);
    assert_eq!((stale.len(), stale[0].place.name().as_str()), (1, "coder"));
    assert_eq!(bench.value(two, "coder"), "周编码");
    // The last word on it is a new correction of what stands there now.
    bench.correct(two, &["coder=钱编码"]).expect("corrects");
    assert_eq!(again(0), []);
}

#[test]
fn what_is_certain_is_listed_and_corrected() {
    let bench = Bench::new();
    let clean = pages();
    let mut delivered = clean.clone();
    let stay = delivered[0].length_of_stay.expect("a stay");
    delivered[0].length_of_stay = Some(stay + 40);
    let code = delivered[1].diagnoses[0].code.clone();
    let wide = code.chars().map(|c| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        other => other,
    });
    delivered[1].diagnoses[0].code = wide.collect();
    let diagnosis = &mut delivered[2].diagnoses[0];
    std::mem::swap(&mut diagnosis.code, &mut diagnosis.name);
    let file = bench.path("a.csv");
    write(&file, &delivered);
    bench.import(&file);
    let mut kinds = Vec::new();
    let mut take = |record: SuggestedRecord| {
        kinds.extend(record.suggestions.iter().map(|one| one.kind.id()));
    };
    let looked_at = suggest_in_lake(&bench.workspace, &bench.content, None, None, &mut take);
    assert_eq!(looked_at.expect("looks"), clean.len() as u64);
    kinds.sort_unstable();
    assert_eq!(kinds, ["stay", "swapped", "swapped", "width"]);
    let month = "2024-03".parse().expect("a month");
    let amended = apply_suggestions(bench.corrector(), None, month).expect("corrects");
    assert_eq!(amended.made.len(), 3);
    assert_eq!(bench.value(&clean[0], "length_of_stay"), stay);
    for page in &clean[1..3] {
        let code = bench.value(page, "diagnoses[1]['code']");
        assert_eq!(code, page.diagnoses[0].code.as_str());
        let name = bench.value(page, "diagnoses[1]['name']");
        assert_eq!(name, page.diagnoses[0].name.as_str());
    }
    let again = apply_suggestions(bench.corrector(), None, month).expect("nothing to do");
    assert_eq!((again.made.len(), again.version), (0, None));

    // A file also shows how its values are written.
    let text = fs::read_to_string(&file).expect("own folder");
    let name = clean[3].patient_name.as_str();
    fs::write(&file, text.replacen(name, &format!(" {name} "), 1)).expect("own folder");
    let mut kinds = Vec::new();
    let mut take = |record: SuggestedRecord| {
        kinds.extend(record.suggestions.iter().map(|one| one.kind.id()));
    };
    suggest_in_file(&bench.content, &file, &mut take).expect("looks");
    kinds.sort_unstable();
    assert_eq!(kinds, ["padding", "stay", "swapped", "swapped", "width"]);
}

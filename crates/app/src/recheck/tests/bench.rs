//! A temporary workspace with small packs of checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use biaochi_domain::Language;
use biaochi_ingest::{LayoutWriter, OutputFormat as FileFormat};
use biaochi_records::{Decimal2, Diagnosis, FrontPage, Layout};
use biaochi_store::Scope;
use biaochi_warehouse::WhenLocked;
use jiff::civil::{DateTime, date, datetime};

use crate::across::{AcrossRequest, AcrossUpdate, update};
use crate::check::CompiledPack;
use crate::import::{ImportRequest, Imported, Places, import};
use crate::query::{OutputFormat, Query, Selected, run_query};
use crate::recheck::{Months, Progress, RecheckError, RecheckRequest, Rechecked, recheck};
use crate::{Config, Content, ImportMode, LoadedScheme, Workspace};

/// The checks across records as they are shipped.
const ACROSS: &str =
    include_str!("../../../../../packs/national/front-page-checks/checks/across.toml");

const SOURCES: &str = "[[source]]\nid = \"practice\"\ntitle = \"常识\"\n";
const GRADES: &str =
    "[[grade]]\nid = \"甲\"\nat_least = \"90\"\n[[grade]]\nid = \"乙\"\nat_least = \"0\"\n";

/// Two checks of single records: one looks at a sealed identifier, one measures.
const SINGLE: &str = r#"
[[check]]
id = "T1"
title = "姓名只有一个字"
class = "规范性"
severity = "错误"
stage = "强制"
section = "基本信息"
deduct = "20"
fields = ["patient_name"]
violated = "character_length(patient_name) = 1"
message = "姓名 {patient_name}"
mend = "改"
source = "practice"
basis = "general"
cases = '''
| patient_name | 结果 |
|--------------|------|
| 张           | 违反 |
| 张三         | 通过 |
'''

[[check]]
id = "T2"
title = "住院太久"
class = "逻辑"
severity = "警告"
stage = "提示"
section = "住院过程"
deduct = "1"
fields = ["length_of_stay"]
measure = "length_of_stay"
above = "60"
keep = "30"
message = "住院 {measure} 天"
mend = "改"
price = { principal = "I21" }
source = "practice"
basis = "general"
cases = '''
| length_of_stay | 结果 |
|----------------|------|
| 61             | 违反 |
| 60             | 通过 |
'''
"#;

/// A check that the first pack does not have, and one of it and one across records switched off.
const OTHER: &str = r#"
[[adjust]]
check = "T1"
off = true
from = 2000-01-01
reason = "试验"

[[adjust]]
check = "AC007"
off = true
from = 2024-02-01
reason = "试验"

[[check]]
id = "T3"
title = "没有出院科别"
class = "完整性"
severity = "错误"
stage = "提示"
section = "住院过程"
deduct = "15"
fields = ["discharge_department"]
violated = "discharge_department is null"
message = "出院科别未填写"
mend = "填"
source = "practice"
basis = "general"
cases = '''
| discharge_department | 结果 |
|----------------------|------|
|                      | 违反 |
| 03                   | 通过 |
'''
"#;

/// The ids of the pack with all checks, of one that switches T1 off, of one with other checks, and of one that
/// only tries AC001.
pub(super) const BASE: &str = "base-checks";
pub(super) const WITHOUT_T1: &str = "without-t1";
pub(super) const OTHER_CHECKS: &str = "other-checks";
pub(super) const TRIAL: &str = "trial";

pub(super) struct Bench {
    folder: tempfile::TempDir,
    pub(super) content: Content,
    scheme: LoadedScheme,
    pub(super) workspace: Workspace,
}

fn pack(folder: &Path, id: &str, base: Option<&str>, files: &[(&str, &str)]) {
    let folder = folder.join(id);
    fs::create_dir_all(folder.join("checks")).expect("own folder");
    let above = match base {
        Some(base) => format!("base = \"{base}\"\n"),
        None => "[standard]\nid = \"s\"\ntitle = \"标准\"\nversion = \"2016\"\n".to_owned(),
    };
    let manifest = format!(
        "format = 1\nkind = \"checks\"\nid = \"{id}\"\ntitle = \"测试\"\nversion = \"1\"\n{above}"
    );
    fs::write(folder.join("pack.toml"), manifest).expect("own folder");
    fs::write(folder.join("sources.toml"), SOURCES).expect("own folder");
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("own folder");
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder.path().join("w");
        let workspace = Workspace::init(&root, Config::default()).expect("a new workspace");
        let packs = workspace.packs();
        let base = [
            ("grades.toml", GRADES),
            ("checks/a.toml", SINGLE),
            ("checks/b.toml", ACROSS),
        ];
        pack(&packs, BASE, None, &base);
        let off = "[[adjust]]\ncheck = \"T1\"\noff = true\nfrom = 2000-01-01\nreason = \"试验\"\n";
        pack(&packs, WITHOUT_T1, Some(BASE), &[("checks/a.toml", off)]);
        pack(
            &packs,
            OTHER_CHECKS,
            Some(BASE),
            &[("checks/a.toml", OTHER)],
        );
        let trial = "[[adjust]]\ncheck = \"AC001\"\nstage = \"试行\"\nfrom = 2000-01-01\nreason = \"试验\"\n";
        pack(&packs, TRIAL, Some(BASE), &[("checks/a.toml", trial)]);
        let content = Content::load(&[packs]).expect("packs");
        let scheme = content.scheme("chs_drg_11").expect("built in");
        Self {
            folder,
            content,
            scheme,
            workspace,
        }
    }

    pub(super) fn pack(&self, id: &str) -> CompiledPack {
        self.content.check_pack(id).expect("compiles")
    }

    fn with_places<T>(&self, work: impl FnOnce(Places<'_>) -> T) -> T {
        let workspace = &self.workspace;
        let (lake, rejects) = (workspace.lake(), workspace.rejects());
        work(Places {
            lake: &lake,
            rejects: &rejects,
            key_file: &workspace.key_file(),
        })
    }

    /// Imports pages of whole months and checks each page by itself.
    pub(super) fn import(&self, pages: &[FrontPage], pack: &CompiledPack) -> Imported {
        let mut writer = LayoutWriter::new(Layout::Hqms811, FileFormat::default());
        let mut bytes = Vec::new();
        writer.header(&mut bytes);
        for page in pages {
            writer.row(page, &mut bytes);
        }
        let path = self.folder.path().join("pages.csv");
        fs::write(&path, bytes).expect("own folder");
        let paths: [PathBuf; 1] = [path];
        let request = ImportRequest {
            paths: &paths,
            scheme: &self.scheme,
            weights: None,
            translate: false,
            organisation: None,
            mode: ImportMode::ReplaceMonth,
            allow_fewer: false,
            when_locked: WhenLocked::Refuse,
            known_code: None,
            checks: Some(&pack.checks),
            language: Language::Zh,
        };
        let never = AtomicBool::new(false);
        let imported = self.with_places(|places| import(places, &request, &|_| (), &never));
        let imported = imported.expect("imports");
        assert_eq!(imported.record.counts.rejected, 0);
        imported
    }

    /// What follows an import.
    pub(super) fn look_across(&self, imported: &Imported, pack: &CompiledPack) -> AcrossUpdate {
        let request = AcrossRequest {
            scope: &Scope::All,
            across: &pack.across,
            scheme: "chs_drg_11",
            months: &imported.record.partitions,
            version: imported.version,
            when_locked: WhenLocked::Refuse,
        };
        self.with_places(|places| update(places, &request))
            .expect("looks")
    }

    /// Imports and looks across.
    pub(super) fn deliver(&self, pages: &[FrontPage], pack: &CompiledPack) -> AcrossUpdate {
        let imported = self.import(pages, pack);
        self.look_across(&imported, pack)
    }

    pub(super) fn recheck(
        &self,
        pack: &CompiledPack,
        months: &Months,
        activate: bool,
    ) -> Result<Rechecked, RecheckError> {
        let never = AtomicBool::new(false);
        self.recheck_with(pack, months, activate, &|_| (), &never)
    }

    pub(super) fn recheck_with(
        &self,
        pack: &CompiledPack,
        months: &Months,
        activate: bool,
        progress: &(dyn Fn(Progress) + Sync),
        cancel: &AtomicBool,
    ) -> Result<Rechecked, RecheckError> {
        let request = RecheckRequest {
            scope: &Scope::All,
            months,
            checks: &pack.checks,
            across: &pack.across,
            scheme: &self.scheme,
            weights: None,
            translate: false,
            activate,
            when_locked: WhenLocked::Refuse,
        };
        self.with_places(|places| recheck(places, &request, progress, cancel))
    }

    /// A query's result as CSV.
    pub(super) fn sql(&self, sql: &str) -> String {
        let query = Query {
            sql,
            selected: Selected::Newest,
            format: OutputFormat::Csv,
            table_rows: 0,
        };
        let mut out = Vec::new();
        run_query(&self.workspace, &self.content, &query, &mut out).expect(sql);
        String::from_utf8(out).expect("text")
    }

    /// All findings and scores.
    pub(super) fn results(&self) -> String {
        self.sql("SELECT * FROM finding ORDER BY organisation_code, record_key, check_id")
            + &self.sql("SELECT * FROM quality ORDER BY organisation_code, record_key")
    }

    /// Record and check of the findings across records.
    pub(super) fn across(&self) -> Vec<(String, String)> {
        let lines = self.sql(
            "SELECT record_key, check_id FROM finding WHERE check_id LIKE 'AC%' ORDER BY 1, 2",
        );
        let pairs = lines
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(','));
        pairs
            .map(|(record, check)| (record.to_owned(), check.to_owned()))
            .collect()
    }

    /// Everything below the folder of the lake.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.workspace.lake()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("own folder").flatten() {
                match entry.path().is_dir() {
                    true => folders.push(entry.path()),
                    false => files.push(entry.path()),
                }
            }
        }
        files.sort();
        files
    }
}

/// A stay of a person, times in days and hours of 2024.
pub(super) fn stay(
    organisation: &str,
    person: &str,
    count: i32,
    admitted: (i8, i8, i8),
    discharged: (i8, i8, i8),
) -> FrontPage {
    let at = |(month, day, hour): (i8, i8, i8)| -> DateTime {
        datetime(2024, month, day, hour, 0, 0, 0)
    };
    let mut page = FrontPage {
        organisation_code: organisation.into(),
        organisation_name: "测试医院".into(),
        medical_record_number: format!("{person}-{organisation}").into(),
        admission_count: Some(count),
        admission_time: Some(at(admitted)),
        discharge_time: Some(at(discharged)),
        patient_name: "张三".into(),
        id_number: person.into(),
        sex: "1".into(),
        birth_date: Some(date(1960, 3, 6)),
        age_years: Some(63),
        length_of_stay: Some(5),
        discharge_department: "03".into(),
        discharge_disposition: "1".into(),
        planned_readmission_31d: Some(false),
        ..FrontPage::default()
    };
    page.diagnoses = vec![Diagnosis::from("J18.900"), Diagnosis::from("I21.900")];
    page.charges.total_charges = Some(Decimal2::from_hundredths(10_000));
    page
}

/// The key of a page's record.
pub(super) fn key(page: &FrontPage) -> String {
    biaochi_warehouse::tables::record_key(&page.key().expect("complete"))
}

//! A temporary workspace with a small pack of indicators and random pages.

use std::fs;
use std::sync::atomic::AtomicBool;

use biaochi_domain::{Language, Localized as _, Period};
use biaochi_ingest::{LayoutWriter, OutputFormat};
use biaochi_records::{Decimal2, Diagnosis, FrontPage, Layout, Procedure};
use biaochi_warehouse::WhenLocked;
use jiff::ToSpan as _;
use jiff::civil::{date, datetime};
use rust_decimal::Decimal;

use crate::import::{ImportRequest, ImportWeights, Places, import};
use crate::indicators::{CompiledIndicators, Structure, Values};
use crate::{Config, Content, ImportMode, LoadedScheme, Workspace};

const TERMS: &str = r#"
[[term]]
id = "principal_diagnosis"
title = "主要诊断"
sql = "diagnoses[1]['code']"

[[term]]
id = "has_surgery"
title = "有手术"
sql = "any_code(procedures, '@surgery')"

[[term]]
id = "los"
title = "住院天数"
sql = "length_of_stay"

[[list]]
id = "surgery"
title = "手术"
codes = "01-86"
except = "38.9"
certainty = "general"

[[list]]
id = "county"
title = "本县邮编"
codes = ""
"#;

/// Counts, sums, filters, exclusions, two members of one element, differences, groups, medians.
const INDICATORS: &[(&str, &str)] = &[
    (
        "SURGERY",
        r#"numerator = { from = "stay", count = "has_surgery" }
denominator = { from = "stay", count = "true" }
scale = "100""#,
    ),
    (
        "COST",
        r#"numerator = { from = "stay", sum = "charges['total_charges']" }
denominator = { from = "stay", count = "true" }"#,
    ),
    (
        "MEDICINE",
        r#"numerator = [
  { from = "stay", sum = "charges['western_medicine']", where = "principal_diagnosis is not null" },
  { from = "stay", sum = "coalesce(charges['blood'], 0)", minus = true },
]
denominator = { from = "stay", sum = "charges['total_charges']" }
scale = "100""#,
    ),
    (
        "STAY",
        r#"numerator = { from = "stay", sum = "los" }
denominator = { from = "stay", count = "los is not null" }
exclude = "discharge_disposition = '5'""#,
    ),
    (
        "COMPLICATION",
        r#"numerator = { from = "stay", count = "has_surgery and any_other(diagnoses, 'code', 'T81, I26', 'present_on_admission', '4')" }
denominator = { from = "stay", count = "has_surgery" }
scale = "100""#,
    ),
    (
        "PNEUMONIA",
        r#"numerator = { from = "stay", count = "discharge_disposition = '5'", where = "code_in(principal_diagnosis, 'J13-J15, J18')" }
denominator = { from = "stay", count = "code_in(principal_diagnosis, 'J13-J15, J18')" }
scale = "100""#,
    ),
    (
        "CMI",
        r#"numerator = { from = "stay", sum = "weight", where = "grouping_status = 'grouped'" }
denominator = { from = "stay", count = "weight is not null and grouping_status = 'grouped'" }"#,
    ),
    (
        "PERSONS",
        r#"exact = { from = "stay", sql = "count(distinct person_key)" }"#,
    ),
    (
        "MEDIAN",
        r#"exact = { from = "stay", sql = "median(cast(los as decimal(10, 1)))" }"#,
    ),
    (
        "GROWTH",
        r#"growth = { of = "COST", against = "previous" }
scale = "100""#,
    ),
    ("GROUPS", r#"algorithm = "drg_groups""#),
    ("COST-INDEX", r#"algorithm = "cost_index""#),
    (
        "COUNTY",
        r#"numerator = { from = "stay", count = "code_in(current_postcode, '@county')" }
denominator = { from = "stay", count = "true" }"#,
    ),
];

pub(super) const PACK: &str = "test-indicators";

/// The head of an indicator and cases that nobody runs here.
pub(super) fn definition(id: &str, formula: &str) -> String {
    let cases = match formula {
        text if text.starts_with("growth") || text.starts_with("algorithm") => "",
        text if text.starts_with("exact") => {
            "cases = '''\n| sex | 值 |\n|---|---|\n| 1 | 1 |\n'''\n"
        }
        _ => {
            "cases = '''\n| sex | 分子 | 分母 |\n|---|---|---|\n| 1 | 0 | 1 |\n| 2 | 1 | 1 |\n'''\n"
        }
    };
    format!(
        "[[indicator]]\nid = \"{id}\"\ntitle = \"{id}\"\nwhy = \"试\"\ndimension = \"试\"\n\
         direction = \"monitor\"\nunit = \"\"\nsource = \"s\"\ncertainty = \"general\"\n{formula}\n{cases}\n"
    )
}

pub(super) fn weight(drg: &str) -> Option<Decimal> {
    let first = drg.as_bytes().get(1).copied()?;
    (first % 3 != 0).then(|| Decimal::new(i64::from(first) * 137, 4))
}

pub(super) struct Bench {
    folder: tempfile::TempDir,
    pub(super) content: Content,
    scheme: LoadedScheme,
    pub(super) workspace: Workspace,
}

impl Bench {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder.path().join("w");
        let workspace = Workspace::init(&root, Config::default()).expect("a new workspace");
        let indicators = INDICATORS
            .iter()
            .map(|(id, formula)| definition(id, formula));
        let indicators: String = indicators.collect();
        Self::pack(
            &workspace,
            PACK,
            None,
            &[("terms.toml", TERMS), ("indicators/a.toml", &indicators)],
        );
        let other =
            definition("COST", INDICATORS[1].1).replace("total_charges", "western_medicine");
        let terms = "[[list]]\nid = \"surgery\"\ntitle = \"手术\"\ncodes = \"47\"\n";
        let other = [("terms.toml", terms), ("indicators/a.toml", &*other)];
        Self::pack(&workspace, "other-indicators", Some(PACK), &other);
        let content = Content::load(&[workspace.packs()]).expect("packs");
        let scheme = content.scheme("chs_drg_11").expect("built in");
        Self {
            folder,
            content,
            scheme,
            workspace,
        }
    }

    pub(super) fn pack(
        workspace: &Workspace,
        id: &str,
        base: Option<&str>,
        files: &[(&str, &str)],
    ) {
        let folder = workspace.packs().join(id);
        fs::create_dir_all(folder.join("indicators")).expect("own folder");
        let base = base.map_or_else(String::new, |base| format!("base = \"{base}\"\n"));
        let manifest = format!(
            "format = 1\nkind = \"indicators\"\nid = \"{id}\"\ntitle = \"试\"\nversion = \"1\"\n{base}"
        );
        let sources = "[[source]]\nid = \"s\"\ntitle = \"试\"\n";
        for (name, text) in [("pack.toml", &*manifest), ("sources.toml", sources)]
            .iter()
            .chain(files)
        {
            fs::write(folder.join(name), text).expect("own folder");
        }
    }

    pub(super) fn compiled(&self, id: &str) -> CompiledIndicators {
        match self.content.indicators(id) {
            Ok(pack) => pack,
            Err(error) => panic!("{}", error.text(Language::En)),
        }
    }

    /// Imports pages of whole months.
    pub(super) fn import(&self, pages: &[FrontPage]) {
        let mut writer = LayoutWriter::new(Layout::Hqms811, OutputFormat::default());
        let mut bytes = Vec::new();
        writer.header(&mut bytes);
        for page in pages {
            writer.row(page, &mut bytes);
        }
        let path = self.folder.path().join("pages.csv");
        fs::write(&path, bytes).expect("own folder");
        let request = ImportRequest {
            paths: &[path],
            scheme: &self.scheme,
            weights: Some(ImportWeights {
                id: "w",
                content_hash: "w",
                weight: &weight,
            }),
            translate: false,
            organisation: None,
            mode: ImportMode::ReplaceMonth,
            allow_fewer: false,
            when_locked: WhenLocked::Refuse,
            known_code: None,
            checks: None,
            language: Language::Zh,
        };
        let (lake, rejects) = (self.workspace.lake(), self.workspace.rejects());
        let places = Places {
            lake: &lake,
            rejects: &rejects,
            key_file: &self.workspace.key_file(),
        };
        let imported = import(places, &request, &|_| (), &AtomicBool::new(false)).expect("imports");
        assert_eq!(imported.record.counts.rejected, 0);
    }

    pub(super) fn values(&self, period: Period) -> Values {
        let pack = self.compiled(PACK);
        let values = Values::load(&self.workspace, &pack, Structure::default(), period);
        values.expect("loads")
    }

    /// The group of a page, as the import finds it.
    pub(super) fn group(&self, page: &FrontPage) -> Option<String> {
        let stay = crate::stay_of(page, false);
        let grouped = self.scheme.scheme.group(&stay);
        grouped.is_grouped().then(|| grouped.drg.to_owned())
    }
}

/// Random pages: two hospitals, six months, few codes, many blanks. Seeded.
pub(super) fn pages(count: u64, seed: u64) -> Vec<FrontPage> {
    let mut state = seed | 1;
    let mut random = move |below: u64| {
        // Xorshift: enough to mix a test's population.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let diagnoses = [
        "J18.900", "I21.001", "T81.401", "I26.900", "K35.800", "O80.000",
    ];
    let procedures = ["47.0100", "38.9300", "88.7200", "36.0700"];
    (0..count)
        .map(|number| {
            let month = 1 + i8::try_from(random(6)).expect("small");
            let out = datetime(2024, month, 10, 9, 0, 0, 0);
            let days = i32::try_from(random(20)).expect("small") + 1;
            let mut page = FrontPage {
                organisation_code: ["A", "B"][random(2) as usize].into(),
                organisation_name: "测试医院".into(),
                medical_record_number: format!("{number:06}").into(),
                admission_count: Some(1),
                admission_time: Some(out.checked_sub(days.days()).expect("a time")),
                discharge_time: Some(out),
                patient_name: "张三".into(),
                id_number: format!("P{}", random(40)).into(),
                sex: ["1", "2"][random(2) as usize].into(),
                birth_date: Some(date(1960, 3, 6)),
                age_years: Some(63),
                length_of_stay: (random(5) > 0).then_some(days),
                discharge_department: ["01", "02", ""][random(3) as usize].into(),
                attending_physician_code: ["d1", "d2"][random(2) as usize].into(),
                discharge_disposition: ["1", "5", "2"][random(3) as usize].into(),
                ..FrontPage::default()
            };
            for _ in 0..=random(3) {
                let code = diagnoses[random(6) as usize];
                let mut diagnosis = Diagnosis::from(code);
                diagnosis.present_on_admission = ["1", "4", ""][random(3) as usize].into();
                page.diagnoses.push(diagnosis);
            }
            for _ in 0..random(3) {
                page.procedures
                    .push(Procedure::from(procedures[random(4) as usize]));
            }
            let mut money =
                || (random(4) > 0).then(|| Decimal2::from_hundredths(random(1_000_000) as i64));
            page.charges.total_charges = money();
            page.charges.western_medicine = money();
            page.charges.blood = money();
            page
        })
        .collect()
}

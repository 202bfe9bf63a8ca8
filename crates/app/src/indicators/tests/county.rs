//! The national indicators over the synthetic county, computed again in plain Rust from its pages:
//! rates, means, shares, medians, persons, weights, indices and where patients come from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use biaochi_domain::{Language, Period};
use biaochi_ingest::{LayoutWriter, OutputFormat};
use biaochi_organisations::Unit;
use biaochi_records::{Decimal2, FrontPage, Layout};
use biaochi_synth::{DefectRates, Options, Population};
use biaochi_warehouse::WhenLocked;
use rust_decimal::Decimal;

use crate::import::{ImportRequest, ImportWeights, Places, import};
use crate::indicators::{CompiledIndicators, Drilled, NoValue, Structure, Values, drill};
use crate::{Config, Content, ImportMode, Workspace};

/// The pack of this test: the national one, with the postcodes of a province.
const PACK: &str = "county-indicators";
/// How the postcodes of that province begin.
const PROVINCE: &str = "5";

/// A page and what plain Rust knows about it.
struct Fact {
    page: FrontPage,
    group: Option<String>,
    weight: Option<Decimal>,
    /// Days in hospital: what is written, else what the dates say.
    days: Option<Decimal>,
    has_surgery: bool,
    has_grade3: bool,
    has_grade4: bool,
    is_minimally_invasive: bool,
    has_complication: bool,
}

impl Fact {
    fn is_death(&self) -> bool {
        self.page.discharge_disposition == "5"
    }

    fn left_as(&self, code: &str) -> bool {
        self.page.discharge_disposition == code
    }

    fn total(&self) -> Decimal {
        money(self.page.charges.total_charges)
    }

    fn medicine(&self) -> Decimal {
        let charges = &self.page.charges;
        [
            charges.western_medicine,
            charges.chinese_patent_medicine,
            charges.chinese_herbal_medicine,
        ]
        .map(money)
        .into_iter()
        .sum()
    }

    fn consumables(&self) -> Decimal {
        let charges = &self.page.charges;
        [
            charges.examination_disposables,
            charges.treatment_disposables,
            charges.surgery_disposables,
        ]
        .map(money)
        .into_iter()
        .sum()
    }

    fn diagnostics(&self) -> Decimal {
        let charges = &self.page.charges;
        [
            charges.pathology,
            charges.laboratory,
            charges.imaging,
            charges.clinical_diagnostics,
        ]
        .map(money)
        .into_iter()
        .sum()
    }

    fn incisions(&self, healing: Option<&str>) -> usize {
        let first_class = self.page.procedures.iter().filter(|one| {
            one.incision_class == "1" && healing.is_none_or(|code| one.incision_healing == *code)
        });
        first_class.count()
    }

    /// Neither birth nor newborn, for which complications of surgery are not counted.
    fn counts_for_complications(&self) -> bool {
        let principal = self.page.diagnoses.first();
        !principal.is_some_and(|one| listed("O00-O99,P00-P96", &one.code))
    }

    fn blood(&self) -> i64 {
        let page = &self.page;
        let parts = [
            page.red_cells,
            page.platelets,
            page.plasma,
            page.whole_blood,
            page.autologous_blood,
        ];
        parts
            .into_iter()
            .flatten()
            .map(|one| one.hundredths())
            .sum()
    }

    fn postcode(&self) -> Option<&str> {
        let page = &self.page;
        let codes = [&page.current_postcode, &page.registered_postcode];
        codes
            .into_iter()
            .map(|code| code.as_str())
            .find(|code| !code.is_empty())
    }
}

fn money(value: Option<Decimal2>) -> Decimal {
    value.map_or(Decimal::ZERO, |value| Decimal::new(value.hundredths(), 2))
}

fn one(holds: bool) -> Decimal {
    Decimal::from(u8::from(holds))
}

/// Whether a code begins like one of a list, or lies between the beginnings of an interval.
fn listed(list: &str, code: &str) -> bool {
    let pieces = list.split([',', '，', ' ', '\n', '、']).map(str::trim);
    pieces.filter(|piece| !piece.is_empty()).any(|piece| {
        let (from, to) = piece.split_once('-').unwrap_or((piece, piece));
        code >= from && (code <= to || code.starts_with(to))
    })
}

type Adds = fn(&Fact) -> Decimal;

/// What a stay adds above and below the line.
const SUMS: &[(&str, Adds, Option<Adds>)] = &[
    ("IP-DISCHARGES", |_| Decimal::ONE, None),
    ("IP-BED-DAYS", |fact| fact.days.unwrap_or_default(), None),
    (
        "IP-LOS",
        |fact| fact.days.unwrap_or_default(),
        Some(|fact| one(fact.days.is_some())),
    ),
    ("IP-COST", Fact::total, Some(|_| Decimal::ONE)),
    ("IP-DRUG-COST", Fact::medicine, Some(|_| Decimal::ONE)),
    ("IP-DRUG-SHARE", Fact::medicine, Some(Fact::total)),
    ("IP-CONSUMABLES-SHARE", Fact::consumables, Some(Fact::total)),
    ("IP-DIAGNOSTICS-SHARE", Fact::diagnostics, Some(Fact::total)),
    (
        "IP-OUT-OF-POCKET",
        |fact| money(fact.page.charges.out_of_pocket),
        Some(Fact::total),
    ),
    (
        "IP-ANTIBACTERIAL-SHARE",
        |fact| money(fact.page.charges.antibacterials),
        Some(Fact::total),
    ),
    (
        "IP-MORTALITY",
        |fact| one(fact.is_death()),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-AGAINST-ADVICE",
        |fact| one(fact.left_as("4")),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-TRANSFER-OUT",
        |fact| one(fact.left_as("2")),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-TRANSFER-DOWN",
        |fact| one(fact.left_as("3")),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-EMERGENCY-ADMISSION",
        |fact| one(fact.page.admission_source == "1"),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-TRANSFERRED-IN",
        |fact| one(fact.page.admission_source == "3"),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-SELF-PAY",
        |fact| one(fact.page.payment_method == "7"),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-PLANNED-READMISSION",
        |fact| one(fact.page.planned_readmission_31d == Some(true)),
        Some(|_| Decimal::ONE),
    ),
    (
        "IP-TRANSFUSION",
        |fact| one(fact.blood() > 0),
        Some(|_| Decimal::ONE),
    ),
    (
        "SUR-SHARE",
        |fact| one(fact.has_surgery),
        Some(|_| Decimal::ONE),
    ),
    (
        "SUR-GRADE-4",
        |fact| one(fact.has_surgery && fact.has_grade4),
        Some(|fact| one(fact.has_surgery)),
    ),
    (
        "SUR-GRADE-3-4-CASES",
        |fact| one(fact.has_surgery && (fact.has_grade3 || fact.has_grade4)),
        None,
    ),
    (
        "SUR-MINIMALLY-INVASIVE",
        |fact| one(fact.has_surgery && fact.is_minimally_invasive),
        Some(|fact| one(fact.has_surgery)),
    ),
    (
        "SUR-COMPLICATION",
        |fact| {
            let counts = fact.counts_for_complications();
            one(counts && fact.has_surgery && fact.has_complication)
        },
        Some(|fact| one(fact.counts_for_complications() && fact.has_surgery)),
    ),
    (
        "SUR-MORTALITY",
        |fact| one(fact.has_surgery && fact.is_death()),
        Some(|fact| one(fact.has_surgery)),
    ),
    (
        "T3-9",
        |fact| Decimal::from(fact.incisions(Some("3"))),
        Some(|fact| Decimal::from(fact.incisions(None))),
    ),
    (
        "TCM-4",
        |fact| one(money(fact.page.charges.chinese_herbal_medicine) > Decimal::ZERO),
        Some(|_| Decimal::ONE),
    ),
    (
        "TCM-19",
        |fact| {
            one(fact
                .postcode()
                .is_some_and(|code| !code.starts_with(PROVINCE)))
        },
        Some(|_| Decimal::ONE),
    ),
    ("DRG-WEIGHT", |fact| fact.weight.unwrap_or_default(), None),
    (
        "DRG-CMI",
        |fact| fact.weight.unwrap_or_default(),
        Some(|fact| one(fact.weight.is_some())),
    ),
    (
        "DRG-RW2",
        |fact| one(fact.weight.is_some_and(|weight| weight >= Decimal::TWO)),
        Some(|fact| one(fact.weight.is_some())),
    ),
    (
        "DRG-GROUPING-RATE",
        |fact| one(fact.group.is_some()),
        Some(|_| Decimal::ONE),
    ),
    (
        "DRG-CHARGE-PER-WEIGHT",
        |fact| fact.weight.map_or(Decimal::ZERO, |_| fact.total()),
        Some(|fact| fact.weight.unwrap_or_default()),
    ),
];

struct County {
    _folder: tempfile::TempDir,
    workspace: Workspace,
    pack: CompiledIndicators,
    facts: Vec<Fact>,
}

/// A small county of four months, imported as a file, and its pages.
fn county() -> County {
    let folder = tempfile::tempdir().expect("temporary folder");
    let workspace = Workspace::init(&folder.path().join("w"), Config::default());
    let workspace = workspace.expect("a new workspace");
    write_pack(&workspace.packs().join(PACK));
    let content = Content::load(&[workspace.packs()]).expect("packs");
    let month = |text: &str| text.parse().expect("a month");
    let options = Options {
        seed: 8,
        discharges: 900,
        from: month("2024-01"),
        to: month("2024-04"),
        layout: Some(Layout::Hqms811),
        defects: DefectRates::none(),
        ..Options::default()
    };
    let population = Population::new(options).expect("a county");
    let pages: Vec<FrontPage> = population.map(|stay| stay.page).collect();
    let pack = content.indicators(PACK).expect("compiles");
    let facts = take_in(&workspace, &content, &pack, pages);
    County {
        _folder: folder,
        workspace,
        pack,
        facts,
    }
}

fn write_pack(folder: &Path) {
    fs::create_dir_all(folder).expect("own folder");
    let manifest = format!(
        "format = 1\nkind = \"indicators\"\nid = \"{PACK}\"\ntitle = \"试\"\nversion = \"1\"\n\
         base = \"national-indicators\"\n"
    );
    let terms = format!(
        "[[list]]\nid = \"province-postcodes\"\ntitle = \"本省邮政编码\"\ncodes = \"{PROVINCE}\"\n"
    );
    let sources = "[[source]]\nid = \"s\"\ntitle = \"试\"\n";
    for (name, text) in [
        ("pack.toml", manifest.as_str()),
        ("terms.toml", &terms),
        ("sources.toml", sources),
    ] {
        fs::write(folder.join(name), text).expect("own folder");
    }
}

fn take_in(
    workspace: &Workspace,
    content: &Content,
    pack: &CompiledIndicators,
    pages: Vec<FrontPage>,
) -> Vec<Fact> {
    let mut writer = LayoutWriter::new(Layout::Hqms811, OutputFormat::default());
    let mut bytes = Vec::new();
    writer.header(&mut bytes);
    for page in &pages {
        writer.row(page, &mut bytes);
    }
    let path = workspace.root().join("pages.csv");
    fs::write(&path, bytes).expect("own folder");
    let scheme = content.scheme("chs_drg_11").expect("built in");
    let table = content.weights(crate::demo::WEIGHTS, "chs_drg_11");
    let table = table.expect("built in");
    let weight = |drg: &str| table.get(drg);
    let request = ImportRequest {
        paths: &[path],
        scheme: &scheme,
        weights: Some(ImportWeights {
            id: &table.provenance.id,
            content_hash: &table.provenance.content_hash,
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
    let places = Places {
        lake: &workspace.lake(),
        rejects: &workspace.rejects(),
        key_file: &workspace.key_file(),
    };
    let imported = import(places, &request, &|_| (), &AtomicBool::new(false)).expect("imports");
    assert_eq!(imported.record.counts.rejected, 0);
    let list = |id: &str| pack.set().list(id).expect(id).clone();
    let [surgery, grade3, grade4, minimal, complications] = [
        "surgery",
        "grade-3-surgery",
        "grade-4-surgery",
        "minimally-invasive",
        "surgical-complications",
    ]
    .map(list);
    let fact = |page: FrontPage| {
        let group = {
            let stay = crate::stay_of(&page, false);
            let grouped = scheme.scheme.group(&stay);
            grouped.is_grouped().then(|| grouped.drg.to_owned())
        };
        let any = |list: &biaochi_indicators::CodeList| {
            let mut codes = page.procedures.iter().map(|one| one.code.as_str());
            codes.any(|code| listed(&list.codes, code) && !listed(&list.except, code))
        };
        let by_dates = || {
            let (from, to) = (page.admission_time?.date(), page.discharge_time?.date());
            (from <= to).then(|| (to - from).get_days().max(1))
        };
        let mut others = page.diagnoses.iter().skip(1);
        let has_complication = others
            .any(|one| one.present_on_admission == "4" && listed(&complications.codes, &one.code));
        Fact {
            weight: group.as_deref().and_then(|group| table.get(group)),
            group,
            days: page.length_of_stay.or_else(by_dates).map(Decimal::from),
            has_surgery: any(&surgery),
            has_grade3: any(&grade3),
            has_grade4: any(&grade4),
            is_minimally_invasive: any(&minimal),
            has_complication,
            page,
        }
    };
    pages.into_iter().map(fact).collect()
}

impl County {
    fn values(&self, period: &str) -> Values {
        let period = period.parse().expect("a period");
        let values = Values::load(&self.workspace, &self.pack, Structure::default(), period);
        values.expect("loads")
    }

    fn chosen(&self, unit: &Unit, period: Period) -> Vec<&Fact> {
        let is_in = |fact: &&Fact| {
            let page = &fact.page;
            let day = page.discharge_time.expect("complete").date();
            let own = match unit {
                Unit::Institution(code) => page.organisation_code == *code,
                Unit::Department { institution, code } => {
                    page.organisation_code == *institution && page.discharge_department == *code
                }
                _ => true,
            };
            own && period.first_day() <= day && day <= period.last_day()
        };
        self.facts.iter().filter(is_in).collect()
    }

    /// Everything, the two busiest hospitals, and the busiest department.
    fn units(&self) -> Vec<Unit> {
        let (mut hospitals, mut departments) = (BTreeMap::new(), BTreeMap::new());
        for fact in &self.facts {
            let (hospital, department) = (
                &fact.page.organisation_code,
                &fact.page.discharge_department,
            );
            *hospitals.entry(hospital).or_insert(0) += 1;
            *departments.entry((hospital, department)).or_insert(0) += 1;
        }
        let mut hospitals: Vec<_> = hospitals.into_iter().collect();
        hospitals.sort_by_key(|(_, pages)| std::cmp::Reverse(*pages));
        let busiest = departments.into_iter().max_by_key(|(_, pages)| *pages);
        let ((institution, code), _) = busiest.expect("pages");
        let mut units = vec![
            Unit::All,
            Unit::Department {
                institution: institution.to_string(),
                code: code.to_string(),
            },
        ];
        let hospitals = hospitals.iter().take(2);
        units.extend(hospitals.map(|(code, _)| Unit::Institution(code.to_string())));
        units
    }
}

const PERIODS: [&str; 4] = [
    "2024-02",
    "2024Q1",
    "2024-01..2024-04",
    "2024-03-10..2024-04-05",
];

#[test]
fn national_indicators_are_those_of_plain_rust() {
    let county = county();
    sums_agree(&county);
    persons_medians_and_groups_agree(&county);
    indices_of_groups_agree(&county);
}

fn sums_agree(county: &County) {
    let values = county.values("2024-01..2024-04");
    let mut computed = BTreeSet::new();
    for (id, above, below) in SUMS {
        let indicator = values.set().get(id).expect(id);
        for unit in county.units() {
            for period in PERIODS {
                let period: Period = period.parse().expect("a period");
                let facts = county.chosen(&unit, period);
                let place = format!("{id} {unit} {period}");
                let numerator: Decimal = facts.iter().map(|fact| above(fact)).sum();
                let denominator: Option<Decimal> =
                    below.map(|below| facts.iter().map(|fact| below(fact)).sum());
                match values.explained(indicator, &unit, period) {
                    Ok(found) => {
                        assert_eq!(found.numerator, Some(numerator), "{place}");
                        assert_eq!(found.denominator, denominator, "{place}");
                        let value = match denominator {
                            Some(below) => numerator * indicator.scale / below,
                            None => numerator * indicator.scale,
                        };
                        assert_eq!(found.value, value.normalize(), "{place}");
                        if !numerator.is_zero() {
                            computed.insert(*id);
                        }
                    }
                    Err(NoValue::ZeroDenominator) => {
                        assert_eq!(denominator, Some(Decimal::ZERO), "{place}");
                    }
                    Err(NoValue::NoRows { .. }) => assert!(facts.is_empty(), "{place}"),
                    Err(other) => panic!("{place}: {other:?}"),
                }
            }
        }
    }
    // What is zero everywhere would prove little.
    assert!(computed.len() >= 25, "{computed:?}");
}

fn persons_medians_and_groups_agree(county: &County) {
    let values = county.values("2024-01..2024-04");
    for unit in county.units() {
        for period in PERIODS {
            let period: Period = period.parse().expect("a period");
            let facts = county.chosen(&unit, period);
            let place = format!("{unit} {period}");
            let get = |id: &str| values.get(id, &unit, period).map(|found| found.value);
            let persons: BTreeSet<String> = facts
                .iter()
                .map(|fact| fact.page.id_number.trim().to_uppercase())
                // A dash is what a form says where there is no number.
                .filter(|number| !number.is_empty() && number != "-")
                .collect();
            let expected = (!facts.is_empty()).then(|| Decimal::from(persons.len()));
            let found = get("IP-PERSONS").filter(|found| !found.is_zero());
            assert_eq!(found, expected, "{place}");
            let mut days: Vec<Decimal> = facts.iter().filter_map(|fact| fact.days).collect();
            days.sort_unstable();
            let middle = days.len() / 2;
            let median = match days.len() % 2 {
                0 if days.is_empty() => None,
                0 => Some(((days[middle - 1] + days[middle]) / Decimal::TWO).normalize()),
                _ => Some(days[middle]),
            };
            assert_eq!(get("IP-MEDIAN-LOS"), median, "{place}");
            let groups: BTreeSet<&str> = facts
                .iter()
                .filter_map(|fact| fact.group.as_deref())
                .collect();
            let expected = (!groups.is_empty()).then(|| Decimal::from(groups.len()));
            assert_eq!(get("DRG-GROUPS"), expected, "{place}");
        }
    }
}

/// Stays, days, charges and deaths of each group.
fn by_group<'a>(facts: &[&'a Fact]) -> BTreeMap<&'a str, Vec<&'a Fact>> {
    let mut groups = BTreeMap::<&str, Vec<&Fact>>::new();
    for fact in facts {
        if let Some(group) = &fact.group {
            groups.entry(group).or_default().push(fact);
        }
    }
    groups
}

/// What a unit consumed against the means of all, stay by stay.
fn index(own: &[&Fact], all: &[&Fact], of: fn(&Fact) -> Option<Decimal>) -> Option<Decimal> {
    let reference = by_group(all);
    let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
    for fact in own {
        let (Some(group), Some(consumed)) = (&fact.group, of(fact)) else {
            continue;
        };
        let of_group: Vec<Decimal> = reference[group.as_str()]
            .iter()
            .filter_map(|one| of(one))
            .collect();
        let total: Decimal = of_group.iter().sum();
        if total.is_zero() {
            continue;
        }
        above += consumed / (total / Decimal::from(of_group.len()));
        below += Decimal::ONE;
    }
    (!below.is_zero()).then(|| above / below)
}

/// Deaths and stays of the groups in which, by their mortality among all, hardly anyone dies.
fn low_risk(own: &[&Fact], all: &[&Fact]) -> (usize, usize) {
    let deaths = |facts: &[&Fact]| facts.iter().filter(|fact| fact.is_death()).count();
    let reference = by_group(all);
    let log = |facts: &[&Fact]| match deaths(facts) {
        0 => None,
        deaths => Some((deaths as f64 / facts.len() as f64).ln()),
    };
    let logs: Vec<f64> = reference.values().filter_map(|facts| log(facts)).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / logs.len() as f64;
    let limit = mean - variance.sqrt();
    let (mut died, mut stays) = (0, 0);
    for (group, facts) in by_group(own) {
        if log(&reference[group]).is_none_or(|log| log < limit) {
            died += deaths(&facts);
            stays += facts.len();
        }
    }
    (died, stays)
}

fn indices_of_groups_agree(county: &County) {
    let values = county.values("2024-01..2024-04");
    for unit in county.units() {
        for period in PERIODS {
            let period: Period = period.parse().expect("a period");
            let own = county.chosen(&unit, period);
            let all = county.chosen(&Unit::All, period);
            let place = format!("{unit} {period}");
            // The order of divisions differs: the last of 28 digits may.
            let get = |id: &str| {
                let found = values.get(id, &unit, period);
                found.map(|found| found.value.round_dp(18).normalize())
            };
            let rounded = |value: Option<Decimal>| value.map(|one| one.round_dp(18).normalize());
            let cost = index(&own, &all, |fact| {
                fact.page
                    .charges
                    .total_charges
                    .map(|total| money(Some(total)))
            });
            assert_eq!(get("DRG-COST-INDEX"), rounded(cost), "{place}");
            let time = index(&own, &all, |fact| {
                fact.page.length_of_stay.map(Decimal::from)
            });
            assert_eq!(get("DRG-TIME-INDEX"), rounded(time), "{place}");
            let (died, stays) = low_risk(&own, &all);
            let found = values.get("DRG-LOW-RISK-MORTALITY", &unit, period);
            let found = found.map(|found| (found.numerator, found.denominator));
            let expected =
                (stays > 0).then(|| (Some(Decimal::from(died)), Some(Decimal::from(stays))));
            assert_eq!(found, expected, "{place}");
            let indicator = values.set().get("DRG-LOW-RISK-MORTALITY");
            let indicator = indicator.expect("an indicator");
            let records = drill(&values, indicator, &unit, period).expect("records");
            let sum = |of: fn(&Drilled) -> Decimal| records.iter().map(of).sum::<Decimal>();
            assert_eq!(records.len(), stays, "{place}");
            assert_eq!(sum(|one| one.numerator), Decimal::from(died), "{place}");
            let below = sum(|one| one.denominator.unwrap_or_default());
            assert_eq!(below, Decimal::from(stays), "{place}");
        }
    }
}

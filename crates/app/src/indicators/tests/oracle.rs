//! Every indicator over random populations equals a few lines of plain Rust, for every unit and period,
//! whether months were summed before or records are looked at directly.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_domain::{Month, Period};
use biaochi_indicators::{NoValue, ratio};
use biaochi_organisations::Unit;
use biaochi_records::FrontPage;
use rust_decimal::Decimal;

use super::bench::{Bench, pages, weight};

fn money(value: Option<biaochi_records::Decimal2>) -> Decimal {
    value.map_or(Decimal::ZERO, |value| Decimal::new(value.hundredths(), 2))
}

fn has_surgery(page: &FrontPage) -> bool {
    page.procedures
        .iter()
        .any(|one| ["47.0100", "36.0700"].contains(&&*one.code))
}

fn is_pneumonia(page: &FrontPage) -> bool {
    page.diagnoses
        .first()
        .is_some_and(|one| one.code == "J18.900")
}

fn complicated(page: &FrontPage) -> bool {
    let mut others = page.diagnoses.iter().skip(1);
    others.any(|one| {
        (one.code == "T81.401" || one.code == "I26.900") && one.present_on_admission == "4"
    })
}

fn count(pages: &[&FrontPage], holds: impl Fn(&FrontPage) -> bool) -> Decimal {
    Decimal::from(pages.iter().filter(|page| holds(page)).count())
}

/// Numerator and denominator.
fn expected(id: &str, pages: &[&FrontPage], bench: &Bench) -> (Decimal, Decimal) {
    let sum = |of: &dyn Fn(&FrontPage) -> Decimal| pages.iter().map(|page| of(page)).sum();
    match id {
        "SURGERY" => (count(pages, has_surgery), count(pages, |_| true)),
        "COST" => (
            sum(&|page| money(page.charges.total_charges)),
            count(pages, |_| true),
        ),
        "MEDICINE" => (
            sum(&|page| money(page.charges.western_medicine) - money(page.charges.blood)),
            sum(&|page| money(page.charges.total_charges)),
        ),
        "STAY" => {
            let alive = |page: &FrontPage| page.discharge_disposition != "5";
            let days = |page: &FrontPage| match (alive(page), page.length_of_stay) {
                (true, Some(days)) => Decimal::from(days),
                _ => Decimal::ZERO,
            };
            (
                sum(&days),
                count(pages, |page| alive(page) && page.length_of_stay.is_some()),
            )
        }
        "COMPLICATION" => (
            count(pages, |page| has_surgery(page) && complicated(page)),
            count(pages, has_surgery),
        ),
        "PNEUMONIA" => (
            count(pages, |page| {
                is_pneumonia(page) && page.discharge_disposition == "5"
            }),
            count(pages, is_pneumonia),
        ),
        "CMI" => {
            let weights = pages.iter().filter_map(|page| weight(&bench.group(page)?));
            let weights: Vec<Decimal> = weights.collect();
            (weights.iter().sum(), Decimal::from(weights.len()))
        }
        other => panic!("{other}"),
    }
}

fn chosen<'a>(pages: &'a [FrontPage], unit: &Unit, period: Period) -> Vec<&'a FrontPage> {
    let is_in = |page: &&FrontPage| {
        let time = page.discharge_time.expect("complete");
        let month = Month::new(time.year(), time.month().cast_unsigned()).expect("a month");
        let own = match unit {
            Unit::Institution(code) => page.organisation_code == *code,
            Unit::Department { institution, code } => {
                page.organisation_code == *institution && page.discharge_department == *code
            }
            _ => true,
        };
        own && period.contains(month)
    };
    pages.iter().filter(is_in).collect()
}

fn units() -> Vec<Unit> {
    [
        "all",
        "hospital:A",
        "hospital:B",
        "department:A/01",
        "department:B/02",
    ]
    .map(|text| text.parse().expect("a unit"))
    .into()
}

const PERIODS: [&str; 5] = ["2024-01", "2024-06", "2024Q1", "2024H1", "2024"];

#[test]
fn values_equal_a_few_lines_of_plain_rust() {
    for seed in [7, 2024] {
        let bench = Bench::new();
        let pages = pages(400, seed);
        bench.import(&pages);
        let values = bench.values("2024".parse().expect("a period"));
        for id in [
            "SURGERY",
            "COST",
            "MEDICINE",
            "STAY",
            "COMPLICATION",
            "PNEUMONIA",
            "CMI",
        ] {
            let indicator = values.set().get(id).expect(id);
            for unit in units() {
                for period in PERIODS {
                    let period: Period = period.parse().expect("a period");
                    let own = chosen(&pages, &unit, period);
                    let (above, below) = expected(id, &own, &bench);
                    let found = values.explained(indicator, &unit, period);
                    let place = format!("{id} {unit} {period} {seed}");
                    match found {
                        Ok(found) => {
                            assert_eq!(found.numerator, Some(above), "{place}");
                            assert_eq!(found.denominator, Some(below), "{place}");
                            let value = ratio(above, below, indicator.scale);
                            assert_eq!(Some(found.value), value, "{place}");
                        }
                        Err(NoValue::ZeroDenominator) => assert!(below.is_zero(), "{place}"),
                        Err(NoValue::NoRows { .. }) => assert!(own.is_empty(), "{place}"),
                        Err(other) => panic!("{place}: {other:?}"),
                    }
                }
            }
        }
    }
}

#[test]
fn what_does_not_add_up_is_computed_for_each_unit() {
    let bench = Bench::new();
    let pages = pages(300, 11);
    bench.import(&pages);
    let values = bench.values("2024".parse().expect("a period"));
    let get = |id: &str, unit: &Unit, period| {
        values
            .get(id, unit, period)
            .map(|value| value.value.normalize())
    };
    for unit in units() {
        for period in PERIODS {
            let period: Period = period.parse().expect("a period");
            let own = chosen(&pages, &unit, period);
            let persons: BTreeSet<&str> = own.iter().map(|page| &*page.id_number).collect();
            let place = format!("{unit} {period}");
            let expected = (!own.is_empty()).then(|| Decimal::from(persons.len()));
            let found = get("PERSONS", &unit, period).filter(|found| !found.is_zero());
            assert_eq!(found, expected, "{place}");
            let mut groups = BTreeMap::<String, u32>::new();
            for page in &own {
                if let Some(group) = bench.group(page) {
                    *groups.entry(group).or_default() += 1;
                }
            }
            let expected = (!groups.is_empty()).then(|| Decimal::from(groups.len()));
            assert_eq!(get("GROUPS", &unit, period), expected, "{place}");
        }
    }
    // Over the reference itself every group costs what it costs.
    let all = Unit::All;
    let year = "2024".parse().expect("a period");
    assert_eq!(get("COST-INDEX", &all, year), Some(Decimal::ONE));
}

#[test]
fn growth_is_that_of_the_ratios_of_sums() {
    let bench = Bench::new();
    let pages = pages(300, 5);
    bench.import(&pages);
    let values = bench.values("2024Q2".parse().expect("a period"));
    let unit: Unit = "hospital:A".parse().expect("a unit");
    let cost = |period: &str| {
        let own = chosen(&pages, &unit, period.parse().expect("a period"));
        let (above, below) = expected("COST", &own, &bench);
        ratio(above, below, Decimal::ONE).expect("pages")
    };
    let change = ratio(
        cost("2024Q2") - cost("2024Q1"),
        cost("2024Q1"),
        Decimal::ONE_HUNDRED,
    );
    let found = values.get("GROWTH", &unit, "2024Q2".parse().expect("a period"));
    assert_eq!(found.map(|found| found.value), change);
}

#[test]
fn a_list_that_nobody_supplied_gives_no_value_rather_than_zero() {
    let bench = Bench::new();
    bench.import(&pages(50, 3));
    let values = bench.values("2024".parse().expect("a period"));
    let indicator = values.set().get("COUNTY").expect("there");
    let found = values.explained(indicator, &Unit::All, "2024".parse().expect("a period"));
    let lists = vec!["county".to_owned()];
    assert_eq!(found, Err(NoValue::ListsNotSupplied { lists }));
}

//! Every indicator over random populations equals a few lines of plain Rust, for every unit and period,
//! whether months were summed before or records are looked at directly.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_domain::Period;
use biaochi_indicators::{NoValue, ratio};
use biaochi_organisations::Unit;
use biaochi_records::FrontPage;
use biaochi_warehouse::WhenLocked;
use jiff::ToSpan as _;
use rust_decimal::Decimal;

use super::bench::{Bench, pages, weight};
use crate::indicators::{Values, compute, drill};

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
        let day = page.discharge_time.expect("complete").date();
        let day = Period::between_days(day, day).expect("a day");
        let own = match unit {
            Unit::Institution(code) => page.organisation_code == *code,
            Unit::Department { institution, code } => {
                page.organisation_code == *institution && page.discharge_department == *code
            }
            _ => true,
        };
        own && period.contains(day)
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

/// Every sum of every unit and period against plain Rust.
fn check_sums(bench: &Bench, pages: &[FrontPage], periods: &[&str]) {
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
            for period in periods {
                let period: Period = period.parse().expect("a period");
                let own = chosen(pages, &unit, period);
                let (above, below) = expected(id, &own, bench);
                let found = values.explained(indicator, &unit, period);
                let place = format!("{id} {unit} {period}");
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

#[test]
fn values_equal_a_few_lines_of_plain_rust() {
    for seed in [7, 2024] {
        let bench = Bench::new();
        let pages = pages(400, seed);
        bench.import(&pages);
        check_sums(&bench, &pages, &PERIODS);
    }
}

/// Pages that leave on every day of the month, some in its first and some in its last second.
fn pages_of_days(count: u64, seed: u64) -> Vec<FrontPage> {
    let mut pages = pages(count, seed);
    for (number, page) in (0_i32..).zip(&mut pages) {
        let out = page.discharge_time.expect("complete").date();
        let first = out.first_of_month();
        let day = first + (number % i32::from(first.days_in_month())).days();
        let time = match number % 3 {
            0 => day.at(0, 0, 0, 0),
            1 => day.at(23, 59, 59, 0),
            _ => day.at(9, 0, 0, 0),
        };
        page.discharge_time = Some(time);
        page.admission_time = Some(time - 30.days());
    }
    pages
}

const DAYS: [&str; 6] = [
    "2024-03-05",
    "2024-02-29",
    "2024-03-31..2024-04-01",
    "2024-01-15..2024-04-10",
    "2024-03-01..2024-03-31",
    "2023-12-20..2024-01-03",
];

#[test]
fn days_are_computed_exactly_and_months_stay_as_they_are() {
    let bench = Bench::new();
    let pages = pages_of_days(400, 31);
    bench.import(&pages);
    let pack = bench.compiled(super::bench::PACK);
    let computed = compute(&bench.workspace, &pack, WhenLocked::Refuse).expect("computes");
    check_sums(&bench, &pages, &DAYS);
    let again = compute(&bench.workspace, &pack, WhenLocked::Refuse).expect("computes");
    assert_eq!((again.computed, again.version), (0, computed.version));
    check_sums(&bench, &pages, &PERIODS);
}

#[test]
fn what_does_not_add_up_is_computed_for_days_too() {
    let bench = Bench::new();
    let pages = pages_of_days(400, 32);
    bench.import(&pages);
    let values = bench.values("2024Q2".parse().expect("a period"));
    check_not_additive(&bench, &values, &pages, &DAYS);
    // A day's records are those that its value counts.
    let indicator = values.set().get("SURGERY").expect("there");
    let period: Period = "2024-04-10..2024-04-20".parse().expect("a period");
    let value = values.explained(indicator, &Unit::All, period);
    let value = value.expect("pages");
    let drilled = drill(&values, indicator, &Unit::All, period).expect("records");
    let above: Decimal = drilled.iter().map(|one| one.numerator).sum();
    assert_eq!(Some(above), value.numerator);
    assert_eq!(drilled.len(), chosen(&pages, &Unit::All, period).len());
    // Growth of days is against as many days before.
    let unit: Unit = "hospital:A".parse().expect("a unit");
    let cost = |period: &str| {
        let own = chosen(&pages, &unit, period.parse().expect("a period"));
        let (above, below) = expected("COST", &own, &bench);
        ratio(above, below, Decimal::ONE).expect("pages")
    };
    let (now, before) = (
        cost("2024-04-10..2024-04-20"),
        cost("2024-03-30..2024-04-09"),
    );
    let change = ratio(now - before, before, Decimal::ONE_HUNDRED);
    let found = values.get("GROWTH", &unit, period);
    assert_eq!(found.map(|found| found.value), change);
}

/// Distinct persons, medians and groups of every unit and period against plain Rust.
fn check_not_additive(bench: &Bench, values: &Values, pages: &[FrontPage], periods: &[&str]) {
    let get = |id: &str, unit: &Unit, period| {
        values
            .get(id, unit, period)
            .map(|value| value.value.normalize())
    };
    for unit in units() {
        for period in periods {
            let period: Period = period.parse().expect("a period");
            let own = chosen(pages, &unit, period);
            let persons: BTreeSet<&str> = own.iter().map(|page| &*page.id_number).collect();
            let place = format!("{unit} {period}");
            let expected = (!own.is_empty()).then(|| Decimal::from(persons.len()));
            let found = get("PERSONS", &unit, period).filter(|found| !found.is_zero());
            assert_eq!(found, expected, "{place}");
            let mut stays: Vec<i32> = own.iter().filter_map(|page| page.length_of_stay).collect();
            stays.sort_unstable();
            let found = get("MEDIAN", &unit, period);
            assert_eq!(found, median(&stays), "{place}");
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
}

/// The middle one of sorted numbers, or the mean of the middle two.
fn median(sorted: &[i32]) -> Option<Decimal> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    match sorted.len() % 2 {
        1 => Some(Decimal::from(upper)),
        _ => {
            let lower = *sorted.get(middle.checked_sub(1)?)?;
            Some((Decimal::from(lower + upper) / Decimal::TWO).normalize())
        }
    }
}

#[test]
fn what_does_not_add_up_is_computed_for_each_unit() {
    let bench = Bench::new();
    let pages = pages(300, 11);
    bench.import(&pages);
    let values = bench.values("2024".parse().expect("a period"));
    check_not_additive(&bench, &values, &pages, &PERIODS);
    // Over the reference itself every group costs what it costs.
    let all = Unit::All;
    let year = "2024".parse().expect("a period");
    let index = values.get("COST-INDEX", &all, year);
    assert_eq!(
        index.map(|index| index.value.normalize()),
        Some(Decimal::ONE)
    );
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

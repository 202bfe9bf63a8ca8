//! An index that can be reckoned by hand.

use std::collections::BTreeMap;

use super::d;
use crate::index::*;
use crate::{Assessed, Cite, Coefficient, Link, Reading, Source};
use rust_decimal::Decimal;

fn component(id: &str, good: Good, standardisation: Standardisation, weight: &str) -> Component {
    Component {
        id: id.to_owned(),
        title: id.to_owned(),
        dimension: "d".to_owned(),
        source: Source::Indicator(id.to_owned()),
        good,
        standardisation,
        missing: MissingComponent::Exclude,
        weights: BTreeMap::from([("three".to_owned(), d(weight))]),
        cite: Cite::default(),
    }
}

fn index(components: Vec<Component>) -> Index {
    Index {
        id: "small".to_owned(),
        title: "小指数".to_owned(),
        version: "1".to_owned(),
        issuer: String::new(),
        scale: d("100"),
        decimals: 2,
        dimensions: Vec::new(),
        classes: vec![Class {
            id: "three".to_owned(),
            title: "三级".to_owned(),
            words: vec!["三级".to_owned()],
        }],
        components,
        least_coverage: d("50"),
        shifts: vec![d("-50"), d("50")],
        trial: Trial::default(),
        links: vec![Link {
            id: "subsidy".to_owned(),
            title: "补助".to_owned(),
            coefficient: Coefficient::None,
            cite: Cite::default(),
        }],
        parameters: Vec::new(),
        content_hash: String::new(),
    }
}

/// Values of institutions `0`, `1`, …, each a list by component; an empty text is missing.
fn outcome(index: &Index, values: &[&[&str]]) -> IndexOutcome {
    let units: Vec<Assessed> = (0..values.len())
        .map(|code| Assessed {
            code: code.to_string(),
            name: String::new(),
            classes: vec!["三级".to_owned()],
        })
        .collect();
    let read = |unit: &Assessed, component: &Component| {
        let row: usize = unit.code.parse().ok()?;
        let column = index
            .components
            .iter()
            .position(|known| known.id == component.id)?;
        let value = values[row][column].parse().ok()?;
        Some(Reading {
            value,
            ..Reading::default()
        })
    };
    compute(index, &units, &read).remove(0)
}

fn values(outcome: &IndexOutcome) -> Vec<(&str, Option<Decimal>, Option<u32>)> {
    let standings = outcome.standings.iter();
    standings
        .map(|one| (one.unit.code.as_str(), one.value, one.place))
        .collect()
}

#[track_caller]
fn standardised(good: Good, way: Standardisation, values: &[&str], expected: &[&str]) {
    let values: Vec<_> = values.iter().map(|value| Some(d(value))).collect();
    let expected: Vec<_> = expected.iter().map(|value| Some(d(value))).collect();
    assert_eq!(standardise(&values, good, way), expected);
}

#[test]
fn three_ways_to_compare() {
    use Standardisation::{MinMax, Percentile, Z};
    standardised(Good::High, MinMax, &["10", "20", "50"], &["0", "0.25", "1"]);
    standardised(Good::Low, MinMax, &["10", "20", "50"], &["1", "0.75", "0"]);
    let between = Good::Between(d("80"), d("93"));
    standardised(
        between,
        MinMax,
        &["80", "93", "97", "60"],
        &["1", "1", "0.8", "0"],
    );
    standardised(
        Good::High,
        Percentile,
        &["1", "2", "2", "9"],
        &["0", "0.5", "0.5", "1"],
    );
    // Mean 5, standard deviation 2.
    let z = Z { limit: d("2") };
    let eight = ["2", "4", "4", "4", "5", "5", "7", "9"];
    let shares = [
        "0.125", "0.375", "0.375", "0.375", "0.5", "0.5", "0.75", "1",
    ];
    standardised(Good::High, z, &eight, &shares);
    for way in [MinMax, Percentile, z] {
        standardised(Good::High, way, &["3", "3"], &["0.5", "0.5"]);
    }
    assert_eq!(standardise(&[None, None], Good::High, MinMax), [None, None]);
}

#[test]
fn components_are_weighted_and_missing_ones_left_out() {
    let mut small = index(vec![
        component("A", Good::High, Standardisation::MinMax, "60"),
        component("B", Good::High, Standardisation::MinMax, "30"),
        component("C", Good::High, Standardisation::MinMax, "10"),
    ]);
    let rows: [&[&str]; 4] = [
        &["10", "0", "0"],
        &["0", "10", "10"],
        // 60 × 0.5 of 60: half of what counts.
        &["5", "", ""],
        // 40 % of the weights are too few.
        &["", "10", "10"],
    ];
    let found = outcome(&small, &rows);
    assert_eq!(
        values(&found),
        [
            ("0", Some(d("60")), Some(1)),
            ("2", Some(d("50")), Some(2)),
            ("1", Some(d("40")), Some(3)),
            ("3", None, None)
        ]
    );
    assert_eq!(found.standings[3].coverage, d("40"));
    assert_eq!(found.standings[0].links[0].coefficient, None);
    for one in &mut small.components {
        one.missing = MissingComponent::Worst;
    }
    let found = outcome(&small, &rows);
    assert_eq!(found.standings[1].value, Some(d("40")));
    assert_eq!(found.standings[3].value, Some(d("30")));
}

#[test]
fn a_shifted_weight_tells_who_moves() {
    let small = index(vec![
        component("A", Good::High, Standardisation::MinMax, "55"),
        component("B", Good::High, Standardisation::MinMax, "45"),
    ]);
    let found = outcome(&small, &[&["1", "0"], &["0", "1"]]);
    // Half of A's weight makes B the heavier one; the rest only confirms the order.
    let moved: Vec<_> = found
        .shifts
        .iter()
        .map(|shift| {
            (
                shift.component.as_str(),
                shift.percent,
                shift.moved,
                shift.most,
            )
        })
        .collect();
    assert_eq!(
        moved,
        [
            ("A", d("-50"), 2, 1),
            ("A", d("50"), 0, 0),
            ("B", d("-50"), 0, 0),
            ("B", d("50"), 2, 1)
        ]
    );
}

#[test]
fn places_that_no_weights_change_are_stable_and_draws_repeat() {
    let mut small = index(vec![
        component("A", Good::High, Standardisation::MinMax, "51"),
        component("B", Good::High, Standardisation::MinMax, "49"),
    ]);
    let rows: [&[&str]; 4] = [&["10", "10"], &["6", "5"], &["5", "6"], &["0", "0"]];
    let found = outcome(&small, &rows);
    let stable = |code: &str| {
        let standing = found.standings.iter().find(|one| one.unit.code == code);
        standing
            .and_then(|one| one.stability.clone())
            .expect("it was tried")
    };
    assert_eq!(
        (stable("0").best, stable("0").worst, stable("0").same),
        (1, 1, d("100"))
    );
    assert_eq!((stable("3").best, stable("3").worst), (4, 4));
    let middle = stable("1");
    assert_eq!((middle.best, middle.worst), (2, 3));
    assert!(middle.same > d("50") && middle.same < d("70"), "{middle:?}");
    assert_eq!(outcome(&small, &rows), found);
    small.trial.seed = 2;
    let other = outcome(&small, &rows);
    assert_ne!(other.standings[1].stability, found.standings[1].stability);
}

#[test]
fn an_institution_is_compared_within_its_class() {
    let mut small = index(vec![component(
        "A",
        Good::High,
        Standardisation::MinMax,
        "1",
    )]);
    small.classes.push(Class {
        id: "two".to_owned(),
        title: "二级".to_owned(),
        words: vec!["二级".to_owned()],
    });
    small.components[0].weights.insert("two".to_owned(), d("1"));
    let unit = |code: &str, word: &str| Assessed {
        code: code.to_owned(),
        name: String::new(),
        classes: vec![word.to_owned()],
    };
    let units = [
        unit("1", "二级"),
        unit("20", "三级"),
        unit("3", "二级"),
        unit("4", "一级"),
    ];
    let read = |unit: &Assessed, _: &Component| {
        Some(Reading {
            value: unit.code.parse().ok()?,
            ..Reading::default()
        })
    };
    let found = compute(&small, &units, &read);
    let codes = |outcome: &IndexOutcome| -> Vec<String> {
        let standings = outcome.standings.iter();
        standings.map(|one| one.unit.code.clone()).collect()
    };
    assert_eq!(codes(&found[0]), ["20"]);
    assert_eq!(codes(&found[1]), ["3", "1"]);
}

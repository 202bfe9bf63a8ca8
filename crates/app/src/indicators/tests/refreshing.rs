//! Sums that are kept: computed once, only what changed anew, never those of other records.

use biaochi_domain::Period;
use biaochi_organisations::Unit;
use biaochi_warehouse::{WarehouseError, WhenLocked};

use super::bench::{Bench, PACK, pages};
use crate::indicators::{IndicatorError, Structure, Values, compute, difference};

fn year() -> Period {
    "2024".parse().expect("a period")
}

#[test]
fn only_what_changed_is_computed_again() {
    let bench = Bench::new();
    let mut all = pages(400, 9);
    bench.import(&all);
    let pack = bench.compiled(PACK);
    let computed = compute(&bench.workspace, &pack, WhenLocked::Refuse).expect("computes");
    assert_eq!((computed.months, computed.computed), (12, 12));
    assert_eq!((computed.figures.scans, computed.figures.records), (1, 400));
    let again = compute(&bench.workspace, &pack, WhenLocked::Refuse).expect("computes");
    assert_eq!((again.computed, again.version), (0, computed.version));
    // One hospital's month comes again, with other charges.
    let is_replaced = |page: &&mut biaochi_records::FrontPage| {
        page.organisation_code == "A" && page.discharge_time.is_some_and(|time| time.month() == 3)
    };
    let mut month = Vec::new();
    for page in all.iter_mut().filter(is_replaced) {
        page.charges.total_charges = Some(biaochi_records::Decimal2::from_hundredths(123_456));
        month.push(page.clone());
    }
    bench.import(&month);
    let after = compute(&bench.workspace, &pack, WhenLocked::Refuse).expect("computes");
    assert_eq!((after.months, after.computed), (12, 1));
    // What is kept is what a fresh computation gives.
    let kept = bench.values(year());
    let fresh = Bench::new();
    fresh.import(&all);
    let fresh = fresh.values(year());
    for id in ["SURGERY", "COST", "STAY", "CMI"] {
        for unit in ["all", "hospital:A", "hospital:B", "department:A/01"] {
            let unit: Unit = unit.parse().expect("a unit");
            for period in ["2024-03", "2024Q1", "2024"] {
                let period = period.parse().expect("a period");
                assert_eq!(
                    kept.get(id, &unit, period),
                    fresh.get(id, &unit, period),
                    "{id} {unit} {period}"
                );
            }
        }
    }
}

#[test]
fn another_definition_is_computed_anew_and_a_preview_keeps_nothing() {
    let bench = Bench::new();
    bench.import(&pages(200, 4));
    let now = bench.values(year());
    let version = now.provenance().cell_version;
    let other = bench.compiled("other-indicators");
    let then = Values::preview(&bench.workspace, &other, Structure::default(), year());
    let then = then.expect("previews");
    let changes = difference(&now, &then, &Unit::All, year()).expect("compares");
    let ids: Vec<_> = changes
        .iter()
        .map(|one| one.difference.id.as_str())
        .collect();
    assert_eq!(ids, ["COMPLICATION", "COST", "GROWTH", "SURGERY"]);
    // Nothing is known of the year before, whichever way growth is defined.
    for change in changes.iter().filter(|one| one.difference.id != "GROWTH") {
        assert_ne!(change.before, change.after, "{}", change.difference.id);
    }
    assert_eq!(bench.values(year()).provenance().cell_version, version);
    let pack = bench.compiled("other-indicators");
    let computed = compute(&bench.workspace, &pack, WhenLocked::Refuse).expect("computes");
    assert_eq!(computed.computed, computed.months);
    // A preview is what activating gives.
    let loaded =
        Values::load(&bench.workspace, &pack, Structure::default(), year()).expect("loads");
    for unit in ["all", "hospital:A", "department:A/02"] {
        let unit: Unit = unit.parse().expect("a unit");
        for id in ["COST", "SURGERY", "STAY"] {
            assert_eq!(
                loaded.get(id, &unit, year()),
                then.get(id, &unit, year()),
                "{id} {unit}"
            );
        }
    }
}

#[test]
fn an_empty_lake_is_told() {
    let bench = Bench::new();
    let pack = bench.compiled(PACK);
    let values = Values::load(&bench.workspace, &pack, Structure::default(), year());
    let nothing = matches!(
        values,
        Err(IndicatorError::Warehouse(WarehouseError::NoLake { .. }))
    );
    assert!(nothing);
}

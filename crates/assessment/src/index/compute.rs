//! Standardised components, weighted and added.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::standardise::standardise;
use super::weights::{Matrix, Shift, Stability, sensitivity, stability};
use super::{Class, Component, Index, MissingComponent};
use crate::inputs::{Assessed, Reading};
use crate::links::LinkOutcome;

/// The index of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The institution.
    pub unit: Assessed,
    /// Its components, in the order of the index.
    pub components: Vec<ComponentScore>,
    /// The share of the weights, in per cent, that it has values for.
    pub coverage: Decimal,
    /// The index; `None` when it has too few values.
    pub value: Option<Decimal>,
    /// Its place in its class, ties sharing the better one.
    pub place: Option<u32>,
    /// How stable the place is under other weights.
    pub stability: Option<Stability>,
    /// What the result is used for.
    pub links: Vec<LinkOutcome>,
}

/// A component of the index of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentScore {
    /// Id of the component.
    pub component: String,
    /// Its weight in the class.
    pub weight: Decimal,
    /// The value, if there is one.
    pub reading: Option<Reading>,
    /// From 0, the worst, to 1, the best.
    pub standardised: Option<Decimal>,
    /// What it adds to the index.
    pub contribution: Option<Decimal>,
}

/// The index of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexOutcome {
    /// Id of the class.
    pub class: String,
    /// Its institutions, the best first; those without an index last.
    pub standings: Vec<Standing>,
    /// What happens to the places when a weight is shifted.
    pub shifts: Vec<Shift>,
}

/// Computes the index of every class. `read` gives the value of a component for an institution.
pub fn compute(
    index: &Index,
    units: &[Assessed],
    read: &dyn Fn(&Assessed, &Component) -> Option<Reading>,
) -> Vec<IndexOutcome> {
    index
        .classes
        .iter()
        .map(|class| {
            let of_class = |unit: &&Assessed| {
                index.class_of(&unit.classes).map(|found| &found.id) == Some(&class.id)
            };
            let mut units: Vec<&Assessed> = units.iter().filter(of_class).collect();
            units.sort_by(|one, other| one.code.cmp(&other.code));
            compute_class(index, class, &units, read)
        })
        .collect()
}

fn compute_class(
    index: &Index,
    class: &Class,
    units: &[&Assessed],
    read: &dyn Fn(&Assessed, &Component) -> Option<Reading>,
) -> IndexOutcome {
    let components: Vec<(&Component, Decimal)> = index
        .components
        .iter()
        .filter_map(|component| Some((component, *component.weights.get(&class.id)?)))
        .collect();
    let mut rows: Vec<Vec<ComponentScore>> = vec![Vec::new(); units.len()];
    for (component, weight) in &components {
        let readings: Vec<Option<Reading>> =
            units.iter().map(|unit| read(unit, component)).collect();
        let values: Vec<Option<Decimal>> = readings
            .iter()
            .map(|reading| reading.as_ref().map(|reading| reading.value))
            .collect();
        let standardised = standardise(&values, component.good, component.standardisation);
        for ((row, reading), standardised) in rows.iter_mut().zip(readings).zip(standardised) {
            let worst = component.missing == MissingComponent::Worst;
            row.push(ComponentScore {
                component: component.id.clone(),
                weight: *weight,
                reading,
                standardised: standardised.or(worst.then_some(Decimal::ZERO)),
                contribution: None,
            });
        }
    }
    let mut standings: Vec<Standing> = units
        .iter()
        .zip(rows)
        .map(|(unit, row)| standing(index, unit, row))
        .collect();
    standings
        .sort_by(|one, other| (other.value, &one.unit.code).cmp(&(one.value, &other.unit.code)));
    let ranked = standings.iter().filter(|one| one.value.is_some()).count();
    let matrix = Matrix::of(&standings[..ranked]);
    let places = matrix.places(matrix.weights());
    let stabilities = stability(&matrix, index.trial);
    for ((standing, place), stability) in standings.iter_mut().zip(places).zip(stabilities) {
        standing.place = Some(place);
        standing.stability = stability;
    }
    let ids: Vec<&str> = components
        .iter()
        .map(|(component, _)| component.id.as_str())
        .collect();
    IndexOutcome {
        class: class.id.clone(),
        shifts: sensitivity(&matrix, &ids, &index.shifts),
        standings,
    }
}

fn standing(index: &Index, unit: &Assessed, mut row: Vec<ComponentScore>) -> Standing {
    let all: Decimal = row.iter().map(|one| one.weight).sum();
    let known = row.iter().filter(|one| one.standardised.is_some());
    let known: Decimal = known.map(|one| one.weight).sum();
    let coverage = (known * Decimal::ONE_HUNDRED)
        .checked_div(all)
        .unwrap_or_default()
        .round_dp(2)
        .normalize();
    let enough = !known.is_zero() && coverage >= index.least_coverage;
    for one in &mut row {
        one.contribution = one.standardised.filter(|_| enough).and_then(|share| {
            let points = share.checked_mul(one.weight)?.checked_mul(index.scale)?;
            Some(points.checked_div(known)?.round_dp(9).normalize())
        });
    }
    let sum: Decimal = row.iter().filter_map(|one| one.contribution).sum();
    let value = enough.then(|| {
        sum.round_dp_with_strategy(
            index.decimals,
            rust_decimal::RoundingStrategy::MidpointAwayFromZero,
        )
    });
    let links = index
        .links
        .iter()
        .map(|link| link.outcome(None, value, index.scale))
        .collect();
    Standing {
        unit: unit.clone(),
        components: row,
        coverage,
        value,
        place: None,
        stability: None,
        links,
    }
}

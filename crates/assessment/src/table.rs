//! The score of a phase from the items of a table.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::inputs::{Adjusted, Reading, UnitInputs};
use crate::outcome::{ItemScore, SectionScore};
use crate::rounding::Rounding;
use crate::scheme::{Item, Phase, Table};
use crate::shape::{Missing, Unscored, Why};

/// What the institutions of a table have in a phase: values of an item, sorted, and the mean of the points
/// that are given for them.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    values: HashMap<String, Vec<Decimal>>,
    mean_points: HashMap<String, Decimal>,
}

impl Peers {
    /// Looks at all institutions of a table.
    pub(crate) fn of(table: &Table, phase: &Phase, units: &[&UnitInputs]) -> Self {
        let mut peers = Self::default();
        let counting = || table.items().filter(|item| counts(item, phase));
        for item in counting().filter(|item| item.shape.needs_peers()) {
            let values = units.iter().filter_map(|unit| value(unit, phase, item));
            let mut values: Vec<Decimal> = values.map(|reading| reading.value).collect();
            values.sort();
            peers.values.insert(item.id.clone(), values);
        }
        for item in counting().filter(|item| item.missing == Missing::PeerMean) {
            let points: Vec<Decimal> = units
                .iter()
                .filter_map(|unit| {
                    let reading = value(unit, phase, item)?;
                    let values = peers.values(item);
                    let scored = item
                        .shape
                        .score(item.points, item.direction, &reading, values);
                    scored.ok().map(|(points, _)| bound(item, points))
                })
                .collect();
            if !points.is_empty() {
                let sum: Decimal = points.iter().sum();
                let mean = sum / Decimal::from(points.len());
                peers.mean_points.insert(item.id.clone(), mean);
            }
        }
        peers
    }

    fn values(&self, item: &Item) -> &[Decimal] {
        self.values.get(&item.id).map_or(&[], Vec::as_slice)
    }
}

/// Whether an item counts in a phase.
fn counts(item: &Item, phase: &Phase) -> bool {
    item.phases.is_empty() || item.phases.contains(&phase.id)
}

/// The value of an item, as frozen or as decided since.
fn value(unit: &UnitInputs, phase: &Phase, item: &Item) -> Option<Reading> {
    let frozen = unit.reading(&phase.id, &item.id);
    let decided = unit.adjustment(&phase.id, Some(&item.id), Adjusted::Reading);
    match decided {
        Some(decided) => Some(Reading {
            value: decided.to,
            numerator: None,
            denominator: None,
            origin: format!("adjustment:{}", decided.number),
            ..frozen.cloned().unwrap_or_default()
        }),
        None => frozen.cloned(),
    }
}

fn bound(item: &Item, points: Decimal) -> Decimal {
    let cap = item.cap.unwrap_or(item.points);
    points.min(cap).max(item.floor)
}

/// Sections, and the score of a phase on the scale of the table's points; no score where an item refuses.
pub(crate) fn score(
    table: &Table,
    phase: &Phase,
    unit: &UnitInputs,
    peers: &Peers,
    rounding: &Rounding,
) -> (Vec<SectionScore>, Option<Decimal>) {
    let sections: Vec<SectionScore> = table
        .sections
        .iter()
        .map(|section| {
            let items: Vec<ItemScore> = section
                .items
                .iter()
                .filter(|item| counts(item, phase))
                .map(|item| score_item(item, phase, unit, peers, rounding))
                .collect();
            let counted = items.iter().filter(|item| !item.excluded);
            let sum: Decimal = counted.clone().filter_map(|item| item.score).sum();
            let bounded = section.cap.map_or(sum, |cap| sum.min(cap));
            let bounded = section.floor.map_or(bounded, |floor| bounded.max(floor));
            SectionScore {
                section: section.id.clone(),
                counted: counted.map(|item| item.points).sum(),
                excluded: items
                    .iter()
                    .filter(|item| item.excluded)
                    .map(|item| item.points)
                    .sum(),
                sum,
                score: bounded,
                items,
            }
        })
        .collect();
    let refused = sections
        .iter()
        .flat_map(|section| &section.items)
        .any(|item| item.score.is_none() && !item.excluded);
    if refused {
        return (sections, None);
    }
    let sum: Decimal = sections.iter().map(|section| section.score).sum();
    let counted: Decimal = sections.iter().map(|section| section.counted).sum();
    let excluded: Decimal = sections.iter().map(|section| section.excluded).sum();
    let score = if excluded.is_zero() {
        Some(sum)
    } else {
        // What counts stands for what does not.
        sum.checked_mul(counted + excluded)
            .and_then(|product| product.checked_div(counted))
    };
    (sections, score)
}

fn score_item(
    item: &Item,
    phase: &Phase,
    unit: &UnitInputs,
    peers: &Peers,
    rounding: &Rounding,
) -> ItemScore {
    let reading = value(unit, phase, item);
    let scored = reading.as_ref().map(|reading| {
        let values = peers.values(item);
        item.shape
            .score(item.points, item.direction, reading, values)
    });
    let then = item.missing;
    let (exact, why) = match scored {
        _ if item.shape.is_monitor() => (Some(Decimal::ZERO), Why::Monitor),
        Some(Ok((points, why))) => (Some(points), why),
        Some(Err(unscored)) => {
            let why = match unscored {
                Unscored::FewPeers { peers, least } => Why::FewPeers { peers, least, then },
                Unscored::NoTarget => Why::NoTarget { then },
                Unscored::TooLarge => Why::TooLarge { then },
            };
            (missing_points(item, peers), why)
        }
        None => (missing_points(item, peers), Why::Missing { then }),
    };
    let unscored = matches!(
        why,
        Why::Missing { .. } | Why::FewPeers { .. } | Why::NoTarget { .. } | Why::TooLarge { .. }
    );
    let mut score = ItemScore {
        item: item.id.clone(),
        points: item.points,
        absent: match &reading {
            Some(_) => None,
            None => unit.absence(&phase.id, &item.id).map(str::to_owned),
        },
        reading,
        exact: exact.unwrap_or_default().normalize(),
        score: exact.map(|exact| rounding.at(bound(item, exact), rounding.item).normalize()),
        excluded: unscored && then == Missing::Exclude,
        why,
        decided: None,
    };
    if let Some(decided) = unit.adjustment(&phase.id, Some(&item.id), Adjusted::Points) {
        score.decided = Some(Box::new(score.why));
        score.why = Why::Decided {
            number: decided.number,
        };
        score.exact = decided.to.normalize();
        score.score = Some(bound(item, decided.to).normalize());
        score.excluded = false;
    }
    score
}

/// Points of an item without a value; `None` when it refuses. What is excluded has none either.
fn missing_points(item: &Item, peers: &Peers) -> Option<Decimal> {
    match item.missing {
        Missing::Refuse => None,
        Missing::Zero => Some(Decimal::ZERO),
        Missing::Full => Some(item.points),
        Missing::Exclude => Some(Decimal::ZERO),
        Missing::PeerMean => peers.mean_points.get(&item.id).copied(),
    }
}

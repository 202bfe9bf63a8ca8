//! What an assessment came to, with every number that led there.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::events::EventsOutcome;
use crate::grade::GradeOutcome;
use crate::inputs::{Assessed, Entry, Reading};
use crate::links::LinkOutcome;
use crate::shape::Why;

/// The outcome of one institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The institution.
    pub unit: Assessed,
    /// The table that its items are from; empty when none fits.
    pub table: String,
    /// The parts of the score.
    pub parts: Vec<PartScore>,
    /// Sum of the parts; `None` when a phase is missing.
    pub weighted: Option<Decimal>,
    /// Bonuses, deductions and vetoes.
    pub events: EventsOutcome,
    /// With bonuses and deductions, before the limits of the whole score.
    pub exact: Option<Decimal>,
    /// The score of the year, within its limits and rounded.
    pub score: Option<Decimal>,
    /// The grade that is proposed.
    pub grade: GradeOutcome,
    /// What the result is used for.
    pub links: Vec<LinkOutcome>,
    /// The place among the institutions of the same table, ties sharing the better one.
    pub place: Option<u32>,
    /// How many of them have a score.
    pub of: u32,
}

/// A part of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartScore {
    /// Id of the part.
    pub part: String,
    /// Its weight.
    pub weight: Decimal,
    /// Its phases.
    pub phases: Vec<PhaseScore>,
    /// The mean of the phases that count, on the scale of the full mark.
    pub mean: Option<Decimal>,
    /// The mean times the weight.
    pub contribution: Option<Decimal>,
}

/// The score of a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseScore {
    /// Id of the phase.
    pub phase: String,
    /// The months that it looks at.
    pub period: String,
    /// Where the score comes from.
    pub origin: ScoreOrigin,
    /// What was entered, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// Sections of the table; empty when the score was entered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<SectionScore>,
    /// Points that could be reached.
    pub scale: Decimal,
    /// The score; `None` when it is missing.
    pub score: Option<Decimal>,
    /// The score before somebody decided another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Decimal>,
}

/// Where the score of a phase comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "from")]
pub enum ScoreOrigin {
    /// The items of the table.
    Items,
    /// The people who assess entered it.
    Entered,
    /// It was decided after an objection or a review.
    Decided {
        /// Number of the adjustment.
        number: u64,
    },
    /// An entered text that is no number between zero and the scale.
    Unreadable,
    /// It is not there.
    Missing,
}

/// The score of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionScore {
    /// Id of the section.
    pub section: String,
    /// Full points of the items that count.
    pub counted: Decimal,
    /// Full points of the items left out.
    pub excluded: Decimal,
    /// Sum of the items.
    pub sum: Decimal,
    /// The sum within the limits of the section.
    pub score: Decimal,
    /// Its items.
    pub items: Vec<ItemScore>,
}

/// The score of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemScore {
    /// Id of the item.
    pub item: String,
    /// Its full points.
    pub points: Decimal,
    /// The value that was scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// Why there is none, where the place that was asked said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<String>,
    /// Points as the shape gives them, before limits and rounding.
    pub exact: Decimal,
    /// The points; `None` when the item refuses to be scored without a value.
    pub score: Option<Decimal>,
    /// Left out: the other items stand for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub excluded: bool,
    /// Why.
    pub why: Why,
    /// What the shape would have given, where somebody decided otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Box<Why>>,
}

impl Outcome {
    /// A phase by id.
    pub fn phase(&self, id: &str) -> Option<&PhaseScore> {
        self.parts
            .iter()
            .flat_map(|part| &part.phases)
            .find(|phase| phase.phase == id)
    }

    /// Where an item was scored: phase and points.
    pub fn items<'a>(
        &'a self,
        id: &'a str,
    ) -> impl Iterator<Item = (&'a PhaseScore, &'a ItemScore)> {
        self.parts
            .iter()
            .flat_map(|part| &part.phases)
            .flat_map(move |phase| {
                let items = phase.sections.iter().flat_map(|section| &section.items);
                items
                    .filter(move |item| item.item == id)
                    .map(move |item| (phase, item))
            })
    }

    /// All scored items, phase by phase.
    pub fn all_items(&self) -> impl Iterator<Item = (&PhaseScore, &ItemScore)> {
        self.parts
            .iter()
            .flat_map(|part| &part.phases)
            .flat_map(|phase| {
                let items = phase.sections.iter().flat_map(|section| &section.items);
                items.map(move |item| (phase, item))
            })
    }

    /// Items that should be scored and have no value, phase by phase.
    pub fn absent_items(&self) -> impl Iterator<Item = (&PhaseScore, &ItemScore)> {
        self.all_items()
            .filter(|(_, item)| matches!(item.why, Why::Missing { .. }))
    }

    /// What items cost, in points of the whole score, the most expensive first: what is lost in all phases of
    /// an item together. Where items were left out, the others stand for their points; limits of sections and
    /// of the whole score are not taken into account.
    pub fn losses(&self, full: Decimal) -> Vec<Loss> {
        let mut losses: Vec<Loss> = Vec::new();
        for part in &self.parts {
            let phases = part.phases.iter().filter(|phase| phase.score.is_some());
            let count = Decimal::from(phases.clone().count());
            for phase in phases.filter(|phase| phase.origin == ScoreOrigin::Items) {
                for (item, lost) in lost_in(phase) {
                    // Multiplied first, so that what divides evenly stays exact.
                    let product = lost
                        .checked_mul(full)
                        .and_then(|product| product.checked_mul(part.weight));
                    let whole = phase.scale.checked_mul(count);
                    let points = product.zip(whole).and_then(|(a, b)| a.checked_div(b));
                    let points = points.unwrap_or_default().normalize();
                    match losses.iter_mut().find(|loss| loss.item == item.item) {
                        Some(loss) => loss.add(&phase.phase, points),
                        None => losses.push(Loss {
                            item: item.item.clone(),
                            points,
                            phase: phase.phase.clone(),
                            most: points,
                        }),
                    }
                }
            }
        }
        losses.retain(|loss| loss.points > Decimal::ZERO);
        losses.sort_by(|one, other| {
            let by_points = other.points.cmp(&one.points);
            by_points.then_with(|| one.item.cmp(&other.item))
        });
        losses
    }

    /// Phases that have no score.
    pub fn missing_phases(&self) -> impl Iterator<Item = &PhaseScore> {
        self.parts
            .iter()
            .flat_map(|part| &part.phases)
            .filter(|phase| phase.score.is_none())
    }
}

/// What an item costs an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Id of the item.
    pub item: String,
    /// Points of the whole score.
    pub points: Decimal,
    /// The phase in which it loses most.
    pub phase: String,
    /// What it loses there.
    pub most: Decimal,
}

impl Loss {
    fn add(&mut self, phase: &str, points: Decimal) {
        self.points += points;
        if points > self.most {
            self.most = points;
            phase.clone_into(&mut self.phase);
        }
    }
}

/// What each item of a phase loses, on the scale of the phase.
fn lost_in(phase: &PhaseScore) -> Vec<(&ItemScore, Decimal)> {
    let counted: Decimal = phase.sections.iter().map(|section| section.counted).sum();
    let excluded: Decimal = phase.sections.iter().map(|section| section.excluded).sum();
    let items = phase.sections.iter().flat_map(|section| &section.items);
    items
        .filter(|item| !item.excluded)
        .filter_map(|item| {
            let lost = item.points.checked_sub(item.score?)?;
            let stands_for = lost
                .checked_mul(counted + excluded)
                .and_then(|product| product.checked_div(counted));
            Some((item, stands_for?))
        })
        .collect()
}

//! What is frozen before a score is computed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::events::Event;

/// An institution that is assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// Its organisation code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Words about its class, such as level and type, as of the assessed period.
    pub classes: Vec<String>,
}

/// The value of an item in a phase.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// The value.
    pub value: Decimal,
    /// What it was divided from, where it is a quotient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<Decimal>,
    /// What it was divided by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Decimal>,
    /// The target that the plan sets for the institution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Decimal>,
    /// Where it came from: indicator, data set, or who entered it.
    pub origin: String,
    /// The months it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub period: String,
    /// How sure its definition is, unless confirmed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub certainty: String,
}

/// Something that the people who assess entered: the score of a phase, or the result of another assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What was entered, a number or a word.
    pub value: String,
    /// By whom.
    pub actor: String,
    /// When, and by which document or file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// A change that was decided after an objection or a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Its number in the run.
    pub number: u64,
    /// The phase.
    pub phase: String,
    /// The item; `None` means the score of the phase as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What is changed.
    pub what: Adjusted,
    /// The new value.
    pub to: Decimal,
    /// Why.
    pub reason: String,
    /// Who decided, and when.
    pub decided: String,
}

/// What an adjustment changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adjusted {
    /// The value of an item, which is scored anew.
    Reading,
    /// The points of an item, or the score of a phase.
    Points,
}

/// What was frozen of one institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitInputs {
    /// The institution.
    pub unit: Assessed,
    /// Values by phase and item.
    #[serde(default)]
    pub readings: BTreeMap<String, BTreeMap<String, Reading>>,
    /// Why there is no value, by phase and item, where the place that was asked said so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<String, BTreeMap<String, String>>,
    /// Scores of phases that were entered.
    #[serde(default)]
    pub phase_scores: BTreeMap<String, Entry>,
    /// Results of other assessments, by the key that gates ask for.
    #[serde(default)]
    pub attributes: BTreeMap<String, Entry>,
    /// Bonuses, deductions and vetoes that were reported.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Changes that were decided.
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
}

impl UnitInputs {
    /// Nothing known of an institution yet.
    pub fn new(unit: Assessed) -> Self {
        Self {
            unit,
            readings: BTreeMap::new(),
            absent: BTreeMap::new(),
            phase_scores: BTreeMap::new(),
            attributes: BTreeMap::new(),
            events: Vec::new(),
            adjustments: Vec::new(),
        }
    }

    /// The value of an item in a phase.
    pub fn reading(&self, phase: &str, item: &str) -> Option<&Reading> {
        self.readings.get(phase)?.get(item)
    }

    /// Why an item has no value in a phase, where that is known.
    pub fn absence(&self, phase: &str, item: &str) -> Option<&str> {
        Some(self.absent.get(phase)?.get(item)?.as_str())
    }

    pub(crate) fn adjustment(
        &self,
        phase: &str,
        item: Option<&str>,
        what: Adjusted,
    ) -> Option<&Adjustment> {
        // The last decision counts.
        self.adjustments
            .iter()
            .filter(|one| one.phase == phase && one.item.as_deref() == item && one.what == what)
            .max_by_key(|one| one.number)
    }
}

/// All that an assessment is computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The assessed period.
    pub period: biaochi_domain::Period,
    /// What was frozen of each institution, by organisation code.
    pub units: Vec<UnitInputs>,
}

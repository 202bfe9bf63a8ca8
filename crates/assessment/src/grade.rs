//! Grades: veto, then band, then gate.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::events::Vetoes;
use crate::inputs::Entry;
use crate::scheme::Cite;

/// A grade and the scores that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The grade.
    pub grade: String,
    /// The least score; `None` for the lowest band.
    pub lower: Option<Lower>,
    /// The most score; `None` for the highest band.
    pub upper: Option<Upper>,
    /// Where it stands.
    pub cite: Cite,
}

/// A lower bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lower {
    /// This or more.
    AtLeast(Decimal),
    /// More than this.
    Above(Decimal),
}

/// An upper bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upper {
    /// This or less.
    AtMost(Decimal),
    /// Less than this.
    Below(Decimal),
}

impl Band {
    /// Whether a score lies in it.
    pub fn contains(&self, score: Decimal) -> bool {
        let above = match self.lower {
            None => true,
            Some(Lower::AtLeast(bound)) => score >= bound,
            Some(Lower::Above(bound)) => score > bound,
        };
        let below = match self.upper {
            None => true,
            Some(Upper::AtMost(bound)) => score <= bound,
            Some(Upper::Below(bound)) => score < bound,
        };
        above && below
    }
}

/// The band of a score.
pub fn band_of(bands: &[Band], score: Decimal) -> Option<&Band> {
    bands.iter().find(|band| band.contains(score))
}

/// A further condition of a grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The grade that it guards.
    pub grade: String,
    /// Results of other assessments; all of them have to fit.
    pub conditions: Vec<Condition>,
    /// The grade instead, when it fails.
    pub otherwise: String,
    /// What happens while a result is not known.
    pub missing: GateMissing,
    /// Where it stands.
    pub cite: Cite,
}

/// A result of another assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The key that it is entered under.
    pub key: String,
    /// Its title.
    pub title: String,
    /// What it has to be: one of these.
    pub accepts: Vec<String>,
}

/// What happens while a result is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GateMissing {
    /// The gate fails: the grade needs the proof.
    #[default]
    Fail,
    /// No grade is proposed until it is known.
    Pending,
}

/// A gate, tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateOutcome {
    /// Id of the gate.
    pub gate: String,
    /// Whether it lets the grade pass.
    pub met: bool,
    /// Whether the grade has to wait for a result.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
    /// What was found, by key; no value where nothing was entered.
    pub found: BTreeMap<String, Option<String>>,
}

/// The grade that is proposed, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GradeOutcome {
    /// The grade; `None` when there is no score, no band or a result to wait for.
    pub grade: Option<String>,
    /// The grade by score alone.
    pub by_band: Option<String>,
    /// Vetoes that decided; they come before everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vetoes: Vec<u64>,
    /// Gates of the grade by score.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateOutcome>,
}

/// Veto, then band, then gate.
pub(crate) fn grade(
    (bands, gates, vetoes): (&[Band], &[Gate], &Vetoes),
    score: Option<Decimal>,
    counted: &[u64],
    attributes: &BTreeMap<String, Entry>,
) -> GradeOutcome {
    let by_band = score
        .and_then(|score| band_of(bands, score))
        .map(|band| band.grade.clone());
    let mut outcome = GradeOutcome {
        grade: by_band.clone(),
        by_band,
        ..GradeOutcome::default()
    };
    if !counted.is_empty() {
        outcome.grade = Some(vetoes.grade.clone());
        outcome.vetoes = counted.to_vec();
        return outcome;
    }
    for gate in gates {
        if outcome.by_band.as_ref() != Some(&gate.grade) {
            continue;
        }
        let tried = try_gate(gate, attributes);
        if tried.pending {
            outcome.grade = None;
        } else if !tried.met && outcome.grade.as_ref() == Some(&gate.grade) {
            outcome.grade = Some(gate.otherwise.clone());
        }
        outcome.gates.push(tried);
    }
    outcome
}

fn try_gate(gate: &Gate, attributes: &BTreeMap<String, Entry>) -> GateOutcome {
    let found: BTreeMap<String, Option<String>> = gate
        .conditions
        .iter()
        .map(|condition| {
            let entry = attributes.get(&condition.key);
            (
                condition.key.clone(),
                entry.map(|entry| entry.value.clone()),
            )
        })
        .collect();
    let value = |condition: &Condition| found.get(&condition.key).and_then(Option::as_ref);
    let refused = gate
        .conditions
        .iter()
        .any(|condition| value(condition).is_some_and(|value| !condition.accepts.contains(value)));
    let unknown = gate
        .conditions
        .iter()
        .any(|condition| value(condition).is_none());
    GateOutcome {
        gate: gate.id.clone(),
        met: !refused && !unknown,
        // One that was refused decides, whatever the others are.
        pending: unknown && !refused && gate.missing == GateMissing::Pending,
        found,
    }
}

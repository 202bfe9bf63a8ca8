//! Runs of assessments: what was frozen, what came out, what was objected to and decided.
//!
//! Inputs and outcomes are texts of the caller; the store keeps them and their hashes. Every change of a run
//! adds a row to its history. Who proposes a change does not decide it, and who reports an event does not
//! approve it.

mod adjust;
mod entries;
mod events;
mod object;
mod refusal;
mod run;

pub use adjust::{AdjustedPart, AssessmentAdjustment, Decision, NewAdjustment, Verdict};
pub use entries::{AssessmentEntry, EntryKey, EntryKind, NewEntry};
pub use events::{AssessmentEvent, EventState, NewEvent};
pub use object::{NewObjection, Objection, ObjectionState};
pub use refusal::AssessmentRefusal;
pub use run::{
    AssessmentRun, AssessmentUnit, NewRun, RunAction, RunActionKind, RunState, UnitResult,
};

use crate::error::{Activity, Result, StoreError};
use crate::evidence::Evidence;
use crate::row::damaged;

const ACTIVITY: Activity = Activity::Assessments;

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

fn evidence_text(evidence: &[Evidence]) -> Result<String> {
    serde_json::to_string(evidence).map_err(|error| damaged("evidence", error))
}

fn read_evidence(text: &str) -> Option<Vec<Evidence>> {
    serde_json::from_str(text).ok()
}

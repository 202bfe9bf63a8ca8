//! Assessments: values frozen, scores computed, objections and changes decided, the result published – and the
//! way from a score back to its rule and records.

mod bulletin;
mod canonical;
mod collect;
mod entries;
mod error;
mod explain;
mod file;
mod files;
mod index;
mod institutions;
mod lake;
mod pack;
mod review;
mod run;
#[cfg(test)]
mod tests;
mod trace;
mod workbook;

use biaochi_assessment::{Reading, Source};
use biaochi_domain::Period;

pub use biaochi_assessment::index::{Index, IndexOutcome, Standing};
pub use biaochi_assessment::{
    Assessed, Event, Line, Outcome, Parameter, Scheme, item_lines, lowered_by, next_grade,
    outcome_lines, percent_text, points_text,
};
pub use biaochi_packs::assessment::{LoadedAssessment, Subject};
pub use bulletin::{RunBulletin, run_bulletin};
pub(crate) use bulletin::{leading_losses, period_in_words};
pub use canonical::{hash, hash_of};
pub use collect::collect;
pub use entries::{
    content_of, correct_event, decide_event, decide_event_seen, enter, enter_seen, entries, events,
    report_event,
};
pub use error::{AssessmentError, Numbered};
pub use explain::{Explanation, ItemExplanation, explain};
pub use file::run_file;
pub use files::{Expected, FileValues, read_units, read_values};
pub use index::{IndexRequest, compute_index};
pub use institutions::{institutions, judged_together};
pub use lake::{LakeValues, needs_values};
pub use pack::check_folder;
pub use review::{check_adjustment, decide, object, points_range, propose, reply};
pub use run::{
    FreezeRequest, RunDetail, Verified, compute, detail, freeze, loaded_for, newest_of, outcomes,
    previous, publish, publish_seen, runs, verify,
};
pub use trace::{Trace, TracedCell, TracedEntry, TracedIndicator, TracedRecord, TracedSubmission};
pub use workbook::{index_workbook, score_workbook};

/// Where values of items and components come from.
pub trait Values {
    /// The value for an institution in a period.
    fn read(&self, unit: &Assessed, source: &Source, period: Period) -> Option<Reading>;

    /// Why there is no value, in Chinese, where that is known.
    fn why_none(&self, _unit: &Assessed, _source: &Source, _period: Period) -> Option<String> {
        None
    }

    /// The version of the lake that they are read from, if they are.
    fn lake_version(&self) -> Option<u64> {
        None
    }
}

/// No values: everything is entered.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoValues;

impl Values for NoValues {
    fn read(&self, _: &Assessed, _: &Source, _: Period) -> Option<Reading> {
        None
    }
}

/// Values of several places; the first that has one counts.
pub struct FirstOf<'a>(pub Vec<&'a dyn Values>);

impl std::fmt::Debug for FirstOf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FirstOf({})", self.0.len())
    }
}

impl Values for FirstOf<'_> {
    fn read(&self, unit: &Assessed, source: &Source, period: Period) -> Option<Reading> {
        self.0
            .iter()
            .find_map(|values| values.read(unit, source, period))
    }

    fn why_none(&self, unit: &Assessed, source: &Source, period: Period) -> Option<String> {
        self.0
            .iter()
            .find_map(|values| values.why_none(unit, source, period))
    }

    fn lake_version(&self) -> Option<u64> {
        self.0.iter().find_map(|values| values.lake_version())
    }
}

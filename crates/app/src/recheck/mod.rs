//! Check the records of the lake again: with a new edition of a pack, with another one, or across records.
//!
//! Without activation nothing changes and the difference is told; with it the findings and scores of the
//! months are replaced in one publication.

mod difference;
mod error;
mod run;
#[cfg(test)]
mod tests;
mod work;
mod workspace;

use std::time::Duration;

use biaochi_domain::Month;
use biaochi_store::Scope;
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::across::CompiledAcross;
use biaochi_warehouse::checks::CompiledChecks;

pub use self::difference::{CheckDifference, Difference, HospitalDifference, Scores};
pub use self::error::RecheckError;
pub use self::run::recheck;
pub(crate) use self::run::{allowed, begin, published_at, record};
pub use self::workspace::{WorkspaceRecheck, recheck_workspace};
use crate::LoadedScheme;
use crate::import::ImportWeights;

/// Months to check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Months {
    /// This hospital alone.
    pub organisation: Option<String>,
    /// From this month of discharge on.
    pub from: Option<Month>,
    /// Up to this month of discharge.
    pub to: Option<Month>,
}

impl Months {
    /// Whether a hospital's month is meant.
    pub fn contains(&self, organisation: &str, month: Month) -> bool {
        self.organisation
            .as_deref()
            .is_none_or(|wanted| wanted == organisation)
            && self.from.is_none_or(|from| from <= month)
            && self.to.is_none_or(|to| month <= to)
    }

    /// Whether every month is meant.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

/// What is checked again, with what.
#[derive(Clone)]
pub struct RecheckRequest<'a> {
    /// The institutions that may be seen.
    pub scope: &'a Scope,
    /// The months to check.
    pub months: &'a Months,
    /// The checks of single records.
    pub checks: &'a CompiledChecks,
    /// The checks across records of the same set.
    pub across: &'a CompiledAcross,
    /// The scheme, for trying what mending changes.
    pub scheme: &'a LoadedScheme,
    /// Weights of its groups.
    pub weights: Option<ImportWeights<'a>>,
    /// Codes are in the clinical edition, unless a record says otherwise.
    pub translate: bool,
    /// Replace what is stored, instead of only telling the difference.
    pub activate: bool,
    /// What to do while an import runs.
    pub when_locked: WhenLocked,
}

impl std::fmt::Debug for RecheckRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecheckRequest")
            .field("months", &self.months)
            .field("checks", &self.checks.set().id)
            .field("activate", &self.activate)
            .finish_non_exhaustive()
    }
}

/// What a re-check does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It looks across records.
    Across,
    /// It checks record by record.
    Records,
    /// It publishes.
    Publishing,
}

/// How far a re-check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it does.
    pub step: Step,
    /// Pages checked.
    pub pages: u64,
    /// Pages to check.
    pub total: u64,
}

/// What a re-check came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Rechecked {
    /// The version of the lake that holds it; `None` when nothing was changed.
    pub version: Option<u64>,
    /// When it was published, or the records it looked at were, in microseconds since 1970 UTC.
    pub as_of: i64,
    /// Hospital and month of everything that was checked.
    pub months: Vec<(String, String)>,
    /// What it found otherwise than is stored.
    pub difference: Difference,
    /// From the start to the publication.
    pub duration: Duration,
}

use std::collections::BTreeMap;
use std::fmt;

use biaochi_datasets::{Severity, Standing, State, Step};
use biaochi_domain::Period;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::value::Named;

/// What names a submission: whose, of what, for when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionKey {
    /// An institution's code, `division:CODE` or `alliance:ID`.
    pub organisation_code: String,
    /// Id of the data set.
    pub dataset: String,
    /// The period.
    pub period: Period,
}

impl fmt::Display for SubmissionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}",
            self.organisation_code, self.dataset, self.period
        )
    }
}

impl SubmissionKey {
    /// The key as it is stored.
    pub(super) fn clean(&self) -> Result<Self> {
        Ok(Self {
            organisation_code: Named::Organisation.check(&self.organisation_code)?,
            dataset: Named::DataSet.check(&self.dataset)?,
            period: self.period,
        })
    }
}

/// A row that was filled in. Values are in the form in which they are stored. Two rows are the same when they say
/// the same, wherever they stood.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ContentRow {
    /// Value of the breakdown; empty without one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub breakdown: String,
    /// Values by field.
    pub values: BTreeMap<String, String>,
    /// What was filled in and cannot be read as a value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unread: BTreeMap<String, String>,
    /// Where it stood in the file that it was read from, such as `财务月报!第 8 行`; empty when nobody knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}

impl PartialEq for ContentRow {
    fn eq(&self, other: &Self) -> bool {
        self.breakdown == other.breakdown
            && self.values == other.values
            && self.unread == other.unread
    }
}

impl Eq for ContentRow {}

/// Something that is wrong with a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionFinding {
    /// Whether it keeps from submitting, as the word of a pack.
    pub severity: String,
    /// Value of the breakdown; empty without one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub breakdown: String,
    /// Id of the field; empty when the row or file is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Id of the rule; empty for what the definition says by itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Where it stands in the file, such as `财务月报!D8`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

impl SubmissionFinding {
    /// Whether it keeps from submitting.
    pub fn is_error(&self) -> bool {
        self.severity != Severity::Warning.code()
    }
}

/// A version of what was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Submission {
    /// What names it.
    pub key: SubmissionKey,
    /// Its version, from 1; the highest is the newest.
    pub version: u64,
    /// Hash of the definition that it was checked against.
    pub definition_hash: String,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub state_since: Timestamp,
    /// What was filled in.
    pub content: Vec<ContentRow>,
    /// What is wrong with it.
    pub findings: Vec<SubmissionFinding>,
    /// The file that it was read from.
    pub origin: String,
    /// Who filled it in last.
    pub filler: String,
    /// When.
    pub filled_at: Timestamp,
    /// Who handed it in last; empty for nobody.
    pub submitter: String,
    /// When.
    pub submitted_at: Option<Timestamp>,
    /// What the last step said.
    pub comment: String,
    /// Who let it count; empty for nobody.
    pub approver: String,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// The publication that holds the approved values; empty before.
    pub import_id: String,
    /// Counts the changes.
    pub revision: u64,
}

impl Submission {
    /// Faults that keep it from being submitted, and those that need an explanation.
    pub fn faults(&self) -> (u64, u64) {
        let errors = self
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .count();
        (errors as u64, (self.findings.len() - errors) as u64)
    }

    /// What a step looks at.
    pub fn standing(&self) -> Standing<'_> {
        let (errors, warnings) = self.faults();
        Standing {
            version: self.version,
            state: self.state,
            errors,
            warnings,
            submitter: &self.submitter,
        }
    }

    /// The submission as it is seen now.
    pub fn seen(&self) -> SubmissionRevision {
        SubmissionRevision {
            key: self.key.clone(),
            version: self.version,
            revision: self.revision,
        }
    }
}

/// A submission as its caller has seen it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubmissionRevision {
    /// What names it.
    pub key: SubmissionKey,
    /// The version that was seen.
    pub version: u64,
    /// The revision that was seen.
    pub revision: u64,
}

/// A step that somebody took.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubmissionStep {
    /// The version that it made or changed.
    pub version: u64,
    /// The revision that it made.
    pub revision: u64,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub step: Step,
    /// Where it stood; `None` for a version that was begun.
    pub before: Option<State>,
    /// Where it stood then.
    pub after: State,
    /// Why.
    pub comment: String,
    /// What was handed in; empty for other steps.
    pub content: Vec<ContentRow>,
}

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::state::TaskState;
use crate::evidence::Evidence;

/// What names a task.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKey {
    /// The organisation that has to do it.
    pub organisation_code: String,
    /// The plan.
    pub plan: String,
    /// The task's id in the plan, `R03`; parts of it are `R03/1`, `R03/2`.
    pub task: String,
}

impl fmt::Display for TaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.organisation_code, self.plan, self.task)
    }
}

/// A demand for an answer that has none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionOrder {
    /// Why.
    pub reason: String,
    /// The last day for the answer.
    pub reply_due: Date,
}

/// A task of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Task {
    /// What names it.
    pub key: TaskKey,
    /// The task that it is a part of.
    pub parent: Option<String>,
    /// The clause of the plan.
    pub clause: String,
    /// What has to be done.
    pub title: String,
    /// What has to be there in the end.
    pub deliverable: String,
    /// The department that has it; empty while nobody has it.
    pub department: String,
    /// The person; may be empty.
    pub assignee: String,
    /// The first day, if there is one.
    pub start: Option<Date>,
    /// The last day, if there is one.
    pub due: Option<Date>,
    /// Where it stands.
    pub state: TaskState,
    /// Since when.
    pub state_since: Timestamp,
    /// Per cent, as last reported.
    pub progress: u64,
    /// The order that waits for a reply.
    pub order: Option<SupervisionOrder>,
    /// How many orders there were.
    pub orders: u64,
    /// When it was taken up.
    pub opened_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
    /// When it was accepted.
    pub closed_at: Option<Timestamp>,
    /// Counts the changes.
    pub revision: u64,
}

/// A step on the way to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskMilestone {
    /// Its number, from one.
    pub number: u64,
    /// What is reached then.
    pub title: String,
    /// Until when.
    pub due: Date,
    /// When it was reached.
    pub reached: Option<Date>,
}

/// A file that belongs to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredEvidence {
    /// Its number, from one.
    pub number: u64,
    /// The revision of the task that brought it.
    pub revision: u64,
    /// The file.
    pub evidence: Evidence,
    /// Who brought it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

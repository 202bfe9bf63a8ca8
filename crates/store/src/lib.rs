//! The operational store: what is transactional, in SQLite (embedded) or PostgreSQL (grown).
//!
//! One schema and one code path serve both. It holds the worklist of faults, what people did with them,
//! the corrections of records, a hospital's own translations of codes, the organisations with all their
//! revisions, the tasks of plans, what organisations fill in for data sets, the accounts of those who work with it,
//! and the audit trail of what they did. Direct identifiers of patients are never stored: a record is named by its key, and a corrected identifier arrives sealed.
//!
//! Every call takes the [`Scope`] of institutions first. Who may do what is decided above; the store
//! refuses what lies outside the scope, and never loses an update: whoever changes a row says which
//! revision was seen, and gets [`StoreError::Conflict`] when somebody was faster.

mod accounts;
mod assessment;
mod audit;
mod code_choices;
mod corrections;
mod dump;
mod error;
mod evidence;
mod jobs;
mod location;
mod migrations;
mod open;
mod organisations;
mod row;
mod scope;
mod sealed;
mod sql;
mod submissions;
mod tasks;
mod value;
mod worklist;

pub use accounts::{
    Account, AccountChange, AccountIdentity, AccountState, Attempt, Credentials, NewAccount,
    NewAssignment, NewSession, NewToken, OpenSession, ProviderPerson, RoleAssignment,
    StoredSession, StoredToken, TokenHolder, session_id,
};
pub use assessment::{
    AdjustedPart, AssessmentAdjustment, AssessmentEntry, AssessmentEvent, AssessmentRefusal,
    AssessmentRun, AssessmentUnit, Decision, EntryKey, EntryKind, EventState, NewAdjustment,
    NewEntry, NewEvent, NewObjection, NewRun, Objection, ObjectionState, RunAction, RunActionKind,
    RunState, UnitResult, Verdict,
};
pub use audit::{
    AuditAction, AuditEntry, AuditFault, AuditFilter, AuditOrder, AuditOutcome, AuditPage,
    AuditSeal, AuditVerification, NewAuditEntry,
};
pub use code_choices::{Certainty, Choice, ChoiceFilter, ChoiceKey, Proposal, Review};
pub use corrections::{Change, Correction, NewCorrection, Recorded};
pub use error::{Activity, Result, StoreError};
pub use evidence::Evidence;
pub use jobs::{
    Job, JobCursor, JobFilter, JobKind, JobOutcome, JobPage, JobProgress, JobSigns, JobState,
    NewJob,
};
pub use location::{Backend, Location};
pub use open::Store;
pub use organisations::{OrganisationRevision, StoredOrganisations};
pub use scope::{Actor, Scope};
pub use sealed::SealedPlace;
pub use submissions::{
    ContentRow, Filling, RecordedSubmissions, Submission, SubmissionFilter, SubmissionFinding,
    SubmissionKey, SubmissionPage, SubmissionRevision, SubmissionStep,
};
pub use tasks::{
    NewTask, StoredEvidence, SupervisionOrder, TakenUp, Task, TaskAction, TaskActionKind,
    TaskCount, TaskCursor, TaskFilter, TaskKey, TaskMilestone, TaskPage, TaskRevision, TaskState,
    TaskStep,
};
pub use value::{Fault, Named};
pub use worklist::{
    Action, ActionKind, Count, Cursor, Dimension, Filter, Finding, Item, ItemKey, ItemRevision,
    Order, Page, Price, Recheck, Repeats, State, Step, SyncSummary, Turnaround,
};

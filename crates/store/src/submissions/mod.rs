//! What organisations fill in for data sets: drafts, versions, steps.

mod fill;
mod list;
mod rows;
mod submission;
mod write;

pub use fill::{Filling, Recorded as RecordedSubmissions};
pub use list::{SubmissionFilter, SubmissionPage};
pub use submission::{
    ContentRow, Submission, SubmissionFinding, SubmissionKey, SubmissionRevision, SubmissionStep,
};

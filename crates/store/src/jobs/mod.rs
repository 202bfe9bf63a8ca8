//! The queue of work that takes longer than a request. It survives a restart: whoever works on a job shows signs of
//! life, and a job whose worker fell silent is taken by another.

mod act;
mod job;
mod list;
mod queue;

pub use act::{JobOutcome, JobProgress, JobSigns};
pub use job::{Job, JobKind, JobState, NewJob};
pub use list::{JobCursor, JobFilter, JobPage};

use crate::error::{Activity, StoreError};

const ACTIVITY: Activity = Activity::Jobs;

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

//! The audit trail: rows that are only ever added, each with the hash of the one before it.
//!
//! Whatever a person changes is written here in the transaction that changes it: [`Store::finish`] is the one door,
//! right before the commit, so that the lock of the chain's end is always the last one taken.

mod append;
mod entry;
mod mask;
mod read;
mod seal;
pub(crate) mod steps;
mod verify;

pub use entry::{AuditAction, AuditEntry, AuditOutcome, NewAuditEntry};
pub use read::{AuditFilter, AuditOrder, AuditPage};
pub use seal::AuditSeal;
pub use verify::{AuditFault, AuditVerification};

use crate::error::{Activity, StoreError};

const ACTIVITY: Activity = Activity::Audit;

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

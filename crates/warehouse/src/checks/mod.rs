//! Checks of front pages: SQL of the packs, compiled once and run over batches of records.

mod compile;
mod elements;
mod expression;
mod functions;
mod guard;
mod membership;
mod record;
mod run;
mod values;

pub use compile::{CompileProblem, CompiledChecks};
pub use expression::Reason;
pub(crate) use expression::{Logical, Narrow, constant_of, reason, session};
pub use functions::Lookups;
pub(crate) use functions::{Ranges, fill};
pub(crate) use guard::{cannot_fail, guarded};
pub(crate) use membership::Membership;
pub use record::{RecordEncoder, joined, record_schema};
pub use run::{Found, Prepared};
pub(crate) use values::shown;

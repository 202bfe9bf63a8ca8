//! Checks of front pages: SQL of the packs, compiled once and run over batches of records.

mod compile;
mod elements;
mod functions;
mod guard;
mod membership;
mod record;
mod run;
mod values;

pub use compile::{CompileProblem, CompiledChecks, Reason};
pub use functions::Lookups;
pub use record::{RecordEncoder, joined, record_schema};
pub use run::Found;

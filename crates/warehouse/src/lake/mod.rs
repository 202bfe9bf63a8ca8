//! A set of Delta tables that change together.
//!
//! Delta commits one table at a time. The lake makes several commits one: readers never look at
//! the newest version of a table, but at the versions that the newest row of `import_journal`
//! names. An import commits its tables, and then publishes them with one commit to the journal;
//! whatever happens in between, readers see all of it or nothing.

mod durable;
mod journal;
mod open;
mod recover;
mod writer;

pub use journal::{Counts, ImportRecord, Mode, SourceFile};
pub use open::{Lake, Publication, Selector, TableSpec};
pub use writer::{LakeWriter, TableChange};
pub(crate) use writer::{active_files, commit, partition_values};

/// Name of the table that publishes imports.
pub const JOURNAL: &str = "import_journal";

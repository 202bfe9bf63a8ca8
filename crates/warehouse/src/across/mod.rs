//! Checks across records: queries of the packs over the stays of persons with several of them.
//!
//! A query sees a table `stay` with all stays of some persons, and must not look from one person to
//! another: that is what lets a lake of any size be asked in parts, and an import be followed by a
//! look at the persons it touched alone.

mod compile;
mod look;
mod run;

pub use compile::{AcrossProblem, CompiledAcross};
pub use look::{Look, Told, Touched};
pub use run::AcrossFound;

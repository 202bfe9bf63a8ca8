//! Packs of assessment schemes and indexes: `kind = "assessment"`.

mod events;
mod fault;
mod index;
mod library;
mod manifest;
mod parameters;
mod rule;
mod scheme;
mod shape;
mod tables;
mod validate;

pub use fault::{AssessmentFault, Thing};
pub use library::{Actor, AssessmentLibrary, LoadedAssessment, Subject};

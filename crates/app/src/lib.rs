//! Use cases: what a person can ask of Biaochi, one module for each.
//!
//! A use case takes plain values, runs the engines over files and tables, and returns plain values;
//! putting them into words, tables or JSON is the caller's business.

mod stay;
pub mod workspace;

pub use stay::stay_of;
pub use workspace::{Config, Workspace, WorkspaceError};

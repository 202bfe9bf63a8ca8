//! Use cases: what a person can ask of Biaochi, one module for each.
//!
//! A use case takes plain values, runs the engines over files and tables, and returns plain values;
//! putting them into words, tables or JSON is the caller's business.

pub mod workspace;

pub use workspace::{Config, Workspace, WorkspaceError};

//! Use cases: what a person can ask of Biaochi, one module for each.
//!
//! A use case takes plain values, runs the engines over files and tables, and returns plain values;
//! putting them into words, tables or JSON is the caller's business.

pub mod accounts;
pub mod across;
pub mod assessment;
pub mod audit;
pub mod backup;
pub mod beijing;
pub mod bench;
pub mod check;
pub mod compiled;
pub mod content;
pub mod correct;
pub mod datasets;
pub mod demo;
pub mod document;
pub mod evidence;
pub mod explain;
pub mod export;
pub mod figures;
pub mod group;
mod grouping;
pub mod import;
mod import_id;
pub mod indicators;
pub mod jobs;
mod known_codes;
pub mod lookup;
mod ordered;
pub mod organisations;
pub mod packs;
pub mod plans;
pub mod profile;
pub mod quality_report;
pub mod query;
pub mod recheck;
pub mod replay;
pub mod runtime;
pub mod server_config;
mod stay;
pub mod synthesise;
pub mod unify;
pub mod weights;
pub mod worklist;
pub mod workspace;

pub use biaochi_ingest::OutputEncoding;
pub use biaochi_synth::{DefectRates, Options as SynthOptions};
pub use biaochi_warehouse::WhenLocked;
pub use biaochi_warehouse::lake::Mode as ImportMode;
pub use compiled::Compiled;
pub use content::{Content, ContentError, LoadedScheme};
pub use stay::stay_of;
pub use weights::WeightsError;
pub use workspace::{Config, Workspace, WorkspaceError};

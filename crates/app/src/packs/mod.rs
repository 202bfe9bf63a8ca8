//! The packs that are installed, and the own ones of a workspace: edited as a draft, checked, put into force, and taken
//! back to an earlier version.
//!
//! A pack in force lies in `packs/<id>` of the workspace, its draft in `packs-drafts/<id>`, and what was in force before
//! in `packs-history/<id>/<number>`. Files are changed by one at a time: the caller sees to that.

mod definitions;
mod desk;
mod diff;
mod error;
mod list;
#[cfg(test)]
mod tests;

pub use definitions::{Definition, DefinitionChange, definition_changes, definitions};
pub use desk::{
    NewOverlay, Switched, Which, activate, begin, check, discard, files_of, read_file, remove_file,
    roll_back, switch_back, withdraw, write_file,
};
pub use diff::{FileChange, Line, LineKind, compare};
pub use error::PackDeskError;
pub use list::{Installed, OwnState, installed, own_state};

//! Import files of front pages into the workspace: read, group, store, all or nothing.

mod deliver;
mod error;
mod rejects;
mod run;
mod sources;
#[cfg(test)]
mod tests;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use biaochi_domain::Language;
use biaochi_ingest::KnownCode;
use biaochi_store::Scope;
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::checks::CompiledChecks;
use biaochi_warehouse::lake::{ImportRecord, Mode};
use rust_decimal::Decimal;

pub use self::deliver::{DeliverError, DeliverRequest, Delivered, deliver};
pub use self::error::ImportError;
pub use self::run::{import, import_within};
pub(crate) use self::sources::{is_parquet, sha256};
use crate::LoadedScheme;

/// Weights of a scheme's groups.
#[derive(Clone, Copy)]
pub struct ImportWeights<'a> {
    /// Id of the table, stored with every record.
    pub id: &'a str,
    /// Hash of its content.
    pub content_hash: &'a str,
    /// The weight of a group, `None` when the table has none.
    pub weight: &'a (dyn Fn(&str) -> Option<Decimal> + Sync),
}

impl std::fmt::Debug for ImportWeights<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportWeights")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What is imported, and how.
#[derive(Clone)]
pub struct ImportRequest<'a> {
    /// Files and folders; all of them are one import.
    pub paths: &'a [PathBuf],
    /// The scheme to group with.
    pub scheme: &'a LoadedScheme,
    /// Weights of its groups; without a table weights are missing.
    pub weights: Option<ImportWeights<'a>>,
    /// Codes are in the clinical edition, unless a record says otherwise.
    pub translate: bool,
    /// Organisation code of records whose file does not say it.
    pub organisation: Option<&'a str>,
    /// How the rows meet those that are there.
    pub mode: Mode,
    /// What to do while another import runs.
    pub when_locked: WhenLocked,
    /// Tells whether a value set has a code; without it codes are not checked.
    pub known_code: Option<Arc<KnownCode>>,
    /// The checks that every record goes through; without them nothing is found.
    pub checks: Option<&'a CompiledChecks>,
    /// Language of the reject file.
    pub language: Language,
}

impl std::fmt::Debug for ImportRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportRequest")
            .field("paths", &self.paths)
            .field("scheme", &self.scheme.info.id)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of text worked through; of compressed files the unpacked bytes.
    pub bytes: u64,
    /// Bytes of all files together, as they lie on disk.
    pub total_bytes: u64,
    /// Rows worked through.
    pub rows: u64,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The version of the lake that holds it.
    pub version: u64,
    /// What the journal says of it.
    pub record: ImportRecord,
    /// The very same files had been imported before and are still current; nothing was changed,
    /// and `record` is that earlier import.
    pub already_there: bool,
    /// The file of rejects and problems, when there were any.
    pub rejects: Option<PathBuf>,
    /// Remarks on the headers of the files, one text for each.
    pub notices: Vec<String>,
    /// From the start to the publication.
    pub duration: Duration,
}

/// What an import may bring, and what it says of where it came from.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'a> {
    /// Institutions whose records the files may have.
    pub scope: &'a Scope,
    /// Name files without the folders that they lie in.
    pub bare_names: bool,
}

impl Default for Bounds<'_> {
    fn default() -> Self {
        Self {
            scope: &Scope::All,
            bare_names: false,
        }
    }
}

/// Where in the workspace an import works.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// Folder of the lake.
    pub lake: &'a Path,
    /// Folder of the reject files.
    pub rejects: &'a Path,
    /// The workspace key.
    pub key_file: &'a Path,
}

/// Set to `true` from anywhere, it ends an import without effect.
pub type Cancel = AtomicBool;

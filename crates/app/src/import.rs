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

use biaochi_domain::{Language, Localized};
use biaochi_ingest::KnownCode;
use biaochi_store::Scope;
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::checks::CompiledChecks;
use biaochi_warehouse::lake::{ImportRecord, Mode};
use biaochi_warehouse::load::ReplacedMonth;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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
    /// A month may be replaced by far fewer records, see [`ENOUGH_TO_ASK`]; else the import stops and asks.
    pub allow_fewer: bool,
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

/// Records of a hospital's month from which on replacing them by fewer than [`LEAST_SHARE`] of them has to be
/// confirmed: such a file is more often a part of the month than the month.
pub const ENOUGH_TO_ASK: u64 = 50;

/// The share of a month's records, in percent, that may replace them without being asked.
pub const LEAST_SHARE: u64 = 50;

/// A hospital's month that a file would leave with far fewer records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FewerRecords {
    /// The organisation code.
    pub organisation: String,
    /// The month of discharge, such as `2025-03`.
    pub month: String,
    /// Records that it has.
    pub before: u64,
    /// Records that the file brings.
    pub after: u64,
}

impl FewerRecords {
    /// The month that is replaced, if that has to be confirmed.
    fn of(month: &ReplacedMonth) -> Option<Self> {
        let ReplacedMonth { before, after, .. } = *month;
        let few = u128::from(after) * 100 < u128::from(before) * u128::from(LEAST_SHARE);
        (before >= ENOUGH_TO_ASK && few).then(|| Self {
            organisation: month.organisation.clone(),
            month: month.month.clone(),
            before,
            after,
        })
    }
}

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Reading, grouping and checking the files, block by block; the share that is done is known.
    #[default]
    Reading,
    /// Writing what waits and comparing it with the records that are there.
    Comparing,
    /// Making the import visible.
    Publishing,
    /// Looking at persons across months and hospitals.
    Across,
    /// Bringing the worklist up to date.
    Worklist,
}

impl Localized for Stage {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Reading => ("读取、分组并质控", "reading, grouping and checking"),
            Self::Comparing => (
                "写入并与已有病案核对",
                "writing and comparing with the records that are there",
            ),
            Self::Publishing => ("发布", "publishing"),
            Self::Across => ("核对跨病案", "looking across records"),
            Self::Worklist => ("更新工作清单", "bringing the worklist up to date"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// What is being done. Only of reading it is known how much of it is left.
    pub stage: Stage,
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

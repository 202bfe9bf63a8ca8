//! The corrected month in the layout in which it came: the delivered file, with the cells of corrected
//! values and every other byte as it was.

mod error;
mod pass;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use biaochi_domain::Month;
use biaochi_ingest::{ReadOptions, RewriteError, rewrite};
use biaochi_store::{Dimension, Filter, Scope, State};
use biaochi_warehouse::lake::{ImportRecord, Mode};
use biaochi_warehouse::open_lake;
use jiff::Timestamp;

pub use self::error::ExportError;
pub use self::summary::write_summary;
use crate::Workspace;
use crate::correct::{Chains, CorrectError, Kind, Place, corrections, lake_key};
use crate::import::{is_parquet, sha256};
use crate::runtime::block_on;
use crate::worklist::with_store;

/// Imports that are searched for the file.
const REMEMBERED: usize = 1_000;

/// What is exported.
#[derive(Debug, Clone, Copy)]
pub struct ExportRequest<'a> {
    /// The delivered file.
    pub file: &'a Path,
    /// Organisation code of records whose file does not say it.
    pub organisation: Option<&'a str>,
    /// Whether values that stay are also written as the layout asks where nothing is uncertain.
    pub tidy: bool,
}

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The corrected value stands in the file.
    Written,
    /// The value stays and is written as the layout asks.
    Tidied(Kind),
    /// The file holds a value that the corrections have not seen: it was left alone.
    Stale,
    /// The file has no column for it, or would not read it back.
    Unwritten,
}

/// One value of the file that was changed, or could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Row of the file.
    pub row: u64,
    /// The record.
    pub record_key: String,
    /// 病案号.
    pub medical_record_number: String,
    /// Where.
    pub place: Place,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now, or should.
    pub after: Option<String>,
    /// Who corrected it; empty for what the program tidied.
    pub actor: String,
    /// When.
    pub at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// How the faults of a check stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckCount {
    /// Closed: mended, or gone otherwise.
    pub closed: u64,
    /// Accepted with a reason.
    pub accepted: u64,
    /// Still to be settled.
    pub open: u64,
}

/// What an export came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// The delivered file as the person named it.
    pub file: PathBuf,
    /// Its SHA-256, by which the import journal knows it.
    pub sha256: String,
    /// The version of the lake that its import made.
    pub version: u64,
    /// Records of the file.
    pub records: u64,
    /// Rows that were rejected and stay as they were.
    pub rejects: u64,
    /// Records with corrections.
    pub corrected: u64,
    /// Rows that are written otherwise than they were delivered.
    pub changed_rows: u64,
    /// Records with corrections that are not in this file.
    pub elsewhere: u64,
    /// Values, in the order of the file.
    pub entries: Vec<Entry>,
    /// Faults of the months by check.
    pub checks: BTreeMap<String, CheckCount>,
    /// Files that brought some of the same months later, without replacing them.
    pub later: Vec<String>,
}

impl Exported {
    /// How many values became so.
    pub fn count(&self, is: impl Fn(Outcome) -> bool) -> u64 {
        self.entries.iter().filter(|one| is(one.outcome)).count() as u64
    }
}

/// The import that brought a file.
struct Origin {
    version: u64,
    record: ImportRecord,
    later: Vec<String>,
}

/// Writes the corrected file to `out`; nothing of it may be used when this fails.
///
/// Must not be called from an asynchronous task: it blocks until done.
pub fn export(
    workspace: &Workspace,
    request: &ExportRequest<'_>,
    out: &mut (impl Write + Seek),
) -> Result<Exported, ExportError> {
    let path = request.file;
    let opening = |source| ExportError::Open {
        path: path.to_owned(),
        source,
    };
    if is_parquet(path).map_err(opening)? {
        return Err(ExportError::Parquet {
            path: path.to_owned(),
        });
    }
    let sha256 = sha256(path).map_err(opening)?;
    let origin = origin(workspace, path, &sha256)?;
    let chains = chains(workspace, &origin.record)?;
    let options = ReadOptions {
        organisation_code: request
            .organisation
            .or(workspace.config().organisation.as_deref())
            .unwrap_or_default()
            .into(),
        ..ReadOptions::default()
    };
    let mut exported = Exported {
        file: path.to_owned(),
        sha256,
        version: origin.version,
        later: origin.later,
        checks: checks(workspace, &origin.record)?,
        ..Exported::default()
    };
    let edits = pass::edits(path, &options, &chains, request.tidy, &mut exported)?;
    let file = File::open(path).map_err(opening)?;
    rewrite(&path.display().to_string(), file, &options, &edits, out)?;
    out.flush().map_err(RewriteError::Write)?;
    Ok(exported)
}

/// The newest import that brought the file, if no other file took its place.
fn origin(workspace: &Workspace, path: &Path, sha256: &str) -> Result<Origin, ExportError> {
    let lake = open_lake(&workspace.lake())?;
    let history = block_on(lake.history(REMEMBERED))?;
    let mut later: Vec<ImportRecord> = Vec::new();
    for publication in history {
        let Some(record) = publication.record else {
            continue;
        };
        if record.files.iter().any(|file| file.sha256 == sha256) {
            return after(path, publication.version, record, &later);
        }
        // Corrections and re-checks bring no files.
        if !record.files.is_empty() {
            later.push(record);
        }
    }
    Err(ExportError::NotImported {
        path: path.to_owned(),
    })
}

/// What later imports of the same months mean for the file.
fn after(
    path: &Path,
    version: u64,
    record: ImportRecord,
    later: &[ImportRecord],
) -> Result<Origin, ExportError> {
    let mut names = Vec::new();
    for other in later {
        let same = other
            .partitions
            .iter()
            .any(|partition| record.partitions.contains(partition));
        if !same {
            continue;
        }
        let files = other.files.iter().map(|file| file.name.clone());
        if other.mode == Mode::ReplaceMonth {
            return Err(ExportError::Superseded {
                path: path.to_owned(),
                files: files.collect(),
                at: Timestamp::from_microsecond(other.published_at).unwrap_or_default(),
            });
        }
        names.extend(files);
    }
    Ok(Origin {
        version,
        record,
        later: names,
    })
}

/// What people corrected in the months of an import, by record.
fn chains(
    workspace: &Workspace,
    record: &ImportRecord,
) -> Result<BTreeMap<String, Chains>, ExportError> {
    let mut chains = BTreeMap::new();
    for (organisation, month) in &record.partitions {
        let Ok(month) = month.parse::<Month>() else {
            continue;
        };
        let corrected = corrections(workspace, organisation, month)?;
        // Read behind the corrections, so that it has the keys that sealed them.
        let key = lake_key(workspace)?;
        for (record_key, corrections) in corrected {
            chains.insert(record_key, Chains::of(&corrections, &key)?);
        }
    }
    Ok(chains)
}

/// How the faults of the months stand, by check.
fn checks(
    workspace: &Workspace,
    record: &ImportRecord,
) -> Result<BTreeMap<String, CheckCount>, ExportError> {
    type Add = fn(&mut CheckCount, u64);
    let groups: [(&[State], Add); 3] = [
        (&[State::Closed], |count, items| count.closed += items),
        (&[State::Accepted], |count, items| count.accepted += items),
        (
            &[State::Open, State::Assigned, State::Corrected],
            |count, items| count.open += items,
        ),
    ];
    let mut checks = BTreeMap::<String, CheckCount>::new();
    for (organisation, month) in &record.partitions {
        let scope = Scope::one(organisation.clone());
        for (states, add) in &groups {
            let filter = Filter {
                month: month.parse().ok(),
                states: states.to_vec(),
                ..Filter::default()
            };
            let counted = with_store(workspace, async |store| {
                Ok(store.counts(&scope, &filter, Dimension::Check).await?)
            });
            for one in counted.map_err(CorrectError::from)? {
                add(checks.entry(one.value).or_default(), one.items);
            }
        }
    }
    Ok(checks)
}

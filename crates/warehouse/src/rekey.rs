//! Sealed identifiers and their keys: which key seals what in the lake, and files written anew under the current one.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, BinaryArray, BinaryBuilder, RecordBatch, StringArray,
};
use datafusion::object_store::{ObjectStore, ObjectStoreExt as _};
use futures::TryStreamExt as _;

use crate::error::{Activity, Result, WarehouseError};
use crate::key::{Sealer, WorkspaceKey};
use crate::lake::{Lake, LakeWriter, Publication, TableChange, active_files, partition_values};
use crate::load::read;
use crate::tables::{DISCHARGE, PARTITION_COLUMNS};

/// The columns that tell of a file's sealed values.
const COLUMNS: [&str; 2] = ["record_key", "sealed"];

/// A file of records and what its identifiers are sealed with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealedFile {
    /// Whether it belongs to the version that was asked for; else only to others that are kept, or to none.
    pub is_published: bool,
    /// How many values name which key.
    pub values: BTreeMap<u32, u64>,
    /// How many values do not open: their key is not there, or they are damaged.
    pub unopened: u64,
    path: String,
}

impl SealedFile {
    /// Whether another key than this one is named.
    fn names_other_than(&self, current: u32) -> bool {
        self.unopened > 0 || self.values.keys().any(|id| *id != current)
    }
}

/// Tells of every file of a version, and with `older` of all other files that are kept, what its identifiers are
/// sealed with. Gives the files that need nothing more, for [`reseal`].
pub async fn sealed_files(
    lake: &Lake,
    publication: &Publication,
    key: &WorkspaceKey,
    older: bool,
    take: &mut (dyn FnMut(&SealedFile) + Send),
) -> Result<HashSet<String>> {
    let table = lake
        .open(DISCHARGE, publication.table_version(DISCHARGE))
        .await?;
    let store = table.object_store();
    let mut settled = HashSet::new();
    let mut published = HashSet::new();
    for (add, _) in active_files(&table)? {
        let file = look(&store, &add.path, key, true).await?;
        take(&file);
        if !file.names_other_than(key.current()) {
            settled.insert(add.path.clone());
        }
        published.insert(add.path);
    }
    if !older {
        return Ok(settled);
    }
    let failed = |error| WarehouseError::storage(Activity::ReadTable, error);
    let objects: Vec<_> = store.list(None).try_collect().await.map_err(failed)?;
    for object in objects {
        let path = object.location.as_ref();
        // What begins so is the table's log.
        if path.starts_with('_') || !path.ends_with(".parquet") || published.contains(path) {
            continue;
        }
        match look(&store, path, key, false).await {
            Ok(file) => take(&file),
            // An import that ends without effect takes its files away while they are looked at.
            Err(_) if store.head(&object.location).await.is_err() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(settled)
}

/// Looks at the sealed values of a file.
async fn look(
    store: &Arc<dyn ObjectStore>,
    path: &str,
    key: &WorkspaceKey,
    is_published: bool,
) -> Result<SealedFile> {
    let mut file = SealedFile {
        is_published,
        values: BTreeMap::new(),
        unopened: 0,
        path: path.to_owned(),
    };
    for batch in read(store, path, Some(&COLUMNS)).await? {
        let (records, sealed) = columns(&batch, &file.path)?;
        for (record, sealed) in records.iter().zip(sealed) {
            let Some(sealed) = sealed else { continue };
            if let Some(id) = WorkspaceKey::named_by(sealed) {
                *file.values.entry(id).or_default() += 1;
            }
            if key.unseal(record.unwrap_or_default(), sealed).is_none() {
                file.unopened += 1;
            }
        }
    }
    Ok(file)
}

/// What was written anew, on its way to a publication.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resealed {
    /// The changes of tables that put it in its place; empty when nothing was to be done.
    pub changes: BTreeMap<&'static str, TableChange>,
    /// Values that have another key now.
    pub values: u64,
    /// Files that were written.
    pub files: u64,
    /// Records in them.
    pub records: u64,
    /// Whether nothing is left to do after this.
    pub is_last: bool,
}

/// Writes the files of hospitals' months anew in which identifiers are sealed with another than the current key: the
/// same rows, sealed with that. It stops behind the month with which it wrote `at_once` rows.
///
/// `settled` names files that need not be looked at; what is settled here is added to it.
///
/// # Errors
/// A value does not open, or storage fails.
pub async fn reseal(
    writer: &LakeWriter,
    (key, key_file): (&WorkspaceKey, &Path),
    settled: &mut HashSet<String>,
    at_once: u64,
) -> Result<Resealed> {
    let table = writer.table(DISCHARGE);
    let store = table.object_store();
    let columns = PARTITION_COLUMNS.iter().map(|&name| name.to_owned());
    let columns: Vec<String> = columns.collect();
    let mut months = BTreeMap::<Vec<Option<String>>, Vec<String>>::new();
    for (add, _) in active_files(table)? {
        let month = partition_values(&add, &columns);
        months.entry(month).or_default().push(add.path);
    }
    let mut sealer = key.sealer();
    let mut done = Resealed {
        changes: BTreeMap::new(),
        values: 0,
        files: 0,
        records: 0,
        is_last: true,
    };
    let mut change = TableChange::default();
    for (month, paths) in months {
        if !needs_another(&store, &paths, key, settled).await? {
            continue;
        }
        if done.records >= at_once {
            done.is_last = false;
            break;
        }
        for path in &paths {
            let mut batches = read(&store, path, None).await?;
            for batch in &mut batches {
                let (resealed, values) =
                    under(batch, key, &mut sealer, path)?.ok_or_else(|| WarehouseError::Key {
                        path: key_file.to_owned(),
                        reason: "mismatch",
                    })?;
                *batch = resealed;
                done.values += values;
            }
            let file = writer.write(DISCHARGE, month.clone(), &batches).await?;
            done.files += 1;
            done.records += file.rows();
            settled.insert(file.add.path.clone());
            change.add.push(file);
        }
        change.replace.insert(month);
    }
    if !change.replace.is_empty() {
        done.changes.insert(DISCHARGE, change);
    }
    Ok(done)
}

/// Whether a file of a month has to be written anew; then all of them are, since a month is replaced as a whole.
async fn needs_another(
    store: &Arc<dyn ObjectStore>,
    paths: &[String],
    key: &WorkspaceKey,
    settled: &mut HashSet<String>,
) -> Result<bool> {
    for path in paths {
        if settled.contains(path) {
            continue;
        }
        let file = look(store, path, key, true).await?;
        if file.names_other_than(key.current()) {
            return Ok(true);
        }
        settled.insert(file.path);
    }
    Ok(false)
}

/// The same rows with identifiers under the current key, and how many were under another; `None` when one does not
/// open.
fn under(
    batch: &RecordBatch,
    key: &WorkspaceKey,
    sealer: &mut Sealer,
    path: &str,
) -> Result<Option<(RecordBatch, u64)>> {
    let (records, sealed) = columns(batch, path)?;
    let mut resealed = BinaryBuilder::with_capacity(sealed.len(), sealed.value_data().len());
    let mut count = 0;
    for (record, sealed) in records.iter().zip(sealed) {
        let record = record.unwrap_or_default();
        match sealed {
            None => resealed.append_null(),
            Some(sealed) if WorkspaceKey::named_by(sealed) == Some(key.current()) => {
                resealed.append_value(sealed);
            }
            Some(sealed) => {
                let Some(clear) = key.unseal(record, sealed) else {
                    return Ok(None);
                };
                resealed.append_value(sealer.seal(record, &clear));
                count += 1;
            }
        }
    }
    let failed = |error| WarehouseError::storage(Activity::WriteData, error);
    let place = batch.schema().index_of(COLUMNS[1]).map_err(failed)?;
    let mut all: Vec<ArrayRef> = batch.columns().to_vec();
    all[place] = Arc::new(resealed.finish());
    let batch = RecordBatch::try_new(batch.schema(), all).map_err(failed)?;
    Ok(Some((batch, count)))
}

/// Record keys and sealed values of rows.
fn columns<'a>(batch: &'a RecordBatch, path: &str) -> Result<(&'a StringArray, &'a BinaryArray)> {
    let records = batch
        .column_by_name(COLUMNS[0])
        .and_then(|column| column.as_string_opt::<i32>());
    let sealed = batch
        .column_by_name(COLUMNS[1])
        .and_then(|column| column.as_binary_opt::<i32>());
    records
        .zip(sealed)
        .ok_or_else(|| WarehouseError::Structure {
            table: DISCHARGE.to_owned(),
            difference: format!("− {} ({path})", COLUMNS[1]),
        })
}

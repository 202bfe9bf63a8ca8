//! Taking back what an import left that never came to publication.

use std::collections::HashSet;
use std::path::Path as FilePath;

use datafusion::object_store::{self, ObjectStore, ObjectStoreExt as _, path::Path};
use deltalake_core::DeltaTable;
use futures::TryStreamExt as _;

use super::JOURNAL;
use super::open::{Lake, Publication};
use super::writer::active_files;
use crate::error::{Activity, Result, WarehouseError};

/// Folder of the marks, one empty object per running import.
const PENDING: &str = "pending";

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WarehouseError {
    WarehouseError::storage(Activity::Recover, error)
}

/// Brings every table back to its published version and removes files of unpublished imports.
///
/// Only the holder of the writer lock calls this, so whatever is unpublished is also abandoned.
pub(super) async fn recover(lake: &Lake, published: &Publication) -> Result<()> {
    for spec in lake.tables() {
        restore(lake, spec.name, published.table_version(spec.name)).await?;
    }
    let marks = marks(lake).await?;
    let done = published
        .record
        .as_ref()
        .map(|record| record.import_id.as_str());
    for mark in marks {
        if Some(mark.as_str()) != done {
            for name in lake.tables().iter().map(|spec| spec.name).chain([JOURNAL]) {
                remove_files(lake, name, &mark).await?;
            }
        }
        unmark(lake, &mark).await?;
    }
    Ok(())
}

/// Notes that an import has begun, before it writes its first file.
pub(super) async fn mark(lake: &Lake, import_id: &str) -> Result<()> {
    let (store, folder) = pending(lake)?;
    let path = folder.join(import_id);
    store.put(&path, Vec::new().into()).await.map_err(failed)?;
    Ok(())
}

/// Removes the note of an import.
pub(super) async fn unmark(lake: &Lake, import_id: &str) -> Result<()> {
    let (store, folder) = pending(lake)?;
    match store.delete(&folder.join(import_id)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

async fn marks(lake: &Lake) -> Result<Vec<String>> {
    let (store, folder) = pending(lake)?;
    let objects: Vec<_> = store
        .list(Some(&folder))
        .try_collect()
        .await
        .map_err(failed)?;
    Ok(objects
        .iter()
        .filter_map(|object| object.location.filename().map(str::to_owned))
        .collect())
}

fn pending(lake: &Lake) -> Result<(std::sync::Arc<dyn ObjectStore>, Path)> {
    // The journal's folder, so that one storage configuration opens everything.
    Ok((
        lake.unopened(JOURNAL)?.object_store(),
        Path::from(format!("_{PENDING}")),
    ))
}

/// Restores the content of `version` when the newest version of the table has another.
async fn restore(lake: &Lake, name: &str, version: u64) -> Result<()> {
    let newest = lake.open_newest(name).await?;
    if newest.version().unwrap_or(0) <= version {
        return Ok(());
    }
    let wanted = lake.open(name, version).await?;
    if paths(&newest)? == paths(&wanted)? {
        return Ok(());
    }
    newest
        .restore()
        .with_version_to_restore(version)
        .await
        .map_err(failed)?;
    Ok(())
}

fn paths(table: &DeltaTable) -> Result<HashSet<String>> {
    Ok(active_files(table)?
        .into_iter()
        .map(|(add, _)| add.path)
        .collect())
}

/// Removes the data files that an import wrote below a table.
async fn remove_files(lake: &Lake, name: &str, import_id: &str) -> Result<()> {
    let table = lake.unopened(name)?;
    // Local storage hides half-written files from listings: look at the folder itself.
    if let Ok(folder) = table.table_url().to_file_path() {
        let import_id = import_id.to_owned();
        let removed = tokio::task::spawn_blocking(move || remove_local(&folder, &import_id)).await;
        return removed.map_err(failed)?.map_err(failed);
    }
    let store = table.object_store();
    let objects: Vec<_> = store.list(None).try_collect().await.map_err(failed)?;
    for object in objects {
        let is_data = object
            .location
            .filename()
            .is_some_and(|file| file.contains(import_id));
        if is_data && !object.location.as_ref().starts_with('_') {
            store.delete(&object.location).await.map_err(failed)?;
        }
    }
    Ok(())
}

fn remove_local(folder: &FilePath, import_id: &str) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            // Marks are removed by their own step, after the files.
            if name != format!("_{PENDING}") {
                remove_local(&entry.path(), import_id)?;
                // Fails unless empty, which is what is wanted.
                let _ = std::fs::remove_dir(entry.path());
            }
        } else if name.contains(import_id) || is_half_written_log(&name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A commit or checkpoint that was being written when its process ended.
fn is_half_written_log(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(stem, number)| {
        (stem.ends_with(".json")
            || stem.ends_with(".parquet")
            || stem.ends_with("_last_checkpoint"))
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

//! Against power cuts: files reach the disk before a commit names them.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;

use deltalake_core::DeltaTable;

use crate::error::{Activity, Result, WarehouseError};

/// Flushes files below a table's folder, and their folders, to disk. Other storage than the local
/// does so by itself.
pub(super) async fn flush(table: &DeltaTable, paths: impl IntoIterator<Item = &str>) -> Result<()> {
    let Ok(root) = table.table_url().to_file_path() else {
        return Ok(());
    };
    let files: Vec<PathBuf> = paths.into_iter().map(|path| root.join(path)).collect();
    let flushed = tokio::task::spawn_blocking(move || -> std::io::Result<()> {
        let mut folders = BTreeSet::new();
        for file in &files {
            File::open(file)?.sync_all()?;
            folders.extend(file.parent());
        }
        // A folder can be flushed like a file on Unix; elsewhere it need not be.
        #[cfg(unix)]
        for folder in folders {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    });
    flushed
        .await
        .map_err(|error| WarehouseError::storage(Activity::Commit, error))?
        .map_err(|error| WarehouseError::storage(Activity::Commit, error))
}

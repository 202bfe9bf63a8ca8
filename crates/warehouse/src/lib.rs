//! Delta tables, their atomic publication, and SQL over them.

pub mod across;
pub mod checks;
pub mod datasets;
mod error;
pub mod indicators;
mod key;
pub mod lake;
pub mod load;
mod lock;
pub mod parquet_file;
mod parquet_input;
pub mod query;
pub mod recheck;
pub mod rekey;
pub mod tables;

use std::collections::HashMap;
use std::path::Path;

pub use error::{Activity, Result, WarehouseError};
pub use key::{KeyRing, RingKey, Sealer, WorkspaceKey, holds_records};
pub use lock::{WhenLocked, WriterLock};
pub use parquet_input::ParquetRows;

/// What changes whenever something is published in a lake: the name of the newest commit of its journal. Reading it
/// opens no table; empty for a lake without one.
pub fn lake_stamp(folder: &Path) -> String {
    let log = folder.join(lake::JOURNAL).join("_delta_log");
    let entries = std::fs::read_dir(log).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let commits = names.filter(|name| name.ends_with(".json"));
    commits.max().unwrap_or_default()
}

/// The lake in a local folder, with the tables of front pages.
///
/// # Errors
/// The folder has no absolute path.
pub fn open_lake(folder: &Path) -> Result<lake::Lake> {
    let storage = |error: std::io::Error| WarehouseError::storage(Activity::OpenLake, error);
    std::fs::create_dir_all(folder).map_err(storage)?;
    let folder = folder.canonicalize().map_err(storage)?;
    let root = url::Url::from_directory_path(&folder).map_err(|()| WarehouseError::NoLake {
        location: folder.display().to_string(),
    })?;
    Ok(lake::Lake::new(root, HashMap::new(), tables::tables()))
}

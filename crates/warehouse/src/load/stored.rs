//! Records of a month read back from the lake.

use datafusion::arrow::array::{AsArray as _, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;

use super::read;
use crate::error::{Activity, Result, WarehouseError};
use crate::key::WorkspaceKey;
use crate::lake::{Lake, Publication, active_files, partition_values};
use crate::tables::{DISCHARGE, PARTITION_COLUMNS, StoredRecord, stored_records};

/// Gives every record of a hospital's month whose key is wanted, file by file, so that memory does not
/// grow with the month. An error of `take` ends the reading.
pub async fn read_records<E: From<WarehouseError>>(
    lake: &Lake,
    publication: &Publication,
    key: &WorkspaceKey,
    (organisation, month): (&str, &str),
    wanted: impl Fn(&str) -> bool,
    mut take: impl FnMut(StoredRecord) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let version = publication.table_version(DISCHARGE);
    let table = lake.open(DISCHARGE, version).await?;
    let columns: Vec<String> = PARTITION_COLUMNS
        .iter()
        .map(|&name| name.to_owned())
        .collect();
    let place = [Some(organisation.to_owned()), Some(month.to_owned())];
    for (add, _) in active_files(&table)? {
        if partition_values(&add, &columns) != place {
            continue;
        }
        let store = table.object_store();
        for batch in read(&store, &add.path, None).await? {
            let batch = only(&batch, &wanted)?;
            for record in stored_records(&batch, organisation, key) {
                take(record)?;
            }
        }
    }
    Ok(())
}

/// The rows whose key is wanted.
fn only(batch: &RecordBatch, wanted: &impl Fn(&str) -> bool) -> Result<RecordBatch> {
    let keys = batch
        .column_by_name("record_key")
        .and_then(|keys| keys.as_string_opt::<i32>());
    let Some(keys) = keys else {
        return Ok(batch.slice(0, 0));
    };
    let chosen: BooleanArray = keys
        .iter()
        .map(|key| Some(key.is_some_and(wanted)))
        .collect();
    filter_record_batch(batch, &chosen)
        .map_err(|error| WarehouseError::storage(Activity::ReadTable, error))
}

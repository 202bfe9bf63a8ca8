//! New rows of a partition meet the rows that are there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{Array as _, AsArray as _, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::object_store::{ObjectStore, ObjectStoreExt as _, path::Path};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rustc_hash::FxHashMap;

use super::loader::Files;
use crate::error::{Activity, Result, WarehouseError};
use crate::lake::{Counts, LakeWriter, Mode, active_files, partition_values};
use crate::parquet_file::DataFile;
use crate::tables::{Cells, DISCHARGE, DRG_CELL, GROUPING, PARTITION_COLUMNS, RECORD_TABLES};

/// Paths of the files that a partition has now, by table in the order of [`RECORD_TABLES`].
pub(super) type Existing = [Vec<String>; RECORD_TABLES.len()];

/// The files of every partition of the lake as it is.
pub(super) fn existing(writer: &LakeWriter) -> Result<HashMap<Vec<Option<String>>, Existing>> {
    let columns: Vec<String> = PARTITION_COLUMNS
        .iter()
        .map(|&name| name.to_owned())
        .collect();
    let mut partitions = HashMap::<_, Existing>::new();
    for (place, table) in RECORD_TABLES.into_iter().enumerate() {
        for (add, _) in active_files(writer.table(table))? {
            let existing = partitions
                .entry(partition_values(&add, &columns))
                .or_default();
            existing[place].push(add.path);
        }
    }
    Ok(partitions)
}

/// Compares a partition's new rows with its old ones, and in a correction writes the old rows that
/// stay to files of their own and adds them to the cells.
pub(super) async fn merge(
    writer: &LakeWriter,
    mode: Mode,
    (organisation, month): (&str, &str),
    old: &Existing,
    new: &mut Files,
    cells: &mut Cells,
) -> Result<Counts> {
    let store = writer.table(DISCHARGE).object_store();
    let new_paths = new[0].iter().map(|file| file.add.path.clone());
    let arriving = contents(&store, new_paths).await?;
    let there = contents(&store, old[0].iter().cloned()).await?;
    let mut counts = Counts::default();
    for (key, hash) in &arriving {
        match there.get(key) {
            None => counts.came += 1,
            Some(old) if old == hash => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
    let leaving = there
        .keys()
        .filter(|key| !arriving.contains_key(*key))
        .count() as u64;
    match mode {
        Mode::ReplaceMonth => counts.went = leaving,
        // In a correction what is not in the files stays.
        Mode::Correction if leaving > 0 => {
            for ((table, paths), files) in RECORD_TABLES.into_iter().zip(old).zip(new) {
                let store = writer.table(table).object_store();
                for path in paths {
                    let kept = staying(&store, path, &arriving).await?;
                    if kept.iter().all(|batch| batch.num_rows() == 0) {
                        continue;
                    }
                    if table == GROUPING {
                        kept.iter().for_each(|batch| cells.add(month, batch));
                    }
                    let partition = vec![Some(organisation.to_owned()), Some(month.to_owned())];
                    files.push(writer.write(table, partition, &kept).await?);
                }
            }
        }
        // What leaves the records alone never comes here.
        Mode::Correction | Mode::Recheck | Mode::DataSets | Mode::Rekey => {}
    }
    Ok(counts)
}

/// Paths of the files with the cells of each hospital.
pub(super) fn existing_cells(writer: &LakeWriter) -> Result<HashMap<Option<String>, Vec<String>>> {
    let mut hospitals = HashMap::<_, Vec<String>>::new();
    for (add, _) in active_files(writer.table(DRG_CELL))? {
        let hospital = partition_values(&add, &[PARTITION_COLUMNS[0].to_owned()]);
        let hospital = hospital.into_iter().next().flatten();
        hospitals.entry(hospital).or_default().push(add.path);
    }
    Ok(hospitals)
}

/// Writes the cells of a hospital: the new ones, and the old ones of all other months.
pub(super) async fn merge_cells(
    writer: &LakeWriter,
    hospital: &str,
    old: &[String],
    new: &Cells,
    replaced: &HashSet<String>,
) -> Result<DataFile> {
    let store = writer.table(DRG_CELL).object_store();
    let mut batches = vec![new.rows()];
    for path in old {
        for batch in read(&store, path, None).await? {
            let months = batch.column(0).as_string::<i32>().iter();
            let other = |month: Option<&str>| Some(!month.is_some_and(|m| replaced.contains(m)));
            let others: BooleanArray = months.map(other).collect();
            batches.push(filter_record_batch(&batch, &others).map_err(failed)?);
        }
    }
    let partition = vec![Some(hospital.to_owned())];
    writer.write(DRG_CELL, partition, &batches).await
}

/// Content hash by record key, over some files.
async fn contents(
    store: &Arc<dyn ObjectStore>,
    paths: impl Iterator<Item = String>,
) -> Result<FxHashMap<String, i64>> {
    let mut contents = FxHashMap::default();
    for path in paths {
        for batch in read(store, &path, Some(&["record_key", "content_hash"])).await? {
            let keys = batch.column(0).as_string::<i32>();
            let hashes = batch.column(1).as_primitive::<Int64Type>();
            for (key, hash) in keys.iter().zip(hashes) {
                contents.insert(key.unwrap_or_default().to_owned(), hash.unwrap_or_default());
            }
        }
    }
    Ok(contents)
}

/// The rows of a file whose key does not arrive.
async fn staying(
    store: &Arc<dyn ObjectStore>,
    path: &str,
    arriving: &FxHashMap<String, i64>,
) -> Result<Vec<RecordBatch>> {
    let batches = read(store, path, None).await?;
    batches
        .iter()
        .map(|batch| {
            let keys = batch
                .column_by_name("record_key")
                .map(|keys| keys.as_string::<i32>());
            let stays: BooleanArray = match keys {
                Some(keys) => keys
                    .iter()
                    .map(|key| Some(!key.is_some_and(|key| arriving.contains_key(key))))
                    .collect(),
                None => BooleanArray::from(vec![true; batch.num_rows()]),
            };
            debug_assert_eq!(stays.null_count(), 0);
            filter_record_batch(batch, &stays).map_err(failed)
        })
        .collect()
}

/// The rows of a file, as it was written: without partition columns.
pub(crate) async fn read(
    store: &Arc<dyn ObjectStore>,
    path: &str,
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>> {
    let object = store.get(&Path::from(path)).await.map_err(failed)?;
    let bytes = object.bytes().await.map_err(failed)?;
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(failed)?;
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    let reader = builder.build().map_err(failed)?;
    reader
        .collect::<std::result::Result<_, _>>()
        .map_err(failed)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WarehouseError {
    WarehouseError::storage(Activity::ReadTable, error)
}

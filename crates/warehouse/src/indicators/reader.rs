//! The stays of a hospital's month, in the columns that are needed, file by file.

use std::collections::HashMap;
use std::sync::Arc;

use biaochi_domain::Period;
use biaochi_records::micros_since_epoch;
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, BooleanArray, RecordBatch, StringArray, UInt32Array,
};
use datafusion::arrow::compute::{cast, concat_batches, filter, filter_record_batch, take};
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::object_store::path::Path;
use datafusion::parquet::arrow::ProjectionMask;
#[expect(
    deprecated,
    reason = "its successor is an example to copy; the stores of the lake do their own I/O"
)]
use datafusion::parquet::arrow::async_reader::ParquetObjectReader;
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::civil::Date;

use super::source::{Needed, Origin};
use crate::error::{Activity, Result, WarehouseError};
use crate::parquet_file::record_order;
use crate::recheck::{StoredMonth, StoredMonths};
use crate::tables::{DISCHARGE, GROUPING};

const KEY: &str = "record_key";
const NUMBER: &str = "medical_record_number";
const DISCHARGED: &str = "discharge_time";
/// Rows read at once: what is computed of them stays in the cache.
const ROWS: usize = 8192;

/// Reads stays.
#[derive(Debug, Clone)]
pub(super) struct StayReader {
    stored: Arc<StoredMonths>,
    needed: Needed,
    /// Whether the keys of records are given too.
    keys: bool,
    /// The days of discharge, in microseconds from the first of them to the first one behind.
    days: Option<(i64, i64)>,
}

/// Rows of stays, with the keys of their records when they were asked for.
#[derive(Debug)]
pub(super) struct StayRows {
    pub(super) records: RecordBatch,
    pub(super) keys: Option<StringArray>,
    /// Medical record numbers, with the keys.
    pub(super) numbers: Option<StringArray>,
}

impl StayReader {
    pub(super) fn new(stored: Arc<StoredMonths>, needed: Needed, keys: bool) -> Self {
        Self {
            stored,
            needed,
            keys,
            days: None,
        }
    }

    /// Only those of the days of a period; a period of whole months leaves nothing out of them.
    pub(super) fn within(mut self, period: Period) -> Self {
        let begin = |day: Date| micros_since_epoch(day.at(0, 0, 0, 0));
        let (first, last) = (period.first_day(), period.last_day());
        let behind = last.tomorrow().map_or(i64::MAX, begin);
        self.days = (!period.is_whole_months()).then_some((begin(first), behind));
        self
    }

    /// All stays of a month, or those of the days that are wanted.
    pub(super) async fn month(&self, month: &StoredMonth) -> Result<Vec<StayRows>> {
        let mut all = Vec::new();
        let take = |rows: StayRows| {
            all.push(rows);
            Ok(())
        };
        self.each(month, take).await?;
        Ok(all)
    }

    /// The same piece by piece, so that no more than one of them is in memory at a time.
    pub(super) async fn each(
        &self,
        month: &StoredMonth,
        mut take: impl FnMut(StayRows) -> Result<()>,
    ) -> Result<()> {
        let files = open(&self.stored, month, DISCHARGE).await?;
        let orders = orders(&files);
        let groups = match self.needed.uses_groups() {
            true => Some(Groups::read(&self.stored, month, &self.needed, orders).await?),
            false => None,
        };
        let match_keys = groups.as_ref().is_some_and(|groups| groups.keys.is_some());
        let wanted = |root: &str, leaf: &str| {
            ((self.keys || match_keys) && root == KEY)
                || (self.keys && root == NUMBER)
                || (self.days.is_some() && root == DISCHARGED)
                || self.needed.wants(root, leaf)
        };
        let mut behind = 0;
        for file in files {
            let mut batches = read(file, wanted)?;
            while let Some(batch) = batches.try_next().await? {
                let rows = batch.num_rows();
                let keys = (self.keys || match_keys).then(|| text(&batch, KEY));
                let keys = keys.transpose()?;
                let groups = match &groups {
                    Some(groups) => groups.of(keys.as_ref(), behind, rows)?,
                    None => Vec::new(),
                };
                behind += rows;
                let records = self.records(month, &batch, &groups)?;
                let keys = keys.filter(|_| self.keys);
                let numbers = self.keys.then(|| text(&batch, NUMBER)).transpose()?;
                let rows = StayRows {
                    records,
                    keys,
                    numbers,
                };
                take(match self.days {
                    Some(days) => rows.only(&discharged_within(&batch, days)?)?,
                    None => rows,
                })?;
            }
        }
        Ok(())
    }

    /// The columns in the order that is needed.
    fn records(
        &self,
        month: &StoredMonth,
        batch: &RecordBatch,
        groups: &[ArrayRef],
    ) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let partition = month.partition();
        let mut groups = groups.iter();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.needed.origin.len());
        for (origin, field) in self.needed.origin.iter().zip(self.needed.schema.fields()) {
            let column: Option<ArrayRef> = match origin {
                Origin::Partition(place) => {
                    let value = partition[*place].as_deref().unwrap_or_default();
                    let values = std::iter::repeat_n(value, rows);
                    Some(Arc::new(StringArray::from_iter_values(values)))
                }
                Origin::Discharge => batch.column_by_name(field.name()).map(Arc::clone),
                Origin::Grouping(_) => groups.next().map(Arc::clone),
            };
            let Some(column) = column else {
                return Err(WarehouseError::Structure {
                    table: DISCHARGE.to_owned(),
                    difference: format!("− {}", field.name()),
                });
            };
            columns.push(match column.data_type() == field.data_type() {
                true => column,
                false => cast(&column, field.data_type()).map_err(failed)?,
            });
        }
        RecordBatch::try_new(Arc::clone(&self.needed.schema), columns).map_err(failed)
    }
}

impl StayRows {
    /// The rows that are chosen.
    fn only(self, chosen: &BooleanArray) -> Result<Self> {
        let texts = |texts: StringArray| -> Result<StringArray> {
            let kept = filter(&texts, chosen).map_err(failed)?;
            Ok(kept.as_string::<i32>().clone())
        };
        Ok(Self {
            records: filter_record_batch(&self.records, chosen).map_err(failed)?,
            keys: self.keys.map(texts).transpose()?,
            numbers: self.numbers.map(texts).transpose()?,
        })
    }
}

/// Which rows of a file were discharged from one time on and before another.
fn discharged_within(batch: &RecordBatch, (from, before): (i64, i64)) -> Result<BooleanArray> {
    let times = batch.column_by_name(DISCHARGED);
    let times = times.and_then(|times| times.as_primitive_opt::<TimestampMicrosecondType>());
    let times = times.ok_or_else(|| WarehouseError::Structure {
        table: DISCHARGE.to_owned(),
        difference: format!("− {DISCHARGED}"),
    })?;
    let is_in = |time: Option<i64>| Some(time.is_some_and(|time| from <= time && time < before));
    Ok(times.iter().map(is_in).collect())
}

/// The groups of a month.
struct Groups {
    /// Keys of their records; none are needed where the records are known to stand in the order of `discharge`.
    keys: Option<StringArray>,
    columns: Vec<ArrayRef>,
}

impl Groups {
    async fn read(
        stored: &StoredMonths,
        month: &StoredMonth,
        needed: &Needed,
        discharges: Vec<Option<String>>,
    ) -> Result<Self> {
        let names: Vec<&str> = needed
            .origin
            .iter()
            .filter_map(|origin| match origin {
                Origin::Grouping(name) => Some(*name),
                _ => None,
            })
            .collect();
        let files = open(stored, month, GROUPING).await?;
        let in_step = discharges == orders(&files) && discharges.iter().all(Option::is_some);
        let match_keys = !in_step;
        let mut batches: Vec<RecordBatch> = Vec::new();
        for file in files {
            let wanted = |root: &str, _: &str| (match_keys && root == KEY) || names.contains(&root);
            let mut read = read(file, wanted)?;
            while let Some(batch) = read.try_next().await? {
                batches.push(batch);
            }
        }
        let Some(first) = batches.first() else {
            return Err(WarehouseError::Structure {
                table: GROUPING.to_owned(),
                difference: format!(
                    "− {}",
                    month
                        .partition()
                        .iter()
                        .flatten()
                        .cloned()
                        .collect::<Vec<_>>()
                        .join("/")
                ),
            });
        };
        let all = concat_batches(&first.schema(), &batches).map_err(failed)?;
        let columns = names.iter().map(|name| match all.column_by_name(name) {
            Some(column) => Ok(Arc::clone(column)),
            None => Err(WarehouseError::Structure {
                table: GROUPING.to_owned(),
                difference: format!("− {name}"),
            }),
        });
        Ok(Self {
            columns: columns.collect::<Result<_>>()?,
            keys: match_keys.then(|| text(&all, KEY)).transpose()?,
        })
    }

    /// The groups of some rows, the first at `behind`; by their keys where the order is not known.
    fn of(&self, keys: Option<&StringArray>, behind: usize, rows: usize) -> Result<Vec<ArrayRef>> {
        let slice = || {
            let columns = self.columns.iter();
            columns.map(|column| column.slice(behind, rows)).collect()
        };
        let (Some(own), Some(keys)) = (&self.keys, keys) else {
            return Ok(slice());
        };
        if behind + rows <= own.len() && own.slice(behind, rows) == *keys {
            return Ok(slice());
        }
        let rows = (0u32..).zip(own.iter());
        let places: HashMap<&str, u32> = rows.filter_map(|(row, key)| Some((key?, row))).collect();
        let places: UInt32Array = keys.iter().map(|key| places.get(key?).copied()).collect();
        let columns = self.columns.iter();
        columns
            .map(|column| take(column, &places, None).map_err(failed))
            .collect()
    }
}

/// A file whose footer was read.
#[expect(deprecated, reason = "as above")]
type Opened = ParquetRecordBatchStreamBuilder<ParquetObjectReader>;

/// The files of a table that a month has.
async fn open(stored: &StoredMonths, month: &StoredMonth, table: &str) -> Result<Vec<Opened>> {
    let store = stored.store(table);
    let mut files = Vec::new();
    for path in stored.files(month, table) {
        #[expect(deprecated, reason = "as above")]
        let reader = ParquetObjectReader::new(Arc::clone(&store), Path::from(path.as_str()));
        let file = ParquetRecordBatchStreamBuilder::new(reader).await;
        files.push(file.map_err(failed)?);
    }
    Ok(files)
}

/// The records of files in their order, as far as they tell; two tables that tell the same are read side by side.
fn orders(files: &[Opened]) -> Vec<Option<String>> {
    let told = |file: &Opened| record_order(file.metadata().file_metadata()).map(str::to_owned);
    files.iter().map(told).collect()
}

/// The rows of a file, piece by piece, its leaves chosen by the first and last part of their paths.
fn read(
    file: Opened,
    wanted: impl Fn(&str, &str) -> bool,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    let leaves = file.parquet_schema().columns().iter().enumerate();
    let chosen: Vec<usize> = leaves
        .filter(|(_, leaf)| match leaf.path().parts() {
            [root] => wanted(root, root),
            [root, .., last] => wanted(root, last),
            [] => false,
        })
        .map(|(place, _)| place)
        .collect();
    let mask = ProjectionMask::leaves(file.parquet_schema(), chosen);
    let stream = file.with_projection(mask).with_batch_size(ROWS).build();
    Ok(stream.map_err(failed)?.map_err(failed).boxed())
}

fn text(batch: &RecordBatch, name: &str) -> Result<StringArray> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| WarehouseError::Structure {
            table: DISCHARGE.to_owned(),
            difference: format!("− {name}"),
        })?;
    match column.as_string_opt::<i32>() {
        Some(texts) => Ok(texts.clone()),
        None => {
            let texts = cast(column, &datafusion::arrow::datatypes::DataType::Utf8);
            Ok(texts.map_err(failed)?.as_string::<i32>().clone())
        }
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WarehouseError {
    WarehouseError::storage(Activity::ReadTable, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(groups: &[ArrayRef]) -> Vec<Option<&str>> {
        groups[0].as_string::<i32>().iter().collect()
    }

    #[test]
    fn groups_find_their_records_in_any_order() {
        let texts = |texts: &[&str]| StringArray::from_iter_values(texts);
        let drg: ArrayRef = Arc::new(texts(&["GA", "GB", "GC"]));
        let by_key = Groups {
            keys: Some(texts(&["a", "b", "c"])),
            columns: vec![Arc::clone(&drg)],
        };
        let found = |keys: &[&str], behind| by_key.of(Some(&texts(keys)), behind, keys.len());
        let in_step = found(&["b", "c"], 1).expect("groups");
        assert_eq!(values(&in_step), [Some("GB"), Some("GC")]);
        let shuffled = found(&["c", "a", "x"], 0).expect("groups");
        assert_eq!(values(&shuffled), [Some("GC"), Some("GA"), None]);
        let by_order = Groups {
            keys: None,
            columns: vec![drg],
        };
        let groups = by_order.of(None, 1, 2).expect("groups");
        assert_eq!(values(&groups), [Some("GB"), Some("GC")]);
    }
}

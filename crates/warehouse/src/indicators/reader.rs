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
use datafusion::object_store::{ObjectStore, path::Path};
use datafusion::parquet::arrow::ProjectionMask;
#[expect(
    deprecated,
    reason = "its successor is an example to copy; the stores of the lake do their own I/O"
)]
use datafusion::parquet::arrow::async_reader::ParquetObjectReader;
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use futures::TryStreamExt as _;
use jiff::civil::Date;

use super::source::{Needed, Origin};
use crate::error::{Activity, Result, WarehouseError};
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
        let groups = match self.needed.uses_groups() {
            true => Some(Groups::read(&self.stored, month, &self.needed).await?),
            false => None,
        };
        let with_keys = self.keys || groups.is_some();
        let wanted = |root: &str, leaf: &str| {
            (with_keys && root == KEY)
                || (self.keys && root == NUMBER)
                || (self.days.is_some() && root == DISCHARGED)
                || self.needed.wants(root, leaf)
        };
        let mut all = Vec::new();
        let mut behind = 0;
        for path in self.stored.files(month, DISCHARGE) {
            for batch in read(&self.stored.store(DISCHARGE), path, &wanted).await? {
                let keys = with_keys.then(|| text(&batch, KEY)).transpose()?;
                let groups = match (&groups, &keys) {
                    (Some(groups), Some(keys)) => groups.of(keys, behind)?,
                    _ => Vec::new(),
                };
                behind += batch.num_rows();
                let records = self.records(month, &batch, &groups)?;
                let keys = keys.filter(|_| self.keys);
                let numbers = self.keys.then(|| text(&batch, NUMBER)).transpose()?;
                let rows = StayRows {
                    records,
                    keys,
                    numbers,
                };
                all.push(match self.days {
                    Some(days) => rows.only(&discharged_within(&batch, days)?)?,
                    None => rows,
                });
            }
        }
        Ok(all)
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
    keys: StringArray,
    columns: Vec<ArrayRef>,
}

impl Groups {
    async fn read(stored: &StoredMonths, month: &StoredMonth, needed: &Needed) -> Result<Self> {
        let names: Vec<&str> = needed
            .origin
            .iter()
            .filter_map(|origin| match origin {
                Origin::Grouping(name) => Some(*name),
                _ => None,
            })
            .collect();
        let mut batches = Vec::new();
        for path in stored.files(month, GROUPING) {
            let wanted = |root: &str, _: &str| root == KEY || names.contains(&root);
            batches.extend(read(&stored.store(GROUPING), path, wanted).await?);
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
            keys: text(&all, KEY)?,
        })
    }

    /// The groups of records; mostly they stand in the same order, the first at `behind`.
    fn of(&self, keys: &StringArray, behind: usize) -> Result<Vec<ArrayRef>> {
        let in_step =
            behind + keys.len() <= self.keys.len() && self.keys.slice(behind, keys.len()) == *keys;
        if in_step {
            let columns = self.columns.iter();
            return Ok(columns
                .map(|column| column.slice(behind, keys.len()))
                .collect());
        }
        let rows = (0u32..).zip(self.keys.iter());
        let places: HashMap<&str, u32> = rows.filter_map(|(row, key)| Some((key?, row))).collect();
        let places: UInt32Array = keys.iter().map(|key| places.get(key?).copied()).collect();
        let columns = self.columns.iter();
        columns
            .map(|column| take(column, &places, None).map_err(failed))
            .collect()
    }
}

/// The rows of a file, its leaves chosen by the first and last part of their paths.
async fn read(
    store: &Arc<dyn ObjectStore>,
    path: &str,
    wanted: impl Fn(&str, &str) -> bool,
) -> Result<Vec<RecordBatch>> {
    #[expect(deprecated, reason = "as above")]
    let reader = ParquetObjectReader::new(Arc::clone(store), Path::from(path));
    let builder = ParquetRecordBatchStreamBuilder::new(reader)
        .await
        .map_err(failed)?;
    let leaves = builder.parquet_schema().columns().iter().enumerate();
    let chosen: Vec<usize> = leaves
        .filter(|(_, leaf)| match leaf.path().parts() {
            [root] => wanted(root, root),
            [root, .., last] => wanted(root, last),
            [] => false,
        })
        .map(|(place, _)| place)
        .collect();
    let mask = ProjectionMask::leaves(builder.parquet_schema(), chosen);
    let stream = builder.with_projection(mask).with_batch_size(ROWS).build();
    stream.map_err(failed)?.try_collect().await.map_err(failed)
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

//! From a value down to its records: what each stay adds to some measures, all of them, counted, or by pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use biaochi_domain::Period;
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, ListArray, RecordBatch, StringArray, StructArray,
};
use datafusion::arrow::datatypes::DataType;
use futures::{StreamExt as _, TryStreamExt as _};
use rust_decimal::Decimal;

use super::adds::Adds;
use super::cells::decimal;
use super::compile::CompiledMeasures;
use super::reader::{StayReader, StayRows};
use super::source::{Needed, Origin};
use crate::error::{Activity, Result, WarehouseError};
use crate::recheck::{StoredMonth, StoredMonths};

/// A record and what it adds to each measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// The hospital.
    pub organisation_code: String,
    /// The month.
    pub month: String,
    /// Key of the record.
    pub record_key: String,
    /// Medical record number; empty when missing.
    pub medical_record_number: String,
    /// Discharge department.
    pub department: String,
    /// Attending physician.
    pub physician: String,
    /// What it adds to each measure, in their order.
    pub adds: Vec<Decimal>,
}

/// Which records are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordQuestion {
    /// The measures of the numerator by their places, and whether each is taken off.
    pub numerator: Vec<(usize, bool)>,
    /// Records of this department only.
    pub department: Option<String>,
}

impl RecordQuestion {
    /// Whether a record that adds this much adds to the numerator.
    fn is_in_numerator(&self, adds: &[Decimal]) -> bool {
        !signed_sum(&self.numerator, adds).is_zero()
    }
}

/// How many records of a month add something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordCount {
    /// Those that add to the numerator.
    pub numerator: u64,
    /// The others.
    pub rest: u64,
}

impl RecordCount {
    /// Those of the numerator, the others, or all of them.
    pub fn of(self, in_numerator: Option<bool>) -> u64 {
        match in_numerator {
            Some(true) => self.numerator,
            Some(false) => self.rest,
            None => self.numerator + self.rest,
        }
    }
}

/// Where a record stands in the list that is read page by page: those of the numerator first, then by
/// hospital, month and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPosition {
    /// Whether it adds to the numerator.
    pub in_numerator: bool,
    /// The hospital.
    pub organisation_code: String,
    /// The month.
    pub month: String,
    /// Key of the record.
    pub record_key: String,
}

/// A page of the list of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPage {
    /// Those of the numerator, or the others; `None` for all.
    pub in_numerator: Option<bool>,
    /// The record behind which it begins, which need not be there any more; `None` for the first page.
    pub after: Option<RecordPosition>,
    /// How many records it has at most.
    pub limit: usize,
}

impl RecordPage {
    /// Where the page goes on in a month: behind a key, or with its first record; `None` where the month is over.
    fn begins(&self, in_numerator: bool, month: &StoredMonth) -> Option<Option<&str>> {
        let Some(after) = &self.after else {
            return Some(None);
        };
        let name = month.month.to_string();
        let own = (!in_numerator, month.organisation_code.as_str(), &*name);
        let last = (
            !after.in_numerator,
            after.organisation_code.as_str(),
            &*after.month,
        );
        match own.cmp(&last) {
            Ordering::Less => None,
            Ordering::Equal => Some(Some(after.record_key.as_str())),
            Ordering::Greater => Some(None),
        }
    }
}

/// A row that adds something to a measure; nothing of it is copied yet.
struct AddingRow<'a> {
    month: &'a StoredMonth,
    record_key: &'a str,
    medical_record_number: &'a str,
    department: &'a str,
    physician: &'a str,
    adds: Vec<Decimal>,
}

impl AddingRow<'_> {
    fn line(self) -> RecordLine {
        RecordLine {
            organisation_code: self.month.organisation_code.clone(),
            month: self.month.month.to_string(),
            record_key: self.record_key.to_owned(),
            medical_record_number: self.medical_record_number.to_owned(),
            department: self.department.to_owned(),
            physician: self.physician.to_owned(),
            adds: self.adds,
        }
    }
}

/// What the measures of some terms come to in a record, those that are taken off subtracted.
pub fn signed_sum(terms: &[(usize, bool)], adds: &[Decimal]) -> Decimal {
    let parts = terms.iter().filter_map(|(place, minus)| {
        let add = adds.get(*place)?;
        Some(if *minus { -*add } else { *add })
    });
    parts.sum()
}

/// The records of some months that add something to a measure, in the order in which they are stored; of
/// a period of days, those that were discharged in it.
pub async fn records_of(
    stored: &Arc<StoredMonths>,
    (months, period): (&[StoredMonth], Period),
    compiled: &CompiledMeasures,
    question: &RecordQuestion,
) -> Result<Vec<RecordLine>> {
    let reader = StayReader::new(Arc::clone(stored), compiled.needed.clone(), true);
    let reader = reader.within(period);
    let mut lines = Vec::new();
    for month in months {
        let take = |rows: StayRows| {
            each_adding(month, &rows, (compiled, question), |row| {
                lines.push(row.line());
            })
        };
        reader.each(month, take).await?;
    }
    Ok(lines)
}

/// How many records of each month add something to a measure. Nothing is kept of a record that was counted.
pub async fn count_records(
    stored: &Arc<StoredMonths>,
    (months, period): (&[StoredMonth], Period),
    compiled: &Arc<CompiledMeasures>,
    question: &RecordQuestion,
) -> Result<Vec<RecordCount>> {
    let reader = StayReader::new(Arc::clone(stored), compiled.needed.clone(), false);
    let reader = reader.within(period);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let counts = futures::stream::iter(months.to_vec()).map(|month| {
        let (reader, compiled, question) = (reader.clone(), Arc::clone(compiled), question.clone());
        let counting =
            tokio::spawn(async move { count_month(&reader, &month, &compiled, &question).await });
        async move { counting.await.map_err(failed)? }
    });
    counts.buffered(threads).try_collect().await
}

async fn count_month(
    reader: &StayReader,
    month: &StoredMonth,
    compiled: &CompiledMeasures,
    question: &RecordQuestion,
) -> Result<RecordCount> {
    let mut count = RecordCount::default();
    let take = |rows: StayRows| {
        each_adding(month, &rows, (compiled, question), |row| {
            match question.is_in_numerator(&row.adds) {
                true => count.numerator += 1,
                false => count.rest += 1,
            }
        })
    };
    reader.each(month, take).await?;
    Ok(count)
}

/// A page of the records of some months, by [`RecordPosition`]. Only months that have some of it are read, and of
/// them only so many records are kept as the page has room for.
pub async fn page_of_records(
    stored: &Arc<StoredMonths>,
    (months, period): (&[(StoredMonth, RecordCount)], Period),
    compiled: &CompiledMeasures,
    question: &RecordQuestion,
    page: &RecordPage,
) -> Result<Vec<RecordLine>> {
    let reader = StayReader::new(Arc::clone(stored), compiled.needed.clone(), true);
    let reader = reader.within(period);
    let mut lines: Vec<RecordLine> = Vec::new();
    for in_numerator in [true, false] {
        if page.in_numerator.is_some_and(|only| only != in_numerator) {
            continue;
        }
        for (month, count) in months {
            let room = page.limit.saturating_sub(lines.len());
            if room == 0 {
                return Ok(lines);
            }
            if count.of(Some(in_numerator)) == 0 {
                continue;
            }
            let Some(after) = page.begins(in_numerator, month) else {
                continue;
            };
            let mut kept: BTreeMap<String, RecordLine> = BTreeMap::new();
            let take = |rows: StayRows| {
                each_adding(month, &rows, (compiled, question), |row| {
                    let key = row.record_key;
                    let has_room = kept.len() < room;
                    let is_wanted = after.is_none_or(|after| key > after)
                        && (has_room || kept.last_key_value().is_some_and(|last| key < &**last.0))
                        && question.is_in_numerator(&row.adds) == in_numerator;
                    if is_wanted {
                        kept.insert(key.to_owned(), row.line());
                        if kept.len() > room {
                            kept.pop_last();
                        }
                    }
                })
            };
            reader.each(month, take).await?;
            lines.extend(kept.into_values());
        }
    }
    Ok(lines)
}

/// Gives the rows of a batch that add something to a measure, of the department that is asked for.
fn each_adding(
    month: &StoredMonth,
    rows: &StayRows,
    (compiled, question): (&CompiledMeasures, &RecordQuestion),
    mut take: impl FnMut(AddingRow<'_>),
) -> Result<()> {
    let values = compiled.adds(&rows.records)?;
    let (departments, physicians) = (
        values.departments.as_string::<i32>(),
        values.physicians.as_string::<i32>(),
    );
    for (row, adds) in adds(compiled, &values).into_iter().enumerate() {
        let department = departments.value(row);
        let wanted = question.department.as_deref();
        if adds.iter().all(Decimal::is_zero) || wanted.is_some_and(|only| only != department) {
            continue;
        }
        take(AddingRow {
            month,
            record_key: text_at(rows.keys.as_ref(), row),
            medical_record_number: text_at(rows.numbers.as_ref(), row),
            department,
            physician: physicians.value(row),
            adds,
        });
    }
    Ok(())
}

/// A text of a column; empty when it is missing, or the column is.
fn text_at(texts: Option<&StringArray>, row: usize) -> &str {
    let texts = texts.filter(|texts| texts.is_valid(row));
    texts.map_or("", |texts| texts.value(row))
}

/// What records at hand add to each measure, for cases: rows of `discharge` and `grouping` in step.
pub fn contributions(
    compiled: &CompiledMeasures,
    discharge: &RecordBatch,
    grouping: &RecordBatch,
) -> Result<Vec<Vec<Decimal>>> {
    let records = stays(&compiled.needed, discharge, grouping)?;
    Ok(adds(compiled, &compiled.adds(&records)?))
}

/// By row, what it adds to each measure.
fn adds(compiled: &CompiledMeasures, values: &Adds) -> Vec<Vec<Decimal>> {
    let mut rows = vec![vec![Decimal::ZERO; compiled.measures.len()]; values.rows];
    for (place, measure) in compiled.measures.iter().enumerate() {
        values.each(measure, |row, units| rows[row][place] = decimal(units));
    }
    rows
}

/// Rows of `discharge` and `grouping` as rows of the source, in the columns that are needed.
pub(super) fn stays(
    needed: &Needed,
    discharge: &RecordBatch,
    grouping: &RecordBatch,
) -> Result<RecordBatch> {
    let columns = needed
        .origin
        .iter()
        .zip(needed.schema.fields())
        .map(|(origin, field)| {
            let (batch, name) = match origin {
                Origin::Grouping(name) => (grouping, *name),
                Origin::Discharge | Origin::Partition(_) => (discharge, field.name().as_str()),
            };
            let column = batch
                .column_by_name(name)
                .ok_or_else(|| WarehouseError::Structure {
                    table: "stay".to_owned(),
                    difference: format!("− {name}"),
                })?;
            Ok(pruned(column, field.data_type()))
        });
    let columns: Vec<ArrayRef> = columns.collect::<Result<_>>()?;
    RecordBatch::try_new(Arc::clone(&needed.schema), columns).map_err(failed)
}

/// A column with the members that a type has.
fn pruned(column: &ArrayRef, data_type: &DataType) -> ArrayRef {
    match data_type {
        DataType::Struct(members) => {
            let own = column.as_struct();
            let columns = members
                .iter()
                .filter_map(|member| own.column_by_name(member.name()));
            let columns: Vec<ArrayRef> = columns.map(Arc::clone).collect();
            Arc::new(StructArray::new(
                members.clone(),
                columns,
                own.nulls().cloned(),
            ))
        }
        DataType::List(element) if matches!(element.data_type(), DataType::Struct(_)) => {
            let own = column.as_list::<i32>();
            let values = pruned(own.values(), element.data_type());
            let (offsets, nulls) = (own.offsets().clone(), own.nulls().cloned());
            Arc::new(ListArray::new(Arc::clone(element), offsets, values, nulls))
        }
        _ => Arc::clone(column),
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WarehouseError {
    WarehouseError::storage(Activity::ReadTable, error)
}

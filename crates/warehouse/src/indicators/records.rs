//! From a value down to its records: what each stay adds to some measures.

use std::sync::Arc;

use biaochi_domain::Period;
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, ListArray, RecordBatch, StringArray, StructArray,
};
use datafusion::arrow::datatypes::DataType;
use rust_decimal::Decimal;

use super::adds::Adds;
use super::cells::decimal;
use super::compile::CompiledMeasures;
use super::reader::StayReader;
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

/// The records of some months that add something to a measure and that `keep` wants, in the order in
/// which they are stored; of a period of days, those that were discharged in it.
pub async fn records_of(
    stored: &Arc<StoredMonths>,
    (months, period): (&[StoredMonth], Period),
    compiled: &CompiledMeasures,
    mut keep: impl FnMut(&RecordLine) -> bool,
) -> Result<Vec<RecordLine>> {
    let reader = StayReader::new(Arc::clone(stored), compiled.needed.clone(), true);
    let reader = reader.within(period);
    let mut lines = Vec::new();
    for month in months {
        for rows in reader.month(month).await? {
            let values = compiled.adds(&rows.records)?;
            let (departments, physicians) = (
                values.departments.as_string::<i32>(),
                values.physicians.as_string::<i32>(),
            );
            let adds = adds(compiled, &values);
            let (keys, numbers) = (rows.keys.as_ref(), rows.numbers.as_ref());
            let at = |texts: Option<&StringArray>, row: usize| {
                let texts = texts.filter(|texts| texts.is_valid(row));
                texts.map_or_else(String::new, |texts| texts.value(row).to_owned())
            };
            for (row, adds) in adds.into_iter().enumerate() {
                if adds.iter().all(Decimal::is_zero) {
                    continue;
                }
                let line = RecordLine {
                    organisation_code: month.organisation_code.clone(),
                    month: month.month.to_string(),
                    record_key: at(keys, row),
                    medical_record_number: at(numbers, row),
                    department: departments.value(row).to_owned(),
                    physician: physicians.value(row).to_owned(),
                    adds,
                };
                if keep(&line) {
                    lines.push(line);
                }
            }
        }
    }
    Ok(lines)
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

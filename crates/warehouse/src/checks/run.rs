//! Running compiled checks over a batch of records.

use std::ops::Range;

use biaochi_checks::{Check, Measured, Test};
use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::{Decimal128Type, Int64Type};
use rust_decimal::Decimal;

use super::compile::{Compiled, CompiledChecks};
use crate::error::{Result, WarehouseError};

/// What a check found in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Row of the batch.
    pub row: usize,
    /// Place of the check in its set.
    pub check: usize,
    /// Places at fault; zero for a value that is only kept so that its limit can be moved.
    pub places: u32,
    /// The measured value, where the check measures.
    pub measured: Option<Decimal>,
    /// Values shown in the message, by name; direct identifiers are hidden.
    pub values: Vec<(String, String)>,
}

impl Found {
    /// What the coder reads.
    pub fn message(&self, check: &Check) -> String {
        check.message.fill(|name| {
            let found = self.values.iter().find(|(known, _)| known == name);
            found
                .map(|(_, value)| value.as_str())
                .filter(|value| !value.is_empty())
        })
    }
}

/// Records with what checks have in common computed once.
#[derive(Debug)]
pub struct Prepared {
    records: RecordBatch,
    /// None where a record cannot be computed: then the check is told that asks about it.
    columns: Option<Vec<ArrayRef>>,
}

impl CompiledChecks {
    /// Runs all checks over records of [`super::record_schema`]: what was found, by row and check.
    pub fn run(&self, records: &RecordBatch) -> Result<Vec<Found>> {
        let columns = self.columns(records)?;
        let mut found = Vec::new();
        for compiled in &self.checks {
            self.run_check(compiled, &columns, &mut found)?;
        }
        found.sort_by_key(|found| (found.row, found.check));
        Ok(found)
    }

    /// Prepares records of [`super::record_schema`] of which each check looks at its own rows only.
    pub fn prepare(&self, records: RecordBatch) -> Prepared {
        Prepared {
            // Of whom they cannot be computed is seen by the check that asks.
            columns: self.columns(&records).ok(),
            records,
        }
    }

    /// Runs one check alone, over some of the records; the rows that it finds are counted from the first of them.
    pub fn run_one(
        &self,
        check: usize,
        prepared: &Prepared,
        rows: Range<usize>,
    ) -> Result<Vec<Found>> {
        let columns = match &prepared.columns {
            Some(columns) => columns
                .iter()
                .map(|column| column.slice(rows.start, rows.len()))
                .collect(),
            None => self.columns(&prepared.records.slice(rows.start, rows.len()))?,
        };
        let mut found = Vec::new();
        for compiled in self
            .checks
            .iter()
            .filter(|compiled| compiled.index == check)
        {
            self.run_check(compiled, &columns, &mut found)?;
        }
        Ok(found)
    }

    /// Columns of the record, the terms, and what checks ask of codes.
    fn columns(&self, records: &RecordBatch) -> Result<Vec<ArrayRef>> {
        let mut columns = records.columns().to_vec();
        for term in &self.terms {
            columns.push(term.evaluate(&columns)?);
        }
        let answers = self.membership.answers(&columns);
        columns.extend(answers.map_err(WarehouseError::query)?);
        Ok(columns)
    }

    fn run_check(
        &self,
        compiled: &Compiled,
        columns: &[ArrayRef],
        found: &mut Vec<Found>,
    ) -> Result<()> {
        let column = compiled.expression.evaluate(columns)?;
        let mut take = |row, places, measured: Option<Decimal>| {
            let shown = measured.map_or_else(String::new, |value| value.normalize().to_string());
            let values = compiled
                .values
                .iter()
                .map(|(name, source)| (name.clone(), source.text(columns, row, &shown, places)));
            found.push(Found {
                row,
                check: compiled.index,
                places,
                measured,
                values: values.collect(),
            });
        };
        match &self.set.checks[compiled.index].test {
            Test::Violated(_) => {
                let violated = column.as_boolean();
                if violated.true_count() > 0 {
                    for row in (0..violated.len())
                        .filter(|row| violated.is_valid(*row) && violated.value(*row))
                    {
                        take(row, 1, None);
                    }
                }
            }
            Test::Count(_) => {
                let counts = column.as_primitive::<Int64Type>();
                for (row, count) in counts.iter().enumerate() {
                    if let Some(count @ 1..) = count {
                        take(row, u32::try_from(count).unwrap_or(u32::MAX), None);
                    }
                }
            }
            Test::Measure(_, threshold) => {
                let values = column.as_primitive::<Decimal128Type>();
                for (row, value) in values.iter().enumerate() {
                    let Some(value) = value else { continue };
                    let value = Decimal::from_i128_with_scale(value, 4);
                    match threshold.measure(value) {
                        Measured::Violated => take(row, 1, Some(value)),
                        Measured::Kept => take(row, 0, Some(value)),
                        Measured::Passed => {}
                    }
                }
            }
        }
        Ok(())
    }
}

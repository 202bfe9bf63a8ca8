//! The records of a stored month, ready to be checked again.

use std::collections::HashMap;
use std::path::Path;

use datafusion::arrow::array::{Array as _, AsArray as _, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat_batches, take_record_batch};

use super::months::{StoredMonth, StoredMonths, text};
use crate::error::{Activity, Result, WarehouseError};
use crate::key::WorkspaceKey;
use crate::tables::{DISCHARGE, GROUPING, Identity, grouping_schema, open_identity};

/// Rows of one import and their groups.
#[derive(Debug)]
pub struct CheckRows {
    /// Rows of `discharge`.
    pub discharge: RecordBatch,
    /// Rows of `grouping`, in step with them.
    pub grouping: RecordBatch,
    /// The import that brought them.
    pub import_id: String,
}

/// The groups of a month, by record.
#[derive(Debug)]
pub struct MonthRecords<'a> {
    stored: &'a StoredMonths,
    month: &'a StoredMonth,
    grouping: RecordBatch,
    rows: HashMap<String, u32>,
}

impl StoredMonths {
    /// Opens the records of a month.
    pub async fn records<'a>(&'a self, month: &'a StoredMonth) -> Result<MonthRecords<'a>> {
        let batches = self.rows(month, GROUPING).await?;
        let grouping = concat_batches(&grouping_schema(), &batches).map_err(failed)?;
        let keys = text(&grouping, "record_key");
        let rows = (0u32..).zip(keys.iter());
        let rows = rows.map(|(row, key)| (key.unwrap_or_default().to_owned(), row));
        Ok(MonthRecords {
            stored: self,
            month,
            rows: rows.collect(),
            grouping,
        })
    }
}

impl MonthRecords<'_> {
    /// The records of one of the month's files.
    pub async fn read(&self, file: usize) -> Result<Vec<CheckRows>> {
        let mut parts = Vec::new();
        for batch in self.stored.file(self.month, DISCHARGE, file).await? {
            for discharge in by_import(&batch) {
                parts.push(self.with_groups(discharge)?);
            }
        }
        Ok(parts)
    }

    fn with_groups(&self, discharge: RecordBatch) -> Result<CheckRows> {
        let keys = text(&discharge, "record_key").iter();
        let places: UInt32Array = keys
            .map(|key| self.rows.get(key.unwrap_or_default()).copied())
            .collect();
        let grouping = take_record_batch(&self.grouping, &places).map_err(failed)?;
        let import = text(&discharge, "import_id");
        let import_id = match import.is_empty() {
            true => String::new(),
            false => import.value(0).to_owned(),
        };
        Ok(CheckRows {
            discharge,
            grouping,
            import_id,
        })
    }
}

/// The rows of each import; rows of one import mostly stand together.
fn by_import(batch: &RecordBatch) -> Vec<RecordBatch> {
    let imports = text(batch, "import_id");
    let (mut parts, mut from) = (Vec::new(), 0);
    for row in 1..=batch.num_rows() {
        if row == batch.num_rows() || imports.value(row) != imports.value(from) {
            parts.push(batch.slice(from, row - from));
            from = row;
        }
    }
    parts
}

impl CheckRows {
    /// Keys of the records, in order.
    pub fn record_keys(&self) -> impl Iterator<Item = &str> {
        text(&self.discharge, "record_key")
            .iter()
            .map(Option::unwrap_or_default)
    }

    /// The direct identifiers of each record, for checks that look at them.
    ///
    /// # Errors
    /// The workspace key, which was read from `key_file`, is not the one that they were sealed with.
    pub fn identities(&self, key: &WorkspaceKey, key_file: &Path) -> Result<Vec<Identity>> {
        let sealed = self.discharge["sealed"].as_binary::<i32>();
        let rows = self.record_keys().zip(sealed);
        rows.map(|(record, sealed)| match sealed {
            None => Ok(Identity::new()),
            Some(sealed) => open_identity(key, record, sealed).ok_or(WarehouseError::Key {
                path: key_file.to_owned(),
                reason: "mismatch",
            }),
        })
        .collect()
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WarehouseError {
    WarehouseError::storage(Activity::ReadTable, error)
}

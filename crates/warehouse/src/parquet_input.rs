//! Front pages that come as Parquet: columns of any type become the texts that a CSV would hold.

use std::fs::File;
use std::path::Path;

use datafusion::arrow::array::{Array as _, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use crate::error::{Result, WarehouseError};

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 1024;

/// Reads a Parquet file row by row as texts.
pub struct ParquetRows {
    file: String,
    headings: Vec<String>,
    reader: ParquetRecordBatchReader,
}

impl std::fmt::Debug for ParquetRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetRows")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl ParquetRows {
    /// Opens a file; `name` is its name as the person knows it.
    pub fn open(name: &str, path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| unreadable(name, error))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(|error| unreadable(name, error))?;
        let headings = builder
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let reader = builder
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| unreadable(name, error))?;
        Ok(Self {
            file: name.to_owned(),
            headings,
            reader,
        })
    }

    /// Names of the columns.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Gives the next rows value by value, NULL as the empty text, and `None` after each row.
    /// `false` when there are no more.
    pub fn next_rows(&mut self, mut each: impl FnMut(Option<&str>)) -> Result<bool> {
        let Some(batch) = self.reader.next() else {
            return Ok(false);
        };
        let batch: RecordBatch = batch.map_err(|error| unreadable(&self.file, error))?;
        let options = FormatOptions::new()
            .with_null("")
            .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S"))
            .with_datetime_format(Some("%Y-%m-%d %H:%M:%S"))
            .with_date_format(Some("%Y-%m-%d"));
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| unreadable(&self.file, error))?;
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            for (column, formatter) in batch.columns().iter().zip(&columns) {
                text.clear();
                if column.is_valid(row) {
                    use std::fmt::Write as _;
                    write!(text, "{}", formatter.value(row))
                        .map_err(|error| unreadable(&self.file, error))?;
                }
                each(Some(&text));
            }
            each(None);
        }
        Ok(true)
    }
}

fn unreadable(file: &str, reason: impl std::fmt::Display) -> WarehouseError {
    WarehouseError::Input {
        file: file.to_owned(),
        reason: reason.to_string(),
    }
}

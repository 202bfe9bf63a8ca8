//! Query results as a table for the screen, CSV, JSON or Parquet.

use std::io::{self, Write};
use std::str::FromStr;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::arrow::json::writer::{EncoderOptions, JsonArray, WriterBuilder, make_encoder};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::parquet::arrow::ArrowWriter;

use super::QueryResult;
use crate::error::{Activity, Result, WarehouseError};

/// Form of a query result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutputFormat {
    /// Lines and columns for the screen; holds the whole result in memory.
    #[default]
    Table,
    /// CSV with a header; nested columns as JSON text.
    Csv,
    /// An array of objects.
    Json,
    /// Parquet, zstd.
    Parquet,
}

impl FromStr for OutputFormat {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        match name {
            "table" => Ok(Self::Table),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "parquet" => Ok(Self::Parquet),
            other => Err(other.to_owned()),
        }
    }
}

/// Writes a result and tells how many rows it had.
pub async fn write_result<W: Write + Send>(
    mut result: QueryResult,
    format: OutputFormat,
    out: &mut W,
) -> Result<u64> {
    let schema = result.schema();
    let mut rows = 0;
    match format {
        OutputFormat::Table => {
            let batches = result.collect().await?;
            rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
            let batches = if batches.is_empty() {
                vec![RecordBatch::new_empty(schema)]
            } else {
                batches
            };
            let text = pretty_format_batches(&batches).map_err(WarehouseError::query)?;
            writeln!(out, "{text}").map_err(failed)?;
        }
        OutputFormat::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .with_header(true)
                .with_timestamp_format("%Y-%m-%d %H:%M:%S".to_owned())
                .build(&mut *out);
            let flat = flat_schema(&schema);
            writer
                .write(&RecordBatch::new_empty(flat.clone()))
                .map_err(failed)?;
            while let Some(batch) = result.next().await? {
                rows += batch.num_rows() as u64;
                writer.write(&flatten(&batch, &flat)?).map_err(failed)?;
            }
        }
        OutputFormat::Json => {
            let mut writer = WriterBuilder::new()
                .with_explicit_nulls(true)
                .build::<_, JsonArray>(&mut *out);
            while let Some(batch) = result.next().await? {
                rows += batch.num_rows() as u64;
                writer.write(&batch).map_err(failed)?;
            }
            writer.finish().map_err(failed)?;
            writeln!(out).map_err(failed)?;
        }
        OutputFormat::Parquet => {
            let mut writer = ArrowWriter::try_new(&mut *out, schema, None).map_err(failed)?;
            while let Some(batch) = result.next().await? {
                rows += batch.num_rows() as u64;
                writer.write(&batch).map_err(failed)?;
            }
            writer.close().map_err(failed)?;
        }
    }
    out.flush().map_err(failed)?;
    Ok(rows)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WarehouseError {
    let error = error.into();
    // A reader that has seen enough (`| head`) is no failure worth a stack of words.
    match error.downcast::<io::Error>() {
        Ok(io) => WarehouseError::storage(Activity::WriteOutput, io),
        Err(error) => WarehouseError::storage(Activity::WriteOutput, error),
    }
}

fn flat_schema(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        if field.data_type().is_nested() {
            Arc::new(Field::new(field.name(), DataType::Utf8, true))
        } else {
            Arc::clone(field)
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn flatten(batch: &RecordBatch, flat: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch
        .columns()
        .iter()
        .zip(batch.schema_ref().fields())
        .map(|(column, field)| {
            if field.data_type().is_nested() {
                json_text(column, field)
            } else {
                Ok(Arc::clone(column))
            }
        });
    RecordBatch::try_new(Arc::clone(flat), columns.collect::<Result<_>>()?).map_err(failed)
}

fn json_text(column: &ArrayRef, field: &FieldRef) -> Result<ArrayRef> {
    let options = EncoderOptions::default();
    let mut encoder = make_encoder(field, column.as_ref(), &options).map_err(failed)?;
    let mut texts = StringBuilder::new();
    let mut buffer = Vec::new();
    for row in 0..column.len() {
        if encoder.is_null(row) {
            texts.append_null();
            continue;
        }
        buffer.clear();
        encoder.encode(row, &mut buffer);
        texts.append_value(String::from_utf8_lossy(&buffer));
    }
    Ok(Arc::new(texts.finish()))
}

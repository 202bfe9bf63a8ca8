//! Read-only SQL over one version of a lake.

mod code_function;
mod group_function;
mod output;
mod quality_views;
mod read_only;
mod views;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext, col};
use futures::TryStreamExt as _;

pub use code_function::any_code_begins;
pub use datafusion::arrow::array::RecordBatch;
pub use datafusion::logical_expr::ScalarUDF;
pub use group_function::{SchemeSource, drg_group};
pub use output::{OutputFormat, write_result};

pub(crate) use read_only::check as check_read_only;

use crate::error::{Result, WarehouseError};
use crate::lake::{JOURNAL, Lake, Publication};

/// Columns that no query sees: they hold direct identifiers, encrypted, and have their own way out.
const HIDDEN_COLUMNS: [&str; 1] = ["sealed"];

/// A session that sees one version of a lake, whatever is imported meanwhile.
pub struct Queries {
    context: SessionContext,
    publication: Publication,
}

/// The rows of a query, as they come.
pub struct QueryResult {
    stream: SendableRecordBatchStream,
    /// Rows still to be given, `None` for all.
    left: Option<usize>,
}

impl Queries {
    /// Opens a lake of front pages: its tables, the views over them, and the functions.
    pub async fn open(
        lake: &Lake,
        publication: Publication,
        functions: Vec<ScalarUDF>,
    ) -> Result<Self> {
        Self::open_over(lake, publication, &[], functions).await
    }

    /// The same with further views, such as those of data sets.
    pub async fn open_over(
        lake: &Lake,
        publication: Publication,
        more: &[(String, String)],
        functions: Vec<ScalarUDF>,
    ) -> Result<Self> {
        let mut views = [&views::VIEWS[..], &quality_views::QUALITY_VIEWS[..]].concat();
        views.extend(more.iter().map(|(name, sql)| (name.as_str(), sql.as_str())));
        Self::open_with(lake, publication, &views, functions).await
    }

    /// Opens the tables of a version, views (name and query), and functions.
    pub async fn open_with(
        lake: &Lake,
        publication: Publication,
        views: &[(&str, &str)],
        functions: Vec<ScalarUDF>,
    ) -> Result<Self> {
        let config = SessionConfig::new()
            .with_information_schema(true)
            .with_target_partitions(std::thread::available_parallelism().map_or(2, usize::from));
        let context = SessionContext::new_with_config(config);
        for function in functions {
            context.register_udf(function);
        }
        for spec in lake.tables() {
            let version = publication.table_version(spec.name);
            register(&context, lake, spec.name, version).await?;
        }
        register(&context, lake, JOURNAL, publication.version).await?;
        let queries = Self {
            context,
            publication,
        };
        for (name, sql) in views {
            let view = queries
                .context
                .sql(sql)
                .await
                .map_err(WarehouseError::query)?
                .into_view();
            queries
                .context
                .register_table(*name, view)
                .map_err(WarehouseError::query)?;
        }
        Ok(queries)
    }

    /// Adds a table of texts that comes from elsewhere, such as the institutions.
    pub fn add_texts(
        &self,
        name: &str,
        columns: &[&str],
        rows: &[Vec<Option<String>>],
    ) -> Result<()> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|column| Field::new(*column, DataType::Utf8, true))
            .collect();
        let arrays = (0..columns.len()).map(|at| {
            let texts = rows
                .iter()
                .map(|row| row.get(at).and_then(Option::as_deref));
            Arc::new(texts.collect::<StringArray>()) as ArrayRef
        });
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.collect());
        let batch = batch.map_err(WarehouseError::query)?;
        self.context
            .register_batch(name, batch)
            .map_err(WarehouseError::query)?;
        Ok(())
    }

    /// The session, for tables that only one question needs.
    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// The version that is read.
    pub fn publication(&self) -> &Publication {
        &self.publication
    }

    /// Runs one query. Statements that would change anything are refused.
    pub async fn query(&self, sql: &str) -> Result<QueryResult> {
        read_only::check(sql)?;
        let options = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let frame = self
            .context
            .sql_with_options(sql, options)
            .await
            .map_err(WarehouseError::query)?;
        let stream = frame
            .execute_stream()
            .await
            .map_err(WarehouseError::query)?;
        Ok(QueryResult { stream, left: None })
    }
}

impl QueryResult {
    /// Columns of the rows.
    pub fn schema(&self) -> SchemaRef {
        self.stream.schema()
    }

    /// The same rows, but no more than the first `rows`.
    #[must_use]
    pub fn first(mut self, rows: usize) -> Self {
        self.left = Some(rows);
        self
    }

    /// The next rows, `None` after the last.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if self.left == Some(0) {
            return Ok(None);
        }
        let batch = self
            .stream
            .try_next()
            .await
            .map_err(WarehouseError::query)?;
        let Some(left) = &mut self.left else {
            return Ok(batch);
        };
        Ok(batch.map(|batch| {
            let taken = batch.num_rows().min(*left);
            *left -= taken;
            batch.slice(0, taken)
        }))
    }

    /// All rows at once; for results known to be small.
    pub async fn collect(mut self) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        while let Some(batch) = self.next().await? {
            batches.push(batch);
        }
        Ok(batches)
    }
}

/// A text as an SQL literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

async fn register(context: &SessionContext, lake: &Lake, name: &str, version: u64) -> Result<()> {
    let table = lake.open(name, version).await?;
    let provider = table
        .table_provider()
        .with_session(Arc::new(context.state()))
        .await
        .map_err(WarehouseError::query)?;
    let schema = provider.schema();
    if schema
        .fields()
        .iter()
        .any(|field| HIDDEN_COLUMNS.contains(&field.name().as_str()))
    {
        let visible = schema.fields().iter().map(|field| field.name().as_str());
        let visible = visible
            .filter(|name| !HIDDEN_COLUMNS.contains(name))
            .map(col);
        let frame = context
            .read_table(provider)
            .map_err(WarehouseError::query)?;
        let frame = frame
            .select(visible.collect::<Vec<_>>())
            .map_err(WarehouseError::query)?;
        context
            .register_table(name, frame.into_view())
            .map_err(WarehouseError::query)?;
    } else {
        context
            .register_table(name, provider)
            .map_err(WarehouseError::query)?;
    }
    Ok(())
}

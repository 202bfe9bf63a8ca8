//! Expressions of packs: read, typed, and made ready to run over the few columns that they name.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use datafusion::common::{DFSchema, DFSchemaRef, DataFusionError, ScalarValue, SchemaError};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable as _};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::elements::members_taken;
use super::functions::{Lookups, Ranges, functions};
use crate::error::{Result as WarehouseResult, WarehouseError};

/// A session that reads expressions of packs, with their functions.
pub(crate) fn session(ranges: &Arc<Ranges>, lookups: &Arc<dyn Lookups>) -> SessionContext {
    let mut config = SessionConfig::new();
    // Lambdas (`x -> …`) are no part of every dialect.
    config.options_mut().sql_parser.dialect = datafusion::config::Dialect::DuckDB;
    let context = SessionContext::new_with_config(config);
    for function in functions(ranges, lookups) {
        context.register_udf(function);
    }
    context
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The engine refuses it; its words.
    Sql(String),
    /// No field, column or term has this name.
    UnknownName(String),
    /// Another type is needed.
    Type {
        /// The type that is needed.
        expected: &'static str,
        /// The type it has.
        found: String,
    },
    /// It is the same for every record.
    Constant {
        /// What it always is.
        always: bool,
    },
}

/// An expression whose types fit, in its simplest form.
#[derive(Clone)]
pub(crate) struct Logical {
    pub(crate) expression: Expr,
    pub(crate) data_type: DataType,
}

impl Logical {
    /// What it is for every record, if it is the same for all.
    pub(crate) fn constant(&self) -> Option<Reason> {
        constant_of(&self.expression)
    }
}

/// What a simplified condition is for every row, if it is the same for all.
pub(crate) fn constant_of(expression: &Expr) -> Option<Reason> {
    let Expr::Literal(value, _) = expression else {
        return None;
    };
    let always = matches!(value, ScalarValue::Boolean(Some(true)));
    Some(Reason::Constant { always })
}

impl Logical {
    /// Reads an expression over a schema.
    pub(crate) fn read(
        context: &SessionContext,
        sql: &str,
        schema: &DFSchemaRef,
    ) -> Result<Self, Reason> {
        let expression = context.parse_sql_expr(sql, schema).map_err(reason)?;
        Self::of(expression, schema)
    }

    /// An expression in its simplest form.
    pub(crate) fn of(expression: Expr, schema: &DFSchemaRef) -> Result<Self, Reason> {
        let context = SimplifyContext::builder()
            .with_schema(Arc::clone(schema))
            .build();
        let simplifier = ExprSimplifier::new(context);
        let expression = simplifier
            .coerce(expression, schema)
            .and_then(|expression| simplifier.simplify(expression))
            .and_then(members_taken)
            .map_err(reason)?;
        let data_type = expression.get_type(schema).map_err(reason)?;
        Ok(Self {
            expression,
            data_type,
        })
    }
}

/// An expression over the few columns that it names. Short-circuits and `CASE` filter every column of
/// their batch, so a batch of all columns would cost a hundred times more.
#[derive(Debug, Clone)]
pub(crate) struct Narrow {
    pub(crate) expression: Arc<dyn PhysicalExpr>,
    /// Places of its columns among record, terms and answers.
    pub(crate) columns: Vec<usize>,
    pub(crate) schema: SchemaRef,
}

impl Narrow {
    /// An expression over those of many columns that it names; `find` gives their places. One that
    /// names none gets the first column of all, since a batch without columns would not know its rows.
    pub(crate) fn new(
        context: &SessionContext,
        expression: &Expr,
        find: impl Fn(&str) -> Option<(usize, FieldRef)>,
        first: &FieldRef,
    ) -> Result<Self, Reason> {
        let mut named = Vec::new();
        for column in expression.column_refs() {
            let found = find(&column.name);
            named.push(found.ok_or_else(|| Reason::UnknownName(column.name.clone()))?);
        }
        if named.is_empty() {
            named.push((0, Arc::clone(first)));
        }
        named.sort_unstable_by_key(|(index, _)| *index);
        let (columns, fields): (_, Vec<_>) = named.into_iter().unzip();
        let schema = Arc::new(Schema::new(fields));
        let narrow = DFSchema::try_from(Arc::clone(&schema)).map_err(reason)?;
        let expression = context
            .create_physical_expr(expression.clone(), &narrow)
            .map_err(reason)?;
        Ok(Self {
            expression,
            columns,
            schema,
        })
    }

    /// The value for every row of the columns.
    pub(crate) fn evaluate(&self, columns: &[ArrayRef]) -> WarehouseResult<ArrayRef> {
        let own = self
            .columns
            .iter()
            .map(|index| Arc::clone(&columns[*index]));
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), own.collect())
            .map_err(|error| WarehouseError::query(DataFusionError::from(error)))?;
        let value = self.expression.evaluate(&batch);
        value
            .and_then(|value| value.into_array(batch.num_rows()))
            .map_err(WarehouseError::query)
    }
}

/// What an error of the engine says.
pub(crate) fn reason(error: DataFusionError) -> Reason {
    match error.find_root() {
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { field, .. } => Reason::UnknownName(field.name.clone()),
            other => Reason::Sql(other.to_string()),
        },
        other => Reason::Sql(other.strip_backtrace()),
    }
}

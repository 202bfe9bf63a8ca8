//! Rules of a data set, compiled once and run over many submissions.

use std::sync::{Arc, LazyLock};

use biaochi_datasets::{
    DataSet, Field as Asked, Kind, PREVIOUS, Rule, Value, Values, YEAR_BEFORE, days,
};
use biaochi_domain::Period;
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, BooleanBuilder, Date32Builder, Decimal128Builder,
    Int64Array, RecordBatch, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, DFSchemaRef, DataFusionError};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable as _};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;

use crate::checks::{Reason, constant_of, reason, shown};
use crate::error::{Result, WarehouseError};

/// Digits of a number in a rule.
const PRECISION: u8 = 28;

/// The rules of a data set, ready to run.
#[derive(Debug)]
pub struct CompiledRules {
    set: Arc<DataSet>,
    schema: SchemaRef,
    rules: Vec<Arc<dyn PhysicalExpr>>,
}

/// Why a rule cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProblem {
    /// Id of the rule.
    pub rule: String,
    /// Key of the pack where the mistake is.
    pub key: &'static str,
    /// What is wrong.
    pub reason: Reason,
}

/// A row of a submission as rules see it.
#[derive(Debug, Clone, Copy)]
pub struct RuleRow<'a> {
    /// Whose it is.
    pub organisation_code: &'a str,
    /// For when.
    pub period: Period,
    /// Value of the breakdown; empty without one.
    pub breakdown: &'a str,
    /// What was filled in.
    pub values: &'a Values,
    /// The same row of the period before.
    pub previous: Option<&'a Values>,
    /// The same row of the same period of the year before.
    pub year_before: Option<&'a Values>,
}

/// A rule that a row violates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Place of the row among those that were looked at.
    pub row: usize,
    /// Place of the rule in the data set.
    pub rule: usize,
    /// The message with the row's values.
    pub message: String,
}

impl CompiledRules {
    /// Compiles the rules of a data set. Every mistake comes back at once.
    pub fn compile(set: &Arc<DataSet>) -> std::result::Result<Self, Vec<RuleProblem>> {
        // Its functions are many, and the same for every data set.
        static CONTEXT: LazyLock<SessionContext> = LazyLock::new(SessionContext::new);
        let context = &*CONTEXT;
        let schema = rule_schema(set);
        let named = DFSchema::try_from(Arc::clone(&schema)).map_err(|error| {
            vec![RuleProblem {
                rule: String::new(),
                key: "id",
                reason: reason(error),
            }]
        })?;
        let named = Arc::new(named);
        let (mut rules, mut problems) = (Vec::new(), Vec::new());
        for rule in &set.rules {
            let mut problem = |key, reason| {
                let rule = rule.id.clone();
                problems.push(RuleProblem { rule, key, reason });
            };
            match compile(context, &named, rule) {
                Ok(expression) => rules.push(expression),
                Err(reason) => problem("when", reason),
            }
            for name in rule.message.names() {
                if schema.field_with_name(name).is_err() {
                    problem("message", Reason::UnknownName(name.to_owned()));
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            set: Arc::clone(set),
            schema,
            rules,
        })
    }

    /// The data set.
    pub fn set(&self) -> &Arc<DataSet> {
        &self.set
    }

    /// The rules that rows violate, by row and rule.
    pub fn run(&self, rows: &[RuleRow<'_>]) -> Result<Vec<Violation>> {
        if self.rules.is_empty() || rows.is_empty() {
            return Ok(Vec::new());
        }
        let batch = encode(&self.set, &self.schema, rows)?;
        let mut violations = Vec::new();
        for (place, (rule, expression)) in self.set.rules.iter().zip(&self.rules).enumerate() {
            let value = expression.evaluate(&batch).map_err(WarehouseError::query)?;
            let column = value
                .into_array(rows.len())
                .map_err(WarehouseError::query)?;
            let violated = column.as_boolean();
            for row in 0..rows.len() {
                if violated.is_valid(row) && violated.value(row) {
                    violations.push(Violation {
                        row,
                        rule: place,
                        message: message(rule, &batch, row),
                    });
                }
            }
        }
        violations.sort_by_key(|violation| (violation.row, violation.rule));
        Ok(violations)
    }
}

fn message(rule: &Rule, batch: &RecordBatch, row: usize) -> String {
    let values: Vec<(&str, String)> = rule
        .message
        .names()
        .into_iter()
        .filter_map(|name| Some((name, shown(batch.column_by_name(name)?, row))))
        .collect();
    rule.message.fill(|name| {
        let found = values.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    })
}

fn compile(
    context: &SessionContext,
    schema: &DFSchemaRef,
    rule: &Rule,
) -> std::result::Result<Arc<dyn PhysicalExpr>, Reason> {
    let expression = context.parse_sql_expr(&rule.when, schema).map_err(reason)?;
    let simplify = SimplifyContext::builder()
        .with_schema(Arc::clone(schema))
        .build();
    let simplifier = ExprSimplifier::new(simplify);
    let expression: Expr = simplifier
        .coerce(expression, schema)
        .and_then(|expression| simplifier.simplify(expression))
        .map_err(reason)?;
    let data_type = expression.get_type(schema).map_err(reason)?;
    if data_type != DataType::Boolean {
        return Err(Reason::Type {
            expected: "boolean",
            found: data_type.to_string(),
        });
    }
    match constant_of(&expression) {
        Some(constant) => Err(constant),
        None => context
            .create_physical_expr(expression, schema)
            .map_err(reason),
    }
}

fn arrow_type(kind: &Kind) -> DataType {
    match kind {
        Kind::Integer => DataType::Decimal128(PRECISION, 0),
        Kind::Decimal(places) => {
            DataType::Decimal128(PRECISION, i8::try_from(*places).unwrap_or(6))
        }
        Kind::Boolean => DataType::Boolean,
        Kind::Choice(_) | Kind::Text => DataType::Utf8,
        Kind::Date => DataType::Date32,
    }
}

/// The columns that a rule can use.
fn rule_schema(set: &DataSet) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    let mut fields = vec![
        text("organisation_code"),
        text("period"),
        number("months"),
        number("days"),
        text("breakdown"),
    ];
    if let Some(breakdown) = &set.breakdown {
        fields.push(text(&breakdown.id));
    }
    for field in &set.fields {
        fields.push(Field::new(&field.id, arrow_type(&field.kind), true));
    }
    for prefix in [PREVIOUS, YEAR_BEFORE] {
        for field in numbers(set) {
            let name = format!("{prefix}{}", field.id);
            fields.push(Field::new(name, arrow_type(&field.kind), true));
        }
    }
    Arc::new(Schema::new(fields))
}

/// Rows as a table of the data set, with the columns that rules have.
pub(crate) fn table_of(set: &DataSet, rows: &[RuleRow<'_>]) -> Result<RecordBatch> {
    encode(set, &rule_schema(set), rows)
}

fn numbers(set: &DataSet) -> impl Iterator<Item = &Asked> {
    set.fields.iter().filter(|field| field.kind.is_number())
}

fn encode(set: &DataSet, schema: &SchemaRef, rows: &[RuleRow<'_>]) -> Result<RecordBatch> {
    let texts = |text: &dyn Fn(&RuleRow<'_>) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(text)))
    };
    let counts = |count: &dyn Fn(&RuleRow<'_>) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(count)))
    };
    let mut columns = vec![
        texts(&|row| row.organisation_code.to_owned()),
        texts(&|row| row.period.to_string()),
        counts(&|row| i64::from(row.period.length())),
        counts(&|row| i64::from(days(row.period))),
        texts(&|row| row.breakdown.to_owned()),
    ];
    if set.breakdown.is_some() {
        columns.push(texts(&|row| row.breakdown.to_owned()));
    }
    for field in &set.fields {
        columns.push(column(
            field,
            rows.iter().map(|row| row.values.get(&field.id)),
        ));
    }
    for field in numbers(set) {
        let previous = rows.iter().map(|row| row.previous?.get(&field.id));
        columns.push(column(field, previous));
    }
    for field in numbers(set) {
        let before = rows.iter().map(|row| row.year_before?.get(&field.id));
        columns.push(column(field, before));
    }
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|error| WarehouseError::query(DataFusionError::from(error)))
}

/// The values of a field; one of another type, which a submission cannot hold, is null.
fn column<'v>(field: &Asked, values: impl Iterator<Item = Option<&'v Value>>) -> ArrayRef {
    match &field.kind {
        Kind::Integer | Kind::Decimal(_) => {
            let mut builder = Decimal128Builder::new().with_data_type(arrow_type(&field.kind));
            for value in values {
                let number = value.and_then(Value::number).map(|mut number| {
                    number.rescale(field.kind.places());
                    number.mantissa()
                });
                builder.append_option(number);
            }
            Arc::new(builder.finish())
        }
        Kind::Boolean => {
            let mut builder = BooleanBuilder::new();
            for value in values {
                builder.append_option(match value {
                    Some(Value::Boolean(flag)) => Some(*flag),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
        Kind::Choice(_) | Kind::Text => {
            let mut builder = StringBuilder::new();
            for value in values {
                builder.append_option(match value {
                    Some(Value::Text(text)) => Some(text),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
        Kind::Date => {
            let mut builder = Date32Builder::new();
            for value in values {
                builder.append_option(match value {
                    Some(Value::Date(date)) => Some(biaochi_records::days_since_epoch(*date)),
                    _ => None,
                });
            }
            Arc::new(builder.finish())
        }
    }
}

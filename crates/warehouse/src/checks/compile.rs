//! From the SQL of a set of checks to expressions that run over batches.

use std::sync::Arc;

use biaochi_checks::{Check, CheckSet, Test};
use biaochi_records::Field as PageField;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, DFSchemaRef, DataFusionError, ScalarValue, SchemaError};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, cast, col, lit, when};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::functions::{Lookups, functions};
use super::record::record_schema;
use super::values::Source;

/// Measured values and limits.
pub(super) const MEASURE: DataType = DataType::Decimal128(20, 4);

/// A set of checks, ready to run.
#[derive(Debug)]
pub struct CompiledChecks {
    pub(super) set: Arc<CheckSet>,
    /// Terms in order; each sees the columns before it.
    pub(super) terms: Vec<Narrow>,
    pub(super) checks: Vec<Compiled>,
}

/// A check, ready to run.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Its place in the set.
    pub(super) index: usize,
    /// A boolean, a number of places or a measured value; NULL where the check does not apply.
    pub(super) expression: Narrow,
    /// Where the values of its message come from.
    pub(super) values: Vec<(String, Source)>,
}

/// An expression over the few columns that it names. Short-circuits and `CASE` filter every column of
/// their batch, so a batch of all columns would cost a hundred times more.
#[derive(Debug, Clone)]
pub(super) struct Narrow {
    pub(super) expression: Arc<dyn PhysicalExpr>,
    /// Places of its columns among record and terms.
    pub(super) columns: Vec<usize>,
    pub(super) schema: SchemaRef,
    data_type: DataType,
}

/// Why a check or term cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileProblem {
    /// Id of the check or term.
    pub owner: String,
    /// Key of the pack where the mistake is.
    pub key: &'static str,
    /// What is wrong.
    pub reason: Reason,
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

/// Reads and types expressions over a growing schema.
struct Compiler {
    context: SessionContext,
    schema: DFSchemaRef,
}

impl Compiler {
    fn read(&self, sql: &str) -> Result<Expr, Reason> {
        self.context
            .parse_sql_expr(sql, &self.schema)
            .map_err(reason)
    }

    fn typed(&self, expression: Expr) -> Result<Narrow, Reason> {
        let context = SimplifyContext::builder()
            .with_schema(Arc::clone(&self.schema))
            .build();
        let simplifier = ExprSimplifier::new(context);
        let expression = simplifier
            .coerce(expression, &self.schema)
            .and_then(|expression| simplifier.simplify(expression))
            .map_err(reason)?;
        let named = expression.column_refs();
        let fields = self.schema.fields().iter().enumerate();
        let mut columns: Vec<usize> = fields
            .filter(|(_, field)| named.iter().any(|column| column.name == *field.name()))
            .map(|(index, _)| index)
            .collect();
        if columns.is_empty() {
            // A batch without columns would not know its rows.
            columns.push(0);
        }
        let fields = columns
            .iter()
            .map(|index| self.schema.field(*index).clone());
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let narrow = DFSchema::try_from(Arc::clone(&schema)).map_err(reason)?;
        let expression = self
            .context
            .create_physical_expr(expression, &narrow)
            .map_err(reason)?;
        let data_type = expression.data_type(&schema).map_err(reason)?;
        Ok(Narrow {
            expression,
            columns,
            schema,
            data_type,
        })
    }
}

fn reason(error: DataFusionError) -> Reason {
    match error.find_root() {
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { field, .. } => Reason::UnknownName(field.name.clone()),
            other => Reason::Sql(other.to_string()),
        },
        other => Reason::Sql(other.strip_backtrace()),
    }
}

impl CompiledChecks {
    /// Compiles a set. Every mistake comes back at once.
    pub fn compile(
        set: &Arc<CheckSet>,
        lookups: &Arc<dyn Lookups>,
    ) -> Result<Self, Vec<CompileProblem>> {
        let mut config = SessionConfig::new();
        // Lambdas (`x -> …`) are no part of every dialect.
        config.options_mut().sql_parser.dialect = datafusion::config::Dialect::DuckDB;
        let context = SessionContext::new_with_config(config);
        for function in functions(set, lookups) {
            context.register_udf(function);
        }
        let schema = record_schema();
        let mut problems = Vec::new();
        let mut compiler = match DFSchema::try_from(Arc::clone(&schema)) {
            Ok(schema) => Compiler {
                context,
                schema: Arc::new(schema),
            },
            Err(error) => {
                let (owner, key) = (set.id.clone(), "id");
                let reason = reason(error);
                return Err(vec![CompileProblem { owner, key, reason }]);
            }
        };
        let terms = compile_terms(set, &mut compiler, &mut problems);
        let schema = compiler.schema.inner();
        let mut checks = Vec::with_capacity(set.checks.len());
        for (index, check) in set.checks.iter().enumerate() {
            checks.extend(compile_check(
                check,
                index,
                &compiler,
                schema,
                &mut problems,
            ));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            set: Arc::clone(set),
            terms,
            checks,
        })
    }

    /// The checks that were compiled.
    pub fn set(&self) -> &Arc<CheckSet> {
        &self.set
    }
}

fn compile_terms(
    set: &CheckSet,
    compiler: &mut Compiler,
    problems: &mut Vec<CompileProblem>,
) -> Vec<Narrow> {
    let mut terms = Vec::with_capacity(set.terms.len());
    for term in &set.terms {
        let compiled = compiler
            .read(&term.sql)
            .and_then(|read| compiler.typed(read));
        let term_expression = match compiled {
            Ok(compiled) => compiled,
            Err(reason) => {
                let (owner, key) = (term.id.clone(), "sql");
                problems.push(CompileProblem { owner, key, reason });
                continue;
            }
        };
        let mut fields: Vec<_> = compiler.schema.fields().iter().cloned().collect();
        let data_type = term_expression.data_type.clone();
        fields.push(Arc::new(Field::new(&term.id, data_type, true)));
        if let Ok(schema) = DFSchema::try_from(Schema::new(fields)) {
            compiler.schema = Arc::new(schema);
        }
        terms.push(term_expression);
    }
    terms
}

fn compile_check(
    check: &Check,
    index: usize,
    compiler: &Compiler,
    schema: &Schema,
    problems: &mut Vec<CompileProblem>,
) -> Option<Compiled> {
    let before = problems.len();
    let mut problem = |key, reason| {
        let owner = check.id.clone();
        problems.push(CompileProblem { owner, key, reason });
    };
    let mut condition = in_force(check);
    if let Some(applies) = &check.applies {
        match boolean(compiler, applies) {
            Ok(applies) => condition = Some(both(condition, applies)),
            Err(reason) => problem("applies", reason),
        }
    }
    let key = check.test.key();
    let expression = match &check.test {
        Test::Violated(sql) => boolean(compiler, sql).map(|violated| both(condition, violated)),
        Test::Count(sql) => number(compiler, sql, condition, &DataType::Int64),
        Test::Measure(sql, _) => number(compiler, sql, condition, &MEASURE),
    };
    let expression = expression.and_then(|expression| compiler.typed(expression));
    if let Err(reason) = &expression {
        problem(key, reason.clone());
    }
    if let Ok(narrow) = &expression
        && let Some(literal) = narrow.expression.downcast_ref::<Literal>()
    {
        let always = matches!(literal.value(), ScalarValue::Boolean(Some(true)));
        problem(key, Reason::Constant { always });
    }
    let mut values = Vec::new();
    for name in check.message.names() {
        match Source::find(name, schema) {
            Some(source) => values.push((name.to_owned(), source)),
            None => problem("message", Reason::UnknownName(name.to_owned())),
        }
    }
    for field in &check.fields {
        if PageField::from_id(field).is_none() {
            problem("fields", Reason::UnknownName(field.clone()));
        }
    }
    if problems.len() > before {
        return None;
    }
    Some(Compiled {
        index,
        expression: expression.ok()?,
        values,
    })
}

/// Layouts and days of discharge for which the check is.
fn in_force(check: &Check) -> Option<Expr> {
    let mut condition = None;
    if !check.layouts.is_empty() {
        let layouts = check.layouts.iter().map(|layout| lit(layout.as_str()));
        condition = Some(both(
            condition,
            col("layout").in_list(layouts.collect(), false),
        ));
    }
    let day = || cast(col("discharge_time"), DataType::Date32);
    let date = |date| {
        lit(ScalarValue::Date32(Some(
            biaochi_records::days_since_epoch(date),
        )))
    };
    if let Some(from) = check.from {
        condition = Some(both(condition, day().gt_eq(date(from))));
    }
    if let Some(until) = check.until {
        condition = Some(both(condition, day().lt_eq(date(until))));
    }
    condition
}

fn both(condition: Option<Expr>, other: Expr) -> Expr {
    match condition {
        Some(condition) => condition.and(other),
        None => other,
    }
}

/// A condition by itself, so that one that is always the same is told as such.
fn boolean(compiler: &Compiler, sql: &str) -> Result<Expr, Reason> {
    let expression = compiler.read(sql)?;
    let typed = compiler.typed(expression.clone())?;
    if typed.data_type != DataType::Boolean {
        let expected = "boolean";
        let found = typed.data_type.to_string();
        return Err(Reason::Type { expected, found });
    }
    if let Some(literal) = typed.expression.downcast_ref::<Literal>() {
        let always = matches!(literal.value(), ScalarValue::Boolean(Some(true)));
        return Err(Reason::Constant { always });
    }
    Ok(expression)
}

fn number(
    compiler: &Compiler,
    sql: &str,
    condition: Option<Expr>,
    data_type: &DataType,
) -> Result<Expr, Reason> {
    let expression = compiler.read(sql)?;
    let found = compiler.typed(expression.clone())?.data_type;
    if !found.is_numeric() {
        let expected = "number";
        let found = found.to_string();
        return Err(Reason::Type { expected, found });
    }
    let number = cast(expression, data_type.clone());
    match condition {
        None => Ok(number),
        Some(condition) => when(condition, number).end().map_err(reason),
    }
}

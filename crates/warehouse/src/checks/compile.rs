//! From the SQL of a set of checks to expressions that run over batches.

use std::sync::Arc;

use biaochi_checks::{Check, CheckSet, Test};
use biaochi_records::Field as PageField;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{DFSchema, DFSchemaRef, ScalarValue};
use datafusion::logical_expr::{Expr, cast, col, lit, when};
use datafusion::prelude::SessionContext;

use super::expression::{Logical, Narrow, Reason, reason, session};
use super::functions::{Lookups, Ranges};
use super::guard::guarded;
use super::membership::Membership;
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
    /// Answers that many checks share; they follow the terms.
    pub(super) membership: Membership,
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

/// Reads and types expressions over a growing schema.
struct Compiler {
    context: SessionContext,
    schema: DFSchemaRef,
    ranges: Arc<Ranges>,
    membership: Membership,
}

impl Compiler {
    fn read(&self, sql: &str) -> Result<Logical, Reason> {
        Logical::read(&self.context, sql, &self.schema)
    }

    fn logical(&self, expression: Expr) -> Result<Logical, Reason> {
        Logical::of(expression, &self.schema)
    }

    /// An expression of a check: what checks ask of codes is answered for all of them together.
    fn shared(&mut self, expression: Expr) -> Result<Narrow, Reason> {
        let expression = self
            .membership
            .take_from(expression, &self.schema, &self.ranges)
            .map_err(reason)?;
        self.physical(&guarded(expression))
    }

    fn physical(&self, expression: &Expr) -> Result<Narrow, Reason> {
        let own = self.schema.fields().len();
        let find = |name: &str| match self.schema.index_of_column_by_name(None, name) {
            Some(index) => Some((index, Arc::clone(&self.schema.fields()[index]))),
            None => {
                let (place, field) = self.membership.find(name)?;
                Some((own + place, Arc::clone(field)))
            }
        };
        Narrow::new(&self.context, expression, find, &self.schema.fields()[0])
    }
}

impl CompiledChecks {
    /// Compiles a set. Every mistake comes back at once.
    pub fn compile(
        set: &Arc<CheckSet>,
        lookups: &Arc<dyn Lookups>,
    ) -> Result<Self, Vec<CompileProblem>> {
        let ranges = Arc::new(Ranges::new(set));
        let context = session(&ranges, lookups);
        let mut problems = Vec::new();
        let mut compiler = match DFSchema::try_from(record_schema()) {
            Ok(schema) => Compiler {
                context,
                schema: Arc::new(schema),
                ranges,
                membership: Membership::default(),
            },
            Err(error) => {
                let (owner, key) = (set.id.clone(), "id");
                let reason = reason(error);
                return Err(vec![CompileProblem { owner, key, reason }]);
            }
        };
        let terms = compile_terms(set, &mut compiler, &mut problems);
        let mut checks = Vec::with_capacity(set.checks.len());
        for (index, check) in set.checks.iter().enumerate() {
            checks.extend(compile_check(check, index, &mut compiler, &mut problems));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            set: Arc::clone(set),
            terms,
            membership: compiler.membership.complete(),
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
        let compiled = compiler.read(&term.sql).and_then(|logical| {
            let narrow = compiler.physical(&logical.expression)?;
            Ok((logical.data_type, narrow))
        });
        let (data_type, narrow) = match compiled {
            Ok(compiled) => compiled,
            Err(reason) => {
                let (owner, key) = (term.id.clone(), "sql");
                problems.push(CompileProblem { owner, key, reason });
                continue;
            }
        };
        let mut fields: Vec<_> = compiler.schema.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(&term.id, data_type, true)));
        if let Ok(schema) = DFSchema::try_from(Schema::new(fields)) {
            compiler.schema = Arc::new(schema);
        }
        terms.push(narrow);
    }
    terms
}

fn compile_check(
    check: &Check,
    index: usize,
    compiler: &mut Compiler,
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
    let expression = match &check.test {
        Test::Violated(sql) => boolean(compiler, sql).map(|violated| both(condition, violated)),
        Test::Count(sql) => number(compiler, sql, condition, &DataType::Int64),
        Test::Measure(sql, _) => number(compiler, sql, condition, &MEASURE),
    };
    // Both halves may stand and still exclude each other.
    let expression = expression.and_then(|expression| compiler.logical(expression));
    let expression = expression.and_then(|logical| match logical.constant() {
        Some(constant) => Err(constant),
        None => compiler.shared(logical.expression),
    });
    if let Err(reason) = &expression {
        problem(check.test.key(), reason.clone());
    }
    let schema = compiler.schema.inner();
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
    let logical = compiler.read(sql)?;
    if logical.data_type != DataType::Boolean {
        let expected = "boolean";
        let found = logical.data_type.to_string();
        return Err(Reason::Type { expected, found });
    }
    match logical.constant() {
        Some(constant) => Err(constant),
        None => Ok(logical.expression),
    }
}

fn number(
    compiler: &Compiler,
    sql: &str,
    condition: Option<Expr>,
    data_type: &DataType,
) -> Result<Expr, Reason> {
    let logical = compiler.read(sql)?;
    if !logical.data_type.is_numeric() {
        let expected = "number";
        let found = logical.data_type.to_string();
        return Err(Reason::Type { expected, found });
    }
    let number = cast(logical.expression, data_type.clone());
    match condition {
        None => Ok(number),
        Some(condition) => when(condition, number).end().map_err(reason),
    }
}

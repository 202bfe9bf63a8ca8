//! From the queries of a set of checks to plans that are known to run.

use std::sync::Arc;

use biaochi_checks::{Check, CheckSet};
use biaochi_records::Field as PageField;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::datasource::MemTable;
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};

use crate::checks::Reason;
use crate::query::check_read_only;
use crate::tables::stay_schema;

/// The table that queries see.
const TABLE: &str = "stay";
/// Columns that tell which record is at fault.
pub(super) const KEYS: [&str; 2] = ["organisation_code", "record_key"];
/// The name that stands for the number of places in a message.
pub(super) const COUNT: &str = "count";

/// The checks across records of a set, ready to run.
#[derive(Debug, Clone)]
pub struct CompiledAcross {
    pub(super) set: Arc<CheckSet>,
    pub(super) queries: Vec<Query>,
}

/// The query of a check, whatever its forms by day.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) check_id: String,
    pub(super) sql: String,
    /// Values of its message.
    pub(super) values: Vec<String>,
}

/// Why a check across records cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcrossProblem {
    /// Id of the check.
    pub check: String,
    /// Key of the pack where the mistake is.
    pub key: &'static str,
    /// Line and column within the query, both from one, where they are known.
    pub at: Option<(u32, u32)>,
    /// What is wrong.
    pub reason: Reason,
}

impl CompiledAcross {
    /// Plans every query against an empty table of stays. Every mistake comes back at once.
    pub async fn compile(set: &Arc<CheckSet>) -> Result<Self, Vec<AcrossProblem>> {
        let (mut queries, mut problems) = (Vec::<Query>::new(), Vec::new());
        if set.across.is_empty() {
            let set = Arc::clone(set);
            return Ok(Self { set, queries });
        }
        let context = match session(Vec::new()) {
            Ok(context) => context,
            Err(error) => return Err(vec![problem(&set.across[0], "query", &error)]),
        };
        for check in &set.across {
            // An overlay parts a check by days; the question stays the same.
            if queries.iter().any(|query| query.check_id == check.id) {
                continue;
            }
            let before = problems.len();
            compile_check(check, &context, &mut problems).await;
            if problems.len() == before {
                let names = check.message.names().into_iter();
                queries.push(Query {
                    check_id: check.id.clone(),
                    sql: check.test.sql().to_owned(),
                    values: names.map(str::to_owned).collect(),
                });
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let set = Arc::clone(set);
        Ok(Self { set, queries })
    }

    /// Whether there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }

    /// The set they belong to.
    pub fn set(&self) -> &Arc<CheckSet> {
        &self.set
    }

    /// Ids of the checks.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.queries.iter().map(|query| query.check_id.as_str())
    }
}

async fn compile_check(check: &Check, context: &SessionContext, problems: &mut Vec<AcrossProblem>) {
    for field in &check.fields {
        if PageField::from_id(field).is_none() {
            problems.push(unknown(check, "fields", field));
        }
    }
    let sql = check.test.sql();
    if let Err(error) = check_read_only(sql) {
        let message = error.to_string();
        let (check, key) = (check.id.clone(), "query");
        let at = position(&message);
        let reason = Reason::Sql(message);
        problems.push(AcrossProblem {
            check,
            key,
            at,
            reason,
        });
        return;
    }
    let frame = match plan(context, sql).await {
        Ok(frame) => frame,
        Err(error) => return problems.push(problem(check, "query", &error)),
    };
    // Planning knows names; only the optimiser knows that all types fit.
    if let Err(error) = frame.clone().create_physical_plan().await {
        problems.push(problem(check, "query", &error));
    }
    let schema: &Schema = frame.schema().as_arrow();
    for key in KEYS {
        match schema.field_with_name(key).map(|field| field.data_type()) {
            Err(_) => problems.push(unknown(check, "query", key)),
            Ok(text) if text.is_string() => {}
            Ok(other) => problems.push(AcrossProblem {
                check: check.id.clone(),
                key: "query",
                at: None,
                reason: Reason::Type {
                    expected: "text",
                    found: format!("{key}: {other}"),
                },
            }),
        }
    }
    for name in check.message.names() {
        let found = schema.field_with_name(name).map(|field| field.data_type());
        match found {
            _ if name == COUNT => {}
            Ok(plain) if !plain.is_nested() && plain != &DataType::Binary => {}
            _ => problems.push(unknown(check, "message", name)),
        }
    }
}

/// A session whose only table holds these stays.
pub(super) fn session(stays: Vec<RecordBatch>) -> Result<SessionContext, DataFusionError> {
    let mut config = SessionConfig::new()
        .with_target_partitions(std::thread::available_parallelism().map_or(2, usize::from));
    // Mistakes are told with their line and column.
    config.options_mut().sql_parser.collect_spans = true;
    let context = SessionContext::new_with_config(config);
    let table = MemTable::try_new(stay_schema(), vec![stays])?;
    context.register_table(TABLE, Arc::new(table))?;
    Ok(context)
}

/// Plans a query, which may only read.
pub(super) async fn plan(
    context: &SessionContext,
    sql: &str,
) -> Result<DataFrame, DataFusionError> {
    let options = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    context.sql_with_options(sql, options).await
}

fn unknown(check: &Check, key: &'static str, name: &str) -> AcrossProblem {
    AcrossProblem {
        check: check.id.clone(),
        key,
        at: None,
        reason: Reason::UnknownName(name.to_owned()),
    }
}

fn problem(check: &Check, key: &'static str, error: &DataFusionError) -> AcrossProblem {
    let text = error.strip_backtrace();
    let span = error.diagnostic().and_then(|diagnostic| diagnostic.span);
    let at = match span {
        Some(span) => Some((narrow(span.start.line), narrow(span.start.column))),
        None => position(&text),
    };
    let reason = match error.find_root() {
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { field, .. } => Reason::UnknownName(field.name.clone()),
            other => Reason::Sql(other.to_string()),
        },
        other => Reason::Sql(other.strip_backtrace()),
    };
    AcrossProblem {
        check: check.id.clone(),
        key,
        at,
        reason,
    }
}

/// The place that the parser names in its words.
fn position(message: &str) -> Option<(u32, u32)> {
    let (_, rest) = message.rsplit_once("Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((line.parse().ok()?, digits.parse().ok()?))
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

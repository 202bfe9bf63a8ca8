//! Measures over data sets: their approved values, one row per organisation, period and breakdown.

use biaochi_datasets::DataSet;
use biaochi_domain::{Month, Period};
use biaochi_indicators::{Kind, Measure, Observation};
use datafusion::arrow::array::{Array as _, AsArray as _};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::DataFusionError;
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::{Expr, col, when};
use datafusion::prelude::{DataFrame, SessionContext};
use rust_decimal::Decimal;

use crate::checks::{Reason, reason};
use crate::datasets::{RuleRow, table_of};
use crate::error::{Result, WarehouseError};
use crate::query::Queries;

/// Sums over data sets are kept at the scale of their values.
const SUM: DataType = DataType::Decimal128(38, 6);

/// A measure over a data set.
pub type EntryMeasure = Measure;

/// What the rows of an organisation and a period add to each measure; `None` where all are blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// The organisation, as the data set has it.
    pub organisation_code: String,
    /// The period.
    pub period: Period,
    /// By measure.
    pub sums: Vec<Option<Decimal>>,
}

impl EntryRow {
    /// What a measure observed.
    pub fn observation(&self, measure: usize) -> Option<Observation> {
        let sum = (*self.sums.get(measure)?)?;
        Some(Observation {
            period: self.period,
            sum,
        })
    }
}

/// Whether there is a table of a data set.
pub async fn has_table(queries: &Queries, dataset: &str) -> bool {
    queries.context().table_exist(dataset).unwrap_or(false)
}

/// All measures of one data set, in one pass over it. A data set that has no table yet has no rows.
pub async fn entry_rows(
    queries: &Queries,
    dataset: &str,
    measures: &[&EntryMeasure],
) -> Result<Vec<EntryRow>> {
    if !has_table(queries, dataset).await {
        return Ok(Vec::new());
    }
    let frame = async {
        let frame = queries.context().table(dataset).await?;
        let sums: std::result::Result<Vec<Expr>, DataFusionError> = measures
            .iter()
            .map(|measure| value(&frame, measure))
            .collect();
        let named = sums?.into_iter().enumerate();
        let named = named.map(|(place, value)| sum(value).alias(format!("m{place}")));
        let keys = ["organisation_code", "first_month", "last_month"].map(col);
        frame
            .aggregate(keys.to_vec(), named.collect())?
            .collect()
            .await
    };
    let batches = frame.await.map_err(WarehouseError::query)?;
    let mut rows = Vec::new();
    for batch in &batches {
        let text = |place: usize| {
            cast(batch.column(place), &DataType::Utf8).map_err(WarehouseError::query)
        };
        let keys = [text(0)?, text(1)?, text(2)?];
        let [organisation, first, last] = [0, 1, 2].map(|place| keys[place].as_string::<i32>());
        for row in 0..batch.num_rows() {
            let month = |text: &str| text.get(..7).and_then(|text| text.parse::<Month>().ok());
            let period = month(first.value(row)).zip(month(last.value(row)));
            let Some(period) = period.and_then(|(first, last)| Period::between(first, last)) else {
                continue;
            };
            let sums = (0..measures.len()).map(|measure| {
                let column = batch.column(3 + measure).as_primitive::<Decimal128Type>();
                let value = column.is_valid(row).then(|| column.value(row))?;
                let value = Decimal::try_from_i128_with_scale(value, 6);
                value.ok().map(|value| value.normalize())
            });
            rows.push(EntryRow {
                organisation_code: organisation.value(row).to_owned(),
                period,
                sums: sums.collect(),
            });
        }
    }
    Ok(rows)
}

/// What is wrong with the expressions of a measure over a data set that has a table.
pub(super) async fn check(queries: &Queries, measure: &Measure) -> std::result::Result<(), Reason> {
    let frame = queries
        .context()
        .table(&measure.source)
        .await
        .map_err(reason)?;
    let value = value(&frame, measure).map_err(reason)?;
    let frame = frame
        .aggregate(Vec::new(), vec![sum(value)])
        .map_err(reason)?;
    frame.create_physical_plan().await.map_err(reason)?;
    Ok(())
}

/// What a row adds: NULL where it does not count or is blank, so that blank rows alone give no value.
fn value(frame: &DataFrame, measure: &Measure) -> std::result::Result<Expr, DataFusionError> {
    let mut condition: Option<Expr> = None;
    let mut and = |other: Expr| {
        condition = Some(match condition.take() {
            Some(condition) => condition.and(other),
            None => other,
        });
    };
    if let Some(filter) = &measure.filter {
        and(frame.parse_sql_expr(filter)?);
    }
    if let Some(exclude) = &measure.exclude {
        and(Expr::IsNotTrue(Box::new(frame.parse_sql_expr(exclude)?)));
    }
    let cast = |value| datafusion::logical_expr::cast(value, SUM);
    let own = match &measure.kind {
        Kind::Sum(sql) => cast(frame.parse_sql_expr(sql)?),
        Kind::Count(sql) => {
            let counts = frame.parse_sql_expr(sql)?;
            let number = |number: i64| cast(datafusion::logical_expr::lit(number));
            when(counts, number(1)).otherwise(number(0))?
        }
    };
    match condition {
        Some(condition) => when(condition, own).end(),
        None => Ok(own),
    }
}

impl super::compile::CompiledMeasures {
    /// What is wrong with a measure over a data set; nothing while the data set has no table.
    pub async fn check_entry(queries: &Queries, measure: &Measure) -> Option<Reason> {
        if !has_table(queries, &measure.source).await {
            return None;
        }
        check(queries, measure).await.err()
    }

    /// What rows of a data set at hand add to each measure over it, for cases; a blank adds zero.
    pub async fn entry_contributions(
        set: &DataSet,
        rows: &[RuleRow<'_>],
        measures: &[&EntryMeasure],
    ) -> Result<Vec<Vec<Decimal>>> {
        let batch = table_of(set, rows)?;
        let found = async {
            let frame = SessionContext::new().read_batch(batch)?;
            let values = measures.iter().enumerate().map(|(place, measure)| {
                Ok::<_, DataFusionError>(value(&frame, measure)?.alias(format!("m{place}")))
            });
            let values: std::result::Result<Vec<Expr>, DataFusionError> = values.collect();
            frame.clone().select(values?)?.collect().await
        };
        let mut adds = Vec::with_capacity(rows.len());
        for batch in found.await.map_err(WarehouseError::query)? {
            let columns = batch
                .columns()
                .iter()
                .map(|column| cast(column, &SUM).map_err(WarehouseError::query));
            let columns: Vec<_> = columns.collect::<Result<_>>()?;
            for row in 0..batch.num_rows() {
                let of_row = columns.iter().map(|column| {
                    let column = column.as_primitive::<Decimal128Type>();
                    let value = column.is_valid(row).then(|| column.value(row));
                    let value = Decimal::try_from_i128_with_scale(value.unwrap_or(0), 6);
                    value.map_or(Decimal::MAX, |value| value.normalize())
                });
                adds.push(of_row.collect());
            }
        }
        Ok(adds)
    }
}

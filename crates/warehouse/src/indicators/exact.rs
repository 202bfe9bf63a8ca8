//! Aggregates that do not add up – medians, distinct persons – computed over the stays of one unit.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_domain::Period;
use biaochi_indicators::{Exact, IndicatorSet};
use datafusion::arrow::array::{Array as _, AsArray as _, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, SchemaRef};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, lit};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::DataFrame;
use futures::StreamExt as _;
use rust_decimal::Decimal;

use super::compile::{CompiledMeasures, ranges_of};
use super::reader::StayReader;
use super::source::{DEPARTMENT, Needed};
use crate::checks::{Lookups, Reason, reason, session};
use crate::error::{Result, WarehouseError};
use crate::recheck::{StoredMonth, StoredMonths};

/// Precision of a value: far more than anybody shows.
const VALUE: DataType = DataType::Decimal128(38, 10);

/// The value over the stays of some months, those of the period, of all departments or of one; `None`
/// over no stay.
pub async fn exact_values(
    stored: &Arc<StoredMonths>,
    (months, period): (&[StoredMonth], Period),
    department: Option<&str>,
    set: &IndicatorSet,
    lookups: &Arc<dyn Lookups>,
    exact: &Exact,
) -> Result<Option<Decimal>> {
    let needed = needed(set, exact);
    let waiting = Arc::new(Mutex::new(VecDeque::from(months.to_vec())));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let streams = (0..threads).map(|_| {
        Arc::new(Stays {
            schema: Arc::clone(&needed.schema),
            waiting: Arc::clone(&waiting),
            reader: StayReader::new(Arc::clone(stored), needed.clone(), false).within(period),
        }) as Arc<dyn PartitionStream>
    });
    let table = StreamingTable::try_new(Arc::clone(&needed.schema), streams.collect());
    let table = Arc::new(table.map_err(WarehouseError::query)?);
    value(table, department, set, lookups, exact)
        .await
        .map_err(WarehouseError::query)
}

impl CompiledMeasures {
    /// Whether an exact aggregate can be read and typed.
    pub async fn check_exact(
        set: &IndicatorSet,
        lookups: &Arc<dyn Lookups>,
        exact: &Exact,
    ) -> std::result::Result<(), Reason> {
        let needed = needed(set, exact);
        let table = MemTable::try_new(Arc::clone(&needed.schema), vec![Vec::new()]);
        let table = Arc::new(table.map_err(reason)?);
        let frame = frame(table, None, set, lookups, exact).map_err(reason)?;
        let found = frame.schema().field(0).data_type().clone();
        if !found.is_numeric() {
            return Err(Reason::Type {
                expected: "number",
                found: found.to_string(),
            });
        }
        frame.create_physical_plan().await.map_err(reason)?;
        Ok(())
    }

    /// The value of an exact aggregate over records at hand, for cases.
    pub async fn exact_over(
        set: &IndicatorSet,
        lookups: &Arc<dyn Lookups>,
        exact: &Exact,
        discharge: &RecordBatch,
        grouping: &RecordBatch,
    ) -> Result<Option<Decimal>> {
        let needed = needed(set, exact);
        let records = super::records::stays(&needed, discharge, grouping)?;
        let table = MemTable::try_new(Arc::clone(&needed.schema), vec![vec![records]]);
        let table = Arc::new(table.map_err(WarehouseError::query)?);
        let value = value(table, None, set, lookups, exact).await;
        value.map_err(WarehouseError::query)
    }
}

fn needed(set: &IndicatorSet, exact: &Exact) -> Needed {
    let own = || {
        [Some(exact.sql.as_str()), exact.exclude.as_deref()]
            .into_iter()
            .flatten()
    };
    let terms = set.terms_used(own()).into_iter();
    let terms = terms.map(|place| set.terms()[place].sql.as_str());
    Needed::by(own().chain(terms).chain([DEPARTMENT]))
}

fn frame(
    table: Arc<dyn TableProvider>,
    department: Option<&str>,
    set: &IndicatorSet,
    lookups: &Arc<dyn Lookups>,
    exact: &Exact,
) -> std::result::Result<DataFrame, DataFusionError> {
    let context = session(&ranges_of(set.lists()), lookups);
    let mut frame = context.read_table(table)?;
    let own = [Some(exact.sql.as_str()), exact.exclude.as_deref()];
    for place in set.terms_used(own.into_iter().flatten()) {
        let term = &set.terms()[place];
        let expression = frame.parse_sql_expr(&term.sql)?;
        frame = frame.with_column(&term.id, expression)?;
    }
    if let Some(exclude) = &exact.exclude {
        let excluded = frame.parse_sql_expr(exclude)?;
        frame = frame.filter(Expr::IsNotTrue(Box::new(excluded)))?;
    }
    if let Some(department) = department {
        let own = frame.parse_sql_expr(DEPARTMENT)?;
        frame = frame.filter(own.eq(lit(department)))?;
    }
    let aggregate = frame.parse_sql_expr(&exact.sql)?;
    frame.aggregate(Vec::new(), vec![aggregate])
}

async fn value(
    table: Arc<dyn TableProvider>,
    department: Option<&str>,
    set: &IndicatorSet,
    lookups: &Arc<dyn Lookups>,
    exact: &Exact,
) -> std::result::Result<Option<Decimal>, DataFusionError> {
    let frame = frame(table, department, set, lookups, exact)?;
    for batch in frame.collect().await? {
        if batch.num_rows() == 1 && batch.column(0).is_valid(0) {
            let value = cast(batch.column(0), &VALUE)?;
            let value = value.as_primitive::<Decimal128Type>().value(0);
            let value = Decimal::try_from_i128_with_scale(value, 10);
            return Ok(value.ok().map(|value| value.normalize()));
        }
    }
    Ok(None)
}

/// Stays of some months, each read by the first stream that comes for it.
struct Stays {
    schema: SchemaRef,
    waiting: Arc<Mutex<VecDeque<StoredMonth>>>,
    reader: StayReader,
}

impl fmt::Debug for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stay")
    }
}

impl PartitionStream for Stays {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (waiting, reader) = (Arc::clone(&self.waiting), self.reader.clone());
        let months = futures::stream::unfold((), move |()| {
            let (waiting, reader) = (Arc::clone(&waiting), reader.clone());
            async move {
                let next = waiting
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .pop_front();
                Some((reader.month(&next?).await, ()))
            }
        });
        let batches = months.flat_map(|month| {
            let (rows, failed) = match month {
                Ok(rows) => (rows, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            let rows = rows.into_iter().map(|rows| Ok(rows.records));
            let failed = failed.map(|error| Err(DataFusionError::External(Box::new(error))));
            futures::stream::iter(rows.chain(failed))
        });
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            batches,
        ))
    }
}

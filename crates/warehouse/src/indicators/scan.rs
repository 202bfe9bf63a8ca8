//! All measures in one pass: stays in, sums by month, department and physician out.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_domain::Period;
use datafusion::arrow::array::{AsArray as _, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, SchemaRef, UInt32Type};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::{Expr, col};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::cells::{CellRow, MonthCells};
use super::compile::CompiledMeasures;
use super::fold::{MonthSums, column};
use super::reader::{StayReader, StayRows};
use crate::error::{Result, WarehouseError};
use crate::recheck::{StoredMonth, StoredMonths};

/// What a pass over the records came to.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// The sums, by month.
    pub cells: Vec<MonthCells>,
    /// How it was done.
    pub figures: ScanFigures,
}

/// How a pass over the records was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanFigures {
    /// Records read.
    pub records: u64,
    /// Measures summed.
    pub measures: usize,
    /// Times that the source stands in the plan.
    pub scans: usize,
    /// The plan, as the engine prints it.
    pub plan: String,
}

/// Stays of some months, each computed by the first stream that comes for it.
struct Months {
    schema: SchemaRef,
    waiting: Arc<Mutex<VecDeque<(u32, StoredMonth)>>>,
    reader: StayReader,
    compiled: Arc<CompiledMeasures>,
}

impl fmt::Debug for Months {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stay")
    }
}

impl PartitionStream for Months {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let (waiting, reader) = (Arc::clone(&self.waiting), self.reader.clone());
        let compiled = Arc::clone(&self.compiled);
        let months = futures::stream::unfold((), move |()| {
            let (waiting, reader) = (Arc::clone(&waiting), reader.clone());
            let (schema, compiled) = (Arc::clone(&schema), Arc::clone(&compiled));
            async move {
                let next = waiting
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .pop_front();
                let (place, month) = next?;
                let sums = month_sums(&reader, &month, &compiled).await;
                let batch = sums.map_err(external);
                Some((batch.and_then(|sums| sums.into_batch(schema, place)), ()))
            }
        });
        let schema = Arc::clone(&self.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, months))
    }
}

/// Sums the stays of a month piece by piece: what was read of a piece is in the cache when it is computed, and its memory
/// serves the next.
async fn month_sums(
    reader: &StayReader,
    month: &StoredMonth,
    compiled: &CompiledMeasures,
) -> Result<MonthSums> {
    let mut sums = MonthSums::new(compiled.measures.len());
    let add = |rows: StayRows| {
        let adds = compiled.adds(&rows.records)?;
        sums.add(&adds, &compiled.measures);
        Ok(())
    };
    reader.each(month, add).await?;
    Ok(sums)
}

fn external(error: WarehouseError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// Sums all measures over the stays of some months, in one pass. `bases` says of each month what its
/// sums rest on.
pub async fn scan(
    stored: &Arc<StoredMonths>,
    months: &[(StoredMonth, String)],
    compiled: &Arc<CompiledMeasures>,
) -> Result<Scan> {
    let reader = StayReader::new(Arc::clone(stored), compiled.needed.clone(), false);
    scan_with(&reader, months, compiled).await
}

/// The same over the days of a period only, of months that it has or has a part of. What it comes to is
/// not kept: days are many, and months answer most questions.
pub async fn scan_days(
    stored: &Arc<StoredMonths>,
    months: &[StoredMonth],
    compiled: &Arc<CompiledMeasures>,
    period: Period,
) -> Result<Scan> {
    let reader = StayReader::new(Arc::clone(stored), compiled.needed.clone(), false);
    let months: Vec<_> = months
        .iter()
        .map(|month| (month.clone(), String::new()))
        .collect();
    scan_with(&reader.within(period), &months, compiled).await
}

async fn scan_with(
    reader: &StayReader,
    months: &[(StoredMonth, String)],
    compiled: &Arc<CompiledMeasures>,
) -> Result<Scan> {
    let schema = MonthSums::schema(compiled.measures.len());
    // The largest first, so that no thread waits for another's last month.
    let mut waiting: Vec<(u32, StoredMonth)> = (0..)
        .zip(months.iter().map(|(month, _)| month.clone()))
        .collect();
    waiting.sort_by_key(|(_, month)| std::cmp::Reverse(month.pages));
    let waiting = Arc::new(Mutex::new(VecDeque::from(waiting)));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let streams = (0..threads).map(|_| {
        Arc::new(Months {
            schema: Arc::clone(&schema),
            waiting: Arc::clone(&waiting),
            reader: reader.clone(),
            compiled: Arc::clone(compiled),
        }) as Arc<dyn PartitionStream>
    });
    let table = StreamingTable::try_new(Arc::clone(&schema), streams.collect());
    let table = table.map_err(WarehouseError::query)?;
    let config = SessionConfig::new().with_target_partitions(threads);
    let context = SessionContext::new_with_config(config);
    let aggregates = (0..compiled.measures.len())
        .map(column)
        .map(|name| sum(col(&name)).alias(name));
    let aggregates: Vec<Expr> = aggregates.collect();
    let plan = async {
        let frame = context.read_table(Arc::new(table))?;
        let keys = ["month", "department", "physician"].map(col).to_vec();
        let frame = frame.aggregate(keys, aggregates)?;
        frame.create_physical_plan().await
    };
    let plan = plan.await.map_err(WarehouseError::query)?;
    let figures = ScanFigures {
        records: months.iter().map(|(month, _)| month.pages).sum(),
        measures: compiled.measures.len(),
        scans: sources(&plan),
        plan: displayable(plan.as_ref()).indent(false).to_string(),
    };
    let batches = collect(plan, context.task_ctx())
        .await
        .map_err(WarehouseError::query)?;
    let mut cells: Vec<MonthCells> = months
        .iter()
        .map(|(month, basis)| MonthCells {
            organisation_code: month.organisation_code.clone(),
            month: month.month.to_string(),
            basis: basis.clone(),
            rows: Vec::new(),
        })
        .collect();
    for batch in &batches {
        take(batch, compiled, &mut cells)?;
    }
    for month in &mut cells {
        month.rows.sort_by(|a, b| key(a).cmp(&key(b)));
    }
    Ok(Scan { cells, figures })
}

fn key(row: &CellRow) -> (&str, &str, usize) {
    (&row.department, &row.physician, row.measure)
}

/// How many sources a plan reads.
fn sources(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let children = plan.children();
    match children.is_empty() {
        true => 1,
        false => children.into_iter().map(sources).sum(),
    }
}

/// Takes the sums of a batch to their months.
fn take(batch: &RecordBatch, compiled: &CompiledMeasures, cells: &mut [MonthCells]) -> Result<()> {
    let failed = |error| WarehouseError::query(DataFusionError::from(error));
    let months = batch.column(0).as_primitive::<UInt32Type>();
    let texts = |place: usize| cast(batch.column(place), &DataType::Utf8).map_err(failed);
    let (departments, physicians) = (texts(1)?, texts(2)?);
    let (departments, physicians) = (
        departments.as_string::<i32>(),
        physicians.as_string::<i32>(),
    );
    for measure in 0..compiled.measures.len() {
        let column = batch.column(3 + measure);
        let sums = column.as_primitive::<Decimal128Type>().iter();
        let sums = sums.map(Option::unwrap_or_default);
        for (row, sum) in sums.enumerate().filter(|(_, sum)| *sum != 0) {
            cells[months.value(row) as usize].rows.push(CellRow {
                department: departments.value(row).into(),
                physician: physicians.value(row).into(),
                measure,
                sum,
            });
        }
    }
    Ok(())
}

//! The table `indicator_cell`: sums kept from one question to the next. It can always be computed again
//! from the records, and knows of each month from which files and by which measures it was computed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use biaochi_domain::{Month, Period};
use biaochi_indicators::{Measure, MeasureId, STAY};
use datafusion::arrow::array::{
    Array as _, AsArray as _, Decimal128Builder, RecordBatch, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, Schema, SchemaRef};
use rust_decimal::Decimal;

use super::cells::{MonthCells, basis, decimal, fingerprint};
use super::compile::CompiledMeasures;
use super::scan::{Scan, ScanFigures, scan};
use crate::error::Result;
use crate::lake::{
    Lake, Publication, TableChange, TableSpec, active_files, commit, partition_values,
};
use crate::load::read;
use crate::lock::WriterLock;
use crate::parquet_file::{FileLayout, file_path};
use crate::recheck::{StoredMonth, StoredMonths};
use crate::tables::{DISCHARGE, GROUPING};

const INDICATOR_CELL: &str = "indicator_cell";
const PARTITION: &[&str] = &["grain", "organisation_code"];
/// Sums of whole hospitals; of departments; and of physicians within them.
const HOSPITAL: &str = "hospital";
const DEPARTMENT: &str = "department";
const SUM: DataType = DataType::Decimal128(38, 4);

fn spec() -> TableSpec {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    TableSpec {
        name: INDICATOR_CELL,
        schema: Arc::new(Schema::new(vec![
            text("grain"),
            text("organisation_code"),
            text("discharge_month"),
            text("basis"),
            text("measure"),
            text("department"),
            text("physician"),
            Field::new("sum", SUM, true),
        ])),
        partition_columns: PARTITION,
    }
}

/// What bringing the table up to date came to.
#[derive(Debug, Clone, Default)]
pub struct Refreshed {
    /// Hospital months of the version.
    pub months: usize,
    /// Those that were computed anew.
    pub computed: usize,
    /// Version of `indicator_cell` that holds them.
    pub version: u64,
    /// How the records were read, when any were.
    pub figures: ScanFigures,
}

/// What a measure comes to in a hospital's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HospitalSum {
    /// The hospital.
    pub organisation_code: String,
    /// The month.
    pub month: Month,
    /// The measure.
    pub measure: MeasureId,
    /// The sum; zero counts.
    pub sum: Decimal,
}

/// What a measure comes to in a part of a hospital's month; zeros are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentSum {
    /// The month.
    pub month: Month,
    /// The department.
    pub department: String,
    /// The attending physician.
    pub physician: String,
    /// The measure.
    pub measure: MeasureId,
    /// The sum.
    pub sum: Decimal,
}

/// Months with what their sums rest on.
async fn months(
    lake: &Lake,
    publication: &Publication,
    compiled: &CompiledMeasures,
) -> Result<(Arc<StoredMonths>, Vec<(StoredMonth, String)>)> {
    let stored = StoredMonths::open(lake, publication).await?;
    let months = stored.months().iter().map(|month| {
        let files = [DISCHARGE, GROUPING].map(|table| stored.files(month, table));
        let mut files: Vec<&str> = files.into_iter().flatten().map(String::as_str).collect();
        files.sort_unstable();
        (month.clone(), basis(month, &files, compiled))
    });
    let months = months.collect();
    Ok((Arc::new(stored), months))
}

/// By hospital and month, what sums rest on.
type Bases = HashMap<String, BTreeMap<String, String>>;

/// Months whose sums have to be computed.
fn stale(months: &[(StoredMonth, String)], known: &Bases) -> Vec<(StoredMonth, String)> {
    let is_known = |(month, basis): &(StoredMonth, String)| {
        let known = known.get(&month.organisation_code);
        known.and_then(|months| months.get(&month.month.to_string())) == Some(basis)
    };
    let stale = months.iter().filter(|month| !is_known(month));
    stale.cloned().collect()
}

/// Months of each hospital.
fn by_hospital(months: &[(StoredMonth, String)]) -> BTreeMap<&str, BTreeSet<String>> {
    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (month, _) in months {
        let own = wanted.entry(&month.organisation_code).or_default();
        own.insert(month.month.to_string());
    }
    wanted
}

/// Whether there are sums of months that are not there any more.
fn has_gone(wanted: &BTreeMap<&str, BTreeSet<String>>, known: &Bases) -> bool {
    known.iter().any(|(hospital, months)| {
        let wanted = wanted.get(hospital.as_str());
        months
            .keys()
            .any(|month| !wanted.is_some_and(|wanted| wanted.contains(month)))
    })
}

/// The table as it is, when it holds the sums of a version of the lake already; `None` when something has to be
/// computed. It takes no lock: whoever only reads waits for nobody.
///
/// # Errors
/// Records cannot be read.
pub async fn up_to_date(
    lake: &Lake,
    publication: &Publication,
    compiled: &CompiledMeasures,
) -> Result<Option<Refreshed>> {
    // Before the first computation there is no table.
    let Ok(kept) = Kept::open(lake).await else {
        return Ok(None);
    };
    let (_, months) = months(lake, publication, compiled).await?;
    let known = kept.bases().await?;
    let is_current = stale(&months, &known).is_empty() && !has_gone(&by_hospital(&months), &known);
    Ok(is_current.then(|| Refreshed {
        months: months.len(),
        version: kept.version,
        ..Refreshed::default()
    }))
}

/// Brings the table up to date with a version of the lake: months whose records or measures changed
/// are computed, in one pass; the others stay.
///
/// # Errors
/// Records cannot be read, or the table cannot be written.
pub async fn refresh(
    lake: &Lake,
    publication: &Publication,
    compiled: &Arc<CompiledMeasures>,
    lock: WriterLock,
) -> Result<Refreshed> {
    lake.create_table(&spec()).await?;
    let (stored, months) = months(lake, publication, compiled).await?;
    let kept = Kept::open(lake).await?;
    let known = kept.bases().await?;
    let stale = stale(&months, &known);
    let wanted = by_hospital(&months);
    let mut refreshed = Refreshed {
        months: months.len(),
        computed: stale.len(),
        version: kept.version,
        figures: ScanFigures::default(),
    };
    if stale.is_empty() && !has_gone(&wanted, &known) {
        return Ok(refreshed);
    }
    let Scan { cells, figures } = scan(&stored, &stale, compiled).await?;
    refreshed.figures = figures;
    refreshed.version = kept.replace(&cells, &wanted, compiled).await?;
    drop(lock);
    Ok(refreshed)
}

/// The table as it is.
struct Kept {
    table: deltalake_core::DeltaTable,
    version: u64,
    layout: FileLayout,
    /// Files by grain and hospital.
    files: HashMap<Vec<Option<String>>, Vec<String>>,
}

impl Kept {
    async fn open(lake: &Lake) -> Result<Self> {
        let spec = spec();
        let table = lake.open_newest(INDICATOR_CELL).await?;
        let columns: Vec<String> = PARTITION.iter().map(|&name| name.to_owned()).collect();
        let mut files = HashMap::<_, Vec<String>>::new();
        for (add, _) in active_files(&table)? {
            files
                .entry(partition_values(&add, &columns))
                .or_default()
                .push(add.path);
        }
        Ok(Self {
            version: table.version().unwrap_or(0),
            layout: FileLayout::new(Arc::clone(&spec.schema), PARTITION),
            table,
            files,
        })
    }

    /// The rows of a grain of a hospital.
    async fn rows(
        &self,
        grain: &str,
        hospital: &str,
        columns: Option<&[&str]>,
    ) -> Result<Vec<RecordBatch>> {
        let partition = vec![Some(grain.to_owned()), Some(hospital.to_owned())];
        let store = self.table.object_store();
        let mut rows = Vec::new();
        for path in self.files.get(&partition).into_iter().flatten() {
            rows.extend(read(&store, path, columns).await?);
        }
        Ok(rows)
    }

    fn hospitals(&self) -> BTreeSet<&str> {
        let values = self
            .files
            .keys()
            .filter(|values| values[0].as_deref() == Some(HOSPITAL));
        values.filter_map(|values| values[1].as_deref()).collect()
    }

    /// What the months of each hospital rest on.
    async fn bases(&self) -> Result<Bases> {
        let mut bases = HashMap::new();
        for hospital in self.hospitals() {
            let mut months = BTreeMap::new();
            for batch in self
                .rows(HOSPITAL, hospital, Some(&["discharge_month", "basis"]))
                .await?
            {
                let (month, basis) = (text(&batch, "discharge_month"), text(&batch, "basis"));
                let mut last = None;
                for row in 0..batch.num_rows() {
                    let pair = (month.value(row), basis.value(row));
                    if last != Some(pair) {
                        months.insert(pair.0.to_owned(), pair.1.to_owned());
                        last = Some(pair);
                    }
                }
            }
            bases.insert(hospital.to_owned(), months);
        }
        Ok(bases)
    }

    /// Writes the hospitals with new cells or with months that are gone.
    async fn replace(
        &self,
        cells: &[MonthCells],
        wanted: &BTreeMap<&str, BTreeSet<String>>,
        compiled: &CompiledMeasures,
    ) -> Result<u64> {
        let names: Vec<String> = compiled
            .measures
            .iter()
            .map(|one| fingerprint(compiled.set(), &one.measure))
            .collect();
        let mut new = BTreeMap::<&str, Vec<&MonthCells>>::new();
        for month in cells {
            new.entry(&month.organisation_code).or_default().push(month);
        }
        let mut change = TableChange::default();
        let id = uuid::Uuid::new_v4().simple().to_string();
        let mut number = 0;
        let nothing = BTreeSet::new();
        let there = self.hospitals();
        let touched = there
            .iter()
            .filter(|hospital| !wanted.contains_key(**hospital));
        let hospitals: BTreeSet<&str> = new.keys().chain(touched).copied().collect();
        for hospital in hospitals {
            let own = new.get(hospital).map_or(&[][..], Vec::as_slice);
            let wanted = wanted.get(hospital).unwrap_or(&nothing);
            let computed: BTreeSet<&str> = own.iter().map(|month| month.month.as_str()).collect();
            let stays = |month: &str| wanted.contains(month) && !computed.contains(month);
            for grain in [HOSPITAL, DEPARTMENT] {
                let partition = vec![Some(grain.to_owned()), Some(hospital.to_owned())];
                let mut batches = vec![rows_of(grain, own, &names)];
                for batch in self.rows(grain, hospital, None).await? {
                    batches.push(only(&batch, &stays)?);
                }
                change.replace.insert(partition.clone());
                if batches.iter().all(|batch| batch.num_rows() == 0) {
                    continue;
                }
                let path = file_path(PARTITION, &partition, &id, number);
                number += 1;
                let store = self.table.object_store();
                change
                    .add
                    .push(self.layout.write(&store, path, partition, &batches).await?);
            }
        }
        commit(INDICATOR_CELL, &self.table, change, &id).await
    }
}

/// The rows of a grain, without partition columns.
fn rows_of(grain: &str, months: &[&MonthCells], names: &[String]) -> RecordBatch {
    let mut texts: [StringBuilder; 5] = Default::default();
    let mut sums = Decimal128Builder::new().with_data_type(SUM);
    let mut push = |month: &MonthCells,
                    measure: usize,
                    department: Option<&str>,
                    physician: Option<&str>,
                    sum: i128| {
        let values = [
            Some(month.month.as_str()),
            Some(month.basis.as_str()),
            Some(names[measure].as_str()),
            department,
            physician,
        ];
        for (builder, value) in texts.iter_mut().zip(values) {
            builder.append_option(value);
        }
        sums.append_value(sum);
    };
    for month in months {
        if grain == HOSPITAL {
            for (measure, sum) in month.totals(names.len()).into_iter().enumerate() {
                push(month, measure, None, None, sum);
            }
            continue;
        }
        for ((department, measure), sum) in month.departments() {
            push(month, measure, Some(department), None, sum);
        }
        for row in &month.rows {
            push(
                month,
                row.measure,
                Some(row.department.as_str()),
                Some(row.physician.as_str()),
                row.sum,
            );
        }
    }
    let mut columns: Vec<datafusion::arrow::array::ArrayRef> = Vec::with_capacity(6);
    for mut text in texts {
        columns.push(Arc::new(text.finish()));
    }
    columns.push(Arc::new(sums.finish()));
    let fields = spec().schema.fields()[2..].to_vec();
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    RecordBatch::try_new(schema, columns).expect("a value was added to every column")
}

/// The rows of months that stay.
fn only(batch: &RecordBatch, stays: &dyn Fn(&str) -> bool) -> Result<RecordBatch> {
    let months = text(batch, "discharge_month");
    let chosen = months.iter().map(|month| Some(month.is_some_and(stays)));
    let chosen: datafusion::arrow::array::BooleanArray = chosen.collect();
    datafusion::arrow::compute::filter_record_batch(batch, &chosen).map_err(|error| {
        crate::error::WarehouseError::storage(crate::error::Activity::ReadTable, error)
    })
}

fn text<'a>(batch: &'a RecordBatch, name: &str) -> &'a datafusion::arrow::array::StringArray {
    batch[name].as_string::<i32>()
}

/// Measures by the name they have in the table. The count of all rows is there even when no
/// indicator asks for it, under a place of its own behind the others.
fn named(compiled: &CompiledMeasures) -> HashMap<String, MeasureId> {
    let set = compiled.set();
    let rows = Measure::rows(STAY);
    let measures = compiled.measures.iter().map(|one| {
        let id = set.measure_id(&one.measure);
        let id = id.unwrap_or(MeasureId(set.measures().len()));
        debug_assert!(id.0 < set.measures().len() || one.measure == rows);
        (fingerprint(set, &one.measure), id)
    });
    measures.collect()
}

/// The sums of hospitals in the months of a period, of all hospitals or of some. The table must be up
/// to date.
pub async fn hospital_sums(
    lake: &Lake,
    compiled: &CompiledMeasures,
    hospitals: Option<&BTreeSet<String>>,
    period: Period,
) -> Result<Vec<HospitalSum>> {
    let kept = Kept::open(lake).await?;
    let named = named(compiled);
    let mut sums = Vec::new();
    for hospital in kept.hospitals() {
        if hospitals.is_some_and(|wanted| !wanted.contains(hospital)) {
            continue;
        }
        for batch in kept.rows(HOSPITAL, hospital, None).await? {
            let (months, measures) = (text(&batch, "discharge_month"), text(&batch, "measure"));
            let values = batch["sum"].as_primitive::<Decimal128Type>();
            for row in 0..batch.num_rows() {
                let Some((month, measure)) =
                    wanted(months.value(row), measures.value(row), period, &named)
                else {
                    continue;
                };
                sums.push(HospitalSum {
                    organisation_code: hospital.to_owned(),
                    month,
                    measure,
                    sum: decimal(values.value(row)),
                });
            }
        }
    }
    Ok(sums)
}

/// The sums of the departments of a hospital in the months of a period, with physicians or without.
/// The table must be up to date.
pub async fn department_sums(
    lake: &Lake,
    compiled: &CompiledMeasures,
    hospital: &str,
    period: Period,
    physicians: bool,
) -> Result<Vec<DepartmentSum>> {
    let kept = Kept::open(lake).await?;
    let named = named(compiled);
    let mut sums = Vec::new();
    for batch in kept.rows(DEPARTMENT, hospital, None).await? {
        let [months, measures, departments, physician] =
            ["discharge_month", "measure", "department", "physician"]
                .map(|name| text(&batch, name));
        let values = batch["sum"].as_primitive::<Decimal128Type>();
        for row in 0..batch.num_rows() {
            if physician.is_valid(row) != physicians {
                continue;
            }
            let Some((month, measure)) =
                wanted(months.value(row), measures.value(row), period, &named)
            else {
                continue;
            };
            sums.push(DepartmentSum {
                month,
                department: departments.value(row).to_owned(),
                physician: match physicians {
                    true => physician.value(row).to_owned(),
                    false => String::new(),
                },
                measure,
                sum: decimal(values.value(row)),
            });
        }
    }
    Ok(sums)
}

fn wanted(
    month: &str,
    measure: &str,
    period: Period,
    named: &HashMap<String, MeasureId>,
) -> Option<(Month, MeasureId)> {
    let month: Month = month.parse().ok()?;
    let measure = *named.get(measure)?;
    period.contains(month).then_some((month, measure))
}

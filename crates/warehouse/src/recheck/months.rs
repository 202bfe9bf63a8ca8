//! The months of a version of the lake, and what checks found in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use biaochi_domain::Month;
use biaochi_records::FrontPage;
use datafusion::arrow::array::{ArrayRef, AsArray as _, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, Int32Type, Schema};
use datafusion::object_store::ObjectStore;
use rust_decimal::Decimal;

use crate::error::{Activity, Result, WarehouseError};
use crate::lake::{Lake, Publication, active_files, partition_values};
use crate::load::read;
use crate::tables::{
    DISCHARGE, FINDING, FindingRows, GROUPING, PARTITION_COLUMNS, PageReader, QUALITY,
    RECORD_TABLES, conformed, discharge_schema, finding_schema, grouping_schema, quality_schema,
};

/// Columns of `discharge` that grouping looks at.
const STAY_COLUMNS: [&str; 18] = [
    "sex",
    "age_years",
    "age_days",
    "age_months",
    "birth_date",
    "admission_time",
    "discharge_time",
    "length_of_stay",
    "newborn_admission_weight",
    "birth_weights",
    "icu_hours",
    "icu_stays",
    "ventilator_hours",
    "discharge_department",
    "discharge_disposition",
    "translate_codes",
    "diagnoses",
    "procedures",
];

/// A hospital's month in a version of the lake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMonth {
    /// The hospital.
    pub organisation_code: String,
    /// The month of discharge.
    pub month: Month,
    /// Pages in it.
    pub pages: u64,
    /// Paths of its files, by table in the order of [`RECORD_TABLES`].
    files: [Vec<String>; RECORD_TABLES.len()],
}

impl StoredMonth {
    /// The values of the partition columns.
    pub(crate) fn partition(&self) -> Vec<Option<String>> {
        vec![
            Some(self.organisation_code.clone()),
            Some(self.month.to_string()),
        ]
    }

    /// Hospital and month as they stand in tables.
    pub fn key(&self) -> (String, String) {
        (self.organisation_code.clone(), self.month.to_string())
    }

    /// How many files hold its records; each is read by itself.
    pub fn record_files(&self) -> usize {
        self.files[0].len()
    }
}

/// A finding as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFinding {
    /// The record.
    pub record_key: String,
    /// The check.
    pub check_id: String,
    /// Places at fault; zero for a value that is only kept.
    pub places: u32,
    /// How sure it is that it is a fault.
    pub severity: String,
    /// How far the check was in force.
    pub stage: String,
}

/// The score of a page as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// The record.
    pub record_key: String,
    /// Its score.
    pub score: Decimal,
    /// Its grade.
    pub grade: String,
    /// Hash of the checks that found it.
    pub checks_hash: String,
}

/// What checks found in a month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredResults {
    /// Findings, kept values among them.
    pub findings: Vec<StoredFinding>,
    /// Scores of the pages that were checked.
    pub pages: Vec<StoredPage>,
}

impl StoredResults {
    /// Adds what is on its way into the tables.
    pub fn take(&mut self, rows: &FindingRows) {
        self.take_findings(&rows.findings);
        self.take_pages(&rows.quality);
    }

    fn take_findings(&mut self, batch: &RecordBatch) {
        let [keys, checks, severities, stages] =
            ["record_key", "check_id", "severity", "stage"].map(|name| text(batch, name));
        let places = batch["places"].as_primitive::<Int32Type>();
        let findings = (0..batch.num_rows()).map(|row| StoredFinding {
            record_key: keys.value(row).to_owned(),
            check_id: checks.value(row).to_owned(),
            places: u32::try_from(places.value(row)).unwrap_or(0),
            severity: severities.value(row).to_owned(),
            stage: stages.value(row).to_owned(),
        });
        self.findings.extend(findings);
    }

    fn take_pages(&mut self, batch: &RecordBatch) {
        let [keys, grades, hashes] =
            ["record_key", "grade", "checks_hash"].map(|name| text(batch, name));
        let scores = batch["score"].as_primitive::<Decimal128Type>();
        let pages = (0..batch.num_rows()).map(|row| StoredPage {
            record_key: keys.value(row).to_owned(),
            score: Decimal::from_i128_with_scale(scores.value(row), 2),
            grade: grades.value(row).to_owned(),
            checks_hash: hashes.value(row).to_owned(),
        });
        self.pages.extend(pages);
    }
}

/// The months of a version of the lake.
#[derive(Debug)]
pub struct StoredMonths {
    months: Vec<StoredMonth>,
    stores: [Arc<dyn ObjectStore>; RECORD_TABLES.len()],
}

impl StoredMonths {
    /// Lists the months of a version, by hospital and month.
    pub async fn open(lake: &Lake, publication: &Publication) -> Result<Self> {
        let mut found =
            BTreeMap::<(String, String), (u64, [Vec<String>; RECORD_TABLES.len()])>::new();
        let mut stores = Vec::with_capacity(RECORD_TABLES.len());
        let columns: Vec<String> = PARTITION_COLUMNS
            .iter()
            .map(|&name| name.to_owned())
            .collect();
        for (place, table) in RECORD_TABLES.into_iter().enumerate() {
            let open = lake.open(table, publication.table_version(table)).await?;
            for (add, _) in active_files(&open)? {
                let values = partition_values(&add, &columns);
                let [Some(organisation), Some(month)] = &values[..] else {
                    continue;
                };
                let key = (organisation.clone(), month.clone());
                let (pages, files) = found.entry(key).or_default();
                if table == DISCHARGE {
                    *pages += rows_of(add.stats.as_deref());
                }
                files[place].push(add.path);
            }
            stores.push(open.object_store());
        }
        let months = found
            .into_iter()
            .filter_map(|((organisation, month), (pages, files))| {
                Some(StoredMonth {
                    organisation_code: organisation,
                    month: month.parse().ok()?,
                    pages,
                    files,
                })
            });
        Ok(Self {
            months: months.collect(),
            stores: stores.try_into().expect("one store a table"),
        })
    }

    /// The months, by hospital and month.
    pub fn months(&self) -> &[StoredMonth] {
        &self.months
    }

    /// Paths of the files that a table has of a month.
    pub(crate) fn files<'a>(&self, month: &'a StoredMonth, table: &str) -> &'a [String] {
        &month.files[place_of(table)]
    }

    /// Where the files of a table are.
    pub(crate) fn store(&self, table: &str) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.stores[place_of(table)])
    }

    /// What checks found in a month.
    pub async fn results(&self, month: &StoredMonth) -> Result<StoredResults> {
        let mut results = StoredResults::default();
        for batch in self.rows(month, FINDING).await? {
            results.take_findings(&batch);
        }
        for batch in self.rows(month, QUALITY).await? {
            results.take_pages(&batch);
        }
        Ok(results)
    }

    /// Gives every page of a month as far as grouping looks at it: without identifiers, names and charges, of which
    /// nothing is read.
    pub async fn stays(&self, month: &StoredMonth, mut take: impl FnMut(FrontPage)) -> Result<()> {
        let place = place_of(DISCHARGE);
        for path in &month.files[place] {
            for batch in read(&self.stores[place], path, Some(&STAY_COLUMNS)).await? {
                let pages = PageReader::new(&batch);
                (0..batch.num_rows()).for_each(|row| take(pages.page(row)));
            }
        }
        Ok(())
    }

    /// All rows that a table has of a month, its partition columns included.
    pub(super) async fn rows(&self, month: &StoredMonth, table: &str) -> Result<Vec<RecordBatch>> {
        let place = place_of(table);
        let mut rows = Vec::new();
        for file in 0..month.files[place].len() {
            rows.extend(self.file(month, table, file).await?);
        }
        Ok(rows)
    }

    /// The rows of one file of a table.
    pub(super) async fn file(
        &self,
        month: &StoredMonth,
        table: &str,
        file: usize,
    ) -> Result<Vec<RecordBatch>> {
        let place = place_of(table);
        let read = read(&self.stores[place], &month.files[place][file], None).await?;
        let complete = read.iter().map(|batch| complete(table, batch, month));
        complete.collect()
    }
}

/// Where a table stands among those of records.
fn place_of(table: &str) -> usize {
    let place = RECORD_TABLES.into_iter().position(|known| known == table);
    place.expect("a table of records")
}

/// Rows of a file with their partition columns, as the table has them.
fn complete(table: &str, rows: &RecordBatch, month: &StoredMonth) -> Result<RecordBatch> {
    let schema = match table {
        DISCHARGE => discharge_schema(),
        GROUPING => grouping_schema(),
        FINDING => finding_schema(),
        _ => quality_schema(),
    };
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for (name, value) in PARTITION_COLUMNS.iter().zip(month.partition()) {
        fields.push(Arc::new(Field::new(*name, DataType::Utf8, true)));
        let value = value.unwrap_or_default();
        let values = std::iter::repeat_n(value, rows.num_rows());
        columns.push(Arc::new(StringArray::from_iter_values(values)) as ArrayRef);
    }
    fields.extend(rows.schema().fields().iter().map(Arc::clone));
    columns.extend(rows.columns().iter().map(Arc::clone));
    let all = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns);
    let all = all.map_err(|error| WarehouseError::storage(Activity::ReadTable, error))?;
    conformed(table, &all, &schema)
}

/// A text column of a conformed batch.
pub(super) fn text<'a>(batch: &'a RecordBatch, name: &str) -> &'a StringArray {
    batch[name].as_string::<i32>()
}

/// The number of rows in the statistics of a file.
fn rows_of(stats: Option<&str>) -> u64 {
    let stats = stats.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    stats
        .and_then(|stats| stats["numRecords"].as_u64())
        .unwrap_or(0)
}

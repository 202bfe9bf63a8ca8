//! The stays of a version of the lake, a part of the persons at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray as _, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::MemTable;

use super::{AcrossFound, CompiledAcross};
use crate::error::{Result, WarehouseError};
use crate::lake::{Lake, Publication};
use crate::query::{Queries, quoted};
use crate::tables::{DISCHARGE, FINDING, STAY_COLUMNS, conformed, stay_schema};

/// Stays that are looked at together: a few hundred megabytes of columns.
const STAYS_AT_ONCE: u64 = 1_000_000;
/// Stays that a person has, at a guess, where they are not counted.
const USUAL_STAYS: u64 = 4;
/// Persons are parted by the first two digits of their keys.
const PARTS: u64 = 256;
/// Persons whose stays are looked at.
const TOUCHED: &str = "touched_person";

/// Months that changed; only persons with a stay in them, now or before, are looked at.
#[derive(Debug, Clone)]
pub struct Touched {
    /// Hospital and month.
    pub months: Vec<(String, String)>,
    /// What the lake held before.
    pub before: Option<Publication>,
}

/// A finding as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// Hospital and month.
    pub month: (String, String),
    /// The record.
    pub record_key: String,
    /// The check.
    pub check_id: String,
    /// Places at fault.
    pub places: u32,
    /// What the coder reads.
    pub message: String,
}

/// A version of a lake to look at.
pub struct Look {
    queries: Queries,
    organisations: Option<BTreeSet<String>>,
    touched: bool,
    stays: u64,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look")
            .field("version", &self.queries.publication().version)
            .finish_non_exhaustive()
    }
}

impl Look {
    /// Opens a version: the stays of these hospitals (`None`: of all), of the persons touched (`None`: of
    /// all persons).
    pub async fn open(
        lake: &Lake,
        publication: Publication,
        organisations: Option<&BTreeSet<String>>,
        touched: Option<&Touched>,
    ) -> Result<Self> {
        let queries = Queries::open_with(lake, publication, &[], Vec::new()).await?;
        let mut look = Self {
            queries,
            organisations: organisations.cloned(),
            touched: touched.is_some(),
            stays: 0,
        };
        match touched {
            None => look.stays = look.count("discharge").await?,
            Some(touched) => {
                let persons = look.persons_of(lake, touched).await?;
                let table = MemTable::try_new(person_schema(), vec![persons]);
                let table = table.map_err(WarehouseError::query)?;
                let context = look.queries.context();
                context
                    .register_table(TOUCHED, Arc::new(table))
                    .map_err(WarehouseError::query)?;
                look.stays = look.count(TOUCHED).await? * USUAL_STAYS;
            }
        }
        Ok(look)
    }

    async fn count(&self, table: &str) -> Result<u64> {
        let sql = format!("SELECT CAST(count(*) AS VARCHAR) AS n FROM {table}");
        let rows = self.texts::<1>(&sql).await?;
        Ok(rows.first().and_then(|[n]| n.parse().ok()).unwrap_or(0))
    }

    /// Keys of the persons with a stay in the months, now or before.
    async fn persons_of(&self, lake: &Lake, touched: &Touched) -> Result<Vec<RecordBatch>> {
        let sql = format!(
            "SELECT DISTINCT person_key FROM discharge WHERE person_key IS NOT NULL AND ({})",
            within(&touched.months)
        );
        let mut persons = self.queries.query(&sql).await?.collect().await?;
        if let Some(before) = &touched.before {
            let before = Queries::open_with(lake, before.clone(), &[], Vec::new()).await?;
            persons.extend(before.query(&sql).await?.collect().await?);
        }
        let schema = person_schema();
        persons
            .iter()
            .map(|batch| conformed(DISCHARGE, batch, &schema))
            .collect()
    }

    /// Runs the checks over all of these stays.
    pub async fn run(&self, checks: &CompiledAcross) -> Result<Vec<AcrossFound>> {
        let mut found = Vec::new();
        if checks.is_empty() {
            return Ok(found);
        }
        let parts = self.stays.div_ceil(STAYS_AT_ONCE).clamp(1, PARTS);
        for part in 0..parts {
            let stays = self.stays(part, parts).await?;
            found.extend(checks.run(stays).await?);
        }
        Ok(found)
    }

    /// All stays of a part of the persons, of those who have several.
    async fn stays(&self, part: u64, parts: u64) -> Result<Vec<RecordBatch>> {
        let bound = |part: u64| format!("{:02x}", part * PARTS / parts);
        let mut condition = format!("person_key >= '{}'", bound(part));
        if part + 1 < parts {
            condition += &format!(" AND person_key < '{}'", bound(part + 1));
        }
        condition += &self.seen("organisation_code");
        let touched = match self.touched {
            true => format!(" AND person_key IN (SELECT person_key FROM {TOUCHED})"),
            false => String::new(),
        };
        let columns = STAY_COLUMNS.map(|column| column.expression()).join(", ");
        let sql = format!(
            "SELECT {columns} FROM discharge WHERE {condition} AND person_key IN
               (SELECT person_key FROM discharge WHERE {condition}{touched}
                GROUP BY person_key HAVING count(*) > 1)"
        );
        let batches = self.queries.query(&sql).await?.collect().await?;
        let schema = stay_schema();
        batches
            .iter()
            .map(|batch| conformed(DISCHARGE, batch, &schema))
            .collect()
    }

    /// A further condition that leaves out hospitals that may not be seen.
    fn seen(&self, column: &str) -> String {
        let Some(organisations) = &self.organisations else {
            return String::new();
        };
        let codes: Vec<String> = organisations.iter().map(|code| quoted(code)).collect();
        match codes.is_empty() {
            true => " AND false".to_owned(),
            false => format!(" AND {column} IN ({})", codes.join(", ")),
        }
    }

    /// What is stored of these checks about the records of the persons looked at.
    pub async fn stored(&self, checks: &CompiledAcross) -> Result<BTreeSet<Told>> {
        let ids: Vec<String> = checks.ids().map(quoted).collect();
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let touched = match self.touched {
            true => format!(" AND d.person_key IN (SELECT person_key FROM {TOUCHED})"),
            false => String::new(),
        };
        let sql = format!(
            "SELECT f.organisation_code, f.discharge_month, f.record_key, f.check_id, f.places, f.message
             FROM {FINDING} f JOIN discharge d
               ON f.organisation_code = d.organisation_code AND f.discharge_month = d.discharge_month
              AND f.record_key = d.record_key
             WHERE f.check_id IN ({}){touched}{}",
            ids.join(", "),
            self.seen("f.organisation_code")
        );
        let rows = self.texts::<6>(&sql).await?;
        let told =
            |[organisation, month, record_key, check_id, places, message]: [String; 6]| Told {
                month: (organisation, month),
                record_key,
                check_id,
                places: places.parse().unwrap_or(0),
                message,
            };
        Ok(rows.into_iter().map(told).collect())
    }

    /// The rows of an answer as texts.
    async fn texts<const N: usize>(&self, sql: &str) -> Result<Vec<[String; N]>> {
        let mut rows = Vec::new();
        for batch in self.queries.query(sql).await?.collect().await? {
            let cells = |column: &ArrayRef| cast(column, &DataType::Utf8);
            let columns = batch.columns().iter().map(cells);
            let columns: Vec<ArrayRef> = columns
                .collect::<std::result::Result<_, _>>()
                .map_err(WarehouseError::query)?;
            rows.extend((0..batch.num_rows()).map(|row| {
                std::array::from_fn(|column| {
                    columns[column].as_string::<i32>().value(row).to_owned()
                })
            }));
        }
        Ok(rows)
    }
}

/// The schema of keys of persons.
fn person_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new(
        "person_key",
        DataType::Utf8,
        true,
    )]))
}

/// A condition that holds for rows of these months.
fn within(months: &[(String, String)]) -> String {
    let mut by_hospital = BTreeMap::<&str, Vec<String>>::new();
    for (organisation, month) in months {
        by_hospital
            .entry(organisation)
            .or_default()
            .push(quoted(month));
    }
    let parts = by_hospital.iter().map(|(organisation, months)| {
        format!(
            "(organisation_code = {} AND discharge_month IN ({}))",
            quoted(organisation),
            months.join(", ")
        )
    });
    let parts: Vec<String> = parts.collect();
    match parts.is_empty() {
        true => "false".to_owned(),
        false => parts.join(" OR "),
    }
}

//! Running the queries of checks over stays.

use std::collections::{BTreeMap, HashMap, HashSet};

use biaochi_checks::CheckSet;
use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::civil::Date;

use super::Told;
use super::compile::{COUNT, CompiledAcross, KEYS, Query, plan, session};
use crate::checks::Found;
use crate::error::{Result, WarehouseError};
use crate::tables::time;

/// What a check across records found about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcrossFound {
    /// Hospital and month of discharge.
    pub month: (String, String),
    /// The record.
    pub record_key: String,
    /// Id of the check.
    pub check_id: String,
    /// Place among all checks of the set, in the form that is in force on the day of discharge.
    pub check: usize,
    /// Rows that the query gave for the record.
    pub places: u32,
    /// Values shown in the message, by name.
    pub values: Vec<(String, String)>,
}

impl AcrossFound {
    /// What is stored of it in a set of checks.
    pub fn told(&self, set: &CheckSet) -> Told {
        Told {
            month: self.month.clone(),
            record_key: self.record_key.clone(),
            check_id: self.check_id.clone(),
            places: self.places,
            message: self.at_row(0).message(set.at(self.check)),
        }
    }

    /// The same as a finding of a row of a batch.
    pub fn at_row(&self, row: usize) -> Found {
        Found {
            row,
            check: self.check,
            places: self.places,
            measured: None,
            values: self.values.clone(),
        }
    }
}

/// Records by hospital and key, with the values of each row.
type Rows = BTreeMap<(String, String), Vec<Vec<String>>>;

impl CompiledAcross {
    /// Runs all queries over stays of [`crate::tables::stay_schema`], which hold every stay of the persons
    /// in them. What was found, by check, hospital and record.
    pub async fn run(&self, stays: Vec<RecordBatch>) -> Result<Vec<AcrossFound>> {
        self.run_queries(self.queries.iter(), stays).await
    }

    /// Runs one check alone.
    pub async fn run_one(
        &self,
        check_id: &str,
        stays: Vec<RecordBatch>,
    ) -> Result<Vec<AcrossFound>> {
        let queries = self.queries.iter();
        let queries = queries.filter(|query| query.check_id == check_id);
        self.run_queries(queries, stays).await
    }

    async fn run_queries<'a>(
        &'a self,
        queries: impl Iterator<Item = &'a Query>,
        stays: Vec<RecordBatch>,
    ) -> Result<Vec<AcrossFound>> {
        if self.is_empty() || stays.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(Vec::new());
        }
        let context = session(stays.clone()).map_err(WarehouseError::query)?;
        let mut answers = Vec::new();
        for query in queries {
            let frame = plan(&context, &query.sql).await;
            let batches = frame.map_err(WarehouseError::query)?.collect().await;
            let mut rows = Rows::new();
            for batch in batches.map_err(WarehouseError::query)? {
                take(query, &batch, &mut rows)?;
            }
            answers.push((query, rows));
        }
        let places = places_of(&stays, &answers);
        let mut found = Vec::new();
        for (query, rows) in answers {
            for (key, rows) in rows {
                // A query may not make records up, and looks at days on which its check is not in force.
                let Some((month, day)) = places.get(&key) else {
                    continue;
                };
                if let Some(check) = self.place(&query.check_id, *day) {
                    found.push(finding(query, check, key, month.clone(), rows));
                }
            }
        }
        Ok(found)
    }

    /// The place of a check in the form that is in force on a day; stays of cases may have none.
    fn place(&self, check_id: &str, day: Option<Date>) -> Option<usize> {
        match day {
            Some(day) => self.set.place_in_force(check_id, day),
            None => self.set.all().position(|check| check.id == check_id),
        }
    }
}

/// Month and day of discharge of a record.
type Place = (String, Option<Date>);

/// The places of the records that queries named.
fn places_of(
    stays: &[RecordBatch],
    answers: &[(&Query, Rows)],
) -> HashMap<(String, String), Place> {
    let named: HashSet<(&str, &str)> = answers
        .iter()
        .flat_map(|(_, rows)| rows.keys())
        .map(|(organisation, record)| (organisation.as_str(), record.as_str()))
        .collect();
    let mut places = HashMap::with_capacity(named.len());
    for batch in stays {
        let [organisations, records, months] =
            [KEYS[0], KEYS[1], "discharge_month"].map(|name| batch[name].as_string::<i32>());
        let times = batch["discharge_time"].as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            let (organisation, record) = (organisations.value(row), records.value(row));
            if named.contains(&(organisation, record)) {
                let key = (organisation.to_owned(), record.to_owned());
                let day = times.is_valid(row).then(|| time(times.value(row)));
                let day = day.flatten().map(|time| time.date());
                places.insert(key, (months.value(row).to_owned(), day));
            }
        }
    }
    places
}

/// Notes the rows of an answer by record.
fn take(query: &Query, batch: &RecordBatch, rows: &mut Rows) -> Result<()> {
    let column = |name: &str| -> Result<&ArrayRef> {
        let column = batch.column_by_name(name);
        column.ok_or_else(|| WarehouseError::query(format!("{}: {name}?", query.check_id)))
    };
    let mut keys = Vec::with_capacity(KEYS.len());
    for key in KEYS {
        keys.push(cast(column(key)?, &DataType::Utf8).map_err(WarehouseError::query)?);
    }
    let (organisations, records) = (keys[0].as_string::<i32>(), keys[1].as_string::<i32>());
    let mut values = Vec::with_capacity(query.values.len());
    for name in &query.values {
        values.push(match name.as_str() {
            COUNT => None,
            name => Some(column(name)?),
        });
    }
    let options = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M"))
        .with_null("");
    let mut formatters = Vec::with_capacity(values.len());
    for column in values {
        let formatter = column.map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
        formatters.push(formatter.transpose().map_err(WarehouseError::query)?);
    }
    for row in 0..batch.num_rows() {
        if organisations.is_null(row) || records.is_null(row) {
            continue;
        }
        let shown = formatters.iter().map(|formatter| {
            let formatter = formatter.as_ref();
            formatter.map_or_else(String::new, |column| column.value(row).to_string())
        });
        let key = (
            organisations.value(row).to_owned(),
            records.value(row).to_owned(),
        );
        rows.entry(key).or_default().push(shown.collect());
    }
    Ok(())
}

/// The finding of a record; of several rows the least one is shown, whatever order they came in.
fn finding(
    query: &Query,
    check: usize,
    (organisation, record_key): (String, String),
    month: String,
    rows: Vec<Vec<String>>,
) -> AcrossFound {
    let places = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let shown = rows.into_iter().min().unwrap_or_default();
    let values = query.values.iter().cloned().zip(shown);
    AcrossFound {
        month: (organisation, month),
        record_key,
        check_id: query.check_id.clone(),
        check,
        places,
        values: values
            .map(|(name, value)| match name.as_str() {
                COUNT => (name, places.to_string()),
                _ => (name, value),
            })
            .collect(),
    }
}

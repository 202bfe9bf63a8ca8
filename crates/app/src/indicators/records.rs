//! What people want to see of the records behind a value: when, how long, which group, what it cost.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::drill::Drilled;
use super::error::IndicatorError;
use super::values::Values;
use crate::lookup::quoted;

/// A few facts of a record, none that names a person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordFacts {
    /// The record.
    pub record_key: String,
    /// Day of discharge.
    pub day: Option<String>,
    /// How grouping ended.
    pub status: Option<String>,
    /// The group.
    pub drg: Option<String>,
    /// Its weight, as text.
    pub weight: Option<String>,
    /// Days of the stay.
    pub days: Option<i64>,
    /// 主要诊断编码.
    pub diagnosis: Option<String>,
}

/// The facts of some records, by key; asked for a page of a list, not for all of it.
pub fn facts(
    values: &Values,
    records: &[Drilled],
) -> Result<BTreeMap<String, RecordFacts>, IndicatorError> {
    if records.is_empty() {
        return Ok(BTreeMap::new());
    }
    let listed = |of: fn(&Drilled) -> &str| {
        let texts: BTreeSet<&str> = records.iter().map(of).collect();
        let texts: Vec<String> = texts.into_iter().map(quoted).collect();
        texts.join(", ")
    };
    let sql = format!(
        "select record_key, cast(cast(discharge_time as date) as varchar) as day,
                grouping_status as status, drg, cast(weight as varchar) as weight,
                cast(length_of_stay as bigint) as days, diagnoses[1]['code'] as diagnosis
         from discharge_grouped
         where organisation_code in ({}) and discharge_month in ({}) and record_key in ({})",
        listed(|one| &one.line.organisation_code),
        listed(|one| &one.line.month),
        listed(|one| &one.line.record_key),
    );
    let rows: Vec<RecordFacts> = values.ask(&sql)?;
    let keyed = rows.into_iter().map(|row| (row.record_key.clone(), row));
    Ok(keyed.collect())
}

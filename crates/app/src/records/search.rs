//! Searching records: newest first, by what stands in them, what was found in them and where they were grouped.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use biaochi_domain::Period;
use biaochi_store::Scope;
use serde::Deserialize;

use super::codes::meant;
use super::{RecordsError, Tables};
use crate::correct::{CorrectError, lake_key};
use crate::lookup::quoted;
use crate::query::QueryError;
use crate::{Content, Workspace};

/// Months that are searched at once, the newest first: most answers are complete before the old ones are touched.
const MONTHS_AT_ONCE: [usize; 4] = [3, 12, 48, usize::MAX];

/// Codes that a name may stand for.
const CODES: usize = 300;

/// What is searched; what is `None` does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Of this hospital.
    pub organisation: Option<String>,
    /// Discharged in these months.
    pub period: Option<Period>,
    /// 病案号, or its beginning.
    pub number: Option<String>,
    /// With such a diagnosis: the beginning of a code, a name or pinyin initials.
    pub diagnosis: Option<String>,
    /// With such a procedure, likewise.
    pub procedure: Option<String>,
    /// In this DRG, ADRG or MDC.
    pub group: Option<String>,
    /// Discharged by one of these departments.
    pub department: Option<Departments>,
    /// Of this physician in charge.
    pub physician: Option<String>,
    /// Coded by this person.
    pub coder: Option<String>,
    /// With this grade.
    pub grade: Option<String>,
    /// With findings, or without any.
    pub findings: Option<bool>,
    /// In which this check found something.
    pub check: Option<String>,
    /// Of this person: [`person_key`].
    pub person: Option<String>,
}

/// Departments that a search means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Departments {
    /// Codes, whichever the institution.
    pub codes: BTreeSet<String>,
    /// Institutions and codes of theirs.
    pub own: BTreeSet<(String, String)>,
}

impl Departments {
    fn condition(&self) -> String {
        let codes: Vec<String> = self.codes.iter().map(|code| quoted(code)).collect();
        let any = (!codes.is_empty()).then(|| codes.join(", "));
        let any = any.map(|codes| format!("discharge_department in ({codes})"));
        let own = self.own.iter().map(|(organisation, code)| {
            let (organisation, code) = (quoted(organisation), quoted(code));
            format!("(organisation_code = {organisation} and discharge_department = {code})")
        });
        let either: Vec<String> = any.into_iter().chain(own).collect();
        match either.is_empty() {
            true => "false".to_owned(),
            false => format!("({})", either.join(" or ")),
        }
    }
}

/// A search and what it may see.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Institutions whose records may be seen.
    pub scope: &'a Scope,
    /// Departments to which records of an institution are limited.
    pub departments: &'a BTreeMap<String, BTreeSet<String>>,
    /// What is searched.
    pub wanted: &'a Wanted,
    /// Behind this place: the `next` of the page before.
    pub after: Option<&'a str>,
    /// Records of a page.
    pub limit: usize,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The records, the newest first.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Row {
    /// The hospital.
    pub organisation_code: String,
    /// Month of discharge.
    pub discharge_month: String,
    /// Its key.
    pub record_key: String,
    /// 病案号.
    pub medical_record_number: Option<String>,
    /// Times in hospital.
    pub admission_count: Option<i64>,
    /// Sex, as coded.
    pub sex: Option<String>,
    /// Age in years.
    pub age_years: Option<i64>,
    /// Time of discharge.
    pub discharge_time: Option<String>,
    /// Department of discharge.
    pub discharge_department: Option<String>,
    /// Physician in charge.
    pub attending_physician: Option<String>,
    /// Coder.
    pub coder: Option<String>,
    /// Days in hospital.
    pub length_of_stay: Option<i64>,
    /// Principal diagnosis.
    pub diagnosis_code: Option<String>,
    /// Its name.
    pub diagnosis_name: Option<String>,
    /// Principal procedure.
    pub procedure_code: Option<String>,
    /// Its name.
    pub procedure_name: Option<String>,
    /// Total charges in yuan.
    pub total_charges: Option<String>,
    /// How grouping ended.
    pub status: Option<String>,
    /// The group.
    pub drg: Option<String>,
    /// Its weight.
    pub weight: Option<String>,
    /// Score of the front page.
    pub score: Option<String>,
    /// Its grade.
    pub grade: Option<String>,
    /// Findings: errors.
    pub errors: Option<i64>,
    /// Warnings.
    pub warnings: Option<i64>,
    /// Suspects.
    pub suspects: Option<i64>,
    /// Errors that stop the month.
    pub blocking: Option<i64>,
}

/// The key under which the lake knows the stays of a person, from the identity number; `None` without one. The number
/// itself stands in no table.
///
/// # Errors
/// The workspace key cannot be read.
pub fn person_key(workspace: &Workspace, id_number: &str) -> Result<Option<String>, CorrectError> {
    Ok(lake_key(workspace)?.person_key(id_number))
}

/// A month of a hospital that has records.
#[derive(Debug, Deserialize)]
pub(super) struct Partition {
    organisation_code: String,
    discharge_month: String,
}

impl Tables {
    /// Months that have records. A version never gets others, so that they are asked once.
    fn partitions(&self) -> Result<&[Partition], QueryError> {
        if let Some(known) = self.partitions.get() {
            return Ok(known);
        }
        let sql = "select distinct organisation_code, discharge_month from drg_cell";
        let found = self.rows::<Partition>(sql)?;
        Ok(self.partitions.get_or_init(|| found))
    }
}

#[derive(Debug, Deserialize)]
struct Named {
    organisation_code: String,
    discharge_month: String,
    record_key: String,
    discharged: Option<String>,
}

/// Searches records, the newest first.
///
/// # Errors
/// The lake cannot be read.
pub fn search(
    tables: &Tables,
    content: &Content,
    asked: &Search<'_>,
) -> Result<Found, RecordsError> {
    let Some(conditions) = conditions(content, asked) else {
        return Ok(Found::default());
    };
    let months = partitions(tables, asked)?;
    let mut names: Vec<Named> = Vec::new();
    let mut left = &months[..];
    for most in MONTHS_AT_ONCE {
        if left.is_empty() || names.len() > asked.limit {
            break;
        }
        let (some, rest) = left.split_at(most.min(left.len()));
        left = rest;
        let wanted = asked.limit + 1 - names.len();
        names.extend(tables.rows::<Named>(&statement(&conditions, some, wanted))?);
    }
    let more = names.len() > asked.limit;
    names.truncate(asked.limit);
    let next = names.last().filter(|_| more).map(|last| {
        let time = last.discharged.as_deref().unwrap_or_default();
        format!("{time}~{}", last.record_key)
    });
    let keys: Vec<(String, String, String)> = names
        .into_iter()
        .map(|name| {
            (
                name.organisation_code,
                name.discharge_month,
                name.record_key,
            )
        })
        .collect();
    Ok(Found {
        rows: rows_of(tables, &keys)?,
        next,
    })
}

/// Months that may hold what is searched, the newest first, each with its hospitals.
fn partitions(
    tables: &Tables,
    asked: &Search<'_>,
) -> Result<Vec<(String, Vec<String>)>, QueryError> {
    let wanted = asked.wanted;
    let from = asked.after.and_then(|after| after.get(..7));
    let mut months: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in tables.partitions()? {
        let organisation = wanted.organisation.as_deref();
        let in_period = wanted.period.is_none_or(|period| {
            let month = &one.discharge_month;
            *month >= period.first().to_string() && *month <= period.last().to_string()
        });
        if asked.scope.allows(&one.organisation_code)
            && organisation.is_none_or(|code| code == one.organisation_code)
            && in_period
            && from.is_none_or(|newest| one.discharge_month.as_str() <= newest)
        {
            let of_month = months.entry(one.discharge_month.clone()).or_default();
            of_month.push(one.organisation_code.clone());
        }
    }
    Ok(months.into_iter().rev().collect())
}

/// Rows of these hospitals and months: the tables are cut by them, so that nothing else is read.
fn within(months: &[(String, Vec<String>)]) -> String {
    let organisations: BTreeSet<&String> = months.iter().flat_map(|(_, codes)| codes).collect();
    let list = |values: &mut dyn Iterator<Item = &String>| {
        let quoted: Vec<String> = values.map(|value| quoted(value)).collect();
        quoted.join(", ")
    };
    format!(
        "organisation_code in ({}) and discharge_month in ({})",
        list(&mut organisations.into_iter()),
        list(&mut months.iter().map(|(month, _)| month))
    )
}

/// Conditions on the record itself, and on what other tables say about it.
struct Conditions {
    record: Vec<String>,
    /// Table and condition.
    others: Vec<(&'static str, bool, String)>,
}

/// `None` when nothing can be found.
fn conditions(content: &Content, asked: &Search<'_>) -> Option<Conditions> {
    let wanted = asked.wanted;
    let mut record = Vec::new();
    let mut others = Vec::new();
    let equal = [
        ("attending_physician", &wanted.physician),
        ("coder", &wanted.coder),
        ("person_key", &wanted.person),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            record.push(format!("{column} = {}", quoted(value)));
        }
    }
    record.extend(wanted.department.as_ref().map(Departments::condition));
    if let Some(number) = &wanted.number {
        record.push(format!(
            "starts_with(medical_record_number, {})",
            quoted(number.trim())
        ));
    }
    let coded = [
        ("diagnoses", "ICD-10", &wanted.diagnosis),
        ("procedures", "ICD-9-CM-3", &wanted.procedure),
    ];
    for (column, set, text) in coded {
        if let Some(text) = text {
            let codes = meant(content, set, text, CODES)?.join("|");
            record.push(format!("any_code_begins({column}, {})", quoted(&codes)));
        }
    }
    if let Some(group) = &wanted.group {
        let group = quoted(&group.trim().to_uppercase());
        let condition = format!("(drg = {group} or adrg = {group} or mdc = {group})");
        others.push(("grouping", true, condition));
    }
    if let Some(grade) = &wanted.grade {
        others.push(("quality", true, format!("grade = {}", quoted(grade))));
    }
    if let Some(some) = wanted.findings {
        let condition = "errors + warnings + suspects > 0".to_owned();
        others.push(("quality", some, condition));
    }
    if let Some(check) = &wanted.check {
        let condition = format!("check_id = {} and places > 0", quoted(check));
        others.push(("finding", true, condition));
    }
    for (organisation, departments) in asked.departments {
        let own: Vec<String> = departments.iter().map(|code| quoted(code)).collect();
        record.push(format!(
            "(organisation_code <> {} or discharge_department in ({}))",
            quoted(organisation),
            own.join(", ")
        ));
    }
    if let Some((time, key)) = asked.after.and_then(|after| after.split_once('~')) {
        let (time, key) = (quoted(time), quoted(key));
        record.push(format!(
            "(discharge_time < cast({time} as timestamp) or \
             (discharge_time = cast({time} as timestamp) and record_key > {key}))"
        ));
    }
    Some(Conditions { record, others })
}

fn statement(conditions: &Conditions, months: &[(String, Vec<String>)], limit: usize) -> String {
    let within = within(months);
    let mut all = vec![within.clone()];
    all.extend(conditions.record.iter().cloned());
    for (table, there, condition) in &conditions.others {
        let not = if *there { "" } else { "not " };
        all.push(format!(
            "record_key {not}in (select record_key from {table} where {within} and {condition})"
        ));
    }
    format!(
        "select organisation_code, discharge_month, record_key, \
                cast(discharge_time as varchar) as discharged \
         from discharge where {} \
         order by discharge_time desc, record_key limit {limit}",
        all.join(" and ")
    )
}

/// The condition that a row is of one of these records.
fn among(keys: &[(String, String, String)]) -> String {
    let list = |values: BTreeSet<&String>| {
        let quoted: Vec<String> = values.into_iter().map(|value| quoted(value)).collect();
        quoted.join(", ")
    };
    format!(
        "organisation_code in ({}) and discharge_month in ({}) and record_key in ({})",
        list(keys.iter().map(|(code, _, _)| code).collect()),
        list(keys.iter().map(|(_, month, _)| month).collect()),
        list(keys.iter().map(|(_, _, key)| key).collect()),
    )
}

/// What a list shows of records (hospital, month, key), in their order. Records that are not there are left out.
///
/// # Errors
/// The lake cannot be read.
pub fn rows_of(tables: &Tables, keys: &[(String, String, String)]) -> Result<Vec<Row>, QueryError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let of = among(keys);
    let told: Vec<Row> = tables.rows(&format!(
        "select organisation_code, discharge_month, record_key, medical_record_number, admission_count, sex, \
                age_years, cast(discharge_time as varchar) as discharge_time, discharge_department, \
                attending_physician, coder, length_of_stay, \
                diagnoses[1]['code'] as diagnosis_code, diagnoses[1]['name'] as diagnosis_name, \
                procedures[1]['code'] as procedure_code, procedures[1]['name'] as procedure_name, \
                cast(charges['total_charges'] as varchar) as total_charges \
         from discharge where {of}"
    ))?;
    let groups: Vec<Row> = tables.rows(&format!(
        "select record_key, status, drg, cast(weight as varchar) as weight from grouping where {of}"
    ))?;
    let qualities: Vec<Row> = tables.rows(&format!(
        "select record_key, cast(score as varchar) as score, grade, errors, warnings, suspects, blocking \
         from quality where {of}"
    ))?;
    let by_key = |rows: Vec<Row>| -> HashMap<String, Row> {
        rows.into_iter()
            .map(|row| (row.record_key.clone(), row))
            .collect()
    };
    let (mut told, mut groups, mut qualities) = (by_key(told), by_key(groups), by_key(qualities));
    let rows = keys.iter().filter_map(|(_, _, key)| {
        let mut row = told.remove(key)?;
        let group = groups.remove(key).unwrap_or_default();
        let quality = qualities.remove(key).unwrap_or_default();
        (row.status, row.drg, row.weight) = (group.status, group.drg, group.weight);
        (row.score, row.grade, row.errors) = (quality.score, quality.grade, quality.errors);
        (row.warnings, row.suspects, row.blocking) =
            (quality.warnings, quality.suspects, quality.blocking);
        row.discharge_time = row.discharge_time.map(|time| time.replace('T', " "));
        Some(row)
    });
    Ok(rows.collect())
}

/// What a list of faults shows of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// Its key.
    pub record_key: String,
    /// 病案号.
    pub medical_record_number: Option<String>,
    /// Time of discharge.
    pub discharge_time: Option<String>,
    /// The group.
    pub drg: Option<String>,
}

/// By which number and group people know records (hospital, month, key). Records that are not there are left out.
///
/// # Errors
/// The lake cannot be read.
pub fn marks_of(
    tables: &Tables,
    keys: &[(String, String, String)],
) -> Result<HashMap<String, Mark>, QueryError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let of = among(keys);
    let told: Vec<Mark> = tables.rows(&format!(
        "select record_key, medical_record_number, cast(discharge_time as varchar) as discharge_time \
         from discharge where {of}"
    ))?;
    let groups: Vec<Mark> = tables.rows(&format!(
        "select record_key, drg from grouping where {of} and drg is not null"
    ))?;
    let mut marks: HashMap<String, Mark> = told
        .into_iter()
        .map(|mut mark| {
            mark.discharge_time = mark.discharge_time.map(|time| time.replace('T', " "));
            (mark.record_key.clone(), mark)
        })
        .collect();
    for group in groups {
        if let Some(mark) = marks.get_mut(&group.record_key) {
            mark.drg = group.drg;
        }
    }
    Ok(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_texts_as_literals_and_limit_departments() {
        let content = Content::load(&[]).expect("the program's packs");
        let departments = BTreeMap::from([("A".to_owned(), ["03".to_owned()].into())]);
        let wanted = Wanted {
            physician: Some("o'x".to_owned()),
            diagnosis: Some("i21".to_owned()),
            findings: Some(false),
            department: Some(Departments {
                codes: ["03".to_owned(), "o'x".to_owned()].into(),
                own: [("A".to_owned(), "N1".to_owned())].into(),
            }),
            ..Wanted::default()
        };
        let asked = Search {
            scope: &Scope::All,
            departments: &departments,
            wanted: &wanted,
            after: Some("2024-03-05T08:00:00~ab"),
            limit: 10,
        };
        let conditions = conditions(&content, &asked).expect("something");
        let months = [("2024-03".to_owned(), vec!["A".to_owned()])];
        let sql = statement(&conditions, &months, 11);
        for part in [
            "attending_physician = 'o''x'",
            "(discharge_department in ('03', 'o''x') or \
             (organisation_code = 'A' and discharge_department = 'N1'))",
            "any_code_begins(diagnoses, 'I21')",
            "record_key not in (select record_key from quality",
            "(organisation_code <> 'A' or discharge_department in ('03'))",
            "record_key > 'ab'",
            "limit 11",
        ] {
            assert!(sql.contains(part), "{part}: {sql}");
        }
    }
}

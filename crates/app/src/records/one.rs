//! One record of the lake: where it lies, the page itself, and what the tables say about it.

use biaochi_store::Scope;
use biaochi_warehouse::load::read_records;
use biaochi_warehouse::open_lake;
use biaochi_warehouse::tables::StoredRecord;
use serde::Deserialize;

use super::Tables;
use crate::Workspace;
use crate::correct::{CorrectError, lake_key};
use crate::lookup::quoted;
use crate::query::QueryError;
use crate::runtime::block_on;

/// Where a record lies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordPlace {
    /// The hospital.
    pub organisation_code: String,
    /// Month of discharge.
    pub discharge_month: String,
    /// Its key.
    pub record_key: String,
    /// Department of discharge; empty when missing.
    #[serde(default)]
    pub department: String,
}

impl RecordPlace {
    /// The condition that picks it.
    pub(super) fn condition(&self) -> String {
        format!(
            "organisation_code = {} and discharge_month = {} and record_key = {}",
            quoted(&self.organisation_code),
            quoted(&self.discharge_month),
            quoted(&self.record_key)
        )
    }
}

/// Whether a text can be the key of a record: 32 hexadecimal digits.
fn is_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Finds a record by its key among those of a scope. Who knows hospital and month says so: then nothing else is read.
///
/// # Errors
/// The lake cannot be read.
pub fn locate(
    tables: &Tables,
    scope: &Scope,
    record_key: &str,
    (organisation, month): (Option<&str>, Option<&str>),
) -> Result<Option<RecordPlace>, QueryError> {
    if !is_key(record_key) {
        return Ok(None);
    }
    let mut conditions = vec![format!("record_key = {}", quoted(record_key))];
    conditions.extend(organisation.map(|code| format!("organisation_code = {}", quoted(code))));
    conditions.extend(month.map(|month| format!("discharge_month = {}", quoted(month))));
    if let Scope::Organisations(codes) = scope {
        let codes: Vec<String> = codes.iter().map(|code| quoted(code)).collect();
        if codes.is_empty() {
            return Ok(None);
        }
        conditions.push(format!("organisation_code in ({})", codes.join(", ")));
    }
    let sql = format!(
        "select organisation_code, discharge_month, record_key, \
                coalesce(discharge_department, '') as department \
         from discharge where {} limit 1",
        conditions.join(" and ")
    );
    Ok(tables.rows(&sql)?.pop())
}

/// The record itself, with its direct identifiers: whoever shows it leaves out what may not be seen.
///
/// # Errors
/// The lake or the workspace key cannot be read.
pub fn stored(
    workspace: &Workspace,
    place: &RecordPlace,
) -> Result<Option<StoredRecord>, CorrectError> {
    let lake = open_lake(&workspace.lake())?;
    let mut found = None;
    block_on(async {
        let publication = lake.newest().await?;
        // Read behind the version, so that it has the keys that sealed that.
        let key = lake_key(workspace)?;
        let partition = (
            place.organisation_code.as_str(),
            place.discharge_month.as_str(),
        );
        let wanted = |key: &str| key == place.record_key;
        let take = |record: StoredRecord| {
            found = Some(record);
            Ok::<(), CorrectError>(())
        };
        read_records(&lake, &publication, &key, partition, wanted, take).await
    })?;
    Ok(found)
}

/// A finding as the lake keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LakeFinding {
    /// The check.
    pub check_id: String,
    /// How bad it is.
    pub severity: String,
    /// How binding the check is.
    pub stage: String,
    /// Fields at fault.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Places at fault.
    pub places: i64,
    /// What the coder reads.
    pub message: String,
    /// Whether mending would change the group, where that was tried.
    pub changes_group: Option<bool>,
    /// The group after mending.
    pub mended_drg: Option<String>,
    /// By how much the weight would change.
    pub weight_difference: Option<String>,
    /// Points it costs.
    pub deduction: Option<String>,
}

/// Score of the page as the lake keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LakeQuality {
    /// Points.
    pub score: Option<String>,
    /// Grade.
    pub grade: Option<String>,
}

/// Group of the record as the lake keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LakeGroup {
    /// The scheme.
    pub scheme: String,
    /// How grouping ended.
    pub status: String,
    /// Category.
    pub mdc: Option<String>,
    /// Adjacent group.
    pub adrg: Option<String>,
    /// Group.
    pub drg: Option<String>,
    /// Weight.
    pub weight: Option<String>,
}

/// What the tables say about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFacts {
    /// What checks found, worst first.
    pub findings: Vec<LakeFinding>,
    /// Its score; `None` when it was not checked.
    pub quality: Option<LakeQuality>,
    /// Its group.
    pub group: Option<LakeGroup>,
}

/// What the tables say about a record.
///
/// # Errors
/// The lake cannot be read.
pub fn facts(tables: &Tables, place: &RecordPlace) -> Result<RecordFacts, QueryError> {
    let of = place.condition();
    let mut findings: Vec<LakeFinding> = tables.rows(&format!(
        "select check_id, severity, stage, fields, places, message, changes_group, mended_drg, \
                cast(weight_difference as varchar) as weight_difference, \
                cast(deduction as varchar) as deduction \
         from finding where {of} and places > 0 and stage <> 'trial' order by check_id"
    ))?;
    findings.sort_by_key(|one| (one.stage != "enforced", severity_rank(&one.severity)));
    let quality = tables.rows(&format!(
        "select cast(score as varchar) as score, grade from quality where {of} limit 1"
    ))?;
    let group = tables.rows(&format!(
        "select scheme, status, mdc, adrg, drg, cast(weight as varchar) as weight \
         from grouping where {of} limit 1"
    ))?;
    Ok(RecordFacts {
        findings,
        quality: quality.into_iter().next(),
        group: group.into_iter().next(),
    })
}

fn severity_rank(severity: &str) -> u8 {
    match severity {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_hexadecimal() {
        assert!(is_key(&"0f".repeat(16)));
        assert!(!is_key("0f") && !is_key(&"x'".repeat(16)));
    }
}

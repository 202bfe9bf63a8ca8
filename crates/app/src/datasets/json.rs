//! Forms as JSON: one object, or a list of them.

use std::collections::BTreeMap;

use biaochi_datasets::{DataSet, Delivered};
use biaochi_domain::{Sheet, SheetLine};
use serde::Deserialize;
use serde_json::Value;

use super::DataSetError;

/// One organisation's period.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    dataset: Option<String>,
    #[serde(default)]
    organisation_code: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    values: BTreeMap<String, Value>,
    #[serde(default)]
    rows: Vec<FormRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormRow {
    #[serde(default)]
    breakdown: String,
    values: BTreeMap<String, Value>,
}

/// Whether a file looks like JSON.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
}

fn parse(file: &str, bytes: &[u8]) -> Result<Vec<Form>, DataSetError> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let is_list = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let parsed = if is_list {
        serde_json::from_slice(bytes)
    } else {
        serde_json::from_slice(bytes).map(|form| vec![form])
    };
    parsed.map_err(|error| DataSetError::Json {
        file: file.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })
}

/// The data set that the first form names.
pub(super) fn dataset(file: &str, bytes: &[u8]) -> Result<Option<String>, DataSetError> {
    Ok(parse(file, bytes)?
        .into_iter()
        .find_map(|form| form.dataset))
}

/// Reads the forms of a data set; they go the way of a table, so that cells are read alike.
pub(super) fn read(
    set: &DataSet,
    file: &str,
    bytes: &[u8],
) -> Result<Vec<Delivered>, DataSetError> {
    let mut all = Vec::new();
    for form in parse(file, bytes)? {
        if form.dataset.as_deref().is_some_and(|id| id != set.id) {
            continue;
        }
        let mut rows = form.rows;
        if !form.values.is_empty() {
            rows.insert(
                0,
                FormRow {
                    breakdown: String::new(),
                    values: form.values,
                },
            );
        }
        let keys: std::collections::BTreeSet<&String> =
            rows.iter().flat_map(|row| row.values.keys()).collect();
        let breakdown = set.breakdown.as_ref().map(|breakdown| breakdown.id.clone());
        let mut headings: Vec<String> = ["organisation_code", "period", "comment"]
            .map(str::to_owned)
            .to_vec();
        headings.extend(breakdown.iter().cloned());
        headings.extend(keys.iter().map(|key| (*key).clone()));
        let mut lines = vec![SheetLine {
            number: 1,
            cells: headings,
        }];
        for (row, number) in rows.iter().zip(1..) {
            let mut cells = vec![
                form.organisation_code.clone(),
                form.period.clone(),
                form.comment.clone(),
            ];
            cells.extend(breakdown.iter().map(|_| row.breakdown.clone()));
            cells.extend(
                keys.iter()
                    .map(|key| row.values.get(*key).map_or(String::new(), text)),
            );
            lines.push(SheetLine { number, cells });
        }
        let sheet = Sheet {
            place: file.to_owned(),
            name: file.to_owned(),
            lines,
        };
        let mut delivered = biaochi_datasets::read_form(set, &[sheet]).unwrap_or_default();
        if delivered.is_empty() {
            delivered.push(Delivered {
                organisation: form.organisation_code,
                period: form.period,
                comment: form.comment,
                ..Delivered::default()
            });
        }
        for one in &mut delivered {
            // A place in JSON is the name of its value.
            one.places = one
                .places
                .keys()
                .map(|key| {
                    let parts = [key.0.as_str(), key.1.as_str()];
                    let named: Vec<&str> =
                        parts.into_iter().filter(|part| !part.is_empty()).collect();
                    (key.clone(), named.join("."))
                })
                .collect();
        }
        all.extend(delivered);
    }
    Ok(all)
}

/// A value as a cell.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

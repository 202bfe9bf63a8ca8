//! What is wrong with a delivered form: by the definition, and by the rules beside earlier periods.

use std::collections::BTreeMap;

use biaochi_datasets::{DataSet, Delivered, Fault, Finding, Row, Value, Values, validate};
use biaochi_domain::{Language, Localized as _, Month, Period};
use biaochi_packs::datasets::LoadedDataSet;
use biaochi_store::{
    ContentRow, Filling, Scope, Store, SubmissionFilter, SubmissionFinding, SubmissionKey,
};
use biaochi_warehouse::datasets::{CompiledRules, RuleRow};

use super::DataSetError;
use crate::beijing;

/// A form with its key.
#[derive(Debug, Clone)]
pub(super) struct Keyed {
    pub(super) key: SubmissionKey,
    pub(super) delivered: Delivered,
}

/// Rows of earlier periods by organisation and period.
pub(super) type Earlier = BTreeMap<(String, Period), Vec<Row>>;

/// The newest values of the periods before those of some forms, approved or not.
pub(super) async fn earlier(
    store: &Store,
    scope: &Scope,
    set: &DataSet,
    forms: &[Keyed],
) -> Result<Earlier, DataSetError> {
    let before = forms.iter().flat_map(|form| {
        let period = form.key.period;
        [period.previous(), period.year_before()]
    });
    let periods: Vec<Period> = before.flatten().collect();
    let months = periods.iter().map(|period| period.last());
    let (from, to): (Option<Month>, Option<Month>) = (months.clone().min(), months.max());
    if from.is_none() {
        return Ok(Earlier::new());
    }
    let filter = SubmissionFilter {
        organisation_code: match forms {
            [form] => Some(form.key.organisation_code.clone()),
            _ => None,
        },
        datasets: vec![set.id.clone()],
        from,
        to,
        states: Vec::new(),
    };
    let found = store.submissions(scope, &filter).await?;
    let mut earlier: Earlier = found
        .iter()
        .map(|one| {
            let key = (one.key.organisation_code.clone(), one.key.period);
            (key, rows_of(set, &one.content))
        })
        .collect();
    // What comes in the same delivery counts too.
    for form in forms {
        let key = (form.key.organisation_code.clone(), form.key.period);
        earlier.insert(key, form.delivered.rows.clone());
    }
    Ok(earlier)
}

/// Stored rows as values of a data set. What its definition no longer has is left out.
pub(super) fn rows_of(set: &DataSet, content: &[ContentRow]) -> Vec<Row> {
    let value = |id: &str, text: &str| Value::from_stored(&set.field(id)?.kind, text);
    content
        .iter()
        .map(|row| Row {
            breakdown: row.breakdown.clone(),
            values: row
                .values
                .iter()
                .filter_map(|(id, text)| Some((id.clone(), value(id, text)?)))
                .collect(),
            unread: row.unread.clone(),
        })
        .collect()
}

/// Rows as the store keeps them.
fn content_of(delivered: &Delivered) -> Vec<ContentRow> {
    let rows = delivered.rows.iter();
    rows.map(|row| ContentRow {
        place: place_of(delivered, &row.breakdown),
        breakdown: row.breakdown.clone(),
        values: row
            .values
            .iter()
            .map(|(id, value)| (id.clone(), value.to_string()))
            .collect(),
        unread: row.unread.clone(),
    })
    .collect()
}

/// Where a row stands in its file: its line, or the sheet whose lines are the fields.
fn place_of(delivered: &Delivered, breakdown: &str) -> String {
    let line = delivered.places.get(&(breakdown.to_owned(), String::new()));
    let sheet = || {
        let mut places = delivered.places.iter();
        let (_, cell) = places.find(|(place, _)| place.0 == breakdown)?;
        Some(
            cell.split_once('!')
                .map_or(cell.as_str(), |(sheet, _)| sheet),
        )
    };
    let place = line.map(String::as_str).or_else(sheet);
    place.unwrap_or_default().to_owned()
}

/// Forms of one data set as fillings with all that is wrong with them.
pub(super) fn fillings(
    (loaded, rules): (&LoadedDataSet, &CompiledRules),
    forms: &[Keyed],
    earlier: &Earlier,
    origin: &str,
    comment: &str,
) -> Result<Vec<Filling>, DataSetError> {
    let set = &loaded.set;
    let mut found: Vec<Vec<Finding>> = forms
        .iter()
        .map(|form| {
            let mut findings = form.delivered.findings.clone();
            findings.extend(validate(set, &form.delivered.rows));
            findings
        })
        .collect();
    let (mut rows, mut of) = (Vec::new(), Vec::new());
    for (place, form) in forms.iter().enumerate() {
        for row in &form.delivered.rows {
            let before = |period: Option<Period>| -> Option<&Values> {
                let key = (form.key.organisation_code.clone(), period?);
                let mut same = earlier.get(&key)?.iter();
                same.find(|other| other.breakdown == row.breakdown)
                    .map(|row| &row.values)
            };
            rows.push(RuleRow {
                organisation_code: &form.key.organisation_code,
                period: form.key.period,
                breakdown: &row.breakdown,
                values: &row.values,
                previous: before(form.key.period.previous()),
                year_before: before(form.key.period.year_before()),
            });
            of.push(place);
        }
    }
    for violation in rules.run(&rows)? {
        let rule = &set.rules[violation.rule];
        // The finding stands at the first field that the message names.
        let names = rule.message.names();
        let field = names.into_iter().find(|name| set.field(name).is_some());
        found[of[violation.row]].push(Finding {
            breakdown: rows[violation.row].breakdown.to_owned(),
            field: field.unwrap_or_default().to_owned(),
            fault: Fault::Rule {
                id: rule.id.clone(),
                severity: rule.severity,
                message: violation.message,
                mend: rule.mend.clone(),
            },
        });
    }
    let fillings = forms.iter().zip(found).map(|(form, findings)| Filling {
        key: form.key.clone(),
        seen: None,
        definition_hash: loaded.content_hash.clone(),
        content: content_of(&form.delivered),
        findings: findings
            .iter()
            .map(|finding| stored(set, &form.delivered, finding))
            .collect(),
        origin: origin.to_owned(),
        handed_in: form.delivered.handed_in.and_then(noon),
        comment: match (comment, form.delivered.comment.as_str()) {
            ("", own) => own.to_owned(),
            (given, _) => given.to_owned(),
        },
    });
    Ok(fillings.collect())
}

/// Noon in Beijing.
fn noon(day: jiff::civil::Date) -> Option<jiff::Timestamp> {
    let noon = beijing::zone().to_zoned(day.at(12, 0, 0, 0)).ok()?;
    Some(noon.timestamp())
}

fn stored(set: &DataSet, delivered: &Delivered, finding: &Finding) -> SubmissionFinding {
    SubmissionFinding {
        severity: finding.severity().code().to_owned(),
        breakdown: finding.breakdown.clone(),
        field: finding.field.clone(),
        rule: match &finding.fault {
            Fault::Rule { id, .. } => id.clone(),
            _ => String::new(),
        },
        place: delivered.place(finding),
        message: match &finding.fault {
            Fault::Rule { .. } => finding.fault.text(Language::Zh),
            _ => finding.sentence(set, Language::Zh),
        },
    }
}

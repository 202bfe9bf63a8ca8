//! A value against a list that somebody counted by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use biaochi_domain::Period;
use biaochi_indicators::{Agreement, Compared, Entry, Indicator, reconcile};
use biaochi_organisations::Unit;
use rust_decimal::Decimal;

use super::error::IndicatorError;
use super::look::{Drilled, drill};
use super::values::Values;

/// A case of both sides, with the reason where the data tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconcileLine {
    /// How it stands.
    pub compared: Compared,
    /// The record, where the system has it.
    pub record: Option<Drilled>,
    /// Why it stands on one side only, in Chinese; empty when the data do not tell.
    pub reason: String,
}

/// A value and a list, case by case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// All cases.
    pub lines: Vec<ReconcileLine>,
    /// How many stand how.
    pub counts: BTreeMap<&'static str, usize>,
    /// The figure of the system.
    pub system: Decimal,
    /// The figure of the list.
    pub list: Decimal,
}

/// Compares the numerator of a value with a list: a CSV file whose first column is the number of a
/// medical record, or the key of a record, and whose second, if there is one, an amount.
pub fn reconcile_list(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
    list: &Path,
) -> Result<Reconciled, IndicatorError> {
    let entries = read(list)?;
    let records = drill(values, indicator, unit, period)?;
    let keys: BTreeSet<&str> = records
        .iter()
        .map(|one| one.line.record_key.as_str())
        .collect();
    let by_key = entries.iter().any(|entry| keys.contains(entry.key.trim()));
    let name = |record: &Drilled| match by_key {
        true => record.line.record_key.clone(),
        false => record.line.medical_record_number.clone(),
    };
    let amounts = entries.iter().any(|entry| entry.amount.is_some());
    let first: Vec<Entry> = records
        .iter()
        .filter(|record| !record.numerator.is_zero())
        .map(|record| Entry {
            key: name(record),
            amount: amounts.then_some(record.numerator),
        })
        .collect();
    let known: BTreeMap<String, &Drilled> = records
        .iter()
        .map(|record| (name(record), record))
        .collect();
    let listed: BTreeSet<&str> = entries.iter().map(|entry| entry.key.trim()).collect();
    let mut reconciled = Reconciled {
        system: records.iter().map(|record| record.numerator).sum(),
        list: match amounts {
            true => entries.iter().filter_map(|entry| entry.amount).sum(),
            false => Decimal::from(listed.len()),
        },
        ..Reconciled::default()
    };
    for compared in reconcile(&first, &entries) {
        let record = known.get(&compared.key).map(|record| (*record).clone());
        let reason = reason(&compared, record.as_ref(), indicator);
        *reconciled
            .counts
            .entry(compared.agreement.id())
            .or_default() += 1;
        reconciled.lines.push(ReconcileLine {
            compared,
            record,
            reason,
        });
    }
    Ok(reconciled)
}

fn reason(compared: &Compared, record: Option<&Drilled>, indicator: &Indicator) -> String {
    match (compared.agreement, record) {
        (Agreement::OnlySecond, Some(_)) => {
            format!("系统中有这份病案，但不符合“{}”的分子", indicator.title)
        }
        (Agreement::OnlySecond, None) => {
            "本期本单位没有这份病案：出院月份不同、还没有导入、号码有误，或被排除".to_owned()
        }
        (Agreement::OnlyFirst, Some(record)) => {
            let (department, month) = (&record.line.department, &record.line.month);
            format!("名单中没有；出院科别 {department}，出院月份 {month}")
        }
        (Agreement::Different, _) => match (compared.first, compared.second) {
            (Some(first), Some(second)) => format!("相差 {}", first - second),
            _ => String::new(),
        },
        (Agreement::Repeated, _) => "同一号码出现多次".to_owned(),
        _ => String::new(),
    }
}

fn read(path: &Path) -> Result<Vec<Entry>, IndicatorError> {
    let failed = |line: u64, reason: String| IndicatorError::List {
        file: path.display().to_string(),
        line,
        reason,
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| failed(0, error.to_string()))?;
    let mut entries = Vec::new();
    for (place, row) in (1..).zip(reader.records()) {
        let row = row.map_err(|error| failed(place, error.to_string()))?;
        let key = row
            .get(0)
            .unwrap_or_default()
            .trim_start_matches('\u{feff}');
        if key.is_empty() {
            continue;
        }
        let text = row.get(1).unwrap_or_default().replace(',', "");
        let amount = match text.is_empty() {
            true => None,
            false => match text.parse() {
                Ok(amount) => Some(amount),
                // The first line may be a heading.
                Err(_) if place == 1 => continue,
                Err(_) => return Err(failed(place, format!("“{text}”不是数字"))),
            },
        };
        if place == 1 && !key.chars().any(|character| character.is_ascii_digit()) {
            continue;
        }
        entries.push(Entry {
            key: key.to_owned(),
            amount,
        });
    }
    Ok(entries)
}

//! A value against a list that somebody counted by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use biaochi_domain::Period;
use biaochi_indicators::{Agreement, Compared, Entry, Indicator, reconcile};
use biaochi_ingest::read_sheets;
use biaochi_organisations::Unit;
use rust_decimal::Decimal;

use super::drill::{Drilled, drill};
use super::error::IndicatorError;
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

/// Compares the numerator of a value with a list: a CSV file or a workbook whose first column is the
/// number of a medical record, or the key of a record, and whose second, if there is one, an amount.
pub fn reconcile_list(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
    list: &Path,
) -> Result<Reconciled, IndicatorError> {
    reconcile_entries(values, indicator, unit, period, &read(list)?)
}

/// The same with cases at hand.
pub fn reconcile_entries(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
    entries: &[Entry],
) -> Result<Reconciled, IndicatorError> {
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
    let shortened: BTreeMap<String, String> = known
        .keys()
        .map(|key| (key.trim_start_matches('0').to_owned(), key.clone()))
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
    for compared in reconcile(&first, entries) {
        let record = known.get(&compared.key).map(|record| (*record).clone());
        let mut reason = reason(&compared, record.as_ref(), indicator);
        if let (Agreement::OnlySecond, None) = (compared.agreement, &record)
            && let Some(full) = shortened.get(compared.key.trim_start_matches('0'))
        {
            // Excel takes a number for a number.
            reason =
                format!("系统中的号码是 {full}：名单里的号码开头的 0 不一样，请按系统的写法改");
        }
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

/// Cases of a list: the first column is a number, the second, if there is one, an amount. Headings have
/// neither.
fn read(path: &Path) -> Result<Vec<Entry>, IndicatorError> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| IndicatorError::NoList {
        file: file.clone(),
        source,
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let sheets = read_sheets(&name, &bytes)?;
    let sheet = sheets.into_iter().find(|sheet| !sheet.lines.is_empty());
    let lines = sheet.map(|sheet| sheet.lines).unwrap_or_default();
    let mut entries = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let cell = |column: usize| line.cells.get(column).map_or("", |cell| cell.trim());
        let (key, text) = (cell(0), cell(1).replace([',', '，'], ""));
        let has_digit = key.chars().any(|character| character.is_ascii_digit());
        // Lines above the first case are headings.
        if key.is_empty() || (entries.is_empty() && !has_digit) {
            continue;
        }
        let amount = match text.is_empty() {
            true => None,
            false => match text.parse() {
                Ok(amount) => Some(amount),
                Err(_) if place == 0 => continue,
                Err(_) => {
                    return Err(IndicatorError::List {
                        file,
                        line: line.number,
                        reason: format!("第二列的“{text}”不是金额；只核对号码时请删去第二列"),
                    });
                }
            },
        };
        entries.push(Entry {
            key: key.to_owned(),
            amount,
        });
    }
    match entries.is_empty() {
        true => Err(IndicatorError::EmptyList { file }),
        false => Ok(entries),
    }
}

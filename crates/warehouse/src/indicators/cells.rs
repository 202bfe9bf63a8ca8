//! Sums of measures by hospital, month, department and physician.

use std::collections::BTreeMap;

use biaochi_indicators::{IndicatorSet, Measure};
use biaochi_records::CompactString;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use super::compile::CompiledMeasures;
use crate::recheck::StoredMonth;

/// Decimal places of stored sums.
pub(super) const PLACES: u32 = 4;

/// What a measure comes to in a department's part of a month, for one physician.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRow {
    /// Discharge department; empty when it is missing.
    pub department: CompactString,
    /// Attending physician; empty when missing.
    pub physician: CompactString,
    /// Place of the measure among those that were summed.
    pub measure: usize,
    /// The sum, in ten-thousandths; never zero.
    pub sum: i128,
}

/// The sums of a hospital's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthCells {
    /// The hospital.
    pub organisation_code: String,
    /// The month, `2024-03`.
    pub month: String,
    /// What they were computed from.
    pub basis: String,
    /// The sums, zeros left out.
    pub rows: Vec<CellRow>,
}

impl CellRow {
    /// The sum as a number.
    pub fn decimal(&self) -> Decimal {
        decimal(self.sum)
    }
}

impl MonthCells {
    /// The sums of the whole hospital, one for every measure, zeros included.
    pub fn totals(&self, measures: usize) -> Vec<i128> {
        let mut totals = vec![0; measures];
        for row in &self.rows {
            totals[row.measure] += row.sum;
        }
        totals
    }

    /// The sums by department.
    pub(super) fn departments(&self) -> BTreeMap<(&str, usize), i128> {
        let mut sums = BTreeMap::new();
        for row in &self.rows {
            *sums
                .entry((row.department.as_str(), row.measure))
                .or_default() += row.sum;
        }
        sums
    }
}

/// A stored sum as a number.
pub(super) fn decimal(sum: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(sum, PLACES)
        .unwrap_or(Decimal::MAX)
        .normalize()
}

/// What names a measure in tables: equal for measures that give equal sums over equal rows.
pub fn fingerprint(set: &IndicatorSet, measure: &Measure) -> String {
    short_hash(&set.meaning_of(measure))
}

/// What the sums of a month rest on: its files, which never change, and the measures.
pub(super) fn basis(month: &StoredMonth, files: &[&str], compiled: &CompiledMeasures) -> String {
    let mut text = month.organisation_code.clone();
    for file in files {
        text += "\n";
        text += file;
    }
    text += "\n";
    text += measures_hash(compiled);
    short_hash(&text)
}

/// What all measures mean together.
fn measures_hash(compiled: &CompiledMeasures) -> &str {
    compiled.hash.get_or_init(|| {
        let measures = compiled.measures.iter();
        let meanings = measures.map(|one| compiled.set().meaning_of(&one.measure));
        short_hash(&meanings.collect::<Vec<_>>().join("\n\n"))
    })
}

fn short_hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

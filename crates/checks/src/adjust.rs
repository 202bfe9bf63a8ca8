//! What an overlay changes about a check of the pack below.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{Check, Severity, Stage, Test};

/// A change of a check by a province, a city or a hospital. The question itself cannot be changed:
/// another meaning needs another id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// The check.
    pub check: String,
    /// New severity.
    pub severity: Option<Severity>,
    /// New stage.
    pub stage: Option<Stage>,
    /// New points.
    pub deduct: Option<Decimal>,
    /// New cap.
    pub cap: Option<Decimal>,
    /// New number of the limit.
    pub limit: Option<Decimal>,
    /// New number of days.
    pub due_days: Option<u16>,
    /// Whether the check is switched off.
    pub off: bool,
    /// First day of discharge for which the change holds.
    pub from: Date,
    /// Why, in Chinese.
    pub reason: String,
}

/// Why an adjustment does not fit its check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotAdjust {
    /// A limit for a check that measures nothing.
    NoLimit,
}

impl Adjustment {
    /// The check before and after the day of change: the old one until then, and the new one, unless
    /// it is switched off, from then on. A part without a day is left out.
    pub fn apply(&self, check: &Check) -> Result<Vec<Check>, CannotAdjust> {
        let mut after = check.clone();
        if let Some(value) = self.limit {
            let Test::Measure(_, threshold) = &mut after.test else {
                return Err(CannotAdjust::NoLimit);
            };
            threshold.limit = threshold.limit.at(value);
        }
        after.severity = self.severity.unwrap_or(after.severity);
        after.stage = self.stage.unwrap_or(after.stage);
        after.deduct = self.deduct.unwrap_or(after.deduct);
        after.cap = self.cap.or(after.cap);
        after.due_days = self.due_days.unwrap_or(after.due_days);
        after.from = Some(after.from.map_or(self.from, |from| from.max(self.from)));
        let mut before = check.clone();
        if let Ok(last) = self.from.yesterday() {
            before.until = Some(before.until.map_or(last, |until| until.min(last)));
        }
        let mut parts = vec![before];
        if !self.off {
            parts.push(after);
        }
        parts.retain(|part| match (part.from, part.until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        });
        Ok(parts)
    }
}

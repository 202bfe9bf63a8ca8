//! Sums of records: of months that are held, of days and groups when they are asked for.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};

use biaochi_domain::{Month, Period};
use biaochi_indicators::{Groups, Measure, MeasureId, STAY};
use biaochi_warehouse::indicators::{department_sums, drg_sums, scan_days};
use rust_decimal::Decimal;

use super::Values;
use crate::indicators::error::IndicatorError;
use crate::runtime::block_on;

/// Sums of a hospital or a department: by measure and month, in that order; `rows` tells months with
/// records from months without.
#[derive(Debug, Clone, Default)]
pub(super) struct Months {
    sums: Vec<Decimal>,
}

/// Sums over some days of a month, by department and measure.
pub(super) type DaySums = Arc<HashMap<String, Vec<Decimal>>>;

/// Sums by group, of each hospital.
pub(super) type HospitalGroups = Arc<BTreeMap<String, Groups>>;

impl Values {
    /// Where the sum of a measure and a month stands.
    fn place(&self, measure: MeasureId, month: Month) -> Option<usize> {
        let months = usize::from(self.span.length());
        let behind = Period::between(self.span.first(), month)?;
        let month = usize::from(behind.length()) - 1;
        (month < months).then_some(measure.0 * months + month)
    }

    pub(super) fn add(&self, months: &mut Months, measure: MeasureId, month: Month, sum: Decimal) {
        let measures = self.pack.set().measures().len() + 1;
        months
            .sums
            .resize(measures * usize::from(self.span.length()), Decimal::ZERO);
        if let Some(place) = self.place(measure, month) {
            months.sums[place] += sum;
        }
    }

    /// The sum over the months of a period; `None` where there is no record in any of them.
    pub(super) fn total(
        &self,
        months: &Months,
        measure: MeasureId,
        period: Period,
    ) -> Option<Decimal> {
        let rows = self.rows_measure();
        let at = |measure: MeasureId, month| {
            let place = self.place(measure, month)?;
            months.sums.get(place).copied()
        };
        let records: Decimal = period.months().filter_map(|month| at(rows, month)).sum();
        if records.is_zero() {
            return None;
        }
        Some(period.months().filter_map(|month| at(measure, month)).sum())
    }

    /// The measure that counts all rows; behind the others when no indicator asks for it.
    pub(super) fn rows_measure(&self) -> MeasureId {
        let set = self.pack.set();
        let own = set.measure_id(&Measure::rows(STAY));
        own.unwrap_or(MeasureId(set.measures().len()))
    }

    /// The departments of a hospital that have records in the span.
    pub fn departments(&self, hospital: &str) -> Result<Vec<String>, IndicatorError> {
        let departments = self.department_sums(hospital)?;
        let mut codes: Vec<String> = departments.keys().cloned().collect();
        codes.sort();
        Ok(codes)
    }

    pub(super) fn department_sums(
        &self,
        hospital: &str,
    ) -> Result<Arc<HashMap<String, Months>>, IndicatorError> {
        let known = self
            .departments
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(hospital) {
            return Ok(Arc::clone(known));
        }
        drop(known);
        let sums = department_sums(&self.lake, &self.pack.measures, hospital, self.span, false);
        let mut departments = HashMap::<String, Months>::new();
        for sum in block_on(sums)? {
            let months = departments.entry(sum.department).or_default();
            self.add(months, sum.measure, sum.month, sum.sum);
        }
        let departments = Arc::new(departments);
        let mut known = self
            .departments
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.insert(hospital.to_owned(), Arc::clone(&departments));
        Ok(departments)
    }

    /// Sums over some days of a month, of the hospitals that have records in it; what was computed for an
    /// earlier question is not computed again.
    pub(super) fn day_sums(&self, part: Period, hospitals: &[String]) -> Option<Vec<DaySums>> {
        let known = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<String> = hospitals
            .iter()
            .filter(|code| !known.contains_key(&(part, (*code).clone())))
            .cloned()
            .collect();
        drop(known);
        let mut new = HashMap::<String, HashMap<String, Vec<Decimal>>>::new();
        let months = self.stored(&missing, part);
        if !months.is_empty() {
            let measures = &self.pack.measures;
            let scanned = block_on(scan_days(&self.stored, &months, measures, part)).ok()?;
            let ids = measures.ids();
            let length = self.set().measures().len() + 1;
            for cells in scanned.cells {
                let own = new.entry(cells.organisation_code).or_default();
                for row in &cells.rows {
                    let sums = own.entry(row.department.to_string()).or_default();
                    sums.resize(length, Decimal::ZERO);
                    sums[ids[row.measure].0] += row.decimal();
                }
            }
        }
        let mut known = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        for code in missing {
            let sums = Arc::new(new.remove(&code).unwrap_or_default());
            known.insert((part, code), sums);
        }
        let sums = hospitals
            .iter()
            .filter_map(|code| known.get(&(part, code.clone())).cloned());
        Some(sums.collect())
    }

    pub(super) fn drg_sums(
        &self,
        period: Period,
        department: Option<&str>,
    ) -> Option<Arc<BTreeMap<String, Groups>>> {
        let key = (period, department.map(str::to_owned));
        let known = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&key) {
            return Some(Arc::clone(known));
        }
        drop(known);
        let sums = block_on(drg_sums(&self.queries, period, department)).ok()?;
        let sums = Arc::new(sums);
        let mut known = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, Arc::clone(&sums));
        Some(sums)
    }
}

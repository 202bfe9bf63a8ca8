//! What a grouped file amounts to.

use std::collections::BTreeMap;

use biaochi_grouper::Status;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

/// Counts over a grouped file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupSummary {
    /// Records grouped or not.
    pub records: u64,
    /// Rows that could not be read as records.
    pub rejects: u64,
    /// Records with a value that could not be read; they are grouped without it.
    pub incomplete: u64,
    /// Records by status.
    pub statuses: BTreeMap<Status, u64>,
    /// Records by DRG, those with status grouped only.
    pub groups: FxHashMap<String, u64>,
    /// Records that have a weight.
    pub weighted: u64,
    /// Sum of their weights.
    pub total_weight: Decimal,
}

impl GroupSummary {
    /// Records with status grouped.
    pub fn grouped(&self) -> u64 {
        self.statuses.get(&Status::Grouped).copied().unwrap_or(0)
    }

    /// Total weight over weighted records; `None` when no record has a weight.
    pub fn case_mix_index(&self) -> Option<Decimal> {
        (self.weighted > 0).then(|| self.total_weight / Decimal::from(self.weighted))
    }

    /// The groups with most records, most first, ties by code.
    pub fn top_groups(&self, limit: usize) -> Vec<(&str, u64)> {
        let mut groups: Vec<(&str, u64)> = self
            .groups
            .iter()
            .map(|(drg, count)| (drg.as_str(), *count))
            .collect();
        groups.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        groups.truncate(limit);
        groups
    }

    pub(super) fn record(&mut self, status: Status, drg: &str, weight: Option<Decimal>) {
        self.records += 1;
        *self.statuses.entry(status).or_default() += 1;
        if status == Status::Grouped {
            match self.groups.get_mut(drg) {
                Some(count) => *count += 1,
                None => {
                    self.groups.insert(drg.to_owned(), 1);
                }
            }
        }
        if let Some(weight) = weight {
            self.weighted += 1;
            self.total_weight += weight;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.rejects += other.rejects;
        self.incomplete += other.incomplete;
        self.weighted += other.weighted;
        self.total_weight += other.total_weight;
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        for (drg, count) in &other.groups {
            *self.groups.entry(drg.clone()).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_weight_is_not_a_zero() {
        let mut summary = GroupSummary::default();
        summary.record(Status::Grouped, "GB21", Some(Decimal::new(30, 1)));
        summary.record(Status::Grouped, "GB23", None);
        assert_eq!(summary.case_mix_index(), Some(Decimal::new(30, 1)));
        assert_eq!(GroupSummary::default().case_mix_index(), None);
    }

    #[test]
    fn parts_add_up() {
        let mut whole = GroupSummary::default();
        let mut part = GroupSummary::default();
        part.record(Status::Grouped, "GB21", None);
        part.record(Status::Ungrouped, "0000", None);
        whole.add(&part);
        whole.add(&part);
        assert_eq!((whole.records, whole.grouped()), (4, 2));
        assert_eq!(whole.top_groups(5), [("GB21", 2)]);
    }
}

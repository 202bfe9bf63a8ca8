//! What is found now beside what was found before.

use std::collections::{BTreeMap, HashMap};

use biaochi_warehouse::recheck::{StoredPage, StoredResults};
use rust_decimal::Decimal;

/// Records named for each check.
const EXAMPLES: usize = 3;

/// Pages of a check, before and now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckDifference {
    /// Found now and not before.
    pub new: u64,
    /// Found before and not now.
    pub gone: u64,
    /// Found both times.
    pub same: u64,
    /// Of those, with another severity or stage.
    pub changed: u64,
    /// Keys of some records with a new finding.
    pub new_examples: Vec<String>,
    /// Keys of some records whose finding is gone.
    pub gone_examples: Vec<String>,
}

/// Scores of pages, added up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scores {
    /// Pages with a score.
    pub pages: u64,
    /// Sum of their scores.
    pub sum: Decimal,
    /// Pages by grade.
    pub grades: BTreeMap<String, u64>,
}

impl Scores {
    /// Mean score to two places; `None` without pages.
    pub fn mean(&self) -> Option<Decimal> {
        (self.pages > 0).then(|| (self.sum / Decimal::from(self.pages)).round_dp(2))
    }

    /// Share of a grade in percent, to one place; `None` without pages.
    pub fn share(&self, grade: &str) -> Option<Decimal> {
        let count = Decimal::from(self.grades.get(grade).copied().unwrap_or(0));
        let share = |pages: Decimal| (count * Decimal::ONE_HUNDRED / pages).round_dp(1);
        (self.pages > 0).then(|| share(Decimal::from(self.pages)))
    }

    fn take(&mut self, page: &StoredPage) {
        self.pages += 1;
        self.sum += page.score;
        *self.grades.entry(page.grade.clone()).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.sum += other.sum;
        for (grade, count) in &other.grades {
            *self.grades.entry(grade.clone()).or_default() += count;
        }
    }
}

/// A hospital, before and now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HospitalDifference {
    /// As stored; pages that were never checked are none.
    pub before: Scores,
    /// As found now.
    pub after: Scores,
}

/// All differences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Pages that were checked.
    pub pages: u64,
    /// Pages whose score is another than before, those not checked before among them.
    pub scores_changed: u64,
    /// By check, those with a finding before or now.
    pub checks: BTreeMap<String, CheckDifference>,
    /// By hospital.
    pub hospitals: BTreeMap<String, HospitalDifference>,
}

impl Difference {
    /// Compares the results of a hospital's pages.
    pub(super) fn of(organisation: &str, before: &StoredResults, after: &StoredResults) -> Self {
        let mut difference = Self {
            pages: after.pages.len() as u64,
            ..Self::default()
        };
        difference.compare_findings(before, after);
        let hospital = difference
            .hospitals
            .entry(organisation.to_owned())
            .or_default();
        let mut scores = HashMap::new();
        for page in &before.pages {
            hospital.before.take(page);
            scores.insert(page.record_key.as_str(), page.score);
        }
        for page in &after.pages {
            hospital.after.take(page);
            let same = scores.get(page.record_key.as_str()) == Some(&page.score);
            difference.scores_changed += u64::from(!same);
        }
        difference
    }

    fn compare_findings(&mut self, before: &StoredResults, after: &StoredResults) {
        let (was, is) = (found(before), found(after));
        for (finding, form) in &is {
            let check = self.checks.entry(finding.0.to_owned()).or_default();
            match was.get(finding) {
                Some(before) => {
                    check.same += 1;
                    check.changed += u64::from(before != form);
                }
                None => {
                    check.new += 1;
                    name(&mut check.new_examples, finding.1);
                }
            }
        }
        for finding in was.keys().filter(|finding| !is.contains_key(*finding)) {
            let check = self.checks.entry(finding.0.to_owned()).or_default();
            check.gone += 1;
            name(&mut check.gone_examples, finding.1);
        }
    }

    /// Adds the differences of other months.
    pub(super) fn add(&mut self, other: Self) {
        self.pages += other.pages;
        self.scores_changed += other.scores_changed;
        for (id, check) in other.checks {
            let own = self.checks.entry(id).or_default();
            own.new += check.new;
            own.gone += check.gone;
            own.same += check.same;
            own.changed += check.changed;
            check
                .new_examples
                .iter()
                .for_each(|record| name(&mut own.new_examples, record));
            check
                .gone_examples
                .iter()
                .for_each(|record| name(&mut own.gone_examples, record));
        }
        for (code, hospital) in other.hospitals {
            let own = self.hospitals.entry(code).or_default();
            own.before.add(&hospital.before);
            own.after.add(&hospital.after);
        }
    }

    /// Findings of all checks: new, gone, same.
    pub fn totals(&self) -> (u64, u64, u64) {
        let checks = self.checks.values();
        checks.fold((0, 0, 0), |(new, gone, same), check| {
            (new + check.new, gone + check.gone, same + check.same)
        })
    }

    /// Findings of all checks that have another severity or stage than before.
    pub fn changed(&self) -> u64 {
        self.checks.values().map(|check| check.changed).sum()
    }

    /// Whether everything is found as before.
    pub fn is_none(&self) -> bool {
        let (new, gone, _) = self.totals();
        new + gone + self.changed() + self.scores_changed == 0
    }
}

/// Findings proper, without values that are only kept: check and record, severity and stage.
type Found<'a> = BTreeMap<(&'a str, &'a str), (&'a str, &'a str)>;

fn found(results: &StoredResults) -> Found<'_> {
    let findings = results.findings.iter().filter(|finding| finding.places > 0);
    findings
        .map(|finding| {
            let key = (finding.check_id.as_str(), finding.record_key.as_str());
            (key, (finding.severity.as_str(), finding.stage.as_str()))
        })
        .collect()
}

fn name(examples: &mut Vec<String>, record: &str) {
    if examples.len() < EXAMPLES {
        examples.push(record.to_owned());
    }
}

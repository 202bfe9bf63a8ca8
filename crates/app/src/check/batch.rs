//! Checks a batch of pages on the way into tables, and tries what mending would change.

use std::borrow::Borrow;

use biaochi_checks::{CheckSet, Mend};
use biaochi_grouper::{Scheme, Stay};
use biaochi_records::{CompactString, FrontPage};
use biaochi_warehouse::WarehouseError;
use biaochi_warehouse::checks::{CompiledChecks, Found, RecordEncoder};
use biaochi_warehouse::query::RecordBatch;
use biaochi_warehouse::recheck::CheckRows;
use biaochi_warehouse::tables::{Identity, PageReader, Price};
use jiff::civil::DateTime;

use crate::grouping::Grouper;
use crate::stay_of;

/// One thread's checker. Pages go in one by one, in step with the encoders of the tables.
pub(crate) struct BatchChecker<'a> {
    checks: &'a CompiledChecks,
    scheme: &'a Scheme,
    translate: bool,
    record: RecordEncoder,
    stays: Vec<OwnStay>,
    received_at: i64,
}

/// What was found, by row, and what mending it would change.
#[derive(Debug)]
pub(crate) struct BatchFound {
    pub(crate) found: Vec<Found>,
    /// Beside `found`; `None` where mending changes nothing or cannot be tried.
    pub(crate) prices: Vec<Option<Price>>,
}

/// The grouper's view of a page, kept until the batch is complete.
struct OwnStay {
    diagnoses: Vec<CompactString>,
    procedures: Vec<CompactString>,
    department: CompactString,
    disposition: CompactString,
    /// Everything else; its texts and codes are empty.
    rest: Stay<'static, CompactString, CompactString>,
}

impl<'a> BatchChecker<'a> {
    pub(crate) fn new(checks: &'a CompiledChecks, scheme: &'a Scheme, translate: bool) -> Self {
        Self {
            checks,
            scheme,
            translate,
            record: RecordEncoder::default(),
            stays: Vec::new(),
            received_at: biaochi_records::micros_since_epoch(crate::beijing::now()),
        }
    }

    pub(crate) fn set(&self) -> &'a CheckSet {
        self.checks.set()
    }

    /// The pages of the next batch did not come in now, but at this time.
    pub(crate) fn came_in(&mut self, at: DateTime) {
        self.received_at = biaochi_records::micros_since_epoch(at);
    }

    pub(crate) fn push(&mut self, page: &FrontPage) {
        self.record.push(page);
        self.stays.push(OwnStay::of(page, self.translate));
    }

    /// Checks the pages since the last batch. `discharge` and `groups` hold their encoded rows.
    pub(crate) fn finish(
        &mut self,
        discharge: &RecordBatch,
        groups: &RecordBatch,
        grouper: &mut Grouper<'_>,
    ) -> Result<BatchFound, WarehouseError> {
        let records = self.record.finish(discharge, groups, self.received_at);
        let stays = std::mem::take(&mut self.stays);
        let found = self.checks.run(&records)?;
        let prices = self.prices(&found, |row| &stays[row], grouper);
        Ok(BatchFound { found, prices })
    }

    /// Checks rows of the lake as they were when they came in. Few of them need a page.
    pub(crate) fn check_stored(
        &mut self,
        rows: &CheckRows,
        identities: &[Identity],
        received_at: DateTime,
        grouper: &mut Grouper<'_>,
    ) -> Result<BatchFound, WarehouseError> {
        for identity in identities {
            self.record.push_identity(identity);
        }
        let received_at = biaochi_records::micros_since_epoch(received_at);
        let records = self
            .record
            .finish(&rows.discharge, &rows.grouping, received_at);
        let found = self.checks.run(&records)?;
        let pages = PageReader::new(&rows.discharge);
        let stay = |row| OwnStay::of(&pages.page(row), self.translate);
        let prices = self.prices(&found, stay, grouper);
        Ok(BatchFound { found, prices })
    }

    /// What mending each finding changes, beside the findings.
    fn prices<S: Borrow<OwnStay>>(
        &self,
        found: &[Found],
        stay: impl Fn(usize) -> S,
        grouper: &mut Grouper<'_>,
    ) -> Vec<Option<Price>> {
        let set = self.set();
        let price = |found: &Found| {
            let mend = set.checks[found.check].price.as_ref();
            let mend = mend.filter(|_| found.places > 0)?;
            self.price(mend, stay(found.row).borrow(), grouper)
        };
        found.iter().map(price).collect()
    }

    /// What mending changes; `None` when the group stays the same or the codes do not allow it.
    fn price(&self, mend: &Mend, stay: &OwnStay, grouper: &mut Grouper<'_>) -> Option<Price> {
        let diagnoses: Vec<&str> = stay.diagnoses.iter().map(CompactString::as_str).collect();
        let procedures: Vec<&str> = stay.procedures.iter().map(CompactString::as_str).collect();
        let (mended_diagnoses, mended_procedures) = mend.apply(&diagnoses, &procedures).ok()?;
        let before = self.scheme.group(&stay.with(&diagnoses, &procedures));
        let after = self
            .scheme
            .group(&stay.with(&mended_diagnoses, &mended_procedures));
        if (before.status, before.drg) == (after.status, after.drg) {
            return None;
        }
        let weight_difference = match (grouper.weight(before.drg), grouper.weight(after.drg)) {
            (Some(before), Some(after)) => Some(after - before),
            _ => None,
        };
        Some(Price {
            drg: after.drg.to_owned(),
            weight_difference,
        })
    }
}

impl OwnStay {
    fn of(page: &FrontPage, translate: bool) -> Self {
        let stay = stay_of(page, translate);
        Self {
            diagnoses: page.diagnoses.iter().map(|one| one.code.clone()).collect(),
            procedures: page.procedures.iter().map(|one| one.code.clone()).collect(),
            department: page.discharge_department.clone(),
            disposition: page.discharge_disposition.clone(),
            rest: Stay {
                diagnoses: &[],
                procedures: &[],
                sex: stay.sex,
                age: stay.age,
                age_days: stay.age_days,
                weight: stay.weight,
                length_of_stay: stay.length_of_stay,
                icu_hours: stay.icu_hours,
                ventilator_hours: stay.ventilator_hours,
                department: "",
                disposition: "",
                translate: stay.translate,
            },
        }
    }

    fn with<'s>(
        &'s self,
        diagnoses: &'s [&'s str],
        procedures: &'s [&'s str],
    ) -> Stay<'s, &'s str, &'s str> {
        Stay {
            diagnoses,
            procedures,
            sex: self.rest.sex,
            age: self.rest.age,
            age_days: self.rest.age_days,
            weight: self.rest.weight,
            length_of_stay: self.rest.length_of_stay,
            icu_hours: self.rest.icu_hours,
            ventilator_hours: self.rest.ventilator_hours,
            department: &self.department,
            disposition: &self.disposition,
            translate: self.rest.translate,
        }
    }
}

use std::fmt;

use biaochi_checks::{Severity, Stage};
use biaochi_domain::Month;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::state::State;

/// The number of a severity in the database, which orders lists: worst first.
pub(super) fn severity_rank(severity: Severity) -> i64 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Suspect => 3,
    }
}

pub(super) fn severity_of(rank: i64) -> Option<Severity> {
    Severity::ALL
        .into_iter()
        .find(|value| severity_rank(*value) == rank)
}

/// What names an item: a check finds a record once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// The hospital.
    pub organisation_code: String,
    /// The record.
    pub record_key: String,
    /// The check.
    pub check_id: String,
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}",
            self.organisation_code, self.record_key, self.check_id
        )
    }
}

/// What mending a fault would change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Price {
    /// Difference of the weight, where both are known.
    pub weight: Option<Decimal>,
    /// Difference of the payment in yuan, where both are known.
    pub payment: Option<Decimal>,
    /// Whether the record would come into another group.
    pub changes_group: bool,
}

impl Price {
    /// Minus the amount in fen and minus the weight in millionths: the most expensive comes first.
    pub(super) fn ranks(price: Option<&Self>) -> (i64, i64) {
        let rank = |value: Option<Decimal>, scale: i64| {
            let value = value.unwrap_or_default().abs();
            let scaled = value.checked_mul(Decimal::from(scale)).map(|v| v.round());
            -scaled
                .and_then(|value| i64::try_from(value).ok())
                .unwrap_or(i64::MAX)
        };
        let price = price.cloned().unwrap_or_default();
        (rank(price.payment, 100), rank(price.weight, 1_000_000))
    }
}

/// What a check says about a record. Names and identity numbers do not belong here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The record.
    pub record_key: String,
    /// The check.
    pub check_id: String,
    /// The department that discharged; empty when unknown, as the next two.
    pub department: String,
    /// The physician in charge.
    pub physician: String,
    /// The coder.
    pub coder: String,
    /// How bad it is.
    pub severity: Severity,
    /// How binding the check is.
    pub stage: Stage,
    /// Ids of the fields that are at fault.
    pub fields: Vec<String>,
    /// What is wrong, in words for the coder; direct identifiers are masked.
    pub message: String,
    /// The last day to mend it.
    pub due: Date,
    /// What mending would change, if that was tried.
    pub price: Option<Price>,
    /// A hash of the values that the check looked at: another hash is another fault.
    pub values_hash: String,
}

/// A fault that somebody has to settle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// The hospital.
    pub organisation_code: String,
    /// The month of discharge.
    pub month: Month,
    /// What the check says, as of the newest check.
    pub finding: Finding,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there.
    pub state_since: Timestamp,
    /// Why it was accepted; empty otherwise.
    pub reason: String,
    /// The hash of the values for which it was accepted. A fault that vanishes and comes back with
    /// them is accepted still.
    pub accepted_values: Option<String>,
    /// Who shall settle it.
    pub assignee: Option<String>,
    /// When it was found, or found again after it had been closed.
    pub opened_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
    /// When it vanished.
    pub closed_at: Option<Timestamp>,
    /// How often it was found: once, and once more each time it came back after it was corrected or
    /// closed.
    pub times_found: u64,
    /// Counts the changes of the item.
    pub revision: u64,
}

impl Item {
    /// What names it.
    pub fn key(&self) -> ItemKey {
        ItemKey {
            organisation_code: self.organisation_code.clone(),
            record_key: self.finding.record_key.clone(),
            check_id: self.finding.check_id.clone(),
        }
    }

    /// An item that was found for the first time.
    pub(super) fn new(
        organisation_code: &str,
        month: Month,
        finding: Finding,
        at: Timestamp,
    ) -> Self {
        Self {
            organisation_code: organisation_code.to_owned(),
            month,
            finding,
            state: State::Open,
            state_since: at,
            reason: String::new(),
            accepted_values: None,
            assignee: None,
            opened_at: at,
            updated_at: at,
            closed_at: None,
            times_found: 1,
            revision: 1,
        }
    }

    /// The state of work that is to be done: assigned while somebody is named.
    pub(super) fn to_do(&self) -> State {
        match self.assignee {
            Some(_) => State::Assigned,
            None => State::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(payment: Option<&str>, weight: Option<&str>, expected: (i64, i64)) {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        let price = Price {
            payment: payment.map(decimal),
            weight: weight.map(decimal),
            changes_group: false,
        };
        assert_eq!(Price::ranks(Some(&price)), expected);
    }

    #[test]
    fn the_most_expensive_has_the_lowest_rank() {
        check(None, None, (0, 0));
        check(Some("1234.56"), Some("0.1234"), (-123_456, -123_400));
        check(Some("-1234.56"), Some("-0.5"), (-123_456, -500_000));
        check(Some("79228162514264337593543950335"), None, (-i64::MAX, 0));
        assert_eq!(Price::ranks(None), (0, 0));
    }
}

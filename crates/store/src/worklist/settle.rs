//! What a new check does to an item: the decision alone, without a database.

use biaochi_domain::Month;
use jiff::Timestamp;

use super::history::ActionKind;
use super::item::{Finding, Item};
use super::state::State;

/// The check that is being taken in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    /// The month of the records.
    pub(super) month: Month,
    /// When the records were read.
    pub(super) as_of: Timestamp,
    /// When its findings are taken in.
    pub(super) at: Timestamp,
}

/// What becomes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Settled {
    /// It stays as it is.
    Same,
    /// What is known about it changes, but not where it stands.
    Refreshed(Item),
    /// It goes to another state.
    Moved(Item, ActionKind),
}

/// What becomes of an item when a check finds it, or finds it no longer.
pub(super) fn settle(item: &Item, finding: Option<&Finding>, round: Round) -> Settled {
    match finding {
        Some(finding) => found(item, finding, round),
        None => vanished(item, round),
    }
}

fn found(item: &Item, finding: &Finding, round: Round) -> Settled {
    let mut next = item.clone();
    next.finding = finding.clone();
    next.month = round.month;
    let still_accepted = item.accepted_values.as_ref() == Some(&finding.values_hash);
    let action = match item.state {
        // The check has not seen the correction yet, so that it says nothing about it.
        State::Corrected if item.state_since > round.as_of => return Settled::Same,
        State::Corrected => {
            next.times_found += 1;
            next.state = item.to_do();
            ActionKind::FoundAgain
        }
        State::Accepted if !still_accepted => {
            reopen(&mut next, round);
            ActionKind::ContentChanged
        }
        State::Closed if still_accepted => {
            next.state = State::Accepted;
            next.closed_at = None;
            ActionKind::AcceptedAgain
        }
        State::Closed => {
            next.times_found += 1;
            reopen(&mut next, round);
            ActionKind::Reopened
        }
        State::Open | State::Assigned | State::Accepted => {
            if next == *item {
                return Settled::Same;
            }
            return Settled::Refreshed(touched(next, round));
        }
    };
    next.state_since = round.at;
    Settled::Moved(touched(next, round), action)
}

fn vanished(item: &Item, round: Round) -> Settled {
    if item.state == State::Closed {
        return Settled::Same;
    }
    let mut next = item.clone();
    next.state = State::Closed;
    next.state_since = round.at;
    next.closed_at = Some(round.at);
    Settled::Moved(touched(next, round), ActionKind::ClosedByRecheck)
}

/// A new piece of work: an earlier acceptance was for other content.
fn reopen(next: &mut Item, round: Round) {
    next.state = next.to_do();
    next.opened_at = round.at;
    next.closed_at = None;
    next.reason = String::new();
    next.accepted_values = None;
}

fn touched(mut next: Item, round: Round) -> Item {
    next.updated_at = round.at;
    next.revision += 1;
    next
}

#[cfg(test)]
mod tests {
    use biaochi_checks::{Severity, Stage};
    use jiff::civil::date;

    use super::*;

    const READ: i64 = 100;
    const NOW: i64 = 110;

    fn time(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn finding(hash: &str) -> Finding {
        Finding {
            record_key: "r".into(),
            check_id: "c".into(),
            department: String::new(),
            physician: String::new(),
            coder: String::new(),
            severity: Severity::Error,
            stage: Stage::Advisory,
            fields: Vec::new(),
            message: String::new(),
            due: date(2024, 3, 8),
            price: None,
            values_hash: hash.into(),
        }
    }

    fn item(state: State, since: i64, accepted: Option<&str>, assignee: Option<&str>) -> Item {
        let month = Month::new(2024, 3).unwrap();
        let mut item = Item::new("o", month, finding("a"), time(1));
        item.state = state;
        item.state_since = time(since);
        item.accepted_values = accepted.map(str::to_owned);
        item.assignee = assignee.map(str::to_owned);
        if state == State::Closed {
            item.closed_at = Some(time(since));
        }
        item
    }

    /// What becomes of the item: state, action, times found, when it was opened.
    #[track_caller]
    fn check(
        item: &Item,
        hash: Option<&str>,
        expected: Option<(State, Option<ActionKind>, u64, i64)>,
    ) {
        let round = Round {
            month: item.month,
            as_of: time(READ),
            at: time(NOW),
        };
        let told = |next: &Item, action| {
            assert_eq!(next.revision, item.revision + 1);
            assert_eq!(next.closed_at.is_some(), next.state == State::Closed);
            Some((
                next.state,
                action,
                next.times_found,
                next.opened_at.as_second(),
            ))
        };
        let found = match settle(item, hash.map(finding).as_ref(), round) {
            Settled::Same => None,
            Settled::Refreshed(next) => told(&next, None),
            Settled::Moved(next, action) => told(&next, Some(action)),
        };
        assert_eq!(found, expected, "{item:?} {hash:?}");
    }

    #[test]
    fn what_a_new_check_does() {
        use ActionKind::{AcceptedAgain, ClosedByRecheck, ContentChanged, FoundAgain, Reopened};
        use State::{Accepted, Assigned, Closed, Corrected, Open};
        let yes = Some("coder");
        // Work that is to be done stays, with what is newly known.
        check(&item(Open, 1, None, None), Some("a"), None);
        check(&item(Assigned, 1, None, yes), Some("a"), None);
        let refreshed = Some((Open, None, 1, 1));
        check(&item(Open, 1, None, None), Some("b"), refreshed);
        // A correction that was not enough comes back to whom it was assigned, and counts.
        let again = |state| Some((state, Some(FoundAgain), 2, 1));
        check(&item(Corrected, 99, None, None), Some("a"), again(Open));
        check(&item(Corrected, 99, None, yes), Some("b"), again(Assigned));
        // Records that were read before the correction say nothing about it.
        check(&item(Corrected, 101, None, yes), Some("a"), None);
        // What was accepted stays so while the content is the same.
        check(&item(Accepted, 5, Some("a"), None), Some("a"), None);
        let changed = Some((Open, Some(ContentChanged), 1, NOW));
        check(&item(Accepted, 5, Some("a"), None), Some("b"), changed);
        // What was closed comes back and counts, unless it had been accepted.
        let back = |state| Some((state, Some(Reopened), 2, NOW));
        check(&item(Closed, 5, None, None), Some("a"), back(Open));
        check(&item(Closed, 5, None, yes), Some("a"), back(Assigned));
        check(&item(Closed, 5, Some("x"), None), Some("a"), back(Open));
        let accepted = Some((Accepted, Some(AcceptedAgain), 1, 1));
        check(&item(Closed, 5, Some("a"), None), Some("a"), accepted);
        // What is not found any more is closed, once.
        let closed = Some((Closed, Some(ClosedByRecheck), 1, 1));
        for state in [Open, Assigned, Corrected, Accepted] {
            check(&item(state, 101, Some("a"), yes), None, closed);
        }
        check(&item(Closed, 5, None, None), None, None);
    }
}

use jiff::civil::Date;

use crate::status::{Reason, Standing, Status};
use crate::target::Target;

/// That a milestone was attained, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attained {
    /// The day.
    pub on: Date,
}

/// Judges a target that is done or not, as of a day. One whose document leaves open what is meant cannot be
/// attained before that is decided.
pub fn milestone_standing(target: &Target, attained: Option<Attained>, today: Date) -> Standing {
    let due = target.due.on(today);
    let (status, reason) = match (target.question(), attained, due) {
        (Some(question), _, _) => (Status::NeedsDecision, Reason::Open(question)),
        // What recurs has to be attained in the period that is due.
        (None, Some(Attained { on }), _) if is_old(target, on, today) => match due {
            Some(due) if due < today => (Status::Overdue, Reason::DuePassed),
            _ => (Status::Pending, Reason::Awaited),
        },
        (None, Some(Attained { on }), Some(due)) if on > due => {
            (Status::Done, Reason::AttainedLate(on))
        }
        (None, Some(Attained { on }), _) => (Status::Done, Reason::Attained(on)),
        (None, None, Some(due)) if due < today => (Status::Overdue, Reason::DuePassed),
        (None, None, Some(_)) => (Status::Pending, Reason::Awaited),
        (None, None, None) => (Status::NoDate, Reason::NoDueDate),
    };
    Standing::bare(status, reason, due)
}

/// Whether it was attained in an earlier period than the one that is due.
fn is_old(target: &Target, on: Date, today: Date) -> bool {
    let period = |day| target.due.every?.period(crate::due::month_of(day)?);
    match (period(on), period(today)) {
        (Some(then), Some(now)) => then < now,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::due::{Due, Every};
    use crate::target::tests::target;
    use crate::target::{Binding, Comparator};

    #[track_caller]
    fn check(due: Due, on: Option<Date>, expected: (Status, Reason)) {
        let mut milestone = target(Comparator::State, "建成");
        milestone.binding = Binding::Milestone("验收文件".to_owned());
        milestone.due = due;
        let found = milestone_standing(&milestone, on.map(|on| Attained { on }), date(2024, 6, 1));
        assert_eq!((found.status, found.reason), expected);
    }

    #[test]
    fn milestones_are_done_pending_overdue_or_without_a_date() {
        let due = |day| Due {
            date: Some(day),
            ..Due::default()
        };
        let (before, after) = (date(2023, 12, 31), date(2025, 12, 31));
        let done = date(2024, 3, 1);
        check(due(after), None, (Status::Pending, Reason::Awaited));
        check(due(before), None, (Status::Overdue, Reason::DuePassed));
        check(Due::default(), None, (Status::NoDate, Reason::NoDueDate));
        check(
            due(after),
            Some(done),
            (Status::Done, Reason::Attained(done)),
        );
        check(
            due(before),
            Some(done),
            (Status::Done, Reason::AttainedLate(done)),
        );
        let yearly = || Due {
            every: Some(Every::Year),
            ..Due::default()
        };
        check(yearly(), Some(done), (Status::Done, Reason::Attained(done)));
        let old = Some(date(2023, 3, 1));
        check(yearly(), old, (Status::Pending, Reason::Awaited));
    }
}

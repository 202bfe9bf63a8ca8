//! Values of short periods within a longer one.

use biaochi_domain::Period;
use rust_decimal::Decimal;

use crate::measure::OverTime;

/// What one organisation's rows of one period add to a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// The period of the rows.
    pub period: Period,
    /// Their sum.
    pub sum: Decimal,
}

/// What the observations of one organisation within a period come to; `None` when there is none.
///
/// Those that reach beyond the period do not count: a yearly report says nothing about a quarter.
pub fn over_time(observations: &[Observation], period: Period, how: OverTime) -> Option<Decimal> {
    let within = || {
        observations
            .iter()
            .filter(|one| period.contains(one.period))
    };
    let total = |counts: &dyn Fn(&Observation) -> bool| -> Option<Decimal> {
        let mut counted = within().filter(|one| counts(one));
        counted.try_fold(Decimal::ZERO, |total, one| total.checked_add(one.sum))
    };
    let last = within().map(|one| (one.period.last(), one.period)).max()?.1;
    match how {
        OverTime::Sum => total(&|_| true),
        OverTime::Latest => total(&|one| one.period == last),
        OverTime::Average => {
            let mut periods: Vec<Period> = within().map(|one| one.period).collect();
            periods.sort_unstable();
            periods.dedup();
            total(&|_| true)?.checked_div(Decimal::from(periods.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(observations: &[(&str, i64)], period: &str, expected: [Option<&str>; 3]) {
        let observations: Vec<_> = observations
            .iter()
            .map(|(period, sum)| Observation {
                period: period.parse().expect("a period"),
                sum: Decimal::from(*sum),
            })
            .collect();
        let found = OverTime::ALL.map(|how| {
            let value = over_time(&observations, period.parse().expect("a period"), how);
            value.map(|value| value.normalize().to_string())
        });
        assert_eq!(
            found,
            expected.map(|value| value.map(str::to_owned)),
            "{period}"
        );
    }

    #[test]
    fn flows_add_up_and_stocks_do_not() {
        let months = [
            ("2024-01", 10),
            ("2024-02", 20),
            ("2024-03", 60),
            ("2024-04", 7),
        ];
        check(&months, "2024Q1", [Some("90"), Some("60"), Some("30")]);
        check(&months, "2024-04", [Some("7"), Some("7"), Some("7")]);
        check(&months, "2025", [None, None, None]);
    }

    #[test]
    fn a_yearly_value_says_nothing_about_a_quarter() {
        check(&[("2024", 10)], "2024Q4", [None, None, None]);
        check(&[("2024", 10)], "2024", [Some("10"); 3]);
    }

    #[test]
    fn rows_of_one_period_stand_together() {
        let rows = [
            ("2024-01", 1),
            ("2024-01", 2),
            ("2024-02", 5),
            ("2024-02", 6),
        ];
        check(&rows, "2024Q1", [Some("14"), Some("11"), Some("7")]);
    }
}

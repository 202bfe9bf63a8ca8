//! How the months of a report stand in it.

use biaochi_domain::{Month, Period};
use serde::{Serialize as _, Serializer};

/// Whether a month such as `2024-03` lies in a period.
pub(super) fn holds(period: Period, month: &str) -> bool {
    month
        .parse::<Month>()
        .is_ok_and(|month| period.contains(month))
}

/// The first and the last month.
pub(super) fn ends<S: Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    (period.first().to_string(), period.last().to_string()).serialize(serializer)
}

/// The same of a period that may not be there.
pub(super) fn ends_of_any<S: Serializer>(
    period: &Option<Period>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let ends = period.map(|period| (period.first().to_string(), period.last().to_string()));
    ends.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_holds_its_ends() {
        let period: Period = "2024-02..2024-04".parse().expect("a period");
        let held =
            ["2024-01", "2024-02", "2024-04", "2024-05", "x"].map(|month| holds(period, month));
        assert_eq!(held, [false, true, true, false, false]);
    }
}

use std::fmt;
use std::str::FromStr;

use crate::Month;

/// A span of whole calendar months: what an indicator, a target or an assessment speaks about.
///
/// Written as people write it: `2024-03`, `2024Q1`, `2024H1`, `2024`, twelve months up to and with one
/// as `2024-03R12`, and any span, such as the years of a plan, as `2021-01..2025-12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: Month,
    last: Month,
}

/// A text that is not a period such as `2024-03`, `2024Q1` or `2024`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a period such as 2024-03, 2024Q1, 2024H1, 2024, 2024-03R12 or 2021-01..2025-12"
)]
pub struct ParsePeriodError(String);

impl Period {
    /// From a month to a month, both in it; `None` when they stand the wrong way round.
    pub fn between(first: Month, last: Month) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// A quarter of a year, 1 to 4.
    pub fn quarter(year: i16, quarter: u8) -> Option<Self> {
        let last = quarter
            .checked_mul(3)
            .filter(|month| (3..=12).contains(month))?;
        Self::between(Month::new(year, last - 2)?, Month::new(year, last)?)
    }

    /// A half of a year, 1 or 2.
    pub fn half(year: i16, half: u8) -> Option<Self> {
        let last = half
            .checked_mul(6)
            .filter(|month| (6..=12).contains(month))?;
        Self::between(Month::new(year, last - 5)?, Month::new(year, last)?)
    }

    /// A calendar year.
    pub fn year(year: i16) -> Option<Self> {
        Self::between(Month::new(year, 1)?, Month::new(year, 12)?)
    }

    /// The twelve months that end with this one (滚动十二个月).
    pub fn rolling_year(last: Month) -> Option<Self> {
        Self::between(shifted(last, -11)?, last)
    }

    /// Its first month.
    pub fn first(self) -> Month {
        self.first
    }

    /// Its last month.
    pub fn last(self) -> Month {
        self.last
    }

    /// How many months it has; at least one.
    pub fn length(self) -> u16 {
        u16::try_from(index(self.last) - index(self.first) + 1).unwrap_or(u16::MAX)
    }

    /// Its months, in order.
    pub fn months(self) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self.first), |month| Some(month.next()))
            .take(usize::from(self.length()))
    }

    /// Whether all months of the other one are in it.
    pub fn contains(self, other: impl Into<Self>) -> bool {
        let other = other.into();
        self.first <= other.first && other.last <= self.last
    }

    /// The period of the same length just before this one (环比).
    pub fn previous(self) -> Option<Self> {
        self.shifted(-i32::from(self.length()))
    }

    /// The same months a year before (同比).
    pub fn year_before(self) -> Option<Self> {
        self.shifted(-12)
    }

    fn shifted(self, months: i32) -> Option<Self> {
        Self::between(shifted(self.first, months)?, shifted(self.last, months)?)
    }
}

impl From<Month> for Period {
    fn from(month: Month) -> Self {
        Self {
            first: month,
            last: month,
        }
    }
}

/// Months since the year 0.
fn index(month: Month) -> i32 {
    i32::from(month.year()) * 12 + i32::from(month.month()) - 1
}

fn shifted(month: Month, months: i32) -> Option<Month> {
    let index = index(month) + months;
    let year = i16::try_from(index.div_euclid(12)).ok()?;
    Month::new(year, u8::try_from(index.rem_euclid(12) + 1).ok()?)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first, self.last);
        let (start, length) = (first.month() - 1, self.length());
        match length {
            1 => write!(f, "{first}"),
            3 if start % 3 == 0 => write!(f, "{:04}Q{}", first.year(), start / 3 + 1),
            6 if start % 6 == 0 => write!(f, "{:04}H{}", first.year(), start / 6 + 1),
            12 if start == 0 => write!(f, "{:04}", first.year()),
            12 => write!(f, "{last}R12"),
            _ => write!(f, "{first}..{last}"),
        }
    }
}

impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let year = |text: &str| (text.len() == 4).then(|| text.parse().ok()).flatten();
        let parse = || {
            if let Some((first, last)) = text.split_once("..") {
                return Self::between(first.parse().ok()?, last.parse().ok()?);
            }
            if let Some(last) = text.strip_suffix("R12") {
                return Self::rolling_year(last.parse().ok()?);
            }
            if let Some((of, quarter)) = text.split_once('Q') {
                return Self::quarter(year(of)?, quarter.parse().ok()?);
            }
            if let Some((of, half)) = text.split_once('H') {
                return Self::half(year(of)?, half.parse().ok()?);
            }
            match year(text) {
                Some(year) => Self::year(year),
                None => Some(text.parse::<Month>().ok()?.into()),
            }
        };
        parse().ok_or_else(|| ParsePeriodError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[track_caller]
    fn check(text: &str, months: Option<(&str, &str)>) {
        let parsed = text.parse::<Period>().ok();
        let found = parsed.map(|period| (period.first().to_string(), period.last().to_string()));
        let found = found.as_ref().map(|(first, last)| (&**first, &**last));
        assert_eq!(found, months, "{text}");
        if let Some(period) = parsed {
            assert_eq!(period.to_string(), text);
        }
    }

    #[test]
    fn parses_and_prints() {
        check("2024-03", Some(("2024-03", "2024-03")));
        check("2024Q1", Some(("2024-01", "2024-03")));
        check("2024Q4", Some(("2024-10", "2024-12")));
        check("2024H2", Some(("2024-07", "2024-12")));
        check("2024", Some(("2024-01", "2024-12")));
        check("2024-03R12", Some(("2023-04", "2024-03")));
        check("2021-01..2025-12", Some(("2021-01", "2025-12")));
        check("2024-02..2024-04", Some(("2024-02", "2024-04")));
        for wrong in [
            "",
            "24",
            "2024Q0",
            "2024Q5",
            "2024H3",
            "2024-13",
            "2024-02..2024-01",
            "2024Q86",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn moves_back() {
        let moved = |text: &str| {
            let period = period(text);
            [period.previous(), period.year_before()].map(|moved| moved.map(|p| p.to_string()))
        };
        let some = |before: &str, year: &str| [Some(before.to_owned()), Some(year.to_owned())];
        assert_eq!(moved("2024-01"), some("2023-12", "2023-01"));
        assert_eq!(moved("2024Q1"), some("2023Q4", "2023Q1"));
        assert_eq!(moved("2024H1"), some("2023H2", "2023H1"));
        assert_eq!(moved("2024"), some("2023", "2023"));
        assert_eq!(moved("2024-03R12"), some("2023-03R12", "2023-03R12"));
        assert_eq!(moved("0001"), [None, None]);
    }

    #[test]
    fn knows_its_months() {
        let months: Vec<_> = period("2024Q4")
            .months()
            .map(|month| month.to_string())
            .collect();
        assert_eq!(months, ["2024-10", "2024-11", "2024-12"]);
        assert!(period("2024").contains(period("2024Q4")));
        assert!(!period("2024Q4").contains(period("2024")));
    }
}

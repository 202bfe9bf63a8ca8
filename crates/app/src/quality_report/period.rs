//! The months of a report.

use std::fmt;

use biaochi_domain::{Language, Localized, Month};
use serde::{Serialize, Serializer};

/// Months from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Month,
    to: Month,
}

impl Period {
    /// The months between; `None` when the last lies before the first.
    pub fn new(from: Month, to: Month) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// First month.
    pub fn from(self) -> Month {
        self.from
    }

    /// Last month.
    pub fn to(self) -> Month {
        self.to
    }

    /// Every month of it, in order.
    pub fn months(self) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self.from), |month| Some(month.next()))
            .take_while(move |month| *month <= self.to)
    }

    /// As many months just before it.
    pub fn before(self) -> Option<Self> {
        let mut from = self.from;
        for _ in self.months() {
            from = from.previous()?;
        }
        Self::new(from, self.from.previous()?)
    }

    /// Whether a month such as `2024-03` lies in it.
    pub(super) fn holds(self, month: &str) -> bool {
        let month = month.parse::<Month>();
        month.is_ok_and(|month| (self.from..=self.to).contains(&month))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            return self.from.fmt(f);
        }
        write!(f, "{}/{}", self.from, self.to)
    }
}

impl Localized for Period {
    fn text(&self, language: Language) -> String {
        let Self { from, to } = self;
        let named = |month: &Month| format!("{}年{}月", month.year(), month.month());
        match language {
            Language::Zh if from == to => named(from),
            Language::Zh if from.year() == to.year() => {
                format!("{}—{}月", named(from).trim_end_matches('月'), to.month())
            }
            Language::Zh => format!("{}—{}", named(from), named(to)),
            Language::En if from == to => from.to_string(),
            Language::En => format!("{from} to {to}"),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.from.to_string(), self.to.to_string()).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Option<Period> {
        Period::new(from.parse().expect("a month"), to.parse().expect("a month"))
    }

    #[track_caller]
    fn check(from: &str, to: &str, zh: &str, before: &str) {
        let period = period(from, to).expect("in order");
        assert_eq!(period.text(Language::Zh), zh);
        let earlier = period.before().expect("not the first of all");
        assert_eq!(earlier.to_string(), before);
        assert_eq!(earlier.months().count(), period.months().count());
    }

    #[test]
    fn a_period_is_compared_with_as_many_months_before() {
        check("2024-03", "2024-03", "2024年3月", "2024-02");
        check("2024-01", "2024-12", "2024年1—12月", "2023-01/2023-12");
        check(
            "2023-11",
            "2024-01",
            "2023年11月—2024年1月",
            "2023-08/2023-10",
        );
        assert_eq!(period("2024-02", "2024-01"), None);
        assert_eq!(period("0001-01", "0001-01").and_then(Period::before), None);
    }

    #[test]
    fn a_period_holds_its_ends() {
        let period = period("2024-02", "2024-04").expect("in order");
        let held =
            ["2024-01", "2024-02", "2024-04", "2024-05", "x"].map(|month| period.holds(month));
        assert_eq!(held, [false, true, true, false, false]);
    }
}

use biaochi_domain::{Language, Localized, Month, Period};
use jiff::civil::{Date, date};

/// How often a target has to be met, or a task done, again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Every {
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each half of a year.
    Half,
    /// Each year.
    Year,
}

impl Every {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Month, Self::Quarter, Self::Half, Self::Year];

    /// The word in a pack.
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Year => "year",
        }
    }

    /// Its length in months.
    pub fn months(self) -> u8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Year => 12,
        }
    }

    /// The period that a month lies in.
    pub fn period(self, month: Month) -> Option<Period> {
        let length = self.months();
        let first = (month.month() - 1) / length * length + 1;
        Period::between(
            Month::new(month.year(), first)?,
            Month::new(month.year(), first + length - 1)?,
        )
    }
}

impl Localized for Every {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Month => ("每月", "every month"),
            Self::Quarter => ("每季度", "every quarter"),
            Self::Half => ("每半年", "every half-year"),
            Self::Year => ("每年", "every year"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// Until when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// As the document writes it: `十四五`, `5年内`, `每年`; empty when it names no date.
    pub text: String,
    /// The last day; none where the document names none or leaves it open.
    pub date: Option<Date>,
    /// Again and again; the last day is then that of each period.
    pub every: Option<Every>,
}

impl Due {
    /// The last day that counts as seen from a day: of what recurs, that of the period the day lies in.
    pub fn on(&self, day: Date) -> Option<Date> {
        match self.every {
            None => self.date,
            Some(every) => {
                let period = every.period(month_of(day)?)?;
                let last = last_day(period.last());
                Some(self.date.map_or(last, |end| end.min(last)))
            }
        }
    }
}

/// The month of a day.
pub(crate) fn month_of(day: Date) -> Option<Month> {
    Month::new(day.year(), u8::try_from(day.month()).ok()?)
}

/// The last day of a month.
pub(crate) fn last_day(month: Month) -> Date {
    let month = i8::try_from(month.month()).map(|number| date(month.year(), number, 1));
    month.map_or(Date::MAX, Date::last_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(every: Option<Every>, end: Option<Date>, day: Date, expected: Option<Date>) {
        let due = Due {
            text: String::new(),
            date: end,
            every,
        };
        assert_eq!(due.on(day), expected);
    }

    #[test]
    fn what_recurs_is_due_at_the_end_of_each_period() {
        let end = date(2025, 12, 31);
        let day = date(2024, 5, 17);
        check(None, Some(end), day, Some(end));
        check(None, None, day, None);
        check(Some(Every::Year), None, day, Some(date(2024, 12, 31)));
        check(Some(Every::Half), None, day, Some(date(2024, 6, 30)));
        check(Some(Every::Quarter), None, day, Some(date(2024, 6, 30)));
        check(
            Some(Every::Month),
            None,
            date(2024, 2, 1),
            Some(date(2024, 2, 29)),
        );
        check(
            Some(Every::Year),
            Some(date(2024, 9, 30)),
            day,
            Some(date(2024, 9, 30)),
        );
    }
}

//! Which periods are asked for, when they are due, and who is late.

use biaochi_domain::{Language, Localized, Month, Period, coded, days_in_words};
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use crate::definition::DataSet;

coded! {
    /// How often a data set is filled in.
    pub enum Frequency {
        /// Every month.
        Month = "month", "月报", "monthly";
        /// Every quarter.
        Quarter = "quarter", "季报", "quarterly";
        /// Every half of a year.
        Half = "half", "半年报", "half-yearly";
        /// Every year.
        Year = "year", "年报", "yearly";
    }
}

impl Frequency {
    /// Months of a period.
    pub fn months(self) -> u8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Year => 12,
        }
    }

    /// The period that a month is in.
    pub fn period_of(self, month: Month) -> Period {
        let (year, part) = (month.year(), (month.month() - 1) / self.months() + 1);
        let period = match self {
            Self::Month => Some(month.into()),
            Self::Quarter => Period::quarter(year, part),
            Self::Half => Period::half(year, part),
            Self::Year => Period::year(year),
        };
        period.unwrap_or_else(|| month.into())
    }

    /// Whether a period is one of these.
    pub fn has(self, period: Period) -> bool {
        self.period_of(period.first()) == period
    }

    /// The periods that end within some months, in order.
    pub fn periods(self, first: Month, last: Month) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut period = self.period_of(first);
        while period.last() <= last {
            periods.push(period);
            period = self.period_of(period.last().next());
        }
        periods
    }

    /// How a period of this kind is written.
    pub fn example(self) -> &'static str {
        match self {
            Self::Month => "2024-03",
            Self::Quarter => "2024Q1",
            Self::Half => "2024H1",
            Self::Year => "2024",
        }
    }
}

/// A period that is not one of the data set's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongPeriod {
    /// What is written.
    pub written: String,
    /// How often the data set is filled in.
    pub frequency: Frequency,
}

impl Localized for WrongPeriod {
    fn text(&self, language: Language) -> String {
        let Self { written, frequency } = self;
        let example = frequency.example();
        match language {
            Language::Zh => format!(
                "“{written}”不是{}的期间，请写作 {example}",
                frequency.text(language)
            ),
            Language::En => format!(
                "{written:?} is no {}; write it as {example}",
                frequency.text(language)
            ),
        }
    }
}

/// Where a submission stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timeliness {
    /// The period is not over.
    Running,
    /// It can be filled in; so many days are left.
    Open {
        /// Days to the due day; 0 on it.
        days: i32,
    },
    /// It was submitted in time.
    InTime,
    /// It was submitted so many days late.
    SubmittedLate {
        /// Days after the due day.
        days: i32,
    },
    /// It is not submitted and so many days late.
    Overdue {
        /// Days after the due day.
        days: i32,
    },
}

impl Timeliness {
    /// Whether somebody must be reminded.
    pub fn is_overdue(self) -> bool {
        matches!(self, Self::Overdue { .. })
    }
}

impl Localized for Timeliness {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Running, Language::Zh) => "期间未结束".to_owned(),
            (Self::Running, Language::En) => "not over yet".to_owned(),
            (Self::Open { days: 0 }, Language::Zh) => "今天截止".to_owned(),
            (Self::Open { days }, Language::Zh) => format!("还有 {days} 天"),
            (Self::Open { days }, Language::En) => format!("{days} days left"),
            (Self::InTime, Language::Zh) => "按时".to_owned(),
            (Self::InTime, Language::En) => "in time".to_owned(),
            (Self::SubmittedLate { days }, Language::Zh) => {
                format!("迟报 {}", days_in_words(days.unsigned_abs(), language))
            }
            (Self::SubmittedLate { days }, Language::En) => {
                format!("{} late", days_in_words(days.unsigned_abs(), language))
            }
            (Self::Overdue { days }, Language::Zh) => {
                format!("逾期 {}未报", days_in_words(days.unsigned_abs(), language))
            }
            (Self::Overdue { days }, Language::En) => {
                format!(
                    "overdue by {}",
                    days_in_words(days.unsigned_abs(), language)
                )
            }
        }
    }
}

impl DataSet {
    /// Reads a period of the data set.
    pub fn period(&self, text: &str) -> Result<Period, WrongPeriod> {
        let text = text.trim();
        let wrong = || WrongPeriod {
            written: text.to_owned(),
            frequency: self.frequency,
        };
        let period: Period = text.parse().map_err(|_| wrong())?;
        if self.frequency.has(period) {
            Ok(period)
        } else {
            Err(wrong())
        }
    }

    /// Whether a period is asked for at all.
    pub fn asks_for(&self, period: Period) -> bool {
        self.frequency.has(period)
            && self.valid_from.is_none_or(|from| last_day(period) >= from)
            && self.valid_to.is_none_or(|to| first_day(period) <= to)
    }

    /// The day by which a period must be submitted.
    pub fn due(&self, period: Period) -> Date {
        plus(last_day(period), i64::from(self.due_day).days())
    }

    /// Where a period stands on a day, given the day on which it was submitted.
    pub fn timeliness(&self, period: Period, submitted: Option<Date>, today: Date) -> Timeliness {
        let due = self.due(period);
        match submitted {
            Some(day) if day <= due => Timeliness::InTime,
            Some(day) => Timeliness::SubmittedLate {
                days: days_between(due, day),
            },
            None if today <= last_day(period) => Timeliness::Running,
            None if today <= due => Timeliness::Open {
                days: days_between(today, due),
            },
            None => Timeliness::Overdue {
                days: days_between(due, today),
            },
        }
    }
}

/// The first day of a period.
pub fn first_day(period: Period) -> Date {
    period.first_day()
}

/// The last day of a period.
pub fn last_day(period: Period) -> Date {
    period.last_day()
}

/// Days of a period.
pub fn days(period: Period) -> i32 {
    period.day_count()
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The end of all days, where there is no later one.
fn plus(day: Date, span: Span) -> Date {
    day.checked_add(span).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::test_set;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn periods_of_a_span_are_those_that_end_in_it() {
        let periods = |frequency: Frequency, first, last| {
            let periods = frequency.periods(month(first), month(last));
            let texts: Vec<String> = periods.iter().map(ToString::to_string).collect();
            texts.join(" ")
        };
        assert_eq!(
            periods(Frequency::Month, "2023-12", "2024-02"),
            "2023-12 2024-01 2024-02"
        );
        assert_eq!(
            periods(Frequency::Quarter, "2024-02", "2024-08"),
            "2024Q1 2024Q2"
        );
        assert_eq!(
            periods(Frequency::Half, "2024-01", "2024-12"),
            "2024H1 2024H2"
        );
        assert_eq!(periods(Frequency::Year, "2023-05", "2024-11"), "2023");
        assert_eq!(periods(Frequency::Year, "2023-05", "2023-11"), "");
    }

    #[test]
    fn only_periods_of_the_frequency_are_read() {
        let set = test_set::finance();
        assert_eq!(
            set.period(" 2024-03 ").expect("a month").to_string(),
            "2024-03"
        );
        for wrong in ["2024Q1", "2024", "三月", "2024-13"] {
            let problem = set.period(wrong).expect_err(wrong);
            assert!(
                problem.text(Language::Zh).contains("2024-03"),
                "{problem:?}"
            );
        }
    }

    #[track_caller]
    fn check(submitted: Option<Date>, today: Date, expected: Timeliness) {
        let set = test_set::finance();
        let period = set.period("2024-02").expect("a month");
        assert_eq!(set.due(period), date(2024, 3, 15));
        assert_eq!(set.timeliness(period, submitted, today), expected);
    }

    #[test]
    fn late_is_after_the_due_day() {
        check(None, date(2024, 2, 29), Timeliness::Running);
        check(None, date(2024, 3, 1), Timeliness::Open { days: 14 });
        check(None, date(2024, 3, 15), Timeliness::Open { days: 0 });
        check(None, date(2024, 3, 16), Timeliness::Overdue { days: 1 });
        check(None, date(2024, 5, 15), Timeliness::Overdue { days: 61 });
        check(
            Some(date(2024, 3, 15)),
            date(2024, 9, 1),
            Timeliness::InTime,
        );
        let late = Timeliness::SubmittedLate { days: 3 };
        check(Some(date(2024, 3, 18)), date(2024, 9, 1), late);
    }

    #[test]
    fn a_data_set_asks_within_its_validity() {
        let mut set = test_set::finance();
        set.valid_from = Some(date(2024, 1, 15));
        set.valid_to = Some(date(2024, 3, 31));
        let asks = |text: &str| set.asks_for(text.parse().expect("a period"));
        assert_eq!(
            ["2023-12", "2024-01", "2024-03", "2024-04", "2024Q1"].map(asks),
            [false, true, true, false, false]
        );
        assert_eq!(days("2024Q1".parse().expect("a period")), 91);
    }
}

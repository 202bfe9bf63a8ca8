use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::{Language, Localized, Month};

/// A span of calendar months or days: what an indicator, a target or an assessment speaks about.
///
/// Written as people write it: `2024-03`, `2024Q1`, `2024H1`, `2024`, twelve months up to and with one
/// as `2024-03R12`, any span, such as the years of a plan, as `2021-01..2025-12`, a day as `2024-03-15`
/// and days as `2024-03-15..2024-04-20`. Days that make up whole months are these months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: Month,
    last: Month,
    /// The first day in the first month and the last day in the last one, unless the months are whole.
    days: Option<(i8, i8)>,
}

/// A text that is not a period such as `2024-03`, `2024Q1` or `2024`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a period such as 2024-03, 2024Q1, 2024H1, 2024, 2024-03R12, 2021-01..2025-12, \
     2024-03-15 or 2024-03-15..2024-04-20"
)]
pub struct ParsePeriodError(String);

impl Localized for ParsePeriodError {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => format!(
                "“{}”不是时期，应写作 2024-03、2024Q1、2024H1、2024、2024-03R12（滚动 12 个月）、\
                 2021-01..2025-12、2024-03-15（一天）或 2024-03-15..2024-04-20",
                self.0
            ),
            Language::En => self.to_string(),
        }
    }
}

impl Period {
    /// From a month to a month, both in it; `None` when they stand the wrong way round.
    pub fn between(first: Month, last: Month) -> Option<Self> {
        (first <= last).then_some(Self {
            first,
            last,
            days: None,
        })
    }

    /// From a day to a day, both in it; `None` when they stand the wrong way round or before the year 1.
    pub fn between_days(first: Date, last: Date) -> Option<Self> {
        if last < first {
            return None;
        }
        let months = Self::between(month_of(first)?, month_of(last)?)?;
        let is_whole = first.day() == 1 && last == last.last_of_month();
        Some(Self {
            days: (!is_whole).then_some((first.day(), last.day())),
            ..months
        })
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

    /// Its first month, of which it may have a part only.
    pub fn first(self) -> Month {
        self.first
    }

    /// Its last month, of which it may have a part only.
    pub fn last(self) -> Month {
        self.last
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        day_of(self.first, self.days.map_or(1, |(first, _)| first))
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        match self.days {
            Some((_, last)) => day_of(self.last, last),
            None => day_of(self.last, 1).last_of_month(),
        }
    }

    /// How many days it has; at least one.
    pub fn day_count(self) -> i32 {
        (self.last_day() - self.first_day()).get_days() + 1
    }

    /// How many months it has or has a part of; at least one.
    pub fn length(self) -> u16 {
        u16::try_from(index(self.last) - index(self.first) + 1).unwrap_or(u16::MAX)
    }

    /// The months that it has or has a part of, in order.
    pub fn months(self) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self.first), |month| Some(month.next()))
            .take(usize::from(self.length()))
    }

    /// The months that it has or has a part of, whole.
    #[must_use]
    pub fn rounded_out(self) -> Self {
        Self { days: None, ..self }
    }

    /// Whether it has no part of a month only.
    pub fn is_whole_months(self) -> bool {
        self.days.is_none()
    }

    /// The months that it has whole, if there is any.
    pub fn whole_months(self) -> Option<Self> {
        let Some((first, last)) = self.days else {
            return Some(self);
        };
        let begin = match first {
            1 => self.first,
            _ => self.first.next(),
        };
        let end = match last == day_of(self.last, last).last_of_month().day() {
            true => self.last,
            false => self.last.previous()?,
        };
        Self::between(begin, end)
    }

    /// Its days in months that it has not whole: none, or one or two periods within a month each.
    pub fn parts_of_months(self) -> impl Iterator<Item = Self> {
        let whole = self.whole_months();
        let is_part = move |month: &Month| whole.is_none_or(|whole| !whole.contains(*month));
        let ends = [
            Some(self.first),
            (self.first < self.last).then_some(self.last),
        ];
        let part = move |month: Month| {
            let month = Self::from(month);
            let first = self.first_day().max(month.first_day());
            Self::between_days(first, self.last_day().min(month.last_day()))
        };
        ends.into_iter().flatten().filter(is_part).filter_map(part)
    }

    /// Whether all days of the other one are in it.
    pub fn contains(self, other: impl Into<Self>) -> bool {
        let other = other.into();
        if self.days.is_none() && other.days.is_none() {
            return self.first <= other.first && other.last <= self.last;
        }
        self.first_day() <= other.first_day() && other.last_day() <= self.last_day()
    }

    /// The period of the same length just before this one (环比): as many months, or as many days.
    pub fn previous(self) -> Option<Self> {
        if self.days.is_none() {
            return self.shifted(-i32::from(self.length()));
        }
        let last = self.first_day().yesterday().ok()?;
        let first = last.checked_sub((self.day_count() - 1).days()).ok()?;
        Self::between_days(first, last)
    }

    /// The same months or days a year before (同比); the 28th for the 29th of February.
    pub fn year_before(self) -> Option<Self> {
        if self.days.is_none() {
            return self.shifted(-12);
        }
        let before = |day: Date| day.checked_sub(1.year()).ok();
        Self::between_days(before(self.first_day())?, before(self.last_day())?)
    }

    fn shifted(self, months: i32) -> Option<Self> {
        Self::between(shifted(self.first, months)?, shifted(self.last, months)?)
    }
}

fn month_of(day: Date) -> Option<Month> {
    Month::new(day.year(), u8::try_from(day.month()).ok()?)
}

/// A day of a month, which is known to have it.
fn day_of(month: Month, day: i8) -> Date {
    Date::new(month.year(), month.month().cast_signed(), day).unwrap_or(Date::MAX)
}

/// Reads `2024-03-15`.
fn parse_day(text: &str) -> Option<Date> {
    let month: Month = text.get(..7)?.parse().ok()?;
    let day = text.get(7..)?.strip_prefix('-')?;
    let is_day = day.len() == 2 && day.bytes().all(|byte| byte.is_ascii_digit());
    let day = is_day.then(|| day.parse().ok()).flatten()?;
    Date::new(month.year(), month.month().cast_signed(), day).ok()
}

/// Reads two ends of a span, each a month or a day.
fn parse_span(first: &str, last: &str) -> Option<Period> {
    let month = |text: &str| Some(Period::from(text.parse::<Month>().ok()?));
    let first = parse_day(first).or_else(|| Some(month(first)?.first_day()))?;
    let last = parse_day(last).or_else(|| Some(month(last)?.last_day()))?;
    Period::between_days(first, last)
}

impl From<Month> for Period {
    fn from(month: Month) -> Self {
        Self {
            first: month,
            last: month,
            days: None,
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
        if self.days.is_some() {
            let (first, last) = (self.first_day(), self.last_day());
            return match first == last {
                true => write!(f, "{first}"),
                false => write!(f, "{first}..{last}"),
            };
        }
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

impl Localized for Period {
    /// As sentences have it: `2024年1—3月`, `2024年3月15日`.
    fn text(&self, language: Language) -> String {
        let (first, last) = (self.first, self.last);
        let named = |month: Month| format!("{}年{}月", month.year(), month.month());
        if self.days.is_some() {
            let (first, last) = (self.first_day(), self.last_day());
            let day = |day: Date| format!("{}年{}月{}日", day.year(), day.month(), day.day());
            return match language {
                Language::Zh if first == last => day(first),
                Language::Zh => format!("{}—{}", day(first), day(last)),
                Language::En if first == last => first.to_string(),
                Language::En => format!("{first} to {last}"),
            };
        }
        match language {
            Language::Zh if first == last => named(first),
            Language::Zh if first.year() == last.year() => {
                format!("{}—{}月", named(first).trim_end_matches('月'), last.month())
            }
            Language::Zh => format!("{}—{}", named(first), named(last)),
            Language::En if first == last => first.to_string(),
            Language::En => format!("{first} to {last}"),
        }
    }
}

impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let year = |text: &str| (text.len() == 4).then(|| text.parse().ok()).flatten();
        let parse = || {
            if let Some((first, last)) = text.split_once("..") {
                return parse_span(first, last);
            }
            if let Some(day) = parse_day(text) {
                return Self::between_days(day, day);
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
        check("2024-03-15", Some(("2024-03", "2024-03")));
        check("2024-03-15..2024-04-20", Some(("2024-03", "2024-04")));
        for wrong in [
            "",
            "24",
            "2024Q0",
            "2024Q5",
            "2024H3",
            "2024-13",
            "2024-02..2024-01",
            "2024Q86",
            "2024-02-30",
            "2024-2-03",
            "2024-03-+3",
            "2024-03-05..2024-03-04",
            "2024-03-05T00:00",
            "2024年3月",
        ] {
            check(wrong, None);
        }
    }

    /// First day, last day, number of days, the period before and that of a year before.
    #[track_caller]
    fn check_days(text: &str, expected: [&str; 5]) {
        let period = period(text);
        let moved = [period.previous(), period.year_before()];
        let [before, year_before] = moved.map(|moved| moved.expect("not the first").to_string());
        let found = [
            period.first_day().to_string(),
            period.last_day().to_string(),
            period.day_count().to_string(),
            before,
            year_before,
        ];
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn days_move_back_by_days() {
        check_days(
            "2024-03-01",
            ["2024-03-01", "2024-03-01", "1", "2024-02-29", "2023-03-01"],
        );
        check_days(
            "2024-02-29",
            ["2024-02-29", "2024-02-29", "1", "2024-02-28", "2023-02-28"],
        );
        check_days(
            "2024-03-05..2024-03-11",
            [
                "2024-03-05",
                "2024-03-11",
                "7",
                "2024-02-27..2024-03-04",
                "2023-03-05..2023-03-11",
            ],
        );
        // As many days, not as many months.
        check_days(
            "2024-02-02..2024-03-03",
            [
                "2024-02-02",
                "2024-03-03",
                "31",
                "2024-01-02..2024-02-01",
                "2023-02-02..2023-03-03",
            ],
        );
        check_days("2024", ["2024-01-01", "2024-12-31", "366", "2023", "2023"]);
    }

    #[test]
    fn sentences_have_words_for_it() {
        let words = |text: &str| period(text).text(Language::Zh);
        assert_eq!(words("2024-03"), "2024年3月");
        assert_eq!(words("2024"), "2024年1—12月");
        assert_eq!(words("2023-11..2024-01"), "2023年11月—2024年1月");
        assert_eq!(words("2024-03-15"), "2024年3月15日");
        assert_eq!(
            words("2024-03-15..2024-04-02"),
            "2024年3月15日—2024年4月2日"
        );
    }

    #[test]
    fn days_that_make_up_months_are_months() {
        let same = |days: &str, months: &str| {
            assert_eq!(period(days), period(months));
            assert_eq!(period(days).to_string(), months);
        };
        same("2024-02-01..2024-02-29", "2024-02");
        same("2024-01-01..2024-03-31", "2024Q1");
        same("2024-01..2024-03-31", "2024Q1");
        assert!(!period("2023-02-01..2023-02-27").is_whole_months());
    }

    #[test]
    fn days_know_their_whole_months_and_the_rest() {
        let parts = |text: &str| {
            let period = period(text);
            let whole = period.whole_months().map(|whole| whole.to_string());
            let rest: Vec<String> = period
                .parts_of_months()
                .map(|part| part.to_string())
                .collect();
            (whole.unwrap_or_default(), rest.join(" "))
        };
        let expect = |whole: &str, rest: &str| (whole.to_owned(), rest.to_owned());
        assert_eq!(parts("2024Q1"), expect("2024Q1", ""));
        assert_eq!(parts("2024-03-15"), expect("", "2024-03-15"));
        assert_eq!(
            parts("2024-01-15..2024-04-10"),
            expect(
                "2024-02..2024-03",
                "2024-01-15..2024-01-31 2024-04-01..2024-04-10"
            )
        );
        assert_eq!(
            parts("2024-01-15..2024-02-10"),
            expect("", "2024-01-15..2024-01-31 2024-02-01..2024-02-10")
        );
        assert_eq!(
            parts("2024-01-01..2024-02-10"),
            expect("2024-01", "2024-02-01..2024-02-10")
        );
        assert!(period("2024-01-15..2024-02-10").contains(period("2024-02-10")));
        assert!(!period("2024-01-15..2024-02-10").contains(period("2024-02")));
        assert!(period("2024").contains(period("2024-02-10")));
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

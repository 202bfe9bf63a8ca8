use std::fmt;
use std::str::FromStr;

/// A calendar month, the period in which front pages are delivered and replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: u8,
}

/// A text that is not a month such as `2024-03`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a month such as 2024-03")]
pub struct ParseMonthError(String);

impl Month {
    /// The month of a year, `None` unless `month` is 1 to 12 and `year` 1 to 9999.
    pub fn new(year: i16, month: u8) -> Option<Self> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// Calendar year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// Month of the year, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The month after this one.
    pub fn next(self) -> Self {
        if self.month == 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                year: self.year,
                month: self.month + 1,
            }
        }
    }

    /// The month before this one, `None` before the first of all.
    pub fn previous(self) -> Option<Self> {
        match self.month {
            1 => Self::new(self.year - 1, 12),
            month => Self::new(self.year, month - 1),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = ParseMonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (year, month) = text.split_once('-')?;
            let is_number = |text: &str, length| {
                text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
            };
            if !is_number(year, 4) || !is_number(month, 2) {
                return None;
            }
            Self::new(year.parse().ok()?, month.parse().ok()?)
        };
        parse().ok_or_else(|| ParseMonthError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let parsed = text.parse::<Month>().ok().map(|month| month.to_string());
        assert_eq!(parsed.as_deref(), expected, "{text}");
    }

    #[test]
    fn parses_and_prints() {
        check("2024-03", Some("2024-03"));
        check("2024-3", None);
        check("2024-13", None);
        check("2024-00", None);
        check("202403", None);
        check("2024-+3", None);
        check("", None);
    }

    #[test]
    fn year_follows_december() {
        let december: Month = "2024-12".parse().expect("a month");
        assert_eq!(december.next().to_string(), "2025-01");
        assert_eq!(december.next().previous(), Some(december));
        let first = Month::new(1, 1).expect("a month");
        assert_eq!(first.previous(), None);
        assert_eq!(first.next().previous(), Some(first));
    }
}

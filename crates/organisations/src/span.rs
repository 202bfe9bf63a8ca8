use jiff::civil::Date;

/// The days on which something holds, both ends in it. An open begin is "since ever", an open end "until
/// further notice".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Span {
    /// Every day there is.
    pub const ALWAYS: Self = Self {
        from: None,
        until: None,
    };

    /// Whether a day is in it.
    pub fn contains(self, day: Date) -> bool {
        self.begin() <= day && day <= self.end()
    }

    /// Whether some day is in both.
    pub fn meets(self, other: Self) -> bool {
        self.begin() <= other.end() && other.begin() <= self.end()
    }

    /// Whether it ends before it begins, so that no day is in it.
    pub fn is_empty(self) -> bool {
        self.end() < self.begin()
    }

    /// Its first day, open begins being the first day of all.
    pub(crate) fn begin(self) -> Date {
        self.from.unwrap_or(Date::MIN)
    }

    /// Its last day, open ends being the last day of all.
    pub(crate) fn end(self) -> Date {
        self.until.unwrap_or(Date::MAX)
    }

    /// The same, but over before `next` begins.
    pub(crate) fn before(self, next: Self) -> Self {
        let last = next.from.and_then(|from| from.yesterday().ok());
        Self {
            from: self.from,
            until: match (self.until, last) {
                (Some(own), Some(last)) => Some(own.min(last)),
                (own, last) => own.or(last),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn spans_have_both_their_ends() {
        let year = Span {
            from: Some(date(2024, 1, 1)),
            until: Some(date(2024, 12, 31)),
        };
        let later = Span {
            from: Some(date(2024, 12, 31)),
            until: None,
        };
        assert!(year.contains(date(2024, 1, 1)) && year.contains(date(2024, 12, 31)));
        assert!(!year.contains(date(2025, 1, 1)) && Span::ALWAYS.contains(Date::MIN));
        assert!(year.meets(later) && later.meets(year));
        let cut = year.before(later);
        assert_eq!(cut.until, Some(date(2024, 12, 30)));
        assert!(!cut.meets(later) && !cut.is_empty());
        assert!(year.before(year).is_empty());
        assert_eq!(year.before(Span::ALWAYS), year);
    }
}

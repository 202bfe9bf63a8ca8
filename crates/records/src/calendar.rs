use jiff::civil::{Date, DateTime};

/// Days since 1970-01-01, the value of a table's date column.
pub fn days_since_epoch(date: Date) -> i32 {
    // Howard Hinnant's days_from_civil: years begin in March, eras have 400 years.
    let month = i32::from(date.month());
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day()) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Microseconds since 1970-01-01T00:00:00 of a local time, the value of a table's timestamp column.
pub fn micros_since_epoch(time: DateTime) -> i64 {
    let seconds = i64::from(days_since_epoch(time.date())) * 86_400
        + i64::from(time.hour()) * 3_600
        + i64::from(time.minute()) * 60
        + i64::from(time.second());
    seconds * 1_000_000 + i64::from(time.subsec_nanosecond() / 1_000)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_days() {
        assert_eq!(days_since_epoch(date(1970, 1, 1)), 0);
        assert_eq!(days_since_epoch(date(1969, 12, 31)), -1);
        assert_eq!(days_since_epoch(date(2000, 3, 1)), 11_017);
        assert_eq!(
            micros_since_epoch(datetime(1970, 1, 2, 1, 2, 3, 4_000)),
            90_123_000_004
        );
    }

    proptest! {
        #[test]
        fn agrees_with_calendar_arithmetic(days in -700_000i32..2_000_000) {
            let date = date(1970, 1, 1)
                .checked_add(jiff::Span::new().days(days))
                .expect("within the calendar");
            prop_assert_eq!(days_since_epoch(date), days);
        }
    }
}

//! Days as numbers since 1970-01-01, weekdays and holidays.

use biaochi_domain::Month;
use biaochi_records::days_since_epoch;
use jiff::civil::{Date, DateTime};

/// A day as the number of days since 1970-01-01.
pub(crate) type Day = i32;

/// Kinds of days, by how hospitals work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayKind {
    Workday,
    Saturday,
    Sunday,
    /// The days around the Spring Festival.
    Festival,
}

pub(crate) const DAY_KINDS: usize = 4;

/// First days of the lunar year, 2019 to 2027.
const SPRING_FESTIVALS: [(i16, i8, i8); 9] = [
    (2019, 2, 5),
    (2020, 1, 25),
    (2021, 2, 12),
    (2022, 2, 1),
    (2023, 1, 22),
    (2024, 2, 10),
    (2025, 1, 29),
    (2026, 2, 17),
    (2027, 2, 6),
];

/// A calendar date known to exist.
fn day_of(year: i16, month: i8, day: i8) -> Day {
    days_since_epoch(Date::constant(year, month, day))
}

/// Calendar date of a day.
///
/// # Panics
/// The day is thousands of years away.
pub(crate) fn date(day: Day) -> Date {
    // The inverse of `days_since_epoch`, after the same paper of Howard Hinnant.
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    Date::new(
        year as i16,
        month as i8,
        (day_of_year - (153 * shifted + 2) / 5 + 1) as i8,
    )
    .expect("a day within the calendar")
}

/// A time of a day, in minutes after midnight and seconds.
pub(crate) fn time(day: Day, minute: i32, second: i32) -> DateTime {
    let minute = minute.clamp(0, 1_439);
    date(day).at(
        (minute / 60) as i8,
        (minute % 60) as i8,
        second.clamp(0, 59) as i8,
        0,
    )
}

/// First day of a month.
pub(crate) fn first_day(month: Month) -> Day {
    day_of(month.year(), month.month() as i8, 1)
}

/// Last day of a month.
pub(crate) fn last_day(month: Month) -> Day {
    first_day(month.next()) - 1
}

/// Month of a day.
pub(crate) fn month(day: Day) -> Month {
    let date = date(day);
    Month::new(date.year(), date.month() as u8).expect("a date has a month")
}

/// 0 for Monday to 6 for Sunday.
pub(crate) fn weekday(day: Day) -> i32 {
    // 1970-01-01 was a Thursday.
    (day + 3).rem_euclid(7)
}

/// Days from the nearest Spring Festival, negative before it.
pub(crate) fn from_spring_festival(day: Day) -> i32 {
    SPRING_FESTIVALS
        .iter()
        .map(|&(year, month, of)| day - day_of(year, month, of))
        .min_by_key(|distance| distance.abs())
        .unwrap_or(i32::MAX)
}

/// What kind of day it is for a hospital.
pub(crate) fn kind(day: Day) -> DayKind {
    let on = date(day);
    if (-2..=6).contains(&from_spring_festival(day)) {
        return DayKind::Festival;
    }
    // National Day and Labour Day weeks work like Sundays.
    if matches!((on.month(), on.day()), (10, 1..=6) | (5, 1..=3)) {
        return DayKind::Sunday;
    }
    match weekday(day) {
        5 => DayKind::Saturday,
        6 => DayKind::Sunday,
        _ => DayKind::Workday,
    }
}

/// Completed years between two days.
pub(crate) fn years_between(birth: Day, day: Day) -> i32 {
    let (born, on) = (date(birth), date(day));
    i32::from(on.year() - born.year())
        - i32::from((on.month(), on.day()) < (born.month(), born.day()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn knows_holidays_and_weekdays() {
        assert_eq!(kind(day_of(2024, 2, 10)), DayKind::Festival);
        assert_eq!(kind(day_of(2024, 10, 3)), DayKind::Sunday);
        assert_eq!(kind(day_of(2024, 3, 2)), DayKind::Saturday);
        assert_eq!(kind(day_of(2024, 3, 4)), DayKind::Workday);
        assert_eq!(weekday(day_of(1970, 1, 1)), 3);
        assert_eq!(years_between(day_of(2000, 2, 29), day_of(2021, 2, 28)), 20);
        assert_eq!(
            last_day(Month::new(2024, 2).expect("a month")),
            day_of(2024, 2, 29)
        );
    }

    proptest! {
        #[test]
        fn dates_come_back(day in -40_000i32..40_000) {
            prop_assert_eq!(days_since_epoch(date(day)), day);
        }
    }
}

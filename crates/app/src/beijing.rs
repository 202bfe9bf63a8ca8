//! Beijing time: what front pages and people mean by a time, whatever zone the machine keeps.

use jiff::civil::{Date, DateTime};
use jiff::tz::{self, TimeZone};
use jiff::{Timestamp, Zoned};

const OFFSET: tz::Offset = tz::offset(8);

/// The zone.
pub fn zone() -> TimeZone {
    TimeZone::fixed(OFFSET)
}

/// The clock now.
pub(crate) fn now() -> DateTime {
    Zoned::now().with_time_zone(zone()).datetime()
}

/// The day today.
pub fn today() -> Date {
    now().date()
}

/// When a day begins.
pub fn begin_of(day: Date) -> Timestamp {
    let midnight = day.to_zoned(zone());
    midnight.map_or(Timestamp::MIN, |midnight| midnight.timestamp())
}

/// A time as people read it, to the minute.
pub fn shown(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A time as people read it where seconds matter.
pub fn shown_to_the_second(at: Timestamp) -> String {
    at.to_zoned(zone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_time_is_shown_as_in_beijing() {
        let at = "2024-03-04T23:30:00Z".parse().expect("a time");
        assert_eq!(shown(at), "2024-03-05 07:30");
    }
}

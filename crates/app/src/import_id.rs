//! Ids of what changes the lake. They sort by time: `20240305T081500-1f2e3d4c`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::beijing;

/// The form of the time, which is that of Greenwich.
const FORM: &str = "%Y%m%dT%H%M%S";

/// A new one.
pub(crate) fn new() -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    let time = Timestamp::now().strftime(FORM).to_string();
    format!("{time}-{}", &random[..8])
}

/// When the import with this id began, on Beijing's clocks; `None` for an id of another form.
pub(crate) fn began(id: &str) -> Option<DateTime> {
    let (time, _) = id.split_once('-')?;
    let time = DateTime::strptime(FORM, time).ok()?;
    let at = TimeZone::UTC.to_timestamp(time).ok()?;
    Some(at.to_zoned(beijing::zone()).datetime())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_when_it_was_made() {
        let expected = jiff::civil::datetime(2024, 3, 5, 16, 15, 0, 0);
        assert_eq!(began("20240305T081500-1f2e3d4c"), Some(expected));
        assert_eq!(began("import-1"), None);
        let made = began(&new()).expect("its own form");
        let passed = beijing::now().duration_since(made).as_secs();
        assert!((0..60).contains(&passed), "{passed}");
    }
}

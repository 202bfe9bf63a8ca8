//! Dates and times as hospitals write them.

use jiff::civil::{Date, DateTime, Time};

use crate::value_text::narrow;

/// A date and, when given, the time of the day. Understood are `2024-03-05`, `2024/3/5`, `2024.3.5`,
/// `20240305`, `2024年3月5日`, each also with `08:05`, `8:05:00`, `08:05:00.000`, `080500` or `8时5分`
/// after a blank or `T`, and `20240305080500`; the hour may stand alone, 24:00 is the next midnight. With `serials`, spreadsheet day numbers as well.
#[inline]
pub(crate) fn date_time(text: &str, serials: bool) -> Option<(Date, Option<Time>)> {
    let bytes = text.as_bytes();
    match bytes.len() {
        8 => {
            if let Some(date) = compact_date(bytes) {
                return Some((date, None));
            }
        }
        10 if bytes[4] == bytes[7] && is_separator(bytes[4]) => {
            if let Some(date) = long_date(bytes) {
                return Some((date, None));
            }
        }
        19 if bytes[4] == bytes[7] && is_separator(bytes[4]) => {
            if let (Some(date), Some(time)) = (long_date(&bytes[..10]), long_time(&bytes[10..])) {
                return Some((date, Some(time)));
            }
        }
        _ => {}
    }
    any_form(text).or_else(|| if serials { serial(text) } else { None })
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'/' | b'.')
}

#[inline]
fn two(bytes: &[u8]) -> Option<i8> {
    let (tens, ones) = (bytes[0].wrapping_sub(b'0'), bytes[1].wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| (tens * 10 + ones) as i8)
}

#[inline]
fn ymd(century: i8, year: i8, month: i8, day: i8) -> Option<Date> {
    // Nobody in hospital was born before 1850; such years are typing errors.
    let year = i16::from(century) * 100 + i16::from(year);
    if !(1850..=2199).contains(&year) {
        return None;
    }
    Date::new(year, month, day).ok()
}

fn compact_date(bytes: &[u8]) -> Option<Date> {
    ymd(
        two(bytes)?,
        two(&bytes[2..])?,
        two(&bytes[4..])?,
        two(&bytes[6..])?,
    )
}

/// `2024-03-05`, separators already checked.
#[inline]
fn long_date(bytes: &[u8]) -> Option<Date> {
    ymd(
        two(bytes)?,
        two(&bytes[2..])?,
        two(&bytes[5..])?,
        two(&bytes[8..])?,
    )
}

/// ` 08:05:00` or `T08:05:00`.
#[inline]
fn long_time(bytes: &[u8]) -> Option<Time> {
    if !matches!(bytes[0], b' ' | b'T') || bytes[3] != b':' || bytes[6] != b':' {
        return None;
    }
    Time::new(two(&bytes[1..])?, two(&bytes[4..])?, two(&bytes[7..])?, 0).ok()
}

/// Every other form, by its runs of digits and what stands between them.
fn any_form(text: &str) -> Option<(Date, Option<Time>)> {
    let narrowed = narrow(text);
    let text = narrowed.trim();
    if text.len() > 40 {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return all_digits(text.as_bytes());
    }
    if let Some((date, time_text)) = text.split_at_checked(8)
        && date.bytes().all(|byte| byte.is_ascii_digit())
        && time_text.starts_with([' ', 'T'])
    {
        return joined(
            compact_date(date.as_bytes())?,
            clock(time_text[1..].trim_start())?,
        );
    }
    let mut rest = text;
    let year = take_number(&mut rest, 4, 4)?;
    let separator = take_one_of(&mut rest, &["-", "/", ".", "年"])?;
    let month = take_number(&mut rest, 1, 2)?;
    let expected = if separator == "年" { "月" } else { separator };
    take_one_of(&mut rest, &[expected])?;
    let day = take_number(&mut rest, 1, 2)?;
    if separator == "年" {
        take_one_of(&mut rest, &["日", "号"])?;
    }
    let date = ymd(
        (year / 100) as i8,
        (year % 100) as i8,
        month as i8,
        day as i8,
    )?;
    if rest.is_empty() {
        return Some((date, None));
    }
    if let Some(after) = rest.strip_prefix('T') {
        rest = after;
    } else if rest.starts_with(' ') {
        rest = rest.trim_start();
    } else if separator != "年" && !rest.starts_with(['上', '下']) {
        return None;
    }
    joined(date, clock(rest)?)
}

/// A time of the day and, for 24:00, whether it is the next day's midnight.
struct Clock {
    time: Time,
    next_day: bool,
}

impl Clock {
    fn new(hour: i8, minute: i8, second: i8) -> Option<Self> {
        let next_day = (hour, minute, second) == (24, 0, 0);
        let hour = if next_day { 0 } else { hour };
        let time = Time::new(hour, minute, second, 0).ok()?;
        Some(Self { time, next_day })
    }
}

fn joined(date: Date, clock: Clock) -> Option<(Date, Option<Time>)> {
    let date = if clock.next_day {
        date.tomorrow().ok()?
    } else {
        date
    };
    Some((date, Some(clock.time)))
}

/// A time with what may stand around it: `上午` or `下午` before, a zone such as `Z` or `+08:00` behind.
/// The zone says where the clock hangs; the clock's own time is what the record means.
fn clock(text: &str) -> Option<Clock> {
    let local = match text.find(['+', 'Z']) {
        Some(zone) if is_zone(&text[zone..]) => text[..zone].trim_end(),
        _ => text,
    };
    if let Some(morning) = local.strip_prefix("上午") {
        let clock = time(morning.trim_start())?;
        return if clock.time.hour() == 12 {
            Clock::new(0, clock.time.minute(), clock.time.second())
        } else {
            Some(clock)
        };
    }
    if let Some(afternoon) = local.strip_prefix("下午") {
        let clock = time(afternoon.trim_start())?;
        let hour = clock.time.hour();
        let hour = if hour < 12 { hour + 12 } else { hour };
        return Clock::new(hour, clock.time.minute(), clock.time.second());
    }
    time(local)
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [b'Z'] => true,
        [b'+', offset @ ..] => {
            matches!(offset.len(), 2 | 4 | 5)
                && offset
                    .iter()
                    .enumerate()
                    .all(|(at, byte)| byte.is_ascii_digit() || (at == 2 && *byte == b':'))
        }
        _ => false,
    }
}

/// `8:05`, `08:05:00`, `08:05:00.000`, `080500`, `0805`, `08`, `8时5分`.
fn time(text: &str) -> Option<Clock> {
    let mut rest = text;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == rest.len() && (digits == 4 || digits == 6) {
        let bytes = rest.as_bytes();
        let second = if digits == 6 { two(&bytes[4..])? } else { 0 };
        return Clock::new(two(bytes)?, two(&bytes[2..])?, second);
    }
    let hour = take_number(&mut rest, 1, 2)? as i8;
    if rest.is_empty() {
        return Clock::new(hour, 0, 0);
    }
    let separator = take_one_of(&mut rest, &[":", "时", "点"])?;
    if rest.is_empty() {
        // `8时` is complete, `8:` is not.
        return if separator == ":" {
            None
        } else {
            Clock::new(hour, 0, 0)
        };
    }
    let minute = take_number(&mut rest, 1, 2)? as i8;
    let mut second = 0;
    if separator == ":" {
        if rest.starts_with(':') {
            rest = &rest[1..];
            second = take_number(&mut rest, 1, 2)? as i8;
            if let Some(fraction) = rest.strip_prefix('.') {
                // Fractions of a second come from database exports and mean nothing here.
                rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            }
        }
    } else {
        take_one_of(&mut rest, &["分"])?;
        if !rest.is_empty() {
            second = take_number(&mut rest, 1, 2)? as i8;
            take_one_of(&mut rest, &["秒"])?;
        }
    }
    if rest.is_empty() {
        Clock::new(hour, minute, second)
    } else {
        None
    }
}

/// `20240305`, with `08`, `0805` or `080500` behind it.
fn all_digits(bytes: &[u8]) -> Option<(Date, Option<Time>)> {
    if !matches!(bytes.len(), 8 | 10 | 12 | 14) {
        return None;
    }
    let date = compact_date(&bytes[..8])?;
    if bytes.len() == 8 {
        return Some((date, None));
    }
    let part = |from: usize| {
        if bytes.len() > from {
            two(&bytes[from..])
        } else {
            Some(0)
        }
    };
    joined(date, Clock::new(part(8)?, part(10)?, part(12)?)?)
}

/// A spreadsheet's day number such as `45356` or `45356.337`: days since 1899-12-30.
fn serial(text: &str) -> Option<(Date, Option<Time>)> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, ""));
    if days.len() != 5 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let days: i32 = days.parse().ok()?;
    let seconds = if fraction.is_empty() {
        0
    } else {
        let fraction: f64 = format!("0.{fraction}").parse().ok()?;
        (fraction * 86_400.0).round() as i64
    };
    let midnight = Date::constant(1899, 12, 30)
        .checked_add(jiff::Span::new().days(days))
        .ok()?
        .to_datetime(Time::midnight());
    let time: DateTime = midnight
        .checked_add(jiff::Span::new().seconds(seconds))
        .ok()?;
    Some((time.date(), (!fraction.is_empty()).then(|| time.time())))
}

/// Takes `least` to `most` digits from the front.
fn take_number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits < least || digits > most {
        return None;
    }
    let (number, after) = rest.split_at(digits);
    *rest = after;
    number.parse().ok()
}

/// Takes the one of some texts that stands at the front.
fn take_one_of<'a>(rest: &mut &str, texts: &[&'a str]) -> Option<&'a str> {
    let found = texts.iter().find(|text| rest.starts_with(**text))?;
    *rest = &rest[found.len()..];
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = date_time(text, false).map(|(date, time)| match time {
            None => date.to_string(),
            Some(time) => date.to_datetime(time).to_string(),
        });
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn dates_as_hospitals_write_them() {
        for text in [
            "2024-03-05",
            "2024/3/5",
            "2024/03/05",
            "20240305",
            "2024年3月5日",
            "2024.3.5",
            "2024-3-5",
            "２０２４－０３－０５",
            "2024年03月05号",
        ] {
            check(text, Some("2024-03-05"));
        }
        for text in [
            "2024-03-05 08:05:00",
            "2024-03-05T08:05:00",
            "2024-03-05 08:05",
            "2024/3/5 8:05",
            "20240305080500",
            "202403050805",
            "2024-03-05 0805",
            "2024年3月5日 8时5分",
            "2024年3月5日8时5分0秒",
            "2024-03-05 08:05:00.000",
            "2024-03-05  8:5:0",
        ] {
            check(text, Some("2024-03-05T08:05:00"));
        }
        check("2024020510", Some("2024-02-05T10:00:00"));
        check("2024-02-29", Some("2024-02-29"));
    }

    #[test]
    fn compact_date_with_compact_time() {
        check("20240305 080500", Some("2024-03-05T08:05:00"));
        check("20240305 08:05:00", Some("2024-03-05T08:05:00"));
        check("20240305T0805", Some("2024-03-05T08:05:00"));
    }

    #[test]
    fn times_with_zones_halves_of_the_day_and_the_end_of_the_day() {
        for text in [
            "2024-03-05T15:05:00Z",
            "2024-03-05T15:05:00.000Z",
            "2024-03-05 15:05:00+08:00",
            "2024-03-05T15:05:00+0800",
            "2024-03-05 下午3:05",
            "2024/3/5 下午 3:05:00",
            "2024年3月5日下午3时5分",
        ] {
            check(text, Some("2024-03-05T15:05:00"));
        }
        check("2024-03-05 上午12:05", Some("2024-03-05T00:05:00"));
        check("2024-03-05 下午12:05", Some("2024-03-05T12:05:00"));
        check("2024-03-05 10", Some("2024-03-05T10:00:00"));
        for text in ["2024-02-29 24:00:00", "2024-02-29 24:00", "20240229240000"] {
            check(text, Some("2024-03-01T00:00:00"));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "0001-01-01",
            "2024-03",
            "24-03-05",
            "2024-03-05x",
            "2024-03-05 25:00:00",
            "2024-03-05 24:01",
            "2024-03-05 10:00:00+8x",
            "2024-03-05 Z",
            "2024-03-05 下午",
            "2024-03/05",
            "45356",
            "x",
            "2024-03-0508:05:00",
            "2024年3月",
            "99999999",
            "2024-03-05 8:",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn serials_only_where_a_spreadsheet_wrote_them() {
        assert_eq!(
            date_time("45356", true),
            Some((Date::constant(2024, 3, 5), None))
        );
        let (date, time) = date_time("45356.3368055556", true).expect("a serial");
        assert_eq!(
            (date.to_string(), time),
            ("2024-03-05".into(), Some(Time::constant(8, 5, 0, 0)))
        );
        assert_eq!(date_time("123", true), None);
    }
}

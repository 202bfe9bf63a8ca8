//! Dates and times as hospitals write them.

use jiff::civil::{Date, DateTime, Time};

use crate::value_text::narrow;

/// A date and, when given, the time of the day. Understood are `2024-03-05`, `2024/3/5`, `2024.3.5`,
/// `20240305`, `2024年3月5日`, each also with `08:05`, `8:05:00`, `08:05:00.000`, `080500` or `8时5分`
/// after a blank or `T`, and `20240305080500`. With `serials`, spreadsheet day numbers as well.
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
        return Some((
            compact_date(date.as_bytes())?,
            Some(time(time_text[1..].trim_start())?),
        ));
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
    } else if separator != "年" {
        return None;
    }
    Some((date, Some(time(rest)?)))
}

/// `8:05`, `08:05:00`, `08:05:00.000`, `080500`, `0805`, `8时5分`.
fn time(text: &str) -> Option<Time> {
    let mut rest = text;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == rest.len() && (digits == 4 || digits == 6) {
        let bytes = rest.as_bytes();
        let second = if digits == 6 { two(&bytes[4..])? } else { 0 };
        return Time::new(two(bytes)?, two(&bytes[2..])?, second, 0).ok();
    }
    let hour = take_number(&mut rest, 1, 2)? as i8;
    let separator = take_one_of(&mut rest, &[":", "时", "点"])?;
    if rest.is_empty() {
        // `8时` is complete, `8:` is not.
        return if separator == ":" {
            None
        } else {
            Time::new(hour, 0, 0, 0).ok()
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
        Time::new(hour, minute, second, 0).ok()
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
    let time = Time::new(part(8)?, part(10)?, part(12)?, 0).ok()?;
    Some((date, Some(time)))
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
            "2024-03-05 24:00",
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

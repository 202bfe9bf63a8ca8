//! Numbers as hospitals write them.

use biaochi_records::{Decimal2, ParseDecimal2Error};

use crate::ProblemKind;
use crate::value_text::narrow;

/// A whole number that cannot be negative; `1,234`, `12.00`, `１２` and `12天` (with the field's unit)
/// are understood.
#[inline]
pub(crate) fn integer(text: &str, unit: &str) -> Result<i32, ProblemKind> {
    let bytes = text.as_bytes();
    if bytes.len() <= 9 && bytes.iter().all(u8::is_ascii_digit) && !bytes.is_empty() {
        return Ok(bytes
            .iter()
            .fold(0, |value, &digit| value * 10 + i32::from(digit - b'0')));
    }
    let value = decimal(text, unit).map_err(|kind| match kind {
        // A fraction cannot be dropped from a whole number.
        Inexact::Rounded(_) => ProblemKind::NotANumber,
        Inexact::Unreadable(kind) => kind,
    })?;
    if value.hundredths() % 100 != 0 {
        return Err(ProblemKind::NotANumber);
    }
    i32::try_from(value.hundredths() / 100).map_err(|_| ProblemKind::TooLarge)
}

/// Why a decimal is not simply the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inexact {
    /// It had more than two places and was rounded.
    Rounded(Decimal2),
    /// It could not be read.
    Unreadable(ProblemKind),
}

/// A decimal that cannot be negative, with the same tolerance as [`integer`].
#[inline]
pub(crate) fn decimal(text: &str, unit: &str) -> Result<Decimal2, Inexact> {
    match Decimal2::parse(text, false) {
        Ok(value) if value >= Decimal2::ZERO => Ok(value),
        Ok(_) => Err(Inexact::Unreadable(ProblemKind::Negative)),
        Err(ParseDecimal2Error::TooLarge) => Err(Inexact::Unreadable(ProblemKind::TooLarge)),
        Err(_) => tolerant(text, unit),
    }
}

/// The slow way: full-width digits, thousands separators, unit, currency sign, further places.
fn tolerant(text: &str, unit: &str) -> Result<Decimal2, Inexact> {
    let narrowed = narrow(text);
    let mut text = narrowed.trim();
    if unit == "元" {
        text = text.trim_start_matches(['¥', '￥']).trim_start();
    }
    if !unit.is_empty() {
        text = text.strip_suffix(unit).unwrap_or(text).trim_end();
    }
    let plain;
    if text.contains(',') {
        plain = without_thousands(text).ok_or(Inexact::Unreadable(ProblemKind::NotANumber))?;
        text = &plain;
    }
    match Decimal2::parse(text, false) {
        Ok(value) if value >= Decimal2::ZERO => Ok(value),
        Ok(_) => Err(Inexact::Unreadable(ProblemKind::Negative)),
        Err(ParseDecimal2Error::TooManyPlaces) => match Decimal2::parse(text, true) {
            Ok(value) if value >= Decimal2::ZERO => Err(Inexact::Rounded(value)),
            Ok(_) => Err(Inexact::Unreadable(ProblemKind::Negative)),
            Err(_) => Err(Inexact::Unreadable(ProblemKind::TooLarge)),
        },
        Err(ParseDecimal2Error::TooLarge) => Err(Inexact::Unreadable(ProblemKind::TooLarge)),
        Err(ParseDecimal2Error::NotANumber) => Err(Inexact::Unreadable(ProblemKind::NotANumber)),
    }
}

/// `1,234,567.80` without its separators, `None` unless they stand exactly every three digits.
fn without_thousands(text: &str) -> Option<String> {
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(w, f)| (w, Some(f)));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 || groups.any(|group| group.len() != 3) {
        return None;
    }
    if fraction.is_some_and(|fraction| fraction.contains(',')) {
        return None;
    }
    Some(text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_integer(text: &str, expected: Result<i32, ProblemKind>) {
        assert_eq!(integer(text, "天"), expected, "{text}");
    }

    #[track_caller]
    fn check_decimal(text: &str, expected: Result<i64, Inexact>) {
        assert_eq!(
            decimal(text, "元").map(Decimal2::hundredths),
            expected,
            "{text}"
        );
    }

    #[test]
    fn whole_numbers() {
        check_integer("0", Ok(0));
        check_integer("007", Ok(7));
        check_integer("12.00", Ok(12));
        check_integer("１２", Ok(12));
        check_integer("12天", Ok(12));
        check_integer("1,234", Ok(1234));
        check_integer("12,34", Err(ProblemKind::NotANumber));
        check_integer("12.5", Err(ProblemKind::NotANumber));
        check_integer("12.345", Err(ProblemKind::NotANumber));
        check_integer("-3", Err(ProblemKind::Negative));
        check_integer("9999999999", Err(ProblemKind::TooLarge));
        check_integer("x", Err(ProblemKind::NotANumber));
    }

    #[test]
    fn amounts() {
        check_decimal("1234.5", Ok(123_450));
        check_decimal("￥1,234.50元", Ok(123_450));
        check_decimal("1,234,567.80", Ok(123_456_780));
        check_decimal(
            "1234.5678",
            Err(Inexact::Rounded(Decimal2::from_hundredths(123_457))),
        );
        check_decimal("1234.5600", Ok(123_456));
        check_decimal("-0.01", Err(Inexact::Unreadable(ProblemKind::Negative)));
        check_decimal("1.2.3", Err(Inexact::Unreadable(ProblemKind::NotANumber)));
        check_decimal("1e5", Err(Inexact::Unreadable(ProblemKind::NotANumber)));
        check_decimal(
            "99999999999999999999",
            Err(Inexact::Unreadable(ProblemKind::TooLarge)),
        );
    }
}

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use rust_decimal::Decimal;

/// An exact decimal with two places: money in yuan, hours, units of blood.
///
/// It holds the number of hundredths, so adding is integer arithmetic and a table column of scale 2
/// takes it as it is. The widest field of any layout has 12 digits; 16 fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Decimal2(i64);

/// A text that is not a plain decimal with at most two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseDecimal2Error {
    /// Not a number.
    NotANumber,
    /// More than two places that are not zero.
    TooManyPlaces,
    /// More than 16 digits before the point.
    TooLarge,
}

impl fmt::Display for ParseDecimal2Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a decimal number",
            Self::TooManyPlaces => "more than two decimal places",
            Self::TooLarge => "number too large",
        })
    }
}

impl std::error::Error for ParseDecimal2Error {}

impl Decimal2 {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// From hundredths: `1250` is 12.50.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// Number of hundredths.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// From a whole number.
    pub const fn from_whole(whole: i32) -> Self {
        Self(whole as i64 * 100)
    }

    /// Reads `1234`, `1234.5`, `-0.05`, `1234.5000`; `round` allows further places and rounds half up.
    pub fn parse(text: &str, round: bool) -> Result<Self, ParseDecimal2Error> {
        let bytes = text.as_bytes();
        if let Some(value) = usual(bytes) {
            return Ok(value);
        }
        let (negative, digits) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, bytes),
        };
        let mut value = 0i64;
        let mut seen = 0usize;
        let mut places: Option<usize> = None;
        let mut round_up = false;
        for &byte in digits {
            match byte {
                b'0'..=b'9' => {
                    seen += 1;
                    let digit = i64::from(byte - b'0');
                    match &mut places {
                        Some(2..) => {
                            if digit != 0 && !round {
                                return Err(ParseDecimal2Error::TooManyPlaces);
                            }
                            if places == Some(2) && digit >= 5 {
                                round_up = true;
                            }
                            places = places.map(|count| count + 1);
                            continue;
                        }
                        Some(count) => *count += 1,
                        None => {}
                    }
                    value = value
                        .checked_mul(10)
                        .and_then(|value| value.checked_add(digit))
                        .ok_or(ParseDecimal2Error::TooLarge)?;
                }
                b'.' if places.is_none() => places = Some(0),
                _ => return Err(ParseDecimal2Error::NotANumber),
            }
        }
        if seen == 0 {
            return Err(ParseDecimal2Error::NotANumber);
        }
        for _ in places.unwrap_or(0).min(2)..2 {
            value = value.checked_mul(10).ok_or(ParseDecimal2Error::TooLarge)?;
        }
        value += i64::from(round_up);
        if value >= 1_000_000_000_000_000_000 {
            return Err(ParseDecimal2Error::TooLarge);
        }
        Ok(Self(if negative { -value } else { value }))
    }

    /// Appends the shortest exact form with two places, such as `12.50`.
    pub fn write_to(self, out: &mut String) {
        let magnitude = self.0.unsigned_abs();
        if self.0 < 0 {
            out.push('-');
        }
        let mut buffer = [0u8; 20];
        let mut start = buffer.len();
        let mut rest = magnitude / 100;
        loop {
            start -= 1;
            buffer[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        for &digit in &buffer[start..] {
            out.push(char::from(digit));
        }
        out.push('.');
        out.push(char::from(b'0' + (magnitude / 10 % 10) as u8));
        out.push(char::from(b'0' + (magnitude % 10) as u8));
    }
}

/// The usual form `1234.50`, read without looking for anything else.
#[inline]
fn usual(bytes: &[u8]) -> Option<Decimal2> {
    let (whole, [b'.', tenths, hundredths]) = bytes.split_last_chunk::<3>()? else {
        return None;
    };
    if whole.is_empty() || whole.len() > 12 {
        return None;
    }
    let mut value = 0i64;
    for byte in whole.iter().chain([tenths, hundredths]) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(Decimal2(value))
}

impl fmt::Display for Decimal2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(24);
        self.write_to(&mut text);
        f.pad(&text)
    }
}

impl FromStr for Decimal2 {
    type Err = ParseDecimal2Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, false)
    }
}

impl From<Decimal2> for Decimal {
    fn from(value: Decimal2) -> Self {
        Self::new(value.0, 2)
    }
}

impl TryFrom<Decimal> for Decimal2 {
    type Error = ParseDecimal2Error;

    /// Exact: a third place that is not zero is an error.
    fn try_from(value: Decimal) -> Result<Self, Self::Error> {
        let mut scaled = value.normalize();
        if scaled.scale() > 2 {
            return Err(ParseDecimal2Error::TooManyPlaces);
        }
        scaled.rescale(2);
        i64::try_from(scaled.mantissa())
            .map(Self)
            .map_err(|_| ParseDecimal2Error::TooLarge)
    }
}

impl Add for Decimal2 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Decimal2 {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Decimal2 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Decimal2 {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Decimal2 {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        values.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<i64, ParseDecimal2Error>) {
        assert_eq!(
            Decimal2::parse(text, false).map(Decimal2::hundredths),
            expected,
            "{text}"
        );
    }

    #[test]
    fn reads_plain_decimals_only() {
        check("0", Ok(0));
        check("12.5", Ok(1250));
        check("12.", Ok(1200));
        check(".5", Ok(50));
        check("-0.05", Ok(-5));
        check("0012.3400", Ok(1234));
        check("12.345", Err(ParseDecimal2Error::TooManyPlaces));
        check("1e3", Err(ParseDecimal2Error::NotANumber));
        check("", Err(ParseDecimal2Error::NotANumber));
        check("-", Err(ParseDecimal2Error::NotANumber));
        check("1.2.3", Err(ParseDecimal2Error::NotANumber));
        check("99999999999999999999", Err(ParseDecimal2Error::TooLarge));
        assert_eq!(Decimal2::parse("12.345", true), Ok(Decimal2(1235)));
        assert_eq!(Decimal2::parse("12.3449", true), Ok(Decimal2(1234)));
        assert_eq!(Decimal2::parse("9.999", true), Ok(Decimal2(1000)));
    }

    proptest! {
        #[test]
        fn prints_what_it_reads_and_agrees_with_rust_decimal(
            hundredths in -1_000_000_000_000i64..1_000_000_000_000,
        ) {
            let value = Decimal2(hundredths);
            prop_assert_eq!(value.to_string().parse::<Decimal2>(), Ok(value));
            let decimal = Decimal::from(value);
            prop_assert_eq!(decimal.to_string(), value.to_string());
            prop_assert_eq!(Decimal2::try_from(decimal), Ok(value));
        }
    }
}

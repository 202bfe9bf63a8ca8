//! Decimal arithmetic of values.

use rust_decimal::{Decimal, RoundingStrategy};

/// Numerator ÷ denominator × scale; `None` where the denominator is zero or the result too large.
pub fn ratio(numerator: Decimal, denominator: Decimal, scale: Decimal) -> Option<Decimal> {
    if denominator.is_zero() {
        return None;
    }
    let scaled = numerator.checked_mul(scale);
    let value = match scaled {
        Some(scaled) => scaled.checked_div(denominator),
        None => numerator.checked_div(denominator)?.checked_mul(scale),
    };
    value.map(|value| value.normalize())
}

/// A value at so many places, half away from zero.
pub fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// A value as people read it: rounded, with all its places.
pub fn shown(value: Decimal, decimals: u32) -> String {
    let mut value = rounded(value, decimals);
    value.rescale(decimals);
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[track_caller]
    fn check(numerator: &str, denominator: &str, scale: &str, expected: Option<&str>) {
        let value = ratio(decimal(numerator), decimal(denominator), decimal(scale));
        assert_eq!(value.map(|value| shown(value, 2)).as_deref(), expected);
    }

    #[test]
    fn ratios_are_exact_and_rounded_half_away_from_zero() {
        check("1", "3", "100", Some("33.33"));
        check("1", "0", "100", None);
        check("0", "5", "1", Some("0.00"));
        check("1", "800", "100", Some("0.13"));
        check("-1", "800", "100", Some("-0.13"));
        check("-1", "100000", "100", Some("0.00"));
        check("70000000000000000000000000000", "1", "100", None);
        // The product alone would be too large.
        check(
            "700000000000000000000000000",
            "1000",
            "1000",
            Some("700000000000000000000000000.00"),
        );
    }
}

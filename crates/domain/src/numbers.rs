//! Numbers as people read them, in either language.

/// A count with thousands separators.
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share with two decimals, `—` of nothing.
pub fn percentage(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let hundredths = (u128::from(part) * 20_000 / u128::from(whole)).div_ceil(2);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_separated() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ];
        for (value, expected) in cases {
            assert_eq!(thousands(value), expected);
        }
    }

    #[test]
    fn shares_are_rounded_to_two_decimals() {
        let cases = [
            (1, 3, "33.33%"),
            (2, 3, "66.67%"),
            (0, 5, "0.00%"),
            (5, 5, "100.00%"),
            (0, 0, "—"),
        ];
        for (part, whole, expected) in cases {
            assert_eq!(percentage(part, whole), expected);
        }
    }
}

//! Numbers as people read them, in either language.

use std::fmt::Display;

use crate::Language;

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

/// Days up to which people count in days.
const IN_DAYS: u32 = 90;

/// How long something is overdue, as people say it: days up to ninety of them, then months and years, rounded to the
/// month.
///
/// ```
/// use biaochi_domain::{Language, days_in_words};
///
/// assert_eq!(days_in_words(1423, Language::Zh), "3 年 11 个月");
/// ```
pub fn days_in_words(days: u32, language: Language) -> String {
    let counted = |number: u32, word: &str| match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    };
    if days <= IN_DAYS {
        return match language {
            Language::Zh => format!("{days} 天"),
            Language::En => counted(days, "day"),
        };
    }
    // Of four years: 48 months have 1461 days.
    let months = (u64::from(days) * 48 * 2 + 1461) / (1461 * 2);
    let months = u32::try_from(months).unwrap_or(u32::MAX);
    let (years, months) = (months / 12, months % 12);
    match (years, months, language) {
        (0, months, Language::Zh) => format!("{months} 个月"),
        (years, 0, Language::Zh) => format!("{years} 年"),
        (years, months, Language::Zh) => format!("{years} 年 {months} 个月"),
        (0, months, Language::En) => counted(months, "month"),
        (years, 0, Language::En) => counted(years, "year"),
        (years, months, Language::En) => {
            format!(
                "{} and {}",
                counted(years, "year"),
                counted(months, "month")
            )
        }
    }
}

/// A number as sentences and screens write it: thousands separated, with the sign of a minus (U+2212), not a hyphen.
/// Files and programs get the bare digits and the hyphen.
///
/// ```
/// use biaochi_domain::in_sentence;
///
/// assert_eq!(in_sentence("-13250.50"), "\u{2212}13,250.50");
/// assert_eq!(in_sentence(7040), "7,040");
/// ```
pub fn in_sentence(number: impl Display) -> String {
    let number = number.to_string();
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", number.as_str()),
    };
    let end = digits.find(|one: char| !one.is_ascii_digit());
    let (whole, rest) = digits.split_at(end.unwrap_or(digits.len()));
    match whole.parse() {
        Ok(count) => format!("{sign}{}{rest}", thousands(count)),
        Err(_) => format!("{sign}{digits}"),
    }
}

/// A difference the same way, with a plus sign when it is more than zero.
pub fn with_sign(number: &str) -> String {
    let is_zero = !number.contains(|sign: char| matches!(sign, '1'..='9'));
    match number.strip_prefix('-') {
        _ if is_zero => number.trim_start_matches('-').to_owned(),
        Some(_) => in_sentence(number),
        None => format!("+{}", in_sentence(number)),
    }
}

/// Units of what is counted.
const COUNTED: &[&str] = &[
    "个", "人", "名", "家", "所", "张", "台", "例", "人次", "例次", "床", "床日", "份", "项", "次",
    "种", "处", "支", "篇", "起", "组", "类", "辆", "户", "村", "县",
];

/// Decimals of a value in a unit: there are no parts of a bed or a person. The pages write by the same rule.
pub fn decimals_of_unit(unit: &str) -> u32 {
    if COUNTED.contains(&unit) { 0 } else { 2 }
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
    fn a_long_time_is_told_in_months_and_years() {
        let cases = [
            (0, "0 天", "0 days"),
            (1, "1 天", "1 day"),
            (90, "90 天", "90 days"),
            (91, "3 个月", "3 months"),
            (365, "1 年", "1 year"),
            (396, "1 年 1 个月", "1 year and 1 month"),
            (1423, "3 年 11 个月", "3 years and 11 months"),
            (1461, "4 年", "4 years"),
        ];
        for (days, zh, en) in cases {
            assert_eq!(days_in_words(days, Language::Zh), zh);
            assert_eq!(days_in_words(days, Language::En), en);
        }
    }

    #[test]
    fn differences_have_one_sign_everywhere() {
        for (number, expected) in [
            ("1.2", "+1.2"),
            ("-0.5", "\u{2212}0.5"),
            ("0.00", "0.00"),
            ("-0.0", "0.0"),
        ] {
            assert_eq!(with_sign(number), expected);
        }
        assert_eq!(with_sign("12345.6"), "+12,345.6");
    }

    #[test]
    fn numbers_in_sentences_are_separated() {
        for (number, expected) in [
            ("-1,234.50", "\u{2212}1,234.50"),
            ("-1234.50", "\u{2212}1,234.50"),
            ("12", "12"),
            ("1234567.1234", "1,234,567.1234"),
            ("", ""),
        ] {
            assert_eq!(in_sentence(number), expected);
        }
    }

    #[test]
    fn what_is_counted_has_no_decimals() {
        for (unit, decimals) in [("张", 0), ("人次", 0), ("张/千人", 2), ("%", 2), ("", 2)] {
            assert_eq!(decimals_of_unit(unit), decimals, "{unit}");
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

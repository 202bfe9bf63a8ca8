use rust_decimal::Decimal;

/// The value of a target as the document writes it, and the number that counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amount {
    /// As written: `90`, `3-5`, `1:2`, `三级乙等`; empty when the document names none.
    pub text: String,
    /// The number that counts: of a range its lower bound, of a ratio `a:b` the quotient a ÷ b, unless the
    /// pack says which number the words mean.
    pub number: Option<Decimal>,
    /// The upper bound of a range, which is shown and does not count.
    pub upper: Option<Decimal>,
}

impl Amount {
    /// Reads a value as it stands in a document. What is no number stays a text.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        let (number, upper) = if let Some((low, high)) = text.split_once(['-', '—', '～', '~']) {
            match (number(low), number(high)) {
                (Some(low), Some(high)) if low < high => (Some(low), Some(high)),
                _ => (number(text), None),
            }
        } else if let Some((one, other)) = text.split_once([':', '：']) {
            let quotient = number(one).zip(number(other));
            (
                quotient.and_then(|(one, other)| one.checked_div(other)),
                None,
            )
        } else {
            (number(text), None)
        };
        Self {
            text: text.to_owned(),
            number,
            upper,
        }
    }

    /// Whether the document names a value at all.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

fn number(text: &str) -> Option<Decimal> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, number: Option<&str>, upper: Option<&str>) {
        let decimal = |text: &str| text.parse::<Decimal>().expect("a number");
        let amount = Amount::read(text);
        assert_eq!(amount.number, number.map(decimal), "{text}");
        assert_eq!(amount.upper, upper.map(decimal), "{text}");
    }

    #[test]
    fn numbers_ranges_and_ratios_are_read_and_words_are_kept() {
        check("5.37", Some("5.37"), None);
        check("0", Some("0"), None);
        check("-3", Some("-3"), None);
        check("1-2", Some("1"), Some("2"));
        check("3—5", Some("3"), Some("5"));
        check("5-3", None, None);
        check("1:2", Some("0.5"), None);
        check("1：0", None, None);
        check("2+3+n", None, None);
        check("07-10前", None, None);
        check("三级甲等", None, None);
        check("", None, None);
    }
}

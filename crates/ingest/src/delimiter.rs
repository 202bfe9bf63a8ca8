//! The header line taken apart, by each delimiter that a file may use.

/// Delimiters in order of preference.
pub(crate) const DELIMITERS: [u8; 4] = [b',', b'\t', b'|', b';'];

/// The values of the first record of a text and where the next record begins. Quotes are taken away.
pub(crate) fn first_record(text: &str, delimiter: u8) -> (Vec<String>, usize) {
    let bytes = text.as_bytes();
    let mut values = Vec::new();
    let mut at = 0;
    loop {
        let mut value = String::new();
        if bytes.get(at) == Some(&b'"')
            && let crate::scan::Close::At(close) = crate::scan::closing_quote(bytes, at)
        {
            value.push_str(&text[at + 1..close].replace("\"\"", "\""));
            at = close + 1;
        }
        let end = bytes[at..]
            .iter()
            .position(|&byte| byte == delimiter || byte == b'\n')
            .map_or(bytes.len(), |offset| at + offset);
        value.push_str(&text[at..end]);
        let ended = bytes.get(end) != Some(&delimiter);
        if ended && value.ends_with('\r') {
            value.pop();
        }
        values.push(value);
        at = (end + 1).min(bytes.len());
        if ended {
            return (values, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, delimiter: u8, expected: &[&str], next: usize) {
        let (values, at) = first_record(text, delimiter);
        assert_eq!(
            (values.as_slice(), at),
            (expected.map_owned().as_slice(), next),
            "{text:?}"
        );
    }

    trait MapOwned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl MapOwned for &[&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|&text| text.to_owned()).collect()
        }
    }

    #[test]
    fn takes_headers_apart() {
        check("a,b\r\nc", b',', &["a", "b"], 5);
        check("a\tb", b'\t', &["a", "b"], 3);
        check(
            "\"a,\"\"x\",\"b\nc\",d\ne",
            b',',
            &["a,\"x", "b\nc", "d"],
            16,
        );
        check("a,b,\n", b',', &["a", "b", ""], 5);
        check("", b',', &[""], 0);
        check("\"open,b\nc", b',', &["\"open", "b"], 8);
    }
}

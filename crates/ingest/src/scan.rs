//! Where records of delimited text end. The stage that cuts blocks and the parser use the same rules.
//!
//! A quote opens only at the start of a field; within quotes line ends belong to the value and a quote
//! is written twice. A quote that stays open too long is taken for a stray one.

use memchr::{memchr, memrchr};

/// Longest quoted value in bytes.
pub(crate) const QUOTED_BYTES: usize = 64 * 1024;
/// Most line breaks in a quoted value.
pub(crate) const QUOTED_LINES: usize = 100;

/// How a quoted value ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Close {
    /// Position of the closing quote.
    At(usize),
    /// It stays open beyond the limits.
    Beyond,
    /// It is open when the text ends, within the limits.
    End,
}

/// The end of the quoted value whose opening quote is at `open`.
pub(crate) fn closing_quote(bytes: &[u8], open: usize) -> Close {
    let mut from = open + 1;
    let close = loop {
        match memchr(b'"', &bytes[from..]) {
            None => break None,
            Some(offset) => {
                let quote = from + offset;
                if bytes.get(quote + 1) == Some(&b'"') {
                    from = quote + 2;
                } else {
                    break Some(quote);
                }
            }
        }
        if from - open > QUOTED_BYTES {
            break None;
        }
    };
    let inside = &bytes[open + 1..close.unwrap_or(bytes.len())];
    let beyond = inside.len() > QUOTED_BYTES && memchr(b'\n', inside).is_some();
    if beyond || memchr::memchr_iter(b'\n', inside).nth(QUOTED_LINES).is_some() {
        return Close::Beyond;
    }
    close.map_or(Close::End, Close::At)
}

/// Length of the whole records at the start of `bytes`, which begins with a record; zero when the
/// first record is not complete.
pub(crate) fn whole_records(bytes: &[u8], delimiter: u8) -> usize {
    // Line ends in `outside..from` are outside of quotes, and so is everything before `safe`.
    let (mut outside, mut from, mut safe) = (0, 0, 0);
    while let Some(offset) = memchr(b'"', &bytes[from..]) {
        let quote = from + offset;
        from = quote + 1;
        if !opens_value(bytes, quote, delimiter) {
            continue;
        }
        safe = safe.max(line_end_before(bytes, outside, quote));
        match closing_quote(bytes, quote) {
            Close::At(close) => {
                outside = close + 1;
                from = outside;
            }
            // The parser rejects this line and goes on with the next one.
            Close::Beyond => match memchr(b'\n', &bytes[quote..]) {
                None => return safe,
                Some(offset) => {
                    outside = quote + offset + 1;
                    from = outside;
                    safe = outside;
                }
            },
            Close::End => return safe,
        }
    }
    safe.max(line_end_before(bytes, outside, bytes.len()))
}

/// Whether a quote stands at the start of a field.
pub(crate) fn opens_value(bytes: &[u8], quote: usize, delimiter: u8) -> bool {
    quote == 0 || bytes[quote - 1] == delimiter || bytes[quote - 1] == b'\n'
}

/// Position after the last line end in `from..to`, zero when there is none.
fn line_end_before(bytes: &[u8], from: usize, to: usize) -> usize {
    if from >= to {
        return 0;
    }
    memrchr(b'\n', &bytes[from..to]).map_or(0, |offset| from + offset + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, whole: &str) {
        assert_eq!(whole_records(text.as_bytes(), b','), whole.len(), "{text:?}");
    }

    #[test]
    fn cuts_after_the_last_whole_record() {
        check("a,b\nc,d\ne,", "a,b\nc,d\n");
        check("a,b", "");
        check("a,\"x\ny\"\nb,\"z\n", "a,\"x\ny\"\n");
        check("\"x\ny\n", "");
        check("a,x\"y\nb\n", "a,x\"y\nb\n");
        check("a,\"say \"\"hi\"\"\nthere\"\nrest", "a,\"say \"\"hi\"\"\nthere\"\n");
        check("a\n\"b\"\n\"c\"", "a\n\"b\"\n");
    }

    #[test]
    fn a_stray_quote_holds_up_one_line_only() {
        let mut text = String::from("a,\"stray\n");
        for _ in 0..=QUOTED_LINES {
            text.push_str("b,c\n");
        }
        check(&format!("{text}tail"), &text);
    }
}

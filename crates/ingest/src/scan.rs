//! Where records of delimited text end. The stage that cuts blocks and the parser use the same rules.
//!
//! A quote opens only at the start of a field; within quotes line ends belong to the value and a quote
//! is written twice. A quote that stays open too long is taken for a stray one.

use memchr::{memchr, memrchr};

/// Position of the next `byte` at or after `from`, the end of `bytes` when there is none. For the short
/// values of a front page this is quicker than a vectorised search, which pays per call.
#[inline]
pub(crate) fn next_byte(bytes: &[u8], from: usize, byte: u8) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    let pattern = ONES * u64::from(byte);
    let mut at = from;
    while let Some(chunk) = eight(bytes, at) {
        let difference = chunk ^ pattern;
        // The lowest bit set marks the first byte that is zero in `difference`.
        let zeros = difference.wrapping_sub(ONES) & !difference & (ONES << 7);
        if zeros != 0 {
            return at + (zeros.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    bytes[at..]
        .iter()
        .position(|&found| found == byte)
        .map_or(bytes.len(), |offset| at + offset)
}

/// How many bytes from `from` on equal `byte`.
#[inline]
pub(crate) fn run_length(bytes: &[u8], from: usize, byte: u8) -> usize {
    let pattern = u64::from_le_bytes([byte; 8]);
    let mut at = from;
    while let Some(chunk) = eight(bytes, at) {
        let difference = chunk ^ pattern;
        if difference != 0 {
            return at + (difference.trailing_zeros() / 8) as usize - from;
        }
        at += 8;
    }
    at - from
        + bytes[at..]
            .iter()
            .take_while(|&&found| found == byte)
            .count()
}

/// How many times `-` and the delimiter follow each other from `from` on, looked at in fours.
#[inline]
pub(crate) fn dash_run(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let [a, b] = [b'-', delimiter];
    let pattern = u64::from_le_bytes([a, b, a, b, a, b, a, b]);
    let mut at = from;
    while eight(bytes, at) == Some(pattern) {
        at += 8;
    }
    (at - from) / 2
}

#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk: [u8; 8] = bytes.get(at..at + 8)?.try_into().ok()?;
    Some(u64::from_le_bytes(chunk))
}

/// Whether there are control characters other than tabs and line ends.
pub(crate) fn has_controls(bytes: &[u8]) -> bool {
    // Chunks without a way out early, so that the compiler can look at many bytes at once.
    bytes.chunks(1024).any(|chunk| {
        chunk.iter().fold(false, |found, &byte| {
            found | ((byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r'))
        })
    })
}

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
    if beyond
        || memchr::memchr_iter(b'\n', inside)
            .nth(QUOTED_LINES)
            .is_some()
    {
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
        assert_eq!(
            whole_records(text.as_bytes(), b','),
            whole.len(),
            "{text:?}"
        );
    }

    #[test]
    fn searches_agree_with_plain_loops() {
        let text = b",,,,,,,,,,,a,bcdefghijkl,,-,-,-,-,-,-,x,\xe5\x8c\x97";
        for from in 0..=text.len() {
            for byte in [b',', b'-', b'x', b'z', 0x8c] {
                let plain = text[from..].iter().position(|&found| found == byte);
                let expected = plain.map_or(text.len(), |offset| from + offset);
                assert_eq!(next_byte(text, from, byte), expected);
                let run = text[from..]
                    .iter()
                    .take_while(|&&found| found == byte)
                    .count();
                assert_eq!(run_length(text, from, byte), run);
            }
            let dashes = dash_run(text, from, b',');
            assert_eq!(
                &text[from..from + 2 * dashes],
                "-,".repeat(dashes).as_bytes()
            );
        }
        assert_eq!(dash_run(b"-,-,-,-,-,-,", 0, b','), 4);
        assert!(has_controls(b"a\0b") && !has_controls(b"a\tb\r\n"));
    }

    #[test]
    fn cuts_after_the_last_whole_record() {
        check("a,b\nc,d\ne,", "a,b\nc,d\n");
        check("a,b", "");
        check("a,\"x\ny\"\nb,\"z\n", "a,\"x\ny\"\n");
        check("\"x\ny\n", "");
        check("a,x\"y\nb\n", "a,x\"y\nb\n");
        check(
            "a,\"say \"\"hi\"\"\nthere\"\nrest",
            "a,\"say \"\"hi\"\"\nthere\"\n",
        );
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

//! Texts of values before they are read by type: blanks, unfilled markers, spreadsheet disguises.

use std::borrow::Cow;

/// The text without surrounding blanks, also full-width ones, and without marks of invisible width.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [only] if only.is_ascii_graphic() => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}'),
    }
}

/// Whether a trimmed text is what hospitals write for “not filled in”: nothing, dashes of any width,
/// a slash, or the NULL of a database export.
#[inline]
pub fn is_unfilled(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.len() {
        0 => true,
        1 => matches!(bytes[0], b'-' | b'/'),
        // The shortest of the others has two bytes, the longest (two wide dashes) six; few values
        // begin like one of them.
        2..=6 if matches!(bytes[0], b'-' | 0xe2 | 0xef | b'N' | b'n' | b'\\') => matches!(
            text,
            "--" | "—" | "——" | "－" | "－－" | "–" | "―" | "／" | "NULL" | "null" | "Null" | "\\N"
        ),
        _ => false,
    }
}

/// Takes away the disguise `="0012"`, by which spreadsheets are made to keep leading zeros.
#[inline]
pub(crate) fn undisguised(text: &str) -> &str {
    if text.as_bytes().first() != Some(&b'=') {
        return text;
    }
    text.strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text)
}

/// Whether a long number was turned into exponent form, such as `4.50123198001E+17`.
#[inline]
pub(crate) fn has_lost_digits(text: &str) -> bool {
    // `E+17` at the end, as every spreadsheet writes it, behind digits and a point.
    let Some((mantissa, [b'E' | b'e', b'+', tens, ones])) = text.as_bytes().split_last_chunk()
    else {
        return false;
    };
    matches!(tens, b'1'..=b'9')
        && ones.is_ascii_digit()
        && !mantissa.is_empty()
        && mantissa
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// Whether a text is what a spreadsheet shows for a formula that failed, such as `#N/A`.
#[inline]
pub(crate) fn is_formula_error(text: &str) -> bool {
    text.as_bytes().first() == Some(&b'#')
        && matches!(
            text,
            "#N/A"
                | "#REF!"
                | "#VALUE!"
                | "#DIV/0!"
                | "#NAME?"
                | "#NULL!"
                | "#NUM!"
                | "#DATA!"
                | "#SPILL!"
                | "#CALC!"
                | "#GETTING_DATA"
        )
}

/// Full-width digits and signs as ASCII; borrowed when there are none.
pub(crate) fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrowed = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            '。' => '.',
            '—' | '–' | '−' => '-',
            other => other,
        })
        .collect();
    Cow::Owned(narrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfilled_markers() {
        for text in [
            "", "-", "—", "－", "——", "--", "　", " \t", "/", "NULL", "\u{feff}",
        ] {
            assert!(is_unfilled(trimmed(text)), "{text:?}");
        }
        for text in ["0", "无", "-1", "- -x", "N/A1"] {
            assert!(!is_unfilled(trimmed(text)), "{text:?}");
        }
    }

    #[test]
    fn spreadsheet_disguises() {
        assert_eq!(undisguised("=\"00123\""), "00123");
        assert_eq!(undisguised("=1+1"), "=1+1");
        assert!(has_lost_digits("4.50123198001E+17"));
        assert!(has_lost_digits("1e+12"));
        for code in ["0E26", "12E10", "2024E12", "1e10"] {
            assert!(!has_lost_digits(code), "{code}");
        }
        assert!(!has_lost_digits("00.66E"));
        assert!(!has_lost_digits("38.93"));
        assert!(!has_lost_digits("E10.900"));
    }

    #[test]
    fn full_width_becomes_narrow() {
        assert_eq!(narrow("１２３．５"), "123.5");
        assert_eq!(narrow("２０２４－０３－０５"), "2024-03-05");
    }
}

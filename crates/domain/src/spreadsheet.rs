//! Texts that go through a spreadsheet and come back.

use std::borrow::Cow;

/// A text that no spreadsheet runs as a formula: one that begins like a formula gets a `'` in front.
/// Negative numbers stay numbers.
pub fn spreadsheet_text(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// The text that [`spreadsheet_text`] made safe.
pub fn from_spreadsheet_text(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

fn is_formula(text: &str) -> bool {
    // The full-width ones count in East Asian spreadsheets.
    text.starts_with(['=', '+', '@', '\t', '\r', '\n', '＝', '＋', '＠'])
        || text.starts_with('－') && text.len() > '－'.len_utf8()
        || text.starts_with('-') && text.parse::<f64>().is_err() && text.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_come_back() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-0.5", "-0.5"),
            ("-", "-"),
            ("-cmd", "'-cmd"),
            ("＝HYPERLINK(1)", "'＝HYPERLINK(1)"),
            ("－", "－"),
            ("'tis", "'tis"),
            ("急性阑尾炎", "急性阑尾炎"),
            ("", ""),
        ] {
            assert_eq!(spreadsheet_text(text), safe);
            assert_eq!(from_spreadsheet_text(safe), text);
        }
    }
}

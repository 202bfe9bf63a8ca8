//! Making texts comparable that people write in different ways.

/// A code without what people add or lose: blanks, dots, letter case, full-width forms, `×` for `x`.
///
/// `ｉ１０．×００` and `I10.x00` fold to the same text. Dots stand at a fixed place in both code
/// systems, so leaving them out joins no two codes.
pub fn fold_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match half_width(c) {
            c if c.is_whitespace() || is_invisible(c) => {}
            '.' | '。' | '·' => {}
            // Multiplication sign and Cyrillic ha, as some input methods give them.
            '×' | '✕' | 'Х' | 'х' => out.push('X'),
            '†' => out.push('+'),
            '＊' | '∗' | '﹡' => out.push('*'),
            c => out.extend(c.to_uppercase()),
        }
    }
    out
}

/// A name without punctuation, blanks, letter case and full-width forms; `Ⅱ` becomes `ii`.
pub fn fold_name(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_name_into(text, |c| out.push(c));
    out
}

/// Calls `push` with each character of the folded name.
pub(crate) fn fold_name_into(text: &str, mut push: impl FnMut(char)) {
    for c in text.chars() {
        // The bulk of all names: no table needed.
        if ('\u{4e00}'..='\u{9fff}').contains(&c) {
            push(c);
            continue;
        }
        if let Some(roman) = roman_numeral(c) {
            roman.chars().for_each(&mut push);
            continue;
        }
        let c = match half_width(c) {
            // Written with the common character wherever the rare one cannot be typed.
            '𧿹' => '拇',
            c => c,
        };
        if c.is_alphanumeric() && !is_invisible(c) {
            c.to_lowercase().for_each(&mut push);
        } else if matches!(c, '+' | '%') {
            push(c);
        }
    }
}

/// The ASCII form of a full-width character.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Zero-width characters and byte-order marks that spreadsheets leave behind.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{00ad}'
    )
}

fn roman_numeral(c: char) -> Option<&'static str> {
    const NUMERALS: [&str; 12] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    let at = match c {
        '\u{2160}'..='\u{216b}' => u32::from(c) - 0x2160,
        '\u{2170}'..='\u{217b}' => u32::from(c) - 0x2170,
        _ => return None,
    };
    NUMERALS.get(at as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fold() {
        for (text, expected) in [
            ("I10.x00", "I10X00"),
            ("ｉ１０．×００", "I10X00"),
            (" a01.000X005 + J17.0＊ ", "A01000X005+J170*"),
            ("A54.202†N51.0*", "A54202+N510*"),
            ("\u{feff}A01.100\u{200b}", "A01100"),
            ("", ""),
        ] {
            assert_eq!(fold_code(text), expected, "{text}");
        }
    }

    #[test]
    fn names_fold() {
        for (text, expected) in [
            ("继发性肺结核（初治,单耐药）", "继发性肺结核初治单耐药"),
            ("Ⅱ型糖尿病", "ii型糖尿病"),
            ("２型 糖尿病", "2型糖尿病"),
            ("光化学疗法[PUVA]", "光化学疗法puva"),
            ("CD4+细胞<20%", "cd4+细胞20%"),
            ("𧿹囊切除术", "拇囊切除术"),
        ] {
            assert_eq!(fold_name(text), expected, "{text}");
        }
    }
}

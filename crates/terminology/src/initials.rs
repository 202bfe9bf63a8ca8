//! Pinyin initials of names, with every reading of a polyphone.

use pinyin::{ToPinyin, ToPinyinMulti};

use crate::fold::fold_name_into;

/// The initials a coder types for a name, by the most common readings: `前壁` → `qb`.
///
/// Letters and digits are kept, punctuation is left out.
pub fn initials(name: &str) -> String {
    let mut out = String::new();
    fold_name_into(name, |c| {
        if let Some(readings) = Readings::of(c) {
            out.push(char::from(readings.main));
        }
    });
    out
}

/// The letters under which a character can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Readings {
    /// The letter or digit of the most common reading.
    pub(crate) main: u8,
    /// All of them, as a set of [`bit`]s.
    pub(crate) all: u64,
}

impl Readings {
    /// Of a folded character; `None` when it is not typed at all (Greek letters, signs).
    pub(crate) fn of(c: char) -> Option<Self> {
        if c.is_ascii_alphanumeric() {
            let byte = c.to_ascii_lowercase() as u8;
            return Some(Self {
                main: byte,
                all: bit(byte),
            });
        }
        if let Some(byte) = rare_character(c) {
            return Some(Self {
                main: byte,
                all: bit(byte),
            });
        }
        let first = first_letter(c.to_pinyin()?.plain())?;
        let mut all = bit(first);
        if let Some(multi) = c.to_pinyin_multi() {
            for reading in multi {
                all |= first_letter(reading.plain()).map_or(0, bit);
            }
        }
        let main = medical_reading(c).unwrap_or(first);
        Some(Self {
            main,
            all: all | bit(main),
        })
    }
}

/// The place of a letter or digit in a set of initials, zero for any other byte.
pub(crate) fn bit(byte: u8) -> u64 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        b'A'..=b'Z' => 1 << (byte - b'A'),
        b'0'..=b'9' => 1 << (26 + byte - b'0'),
        _ => 0,
    }
}

fn first_letter(reading: &str) -> Option<u8> {
    let first = reading.chars().next()?;
    // Readings such as `ê` have no letter on a keyboard.
    first.is_ascii_lowercase().then_some(first as u8)
}

/// Characters of names that the table of readings lacks.
fn rare_character(c: char) -> Option<u8> {
    match c {
        '𬌗' => Some(b'h'), // 错𬌗
        '𧿹' => Some(b'm'), // 𧿹趾
        _ => None,
    }
}

/// Readings that medicine uses although another one is more common in general texts.
///
/// Only the rank depends on this: every reading finds the name.
fn medical_reading(c: char) -> Option<u8> {
    Some(match c {
        '膀' => b'p', // 膀胱
        '重' => b'z', // 重度; 重复 is the rarer one
        '长' => b'c', // 长骨, 延长
        '行' => b'x', // 进行性
        '弹' => b't', // 弹性, 弹响
        '壳' => b'k', // 壳核
        '率' => b'l', // 心率
        '会' => b'h', // 会阴
        '调' => b't', // 失调, 调节
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_names() {
        for (name, expected) in [
            ("急性阑尾炎", "jxlwy"),
            ("膀胱恶性肿瘤", "pgexzl"),
            ("2型糖尿病", "2xtnb"),
            ("光化学疗法[PUVA]", "ghxlfpuva"),
            ("β-地中海贫血", "dzhpx"),
            ("错𬌗畸形", "chjx"),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn polyphones_know_all_readings() {
        for (c, letters) in [
            ('血', "x"),
            ('长', "cz"),
            ('重', "zc"),
            ('卒', "zc"),
            ('膀', "pb"),
        ] {
            let readings = Readings::of(c).expect("a Chinese character");
            for letter in letters.bytes() {
                assert_ne!(readings.all & bit(letter), 0, "{c} {}", char::from(letter));
            }
        }
        assert_eq!(Readings::of('，'), None);
    }
}

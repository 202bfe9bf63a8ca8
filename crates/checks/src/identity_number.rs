//! The resident identity number: GB 11643-1999.

use jiff::civil::Date;

/// A resident identity number whose parts hold: 18 characters with the right check character, or the
/// 15 digits of the first generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityNumber {
    /// Date of birth.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
}

/// Sex as the number tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// An odd sequence number; `1` in RC001.
    Male,
    /// An even sequence number; `2` in RC001.
    Female,
}

/// Factors of the first 17 digits, GB 11643-1999 (ISO 7064 MOD 11-2).
const FACTORS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check character by remainder.
const CHECK: [u8; 11] = *b"10X98765432";

impl IdentityNumber {
    /// Reads a number; `None` when its length, date or check character is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| -> Option<u32> {
            let digits = text.get(range)?;
            digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse().ok())?
        };
        let (year, month, day, sequence) = match bytes.len() {
            18 => {
                let sum = bytes[..17]
                    .iter()
                    .zip(FACTORS)
                    .try_fold(0, |sum, (byte, factor)| {
                        byte.is_ascii_digit()
                            .then(|| sum + u32::from(byte - b'0') * factor)
                    })?;
                if CHECK[(sum % 11) as usize] != bytes[17].to_ascii_uppercase() {
                    return None;
                }
                (
                    digits(6..10)?,
                    digits(10..12)?,
                    digits(12..14)?,
                    digits(14..17)?,
                )
            }
            15 => {
                digits(0..6)?;
                (
                    1900 + digits(6..8)?,
                    digits(8..10)?,
                    digits(10..12)?,
                    digits(12..15)?,
                )
            }
            _ => return None,
        };
        let birth_date = Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        );
        Some(Self {
            birth_date: birth_date.ok()?,
            sex: if sequence % 2 == 1 {
                Sex::Male
            } else {
                Sex::Female
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_example_of_the_standard_and_near_misses() {
        // GB 11643-1999, annex: a sample number, no person's.
        let sample = IdentityNumber::parse("11010519491231002X").expect("valid");
        assert_eq!(
            (sample.birth_date, sample.sex),
            (date(1949, 12, 31), Sex::Female)
        );
        assert!(IdentityNumber::parse("11010519491231002x").is_some());
        for wrong in [
            "110105194912310021",
            "11010519491331002X",
            "1101051949123100",
            "",
            "身份证号码一二三四五六",
        ] {
            assert_eq!(IdentityNumber::parse(wrong), None, "{wrong}");
        }
        let old = IdentityNumber::parse("110105491231001").expect("valid");
        assert_eq!((old.birth_date, old.sex), (date(1949, 12, 31), Sex::Male));
    }
}

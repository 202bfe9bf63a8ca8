//! Resident identity numbers that nobody has.
//!
//! Eighteen characters as GB 11643 wants them: division, date of birth, serial number whose last digit
//! tells the sex, check character. Everything is right except the division: no number issued begins
//! with [`DIVISION`], so a number passes every check of form and still cannot be a person's.

use biaochi_records::CompactString;
use compact_str::format_compact;
use jiff::civil::Date;

use crate::people::Sex;

/// The division of the fictitious county. No resident identity number begins with 99: divisions run
/// from 11 to 65, 71 and 81 to 83, and cards of foreign residents have 9 and a real province.
const DIVISION: &str = "990121";

/// Weights of the digits and the check characters (GB 11643, after ISO 7064).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// A number for a birthday and a sex; `key` chooses among those that fit.
pub(crate) fn identity_number(birth: Date, sex: Sex, key: u64) -> CompactString {
    // The last digit of the serial number is odd for men, even for women.
    let serial = (key % 499) * 2 + u64::from(sex == Sex::Male);
    let digits = format_compact!(
        "{DIVISION}{:04}{:02}{:02}{serial:03}",
        birth.year(),
        birth.month(),
        birth.day()
    );
    with_check(&digits)
}

/// Seventeen digits and their check character.
pub(crate) fn with_check(digits: &str) -> CompactString {
    let mut number = CompactString::from(digits);
    number.push(CHECKS[check_position(digits)]);
    number
}

/// Seventeen digits and a check character that is not theirs; `key` chooses which.
pub(crate) fn with_wrong_check(digits: &str, key: u32) -> CompactString {
    let mut number = CompactString::from(digits);
    let wrong = (check_position(digits) + 1 + key as usize % 10) % CHECKS.len();
    number.push(CHECKS[wrong]);
    number
}

fn check_position(digits: &str) -> usize {
    let sum: u32 = digits
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    (sum % 11) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::date;

    #[test]
    fn the_example_of_the_standard_has_its_check_character() {
        assert_eq!(with_check("11010519491231002"), "11010519491231002X");
    }

    proptest! {
        #[test]
        fn numbers_agree_with_the_person_and_cannot_be_issued(key: u64, birth in -15_000i32..20_000, male: bool) {
            let sex = if male { Sex::Male } else { Sex::Female };
            let number = identity_number(date(birth), sex, key);
            prop_assert!(number.starts_with("99"));
            prop_assert_eq!(&number[6..14], date(birth).strftime("%Y%m%d").to_string());
            prop_assert_eq!(number.as_bytes()[16] % 2 == 1, male);
            prop_assert_eq!(with_check(&number[..17]), number);
        }

        #[test]
        fn a_wrong_check_character_is_wrong(serial in 0u32..1_000, key: u32) {
            let digits = format!("99012119700101{serial:03}");
            prop_assert_ne!(with_check(&digits), with_wrong_check(&digits, key));
        }
    }
}

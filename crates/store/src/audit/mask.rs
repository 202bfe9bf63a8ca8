/// A free text without numbers of persons: what is written like an identity number (15 or 18 characters) or a mobile
/// phone number becomes `***`, whatever stands around it and also in full-width digits or in groups. The trail is kept
/// for years and read by those who may see no records.
pub(super) fn masked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = letters.as_slice();
    let mut before = None;
    while let [first, after @ ..] = rest {
        // Keys of records and hashes have digits in a row by chance, and have to stay whole.
        let is_new_word = before.is_none_or(|before: char| !before.is_ascii_alphanumeric());
        let hash = if is_new_word { hash_length(rest) } else { 0 };
        if let (1.., Some((hash, after))) = (hash, rest.split_at_checked(hash)) {
            out.extend(hash);
            before = hash.last().copied();
            rest = after;
            continue;
        }
        // Only where a number begins: the end of a longer one is none.
        let begins = digit(*first).is_some() && before.and_then(digit).is_none();
        let length = if begins { personal(rest) } else { None };
        if let Some(length) = length {
            out.push_str("***");
            before = length
                .checked_sub(1)
                .and_then(|last| rest.get(last).copied());
            rest = rest.get(length..).unwrap_or_default();
        } else {
            out.push(*first);
            before = Some(*first);
            rest = after;
        }
    }
    out
}

/// How many characters at the beginning are a word of hexadecimal digits that is long enough for a hash, else 0.
fn hash_length(letters: &[char]) -> usize {
    let word = letters
        .iter()
        .take_while(|letter| letter.is_ascii_alphanumeric());
    let (mut length, mut is_hash) = (0, true);
    for letter in word {
        length += 1;
        is_hash &= letter.is_ascii_hexdigit();
    }
    match is_hash && length >= 24 {
        true => length,
        false => 0,
    }
}

/// A digit, as typed with any keyboard.
fn digit(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
        _ => None,
    }
}

/// How many characters at the beginning are a person's number.
fn personal(letters: &[char]) -> Option<usize> {
    let mut digits = String::new();
    let mut groups = Vec::new();
    let mut place = 0;
    let mut group = 0;
    let mut found = None;
    loop {
        match letters.get(place).copied() {
            Some(letter) if digit(letter).is_some() => {
                digits.extend(digit(letter));
                group += 1;
                place += 1;
                continue;
            }
            Some('x' | 'X' | 'ｘ' | 'Ｘ') if digits.len() == 17 => {
                let last = letters.get(place + 1).copied();
                if last.and_then(digit).is_none() {
                    digits.push('X');
                    group += 1;
                    place += 1;
                }
            }
            _ => {}
        }
        groups.push(group);
        if is_personal(&digits, &groups) {
            found = Some(place);
        }
        let gap = matches!(letters.get(place), Some(' ' | '-' | '－'));
        let next = letters.get(place + 1).copied().and_then(digit);
        if !gap || next.is_none() || digits.len() >= 18 {
            return found;
        }
        place += 1;
        group = 0;
    }
}

/// Whether digits, written in groups of these lengths, are a person's number.
fn is_personal(digits: &str, groups: &[usize]) -> bool {
    match groups {
        [11] | [3, 4, 4] => digits.starts_with('1'),
        [13] | [2, 11] | [2, 3, 4, 4] => digits.starts_with("861"),
        [15] | [6, 6, 3] => is_day(digits.get(8..12)),
        [18] | [6, 8, 4] => {
            matches!(digits.get(6..8), Some("18" | "19" | "20")) && is_day(digits.get(10..14))
        }
        _ => false,
    }
}

/// Whether four digits are a month and a day, as in an identity number; codes of institutions have others there.
fn is_day(digits: Option<&str>) -> bool {
    let digits = digits.and_then(|digits| digits.parse::<u32>().ok());
    digits.is_some_and(|digits| {
        (1..=12).contains(&(digits / 100)) && (1..=31).contains(&(digits % 100))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text), expected);
    }

    #[test]
    fn numbers_of_persons_do_not_stay() {
        check(
            "张某 11010119900307867X 电话13800138000。",
            "张某 *** 电话***。",
        );
        check("110101900307867", "***");
        // Whatever stands around it, and however it is written.
        check("ID11010119900307867X；tel13800138000a", "ID***；tel***a");
        check("１３８００１３８０００", "***");
        check("138-0013-8000 138 0013 8000", "*** ***");
        check("+86 138 0013 8000、8613800138000", "+***、***");
        check("110101 19900307 867x", "***");
        check("证件１１０１０１１９９００３０７８６７Ｘ。", "证件***。");
        check(
            "2024-03-01 10:20，1234567890123456789012",
            "2024-03-01 10:20，1234567890123456789012",
        );
        check(
            "补录 2024-03 第 12345 份，45010000-1",
            "补录 2024-03 第 12345 份，45010000-1",
        );
        check("91110000MA01ABCD2X", "91110000MA01ABCD2X");
        check(&"ab12".repeat(16), &"ab12".repeat(16));
        let key = "A/50d13800138000defa3665b85ec0f09e5/CO001";
        check(key, key);
        check("20240301000", "20240301000");
        check("124501004985012345", "124501004985012345");
        check("", "");
    }
}

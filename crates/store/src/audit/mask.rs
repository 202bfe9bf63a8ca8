/// A free text without numbers of persons: runs of digits that are as long as an identity number (15 or 18 characters)
/// or a mobile phone number become `***`. The trail is kept for years and read by those who may see no records.
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
        } else {
            flush(&mut word, &mut out);
            out.push(letter);
        }
    }
    flush(&mut word, &mut out);
    out
}

fn flush(word: &mut String, out: &mut String) {
    if is_personal(word) {
        out.push_str("***");
    } else {
        out.push_str(word);
    }
    word.clear();
}

fn is_personal(word: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match word.len() {
        11 => digits(word) && word.starts_with('1'),
        15 => digits(word) && is_day(word.get(8..12)),
        18 => {
            let (body, last) = word.split_at(17);
            digits(body)
                && matches!(last.as_bytes(), [b'0'..=b'9' | b'x' | b'X'])
                && matches!(body.get(6..8), Some("18" | "19" | "20"))
                && is_day(body.get(10..14))
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
        check(
            "补录 2024-03 第 12345 份，45010000-1",
            "补录 2024-03 第 12345 份，45010000-1",
        );
        check("91110000MA01ABCD2X", "91110000MA01ABCD2X");
        check(&"ab12".repeat(16), &"ab12".repeat(16));
        check("20240301000", "20240301000");
        check("124501004985012345", "124501004985012345");
        check("", "");
    }
}

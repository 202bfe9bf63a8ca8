//! Where a code stands among others, by its characters alone.
//!
//! National codes have six places beside the dot (K35.900, I10.x00, 47.0100), a seventh `x` and three
//! digits where they were extended once more. International codes are shorter: K35.9, I10, 47.01.

use crate::fold::fold_code;

/// A folded code that has places at all: no two codes in one, and digits behind the third place.
pub(super) fn plain(code: &str) -> Option<String> {
    let folded = fold_code(code);
    let places = folded.len() >= 3
        && folded.bytes().all(|b| b.is_ascii_alphanumeric())
        && folded
            .bytes()
            .skip(3)
            .all(|b| b.is_ascii_digit() || b == b'X');
    places.then_some(folded)
}

/// A short international code with all six places.
pub(super) fn padded(folded: &str) -> Option<String> {
    match folded.len() {
        3 => Some(format!("{folded}X00")),
        4 => Some(format!("{folded}00")),
        _ => None,
    }
}

/// The codes from which a longer one was extended, the nearest first.
pub(super) fn above(folded: &str) -> Vec<String> {
    let mut above = Vec::new();
    if folded.len() > 6 {
        above.push(folded[..6].to_owned());
    }
    if folded.len() >= 6 {
        above.extend(padded(&folded[..4]));
        above.extend(padded(&folded[..3]));
    }
    above.retain(|code| code != folded);
    above.dedup();
    above
}

/// The beginning that a code and its finer ones share.
pub(super) fn stem(folded: &str) -> &str {
    let stem = folded
        .strip_suffix("X00")
        .or_else(|| folded.strip_suffix("00"))
        .unwrap_or(folded);
    if stem.len() < 3 { folded } else { stem }
}

/// The category of a code: its first three places.
pub(super) fn category(code: &str) -> Option<String> {
    fold_code(code).get(..3).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_codes() {
        for (code, expected) in [
            ("K35.9", Some("K359")),
            ("i10.X00x002", Some("I10X00X002")),
            ("47.01", Some("4701")),
            ("A01.000x003+G01*", None),
            ("C50.800M85000/3", None),
            ("K3", None),
            ("阑尾炎", None),
            ("I10.zzz", None),
        ] {
            assert_eq!(plain(code).as_deref(), expected, "{code}");
        }
        assert_eq!(padded("I10").as_deref(), Some("I10X00"));
        assert_eq!(padded("4701").as_deref(), Some("470100"));
        assert_eq!(padded("K3590"), None);
        assert_eq!(above("K35800X999"), ["K35800", "K35X00"]);
        assert_eq!(above("K35801"), ["K35800", "K35X00"]);
        assert_eq!(above("K35"), Vec::<String>::new());
        assert_eq!(
            (stem("K35900"), stem("I10X00"), stem("K35901")),
            ("K359", "I10", "K35901")
        );
        assert_eq!(category("ｋ35.9").as_deref(), Some("K35"));
    }
}

//! Ranges of diagnosis and procedure codes, as coders write them: `O80-O84, Z37, I21.0`.

/// Codes given by their beginnings and by intervals of beginnings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeRanges {
    /// Sorted by start.
    ranges: Vec<Range>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    /// A code is in when its beginning, as long as `from`, is not before it…
    from: String,
    /// …and its beginning, as long as `to`, is not behind it.
    to: String,
}

/// A text that is no list of ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotARange {
    /// The piece that cannot be understood.
    pub piece: String,
}

impl CodeRanges {
    /// Reads ranges parted by commas or blanks; capital letters are meant.
    ///
    /// ```
    /// let ranges = biaochi_checks::CodeRanges::parse("C50-C63, I21.0").unwrap();
    /// assert!(ranges.contains("C61.x00") && ranges.contains("I21.000"));
    /// assert!(!ranges.contains("C64.x00") && !ranges.contains("I21.100"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, NotARange> {
        let mut ranges = Vec::new();
        let pieces = text.split([',', '，', ' ', '\n', '\t', '、']);
        for piece in pieces.map(str::trim).filter(|piece| !piece.is_empty()) {
            let (from, to) = piece.split_once('-').unwrap_or((piece, piece));
            let is_code = |code: &str| {
                let letters = code
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b".+*/".contains(&byte));
                letters && !code.is_empty() && code.as_bytes()[0].is_ascii_alphanumeric()
            };
            let ordered = from <= to || to.starts_with(from);
            if !is_code(from) || !is_code(to) || !ordered {
                return Err(NotARange {
                    piece: piece.to_owned(),
                });
            }
            ranges.push(Range {
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
        ranges.sort();
        Ok(Self { ranges })
    }

    /// Whether a code is in one of the ranges.
    pub fn contains(&self, code: &str) -> bool {
        // Sorted by start: what starts behind the code cannot hold it.
        let candidates = self
            .ranges
            .partition_point(|range| range.from.as_str() <= code);
        self.ranges[..candidates]
            .iter()
            .any(|range| range.contains(code))
    }

    /// Whether there is no range at all.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// These ranges and those of another list.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.ranges.extend(other.ranges.iter().cloned());
        self.ranges.sort();
        self
    }
}

impl Range {
    fn contains(&self, code: &str) -> bool {
        let beginning = |length: usize| code.get(..length.min(code.len())).unwrap_or(code);
        // A code shorter than the start would be in only if it were not before it.
        beginning(self.from.len()) >= self.from.as_str()
            && beginning(self.to.len()) <= self.to.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ranges: &str, inside: &[&str], outside: &[&str]) {
        let ranges = CodeRanges::parse(ranges).expect("ranges");
        for code in inside {
            assert!(ranges.contains(code), "{code} should be in");
        }
        for code in outside {
            assert!(!ranges.contains(code), "{code} should not be in");
        }
    }

    #[test]
    fn beginnings_and_intervals_with_their_bounds() {
        check("Z37", &["Z37.000", "Z37"], &["Z36.900", "Z38.000", "Z3"]);
        check(
            "O80-O84",
            &["O80.000", "O84.900x001", "O82"],
            &["O79.900", "O85.x00"],
        );
        check(
            "Z31.1-Z31.2",
            &["Z31.100", "Z31.200x001"],
            &["Z31.000", "Z31.300", "Z31"],
        );
        check("65-75", &["65.0100", "75.9900"], &["64.9900", "76.0100"]);
        check(
            "C00-C14, C80",
            &["C05.100", "C80.900"],
            &["C15.900", "C79.900"],
        );
        check(
            "74.0-74.2,74.4",
            &["74.1x01", "74.4x00"],
            &["74.3x00", "74.5"],
        );
        check("", &[], &["A00"]);
    }

    #[test]
    fn nonsense_is_told() {
        for text in ["C50-", "甲", "C60-C50", "C50;C51"] {
            assert!(CodeRanges::parse(text).is_err(), "{text}");
        }
    }
}

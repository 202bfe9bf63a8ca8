//! Ranges of diagnosis and procedure codes, as coders write them: `O80-O84, Z37, I21.0`.

/// Codes given by their beginnings and by intervals of beginnings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeRanges {
    /// Starts and ends in turn, ascending: a code is in when an odd number of them is not behind it.
    bounds: Vec<Key>,
}

/// The beginning of a code as numbers that sort like it. Two numbers compare in two steps, where texts
/// would be compared byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128, u64);

impl Key {
    /// Bytes of a code that count. The longest codes of any edition have some twenty.
    const LENGTH: usize = 24;

    fn of(code: &[u8]) -> Self {
        let mut bytes = [0; Self::LENGTH];
        let length = code.len().min(Self::LENGTH);
        bytes[..length].copy_from_slice(&code[..length]);
        let (mut high, mut low) = ([0; 16], [0; 8]);
        high.copy_from_slice(&bytes[..16]);
        low.copy_from_slice(&bytes[16..]);
        Self(u128::from_be_bytes(high), u64::from_be_bytes(low))
    }

    /// The first key behind every code with this beginning: no text has the byte 255.
    fn behind(beginning: &str) -> Self {
        let mut bytes = beginning.as_bytes().to_vec();
        bytes.push(u8::MAX);
        Self::of(&bytes)
    }
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
        let mut spans = Vec::new();
        let pieces = text.split([',', '，', ' ', '\n', '\t', '、']);
        for piece in pieces.map(str::trim).filter(|piece| !piece.is_empty()) {
            let (from, to) = piece.split_once('-').unwrap_or((piece, piece));
            let is_code = |code: &str| {
                let letters = code
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b".+*/".contains(&byte));
                letters
                    && (1..Key::LENGTH).contains(&code.len())
                    && code.as_bytes()[0].is_ascii_alphanumeric()
            };
            let ordered = from <= to || to.starts_with(from);
            if !is_code(from) || !is_code(to) || !ordered {
                return Err(NotARange {
                    piece: piece.to_owned(),
                });
            }
            spans.push((Key::of(from.as_bytes()), Key::behind(to)));
        }
        Ok(Self::of_spans(spans))
    }

    /// Spans that touch or overlap become one.
    fn of_spans(mut spans: Vec<(Key, Key)>) -> Self {
        spans.sort_unstable();
        let mut bounds: Vec<Key> = Vec::with_capacity(spans.len() * 2);
        for (from, behind) in spans {
            match bounds.last_mut() {
                Some(last) if from <= *last => *last = behind.max(*last),
                _ => bounds.extend([from, behind]),
            }
        }
        Self { bounds }
    }

    fn spans(&self) -> impl Iterator<Item = (Key, Key)> {
        self.bounds.chunks_exact(2).map(|span| (span[0], span[1]))
    }

    /// Whether a code is in one of the ranges.
    pub fn contains(&self, code: &str) -> bool {
        let key = Key::of(code.as_bytes());
        self.bounds.partition_point(|bound| *bound <= key) % 2 == 1
    }

    /// Whether there is no range at all.
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// These ranges without those of another list.
    ///
    /// ```
    /// let ranges = |text| biaochi_checks::CodeRanges::parse(text).unwrap();
    /// let surgery = ranges("01-86").without(&ranges("01.1, 38.9"));
    /// assert!(surgery.contains("01.0900") && surgery.contains("38.8x00"));
    /// assert!(!surgery.contains("01.1300") && !surgery.contains("38.9300"));
    /// ```
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        for (mut from, behind) in self.spans() {
            for (other_from, other_behind) in other.spans() {
                if other_behind <= from || behind <= other_from {
                    continue;
                }
                if from < other_from {
                    left.push((from, other_from));
                }
                from = other_behind.min(behind);
            }
            if from < behind {
                left.push((from, behind));
            }
        }
        Self::of_spans(left)
    }

    /// These ranges and those of another list.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        Self::of_spans(self.spans().chain(other.spans()).collect())
    }
}

/// Many lists of ranges, asked at once: in which of them is a code?
///
/// The bounds of all lists cut the codes into intervals, and for each interval stands which lists hold
/// it, so that one search answers for all of them.
#[derive(Debug, Clone, Default)]
pub struct CodeClasses {
    bounds: Vec<Key>,
    /// For the interval before each bound, and the one behind the last, where its lists begin in
    /// `lists`; and where the last ones end.
    starts: Vec<u32>,
    lists: Vec<u32>,
}

impl CodeClasses {
    /// Brings lists together; they are known by their places from here on.
    pub fn new<'a>(all: impl IntoIterator<Item = &'a CodeRanges>) -> Self {
        let all: Vec<&CodeRanges> = all.into_iter().collect();
        let mut bounds: Vec<Key> = all
            .iter()
            .flat_map(|ranges| &ranges.bounds)
            .copied()
            .collect();
        bounds.sort_unstable();
        bounds.dedup();
        let interval = |key: Key| bounds.partition_point(|bound| *bound <= key);
        let mut held = vec![Vec::new(); bounds.len() + 1];
        for (list, ranges) in (0..).zip(all) {
            for (from, behind) in ranges.spans() {
                for lists in &mut held[interval(from)..interval(behind)] {
                    lists.push(list);
                }
            }
        }
        let (mut starts, mut lists) = (vec![0], Vec::new());
        for held in held {
            lists.extend(held);
            starts.push(u32::try_from(lists.len()).unwrap_or(u32::MAX));
        }
        Self {
            bounds,
            starts,
            lists,
        }
    }

    /// The places of the lists that hold a code, ascending.
    ///
    /// ```
    /// # use biaochi_checks::{CodeClasses, CodeRanges};
    /// let ranges = |text| CodeRanges::parse(text).unwrap();
    /// let classes = CodeClasses::new(&[ranges("I20-I25"), ranges("E11"), ranges("I21")]);
    /// assert_eq!(classes.of("I21.000"), [0, 2]);
    /// assert!(classes.of("J18.900").is_empty());
    /// ```
    pub fn of(&self, code: &str) -> &[u32] {
        if self.bounds.is_empty() {
            return &[];
        }
        let key = Key::of(code.as_bytes());
        let interval = self.bounds.partition_point(|bound| *bound <= key);
        let (start, end) = (self.starts[interval], self.starts[interval + 1]);
        &self.lists[start as usize..end as usize]
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
    fn overlapping_ranges_are_one() {
        check(
            "I20-I25, I21.0, I24-I27, I28",
            &["I20.000", "I21.001", "I26", "I27.900", "I28.800"],
            &["I19", "I29", "I2"],
        );
        let all = CodeRanges::parse("A00-B99, A15").expect("ranges");
        assert_eq!(all, CodeRanges::parse("A00-B99").expect("ranges"));
    }

    proptest::proptest! {
        /// Against the definition: the beginning, as long as the bound, is not before or behind it.
        #[test]
        fn ranges_and_classes_agree_with_the_definition(
            spans in proptest::collection::vec(("[A-C][0-9]{0,2}(\\.[0-9])?", "[A-C][0-9]{0,2}(\\.[0-9])?"), 0..6),
            code in "[A-D][0-9]{0,3}(\\.[0-9x]{1,6})?([*+])?",
        ) {
            let spans: Vec<_> = spans.into_iter().filter(|(from, to)| from <= to).collect();
            let beginning = |length: usize| &code[..length.min(code.len())];
            let inside = |(from, to): &(String, String)| {
                beginning(from.len()) >= from.as_str() && beginning(to.len()) <= to.as_str()
            };
            let text = |(from, to): &(String, String)| format!("{from}-{to}");
            let joined: Vec<String> = spans.iter().map(text).collect();
            let ranges = CodeRanges::parse(&joined.join(",")).expect("ranges");
            proptest::prop_assert_eq!(ranges.contains(&code), spans.iter().any(inside));
            let each: Vec<_> = joined.iter().map(|one| CodeRanges::parse(one).expect("range")).collect();
            let expected: Vec<u32> = (0..)
                .zip(&spans)
                .filter(|(_, span)| inside(span))
                .map(|(place, _)| place)
                .collect();
            let classes = CodeClasses::new(&each);
            proptest::prop_assert_eq!(classes.of(&code), expected);
        }
    }

    #[test]
    fn nonsense_is_told() {
        for text in ["C50-", "甲", "C60-C50", "C50;C51"] {
            assert!(CodeRanges::parse(text).is_err(), "{text}");
        }
    }
}

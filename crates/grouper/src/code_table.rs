//! A read-only hash table from codes to small numbers, made for millions of look-ups a second.
//!
//! Nearly all codes fit into 15 bytes. Such a code is packed, together with its length, into two
//! 64-bit words that stand in the slot itself: a look-up touches one cache line and compares two
//! integers. The few longer codes (dagger and asterisk pairs) live in an ordinary map.

use rustc_hash::FxHashMap;

/// Longest code that is packed into a slot.
const LONGEST_PACKED: usize = 15;

/// Codes with a number each; at most 2³² − 1 of them.
#[derive(Debug)]
pub(crate) struct CodeTable {
    slots: Box<[Slot]>,
    long: FxHashMap<Box<str>, u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: Packed,
    value: u32,
}

/// A code of at most 15 bytes and its length plus one; all zero is no code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Packed {
    low: u64,
    high: u64,
}

impl CodeTable {
    /// Builds the table; of a repeated code the last number stays.
    pub(crate) fn new<'c>(codes: impl ExactSizeIterator<Item = (&'c str, u32)>) -> Self {
        // Two thirds full at most: short probe runs without wasting memory.
        let size = codes.len() + codes.len() / 2 + 1;
        let mut table = Self {
            slots: vec![Slot::default(); size].into(),
            long: FxHashMap::default(),
        };
        for (code, value) in codes {
            match Packed::new(code) {
                Some(key) => {
                    let at = table.find(key);
                    table.slots[at] = Slot { key, value };
                }
                None => {
                    table.long.insert(code.into(), value);
                }
            }
        }
        table
    }

    /// The number of a code.
    #[inline]
    pub(crate) fn get(&self, code: &str) -> Option<u32> {
        match Packed::new(code) {
            Some(key) => {
                let slot = &self.slots[self.find(key)];
                (slot.key == key).then_some(slot.value)
            }
            None => self.long.get(code).copied(),
        }
    }

    /// The slot that holds the key, or the free one where it belongs. There always is a free one.
    #[inline]
    fn find(&self, key: Packed) -> usize {
        let mut at = key.home(self.slots.len());
        loop {
            let held = self.slots[at].key;
            if held == key || held == Packed::default() {
                return at;
            }
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
    }

    /// Bytes of memory in use, roughly.
    pub(crate) fn memory(&self) -> usize {
        let long = self
            .long
            .iter()
            .map(|(code, _)| code.len() + 32)
            .sum::<usize>();
        self.slots.len() * size_of::<Slot>() + long
    }
}

impl Packed {
    /// Packs a code, `None` when it is too long.
    #[inline]
    fn new(code: &str) -> Option<Self> {
        let bytes = code.as_bytes();
        let length = bytes.len();
        // Overlapping loads of fixed size instead of a copy of variable length.
        let (low, high) = match length {
            8..=LONGEST_PACKED => {
                let first = bytes.first_chunk::<8>()?;
                let last = bytes.last_chunk::<8>()?;
                let overlap = 8 * (16 - length as u32);
                // For 8 bytes the last chunk is the first one and adds nothing.
                let rest = u64::from_le_bytes(*last).checked_shr(overlap).unwrap_or(0);
                (u64::from_le_bytes(*first), rest)
            }
            4..=7 => {
                let first = u32::from_le_bytes(*bytes.first_chunk::<4>()?);
                let last = u32::from_le_bytes(*bytes.last_chunk::<4>()?);
                (
                    u64::from(first) | u64::from(last) << (8 * (length as u32 - 4)),
                    0,
                )
            }
            0..=3 => {
                let low = bytes
                    .iter()
                    .rev()
                    .fold(0, |low, &byte| low << 8 | u64::from(byte));
                (low, 0)
            }
            _ => return None,
        };
        Some(Self {
            low,
            high: high | (length as u64 + 1) << 56,
        })
    }

    /// The slot in which the search begins.
    #[inline]
    fn home(self, slots: usize) -> usize {
        // Folded multiplication mixes both words into the upper bits, which choose the slot.
        let product = u128::from(self.low ^ 0x9e37_79b9_7f4a_7c15)
            * u128::from(self.high ^ 0xd6e8_feb8_6659_fd93);
        let hash = (product >> 64) as u64 ^ product as u64;
        let hash = hash.wrapping_mul(0x9fb2_1c65_1e98_df25);
        ((u128::from(hash) * slots as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_of_every_length_are_told_apart() {
        let codes: Vec<String> = (0..24)
            .flat_map(|length| {
                [
                    "A".repeat(length),
                    "A".repeat(length) + "\0",
                    "B".repeat(length),
                ]
            })
            .collect();
        let mut distinct = codes.clone();
        distinct.sort();
        distinct.dedup();
        let table = CodeTable::new(
            distinct
                .iter()
                .enumerate()
                .map(|(at, code)| (&**code, at as u32)),
        );
        for (at, code) in distinct.iter().enumerate() {
            assert_eq!(table.get(code), Some(at as u32), "{code:?}");
        }
        assert_eq!(table.get("C"), None);
    }

    #[test]
    fn an_empty_table_knows_nothing() {
        let table = CodeTable::new(std::iter::empty());
        assert_eq!(table.get(""), None);
        assert_eq!(table.get("A00.000"), None);
    }

    proptest! {
        #[test]
        fn behaves_like_a_map(
            codes in prop::collection::hash_map(".{0,18}", any::<u32>(), 0..200),
            others in prop::collection::vec(".{0,18}", 20),
        ) {
            let table = CodeTable::new(codes.iter().map(|(code, &value)| (code.as_str(), value)));
            for code in codes.keys().chain(&others) {
                prop_assert_eq!(table.get(code), codes.get(code).copied());
            }
        }
    }
}

//! A read-only hash table from codes to small numbers, made for millions of look-ups a second.
//!
//! Nearly all codes have 4 to 16 bytes. Such a code is packed into two 64-bit words that stand in
//! the slot itself: a look-up touches one cache line and compares integers. The few other codes
//! (long dagger and asterisk pairs) live in an ordinary map.

use rustc_hash::FxHashMap;

/// Codes with a number each; at most 2³² − 1 of them.
#[derive(Debug)]
pub(crate) struct CodeTable {
    slots: Box<[Slot]>,
    others: FxHashMap<Box<str>, u32>,
}

/// The key's fields and the number stand side by side: 24 bytes, while a nested key would be
/// padded to 32.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    low: u64,
    high: u64,
    length: u32,
    value: u32,
}

/// A code of 4 to 16 bytes; length 0 is no code.
#[derive(Debug, Clone, Copy)]
struct Packed {
    low: u64,
    high: u64,
    length: u32,
}

impl CodeTable {
    /// Builds the table; of a repeated code the last number stays.
    pub(crate) fn new<'c>(codes: impl ExactSizeIterator<Item = (&'c str, u32)>) -> Self {
        // Two thirds full at most: short probe runs without wasting memory.
        let size = codes.len() + codes.len() / 2 + 1;
        let mut table = Self {
            slots: vec![Slot::default(); size].into(),
            others: FxHashMap::default(),
        };
        for (code, value) in codes {
            match Packed::new(code) {
                Some(key) => {
                    let at = table.find(key);
                    let Packed { low, high, length } = key;
                    table.slots[at] = Slot {
                        low,
                        high,
                        length,
                        value,
                    };
                }
                None => {
                    table.others.insert(code.into(), value);
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
                slot.holds(key).then_some(slot.value)
            }
            None => self.others.get(code).copied(),
        }
    }

    /// The slot that holds the key, or the free one where it belongs. There always is a free one.
    #[inline]
    fn find(&self, key: Packed) -> usize {
        let mut at = key.home(self.slots.len());
        loop {
            let slot = &self.slots[at];
            if slot.holds(key) || slot.length == 0 {
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
        let others = self
            .others
            .keys()
            .map(|code| code.len() + 32)
            .sum::<usize>();
        self.slots.len() * size_of::<Slot>() + others
    }
}

impl Slot {
    #[inline]
    fn holds(&self, key: Packed) -> bool {
        self.low == key.low && self.high == key.high && self.length == key.length
    }
}

impl Packed {
    /// Packs a code, `None` when it is too short or too long.
    ///
    /// Four overlapping loads cover every byte of any admitted length, without a branch on it;
    /// together with the length they determine the code.
    #[inline]
    fn new(code: &str) -> Option<Self> {
        let bytes = code.as_bytes();
        let length = bytes.len();
        if !(4..=16).contains(&length) {
            return None;
        }
        let load = |at: usize| {
            bytes
                .get(at..)?
                .first_chunk()
                .copied()
                .map(u32::from_le_bytes)
        };
        let inner = length / 8 * 4;
        let (first, second) = (load(0)?, load(inner)?);
        let (fourth, third) = (load(length - 4)?, load(length - 4 - inner)?);
        Some(Self {
            low: u64::from(first) | u64::from(second) << 32,
            high: u64::from(third) | u64::from(fourth) << 32,
            length: length as u32,
        })
    }

    /// The slot in which the search begins.
    #[inline]
    fn home(self, slots: usize) -> usize {
        // Folded multiplication mixes both words into the upper bits, which choose the slot.
        let product = u128::from(self.low ^ 0x9e37_79b9_7f4a_7c15)
            * u128::from(self.high ^ 0xd6e8_feb8_6659_fd93 ^ u64::from(self.length));
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

//! Draws that are the same on every machine.

/// SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub(super) struct Draws(u64);

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number between −range and range.
    pub(super) fn around_zero(&mut self, range: i64) -> i64 {
        let width = u64::try_from(range).unwrap_or(0).saturating_mul(2) + 1;
        // The upper bits of the product are even enough for widths far below 2^64.
        let drawn = (u128::from(self.next()) * u128::from(width)) >> 64;
        i64::try_from(drawn).unwrap_or(0) - range
    }
}

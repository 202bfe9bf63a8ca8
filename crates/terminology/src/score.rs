//! How alike two names are.

use std::fmt;

/// How alike two names are, from 0 (nothing in common) to 1 (the same), with three decimals.
///
/// Names are folded first (width, brackets, blanks, letter case). Then
///
/// ```text
/// score = weight of shared characters ÷ weight of the characters of both
///       + shared pairs of neighbours  ÷ pairs of neighbours of both
/// ```
///
/// where a character or pair that occurs several times counts once, "of both" adds the two names,
/// and the weight of a character is ln(1 + names ÷ (1 + names that have it)) in thousandths. Names
/// that share everything reach ½ + ½ = 1. It is the same whichever name comes first.
///
/// ```
/// use biaochi_terminology::Score;
///
/// assert_eq!(Score::per_mille(873).to_string(), "0.873");
/// assert_eq!(Score::per_mille(5000), Score::ONE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(u16);

impl Score {
    /// The same name.
    pub const ONE: Self = Self(1000);

    /// A score in thousandths, at most 1.
    pub const fn per_mille(thousandths: u16) -> Self {
        if thousandths > 1000 {
            Self::ONE
        } else {
            Self(thousandths)
        }
    }

    /// The score in thousandths.
    pub const fn thousandths(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

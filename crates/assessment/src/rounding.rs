//! How scores are rounded.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::scheme::Cite;

/// A way to round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoundingRule {
    /// Half away from zero (四舍五入).
    #[default]
    HalfUp,
    /// Half to the even digit (四舍六入五成双).
    HalfEven,
    /// The rest is cut off (只舍不入).
    Truncate,
}

impl RoundingRule {
    /// A number with at most so many decimals.
    pub fn apply(self, value: Decimal, decimals: u32) -> Decimal {
        value.round_dp_with_strategy(
            decimals,
            match self {
                Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
                Self::HalfEven => RoundingStrategy::MidpointNearestEven,
                Self::Truncate => RoundingStrategy::ToZero,
            },
        )
    }
}

/// Where a scheme rounds, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounding {
    /// The way.
    pub rule: RoundingRule,
    /// Decimals of an item's points; `None` keeps them exact.
    pub item: Option<u32>,
    /// Decimals of a phase's score; `None` keeps it exact.
    pub phase: Option<u32>,
    /// Decimals of the score of the year.
    pub total: u32,
    /// Grades go by the rounded score, not by the exact one.
    pub grade_by_rounded: bool,
    /// Where that stands.
    pub cite: Cite,
}

impl Default for Rounding {
    fn default() -> Self {
        Self {
            rule: RoundingRule::HalfUp,
            item: None,
            phase: None,
            total: 2,
            grade_by_rounded: true,
            cite: Cite::default(),
        }
    }
}

impl Rounding {
    /// Rounds where decimals are given.
    pub fn at(&self, value: Decimal, decimals: Option<u32>) -> Decimal {
        match decimals {
            Some(decimals) => self.rule.apply(value, decimals),
            None => value,
        }
    }
}

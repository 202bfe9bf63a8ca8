//! Thresholds, and what another threshold would say about values that were measured before.

use rust_decimal::Decimal;

/// A limit of a measured value; beyond it a check is violated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Violated above it.
    Above(Decimal),
    /// Violated from it on.
    AtLeast(Decimal),
    /// Violated below it.
    Below(Decimal),
    /// Violated down from it.
    AtMost(Decimal),
}

impl Limit {
    /// The key in packs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Above(_) => "above",
            Self::AtLeast(_) => "at_least",
            Self::Below(_) => "below",
            Self::AtMost(_) => "at_most",
        }
    }

    /// The number.
    pub fn value(self) -> Decimal {
        match self {
            Self::Above(value)
            | Self::AtLeast(value)
            | Self::Below(value)
            | Self::AtMost(value) => value,
        }
    }

    /// The same kind of limit at another number.
    #[must_use]
    pub fn at(self, value: Decimal) -> Self {
        match self {
            Self::Above(_) => Self::Above(value),
            Self::AtLeast(_) => Self::AtLeast(value),
            Self::Below(_) => Self::Below(value),
            Self::AtMost(_) => Self::AtMost(value),
        }
    }

    /// Whether a value violates it.
    pub fn violated_by(self, value: Decimal) -> bool {
        match self {
            Self::Above(limit) => value > limit,
            Self::AtLeast(limit) => value >= limit,
            Self::Below(limit) => value < limit,
            Self::AtMost(limit) => value <= limit,
        }
    }

    /// Whether it looks upwards: larger values are worse.
    fn is_upper(self) -> bool {
        matches!(self, Self::Above(_) | Self::AtLeast(_))
    }
}

/// A limit, and how far before it values are already kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Beyond it the check is violated.
    pub limit: Limit,
    /// The most lenient limit that can be answered from kept values.
    pub keep: Option<Decimal>,
}

/// What a threshold says about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measured {
    /// Beyond the limit.
    Violated,
    /// Not beyond it, but kept so that the limit can be moved.
    Kept,
    /// Of no interest.
    Passed,
}

impl Threshold {
    /// Looks at a value.
    pub fn measure(&self, value: Decimal) -> Measured {
        if self.limit.violated_by(value) {
            Measured::Violated
        } else if self
            .keep
            .is_some_and(|keep| self.limit.at(keep).violated_by(value))
        {
            Measured::Kept
        } else {
            Measured::Passed
        }
    }

    /// Whether values that were kept under this threshold answer a limit moved to `value`: every
    /// value beyond the new limit must have been kept.
    pub fn answers(&self, value: Decimal) -> bool {
        let reach = self.keep.unwrap_or_else(|| self.limit.value());
        if self.limit.is_upper() {
            value >= reach
        } else {
            value <= reach
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What replay says from kept values is what measuring again would say.
        #[test]
        fn replay_equals_measuring_again(
            values in prop::collection::vec(-50i64..50, 0..40),
            (limit, keep, moved) in (-50i64..50, -50i64..50, -50i64..50),
            kind in 0..4,
        ) {
            let limits = [Limit::Above, Limit::AtLeast, Limit::Below, Limit::AtMost];
            let limit = limits[kind as usize](limit.into());
            let threshold = Threshold { limit, keep: Some(keep.into()) };
            prop_assume!(threshold.answers(moved.into()));
            let new = limit.at(moved.into());
            let kept = values.iter().filter(|&&value| {
                threshold.measure(value.into()) != Measured::Passed
            });
            let replayed: Vec<_> = kept.filter(|&&value| new.violated_by(value.into())).collect();
            let again: Vec<_> = values.iter().filter(|&&value| new.violated_by(value.into())).collect();
            if keep_is_lenient(limit, keep.into()) {
                prop_assert_eq!(replayed, again);
            }
        }
    }

    /// A keep beyond the limit keeps nothing more than the limit itself.
    fn keep_is_lenient(limit: Limit, keep: Decimal) -> bool {
        if limit.is_upper() {
            keep <= limit.value()
        } else {
            keep >= limit.value()
        }
    }

    #[test]
    fn the_boundary_decides() {
        let sixty = Threshold {
            limit: Limit::Above(60.into()),
            keep: Some(30.into()),
        };
        let said: Vec<_> = [30, 31, 60, 61]
            .map(|days| sixty.measure(days.into()))
            .to_vec();
        assert_eq!(
            said,
            [
                Measured::Passed,
                Measured::Kept,
                Measured::Kept,
                Measured::Violated
            ]
        );
        assert!(sixty.answers(30.into()) && !sixty.answers(29.into()));
    }
}

//! Values made comparable: 0 is the worst, 1 the best.

use rust_decimal::{Decimal, MathematicalOps as _};

use super::Good;
use crate::shape::{Direction, place};

/// How values are made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standardisation {
    /// The worst of the class is 0, the best 1, a straight line between.
    MinMax,
    /// Distance from the mean in standard deviations; so many of them below the mean are 0, as many above 1.
    Z {
        /// How many.
        limit: Decimal,
    },
    /// The share of the others that are behind, ties half.
    Percentile,
}

/// Decimals of standardised values.
pub(super) const DECIMALS: u32 = 9;

/// Values of a class, by institution; `None` where there is none.
pub type Values = Vec<Option<Decimal>>;

/// Standardised values, in the order of the institutions. Where all are alike, each is one half.
pub fn standardise(values: &[Option<Decimal>], good: Good, way: Standardisation) -> Values {
    // What is good becomes much of something.
    let goodness = |value: Decimal| match good {
        Good::High => value,
        Good::Low => -value,
        Good::Between(low, high) => {
            if value < low {
                value.saturating_sub(low)
            } else if value > high {
                high.saturating_sub(value)
            } else {
                Decimal::ZERO
            }
        }
    };
    let values: Values = values.iter().map(|value| value.map(goodness)).collect();
    let mut known: Vec<Decimal> = values.iter().copied().flatten().collect();
    known.sort();
    let (Some(&worst), Some(&best)) = (known.first(), known.last()) else {
        return values;
    };
    let half = Decimal::new(5, 1);
    let share: Box<dyn Fn(Decimal) -> Decimal> = match way {
        _ if worst == best => Box::new(move |_| half),
        Standardisation::MinMax => Box::new(move |value| {
            let share = value
                .checked_sub(worst)
                .zip(best.checked_sub(worst))
                .and_then(|(above, range)| above.checked_div(range));
            share.unwrap_or(half)
        }),
        Standardisation::Z { limit } => {
            let spread = mean_and_deviation(&known);
            Box::new(move |value| {
                let z = spread
                    .and_then(|(mean, deviation)| value.checked_sub(mean)?.checked_div(deviation));
                z.map_or(half, |z| {
                    (z.clamp(-limit, limit) + limit) / (limit * Decimal::TWO)
                })
            })
        }
        Standardisation::Percentile => {
            let known = &known;
            Box::new(move |value| place(value, known, Direction::Higher).2)
        }
    };
    values
        .iter()
        .map(|value| value.map(|value| share(value).round_dp(DECIMALS).normalize()))
        .collect()
}

/// Mean and standard deviation of the whole class; `None` when numbers are too large.
fn mean_and_deviation(values: &[Decimal]) -> Option<(Decimal, Decimal)> {
    let count = Decimal::from(values.len());
    let mean = sum(values.iter().copied().map(Some))?.checked_div(count)?;
    let squares = values.iter().map(|value| {
        let distance = value.checked_sub(mean)?;
        distance.checked_mul(distance)
    });
    let variance = sum(squares)?.checked_div(count)?;
    let deviation = variance.sqrt().filter(|deviation| !deviation.is_zero())?;
    Some((mean, deviation))
}

fn sum(mut values: impl Iterator<Item = Option<Decimal>>) -> Option<Decimal> {
    values.try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?))
}

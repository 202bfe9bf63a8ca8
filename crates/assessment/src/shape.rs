//! How a value becomes points: a closed list of shapes; their numbers are data.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::inputs::Reading;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    #[default]
    Higher,
    /// Less is better.
    Lower,
}

impl Direction {
    /// Whether one value is better than another.
    pub fn better(self, one: Decimal, other: Decimal) -> bool {
        match self {
            Self::Higher => one > other,
            Self::Lower => one < other,
        }
    }
}

/// How a value compares with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparator {
    /// ≥
    AtLeast,
    /// >
    Above,
    /// ≤
    AtMost,
    /// <
    Below,
    /// =
    Equal,
}

impl Comparator {
    /// The mathematical sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::Above => ">",
            Self::AtMost => "≤",
            Self::Below => "<",
            Self::Equal => "=",
        }
    }
}

/// A limit, and on which side of it a value has to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// The side.
    pub comparator: Comparator,
    /// The limit.
    pub value: Decimal,
}

impl Limit {
    /// Whether a value fulfils it.
    pub fn is_met_by(self, value: Decimal) -> bool {
        match self.comparator {
            Comparator::AtLeast => value >= self.value,
            Comparator::Above => value > self.value,
            Comparator::AtMost => value <= self.value,
            Comparator::Below => value < self.value,
            Comparator::Equal => value == self.value,
        }
    }
}

/// A row of a step table: the first row whose limits all hold gives the points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// One or two limits.
    pub limits: Vec<Limit>,
    /// The points.
    pub points: Decimal,
}

/// A row of a table of places: the best so many per cent of the peers get these points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankStep {
    /// Per cent of the peers, 0 to 100, counted from the best.
    pub best_percent: Decimal,
    /// The points.
    pub points: Decimal,
}

/// What a ratio is taken against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The scheme says it.
    Fixed(Decimal),
    /// Each institution has its own; it comes with the value.
    Own,
}

/// A way to score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Full points within an interval, bounds included; outside, points are lost with the distance.
    Interval {
        /// Its lower bound.
        low: Option<Decimal>,
        /// Its upper bound.
        high: Option<Decimal>,
        /// A distance …
        every: Decimal,
        /// … that costs so many points.
        lose: Decimal,
        /// Only whole distances count.
        whole: bool,
    },
    /// No points at one bound, full points at the other, a straight line between.
    Linear {
        /// Value without points.
        zero: Decimal,
        /// Value with full points.
        full: Decimal,
    },
    /// The share of a target that was reached.
    Ratio {
        /// The target.
        target: Target,
        /// The largest share that counts; 1 when nothing is given for more than the target.
        most: Decimal,
    },
    /// The place among the peers of the same table.
    Rank {
        /// Points by place, the best first. Empty: the share of the peers that are behind, times full points.
        steps: Vec<RankStep>,
        /// Fewer peers than this, itself included, make a place meaningless.
        least_peers: u32,
    },
    /// Points by table.
    Steps {
        /// Its rows.
        rows: Vec<Row>,
        /// Points where no row holds.
        otherwise: Decimal,
    },
    /// Full points or none.
    FullOrNothing {
        /// What has to hold.
        limit: Limit,
    },
    /// Every event costs points; the value is their number.
    Deduct {
        /// Points for each.
        each: Decimal,
        /// So many are free.
        free: Decimal,
    },
    /// Watched, not scored.
    Monitor,
}

/// What happens without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// There is no score of the phase until the value is there.
    #[default]
    Refuse,
    /// No points.
    Zero,
    /// Full points.
    Full,
    /// The item does not count; the others of the table stand for its points.
    Exclude,
    /// The mean of the points of the peers that have a value.
    PeerMean,
}

/// Why the points are what they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the numbers of the shape")]
pub enum Why {
    /// Within the interval.
    Within {
        low: Option<Decimal>,
        high: Option<Decimal>,
    },
    /// Outside of the interval.
    Outside {
        low: Option<Decimal>,
        high: Option<Decimal>,
        distance: Decimal,
        steps: Decimal,
        lost: Decimal,
    },
    /// On the line, or beyond one of its ends.
    Linear {
        zero: Decimal,
        full: Decimal,
        share: Decimal,
    },
    /// The share of the target.
    Ratio {
        target: Decimal,
        share: Decimal,
        counted: Decimal,
    },
    /// The place among peers; `behind` is the share of the others that are behind, ties half.
    Rank {
        place: u32,
        peers: u32,
        behind: Decimal,
    },
    /// A row of the table, or none.
    Row { limits: Vec<Limit> },
    /// The condition.
    Condition { limit: Limit, met: bool },
    /// Events.
    Events {
        counted: Decimal,
        each: Decimal,
        lost: Decimal,
    },
    /// Watched, not scored.
    Monitor,
    /// There is no value.
    Missing { then: Missing },
    /// There are too few peers for a place.
    FewPeers {
        peers: u32,
        least: u32,
        then: Missing,
    },
    /// There is no target, or it is zero.
    NoTarget { then: Missing },
    /// The number is too large to count with.
    TooLarge { then: Missing },
    /// Somebody decided the points.
    Decided { number: u64 },
}

/// Points, and why.
pub(crate) type Scored = (Decimal, Why);

/// Why a shape gives no points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unscored {
    FewPeers { peers: u32, least: u32 },
    NoTarget,
    TooLarge,
}

impl Shape {
    /// Whether it gives no points at all.
    pub fn is_monitor(&self) -> bool {
        matches!(self, Self::Monitor)
    }

    /// Whether points depend on the other institutions.
    pub fn needs_peers(&self) -> bool {
        matches!(self, Self::Rank { .. })
    }

    /// Points of a value, exact, before caps. `peers` are the values of all institutions of the table,
    /// sorted.
    pub(crate) fn score(
        &self,
        points: Decimal,
        direction: Direction,
        reading: &Reading,
        peers: &[Decimal],
    ) -> Result<Scored, Unscored> {
        let value = reading.value;
        let large = Unscored::TooLarge;
        match self {
            &Self::Interval {
                low,
                high,
                every,
                lose,
                whole,
            } => interval(points, value, (low, high), (every, lose), whole).ok_or(large),
            &Self::Linear { zero, full } => linear(points, value, zero, full).ok_or(large),
            &Self::Ratio { target, most } => {
                let target = match target {
                    Target::Fixed(target) => Some(target),
                    Target::Own => reading.target,
                };
                let target = target.filter(|target| *target > Decimal::ZERO);
                let target = target.ok_or(Unscored::NoTarget)?;
                ratio(points, value, target, most, direction).ok_or(large)
            }
            Self::Rank { steps, least_peers } => {
                let (place, count, behind) = place(value, peers, direction);
                if count < *least_peers {
                    let least = *least_peers;
                    return Err(Unscored::FewPeers {
                        peers: count,
                        least,
                    });
                }
                let given = if steps.is_empty() {
                    points.checked_mul(behind).ok_or(large)?
                } else {
                    place_points(steps, place, count)
                };
                let why = Why::Rank {
                    place,
                    peers: count,
                    behind: behind.round_dp(6).normalize(),
                };
                Ok((given, why))
            }
            Self::Steps { rows, otherwise } => {
                let holds = |row: &&Row| row.limits.iter().all(|limit| limit.is_met_by(value));
                Ok(match rows.iter().find(holds) {
                    Some(row) => {
                        let limits = row.limits.clone();
                        (row.points, Why::Row { limits })
                    }
                    None => (*otherwise, Why::Row { limits: Vec::new() }),
                })
            }
            &Self::FullOrNothing { limit } => {
                let met = limit.is_met_by(value);
                let points = if met { points } else { Decimal::ZERO };
                Ok((points, Why::Condition { limit, met }))
            }
            &Self::Deduct { each, free } => {
                let counted = value.checked_sub(free).ok_or(large)?.max(Decimal::ZERO);
                let lost = counted.checked_mul(each).ok_or(large)?;
                let left = points.checked_sub(lost).ok_or(large)?;
                let why = Why::Events {
                    counted,
                    each,
                    lost,
                };
                Ok((left, why))
            }
            Self::Monitor => Ok((Decimal::ZERO, Why::Monitor)),
        }
    }
}

fn interval(
    points: Decimal,
    value: Decimal,
    (low, high): (Option<Decimal>, Option<Decimal>),
    (every, lose): (Decimal, Decimal),
    whole: bool,
) -> Option<Scored> {
    let below = low.filter(|low| value < *low);
    let above = high.filter(|high| value > *high);
    let distance = match (below, above) {
        (Some(low), _) => low.checked_sub(value)?,
        (None, Some(high)) => value.checked_sub(high)?,
        (None, None) => return Some((points, Why::Within { low, high })),
    };
    let steps = distance.checked_div(every)?;
    let steps = if whole { steps.floor() } else { steps };
    // Multiplied first, so that what divides evenly stays exact.
    let lost = if whole {
        steps.checked_mul(lose)?
    } else {
        distance.checked_mul(lose)?.checked_div(every)?
    };
    let why = Why::Outside {
        low,
        high,
        distance,
        steps: steps.round_dp(6).normalize(),
        lost: lost.round_dp(10).normalize(),
    };
    Some((points.checked_sub(lost)?, why))
}

fn linear(points: Decimal, value: Decimal, zero: Decimal, full: Decimal) -> Option<Scored> {
    let range = full.checked_sub(zero)?;
    let way = value.checked_sub(zero)?;
    let share = way.checked_div(range)?;
    let given = if share <= Decimal::ZERO {
        Decimal::ZERO
    } else if share >= Decimal::ONE {
        points
    } else {
        points.checked_mul(way)?.checked_div(range)?
    };
    let share = share.round_dp(6).normalize();
    Some((given, Why::Linear { zero, full, share }))
}

fn ratio(
    points: Decimal,
    value: Decimal,
    target: Decimal,
    most: Decimal,
    direction: Direction,
) -> Option<Scored> {
    let (above, below) = match direction {
        Direction::Higher => (value, target),
        Direction::Lower => (target, value),
    };
    let given = if below <= Decimal::ZERO {
        // Nothing at all of what should be little.
        points.checked_mul(most)?
    } else if above <= Decimal::ZERO {
        Decimal::ZERO
    } else {
        let given = points.checked_mul(above)?.checked_div(below)?;
        given.min(points.checked_mul(most)?)
    };
    let share = if below <= Decimal::ZERO {
        most
    } else {
        above.checked_div(below)?.round_dp(6).normalize()
    };
    let why = Why::Ratio {
        target,
        share,
        counted: share.min(most).max(Decimal::ZERO),
    };
    Some((given, why))
}

/// Place from 1, number of peers, and the share of the others that are behind, ties half.
pub(crate) fn place(
    value: Decimal,
    peers: &[Decimal],
    direction: Direction,
) -> (u32, u32, Decimal) {
    let lower = peers.partition_point(|peer| *peer < value);
    let not_higher = peers.partition_point(|peer| *peer <= value);
    let (lower, equal, higher) = (lower, not_higher - lower, peers.len() - not_higher);
    let (ahead, behind) = match direction {
        Direction::Higher => (higher, lower),
        Direction::Lower => (lower, higher),
    };
    // The institution itself is one of the equal ones.
    let ties = equal.saturating_sub(1);
    let others = ahead + behind + ties;
    let share = if others == 0 {
        Decimal::new(5, 1)
    } else {
        Decimal::from(2 * behind + ties) / Decimal::from(2 * others)
    };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (count(ahead + 1), count(others + 1), share)
}

/// Points of a place: the first row whose per cent of the peers reaches it.
fn place_points(steps: &[RankStep], place: u32, peers: u32) -> Decimal {
    let reached = |step: &&RankStep| {
        // place / peers × 100 ≤ per cent, without a division.
        Decimal::from(place) * Decimal::ONE_HUNDRED <= step.best_percent * Decimal::from(peers)
    };
    steps
        .iter()
        .find(reached)
        .map_or(Decimal::ZERO, |step| step.points)
}

//! What other weights would do to the places.
//!
//! All of it is whole-number arithmetic, so that every machine finds the same places.

use std::cmp::Reverse;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use super::Trial;
use super::compute::Standing;
use super::random::Draws;
use super::standardise::DECIMALS;

/// What happens to the places when the weight of one component is shifted and the others keep theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The component.
    pub component: String,
    /// The shift, in per cent of the weight.
    pub percent: Decimal,
    /// How many institutions change places.
    pub moved: u32,
    /// The most places that one of them moves.
    pub most: u32,
}

/// Where an institution stands when the weights are drawn anew again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stability {
    /// The best place that came up.
    pub best: u32,
    /// The place that 5 % of the draws are not worse than.
    pub low: u32,
    /// The median.
    pub median: u32,
    /// The place that 95 % of the draws are not worse than.
    pub high: u32,
    /// The worst place that came up.
    pub worst: u32,
    /// Per cent of the draws with its own place.
    pub same: Decimal,
}

/// Weights in millionths; a draw stays far below the largest number.
const WEIGHT_UNIT: u32 = 6;

/// Standardised values of a class as whole numbers.
pub struct Matrix {
    rows: Vec<Vec<Option<i64>>>,
    weights: Vec<i64>,
}

impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Matrix({} × {})", self.rows.len(), self.weights.len())
    }
}

fn whole(value: Decimal, decimals: u32) -> i64 {
    let scaled = value.checked_mul(Decimal::from(10_i64.pow(decimals)));
    scaled
        .and_then(|scaled| scaled.round().to_i64())
        .unwrap_or(0)
}

impl Matrix {
    pub(super) fn of(standings: &[Standing]) -> Self {
        let first = standings.first();
        Self {
            rows: standings
                .iter()
                .map(|standing| {
                    let shares = standing.components.iter();
                    shares
                        .map(|one| one.standardised.map(|share| whole(share, DECIMALS)))
                        .collect()
                })
                .collect(),
            weights: first.map_or_else(Vec::new, |first| {
                let weights = first.components.iter();
                weights.map(|one| whole(one.weight, WEIGHT_UNIT)).collect()
            }),
        }
    }

    pub(super) fn weights(&self) -> &[i64] {
        &self.weights
    }

    /// The place of every institution under these weights, ties sharing the better one.
    pub(super) fn places(&self, weights: &[i64]) -> Vec<u32> {
        let values: Vec<i128> = self.rows.iter().map(|row| value(row, weights)).collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by_key(|&index| Reverse(values[index]));
        let mut places = vec![0; values.len()];
        let mut place = 0;
        let mut before = None;
        for (position, index) in (1_u32..).zip(order) {
            if before != Some(values[index]) {
                place = position;
                before = Some(values[index]);
            }
            places[index] = place;
        }
        places
    }
}

/// The index of a row in 10⁻⁹; components without a value do not count.
fn value(row: &[Option<i64>], weights: &[i64]) -> i128 {
    let (mut sum, mut all) = (0_i128, 0_i128);
    for (share, weight) in row.iter().zip(weights) {
        if let Some(share) = share {
            sum += i128::from(*share) * i128::from(*weight);
            all += i128::from(*weight);
        }
    }
    if all == 0 { 0 } else { sum / all }
}

/// Shifts every weight up and down and counts who moves.
pub fn sensitivity(matrix: &Matrix, components: &[&str], shifts: &[Decimal]) -> Vec<Shift> {
    let own = matrix.places(&matrix.weights);
    let mut found = Vec::new();
    for (column, component) in components.iter().enumerate() {
        for percent in shifts {
            let mut weights = matrix.weights.clone();
            let Some(weight) = weights.get_mut(column) else {
                continue;
            };
            let more = Decimal::from(*weight) * *percent / Decimal::ONE_HUNDRED;
            *weight = (*weight + more.round().to_i64().unwrap_or(0)).max(0);
            let places = matrix.places(&weights);
            let moves = own
                .iter()
                .zip(&places)
                .map(|(one, other)| one.abs_diff(*other));
            let moved = moves.clone().filter(|places| *places > 0).count();
            found.push(Shift {
                component: (*component).to_owned(),
                percent: *percent,
                moved: u32::try_from(moved).unwrap_or(u32::MAX),
                most: moves.max().unwrap_or(0),
            });
        }
    }
    found
}

/// Draws all weights anew, again and again, and tells where every institution stands.
pub fn stability(matrix: &Matrix, trial: Trial) -> Vec<Option<Stability>> {
    let own = matrix.places(&matrix.weights);
    let mut found: Vec<Vec<u32>> = vec![Vec::new(); own.len()];
    let mut draws = Draws::new(trial.seed);
    for _ in 0..trial.draws {
        let weights: Vec<i64> = matrix
            .weights
            .iter()
            .map(|weight| {
                let range = weight.saturating_mul(i64::from(trial.spread)) / 100;
                (weight + draws.around_zero(range)).max(0)
            })
            .collect();
        for (places, place) in found.iter_mut().zip(matrix.places(&weights)) {
            places.push(place);
        }
    }
    found
        .into_iter()
        .zip(own)
        .map(|(mut places, own)| {
            places.sort_unstable();
            let at = |percent: usize| {
                let index = (places.len() * percent).div_ceil(100).max(1) - 1;
                places.get(index).copied()
            };
            let same = places.iter().filter(|place| **place == own).count();
            let same = Decimal::from(same * 100) / Decimal::from(places.len().max(1));
            Some(Stability {
                best: at(0)?,
                low: at(5)?,
                median: at(50)?,
                high: at(95)?,
                worst: at(100)?,
                same: same.round_dp(1).normalize(),
            })
        })
        .collect()
}

//! Looking into a value: its parts, its past, its peers, and what moved it.

use biaochi_domain::Period;
use biaochi_indicators::{Indicator, Movement, NoValue, Part, Value, hidden, movement};
use biaochi_organisations::Unit;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::drill::terms;
use super::error::IndicatorError;
use super::values::Values;

/// A part of a unit and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// The part.
    pub unit: Unit,
    /// What people call it.
    pub name: String,
    /// Its value, or why it has none.
    pub value: Result<Value, NoValue>,
}

/// A value of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendPoint {
    /// The period.
    pub period: Period,
    /// Its value, or why there is none.
    pub value: Result<Value, NoValue>,
}

/// An institution of the same level and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its code; `None` when it is hidden.
    pub unit: Option<Unit>,
    /// Its name.
    pub name: String,
    /// Its value; `None` when hidden for small numbers.
    pub value: Option<Value>,
    /// Whether it is the institution that was asked about.
    pub is_own: bool,
}

/// Peers with values, the best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peers {
    /// Those with a value.
    pub peers: Vec<Peer>,
    /// How many have none.
    pub without: usize,
    /// How many were hidden because their denominators are small.
    pub hidden: usize,
}

/// The values of the parts of a unit: departments of a hospital, hospitals of everything else.
pub fn breakdown(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
) -> Result<Vec<Breakdown>, IndicatorError> {
    let parts = match unit {
        Unit::Institution(hospital) => {
            let departments = values.departments(hospital)?.into_iter();
            let of = |code| Unit::Department {
                institution: hospital.clone(),
                code,
            };
            departments.map(of).collect()
        }
        _ => values.structure().parts(unit, period),
    };
    let of = |unit: Unit| Breakdown {
        name: values.structure().name(&unit, period),
        value: values.explained(indicator, &unit, period),
        unit,
    };
    let has_any = |part: &Breakdown| {
        !matches!(
            part.value,
            Err(NoValue::NoRows { .. } | NoValue::NotBegun { .. } | NoValue::NotAsked)
        )
    };
    Ok(parts.into_iter().map(of).filter(has_any).collect())
}

/// The values of the periods of the same length up to and with one, the oldest first.
pub fn trend(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
    points: usize,
) -> Vec<TrendPoint> {
    let periods = std::iter::successors(Some(period), |period| period.previous()).take(points);
    let mut trend: Vec<TrendPoint> = periods
        .map(|period| TrendPoint {
            period,
            value: values.explained(indicator, unit, period),
        })
        .collect();
    trend.reverse();
    trend
}

/// The institutions of the same level and type, those with small denominators without name and value.
pub fn peers(
    values: &Values,
    indicator: &Indicator,
    institution: &str,
    period: Period,
    minimum: u64,
) -> Peers {
    let mut codes = values.structure().peers(institution, period);
    codes.retain(|code| code != institution);
    codes.push(institution.to_owned());
    let mut with = Vec::new();
    let mut without = 0;
    for code in codes {
        let is_own = code == institution;
        let unit = Unit::Institution(code);
        match values.explained(indicator, &unit, period) {
            Ok(value) => with.push((unit, value, is_own)),
            Err(_) => without += 1,
        }
    }
    let cases: Vec<u64> = with
        .iter()
        .map(|(_, value, is_own)| match is_own {
            // One's own value is never small to oneself.
            true => u64::MAX,
            false => cases_of(value),
        })
        .collect();
    let minimum = indicator.minimum.unwrap_or(minimum);
    let hidden = hidden(&cases, minimum);
    let mut peers: Vec<Peer> = with
        .into_iter()
        .zip(&hidden)
        .map(|((unit, value, is_own), hidden)| Peer {
            name: match hidden {
                true => String::new(),
                false => values.structure().name(&unit, period),
            },
            unit: (!hidden).then_some(unit),
            value: (!hidden).then_some(value),
            is_own,
        })
        .collect();
    let lower = indicator.direction == biaochi_indicators::Direction::Lower;
    peers.sort_by(|a, b| {
        let key = |peer: &Peer| {
            peer.value
                .map(|value| if lower { -value.value } else { value.value })
        };
        key(b).cmp(&key(a))
    });
    Peers {
        peers,
        without,
        hidden: hidden.iter().filter(|hidden| **hidden).count(),
    }
}

/// How many cases a value rests on: its denominator, else its numerator.
fn cases_of(value: &Value) -> u64 {
    let cases = value.denominator.or(value.numerator);
    cases
        .and_then(|cases| cases.abs().to_u64())
        .unwrap_or(u64::MAX)
}

/// What moved a value between two periods: other shares of its parts, or other rates within them.
pub fn moved(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    before: Period,
    after: Period,
) -> Result<Option<Movement>, IndicatorError> {
    let (_, denominator) = terms(values, indicator)?;
    if denominator.is_empty() {
        return Ok(None);
    }
    let pair = |value: Result<Value, NoValue>| match value {
        Ok(Value {
            numerator: Some(above),
            denominator: Some(below),
            ..
        }) => (above, below),
        _ => (Decimal::ZERO, Decimal::ZERO),
    };
    let mut parts = Vec::new();
    let mut units: Vec<(Unit, String)> = Vec::new();
    for period in [before, after] {
        for part in breakdown(values, indicator, unit, period)? {
            if !units.iter().any(|(known, _)| *known == part.unit) {
                units.push((part.unit, part.name));
            }
        }
    }
    for (unit, name) in units {
        parts.push(Part {
            name,
            before: pair(values.explained(indicator, &unit, before)),
            after: pair(values.explained(indicator, &unit, after)),
        });
    }
    Ok(movement(&parts, indicator.scale))
}

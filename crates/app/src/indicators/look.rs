//! Looking into a value: its records, its parts, its past, its peers, and what moved it.

use biaochi_domain::Period;
use biaochi_indicators::{
    Algorithm, Formula, Indicator, Kind, LowRisk, Measure, Movement, NoValue, Part, STAY, Term,
    Value, hidden, movement,
};
use biaochi_organisations::Unit;
use biaochi_warehouse::indicators::{CompiledMeasures, RecordLine, records_of};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::error::IndicatorError;
use super::pack::CompiledIndicators;
use super::values::Values;
use crate::runtime::block_on;

/// A record behind a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drilled {
    /// Where it stands.
    pub line: RecordLine,
    /// What it adds to the numerator.
    pub numerator: Decimal,
    /// What it adds to the denominator; `None` where there is none.
    pub denominator: Option<Decimal>,
}

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

/// The terms of an indicator that records add to; growth has those of the indicator it is of.
fn terms<'a>(
    values: &'a Values,
    indicator: &'a Indicator,
) -> Result<(&'a Indicator, &'a [Term], &'a [Term]), IndicatorError> {
    let no_records = |why| IndicatorError::NoRecords {
        id: indicator.id.clone(),
        why,
    };
    match &indicator.formula {
        Formula::Ratio {
            numerator,
            denominator,
        } => {
            let all = numerator.iter().chain(denominator);
            let set = values.set();
            let mut sources = all.map(|term| &set.measure(term.measure).source);
            match sources.any(|source| source == STAY) {
                true => Ok((indicator, numerator, denominator)),
                false => Err(no_records("dataset")),
            }
        }
        Formula::Growth { .. } => Err(no_records("growth")),
        Formula::Entered { .. } => Err(no_records("entered")),
        Formula::Algorithm(_) => Err(no_records("algorithm")),
        Formula::Exact(_) => Err(no_records("exact")),
    }
}

/// What the records of a low-risk mortality are counted by: deaths and stays in the groups that are meant.
fn low_risk_measures(
    values: &Values,
    indicator: &Indicator,
    settings: &LowRisk,
    unit: &Unit,
    period: Period,
) -> [Measure; 2] {
    let groups = values.low_risk_groups(indicator, settings, unit, period);
    let quoted = groups
        .iter()
        .map(|group| format!("'{}'", group.replace('\'', "''")));
    let quoted: Vec<String> = quoted.collect();
    // Without any group no record is meant; an empty list is no SQL.
    let meant = match quoted.is_empty() {
        true => "false".to_owned(),
        false => format!(
            "grouping_status = 'grouped' AND drg IN ({})",
            quoted.join(", ")
        ),
    };
    let stays = Measure {
        filter: Some(meant),
        ..Measure::rows(STAY)
    };
    let deaths = Measure {
        kind: Kind::Count("discharge_disposition = '5'".to_owned()),
        ..stays.clone()
    };
    [deaths, stays]
}

/// The records of a value: all that add to its numerator or its denominator.
pub fn drill(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
) -> Result<Vec<Drilled>, IndicatorError> {
    if let Formula::Algorithm(Algorithm::LowRiskMortality(settings)) = &indicator.formula {
        let measures = low_risk_measures(values, indicator, settings, unit, period);
        let lines = lines(values, indicator, unit, period, &measures)?;
        let drilled = lines.into_iter().map(|line| Drilled {
            numerator: line.adds[0],
            denominator: Some(line.adds[1]),
            line,
        });
        return Ok(drilled.collect());
    }
    let (indicator, numerator, denominator) = terms(values, indicator)?;
    let set = values.set();
    let own = |term: &&Term| set.measure(term.measure).source == STAY;
    let mut ids: Vec<usize> = Vec::new();
    for term in numerator.iter().chain(denominator).filter(own) {
        if !ids.contains(&term.measure.0) {
            ids.push(term.measure.0);
        }
    }
    let measures: Vec<_> = ids.iter().map(|id| set.measures()[*id].clone()).collect();
    let lines = lines(values, indicator, unit, period, &measures)?;
    let total = |terms: &[Term], line: &RecordLine| -> Decimal {
        let parts = terms.iter().filter_map(|term| {
            let place = ids.iter().position(|id| *id == term.measure.0)?;
            Some(match term.minus {
                true => -line.adds[place],
                false => line.adds[place],
            })
        });
        parts.sum()
    };
    let drilled = lines.into_iter().map(|line| Drilled {
        numerator: total(numerator, &line),
        denominator: (!denominator.is_empty()).then(|| total(denominator, &line)),
        line,
    });
    Ok(drilled.collect())
}

/// The records of a unit that add to some measures.
fn lines(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
    measures: &[Measure],
) -> Result<Vec<RecordLine>, IndicatorError> {
    let unknown = || IndicatorError::UnknownUnit { unit: unit.clone() };
    let structure = values.structure();
    let members = structure.members(unit, period).ok_or_else(unknown)?;
    let members = structure.asked(&indicator.applies_to, members, period);
    let compiled = only(values.pack(), measures)?;
    let department = match unit {
        Unit::Department { code, .. } => Some(code.as_str()),
        _ => None,
    };
    let months = values.stored(&members, period);
    let lines = records_of(values.files(), (&months, period), &compiled, |line| {
        department.is_none_or(|code| line.department == code)
    });
    Ok(block_on(lines)?)
}

fn only(
    pack: &CompiledIndicators,
    measures: &[Measure],
) -> Result<CompiledMeasures, IndicatorError> {
    CompiledMeasures::only(pack.measures.set(), &pack.lookups, measures).map_err(|problems| {
        // The whole pack was compiled before: this cannot come from what a person wrote.
        let reason = format!("{problems:?}");
        IndicatorError::Warehouse(biaochi_warehouse::WarehouseError::Structure {
            table: STAY.to_owned(),
            difference: reason,
        })
    })
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
    let (indicator, _, denominator) = terms(values, indicator)?;
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

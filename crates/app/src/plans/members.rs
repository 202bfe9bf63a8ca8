//! Who pulls a target down: the members of a unit, their values, and what each does to the unit's value.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use biaochi_datasets::RollUp;
use biaochi_domain::Period;
use biaochi_indicators::{NoValue, Value};
use biaochi_organisations::Unit;
use biaochi_plans::{Binding, Comparator, Target};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::error::PlanError;
use super::makeup::{Of, Place, makeup, rate, sum};
use super::name_in;
use super::status::Judge;
use super::values::{Rolled, TargetValues};

/// The members of a unit and what they do to its value of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Members<'a> {
    /// The target.
    pub target: &'a Target,
    /// The unit.
    pub unit: Unit,
    /// What people call it.
    pub name: String,
    /// The day.
    pub on: Date,
    /// Version of the data.
    pub version: u64,
    /// What the value is of: the newest period that has one.
    pub period: Period,
    /// The unit's value.
    pub value: Decimal,
    /// Places that its values are shown with.
    pub decimals: u32,
    /// A year before.
    pub before: Option<(Period, Decimal)>,
    /// How the values of the members make up that of the unit.
    pub makeup: Makeup,
    /// What the pulls of a rate are measured from: the target's number, else the unit's own value.
    pub level: Decimal,
    /// How the value was put together, if it is one of a data set.
    pub rolled: Option<Rolled>,
    /// Members with a value in one of the two periods, the worst first.
    pub lines: Vec<MemberLine>,
    /// How many have neither records nor entries.
    pub silent: usize,
}

/// How the values of members make up that of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Makeup {
    /// Numerators and denominators add up.
    Rate,
    /// Values add up.
    Sum,
    /// Neither does: medians, distinct persons, growth, the largest of all.
    Apart,
}

/// A member of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberLine {
    /// The member.
    pub unit: Unit,
    /// What people call it.
    pub name: String,
    /// Its value, or why it has none.
    pub value: Result<Decimal, NoValue>,
    /// Its share of the denominator, or of the sum; from 0 to 1.
    pub share: Option<Decimal>,
    /// What it adds: of a rate, to the distance from the level; of a sum, to the sum; else the unit's value less
    /// what it would be without the member.
    pub pull: Option<Decimal>,
    /// The unit's value without it.
    pub without: Option<Decimal>,
    /// What its own value having changed in a year did to the unit's value.
    pub rate: Option<Decimal>,
    /// What its share having changed in a year did to the unit's value.
    pub mix: Option<Decimal>,
}

/// The members of a unit for a target, on the day of a judge.
///
/// # Errors
/// The target is no value, the unit has no value or no members, or something cannot be read.
pub fn members<'a>(
    judge: &Judge<'a>,
    target: &'a Target,
    unit: &Unit,
) -> Result<Members<'a>, PlanError> {
    let name = || target.id.clone();
    if let Binding::Milestone(_) = target.binding {
        return Err(PlanError::NotMeasured { target: name() });
    }
    let no_value = || PlanError::NoTargetValue {
        target: name(),
        unit: unit.clone(),
        on: judge.on(),
    };
    let values = judge.values().ok_or_else(no_value)?;
    let status = judge.judged(&[target], unit).pop().ok_or_else(no_value)?;
    let (period, _) = status.standing.value.ok_or_else(no_value)?;
    let whole = values.value(target, unit, period).map_err(|_| no_value())?;
    let now = of(values, target, unit, period)?;
    let earlier = period.year_before();
    let then = earlier.map_or_else(
        || Ok(Vec::new()),
        |earlier| of(values, target, unit, earlier),
    )?;
    if now.is_empty() {
        return Err(PlanError::NoMembers {
            target: name(),
            unit: unit.clone(),
        });
    }
    let indicator = values.indicator(target);
    let scale = indicator.map_or(Decimal::ONE, |indicator| indicator.scale);
    let decimals = indicator.map_or(2, |indicator| indicator.decimals);
    let makeup = makeup(values.roll_up(target).as_ref(), &whole, &now, scale);
    let level = target.amount.number.filter(|_| target.question().is_none());
    let level = level.unwrap_or(whole.value);
    let mut lines = match makeup {
        Makeup::Rate => rate(&now, &then, scale, level),
        Makeup::Sum => sum(&now, scale),
        Makeup::Apart => apart(values, target, unit, period, &whole, &now),
    };
    let view = values.structure().view_of(period);
    let name_of = |unit: &Unit| name_in(&view, unit);
    for line in &mut lines {
        line.name = name_of(&line.unit);
    }
    let is_silent = |line: &MemberLine| {
        matches!(
            line.value,
            Err(NoValue::NoRows { .. } | NoValue::NotBegun { .. } | NoValue::NotAsked)
        )
    };
    let silent = lines
        .iter()
        .filter(|line| is_silent(line) && line.mix.is_none());
    let silent = silent.count();
    lines.retain(|line| !is_silent(line) || line.mix.is_some());
    sort(&mut lines, target);
    let before = earlier.and_then(|earlier| {
        let value = values.value(target, unit, earlier).ok()?;
        Some((earlier, value.value))
    });
    Ok(Members {
        target,
        unit: unit.clone(),
        name: name_of(unit),
        on: judge.on(),
        version: judge.version(),
        period,
        value: whole.value,
        decimals,
        before,
        makeup,
        level,
        rolled: status.rolled,
        lines,
        silent,
    })
}

/// The worst first: what pulls down where more is better, what pulls up where less is; without a pull behind.
fn sort(lines: &mut [MemberLine], target: &Target) {
    let is_lower_better = matches!(target.comparator, Comparator::AtMost | Comparator::Down);
    lines.sort_by_key(|line| {
        let pull = line
            .pull
            .map(|pull| if is_lower_better { -pull } else { pull });
        (Reverse(pull.is_some()), pull, line.unit.clone())
    });
}

/// The members of a unit with their values of a period: departments of an institution, else institutions, or
/// the units that filled in a form about themselves.
fn of(
    values: &TargetValues,
    target: &Target,
    unit: &Unit,
    period: Period,
) -> Result<Vec<Of>, PlanError> {
    let entered = entered(values, target, unit, period);
    let codes = entered.iter().flat_map(BTreeMap::keys);
    let entered_about: Vec<Unit> = codes.filter_map(|code| code.parse().ok()).collect();
    let units: Vec<Unit> = match unit {
        // What a unit filled in itself has no members; a department fills in nothing.
        _ if entered_about.contains(unit) => Vec::new(),
        Unit::Department { .. } => Vec::new(),
        Unit::Institution(_) if entered.is_some() => Vec::new(),
        Unit::Institution(hospital) => {
            let codes = values.departments(hospital)?.into_iter();
            let department = |code| Unit::Department {
                institution: hospital.clone(),
                code,
            };
            codes.map(department).collect()
        }
        // Counties that filled in a form about themselves.
        _ if !entered_about.is_empty() => entered_about,
        Unit::All | Unit::Division(_) | Unit::Alliance(_) => {
            let codes = values.structure().members(unit, period).unwrap_or_default();
            let codes = codes
                .into_iter()
                .filter(|code| values.means(target, code, period));
            codes.map(Unit::Institution).collect()
        }
    };
    let parts = |unit: &Unit, value: &Result<Value, NoValue>| match &entered {
        Some(entered) => {
            let written = unit.to_string();
            *entered.get(unit.institution().unwrap_or(&written))?
        }
        None => {
            let value = value.as_ref().ok()?;
            Some((value.numerator?, value.denominator))
        }
    };
    let of = units.into_iter().map(|unit| {
        let value = values.value(target, &unit, period);
        Of {
            parts: parts(&unit, &value),
            value,
            unit,
        }
    });
    Ok(of.collect())
}

/// What each organisation entered, by its place in the roll-up: `None` where the target is not bound to a data
/// set, an inner `None` where there is no such place.
fn entered(
    values: &TargetValues,
    target: &Target,
    unit: &Unit,
    period: Period,
) -> Option<BTreeMap<String, Option<Place>>> {
    let how = values.roll_up(target)?;
    let parts = values.entries(target, unit, period).into_iter();
    let place = |share: &biaochi_datasets::Share| match how {
        RollUp::Sum => Some((share.value, None)),
        RollUp::Mean => Some((share.value, Some(Decimal::ONE))),
        RollUp::Weighted(_) => {
            let weight = share.weight?;
            Some((share.value.checked_mul(weight)?, Some(weight)))
        }
        RollUp::Latest | RollUp::Maximum => None,
    };
    Some(
        parts
            .map(|part| (part.organisation, place(&part.share)))
            .collect(),
    )
}

fn apart(
    values: &TargetValues,
    target: &Target,
    unit: &Unit,
    period: Period,
    whole: &Value,
    now: &[Of],
) -> Vec<MemberLine> {
    let line = |member: &Of| {
        let mut line = MemberLine::of(member);
        // A department cannot be taken out of its hospital: what is counted once may be in several.
        if let (Unit::Institution(code), Ok(_)) = (&member.unit, &member.value) {
            let without = values.value_without(target, unit, period, Some(code.as_str()));
            line.without = without.ok().map(|value| value.value);
            line.pull = line.without.map(|without| whole.value - without);
        }
        line
    };
    now.iter().map(line).collect()
}

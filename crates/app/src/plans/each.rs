//! The targets of a plan for all units of a level: how many stand where, or one target from the worst to the best.

use std::cmp::Ordering;

use biaochi_organisations::{DivisionLevel, Unit};
use biaochi_plans::{Comparator, Status, Target};
use rust_decimal::Decimal;

use super::error::PlanError;
use super::name_in;
use super::status::{Judge, PlanStatus, TargetStatus};

/// Units of which every one is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Divisions of a rank.
    Division(DivisionLevel),
    /// Alliances.
    Alliance,
    /// Institutions.
    Institution,
    /// Departments of an institution.
    Department,
}

/// Words of levels.
const WORDS: [(&str, Level); 7] = [
    ("province", Level::Division(DivisionLevel::Province)),
    ("city", Level::Division(DivisionLevel::City)),
    ("county", Level::Division(DivisionLevel::County)),
    ("township", Level::Division(DivisionLevel::Township)),
    ("alliance", Level::Alliance),
    ("institution", Level::Institution),
    ("department", Level::Department),
];

impl Level {
    /// The level with a word.
    pub fn from_word(word: &str) -> Option<Self> {
        let found = WORDS.iter().find(|(known, _)| *known == word);
        found.map(|(_, level)| *level)
    }

    /// All words.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, _)| *word)
    }
}

/// Where the targets of a plan stand for a unit among others.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitStatus<'a> {
    /// What people call the unit.
    pub name: String,
    /// Its targets.
    pub status: PlanStatus<'a>,
}

/// Where one target stands for a unit among others.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitTarget<'a> {
    /// The unit.
    pub unit: Unit,
    /// What people call it.
    pub name: String,
    /// Where the target stands.
    pub status: TargetStatus<'a>,
}

impl<'a> Judge<'a> {
    /// The units of a level within a unit that a workspace knows, by code.
    pub fn units(&self, within: &Unit, level: Level) -> Result<Vec<Unit>, PlanError> {
        let view = self.view();
        let is_within = |unit: &Unit| {
            within == unit || *within == Unit::All || view.ancestors(unit).contains(within)
        };
        let mut units: Vec<Unit> = match level {
            Level::Division(rank) => view
                .divisions()
                .filter(|division| division.level == rank)
                .map(|division| Unit::Division(division.code.to_string()))
                .filter(is_within)
                .collect(),
            Level::Alliance => view
                .alliances()
                .map(|alliance| Unit::Alliance(alliance.id.to_string()))
                .filter(is_within)
                .collect(),
            Level::Institution => self.institutions(within),
            Level::Department => match (within, self.values()) {
                (Unit::Institution(code), Some(values)) => values
                    .departments(code)?
                    .into_iter()
                    .map(|department| Unit::Department {
                        institution: code.clone(),
                        code: department,
                    })
                    .collect(),
                _ => Vec::new(),
            },
        };
        units.sort();
        Ok(units)
    }

    /// The institutions of a unit, those that delivered something among them.
    fn institutions(&self, within: &Unit) -> Vec<Unit> {
        if let Some(values) = self.values()
            && let Some(codes) = values.institutions(within)
        {
            return codes.into_iter().map(Unit::Institution).collect();
        }
        let members = self.view().institutions_of(within).unwrap_or_default();
        members
            .into_iter()
            .map(|one| Unit::Institution(one.code.to_string()))
            .collect()
    }

    /// What people call a unit; its written form when nobody has described it.
    pub fn name(&self, unit: &Unit) -> String {
        name_in(&self.view(), unit)
    }

    /// Where the targets stand that are about each unit; units that none is about are left out.
    pub fn each(&self, units: &[Unit]) -> Vec<UnitStatus<'a>> {
        let view = self.view();
        let each = units.iter().map(|unit| UnitStatus {
            name: name_in(&view, unit),
            status: self.status_seen(unit, &view),
        });
        each.filter(|one| !one.status.targets.is_empty()).collect()
    }

    /// Where one target stands for each unit, the worst first. Institutions that it does not mean are left out.
    pub fn target_of_each(&self, target: &'a Target, units: &[Unit]) -> Vec<UnitTarget<'a>> {
        let view = self.view();
        let filter = target.scope.filter();
        let is_meant = |unit: &&Unit| match unit {
            Unit::Institution(code) => filter.includes(&view, code),
            _ => true,
        };
        let mut found: Vec<UnitTarget<'a>> = Vec::with_capacity(units.len());
        for unit in units.iter().filter(is_meant) {
            let judged = self.judged(&[target], unit);
            found.extend(judged.into_iter().map(|status| UnitTarget {
                unit: unit.clone(),
                name: name_in(&view, unit),
                status,
            }));
        }
        found.sort_by(|one, other| worse(&one.status, &other.status));
        found
    }
}

/// How bad a status is.
fn rank(status: Status) -> u8 {
    match status {
        Status::OffCourse | Status::Overdue => 0,
        Status::AtRisk => 1,
        Status::NoDate => 2,
        Status::OnCourse | Status::Pending => 3,
        Status::Met | Status::Done => 4,
        Status::NeedsDecision => 5,
        Status::NoData => 6,
    }
}

/// The worse status first, then what is further from the target; what has no value stands behind.
fn worse(one: &TargetStatus<'_>, other: &TargetStatus<'_>) -> Ordering {
    let by_status = rank(one.standing.status).cmp(&rank(other.standing.status));
    let value = |status: &TargetStatus<'_>| status.standing.value.map(|(_, value)| value);
    let distance = |status: &TargetStatus<'_>, value: Decimal| match status.target.comparator {
        Comparator::AtMost | Comparator::Down => -value,
        Comparator::Equal => {
            let number = status.target.amount.number.unwrap_or_default();
            -(value - number).abs()
        }
        _ => value,
    };
    by_status.then_with(|| match (value(one), value(other)) {
        (Some(a), Some(b)) => distance(one, a).cmp(&distance(other, b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    })
}

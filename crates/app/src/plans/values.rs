//! Values of the targets of a plan: of indicators, from their sums, and of fields of data sets, as they were
//! approved.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_datasets::RollUp;
use biaochi_domain::{Language, Localized, Month, Period};
use biaochi_indicators::{Indicator, NoValue, STAY, Value};
use biaochi_organisations::Unit;
use biaochi_plans::{Binding, Plan, ScopeFilter, Target};
use biaochi_store::Scope;
use biaochi_warehouse::WarehouseError;
use jiff::civil::Date;

use super::answers::{Series, StoredAnswers};
use super::error::PlanError;
use crate::indicators::{
    CompiledIndicators, EntryPart, IndicatorError, NATIONAL, Structure, Values,
};
use crate::organisations::directory;
use crate::{Content, Workspace};

/// Years looked back at when the document does not say when the plan begins.
const YEARS: i16 = 5;

/// The described institutions that a target does not mean, by target and month.
type LeftOut = HashMap<(String, Month), Arc<BTreeSet<String>>>;

/// How a unit's value of a data set was put together from those of its institutions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rolled {
    /// How.
    pub how: RollUp,
    /// Of how many.
    pub members: usize,
}

impl Localized for Rolled {
    fn text(&self, language: Language) -> String {
        let (how, members) = (self.how.text(language), self.members);
        match language {
            Language::Zh => format!("{members} 个单位{how}"),
            Language::En => format!("{how} of {members}"),
        }
    }
}

/// The values that the targets of a plan ask for: of the twelve months up to the end of each quarter, and up
/// to the last month, so that seasons do not look like a course.
#[derive(Debug)]
pub(super) struct TargetValues {
    values: Arc<Values>,
    periods: Vec<Period>,
    /// By target, where its scope leaves anybody out.
    filters: BTreeMap<String, ScopeFilter>,
    left_out: Mutex<LeftOut>,
}

/// Whether a unit has institutions of which some may not be meant.
fn has_institutions(unit: &Unit) -> bool {
    matches!(unit, Unit::All | Unit::Division(_) | Unit::Alliance(_))
}

impl TargetValues {
    /// Brings the sums up to date. `None` before the first import, when nothing has a value.
    pub(super) fn load(
        workspace: &Workspace,
        content: &Content,
        plan: &Plan,
        structure: Structure,
        on: Date,
    ) -> Result<Option<Self>, PlanError> {
        let periods = periods(plan.document.from, on);
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else {
            return Ok(None);
        };
        let Some(span) = Period::between(first.first(), last.last()) else {
            return Ok(None);
        };
        let pack = pack(content, plan)?;
        let values = match Values::load(workspace, &pack, structure, span) {
            Ok(values) => values,
            // Milestones can be judged all the same.
            Err(IndicatorError::Warehouse(WarehouseError::NoLake { .. })) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Self::over(Arc::new(values), plan, on))
    }

    /// The values of a plan among those that were read for several.
    fn over(values: Arc<Values>, plan: &Plan, on: Date) -> Option<Self> {
        let periods = periods(plan.document.from, on);
        periods.first()?;
        let filters = plan.targets.iter().filter_map(|target| {
            let filter = target.scope.filter();
            filter.is_narrow().then(|| (target.id.clone(), filter))
        });
        Some(Self {
            values,
            periods,
            filters: filters.collect(),
            left_out: Mutex::default(),
        })
    }

    /// The structure, with the institutions that delivered anything.
    pub(super) fn structure(&self) -> &Structure {
        self.values.structure()
    }

    /// The institutions of a unit, those that delivered anything among them.
    pub(super) fn institutions(&self, unit: &Unit) -> Option<Vec<String>> {
        self.structure().members(unit, *self.periods.last()?)
    }

    /// Whether an institution delivered anything.
    pub(super) fn has_delivered(&self, code: &str) -> bool {
        let unit = Unit::Institution(code.to_owned());
        let last = self.periods.last();
        last.is_some_and(|last| self.structure().members(&unit, *last).is_some())
    }

    /// Version of the data.
    pub(super) fn version(&self) -> u64 {
        self.values.provenance().version
    }

    /// Everything that answers some targets of a plan for a unit.
    pub(super) fn answers<'a>(
        &self,
        plan: &Plan,
        targets: impl Iterator<Item = &'a Target>,
        unit: &Unit,
    ) -> StoredAnswers {
        let mut answers = StoredAnswers::of(plan);
        let written = unit.to_string();
        let mut known = BTreeSet::new();
        for target in targets {
            let Some(subject) = target.binding.id() else {
                continue;
            };
            let series = || -> Series {
                let value = |period: &Period| {
                    let value = self.value(target, unit, *period);
                    (*period, value.ok().map(|value| value.value))
                };
                self.periods.iter().map(value).collect()
            };
            if has_institutions(unit) && self.filters.contains_key(&target.id) {
                answers.add_own(&target.id, &written, series());
            } else if known.insert(subject.clone()) {
                answers.add_series(&subject, &written, series());
            }
        }
        answers
    }

    /// The indicator that a target is bound to, a field of a data set among them.
    pub(super) fn indicator(&self, target: &Target) -> Option<&Indicator> {
        self.values.set().get(&target.binding.id()?)
    }

    /// The value of a target for a unit: of the institutions that the target means.
    pub(super) fn value(
        &self,
        target: &Target,
        unit: &Unit,
        period: Period,
    ) -> Result<Value, NoValue> {
        self.value_without(target, unit, period, None)
    }

    /// The same without one of the institutions.
    pub(super) fn value_without(
        &self,
        target: &Target,
        unit: &Unit,
        period: Period,
        without: Option<&str>,
    ) -> Result<Value, NoValue> {
        let source = STAY.to_owned();
        let indicator = self.indicator(target).ok_or(NoValue::NoRows { source })?;
        let left_out = self.left_out(target, unit, period);
        let wanted = |code: &str| !left_out.contains(code) && without != Some(code);
        self.values.among(indicator, unit, period, &wanted)
    }

    /// What the institutions of a unit entered for a target that is bound to a data set.
    pub(super) fn entries(&self, target: &Target, unit: &Unit, period: Period) -> Vec<EntryPart> {
        let Some(indicator) = self.indicator(target) else {
            return Vec::new();
        };
        let left_out = self.left_out(target, unit, period);
        let wanted = |code: &str| !left_out.contains(code);
        self.values.entry_parts(indicator, unit, period, &wanted)
    }

    /// How the institutions' values come together for a target that is bound to a data set.
    pub(super) fn roll_up(&self, target: &Target) -> Option<RollUp> {
        self.values.pack().fields.roll_up(self.indicator(target)?)
    }

    /// How the value of a target was put together; `None` where nothing was.
    pub(super) fn rolled(&self, target: &Target, unit: &Unit, period: Period) -> Option<Rolled> {
        if !has_institutions(unit) {
            return None;
        }
        let how = self.roll_up(target)?;
        let parts = self.entries(target, unit, period);
        let own = unit.to_string();
        let is_own = parts.iter().any(|part| part.organisation == own);
        (!is_own && !parts.is_empty()).then_some(Rolled {
            how,
            members: parts.len(),
        })
    }

    /// Whether a target means an institution, as it was at the end of a period.
    pub(super) fn means(&self, target: &Target, code: &str, period: Period) -> bool {
        !self.left_out(target, &Unit::All, period).contains(code)
    }

    /// Whether a unit has institutions, and a target means none of them.
    pub(super) fn means_nobody(&self, target: &Target, unit: &Unit) -> bool {
        let (true, Some(last)) = (has_institutions(unit), self.periods.last()) else {
            return false;
        };
        let is_narrow = self.filters.contains_key(&target.id);
        let codes = self.institutions(unit).filter(|codes| !codes.is_empty());
        is_narrow
            && codes.is_some_and(|codes| !codes.iter().any(|code| self.means(target, code, *last)))
    }

    /// The departments of a hospital that have records.
    pub(super) fn departments(&self, hospital: &str) -> Result<Vec<String>, PlanError> {
        Ok(self.values.departments(hospital)?)
    }

    /// The described institutions that a target does not mean.
    fn left_out(&self, target: &Target, unit: &Unit, period: Period) -> Arc<BTreeSet<String>> {
        let Some(filter) = self.filters.get(&target.id) else {
            return Arc::default();
        };
        // An institution is asked for by itself, whether or not the target means it.
        if !has_institutions(unit) {
            return Arc::default();
        }
        let key = (target.id.clone(), period.last());
        let mut known = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        let codes = known.entry(key).or_insert_with(|| {
            let view = self.structure().view_of(period);
            let others = view
                .institutions()
                .filter(|one| !filter.includes(&view, &one.code));
            Arc::new(others.map(|one| one.code.to_string()).collect())
        });
        Arc::clone(codes)
    }
}

/// The years up to the end of each quarter since the year before the plan, and up to the last whole month.
fn periods(from: Option<Date>, on: Date) -> Vec<Period> {
    let month = |year: i16, month: i8| Month::new(year, u8::try_from(month).ok()?);
    let Some(this) = month(on.year(), on.month()) else {
        return Vec::new();
    };
    // A month counts once it is over.
    let last = if on.last_of_month() == on {
        Some(this)
    } else {
        this.previous()
    };
    let begin = from.map_or(on.year() - YEARS, Date::year);
    let (Some(last), Some(first)) = (last, month(begin - 1, 12)) else {
        return Vec::new();
    };
    let months = Period::between(first, last).into_iter();
    months
        .flat_map(Period::months)
        .filter(|month| month.month() % 3 == 0 || *month == last)
        .filter_map(Period::rolling_year)
        .collect()
}

/// The pack with the fields of data sets that targets are bound to.
fn pack(content: &Content, plan: &Plan) -> Result<CompiledIndicators, PlanError> {
    Ok(content.indicators(NATIONAL)?.with_fields(fields(plan)))
}

fn fields(plan: &Plan) -> impl Iterator<Item = (String, String)> {
    plan.targets
        .iter()
        .filter_map(|target| match &target.binding {
            Binding::Dataset { dataset, field } => Some((dataset.clone(), field.clone())),
            _ => None,
        })
}

/// Values of the targets of several plans, read once: a service keeps them as long as the lake stays the same.
#[derive(Debug)]
pub struct PlanValues {
    structure: Structure,
    values: Option<Arc<Values>>,
    on: Date,
}

impl PlanValues {
    /// Brings the sums up to date and reads what the targets of these plans need on a day.
    ///
    /// # Errors
    /// Something cannot be read.
    pub fn load(
        workspace: &Workspace,
        indicators: &CompiledIndicators,
        plans: &[Plan],
        on: Date,
    ) -> Result<Self, PlanError> {
        let structure = Structure::new(directory(workspace, &Scope::All)?);
        let periods: Vec<Period> = plans
            .iter()
            .flat_map(|plan| periods(plan.document.from, on))
            .collect();
        let first = periods.iter().map(|period| period.first()).min();
        let last = periods.iter().map(|period| period.last()).max();
        let span = first
            .zip(last)
            .and_then(|(first, last)| Period::between(first, last));
        let values = match span {
            Some(span) => {
                let pack = indicators
                    .clone()
                    .with_fields(plans.iter().flat_map(fields));
                match Values::load(workspace, &pack, structure.clone(), span) {
                    Ok(values) => Some(Arc::new(values)),
                    // Milestones can be judged all the same.
                    Err(IndicatorError::Warehouse(WarehouseError::NoLake { .. })) => None,
                    Err(error) => return Err(error.into()),
                }
            }
            None => None,
        };
        Ok(Self {
            structure,
            values,
            on,
        })
    }

    /// The day.
    pub(super) fn on(&self) -> Date {
        self.on
    }

    /// The structure of the organisations.
    pub(super) fn structure(&self) -> &Structure {
        &self.structure
    }

    /// The part of a plan.
    pub(super) fn of(&self, plan: &Plan) -> Option<TargetValues> {
        TargetValues::over(Arc::clone(self.values.as_ref()?), plan, self.on)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_value_is_that_of_a_year_at_the_end_of_each_quarter() {
        let from = Some(date(2024, 1, 1));
        let told =
            |on| -> Vec<String> { periods(from, on).iter().map(Period::to_string).collect() };
        assert_eq!(
            told(date(2024, 7, 15)),
            ["2023", "2024-03R12", "2024-06R12"]
        );
        assert_eq!(
            told(date(2024, 5, 31)),
            ["2023", "2024-03R12", "2024-05R12"]
        );
        assert!(told(date(2023, 11, 1)).is_empty());
    }
}

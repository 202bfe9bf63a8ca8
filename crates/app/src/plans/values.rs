//! Series of values for the targets of a plan: of indicators, from their sums, and of fields of data
//! sets, as they were approved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use biaochi_domain::{Month, Period};
use biaochi_indicators::{Certainty, Direction, Formula, Indicator};
use biaochi_organisations::{Directory, Unit};
use biaochi_plans::{Binding, Plan};
use biaochi_warehouse::WarehouseError;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::answers::StoredAnswers;
use super::error::PlanError;
use crate::indicators::{CompiledIndicators, IndicatorError, NATIONAL, Structure, Values};
use crate::{Content, Workspace};

/// Years looked back at when the document does not say when the plan begins.
const YEARS: i16 = 5;

/// Everything that answers the targets of a plan for a unit: a value for the twelve months up to the
/// end of each quarter, and up to the last month, so that seasons do not look like a course. And the version
/// of the data that they are of.
pub(super) fn answers(
    workspace: &Workspace,
    content: &Content,
    plan: &Plan,
    directory: Directory,
    unit: &Unit,
    on: Date,
) -> Result<(StoredAnswers, u64), PlanError> {
    let mut answers = StoredAnswers::of(plan);
    let periods = periods(plan.document.from, on);
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else {
        return Ok((answers, 0));
    };
    let Some(span) = Period::between(first.first(), last.last()) else {
        return Ok((answers, 0));
    };
    let pack = with_fields(content.indicators(NATIONAL)?, plan);
    let values = match Values::load(workspace, &pack, Structure::new(directory), span) {
        Ok(values) => values,
        // Before the first import nothing has a value, and milestones can be judged all the same.
        Err(IndicatorError::Warehouse(WarehouseError::NoLake { .. })) => return Ok((answers, 0)),
        Err(error) => return Err(error.into()),
    };
    let subjects: BTreeSet<String> = plan
        .targets
        .iter()
        .filter_map(|target| target.binding.id())
        .collect();
    for id in subjects {
        let value = |period: &Period| {
            let value = values.get(&id, unit, *period);
            (*period, value.map(|value| value.value))
        };
        let series = periods.iter().map(value).collect();
        answers.add_series(&id, &unit.to_string(), series);
    }
    Ok((answers, values.provenance().version))
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

/// The pack with an indicator for each field of a data set that a target is bound to.
fn with_fields(pack: CompiledIndicators, plan: &Plan) -> CompiledIndicators {
    let bound = plan
        .targets
        .iter()
        .filter_map(|target| match &target.binding {
            Binding::Dataset { dataset, field } => {
                Some((target.binding.id()?, (dataset.clone(), field.clone())))
            }
            _ => None,
        });
    let bound: BTreeMap<String, (String, String)> = bound.collect();
    let entered = bound.into_iter().map(|(id, (dataset, field))| Indicator {
        title: id.clone(),
        id,
        why: String::new(),
        dimension: String::new(),
        direction: Direction::Monitor,
        band: None,
        unit: String::new(),
        scale: Decimal::ONE,
        decimals: 2,
        formula: Formula::Entered { dataset, field },
        applies_to: Vec::new(),
        minimum: None,
        source: String::new(),
        clause: String::new(),
        certainty: Certainty::Confirmed,
        note: String::new(),
        valid_from: None,
        valid_to: None,
    });
    let mut loaded = pack.loaded.as_ref().clone();
    loaded.set = loaded.set.with(entered.collect());
    CompiledIndicators {
        loaded: Arc::new(loaded),
        ..pack
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

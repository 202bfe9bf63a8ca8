//! What answers the targets: values of indicators and approved values of data sets.

use biaochi_domain::Period;
use biaochi_organisations::Unit;
use biaochi_plans::{Baseline, Binding, Observed, Plan, Target};
use jiff::civil::Date;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

/// Values of targets for units.
pub trait Answers {
    /// What is known of a target for a unit, as of a day.
    fn observed(&self, target: &Target, unit: &Unit, on: Date) -> Observed<'_>;
}

/// No value at all.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Answers for Nothing {
    fn observed(&self, _target: &Target, _unit: &Unit, _on: Date) -> Observed<'_> {
        Observed::default()
    }
}

/// Values of periods of one length, in order.
pub type Series = Vec<(Period, Option<Decimal>)>;

/// Values by what answers a target and by unit, each a series of periods in order.
#[derive(Debug, Clone, Default)]
pub struct StoredAnswers {
    /// By the id of an indicator, or `dataset.field`; then by unit, as written.
    series: FxHashMap<String, FxHashMap<String, Series>>,
    /// By target and unit, where a target means some of the unit's institutions only.
    own: FxHashMap<String, FxHashMap<String, Series>>,
    /// The first day of the years that the plan plans: what ended before is a baseline.
    start: Option<Date>,
}

impl StoredAnswers {
    /// Nothing yet, for a plan.
    pub fn of(plan: &Plan) -> Self {
        Self {
            series: FxHashMap::default(),
            own: FxHashMap::default(),
            start: plan.document.from,
        }
    }

    /// Adds a whole series of a unit.
    pub fn add_series(
        &mut self,
        subject: &str,
        unit: &str,
        series: Vec<(Period, Option<Decimal>)>,
    ) {
        let units = self.series.entry(subject.to_owned()).or_default();
        units.insert(unit.to_owned(), series);
    }

    /// Adds a whole series of a unit that answers one target alone.
    pub fn add_own(&mut self, target: &str, unit: &str, series: Series) {
        let units = self.own.entry(target.to_owned()).or_default();
        units.insert(unit.to_owned(), series);
    }
}

impl StoredAnswers {
    /// The values of a target for a unit, up to the month of a day.
    pub fn series(&self, target: &Target, unit: &Unit, on: Date) -> &[(Period, Option<Decimal>)] {
        let units = match &target.binding {
            Binding::Indicator(id) => self.series.get(id),
            Binding::Dataset { .. } => {
                let id = target.binding.id().unwrap_or_default();
                self.series.get(&id)
            }
            Binding::Milestone(_) => None,
        };
        let unit = unit.to_string();
        let own = self.own.get(&target.id);
        let series = own.and_then(|units| units.get(&unit));
        let series = series.or_else(|| units?.get(&unit));
        let series = series.map_or(&[][..], |series| series);
        let known = series.partition_point(|(period, _)| end(*period) <= month(on));
        series.get(..known).unwrap_or_default()
    }
}

impl Answers for StoredAnswers {
    fn observed(&self, target: &Target, unit: &Unit, on: Date) -> Observed<'_> {
        observed(self.series(target, unit, on), self.start)
    }
}

/// Year and month of a period's end, and of a day.
fn end(period: Period) -> (i16, u8) {
    (period.last().year(), period.last().month())
}

fn month(day: Date) -> (i16, u8) {
    (day.year(), u8::try_from(day.month()).unwrap_or(12))
}

/// The newest value, the last one before the plan began, and the whole series.
fn observed(series: &[(Period, Option<Decimal>)], start: Option<Date>) -> Observed<'_> {
    let valued = || {
        let valued = |(period, value): &(Period, Option<Decimal>)| Some((*period, (*value)?));
        series.iter().filter_map(valued)
    };
    let before = |period: Period| start.is_some_and(|start| end(period) < month(start));
    let baseline = valued().rfind(|(period, _)| before(*period));
    // Without a year before the plan, the first value is where it starts from.
    let baseline = baseline.or_else(|| valued().next());
    Observed {
        current: valued().next_back(),
        baseline: baseline.map(|(period, value)| Baseline {
            month: period.last(),
            value,
        }),
        history: series,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_year_before_the_plan_is_the_baseline() {
        let year =
            |year: i16, value: i64| (Period::year(year).expect("a year"), Some(value.into()));
        let series = [year(2019, 1), year(2020, 2), year(2021, 3)];
        let found = observed(&series, Some(date(2021, 1, 1)));
        assert_eq!(
            found.current,
            Some((Period::year(2021).expect("a year"), 3.into()))
        );
        assert_eq!(
            found.baseline.map(|baseline| baseline.value),
            Some(2.into())
        );
        let without = observed(&series, None);
        assert_eq!(
            without.baseline.map(|baseline| baseline.value),
            Some(1.into())
        );
        assert_eq!(observed(&[], None), Observed::default());
    }
}

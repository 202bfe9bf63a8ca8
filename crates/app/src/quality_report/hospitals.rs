//! Figures by hospital and month.

use std::collections::BTreeMap;

use biaochi_domain::{Month, Period};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::figures::{Effect, Hospital, Others};
use super::scope::{self, Scope};
use super::sums::{Sums, decimal};
use super::{Figures, ReportError};
use crate::query::OneVersion;

const MONTHS: &str = "
select organisation_code as code, discharge_month as month, {sums} from quality_month
where {scope} group by organisation_code, discharge_month order by code, month";

const NAMES: &str = "
select organisation_code as code, max(organisation_name) as name from discharge where {scope}
group by organisation_code";

const EFFECTS: &str = "
select organisation_code as code, sum(priced) as priced, sum(regrouped) as regrouped,
       sum(raised) as raised, cast(sum(weight_raised) as varchar) as weight_raised,
       sum(lowered) as lowered, cast(sum(weight_lowered) as varchar) as weight_lowered,
       sum(without_weight) as without_weight
from quality_effect where {scope} group by organisation_code";

/// Sums of a hospital's month.
#[derive(Debug, Deserialize)]
pub(super) struct MonthSums {
    code: String,
    month: String,
    #[serde(flatten)]
    sums: Sums,
}

/// Sums of all hospitals in the period, the one before it and the months of the trend. Those of other
/// hospitals enter the report of one as a single line.
pub(super) fn months(
    tables: &OneVersion,
    scope: &Scope<'_>,
) -> Result<Vec<MonthSums>, ReportError> {
    let before = scope.period.previous().unwrap_or(scope.period);
    let from = before.first().min(scope::trend(scope.period, None).first());
    let all = Period::between(from, scope.period.last()).unwrap_or(scope.period);
    let scope = scope.of_all().in_period(all);
    Ok(tables.rows(&scope.sql(&MONTHS.replace("{sums}", super::SUMS)))?)
}

impl MonthSums {
    pub(super) fn is_of(&self, organisation: Option<&str>) -> bool {
        organisation.is_none_or(|code| code == self.code)
    }

    pub(super) fn month(&self) -> Option<Month> {
        self.month.parse().ok()
    }

    pub(super) fn is_in(&self, period: Period) -> bool {
        super::period::holds(period, &self.month)
    }
}

/// The figures of a period.
pub(super) fn figures(rows: &[&MonthSums], period: Period) -> Option<Figures> {
    let rows = rows.iter().filter(|row| row.is_in(period));
    rows.map(|row| &row.sums).collect::<Sums>().figures()
}

/// Whether every month of a period has pages.
pub(super) fn is_complete(rows: &[&MonthSums], period: Period) -> bool {
    let there = |month: String| rows.iter().any(|row| row.month == month);
    period.months().all(|month| there(month.to_string()))
}

/// The hospitals of the report, the best mean score first.
pub(super) fn hospitals(
    rows: &[&MonthSums],
    (period, before): (Period, Option<Period>),
    names: &BTreeMap<String, String>,
    mut effects: BTreeMap<String, Effect>,
) -> Vec<Hospital> {
    let mut by_hospital = BTreeMap::<&str, Vec<&MonthSums>>::new();
    for &row in rows {
        by_hospital.entry(&row.code).or_default().push(row);
    }
    let hospital = |(code, rows): (&str, Vec<&MonthSums>)| {
        let before = before.filter(|before| is_complete(&rows, *before));
        Some(Hospital {
            code: code.to_owned(),
            name: names.get(code).map_or(code, String::as_str).to_owned(),
            now: figures(&rows, period)?,
            before: before.and_then(|before| figures(&rows, before)),
            effect: effects.remove(code).unwrap_or_default(),
        })
    };
    let mut hospitals: Vec<Hospital> = by_hospital.into_iter().filter_map(hospital).collect();
    hospitals.sort_by_key(|hospital| std::cmp::Reverse(hospital.now.mean_score));
    hospitals
}

/// How the hospitals other than `own` are.
pub(super) fn others(months: &[MonthSums], own: &str, period: Period) -> Option<Others> {
    let mut by_hospital = BTreeMap::<&str, Sums>::new();
    for row in months.iter().filter(|row| row.is_in(period)) {
        by_hospital.entry(&row.code).or_default().add(&row.sums);
    }
    let mean = by_hospital.remove(own)?.figures()?.mean_score;
    let means = by_hospital.values().filter_map(Sums::figures);
    let better = means.filter(|figures| figures.mean_score > mean).count();
    Some(Others {
        hospitals: by_hospital.len(),
        figures: by_hospital.values().collect::<Sums>().figures()?,
        place: better + 1,
    })
}

/// Names of hospitals by code, of those that have one.
pub(super) fn names(
    tables: &OneVersion,
    scope: &Scope<'_>,
) -> Result<BTreeMap<String, String>, ReportError> {
    #[derive(Deserialize)]
    struct Named {
        code: String,
        name: Option<String>,
    }
    let rows: Vec<Named> = tables.rows(&scope.sql(NAMES))?;
    let named = rows.into_iter().filter_map(|row| {
        let name = row.name.filter(|name| !name.trim().is_empty())?;
        Some((row.code, name))
    });
    Ok(named.collect())
}

/// What mending would change, by hospital.
pub(super) fn effects(
    tables: &OneVersion,
    scope: &Scope<'_>,
) -> Result<BTreeMap<String, Effect>, ReportError> {
    #[derive(Deserialize)]
    struct EffectRow {
        code: String,
        priced: u64,
        regrouped: u64,
        raised: u64,
        #[serde(deserialize_with = "decimal")]
        weight_raised: Decimal,
        lowered: u64,
        #[serde(deserialize_with = "decimal")]
        weight_lowered: Decimal,
        without_weight: u64,
    }
    let rows: Vec<EffectRow> = tables.rows(&scope.sql(EFFECTS))?;
    let effect = |row: EffectRow| {
        let effect = Effect {
            priced: row.priced,
            regrouped: row.regrouped,
            raised: row.raised,
            weight_raised: row.weight_raised,
            lowered: row.lowered,
            weight_lowered: row.weight_lowered,
            without_weight: row.without_weight,
        };
        (row.code, effect)
    };
    Ok(rows.into_iter().map(effect).collect())
}

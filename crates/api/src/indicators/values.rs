//! The values of all indicators of a unit and period.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Resource};
use biaochi_app::indicators::{
    Indicator, Line, Missing, Shift, Value, Values, hidden, is_of_records, mark_words, shown,
};
use biaochi_domain::{Language, Localized as _, Period};
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::catalogue::kind;
use super::place::{Named, Place};
use super::{lines, organisations_revision, values};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

const ZH: Language = Language::Zh;
/// Fewer cases are not shown to those who may not see records, unless the indicator says otherwise.
const FEWEST: u64 = 5;

/// Which values.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ValuesQuery {
    /// 机构代码，或 `division:…`、`alliance:…`、`all`；不填为本人的单位。
    organisation: Option<String>,
    /// 科室代码，只对一家机构。
    department: Option<String>,
    /// 时期，如 `2025-12`、`2025Q4`、`2025`。
    period: String,
    /// 指标的标识，用逗号隔开；不填为全部。
    ids: Option<String>,
    /// 专题。
    chapter: Option<String>,
}

/// A value against an earlier one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct IndicatorChange {
    /// The earlier period.
    period: String,
    /// Its value.
    value: String,
    /// What was added: of percentages in points (个百分点).
    difference: String,
    /// `points` for percentages, else as the value.
    kind: &'static str,
    /// The same in per cent of the value before; `null` of nothing.
    relative: Option<String>,
    /// Whether that is to the good; `null` when nothing changed or nobody says.
    good: Option<bool>,
    /// Whether it is more than chance.
    notable: bool,
}

/// A point of a small line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SparkPoint {
    /// The period.
    period: String,
    /// The value; `null` where there is none.
    value: Option<String>,
}

/// A value of an indicator with what it is compared with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct IndicatorValue {
    /// 标识。
    id: String,
    /// 名称。
    title: String,
    /// 专题。
    chapter: String,
    /// `higher`, `lower`, `monitor` or `band`.
    direction: &'static str,
    /// 导向。
    direction_text: String,
    /// 单位。
    unit: String,
    /// How a value is written.
    kind: &'static str,
    /// Places that are shown.
    decimals: u32,
    /// The value, rounded; `null` where there is none.
    value: Option<String>,
    /// Why there is none; empty otherwise.
    missing: String,
    /// It is computed when it is asked for alone.
    on_demand: bool,
    /// Too few cases to be shown.
    suppressed: bool,
    /// 分子。
    numerator: Option<String>,
    /// 分母。
    denominator: Option<String>,
    /// Against the period before (环比).
    previous: Option<IndicatorChange>,
    /// Against the year before (同比).
    year_before: Option<IndicatorChange>,
    /// Which way it goes: `better`, `worse`, `mixed`, `same`, `watched`, `unknown` or `missing`.
    course: &'static str,
    /// The same in words.
    course_text: String,
    /// It goes to the bad by more than chance.
    adrift: bool,
    /// The course up to this period, oldest first.
    spark: Vec<SparkPoint>,
    /// What is not confirmed about it.
    marks: Vec<String>,
}

impl IndicatorValue {
    /// Whether a value is shown.
    pub(crate) fn has_value(&self) -> bool {
        self.value.is_some()
    }
}

/// What values were computed from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct IndicatorProvenance {
    /// Version of the data.
    version: u64,
    /// Version of the sums.
    cell_version: u64,
    /// The pack.
    pack: String,
    /// Hash of its content.
    pack_hash: String,
}

/// The values of a unit and period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorValues {
    /// What people call the unit.
    organisation_name: String,
    /// The period.
    period: String,
    /// The values, in the order of the pack.
    items: Vec<IndicatorValue>,
    /// What they were computed from.
    provenance: IndicatorProvenance,
}

/// The values of indicators for a unit and period, with the changes to the period before and the year before.
#[utoipa::path(get, path = "/indicators/values", tag = "indicators", params(ValuesQuery),
    responses((status = 200, body = IndicatorValues), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(crate) async fn indicator_values(
    caller: Caller,
    Query(query): Query<ValuesQuery>,
) -> Result<Json<IndicatorValues>, Problem> {
    let named = Named {
        organisation: query.organisation.as_deref(),
        department: query.department.as_deref(),
        period: &query.period,
    };
    let place = Place::find(&caller, Action::Read, Resource::Indicator, named).await?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let values = values(service, &workspace, place.period)?;
        known(&values, &place)?;
        let revision = organisations_revision(&workspace)?;
        let lines = lines(service, &values, &place.unit, place.period, revision)?;
        let wanted: Option<BTreeSet<&str>> = query
            .ids
            .as_deref()
            .filter(|ids| !ids.trim().is_empty())
            .map(|ids| ids.split([',', '，']).map(str::trim).collect());
        let chapter = query
            .chapter
            .as_deref()
            .filter(|chapter| !chapter.is_empty());
        let items = lines.iter().filter_map(|line| {
            let indicator = values.set().get(&line.id)?;
            let asked = wanted
                .as_ref()
                .is_none_or(|ids| ids.contains(line.id.as_str()));
            let within = chapter.is_none_or(|chapter| chapter == indicator.dimension);
            (asked && within).then(|| value(&values, indicator, line, &place))
        });
        Ok(IndicatorValues {
            organisation_name: values.structure().name(&place.unit, place.period),
            period: place.period.to_string(),
            items: items.collect(),
            provenance: provenance(&values),
        })
    });
    Ok(Json(answer.await?))
}

/// Refuses a unit that nobody knows: a slip of the pen would look like missing data.
pub(crate) fn known(values: &Values, place: &Place) -> Result<(), Problem> {
    let unit = &place.unit;
    match values.structure().members(unit, place.period) {
        Some(_) => Ok(()),
        None => {
            Err(biaochi_app::indicators::IndicatorError::UnknownUnit { unit: unit.clone() }.into())
        }
    }
}

pub(crate) fn provenance(values: &Values) -> IndicatorProvenance {
    let own = values.provenance();
    IndicatorProvenance {
        version: own.version,
        cell_version: own.cell_version,
        pack: own.pack.clone(),
        pack_hash: own.pack_hash.clone(),
    }
}

/// How many cases a value rests on; as many as can be where it does not rest on cases.
pub(crate) fn cases(values: &Values, indicator: &Indicator, value: &Value) -> u64 {
    if !is_of_records(values, indicator) {
        return u64::MAX;
    }
    let cases = value.denominator.or(value.numerator);
    cases
        .and_then(|cases| cases.abs().to_u64())
        .unwrap_or(u64::MAX)
}

/// Which of several values are too small to be shown to those who may not see records.
pub(crate) fn small(
    values: &Values,
    indicator: &Indicator,
    of: &[Option<Value>],
    place: &Place,
) -> Vec<bool> {
    if place.records {
        return vec![false; of.len()];
    }
    let cases: Vec<u64> = of
        .iter()
        .map(|value| value.map_or(0, |value| cases(values, indicator, &value)))
        .collect();
    hidden(&cases, indicator.minimum.unwrap_or(FEWEST))
}

pub(crate) fn is_small(
    values: &Values,
    indicator: &Indicator,
    value: &Value,
    place: &Place,
) -> bool {
    let fewest = indicator.minimum.unwrap_or(FEWEST);
    !place.records && !biaochi_indicators::may_show(cases(values, indicator, value), fewest)
}

/// A sum without needless zeros.
pub(crate) fn sum(sum: rust_decimal::Decimal) -> String {
    sum.round_dp(4).normalize().to_string()
}

/// A line as it is sent: what rests on few cases is left out for those who may not see records, the values that it is
/// compared with as well.
pub(crate) fn value(
    values: &Values,
    indicator: &Indicator,
    line: &Line,
    place: &Place,
) -> IndicatorValue {
    let own = line.value.as_ref().ok();
    let suppressed = own.is_some_and(|own| is_small(values, indicator, own, place));
    let visible = own.filter(|_| !suppressed);
    let change = |shift: &Option<Shift>| {
        let shift = shift.as_ref().filter(|_| visible.is_some())?;
        (!is_small(values, indicator, &shift.before, place)).then(|| changed(indicator, shift))
    };
    IndicatorValue {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        chapter: indicator.dimension.clone(),
        direction: indicator.direction.id(),
        direction_text: indicator.direction.text(ZH),
        unit: indicator.unit.clone(),
        kind: kind(indicator),
        decimals: indicator.decimals,
        value: visible.map(|own| shown(own.value, indicator.decimals)),
        missing: match &line.value {
            Ok(_) if suppressed => "例数过少，不显示".to_owned(),
            Ok(_) => String::new(),
            Err(Missing::OnDemand) => "逐份计算，打开后显示".to_owned(),
            Err(Missing::Why(why)) => why.text(ZH),
        },
        on_demand: line.value == Err(Missing::OnDemand),
        suppressed,
        numerator: visible.and_then(|own| own.numerator).map(sum),
        denominator: visible.and_then(|own| own.denominator).map(sum),
        previous: change(&line.previous),
        year_before: change(&line.year_before),
        course: line.course.code(),
        course_text: line.course.text(ZH),
        adrift: visible.is_some() && line.is_adrift(),
        spark: match suppressed {
            true => Vec::new(),
            false => spark(indicator, &line.spark),
        },
        marks: mark_words(values.set(), indicator),
    }
}

fn spark(
    indicator: &Indicator,
    points: &[(Period, Option<rust_decimal::Decimal>)],
) -> Vec<SparkPoint> {
    let point = |(period, value): &(Period, Option<rust_decimal::Decimal>)| SparkPoint {
        period: period.to_string(),
        value: value.map(|value| shown(value, indicator.decimals)),
    };
    points.iter().map(point).collect()
}

fn changed(indicator: &Indicator, shift: &Shift) -> IndicatorChange {
    IndicatorChange {
        period: shift.period.to_string(),
        value: shown(shift.before.value, indicator.decimals),
        difference: shown(shift.difference, indicator.decimals),
        kind: match kind(indicator) {
            "percent" => "points",
            other => other,
        },
        relative: shift.relative.map(|relative| shown(relative, 2)),
        good: shift.good,
        notable: shift.notable,
    }
}

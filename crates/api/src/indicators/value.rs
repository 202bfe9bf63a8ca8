//! One indicator of a unit and period: its course, its peers, its parts, and what moved it.

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::Workspace;
use biaochi_app::cockpit::{plans_of, target_owner, targets_of_indicator};
use biaochi_app::indicators::{
    Breakdown, Indicator, Value, Values, breakdown, line, moved_within, name_within, peers,
    sentence, shown, trend,
};
use biaochi_domain::{Language, Localized as _, Period};
use biaochi_organisations::Unit;
use biaochi_plans::Plan;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::catalogue::{IndicatorCard, card};
use super::place::{Named, Place, organisation, reach};
use super::values::{IndicatorProvenance, IndicatorValue, known, provenance, small, sum, value};
use super::{SPARK, organisations_revision, values};
use crate::caller::Caller;
use crate::plans::plans;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

const ZH: Language = Language::Zh;
/// Fewer other institutions with a value would be named by their value.
const FEWEST_PEERS: usize = 3;
/// Cases below which a peer's value is not shown, unless the indicator says otherwise.
const FEWEST_CASES: u64 = 10;

/// Of what and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlaceQuery {
    /// 机构代码，或 `division:…`、`alliance:…`、`all`；不填为本人的单位。
    pub(crate) organisation: Option<String>,
    /// 科室代码，只对一家机构。
    pub(crate) department: Option<String>,
    /// 时期，如 `2025-12`、`2025Q4`、`2025`。
    pub(crate) period: String,
}

/// A point of the course.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorPoint {
    /// The period.
    period: String,
    /// The value; `null` where there is none or it is suppressed.
    value: Option<String>,
    /// Why there is none; empty otherwise.
    missing: String,
    /// The value a year before.
    year_before: Option<String>,
}

/// A target that the indicator answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorTarget {
    /// The plan.
    plan: String,
    /// 方案名称。
    plan_title: String,
    /// The target.
    target: String,
    /// 目标名称。
    title: String,
    /// 不低于、不高于、等于、提高、降低。
    comparator_text: String,
    /// The number of the target line; `null` where the plan names none.
    amount: Option<String>,
    /// As the plan writes it.
    amount_text: String,
    /// The last day.
    due: Option<String>,
    /// 责任科室或责任人。
    owner: String,
}

/// An institution of the same kind and level.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorPeer {
    /// Its code; `null` for those that may not be named.
    organisation: Option<String>,
    /// 名称；空为不具名。
    name: String,
    /// The value.
    value: String,
    /// Whether it is the institution that was asked about.
    is_own: bool,
}

/// The institutions of the same kind and level, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorPeers {
    /// Those with a value that may be shown.
    items: Vec<IndicatorPeer>,
    /// The place of one's own; `null` without a value.
    place: Option<u64>,
    /// How many have none.
    without: u64,
    /// How many were hidden for small numbers.
    hidden: u64,
    /// Why nothing is shown; empty otherwise.
    note: String,
}

/// A part of the unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorPart {
    /// `department` or `institution`.
    kind: &'static str,
    /// Its code.
    code: String,
    /// 名称。
    name: String,
    /// The value; `null` where there is none or it is suppressed.
    value: Option<String>,
    /// Why there is none; empty otherwise.
    missing: String,
    /// Too few cases to be shown.
    suppressed: bool,
    /// 分子。
    numerator: Option<String>,
    /// 分母。
    denominator: Option<String>,
}

/// What a part contributed to a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorEffect {
    /// 名称。
    name: String,
    /// 构成：占比变了带来的。
    mix: String,
    /// 水平：自身变了带来的。
    rate: String,
}

/// What moved the value since the period before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorMovement {
    /// The earlier period.
    from: String,
    /// The value then.
    before: String,
    /// The value now.
    after: String,
    /// All of the mix.
    mix: String,
    /// All of the rates.
    rate: String,
    /// By part, the largest first.
    effects: Vec<IndicatorEffect>,
}

/// Whose reports a value rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorReport {
    /// The data set.
    dataset: String,
    /// How many organisations.
    organisations: u64,
    /// Whether the unit reported it itself.
    is_own: bool,
}

/// An indicator of a unit and period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorPage {
    /// What it is.
    definition: IndicatorCard,
    /// The unit as people call it.
    organisation_name: String,
    /// The department that is shown; empty for the whole.
    department: String,
    /// The period.
    period: String,
    /// The value.
    value: IndicatorValue,
    /// What happened, in one sentence.
    says: String,
    /// The course, oldest first.
    trend: Vec<IndicatorPoint>,
    /// Targets that it answers.
    targets: Vec<IndicatorTarget>,
    /// Institutions of the same kind; `null` for what is no institution.
    peers: Option<IndicatorPeers>,
    /// Departments or institutions, the largest value first.
    parts: Vec<IndicatorPart>,
    /// What moved it; `null` where that cannot be told.
    movement: Option<IndicatorMovement>,
    /// Whose reports it rests on.
    reports: Vec<IndicatorReport>,
    /// Whether the caller may open records.
    may_see_records: bool,
    /// What it was computed from.
    provenance: IndicatorProvenance,
}

/// One indicator of a unit and period, with its course, peers, parts and what moved it.
#[utoipa::path(get, path = "/indicators/{id}", tag = "indicators",
    params(("id" = String, Path, description = "指标的标识"), PlaceQuery),
    responses((status = 200, body = IndicatorPage), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(crate) async fn indicator(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<PlaceQuery>,
) -> Result<Json<IndicatorPage>, Problem> {
    let named = Named {
        organisation: query.organisation.as_deref(),
        department: query.department.as_deref(),
        period: &query.period,
    };
    let place = Place::find(&caller, Action::Read, Resource::Indicator, named).await?;
    let plans = reach(
        &caller,
        Action::Read,
        Resource::Plan,
        Sensitivity::Aggregate,
    );
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let values = values(service, &workspace, place.period)?;
        known(&values, &place)?;
        let indicator = values.indicator(&id)?;
        let revision = organisations_revision(&workspace)?;
        let asked = Asked {
            values: &values,
            indicator,
            place: &place,
        };
        let key = |what: &str| {
            let hash = &values.provenance().pack_hash;
            let (unit, period) = (&place.unit, place.period);
            format!("indicators/{what}/{hash}/{revision}/{id}/{unit}/{period}")
        };
        let line = service.kept(&key("line"), || {
            let (unit, period) = (&place.unit, place.period);
            Ok(line(&values, indicator, unit, period, SPARK))
        })?;
        let parts = service.kept(&key("parts"), || {
            Ok(breakdown(&values, indicator, &place.unit, place.period)?)
        })?;
        let movement = service.kept(&key("moved"), || {
            let before = line.previous.map(|shift| shift.period);
            Ok(before.and_then(|before| {
                moved_within(&values, indicator, &place.unit, before, place.period)
            }))
        })?;
        let shown_line = value(&values, indicator, &line, &place);
        let has_value = shown_line.has_value();
        // Effects of parts say as much as their values.
        let may_tell = place.records || !asked.small_parts(&parts).contains(&true);
        let movement = Option::as_ref(&*movement).filter(|_| has_value && may_tell);
        let may_plans = match &place.organisation {
            Some(code) => plans.covers(code, None) || place.departments.is_some(),
            None => plans.all,
        };
        Ok(IndicatorPage {
            definition: card(values.pack(), indicator),
            organisation_name: values.structure().name(&place.unit, place.period),
            department: match &place.unit {
                Unit::Department { code, .. } => code.clone(),
                _ => String::new(),
            },
            period: place.period.to_string(),
            says: match has_value || line.value.is_err() {
                true => sentence(indicator, place.period, &line, movement),
                false => format!("{} {} 例数过少，不显示", indicator.title, place.period),
            },
            value: shown_line,
            trend: asked.trend(),
            targets: match may_plans {
                true => asked.targets(service, &workspace)?,
                false => Vec::new(),
            },
            peers: asked.peers(),
            parts: asked.parts(&parts),
            movement: movement.map(|found| asked.movement(&line, found)),
            reports: asked.reports(),
            may_see_records: place.records,
            provenance: provenance(&values),
        })
    });
    Ok(Json(answer.await?))
}

struct Asked<'a> {
    values: &'a Values,
    indicator: &'a Indicator,
    place: &'a Place,
}

impl Asked<'_> {
    fn text(&self, value: &Value) -> String {
        shown(value.value, self.indicator.decimals)
    }

    fn trend(&self) -> Vec<IndicatorPoint> {
        let (unit, period) = (&self.place.unit, self.place.period);
        let points = if period.length() >= 12 { 4 } else { SPARK };
        let points = trend(self.values, self.indicator, unit, period, points);
        let before = |period: Period| {
            let before = period.year_before()?;
            let value = self.values.explained(self.indicator, unit, before);
            value.ok()
        };
        let now: Vec<Option<Value>> = points
            .iter()
            .map(|one| one.value.as_ref().ok().copied())
            .collect();
        let earlier: Vec<Option<Value>> = points.iter().map(|one| before(one.period)).collect();
        let hidden_now = small(self.values, self.indicator, &now, self.place);
        let hidden_before = small(self.values, self.indicator, &earlier, self.place);
        let points = points.into_iter().enumerate();
        points
            .map(|(place, point)| IndicatorPoint {
                period: point.period.to_string(),
                value: now[place]
                    .filter(|_| !hidden_now[place])
                    .map(|value| self.text(&value)),
                missing: match point.value {
                    Ok(_) if hidden_now[place] => "例数过少，不显示".to_owned(),
                    Ok(_) => String::new(),
                    Err(why) => why.text(ZH),
                },
                year_before: earlier[place]
                    .filter(|_| !hidden_before[place])
                    .map(|value| self.text(&value)),
            })
            .collect()
    }

    /// Targets of the plans that the unit, or those above it, took up.
    fn targets(
        &self,
        service: &Service,
        workspace: &Workspace,
    ) -> Result<Vec<IndicatorTarget>, Problem> {
        let view = self.values.structure().view_of(self.place.period);
        let taken = plans_of(workspace, &self.place.unit, &view)?;
        let plans = plans(service)?;
        let plans: Vec<&Plan> = plans
            .iter()
            .filter(|plan| taken.contains_key(&plan.id))
            .collect();
        let id = &self.indicator.id;
        let found = targets_of_indicator(&plans, id, &self.place.unit, &view).into_iter();
        let today = biaochi_app::beijing::today();
        Ok(found
            .map(|(plan, target)| IndicatorTarget {
                plan: plan.id.clone(),
                plan_title: plan.document.title.clone(),
                target: target.id.clone(),
                title: target.title.clone(),
                comparator_text: target.comparator.text(ZH),
                amount: target.amount.number.map(sum),
                amount_text: format!("{}{}", target.amount.text, target.unit),
                due: target.due.on(today).map(|day| day.to_string()),
                owner: target_owner(plan, target, taken.get(&plan.id).map_or(&[], Vec::as_slice)),
            })
            .collect())
    }

    /// Others without their names where the caller does not reach them: a distribution, and none of so few that a value
    /// would name its owner.
    fn peers(&self) -> Option<IndicatorPeers> {
        let Unit::Institution(code) = &self.place.unit else {
            return None;
        };
        let found = peers(
            self.values,
            self.indicator,
            code,
            self.place.period,
            FEWEST_CASES,
        );
        let place = found
            .peers
            .iter()
            .position(|peer| peer.is_own && peer.value.is_some());
        let shown = found.peers.iter().filter(|peer| peer.value.is_some());
        let shown: Vec<_> = shown.collect();
        let others = shown.iter().filter(|peer| !peer.is_own);
        let unnamed = others
            .clone()
            .filter(|peer| {
                !peer
                    .unit
                    .as_ref()
                    .is_some_and(|unit| self.place.may_name(unit))
            })
            .count();
        let too_few = unnamed > 0 && others.count() < FEWEST_PEERS;
        let items = shown.into_iter().filter(|peer| peer.is_own || !too_few);
        let items = items.filter_map(|peer| {
            let named = peer.unit.as_ref().filter(|unit| self.place.may_name(unit));
            Some(IndicatorPeer {
                organisation: named.and_then(organisation),
                name: named.map_or_else(String::new, |_| peer.name.clone()),
                value: self.text(peer.value.as_ref()?),
                is_own: peer.is_own,
            })
        });
        Some(IndicatorPeers {
            items: items.collect(),
            place: place.filter(|_| !too_few).map(|place| place as u64 + 1),
            without: found.without as u64,
            hidden: found.hidden as u64,
            note: match too_few {
                true => format!("同级同类机构不足 {FEWEST_PEERS} 家有值，不显示"),
                false => String::new(),
            },
        })
    }

    fn small_parts(&self, parts: &[Breakdown]) -> Vec<bool> {
        let of: Vec<Option<Value>> = parts
            .iter()
            .map(|part| part.value.as_ref().ok().copied())
            .collect();
        small(self.values, self.indicator, &of, self.place)
    }

    fn parts(&self, parts: &[Breakdown]) -> Vec<IndicatorPart> {
        let hidden = self.small_parts(parts);
        let mut sorted: Vec<(&Breakdown, bool)> = parts.iter().zip(hidden).collect();
        sorted.retain(|(part, _)| self.place.may_name(&part.unit));
        sorted.sort_by_key(|(part, hidden)| {
            let value = part.value.as_ref().ok().filter(|_| !hidden);
            std::cmp::Reverse(value.map(|value| value.value))
        });
        let part = |(part, suppressed): (&Breakdown, bool)| {
            let visible = part.value.as_ref().ok().filter(|_| !suppressed);
            let (kind, code) = match &part.unit {
                Unit::Department { code, .. } => ("department", code.clone()),
                other => ("institution", organisation(other).unwrap_or_default()),
            };
            let (whole, period) = (&self.place.unit, self.place.period);
            IndicatorPart {
                kind,
                code,
                name: name_within(self.values, &part.name, whole, period),
                value: visible.map(|value| self.text(value)),
                missing: match &part.value {
                    Ok(_) if suppressed => "例数过少，不显示".to_owned(),
                    Ok(_) => String::new(),
                    Err(why) => why.text(ZH),
                },
                suppressed,
                numerator: visible.and_then(|value| value.numerator).map(sum),
                denominator: visible.and_then(|value| value.denominator).map(sum),
            }
        };
        sorted.into_iter().map(part).collect()
    }

    fn movement(
        &self,
        line: &biaochi_app::indicators::Line,
        found: &biaochi_app::indicators::Movement,
    ) -> IndicatorMovement {
        let places = self.indicator.decimals;
        let from = line.previous.map(|shift| shift.period.to_string());
        IndicatorMovement {
            from: from.unwrap_or_default(),
            before: shown(found.before, places),
            after: shown(found.after, places),
            mix: shown(found.mix(), places),
            rate: shown(found.rate(), places),
            effects: found
                .effects
                .iter()
                .map(|effect| IndicatorEffect {
                    name: effect.name.clone(),
                    mix: shown(effect.mix, places),
                    rate: shown(effect.rate, places),
                })
                .collect(),
        }
    }

    fn reports(&self) -> Vec<IndicatorReport> {
        let (unit, period) = (&self.place.unit, self.place.period);
        let found = self.values.reported_by(self.indicator, unit, period);
        let report = |one: biaochi_app::indicators::ReportedBy| IndicatorReport {
            dataset: one.dataset,
            organisations: one.organisations.len() as u64,
            is_own: one.is_own,
        };
        found.into_iter().map(report).collect()
    }
}

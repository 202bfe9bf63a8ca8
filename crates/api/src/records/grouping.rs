use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::records::{
    Complication, GroupPath, Neighbour, PathReason, PathStep, WhatIf, explain_group,
};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::facts_of;
use super::{PlaceQuery, no_record, object, page_of, seen, tables};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// A code with its name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordNamedCode {
    /// 编码。
    code: String,
    /// 名称。
    name: Option<String>,
}

/// The way of a record to its group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordGrouping {
    /// Id of the scheme.
    scheme: String,
    /// 分组方案。
    scheme_title: String,
    /// 分组结果。
    status_text: String,
    /// MDC.
    mdc: RecordNamedCode,
    /// ADRG.
    adrg: RecordNamedCode,
    /// DRG.
    drg: RecordNamedCode,
    /// 权重。
    weight: Option<String>,
    /// What was decided, in order.
    steps: Vec<GroupingStep>,
    /// Diagnoses that are CC or MCC.
    complications: Vec<GroupingComplication>,
    /// Remarks on codes.
    remarks: Vec<String>,
    /// Single changes that lead to another group.
    what_if: Vec<GroupingChange>,
    /// What a reader must know about them.
    notice: String,
    /// Groups of the same ADRG.
    neighbours: Vec<NeighbourGroup>,
}

/// A decision on the way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupingStep {
    /// `mdc`, `adrg` or `drg`.
    level: &'static str,
    /// 编码。
    code: String,
    /// 名称。
    name: Option<String>,
    /// Whether the record fits.
    holds: bool,
    /// It led to the group.
    on_path: bool,
    /// What decided.
    reasons: Vec<GroupingReason>,
}

/// A condition that decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupingReason {
    /// 条件。
    text: String,
    /// 本例的值。
    found: String,
    /// Whether it holds.
    holds: bool,
}

/// A secondary diagnosis that is CC or MCC.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupingComplication {
    /// Its place among the diagnoses, from 0.
    position: usize,
    /// 编码。
    code: String,
    /// 名称。
    name: Option<String>,
    /// `CC` or `MCC`.
    level: &'static str,
    /// It counts.
    counted: bool,
    /// 排除表。
    table: Option<String>,
    /// 说明。
    text: String,
}

/// A single change that leads to another group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupingChange {
    /// 变化。
    kind: String,
    /// 编码。
    code: String,
    /// 名称。
    name: Option<String>,
    /// 变化后的病组。
    drg: String,
    /// 名称。
    drg_name: Option<String>,
    /// 权重。
    weight: Option<String>,
    /// 权重差。
    difference: Option<String>,
}

/// A group of the same ADRG, and what the hospital has in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeighbourGroup {
    /// 病组。
    drg: String,
    /// 名称。
    name: Option<String>,
    /// 权重。
    weight: Option<String>,
    /// 本院例数。
    cases: i64,
    /// 本院次均费用（元）。
    mean_charges: Option<String>,
    /// 本院平均住院日。
    mean_days: Option<String>,
    /// The record is in it.
    own: bool,
}

/// Why a record is in its group, what would change it, and the groups beside it.
#[utoipa::path(get, path = "/records/{key}/grouping", tag = "records",
    params(("key" = String, Path, description = "记录键"), PlaceQuery),
    responses((status = 200, body = RecordGrouping), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn record_grouping(
    caller: Caller,
    Path(key): Path<String>,
    Query(query): Query<PlaceQuery>,
) -> Result<Json<RecordGrouping>, Problem> {
    let place = seen(&caller, &key, &query).await?;
    let about = object(&place, Resource::Grouping, Sensitivity::DeIdentified);
    caller.may(Action::Read, &about, &key).await?;
    let path = caller
        .service()
        .run(move |service| {
            let held = page_of(service, &place)?;
            let Some(stored) = &*held else {
                return Err(no_record());
            };
            let facts = facts_of(service, &place)?;
            let workspace = service.workspace();
            let scheme = facts.group.as_ref().map(|group| group.scheme.as_str());
            let path = explain_group(
                &*tables(service)?,
                workspace,
                &service.content(),
                scheme.unwrap_or(&workspace.config().scheme),
                &place.organisation_code,
                &stored.page,
            )?;
            Ok(path)
        })
        .await?;
    Ok(Json(RecordGrouping::from(path)))
}

fn text(value: Option<Decimal>) -> Option<String> {
    value.map(|value| value.to_string())
}

impl From<GroupPath> for RecordGrouping {
    fn from(path: GroupPath) -> Self {
        let named = |(code, name): (String, Option<String>)| RecordNamedCode { code, name };
        Self {
            scheme: path.scheme,
            scheme_title: path.scheme_title,
            status_text: path.status,
            mdc: named(path.mdc),
            adrg: named(path.adrg),
            drg: named(path.drg),
            weight: text(path.weight),
            steps: path.steps.into_iter().map(GroupingStep::from).collect(),
            complications: path
                .complications
                .into_iter()
                .map(GroupingComplication::from)
                .collect(),
            remarks: path.remarks,
            what_if: path.what_if.into_iter().map(GroupingChange::from).collect(),
            notice: path.notice.to_owned(),
            neighbours: path
                .neighbours
                .into_iter()
                .map(NeighbourGroup::from)
                .collect(),
        }
    }
}

impl From<PathStep> for GroupingStep {
    fn from(step: PathStep) -> Self {
        let reason = |reason: PathReason| GroupingReason {
            text: reason.text,
            found: reason.found,
            holds: reason.holds,
        };
        Self {
            level: step.level,
            code: step.code,
            name: step.name,
            holds: step.holds,
            on_path: step.on_path,
            reasons: step.reasons.into_iter().map(reason).collect(),
        }
    }
}

impl From<Complication> for GroupingComplication {
    fn from(one: Complication) -> Self {
        Self {
            position: one.position,
            code: one.code,
            name: one.name,
            level: one.level,
            counted: one.counted,
            table: one.table,
            text: one.text,
        }
    }
}

impl From<WhatIf> for GroupingChange {
    fn from(change: WhatIf) -> Self {
        Self {
            kind: change.kind,
            code: change.code,
            name: change.name,
            drg: change.drg,
            drg_name: change.drg_name,
            weight: text(change.weight),
            difference: text(change.difference),
        }
    }
}

impl From<Neighbour> for NeighbourGroup {
    fn from(group: Neighbour) -> Self {
        Self {
            drg: group.drg,
            name: group.name,
            weight: text(group.weight),
            cases: group.cases,
            mean_charges: text(group.mean_charges),
            mean_days: text(group.mean_days),
            own: group.own,
        }
    }
}

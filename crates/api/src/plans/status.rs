//! Where the targets of plans stand.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource};
use biaochi_app::Workspace;
use biaochi_app::plans::Judge;
use biaochi_organisations::Unit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{StatusCount, TargetStatusBody};
use super::{day_of, plan, plans, stamp, unit_of, values, whole};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(tallies))
        .routes(routes!(status))
}

/// For whom, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StandingQuery {
    /// 机构代码，或 `division:区划代码`、`alliance:医联体`。
    pub(super) organisation: String,
    /// 看到哪个时期末，如 `2025Q4`；不填为今天。
    pub(super) period: Option<String>,
}

/// Where the targets of a plan stand for an organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanStatusBody {
    /// Id of the plan.
    plan: String,
    /// 方案名称。
    title: String,
    /// For whom.
    organisation: String,
    /// 机构名称。
    organisation_name: String,
    /// The day.
    on: String,
    /// Version of the data; 0 without any.
    data_version: u64,
    /// How many stand where.
    tally: Vec<StatusCount>,
    /// The targets that are about such an organisation.
    targets: Vec<TargetStatusBody>,
    /// What has to be known of all of it; empty for nothing.
    note: String,
}

/// How many targets of a plan stand where for an organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanTally {
    /// Id of the plan.
    plan: String,
    /// Targets that are about such an organisation.
    about: usize,
    /// How many stand where.
    tally: Vec<StatusCount>,
}

/// How many targets of each plan stand where.
#[utoipa::path(get, path = "/plan-tallies", tag = "plans", params(StandingQuery),
    responses((status = 200, body = [PlanTally]), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn tallies(
    caller: Caller,
    Query(query): Query<StandingQuery>,
) -> Result<Json<Vec<PlanTally>>, Problem> {
    let (unit, on) = (
        unit_of(&query.organisation)?,
        day_of(query.period.as_deref())?,
    );
    whole(&caller, Action::Read, Resource::Plan, &query.organisation).await?;
    let known = caller.service().run(plans).await?;
    let mut stamps = Vec::with_capacity(known.len());
    for plan in known.iter() {
        stamps.push((plan.id.clone(), stamp(&caller, &plan.id).await?));
    }
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let told = |(id, stamp): (String, (u64, u64))| {
            let found = standing(service, &workspace, &id, &unit, on, stamp)?;
            Ok(PlanTally {
                plan: id,
                about: found.targets.len(),
                tally: found.tally.clone(),
            })
        };
        stamps.into_iter().map(told).collect()
    });
    Ok(Json(shown.await?))
}

/// Where the targets of a plan stand, with path, forecast and reason.
#[utoipa::path(get, path = "/plans/{id}/status", tag = "plans",
    params(("id" = String, Path, description = "方案标识"), StandingQuery),
    responses((status = 200, body = PlanStatusBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn status(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<StandingQuery>,
) -> Result<Json<PlanStatusBody>, Problem> {
    let (unit, on) = (
        unit_of(&query.organisation)?,
        day_of(query.period.as_deref())?,
    );
    whole(&caller, Action::Read, Resource::Plan, &query.organisation).await?;
    let stamp = stamp(&caller, &id).await?;
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let found = standing(service, &workspace, &id, &unit, on, stamp)?;
        Ok(PlanStatusBody::clone(&found))
    });
    Ok(Json(shown.await?))
}

/// Where a plan stands, judged once for a state of everything that it depends on.
fn standing(
    service: &Service,
    workspace: &Workspace,
    id: &str,
    unit: &Unit,
    on: Date,
    stamp: (u64, u64),
) -> Result<Arc<PlanStatusBody>, Problem> {
    let (organisations, tasks) = stamp;
    let key = format!("plans/status/{id}/{unit}/{on}/{organisations}/{tasks}");
    service.kept(&key, || {
        let plans = plans(service)?;
        let plan = plan(&plans, id)?;
        let values = values(service, workspace, &plans, on, organisations)?;
        let judge = Judge::over(&values, workspace, plan)?;
        judge.known(unit)?;
        let found = judge.status(unit);
        let early = plan.document.from.filter(|from| on < *from);
        let note = match early {
            Some(from) => format!("{on} 早于方案的起始日期 {from}，此前没有可判定的进度"),
            None if found.targets.is_empty() => {
                "方案没有针对这类机构的目标，请换一个机构".to_owned()
            }
            None => String::new(),
        };
        let tally = found.tally();
        Ok(PlanStatusBody {
            plan: plan.id.clone(),
            title: plan.document.title.clone(),
            organisation: match unit {
                Unit::Institution(code) => code.clone(),
                other => other.to_string(),
            },
            organisation_name: judge.name(unit),
            on: on.to_string(),
            data_version: found.version,
            tally: tally
                .into_iter()
                .map(|(status, count)| StatusCount::of(status, count))
                .collect(),
            targets: found
                .targets
                .iter()
                .map(|one| TargetStatusBody::of(plan, one))
                .collect(),
            note,
        })
    })
}

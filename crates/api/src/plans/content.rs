//! What plans say.

use axum::Json;
use axum::extract::Path;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::plans::Lineage;
use biaochi_domain::Localized as _;
use biaochi_plans::{Plan, Target};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{ClauseBody, PlanSummary, PlanTaskBody, TargetBody};
use super::{ZH, plan, plans};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(cascade))
}

/// A plan with all it says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanBody {
    /// As in the list.
    summary: PlanSummary,
    /// What is special about its text.
    note: String,
    /// Version of the pack.
    version: String,
    /// SHA-256 over the pack.
    content_hash: String,
    /// 条款。
    clauses: Vec<ClauseBody>,
    /// 目标。
    targets: Vec<TargetBody>,
    /// 任务。
    tasks: Vec<PlanTaskBody>,
}

/// A plan held against the one above it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CascadeBody {
    /// The plan above; `null` for one at the top.
    parent: Option<PlanSummary>,
    /// The same subject in both, what needs attention first.
    compared: Vec<ComparedBody>,
    /// Targets above that are not taken up.
    missing: Vec<TargetBody>,
    /// Plans that carry this one out.
    children: Vec<PlanSummary>,
}

/// The same subject in two plans.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparedBody {
    /// Such as `lower`.
    difference: &'static str,
    /// 比较，如“低于上级”。
    difference_text: String,
    /// Whether the lower plan falls short.
    falls_short: bool,
    /// In the plan above.
    parent: TargetBody,
    /// In this plan.
    child: TargetBody,
}

/// All plans.
#[utoipa::path(get, path = "/plans", tag = "plans",
    responses((status = 200, body = [PlanSummary]), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn list(caller: Caller) -> Result<Json<Vec<PlanSummary>>, Problem> {
    read(&caller, "").await?;
    let shown = caller.service().run(move |service| {
        let plans = plans(service)?;
        Ok(plans.iter().map(PlanSummary::of).collect())
    });
    Ok(Json(shown.await?))
}

/// One plan.
#[utoipa::path(get, path = "/plans/{id}", tag = "plans", params(("id" = String, Path, description = "方案标识")),
    responses((status = 200, body = PlanBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<PlanBody>, Problem> {
    read(&caller, &id).await?;
    let shown = caller.service().run(move |service| {
        let plans = plans(service)?;
        let plan = plan(&plans, &id)?;
        Ok(PlanBody {
            summary: PlanSummary::of(plan),
            note: plan.document.note.clone(),
            version: plan.version.clone(),
            content_hash: plan.content_hash.clone(),
            clauses: plan.clauses.iter().map(ClauseBody::of).collect(),
            targets: plan
                .targets
                .iter()
                .map(|target| TargetBody::of(plan, target))
                .collect(),
            tasks: plan
                .tasks
                .iter()
                .map(|task| PlanTaskBody::of(plan, task))
                .collect(),
        })
    });
    Ok(Json(shown.await?))
}

/// How a plan carries out the one above it.
#[utoipa::path(get, path = "/plans/{id}/cascade", tag = "plans", params(("id" = String, Path, description = "方案标识")),
    responses((status = 200, body = CascadeBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn cascade(caller: Caller, Path(id): Path<String>) -> Result<Json<CascadeBody>, Problem> {
    read(&caller, &id).await?;
    let shown = caller.service().run(move |service| {
        let plans = plans(service)?;
        let own = plan(&plans, &id)?.clone();
        let children = plans
            .iter()
            .filter(|other| other.parent.as_deref() == Some(&id))
            .map(PlanSummary::of)
            .collect();
        let parent = own.parent.as_deref();
        let parent = parent.and_then(|parent| plans.iter().find(|other| other.id == parent));
        let lineage = Lineage {
            plan: own,
            parent: parent.cloned(),
        };
        Ok(compared(&lineage, children))
    });
    Ok(Json(shown.await?))
}

fn compared(lineage: &Lineage, children: Vec<PlanSummary>) -> CascadeBody {
    let (Some(parent), Some(cascade)) = (&lineage.parent, lineage.cascade()) else {
        return CascadeBody {
            parent: None,
            compared: Vec::new(),
            missing: Vec::new(),
            children,
        };
    };
    let side = |plan: &Plan, target: &Target| TargetBody::of(plan, target);
    let mut compared = cascade.compared;
    compared.sort_by_key(|one| one.difference);
    CascadeBody {
        parent: Some(PlanSummary::of(parent)),
        compared: compared
            .into_iter()
            .map(|one| ComparedBody {
                difference: one.difference.word(),
                difference_text: one.difference.text(ZH),
                falls_short: one.difference.falls_short(),
                parent: side(parent, one.parent),
                child: side(&lineage.plan, one.child),
            })
            .collect(),
        missing: cascade
            .missing
            .into_iter()
            .map(|target| side(parent, target))
            .collect(),
        children,
    }
}

/// What plans say is the same for everybody who may read any.
async fn read(caller: &Caller, subject: &str) -> Result<(), Problem> {
    let object = Object::common(Resource::Plan);
    caller.may(Action::Read, &object, subject).await?;
    Ok(())
}

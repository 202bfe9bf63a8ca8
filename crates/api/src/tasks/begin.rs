//! Tasks that come into the ledger: from a plan, or from an indicator that somebody looked at.

use axum::Json;
use axum::http::StatusCode;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::plans::{OwnTask, act, adopt, begin};
use biaochi_store::{Scope, TaskStep};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::id_of;
use super::list::day;
use crate::caller::Caller;
use crate::plans::{plan, plans};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(add))
}

/// What shall come into the ledger: tasks of a plan, or one of its own.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewTasksBody {
    /// Whose.
    organisation: String,
    /// The plan whose tasks are taken up.
    plan: Option<String>,
    /// Which of them; all when empty.
    #[serde(default)]
    tasks: Vec<String>,
    /// A task of its own, where no plan is named.
    own: Option<NewTaskBody>,
}

/// A task that comes from no plan.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewTaskBody {
    /// 要做什么。
    title: String,
    /// 完成标志。
    #[serde(default)]
    deliverable: String,
    /// Id of the indicator that it comes from.
    #[serde(default)]
    indicator: String,
    /// 起因，如“微创手术占比 12 月下降 2.1 个百分点”。
    #[serde(default)]
    cause: String,
    /// 科室。
    #[serde(default)]
    department: String,
    /// 责任人。
    #[serde(default)]
    assignee: String,
    /// 期限。
    due: Option<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedTasks {
    /// New in the ledger.
    new: u64,
    /// There already; they stay as they are.
    known: u64,
    /// Names the task in addresses, where it is a single one of its own.
    id: Option<String>,
}

/// Takes tasks of a plan up, or begins one from an indicator.
#[utoipa::path(post, path = "/tasks", tag = "tasks", request_body = NewTasksBody,
    responses((status = 201, body = AddedTasks), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn add(
    caller: Caller,
    Json(body): Json<NewTasksBody>,
) -> Result<(StatusCode, Json<AddedTasks>), Problem> {
    let organisation = body.organisation.trim().to_owned();
    if organisation.is_empty() {
        return Err(Problem::invalid("organisation", "请选择由哪个机构办理"));
    }
    let object = Object::of(Resource::Task, &organisation);
    caller.may(Action::Enter, &object, &organisation).await?;
    let needs_office = body
        .own
        .as_ref()
        .is_some_and(|own| !own.department.trim().is_empty());
    if needs_office {
        caller.may(Action::Assign, &object, &organisation).await?;
    }
    let scope = Scope::one(organisation.as_str());
    let (workspace, actor) = (caller.workspace(), caller.actor().name.clone());
    let added = caller.service().run(move |service| {
        if let Some(id) = body.plan.filter(|id| !id.is_empty()) {
            let plans = plans(service)?;
            let plan = plan(&plans, &id)?;
            let taken = adopt(&workspace, &scope, &actor, plan, &organisation, &body.tasks)?;
            return Ok(AddedTasks {
                new: taken.new,
                known: taken.known,
                id: None,
            });
        }
        let own = body
            .own
            .ok_or_else(|| Problem::invalid("plan", "请选择方案，或写明要做什么"))?;
        if own.title.trim().is_empty() {
            return Err(Problem::invalid("title", "请写明要做什么"));
        }
        let due = own.due.as_deref().filter(|text| !text.is_empty());
        let cause = match (own.indicator.trim(), own.cause.trim()) {
            ("", cause) => cause.to_owned(),
            (indicator, "") => format!("指标 {indicator}"),
            (indicator, cause) => format!("指标 {indicator}：{cause}"),
        };
        let task = OwnTask {
            organisation,
            from: own.indicator.trim().chars().take(40).collect(),
            cause,
            title: own.title.trim().to_owned(),
            deliverable: own.deliverable.trim().to_owned(),
            due: due.map(day).transpose()?,
        };
        let key = begin(&workspace, &scope, &actor, &task)?;
        if !own.department.trim().is_empty() {
            let step = TaskStep::Assign {
                department: own.department,
                to: own.assignee,
            };
            act(&workspace, &scope, &actor, &key, Some(1), &step)?;
        }
        Ok(AddedTasks {
            new: 1,
            known: 0,
            id: Some(id_of(&key)),
        })
    });
    Ok((StatusCode::CREATED, Json(added.await?)))
}

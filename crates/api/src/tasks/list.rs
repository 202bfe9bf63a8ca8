//! The ledger, page by page, and one task of it.

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::beijing;
use biaochi_app::plans::{LedgerPage, details, ledger_page};
use biaochi_domain::Localized as _;
use biaochi_store::{Scope, TaskCount, TaskCursor, TaskFilter, TaskState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::step::possible;
use super::wire::{EvidenceBody, MilestoneBody, TaskActionBody, TaskDetailBody, TaskLine};
use super::{allowed, key_of};
use crate::caller::Caller;
use crate::page::PageQuery;
use crate::plans::ZH;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
}

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskQuery {
    /// 机构代码；不填为能看到的全部机构。
    organisation: Option<String>,
    /// 方案。
    plan: Option<String>,
    /// 科室。
    department: Option<String>,
    /// 责任人；me 为本人。
    assignee: Option<String>,
    /// 状态，可以几个，用逗号隔开。
    state: Option<String>,
    /// 这一天或之前到期的。
    due_until: Option<String>,
    /// 只看逾期的。
    #[serde(default)]
    overdue: bool,
    /// 只看督办未回复的。
    #[serde(default)]
    with_order: bool,
    /// 每页最多多少行，不填为 50，最多 500。
    limit: Option<u32>,
    /// 上一页回答的 `next`。
    cursor: Option<String>,
}

/// A page of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskPage {
    /// The tasks, those that are due first in front.
    items: Vec<TaskLine>,
    /// What to send as `cursor` for the rows behind these.
    next: Option<String>,
    /// How many there are in all pages.
    total: u64,
    /// How many stand where, of all pages.
    counts: Vec<StateCount>,
    /// How many are overdue, of all pages.
    overdue: u64,
    /// How many have an order without reply, of all pages.
    orders: u64,
}

/// How many tasks stand where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StateCount {
    /// Such as `submitted`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// How many.
    count: u64,
}

/// Tasks with how pressing they are.
#[utoipa::path(get, path = "/tasks", tag = "tasks", params(TaskQuery),
    responses((status = 200, body = TaskPage), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list(caller: Caller, Query(query): Query<TaskQuery>) -> Result<Json<TaskPage>, Problem> {
    let organisation = query
        .organisation
        .as_deref()
        .filter(|code| !code.is_empty());
    let view = caller
        .view(
            Action::Read,
            Resource::Task,
            Sensitivity::Aggregate,
            organisation,
        )
        .await?;
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    // Whoever assigns a task writes the name of the account or the title.
    let account = &caller.person().account;
    let is_own = query.assignee.as_deref() == Some("me");
    let today = beijing::today();
    let filter = TaskFilter {
        organisation_code: organisation.map(str::to_owned),
        plan: text(&query.plan),
        department: text(&query.department),
        assignee: text(&query.assignee).filter(|_| !is_own),
        states: states(query.state.as_deref())?,
        due_until: query.due_until.as_deref().map(day).transpose()?,
        with_order: query.with_order,
        assignees: match is_own {
            true => vec![account.name.clone(), account.title.clone()],
            false => Vec::new(),
        },
        departments: view.departments,
        overdue_on: query.overdue.then_some(today),
    };
    let cursor = query.cursor.as_deref().filter(|text| !text.is_empty());
    let cursor = cursor.map(str::parse::<TaskCursor>).transpose()?;
    let page = PageQuery {
        limit: query.limit,
        cursor: None,
    };
    let limit = page.limit();
    let names = caller.organisation_names().await?;
    let workspace = caller.workspace();
    let scope = view.scope;
    let shown = caller.service().run(move |service| {
        let content = service.content();
        let page = (cursor.as_ref(), limit);
        let found = ledger_page(&workspace, content.content(), &scope, &filter, page, today)?;
        Ok(told(found, &names))
    });
    Ok(Json(shown.await?))
}

fn told(found: LedgerPage, names: &[(String, String)]) -> TaskPage {
    let sum = |of: fn(&TaskCount) -> u64| -> u64 { found.counts.iter().map(of).sum() };
    let lines = found.lines.iter();
    TaskPage {
        total: sum(|one| one.tasks),
        overdue: sum(|one| one.overdue),
        orders: sum(|one| one.orders),
        counts: TaskState::ALL
            .iter()
            .map(|state| counted(*state, &found.counts))
            .collect(),
        items: lines.map(|line| TaskLine::of(line).named(names)).collect(),
        next: found.next.map(|next| next.to_string()),
    }
}

/// One task with history and evidence.
#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks", params(("id" = String, Path, description = "任务标识")),
    responses((status = 200, body = TaskDetailBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<TaskDetailBody>, Problem> {
    let key = key_of(&id)?;
    let task = allowed(&caller, Action::Read, &key).await?;
    let steps = possible(&caller, &task);
    let names = caller.organisation_names().await?;
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let own = Scope::one(key.organisation_code.as_str());
        let (task, milestones, evidence, history) = details(&workspace, &own, &key)?;
        let content = service.content();
        let line = biaochi_app::plans::line(content.content(), task, beijing::today());
        Ok(TaskDetailBody {
            task: TaskLine::of(&line).named(&names),
            milestones: milestones.iter().map(MilestoneBody::of).collect(),
            evidence: evidence.iter().map(EvidenceBody::of).collect(),
            history: history.iter().map(TaskActionBody::of).collect(),
            steps,
        })
    });
    Ok(Json(shown.await?))
}

fn counted(state: TaskState, counts: &[TaskCount]) -> StateCount {
    let own = counts.iter().find(|one| one.state == state);
    StateCount {
        state: state.code(),
        state_text: state.text(ZH),
        count: own.map_or(0, |one| one.tasks),
    }
}

fn states(text: Option<&str>) -> Result<Vec<TaskState>, Problem> {
    let words = text.unwrap_or_default().split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(|word| {
            TaskState::from_code(word).ok_or_else(|| {
                let known: Vec<&str> = TaskState::ALL.iter().map(|state| state.code()).collect();
                let message = format!("没有状态“{word}”，可用：{}", known.join("、"));
                Problem::invalid("state", message)
            })
        })
        .collect()
}

/// A day as it is sent.
pub(super) fn day(text: &str) -> Result<Date, Problem> {
    text.trim().parse().map_err(|_| {
        let message = format!("“{text}”不是日期，应写作 2025-12-31");
        Problem::invalid("due", message)
    })
}

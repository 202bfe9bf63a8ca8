//! Steps with a task.

use axum::Json;
use axum::extract::Path;
use biaochi_access::Action;
use biaochi_app::beijing;
use biaochi_app::plans::{act, line};
use biaochi_domain::Localized as _;
use biaochi_store::{Scope, Task, TaskState, TaskStep};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::list::day;
use super::wire::{PossibleStep, TaskLine};
use super::{allowed, could, key_of, permission};
use crate::caller::Caller;
use crate::plans::ZH;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(take))
}

/// A step with a task, as the person saw it.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TaskStepBody {
    /// `assign`, `break_down`, `milestone`, `reach`, `report`, `submit`, `supervise`, `reply`, `correct`, `accept`,
    /// `postpone` or `note`.
    step: String,
    /// The revision that was seen.
    revision: u64,
    /// 标题：分解的部分、节点。
    #[serde(default)]
    title: String,
    /// 科室：分派、分解。
    #[serde(default)]
    department: String,
    /// 责任人：分派、分解。
    #[serde(default)]
    assignee: String,
    /// 期限：分解、节点、整改、调整期限，督办为回复期限。
    due: Option<String>,
    /// 完成百分之几：报告进展。
    progress: Option<u8>,
    /// 第几个节点。
    number: Option<u64>,
    /// 内容或理由。
    #[serde(default)]
    text: String,
}

/// The steps by their words, what each asks for, and what it is called.
const STEPS: [(&str, Action, &str); 12] = [
    ("report", Action::Enter, "报告进展"),
    ("submit", Action::Submit, "报送完成"),
    ("reply", Action::Submit, "回复督办"),
    ("accept", Action::Approve, "验收"),
    ("correct", Action::Approve, "要求整改"),
    ("supervise", Action::Approve, "督办"),
    ("postpone", Action::Approve, "调整期限"),
    ("assign", Action::Assign, "分派"),
    ("break_down", Action::Assign, "分解"),
    ("milestone", Action::Assign, "设置节点"),
    ("reach", Action::Enter, "登记节点完成"),
    ("note", Action::Enter, "备注"),
];

/// The steps with a task, and why some of them cannot be taken by the caller or now.
pub(super) fn possible(caller: &Caller, task: &Task) -> Vec<PossibleStep> {
    let told = |&(step, action, title): &(&'static str, Action, &'static str)| {
        let why_not = if !could(caller, action, task) {
            format!("您没有“{}”的权限", permission(action).text(ZH))
        } else if !fits(step, task) {
            format!("任务的状态是“{}”，这一步现在不能做", task.state.text(ZH))
        } else {
            String::new()
        };
        PossibleStep {
            step,
            title,
            why_not,
        }
    };
    STEPS.iter().map(told).collect()
}

/// Whether a step fits the state; the store decides, this is what a page offers.
fn fits(step: &str, task: &Task) -> bool {
    use TaskState::{Accepted, Assigned, Correcting, Open, Submitted};
    match (step, task.state) {
        ("note", _) | ("correct", Submitted | Accepted) | ("accept", Submitted) => true,
        ("correct" | "accept", _) | (_, Accepted) => false,
        ("reply", _) => task.order.is_some(),
        ("report" | "assign" | "submit", Open | Assigned | Correcting) => true,
        ("report" | "assign" | "submit" | "break_down" | "milestone", Submitted) => false,
        _ => true,
    }
}

/// Takes a step with a task.
#[utoipa::path(post, path = "/tasks/{id}/steps", tag = "tasks", request_body = TaskStepBody,
    params(("id" = String, Path, description = "任务标识")),
    responses((status = 200, body = TaskLine), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn take(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<TaskStepBody>,
) -> Result<Json<TaskLine>, Problem> {
    let key = key_of(&id)?;
    let known = STEPS.iter().find(|(word, ..)| *word == body.step);
    let Some((_, action, _)) = known else {
        let words: Vec<&str> = STEPS.iter().map(|(word, ..)| *word).collect();
        let message = format!("没有步骤“{}”，可用：{}", body.step, words.join("、"));
        return Err(Problem::invalid("step", message));
    };
    allowed(&caller, *action, &key).await?;
    let step = step(&body)?;
    let names = caller.organisation_names().await?;
    let (workspace, actor) = (caller.workspace(), caller.actor().name.clone());
    let taken = caller.service().run(move |service| {
        let own = Scope::one(key.organisation_code.as_str());
        let task = act(&workspace, &own, &actor, &key, Some(body.revision), &step)?;
        let content = service.content();
        Ok(TaskLine::of(&line(content.content(), task, beijing::today())).named(&names))
    });
    Ok(Json(taken.await?))
}

fn step(body: &TaskStepBody) -> Result<TaskStep, Problem> {
    let due = body.due.as_deref().filter(|text| !text.trim().is_empty());
    let due = due.map(day).transpose()?;
    let needed = |what: &str| due.ok_or_else(|| Problem::invalid("due", format!("请填写{what}")));
    let text = body.text.clone();
    Ok(match body.step.as_str() {
        "assign" => TaskStep::Assign {
            department: body.department.clone(),
            to: body.assignee.clone(),
        },
        "break_down" => TaskStep::BreakDown {
            title: body.title.clone(),
            department: body.department.clone(),
            to: body.assignee.clone(),
            due,
        },
        "milestone" => TaskStep::Milestone {
            title: body.title.clone(),
            due: needed("节点的日期")?,
        },
        "reach" => TaskStep::Reach {
            number: body
                .number
                .ok_or_else(|| Problem::invalid("number", "请选择节点"))?,
            on: due.unwrap_or_else(beijing::today),
        },
        "report" => TaskStep::Report {
            progress: body
                .progress
                .filter(|progress| *progress <= 100)
                .ok_or_else(|| Problem::invalid("progress", "进度应在 0 到 100 之间"))?,
            text,
            evidence: Vec::new(),
        },
        "submit" => TaskStep::Submit {
            text,
            evidence: Vec::new(),
        },
        "supervise" => TaskStep::Supervise {
            reason: text,
            reply_due: needed("回复期限")?,
        },
        "reply" => TaskStep::Reply {
            text,
            evidence: Vec::new(),
        },
        "correct" => TaskStep::Correct { reason: text, due },
        "accept" => TaskStep::Accept { text },
        "postpone" => TaskStep::Postpone {
            due: needed("新的期限")?,
            reason: text,
        },
        _ => TaskStep::Note { text },
    })
}

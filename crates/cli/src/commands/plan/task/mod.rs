//! The ledger of tasks: steps, history, list, bulletin.

mod bulletin;
mod history;
mod list;
mod step;

use biaochi_app::beijing;
use biaochi_domain::Localized as _;
use biaochi_store::{Task, TaskAction, TaskKey, TaskState};
use serde_json::{Value, json};

pub(super) use bulletin::bulletin;
pub(super) use list::list;
pub(super) use step::run;

use crate::outcome::{Exit, Failure};
use crate::screen::Screen;

/// The task that a text names.
fn key(text: &str) -> Result<TaskKey, Failure> {
    let mut parts = text.splitn(3, '/').map(str::to_owned);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(organisation_code), Some(plan), Some(task)) => Ok(TaskKey {
            organisation_code,
            plan,
            task,
        }),
        _ => Err(Failure::new(
            Exit::Usage,
            format!("“{text}”不是任务，应写作 机构/方案/编号，如 division:632523/guide/R01"),
            format!(
                "{text:?} is no task; write organisation/plan/id, as division:632523/guide/R01"
            ),
        )),
    }
}

fn value(task: &Task) -> Value {
    json!({
        "organisation": task.key.organisation_code,
        "plan": task.key.plan,
        "task": task.key.task,
        "parent": task.parent,
        "clause": task.clause,
        "title": task.title,
        "deliverable": task.deliverable,
        "department": task.department,
        "assignee": task.assignee,
        "start": task.start.map(|day| day.to_string()),
        "due": task.due.map(|day| day.to_string()),
        "state": task.state.code(),
        "progress": task.progress,
        "orders": task.orders,
        "order": task.order.as_ref().map(|order| json!({
            "reason": order.reason, "reply_due": order.reply_due.to_string(),
        })),
        "opened_at": task.opened_at.to_string(),
        "updated_at": task.updated_at.to_string(),
        "closed_at": task.closed_at.map(|at| at.to_string()),
        "revision": task.revision,
    })
}

fn action_value(action: &TaskAction) -> Value {
    json!({
        "organisation": action.key.organisation_code, "task": action.key.task,
        "revision": action.revision, "at": action.at.to_string(), "actor": action.actor,
        "action": action.kind.code(), "before": action.before.map(TaskState::code),
        "after": action.after.code(), "progress": action.progress,
        "due": action.due.map(|day| day.to_string()), "note": action.note,
    })
}

fn told(action: &TaskAction, screen: &Screen) -> String {
    format!(
        "{}  {}  {}  {}",
        beijing::shown(action.at),
        action.actor,
        action.kind.text(screen.language()),
        action.note
    )
}

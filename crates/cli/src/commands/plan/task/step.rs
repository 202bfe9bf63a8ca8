//! Steps of tasks: taken up, assigned, reported, accepted.

use std::path::PathBuf;

use biaochi_app::plans::{act, adopt, attach};
use biaochi_app::worklist::SYSTEM_ACTOR;
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{Evidence, Scope, TaskStep};
use serde_json::json;

use super::{history, key, value};
use crate::arguments::Global;
use crate::arguments::plan::{PlanTask, TaskStep as Step};
use crate::commands::plan::{day, day_or_today, failure};
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &PlanTask, global: &Global, screen: &Screen) -> Outcome {
    let (step, what) = match command {
        PlanTask::Adopt {
            plan,
            organisation,
            tasks,
            actor,
        } => return take_up(plan, organisation, tasks, actor.as_deref(), global, screen),
        PlanTask::History { task } => return history::history(task, global, screen),
        PlanTask::Assign {
            step,
            department,
            to,
        } => (
            step,
            TaskStep::Assign {
                department: department.clone(),
                to: to.clone(),
            },
        ),
        PlanTask::BreakDown {
            step,
            title,
            department,
            to,
            due,
        } => (
            step,
            TaskStep::BreakDown {
                title: title.clone(),
                department: department.clone(),
                to: to.clone(),
                due: due.as_deref().map(day).transpose()?,
            },
        ),
        PlanTask::Milestone { step, title, due } => (
            step,
            TaskStep::Milestone {
                title: title.clone(),
                due: day(due)?,
            },
        ),
        PlanTask::Reach { step, number, on } => (
            step,
            TaskStep::Reach {
                number: *number,
                on: day_or_today(on.as_ref())?,
            },
        ),
        PlanTask::Report {
            step,
            progress,
            text,
            evidence,
        } => (
            step,
            TaskStep::Report {
                progress: *progress,
                text: text.clone(),
                evidence: brought(step, evidence, global)?,
            },
        ),
        PlanTask::Submit {
            step,
            text,
            evidence,
        } => (
            step,
            TaskStep::Submit {
                text: text.clone(),
                evidence: brought(step, evidence, global)?,
            },
        ),
        PlanTask::Supervise {
            step,
            reason,
            reply_due,
        } => (
            step,
            TaskStep::Supervise {
                reason: reason.clone(),
                reply_due: day(reply_due)?,
            },
        ),
        PlanTask::Reply {
            step,
            text,
            evidence,
        } => (
            step,
            TaskStep::Reply {
                text: text.clone(),
                evidence: brought(step, evidence, global)?,
            },
        ),
        PlanTask::Correct { step, reason, due } => (
            step,
            TaskStep::Correct {
                reason: reason.clone(),
                due: due.as_deref().map(day).transpose()?,
            },
        ),
        PlanTask::Accept { step, text } => (step, TaskStep::Accept { text: text.clone() }),
        PlanTask::Postpone { step, due, reason } => (
            step,
            TaskStep::Postpone {
                due: day(due)?,
                reason: reason.clone(),
            },
        ),
        PlanTask::Note { step, text } => (step, TaskStep::Note { text: text.clone() }),
    };
    settle(step, &what, global, screen)
}

/// Files that a step brings, copied into the workspace.
fn brought(step: &Step, files: &[PathBuf], global: &Global) -> Result<Vec<Evidence>, Failure> {
    let workspace = open_workspace(global)?;
    Ok(attach(&workspace, &key(&step.task)?, files)?)
}

fn take_up(
    plan: &str,
    organisation: &str,
    tasks: &[String],
    actor: Option<&str>,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let plan = crate::commands::plan::plan(&content(global)?, plan)?;
    let actor = actor.unwrap_or(SYSTEM_ACTOR);
    let taken = adopt(&workspace, &Scope::All, actor, &plan, organisation, tasks);
    let taken = taken.map_err(|error| failure(&error))?;
    if screen.json() {
        screen.value(&json!({"new": taken.new, "known": taken.known}))?;
    } else {
        screen.line(&match screen.language() {
            Language::Zh => format!("列入台账 {} 项，已在台账 {} 项", taken.new, taken.known),
            Language::En => format!("{} taken up, {} were there", taken.new, taken.known),
        })?;
    }
    Ok(Exit::Done)
}

fn settle(step: &Step, what: &TaskStep, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let actor = step.actor.as_deref().unwrap_or(SYSTEM_ACTOR);
    let key = key(&step.task)?;
    let task = act(&workspace, &Scope::All, actor, &key, step.revision, what);
    let task = task.map_err(|error| failure(&error))?;
    if screen.json() {
        screen.value(&value(&task))?;
    } else {
        screen.line(&format!(
            "{}  {}  {}%",
            task.key,
            task.state.text(screen.language()),
            task.progress
        ))?;
    }
    Ok(Exit::Done)
}

//! The ledger of tasks.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use biaochi_app::Workspace;
use biaochi_app::beijing;
use biaochi_app::plans::{
    LedgerLine, OrganisationTasks, PlanError, act, adopt, attach, details, ledger, workbook,
};
use biaochi_app::worklist::SYSTEM_ACTOR;
use biaochi_domain::{Language, Localized as _};
use biaochi_plans::Urgency;
use biaochi_store::{
    Scope, Task, TaskAction, TaskEvidence, TaskFilter, TaskKey, TaskState, TaskStep,
};
use serde_json::{Value, json};

use super::{day, day_or_today};
use crate::arguments::Global;
use crate::arguments::plan::{Bulletin, PlanTask, TaskStep as Step, Tasks};
use crate::commands::{content, month, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

const LEFT: Align = Align::Left;
const RIGHT: Align = Align::Right;

pub(super) fn run(command: &PlanTask, global: &Global, screen: &Screen) -> Outcome {
    let (step, what) = match command {
        PlanTask::Adopt {
            plan,
            organisation,
            tasks,
            actor,
        } => return take_up(plan, organisation, tasks, actor.as_deref(), global, screen),
        PlanTask::History { task } => return history(task, global, screen),
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
fn brought(step: &Step, files: &[PathBuf], global: &Global) -> Result<Vec<TaskEvidence>, Failure> {
    let workspace = open_workspace(global)?;
    Ok(attach(&workspace, &key(&step.task)?, files)?)
}

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

fn take_up(
    plan: &str,
    organisation: &str,
    tasks: &[String],
    actor: Option<&str>,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let plan = content(global)?.plan(plan)?;
    let actor = actor.unwrap_or(SYSTEM_ACTOR);
    let taken = adopt(&workspace, &Scope::All, actor, &plan, organisation, tasks);
    let taken = taken.map_err(not_found)?;
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

/// What is not there has an exit code of its own.
fn not_found(error: PlanError) -> Failure {
    let exit = match &error {
        PlanError::NoTask { .. } | PlanError::Store(biaochi_store::StoreError::NotFound { .. }) => {
            Exit::NotFound
        }
        _ => Exit::Failed,
    };
    Failure::of(exit, &error)
}

fn settle(step: &Step, what: &TaskStep, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let actor = step.actor.as_deref().unwrap_or(SYSTEM_ACTOR);
    let key = key(&step.task)?;
    let task = act(&workspace, &Scope::All, actor, &key, step.revision, what);
    let task = task.map_err(not_found)?;
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

fn history(text: &str, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let found = details(&workspace, &Scope::All, &key(text)?);
    let (task, milestones, files, actions) = found.map_err(not_found)?;
    if screen.json() {
        let mut value = value(&task);
        value["milestones"] = milestones
            .iter()
            .map(|one| {
                json!({
                    "number": one.number, "title": one.title, "due": one.due.to_string(),
                    "reached": one.reached.map(|day| day.to_string()),
                })
            })
            .collect();
        value["evidence"] = files
            .iter()
            .map(|one| {
                let file = &one.evidence;
                json!({
                    "number": one.number, "revision": one.revision, "name": file.name,
                    "size": file.size, "sha256": file.sha256, "path": file.path,
                    "actor": one.actor, "at": one.at.to_string(),
                })
            })
            .collect();
        value["history"] = actions.iter().map(action_value).collect();
        screen.value(&value)?;
        return Ok(Exit::Done);
    }
    screen.line(&format!(
        "{}  {}  {}%\n{}",
        task.key,
        task.state.text(screen.language()),
        task.progress,
        task.title
    ))?;
    for one in &milestones {
        let reached = one.reached.map(|day| day.to_string()).unwrap_or_default();
        screen.line(&format!(
            "  #{}  {}  {}  {reached}",
            one.number, one.title, one.due
        ))?;
    }
    for one in &files {
        let file = &one.evidence;
        screen.line(&format!("  {}  {}  {}", file.name, file.size, file.path))?;
    }
    for action in &actions {
        screen.line(format!("  {}", told(action, screen)).trim_end())?;
    }
    Ok(Exit::Done)
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

pub(super) fn list(command: &Tasks, global: &Global, screen: &Screen) -> Outcome {
    let mut states = Vec::new();
    for code in &command.states {
        states.push(TaskState::from_code(code).ok_or_else(|| {
            let known: Vec<&str> = TaskState::ALL.iter().map(|state| state.code()).collect();
            Failure::new(
                Exit::Usage,
                format!("没有状态“{code}”，可用：{}", known.join("、")),
                format!("there is no state {code:?}; known are {}", known.join(", ")),
            )
        })?);
    }
    let filter = TaskFilter {
        organisation_code: command.organisation.clone(),
        plan: command.plan.clone(),
        department: command.department.clone(),
        assignee: command.assignee.clone(),
        states,
        due_until: command.due.as_deref().map(day).transpose()?,
        with_order: command.orders,
    };
    let on = day_or_today(command.on.as_ref())?;
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let lines = ledger(
        &workspace,
        &content,
        &Scope::All,
        &filter,
        command.limit,
        on,
    )?;
    if let Some(path) = &command.output {
        return export(path, &lines, screen);
    }
    if screen.json() {
        let values = lines.iter().map(|line| {
            let mut value = value(&line.task);
            value["urgency"] = json!(
                line.urgency
                    .map(|urgency| urgency_of(urgency, Language::En))
            );
            value["told"] = json!(line.told);
            value["reply_overdue"] = json!(line.reply_overdue);
            value
        });
        screen.value(&Value::Array(values.collect()))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("任务", "task"), LEFT),
        (screen.say("科室", "department"), LEFT),
        (screen.say("责任人", "assignee"), LEFT),
        (screen.say("期限", "due"), LEFT),
        (screen.say("状态", "state"), LEFT),
        (screen.say("进度", "progress"), RIGHT),
        (screen.say("提醒", "urgency"), LEFT),
        (screen.say("做什么", "what"), LEFT),
    ];
    let rows: Vec<Vec<String>> = lines.iter().map(|line| row(line, screen)).collect();
    screen.line(&screen.table(&columns, &rows))?;
    screen.line(&match screen.language() {
        Language::Zh => format!("共 {} 项", lines.len()),
        Language::En => format!("{} tasks", lines.len()),
    })?;
    Ok(Exit::Done)
}

fn row(line: &LedgerLine, screen: &Screen) -> Vec<String> {
    let task = &line.task;
    let mut urgency = line
        .urgency
        .map(|urgency| urgency_of(urgency, screen.language()))
        .unwrap_or_default();
    if let Some(told) = &line.told {
        urgency += &format!(" → {told}");
    }
    if line.reply_overdue {
        urgency += screen.say(" 督办未按期回复", " order not answered in time");
    } else if task.order.is_some() {
        urgency += screen.say(" 督办中", " under supervision");
    }
    vec![
        task.key.to_string(),
        task.department.clone(),
        task.assignee.clone(),
        task.due.map(|day| day.to_string()).unwrap_or_default(),
        task.state.text(screen.language()),
        format!("{}%", task.progress),
        urgency,
        task.title.clone(),
    ]
}

fn urgency_of(urgency: Urgency, language: Language) -> String {
    match (urgency, language) {
        (Urgency::NoDate, Language::Zh) => "未定期限".to_owned(),
        (Urgency::NoDate, Language::En) => "no date".to_owned(),
        (Urgency::Calm { left }, Language::Zh) => format!("剩 {left} 天"),
        (Urgency::Calm { left }, Language::En) => format!("{left} days left"),
        (Urgency::Soon { left }, Language::Zh) => format!("临期，剩 {left} 天"),
        (Urgency::Soon { left }, Language::En) => format!("soon, {left} days left"),
        (Urgency::Overdue { days, .. }, Language::Zh) => format!("逾期 {days} 天"),
        (Urgency::Overdue { days, level }, Language::En) => {
            format!("overdue by {days} days, level {level}")
        }
    }
}

fn export(path: &Path, lines: &[LedgerLine], screen: &Screen) -> Outcome {
    let failed = |error: &std::io::Error| Failure::file(path, error);
    let file = File::create(path).map_err(|error| failed(&error))?;
    workbook(lines, BufWriter::new(file))?;
    let place = path.display();
    screen.note(&match screen.language() {
        Language::Zh => format!("已写入“{place}”，{} 项任务", lines.len()),
        Language::En => format!("{place} has {} tasks", lines.len()),
    });
    Ok(Exit::Done)
}

pub(super) fn bulletin(command: &Bulletin, global: &Global, screen: &Screen) -> Outcome {
    let workspace: Workspace = open_workspace(global)?;
    let plan = content(global)?.plan(&command.plan)?;
    let month = month(&command.month)?;
    let found = biaochi_app::plans::bulletin(&workspace, &Scope::All, &plan, month)?;
    let counts = |one: &OrganisationTasks| {
        [
            one.tasks,
            one.accepted,
            one.accepted_now,
            one.submitted,
            one.correcting,
            one.overdue,
            one.escalated,
            one.orders,
            one.reports,
        ]
    };
    if screen.json() {
        let names = [
            "tasks",
            "accepted",
            "accepted_in_month",
            "submitted",
            "correcting",
            "overdue",
            "escalated",
            "orders",
            "reports_in_month",
        ];
        let object = |one: &OrganisationTasks| {
            let pairs = names.iter().zip(counts(one));
            let pairs = pairs.map(|(name, count)| ((*name).to_owned(), json!(count)));
            Value::Object(pairs.collect())
        };
        let organisations: serde_json::Map<String, Value> = found
            .organisations
            .iter()
            .map(|(code, one)| (code.clone(), object(one)))
            .collect();
        screen.value(&json!({
            "plan": found.plan, "month": found.month.to_string(), "total": object(&found.total),
            "organisations": organisations,
            "actions": found.actions.iter().map(action_value).collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("机构", "organisation"), LEFT),
        (screen.say("任务", "tasks"), RIGHT),
        (screen.say("已验收", "accepted"), RIGHT),
        (screen.say("本月验收", "this month"), RIGHT),
        (screen.say("待验收", "submitted"), RIGHT),
        (screen.say("整改中", "correcting"), RIGHT),
        (screen.say("逾期", "overdue"), RIGHT),
        (screen.say("逾期最高级", "escalated"), RIGHT),
        (screen.say("督办未回复", "orders"), RIGHT),
        (screen.say("本月报告", "reports"), RIGHT),
    ];
    let row = |name: &str, one: &OrganisationTasks| {
        let mut row = vec![name.to_owned()];
        row.extend(counts(one).iter().map(u64::to_string));
        row
    };
    let mut rows: Vec<Vec<String>> = found
        .organisations
        .iter()
        .map(|(code, one)| row(code, one))
        .collect();
    rows.push(row(screen.say("合计", "total"), &found.total));
    screen.line(&screen.table(&columns, &rows))?;
    for action in &found.actions {
        screen.line(format!("{}  {}", action.key, told(action, screen)).trim_end())?;
    }
    Ok(Exit::Done)
}

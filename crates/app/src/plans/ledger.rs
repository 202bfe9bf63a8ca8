use std::collections::BTreeMap;

use biaochi_organisations::Unit;
use biaochi_plans::{Escalation, Plan, Urgency};
use biaochi_store::{
    Actor, NewTask, Scope, Store, StoredEvidence, TakenUp, Task, TaskAction, TaskCount, TaskCursor,
    TaskFilter, TaskKey, TaskMilestone, TaskRevision, TaskState, TaskStep,
};
use jiff::civil::Date;

use super::error::PlanError;
use crate::worklist::with_store;
use crate::{Content, Workspace};

/// A task of the ledger and how pressing it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// The task.
    pub task: Task,
    /// How pressing it is; `None` once it is accepted.
    pub urgency: Option<Urgency>,
    /// Who is told by now.
    pub told: Option<String>,
    /// Whether a supervision order should have been answered.
    pub reply_overdue: bool,
}

/// Takes tasks of a plan up for an organisation, all of them when none is named. `organisation` is an
/// organisation code, or a unit such as `division:522200`.
pub fn adopt(
    workspace: &Workspace,
    scope: &Scope,
    actor: &str,
    plan: &Plan,
    organisation: &str,
    only: &[String],
) -> Result<TakenUp, PlanError> {
    if let Some(unknown) = only.iter().find(|id| plan.task(id).is_none()) {
        return Err(PlanError::NoTask {
            plan: plan.id.clone(),
            task: unknown.clone(),
        });
    }
    let wanted = plan
        .tasks
        .iter()
        .filter(|task| only.is_empty() || only.contains(&task.id));
    let tasks: Vec<NewTask> = wanted
        .map(|task| NewTask {
            key: TaskKey {
                organisation_code: code_of(organisation),
                plan: plan.id.clone(),
                task: task.id.clone(),
            },
            clause: plan.citation(&task.clause),
            title: task.title.clone(),
            deliverable: task.deliverable.clone(),
            start: task.start,
            due: task.due.on(crate::beijing::now().date()),
        })
        .collect();
    Ok(with_store(workspace, async |store: &Store| {
        Ok(store.take_up(scope, &Actor::now(actor), &tasks).await?)
    })?)
}

/// The name in the ledger of what comes from no plan.
pub const OWN: &str = "own";

/// A task that somebody begins, from an indicator or on their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTask {
    /// The organisation that has to do it.
    pub organisation: String,
    /// What it comes from, such as the id of an indicator; part of its name in the ledger.
    pub from: String,
    /// Where that comes from, in words.
    pub cause: String,
    /// What has to be done.
    pub title: String,
    /// What has to be there in the end.
    pub deliverable: String,
    /// The last day, if there is one.
    pub due: Option<Date>,
}

/// Puts a task of no plan into the ledger and gives its name.
///
/// # Errors
/// The organisation lies outside of the scope, or a text cannot be stored.
pub fn begin(
    workspace: &Workspace,
    scope: &Scope,
    actor: &str,
    task: &OwnTask,
) -> Result<TaskKey, PlanError> {
    let organisation_code = code_of(&task.organisation);
    let filter = TaskFilter {
        organisation_code: Some(organisation_code.clone()),
        plan: Some(OWN.to_owned()),
        ..TaskFilter::default()
    };
    let from = match task.from.trim() {
        "" => "T",
        from => from,
    };
    Ok(with_store(workspace, async |store: &Store| {
        let known = store.tasks(scope, &filter, u32::MAX).await?;
        let begun = known
            .iter()
            .filter(|one| one.key.task.starts_with(from))
            .count();
        // Somebody else may begin one at the same time: then the next number is as good.
        let mut number = begun + 1;
        loop {
            let key = TaskKey {
                organisation_code: organisation_code.clone(),
                plan: OWN.to_owned(),
                task: format!("{from}-{number}"),
            };
            let new = NewTask {
                key: key.clone(),
                clause: task.cause.clone(),
                title: task.title.clone(),
                deliverable: task.deliverable.clone(),
                start: None,
                due: task.due,
            };
            let taken = store.take_up(scope, &Actor::now(actor), &[new]).await?;
            if taken.new > 0 {
                return Ok(key);
            }
            number += 1;
        }
    })?)
}

/// The code of an institution that is written as a unit, else the text as it is.
fn code_of(organisation: &str) -> String {
    match organisation.parse() {
        Ok(Unit::Institution(code)) => code,
        _ => organisation.to_owned(),
    }
}

/// Tasks with how pressing they are on a day, by the rules of their plans.
pub fn ledger(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    filter: &TaskFilter,
    limit: u32,
    today: Date,
) -> Result<Vec<LedgerLine>, PlanError> {
    let tasks = with_store(workspace, async |store: &Store| {
        Ok(store.tasks(scope, filter, limit).await?)
    })?;
    Ok(pressing(content, tasks, today))
}

/// Some lines of the ledger, and how many there are in all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerPage {
    /// The lines, in order.
    pub lines: Vec<LedgerLine>,
    /// Where the next page begins; `None` when this is the last one.
    pub next: Option<TaskCursor>,
    /// How many tasks stand where, of all pages; states without any are left out.
    pub counts: Vec<TaskCount>,
}

/// A page of [`ledger`], from the beginning or after a place, with the counts of all pages.
pub fn ledger_page(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    filter: &TaskFilter,
    (after, limit): (Option<&TaskCursor>, u32),
    today: Date,
) -> Result<LedgerPage, PlanError> {
    let (page, counts) = with_store(workspace, async |store: &Store| {
        let page = store.task_page(scope, filter, after, limit).await?;
        let counts = store.task_counts(scope, filter, today).await?;
        Ok((page, counts))
    })?;
    Ok(LedgerPage {
        lines: pressing(content, page.tasks, today),
        next: page.next,
        counts,
    })
}

fn pressing(content: &Content, tasks: Vec<Task>, today: Date) -> Vec<LedgerLine> {
    let mut rules = BTreeMap::new();
    let mut lines = Vec::with_capacity(tasks.len());
    for task in tasks {
        let plan = task.key.plan.clone();
        let escalation = rules
            .entry(plan)
            .or_insert_with_key(|id| escalation(content, id));
        lines.push(pressed(escalation, task, today));
    }
    lines
}

/// One task with how pressing it is on a day.
pub fn line(content: &Content, task: Task, today: Date) -> LedgerLine {
    let escalation = escalation(content, &task.key.plan);
    pressed(&escalation, task, today)
}

/// The rules of a plan; one that was taken away still has its tasks.
fn escalation(content: &Content, plan: &str) -> Escalation {
    let plan = content.plan(plan);
    plan.map(|plan| plan.escalation).unwrap_or_default()
}

fn pressed(escalation: &Escalation, task: Task, today: Date) -> LedgerLine {
    let urgency = (task.state != TaskState::Accepted).then(|| escalation.urgency(task.due, today));
    let told = match urgency {
        Some(Urgency::Overdue { level, .. }) => escalation.told(level).map(str::to_owned),
        _ => None,
    };
    LedgerLine {
        reply_overdue: task
            .order
            .as_ref()
            .is_some_and(|order| order.reply_due < today),
        task,
        urgency,
        told,
    }
}

/// Takes a step with a task. `seen` is the revision that the person saw; without it the newest is meant.
pub fn act(
    workspace: &Workspace,
    scope: &Scope,
    actor: &str,
    key: &TaskKey,
    seen: Option<u64>,
    step: &TaskStep,
) -> Result<Task, PlanError> {
    if let TaskStep::Report { progress, .. } = step
        && *progress > 100
    {
        let progress = *progress;
        return Err(PlanError::Progress { progress });
    }
    let acted = with_store(workspace, async |store: &Store| {
        let revision = match seen {
            Some(revision) => revision,
            None => store.task(scope, key).await?.revision,
        };
        let seen = TaskRevision {
            key: key.clone(),
            revision,
        };
        Ok(store
            .act_on_task(scope, &Actor::now(actor), &seen, step)
            .await?)
    });
    acted.map_err(|error| PlanError::from(error).of_task(key))
}

/// A task with its milestones, evidence, orders and history.
pub type TaskDetails = (
    Task,
    Vec<TaskMilestone>,
    Vec<StoredEvidence>,
    Vec<TaskAction>,
);

/// A task with its milestones, evidence and history.
pub fn details(
    workspace: &Workspace,
    scope: &Scope,
    key: &TaskKey,
) -> Result<TaskDetails, PlanError> {
    let found = with_store(workspace, async |store: &Store| {
        Ok((
            store.task(scope, key).await?,
            store.task_milestones(scope, key).await?,
            store.task_evidence(scope, key).await?,
            store.task_history(scope, key).await?,
        ))
    });
    found.map_err(|error| PlanError::from(error).of_task(key))
}

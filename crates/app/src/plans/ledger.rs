use biaochi_organisations::Unit;
use biaochi_plans::{Plan, Urgency};
use biaochi_store::{
    Actor, NewTask, Scope, Store, StoredEvidence, TakenUp, Task, TaskAction, TaskFilter, TaskKey,
    TaskMilestone, TaskRevision, TaskState, TaskStep,
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
    let mut rules = std::collections::BTreeMap::new();
    let mut lines = Vec::with_capacity(tasks.len());
    for task in tasks {
        let plan = task.key.plan.clone();
        // A plan that was taken away still has its tasks.
        let escalation = rules.entry(plan).or_insert_with_key(|id| {
            let plan = content.plan(id);
            plan.map(|plan| plan.escalation).unwrap_or_default()
        });
        let urgency =
            (task.state != TaskState::Accepted).then(|| escalation.urgency(task.due, today));
        let told = match urgency {
            Some(Urgency::Overdue { level, .. }) => escalation.told(level).map(str::to_owned),
            _ => None,
        };
        lines.push(LedgerLine {
            reply_overdue: task
                .order
                .as_ref()
                .is_some_and(|order| order.reply_due < today),
            task,
            urgency,
            told,
        });
    }
    Ok(lines)
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

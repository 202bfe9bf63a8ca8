use sqlx::AnyConnection;

use super::history::{TaskActionKind, record};
use super::state::{TaskState, TaskStep};
use super::table::{self, ACTIVITY, failed};
use super::take_up::NewTask;
use super::task::{SupervisionOrder, Task, TaskKey};
use crate::audit::steps;
use crate::error::{Result, StoreError};
use crate::evidence::Evidence;
use crate::open::Store;
use crate::row::Cells;
use crate::scope::{Actor, Scope};
use crate::sql::Sql;
use crate::value::{Named, free_text};

/// A task as its caller has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRevision {
    /// What names it.
    pub key: TaskKey,
    /// The revision that was seen.
    pub revision: u64,
}

impl Task {
    /// The task as it is seen now.
    pub fn seen(&self) -> TaskRevision {
        TaskRevision {
            key: self.key.clone(),
            revision: self.revision,
        }
    }
}

impl Store {
    /// Takes a step with a task, as it was seen. Gives back the task as it is afterwards; of a task that is
    /// broken down, the new part.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else changed it since, [`StoreError::TaskStepNotPossible`] when
    /// the step does not fit, [`StoreError::PartsOpen`] when a task with open parts shall be accepted,
    /// [`StoreError::NotFound`], [`StoreError::OutOfScope`], [`StoreError::Invalid`].
    pub async fn act_on_task(
        &self,
        scope: &Scope,
        actor: &Actor,
        seen: &TaskRevision,
        step: &TaskStep,
    ) -> Result<Task> {
        scope.require(&seen.key.organisation_code)?;
        let actor = actor.checked()?;
        let step = checked(step)?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let task = take(&mut transaction, &actor, seen, &step).await?;
        let entry = steps::task_step(seen, &step, &task);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(task)
    }
}

/// A step whose texts may be stored.
fn checked(step: &TaskStep) -> Result<TaskStep> {
    let mut step = step.clone();
    match &mut step {
        TaskStep::Assign { department, to } => {
            *department = Named::Department.check(department)?;
            *to = Named::Assignee.check_optional(to)?;
        }
        TaskStep::BreakDown {
            title,
            department,
            to,
            ..
        } => {
            *title = Named::Title.check(title)?;
            *department = Named::Department.check(department)?;
            *to = Named::Assignee.check_optional(to)?;
        }
        TaskStep::Milestone { title, .. } => *title = Named::Title.check(title)?,
        TaskStep::Supervise { reason, .. }
        | TaskStep::Correct { reason, .. }
        | TaskStep::Postpone { reason, .. } => *reason = Named::Reason.check(reason)?,
        TaskStep::Report {
            progress,
            text,
            evidence,
        } => {
            *progress = (*progress).min(100);
            *text = free_text(text);
            check_all(evidence)?;
        }
        TaskStep::Submit { text, evidence } | TaskStep::Reply { text, evidence } => {
            *text = Named::Reason.check(text)?;
            check_all(evidence)?;
        }
        TaskStep::Accept { text } | TaskStep::Note { text } => *text = free_text(text),
        TaskStep::Reach { .. } => {}
    }
    Ok(step)
}

fn check_all(evidence: &mut [Evidence]) -> Result<()> {
    for file in evidence {
        file.name = Named::Title.check(&file.name)?;
        file.path = Named::Title.check(&file.path)?;
        file.sha256 = Named::Record.check(&file.sha256)?;
    }
    Ok(())
}

async fn take(
    connection: &mut AnyConnection,
    actor: &Actor,
    seen: &TaskRevision,
    step: &TaskStep,
) -> Result<Task> {
    let missing = || StoreError::NotFound {
        subject: seen.key.to_string(),
    };
    let conflict = |found: &Task| StoreError::Conflict {
        subject: seen.key.to_string(),
        expected: seen.revision,
        found: found.revision,
    };
    let task = table::load(connection, &seen.key)
        .await?
        .ok_or_else(missing)?;
    if task.revision != seen.revision {
        return Err(conflict(&task));
    }
    let unfit = || StoreError::TaskStepNotPossible {
        state: task.state,
        step: Box::new(step.clone()),
    };
    let state = step.after(task.state).ok_or_else(unfit)?;
    match step {
        TaskStep::Reply { .. } if task.order.is_none() => return Err(unfit()),
        TaskStep::Accept { .. } => {
            // An unanswered order is something that is not done.
            let open = open_parts(connection, &task.key).await? + u64::from(task.order.is_some());
            if open > 0 {
                let subject = task.key.to_string();
                return Err(StoreError::PartsOpen { subject, open });
            }
        }
        _ => {}
    }
    let mut next = moved(&task, state, actor);
    let (kind, note) = change(&mut next, step);
    if !table::update(connection, &next, task.revision)
        .await
        .map_err(failed)?
    {
        let now = table::load(connection, &seen.key).await?;
        return Err(now.map_or_else(missing, |now| conflict(&now)));
    }
    record(connection, Some(&task), &next, kind, actor, &note).await?;
    table::add_evidence(connection, &next, step.evidence(), actor).await?;
    match step {
        TaskStep::Milestone { title, due } => {
            table::add_milestone(connection, &task.key, title, *due).await?;
        }
        TaskStep::Reach { number, on } => {
            let reached = table::reach_milestone(connection, &task.key, *number, *on).await?;
            if !reached {
                let subject = format!("{} #{number}", task.key);
                return Err(StoreError::NotFound { subject });
            }
        }
        TaskStep::BreakDown { .. } => return part(connection, actor, &next, step).await,
        _ => {}
    }
    Ok(next)
}

/// What the step changes of the task itself, and what the history says about it.
fn change(next: &mut Task, step: &TaskStep) -> (TaskActionKind, String) {
    use TaskActionKind as Kind;
    match step {
        TaskStep::Assign { department, to } => {
            next.department.clone_from(department);
            next.assignee.clone_from(to);
            (
                Kind::Assigned,
                format!("{department} {to}").trim().to_owned(),
            )
        }
        TaskStep::BreakDown { title, .. } => (Kind::BrokenDown, title.clone()),
        TaskStep::Milestone { title, due } => (Kind::MilestonePlanned, format!("{title} {due}")),
        TaskStep::Reach { number, on } => (Kind::MilestoneReached, format!("#{number} {on}")),
        TaskStep::Report { progress, text, .. } => {
            next.progress = u64::from(*progress);
            (Kind::Reported, text.clone())
        }
        TaskStep::Submit { text, .. } => {
            next.progress = 100;
            (Kind::Submitted, text.clone())
        }
        TaskStep::Supervise { reason, reply_due } => {
            next.orders += 1;
            next.order = Some(SupervisionOrder {
                reason: reason.clone(),
                reply_due: *reply_due,
            });
            (Kind::Supervised, reason.clone())
        }
        TaskStep::Reply { text, .. } => {
            next.order = None;
            (Kind::Replied, text.clone())
        }
        TaskStep::Correct { reason, due } => {
            next.due = due.or(next.due);
            (Kind::SentForCorrection, reason.clone())
        }
        TaskStep::Accept { text } => (Kind::Accepted, text.clone()),
        TaskStep::Postpone { due, reason } => {
            next.due = Some(*due);
            (Kind::Postponed, reason.clone())
        }
        TaskStep::Note { text } => (Kind::Noted, text.clone()),
    }
}

/// Makes the part that a task is broken down into.
async fn part(
    connection: &mut AnyConnection,
    actor: &Actor,
    whole: &Task,
    step: &TaskStep,
) -> Result<Task> {
    let TaskStep::BreakDown {
        title,
        department,
        to,
        due,
    } = step
    else {
        return Ok(whole.clone());
    };
    let number = parts(connection, &whole.key, false).await? + 1;
    let new = NewTask {
        key: TaskKey {
            task: format!("{}/{number}", whole.key.task),
            ..whole.key.clone()
        },
        clause: whole.clause.clone(),
        title: title.clone(),
        deliverable: String::new(),
        start: whole.start,
        due: due.or(whole.due),
    };
    let mut part = new.open(Some(&whole.key.task), actor)?;
    part.department.clone_from(department);
    part.assignee.clone_from(to);
    part.state = TaskState::Assigned;
    if !table::insert(connection, &part).await.map_err(failed)? {
        return Err(StoreError::Conflict {
            subject: part.key.to_string(),
            expected: 0,
            found: 1,
        });
    }
    let kind = TaskActionKind::BrokenDown;
    record(connection, None, &part, kind, actor, &whole.key.task).await?;
    Ok(part)
}

async fn open_parts(connection: &mut AnyConnection, key: &TaskKey) -> Result<u64> {
    parts(connection, key, true).await
}

/// How many parts a task has, or how many of them are not accepted.
async fn parts(connection: &mut AnyConnection, key: &TaskKey, only_open: bool) -> Result<u64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM plan_task WHERE organisation_code = ");
    sql.bind(key.organisation_code.as_str())
        .push(" AND plan = ")
        .bind(key.plan.as_str())
        .push(" AND parent = ")
        .bind(key.task.as_str());
    if only_open {
        sql.push(" AND state <> ").bind(TaskState::Accepted.code());
    }
    let row = sql.query().fetch_one(connection).await.map_err(failed)?;
    Cells::new(&row, ACTIVITY).count()
}

/// The task in another state, one revision on.
fn moved(task: &Task, state: TaskState, actor: &Actor) -> Task {
    let mut next = task.clone();
    if next.state != state {
        next.state = state;
        next.state_since = actor.at;
        next.closed_at = (state == TaskState::Accepted).then_some(actor.at);
    }
    next.updated_at = actor.at;
    next.revision += 1;
    next
}

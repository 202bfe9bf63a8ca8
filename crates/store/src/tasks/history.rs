use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::state::TaskState;
use super::table::{ACTIVITY, failed, key_binds, of_key, optional_day};
use super::task::{Task, TaskKey};
use crate::error::Result;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Sql};
use crate::value::free_text;

biaochi_domain::coded! {
    /// What happened to a task.
    pub enum TaskActionKind {
        /// It was taken up from the plan.
        TakenUp = "taken_up", "列入台账", "taken up";
        /// It is a part of another one.
        BrokenDown = "broken_down", "分解", "broken down";
        /// Somebody was given it.
        Assigned = "assigned", "分派", "assigned";
        /// A step on the way was planned.
        MilestonePlanned = "milestone_planned", "设置节点", "milestone planned";
        /// A step on the way was reached.
        MilestoneReached = "milestone_reached", "节点完成", "milestone reached";
        /// Somebody told how far it is.
        Reported = "reported", "报告进展", "reported";
        /// Somebody said that it is done.
        Submitted = "submitted", "报送完成", "submitted";
        /// An answer was demanded.
        Supervised = "supervised", "督办", "supervised";
        /// The demand was answered.
        Replied = "replied", "回复督办", "replied";
        /// It has to be mended.
        SentForCorrection = "sent_for_correction", "要求整改", "sent for correction";
        /// It was accepted.
        Accepted = "accepted", "验收通过", "accepted";
        /// It got another last day.
        Postponed = "postponed", "调整期限", "postponed";
        /// Somebody wrote something.
        Noted = "noted", "备注", "noted";
    }
}

/// A line of a task's history: who did what, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskAction {
    /// The task.
    pub key: TaskKey,
    /// The revision that the task got by it.
    pub revision: u64,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: TaskActionKind,
    /// Where the task stood; `None` when it was new.
    pub before: Option<TaskState>,
    /// Where it stood afterwards.
    pub after: TaskState,
    /// Per cent afterwards.
    pub progress: u64,
    /// Its last day afterwards.
    pub due: Option<Date>,
    /// Reason, report, answer or remark.
    pub note: String,
}

macro_rules! columns {
    () => {
        "organisation_code, plan, task, revision, actor, at, action, state_before, state_after, \
         progress, due, note"
    };
}

impl Store {
    /// All that happened to a task, oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`], or the database fails.
    pub async fn task_history(&self, scope: &Scope, key: &TaskKey) -> Result<Vec<TaskAction>> {
        scope.require(&key.organisation_code)?;
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM plan_task_action"));
        of_key(&mut sql, key);
        sql.push(" ORDER BY revision");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(action).collect()
    }

    /// What happened to the tasks of a plan from one moment up to another, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn task_actions(
        &self,
        scope: &Scope,
        plan: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<TaskAction>> {
        let mut sql = Sql::new(concat!(
            "SELECT ",
            columns!(),
            " FROM plan_task_action WHERE plan = "
        ));
        sql.bind(plan)
            .push(" AND at >= ")
            .bind(from.as_microsecond())
            .push(" AND at < ")
            .bind(until.as_microsecond());
        sql.within("organisation_code", scope);
        sql.push(" ORDER BY at, organisation_code, task, revision");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(action).collect()
    }
}

/// Adds the line of what led from `before` to `after`.
pub(super) async fn record(
    connection: &mut AnyConnection,
    before: Option<&Task>,
    after: &Task,
    kind: TaskActionKind,
    actor: &Actor,
    note: &str,
) -> Result<()> {
    let mut row = Vec::from(key_binds(&after.key));
    row.extend([
        as_int(after.revision).into(),
        actor.name.as_str().into(),
        actor.at.as_microsecond().into(),
        kind.code().into(),
        before.map(|task| task.state.code().to_owned()).into(),
        after.state.code().into(),
        as_int(after.progress).into(),
        after
            .due
            .map(|day| day.to_string())
            .unwrap_or_default()
            .into(),
        free_text(note).into(),
    ]);
    let head = concat!("INSERT INTO plan_task_action (", columns!(), ")");
    sql::insert(connection, head, vec![row], "")
        .await
        .map_err(failed)?;
    Ok(())
}

fn action(row: &AnyRow) -> Result<TaskAction> {
    let mut cells = Cells::new(row, ACTIVITY);
    Ok(TaskAction {
        key: TaskKey {
            organisation_code: cells.text()?,
            plan: cells.text()?,
            task: cells.text()?,
        },
        revision: cells.count()?,
        actor: cells.text()?,
        at: cells.time()?,
        kind: cells.parsed("action", TaskActionKind::from_code)?,
        before: cells.optional_parsed("state", TaskState::from_code)?,
        after: cells.parsed("state", TaskState::from_code)?,
        progress: cells.count()?,
        due: optional_day(&mut cells)?,
        note: cells.text()?,
    })
}

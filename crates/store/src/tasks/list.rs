use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::state::TaskState;
use super::table::{self, ACTIVITY, SELECT, failed};
use super::task::{StoredEvidence, Task, TaskKey, TaskMilestone};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::row::Cells;
use crate::scope::Scope;
use crate::sql::Sql;

/// Which tasks; what is `None` or empty does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskFilter {
    /// Of this organisation of the scope.
    pub organisation_code: Option<String>,
    /// Of this plan.
    pub plan: Option<String>,
    /// Of this department.
    pub department: Option<String>,
    /// Of this person.
    pub assignee: Option<String>,
    /// In one of these states.
    pub states: Vec<TaskState>,
    /// Due on this day or before.
    pub due_until: Option<Date>,
    /// With an order that waits for a reply.
    pub with_order: bool,
    /// Of one of these persons.
    pub assignees: Vec<String>,
    /// Of these departments, in the organisations that are named.
    pub departments: BTreeMap<String, BTreeSet<String>>,
    /// Not accepted, and due before this day.
    pub overdue_on: Option<Date>,
}

/// What is due first comes first, what has no last day comes last; the key makes no two equal.
const ORDER: &str = "CASE WHEN due = '' THEN 1 ELSE 0 END, due, organisation_code, plan, task";

impl TaskFilter {
    fn restrict(&self, scope: &Scope, sql: &mut Sql) -> Result<()> {
        // Every further condition can begin with AND.
        sql.push(" WHERE 1 = 1");
        let code = self.organisation_code.as_deref();
        sql.of_organisation("organisation_code", scope, code)?;
        sql.equal([
            ("plan", &self.plan),
            ("department", &self.department),
            ("assignee", &self.assignee),
        ]);
        if !self.states.is_empty() {
            sql.push(" AND state IN ")
                .bind_list(self.states.iter().map(|state| state.code()));
        }
        if let Some(day) = self.due_until {
            sql.push(" AND due <> '' AND due <= ").bind(day.to_string());
        }
        if self.with_order {
            sql.push(" AND order_due <> ''");
        }
        if !self.assignees.is_empty() {
            sql.push(" AND assignee IN ")
                .bind_list(self.assignees.iter().map(String::as_str));
        }
        for (organisation, departments) in &self.departments {
            sql.push(" AND (organisation_code <> ")
                .bind(organisation.as_str())
                .push(" OR department IN ")
                .bind_list(departments.iter().map(String::as_str))
                .push(")");
        }
        if let Some(day) = self.overdue_on {
            sql.push(" AND ");
            overdue(sql, day);
        }
        Ok(())
    }
}

/// The condition that a task should have been accepted before a day.
fn overdue(sql: &mut Sql, day: Date) {
    sql.push("due <> '' AND due < ")
        .bind(day.to_string())
        .push(" AND state <> ")
        .bind(TaskState::Accepted.code());
}

/// The place in the ledger after which the next page begins. It is a text that can be put into an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCursor {
    due: String,
    organisation_code: String,
    plan: String,
    task: String,
}

impl TaskCursor {
    fn after(task: &Task) -> Self {
        Self {
            due: task.due.map(|day| day.to_string()).unwrap_or_default(),
            organisation_code: task.key.organisation_code.clone(),
            plan: task.key.plan.clone(),
            task: task.key.task.clone(),
        }
    }
}

impl fmt::Display for TaskCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for TaskCursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| StoreError::Cursor)
    }
}

/// Some tasks of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskPage {
    /// The tasks, in order.
    pub tasks: Vec<Task>,
    /// Where the next page begins; `None` when this is the last one.
    pub next: Option<TaskCursor>,
}

/// How many tasks stand in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskCount {
    /// The state.
    pub state: TaskState,
    /// How many.
    pub tasks: u64,
    /// How many of them are overdue.
    pub overdue: u64,
    /// How many of them have an order that waits for a reply.
    pub orders: u64,
}

impl Store {
    /// Tasks from the beginning or after a place, in the order of [`Store::tasks`], at most `limit`.
    ///
    /// Pages follow each other by value and not by number, as those of the worklist do.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn task_page(
        &self,
        scope: &Scope,
        filter: &TaskFilter,
        after: Option<&TaskCursor>,
        limit: u32,
    ) -> Result<TaskPage> {
        let limit = limit.max(1);
        let mut sql = Sql::new(SELECT);
        filter.restrict(scope, &mut sql)?;
        if let Some(after) = after {
            sql.push(" AND (").push(ORDER).push(") > (");
            sql.bind(i64::from(after.due.is_empty()))
                .push(", ")
                .bind(after.due.as_str())
                .push(", ")
                .bind(after.organisation_code.as_str())
                .push(", ")
                .bind(after.plan.as_str())
                .push(", ")
                .bind(after.task.as_str())
                .push(")");
        }
        // One more tells whether there is a next page.
        sql.push(" ORDER BY ").push(ORDER).push(" LIMIT ");
        sql.bind(i64::from(limit) + 1);
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let tasks = rows.iter().map(table::task).collect::<Result<Vec<_>>>();
        let mut tasks = tasks?;
        let more = tasks.len() > limit as usize;
        tasks.truncate(limit as usize);
        let next = tasks.last().filter(|_| more).map(TaskCursor::after);
        Ok(TaskPage { tasks, next })
    }

    /// How many tasks stand in each state, how many of them are overdue on a day and how many have an order that waits;
    /// states without any are left out.
    ///
    /// # Errors
    /// As [`Store::task_page`].
    pub async fn task_counts(
        &self,
        scope: &Scope,
        filter: &TaskFilter,
        today: Date,
    ) -> Result<Vec<TaskCount>> {
        let mut sql = Sql::new("SELECT state, COUNT(*), CAST(SUM(CASE WHEN ");
        overdue(&mut sql, today);
        sql.push(
            " THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN order_due <> '' THEN 1 ELSE 0 END) AS BIGINT) FROM plan_task",
        );
        filter.restrict(scope, &mut sql)?;
        sql.push(" GROUP BY state");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter()
            .map(|row| {
                let mut cells = Cells::new(row, ACTIVITY);
                Ok(TaskCount {
                    state: cells.parsed("state", TaskState::from_code)?,
                    tasks: cells.count()?,
                    overdue: cells.count()?,
                    orders: cells.count()?,
                })
            })
            .collect()
    }

    /// Tasks, those that are due first in front, those without a last day behind.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn tasks(&self, scope: &Scope, filter: &TaskFilter, limit: u32) -> Result<Vec<Task>> {
        let mut sql = Sql::new(SELECT);
        filter.restrict(scope, &mut sql)?;
        sql.push(" ORDER BY ").push(ORDER).push(" LIMIT ");
        sql.bind(i64::from(limit));
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(table::task).collect()
    }

    /// A number that another one takes the place of whenever anything about the tasks of a plan changes, or of all plans.
    ///
    /// # Errors
    /// The database fails.
    pub async fn tasks_stamp(&self, plan: Option<&str>) -> Result<u64> {
        let mut sql = Sql::new(
            "SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM plan_task WHERE 1 = 1",
        );
        sql.equal([("plan", &plan.map(str::to_owned))]);
        let row = sql.query().fetch_one(self.pool()).await.map_err(failed)?;
        Cells::new(&row, ACTIVITY).count()
    }

    /// One task.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::OutOfScope`], or the database fails.
    pub async fn task(&self, scope: &Scope, key: &TaskKey) -> Result<Task> {
        scope.require(&key.organisation_code)?;
        let mut connection = self.reader().await?;
        table::load(&mut connection, key)
            .await?
            .ok_or_else(|| StoreError::NotFound {
                subject: key.to_string(),
            })
    }

    /// The steps on the way to a task.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn task_milestones(
        &self,
        scope: &Scope,
        key: &TaskKey,
    ) -> Result<Vec<TaskMilestone>> {
        scope.require(&key.organisation_code)?;
        table::milestones(&mut *self.reader().await?, key).await
    }

    /// The files that belong to a task.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn task_evidence(&self, scope: &Scope, key: &TaskKey) -> Result<Vec<StoredEvidence>> {
        scope.require(&key.organisation_code)?;
        table::evidence(&mut *self.reader().await?, key).await
    }

    async fn reader(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Any>> {
        let connection = self.pool().acquire().await;
        connection.map_err(|source| StoreError::database(ACTIVITY, source))
    }
}

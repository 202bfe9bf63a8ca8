use jiff::civil::Date;

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
}

impl Store {
    /// Tasks, those that are due first in front, those without a last day behind.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn tasks(&self, scope: &Scope, filter: &TaskFilter, limit: u32) -> Result<Vec<Task>> {
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE 1 = 1");
        let code = filter.organisation_code.as_deref();
        sql.of_organisation("organisation_code", scope, code)?;
        sql.equal([
            ("plan", &filter.plan),
            ("department", &filter.department),
            ("assignee", &filter.assignee),
        ]);
        if !filter.states.is_empty() {
            sql.push(" AND state IN ")
                .bind_list(filter.states.iter().map(|state| state.code()));
        }
        if let Some(day) = filter.due_until {
            sql.push(" AND due <> '' AND due <= ").bind(day.to_string());
        }
        if filter.with_order {
            sql.push(" AND order_due <> ''");
        }
        sql.push(
            " ORDER BY CASE WHEN due = '' THEN 1 ELSE 0 END, due, organisation_code, plan, task LIMIT ",
        )
        .bind(i64::from(limit));
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

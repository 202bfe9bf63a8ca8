//! Rows of tasks, their milestones and their evidence.

use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::state::TaskState;
use super::task::{StoredEvidence, SupervisionOrder, Task, TaskKey, TaskMilestone};
use crate::error::{Activity, Result, StoreError};
use crate::evidence::Evidence;
use crate::row::{Cells, as_int, damaged};
use crate::scope::Actor;
use crate::sql::{self, Bind, Sql};

pub(super) const ACTIVITY: Activity = Activity::Tasks;

macro_rules! key_columns {
    () => {
        "organisation_code, plan, task"
    };
}

macro_rules! columns {
    () => {
        "parent, clause, title, deliverable, department, assignee, start_day, due, state, state_since, \
         progress, order_reason, order_due, orders, opened_at, updated_at, closed_at, revision"
    };
}

/// Selects what [`task`] reads.
pub(super) const SELECT: &str = concat!(
    "SELECT ",
    key_columns!(),
    ", ",
    columns!(),
    " FROM plan_task"
);

pub(super) fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// A day, or none for an empty text.
pub(super) fn optional_day(cells: &mut Cells<'_>) -> Result<Option<Date>> {
    let text = cells.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| damaged("date", text))
}

fn binds(task: &Task) -> Vec<Bind> {
    let order = task.order.as_ref();
    vec![
        task.parent.clone().unwrap_or_default().into(),
        task.clause.as_str().into(),
        task.title.as_str().into(),
        task.deliverable.as_str().into(),
        task.department.as_str().into(),
        task.assignee.as_str().into(),
        day(task.start).into(),
        day(task.due).into(),
        task.state.code().into(),
        task.state_since.as_microsecond().into(),
        as_int(task.progress).into(),
        order.map_or("", |order| order.reason.as_str()).into(),
        day(order.map(|order| order.reply_due)).into(),
        as_int(task.orders).into(),
        task.opened_at.as_microsecond().into(),
        task.updated_at.as_microsecond().into(),
        task.closed_at.map(|time| time.as_microsecond()).into(),
        as_int(task.revision).into(),
    ]
}

pub(super) fn key_binds(key: &TaskKey) -> [Bind; 3] {
    [
        key.organisation_code.as_str().into(),
        key.plan.as_str().into(),
        key.task.as_str().into(),
    ]
}

/// A task from a row of [`SELECT`].
pub(super) fn task(row: &AnyRow) -> Result<Task> {
    let mut cells = Cells::new(row, ACTIVITY);
    let key = TaskKey {
        organisation_code: cells.text()?,
        plan: cells.text()?,
        task: cells.text()?,
    };
    let parent = Some(cells.text()?).filter(|parent| !parent.is_empty());
    let (clause, title, deliverable) = (cells.text()?, cells.text()?, cells.text()?);
    let (department, assignee) = (cells.text()?, cells.text()?);
    let (start, due) = (optional_day(&mut cells)?, optional_day(&mut cells)?);
    let state = cells.parsed("state", TaskState::from_code)?;
    let (state_since, progress) = (cells.time()?, cells.count()?);
    let reason = cells.text()?;
    let order = optional_day(&mut cells)?.map(|reply_due| SupervisionOrder { reason, reply_due });
    Ok(Task {
        key,
        parent,
        clause,
        title,
        deliverable,
        department,
        assignee,
        start,
        due,
        state,
        state_since,
        progress,
        order,
        orders: cells.count()?,
        opened_at: cells.time()?,
        updated_at: cells.time()?,
        closed_at: cells.optional_time()?,
        revision: cells.count()?,
    })
}

/// The task, if it is there.
pub(super) async fn load(connection: &mut AnyConnection, key: &TaskKey) -> Result<Option<Task>> {
    let mut sql = Sql::new(SELECT);
    of_key(&mut sql, key);
    let row = sql
        .query()
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    row.map(|row| task(&row)).transpose()
}

pub(super) fn of_key(sql: &mut Sql, key: &TaskKey) {
    sql.push(" WHERE organisation_code = ")
        .bind(key.organisation_code.as_str())
        .push(" AND plan = ")
        .bind(key.plan.as_str())
        .push(" AND task = ")
        .bind(key.task.as_str());
}

/// Inserts a new task; `false` when there is one already.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    task: &Task,
) -> Result<bool, sqlx::Error> {
    let mut row = Vec::from(key_binds(&task.key));
    row.append(&mut binds(task));
    let new = sql::insert(
        connection,
        concat!(
            "INSERT INTO plan_task (",
            key_columns!(),
            ", ",
            columns!(),
            ")"
        ),
        vec![row],
        "ON CONFLICT (organisation_code, plan, task) DO NOTHING",
    )
    .await?;
    Ok(new == 1)
}

/// Writes a task over its revision `seen`; `false` when somebody was faster.
pub(super) async fn update(
    connection: &mut AnyConnection,
    next: &Task,
    seen: u64,
) -> Result<bool, sqlx::Error> {
    let mut sql = Sql::new(concat!("UPDATE plan_task SET (", columns!(), ") = "));
    sql.bind_list(binds(next));
    of_key(&mut sql, &next.key);
    sql.push(" AND revision = ").bind(as_int(seen));
    let done = sql.query().execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// A number that no row of a task's table has yet.
async fn next_number(
    connection: &mut AnyConnection,
    head: &'static str,
    key: &TaskKey,
) -> Result<u64> {
    let mut sql = Sql::new(head);
    of_key(&mut sql, key);
    let row = sql.query().fetch_one(connection).await.map_err(failed)?;
    Ok(Cells::new(&row, ACTIVITY).count()? + 1)
}

pub(super) async fn add_milestone(
    connection: &mut AnyConnection,
    key: &TaskKey,
    title: &str,
    due: Date,
) -> Result<()> {
    let head = "SELECT COALESCE(MAX(number), 0) FROM plan_task_milestone";
    let number = next_number(connection, head, key).await?;
    let mut row = Vec::from(key_binds(key));
    row.extend([
        as_int(number).into(),
        title.into(),
        due.to_string().into(),
        "".into(),
    ]);
    sql::insert(
        connection,
        "INSERT INTO plan_task_milestone (organisation_code, plan, task, number, title, due, reached)",
        vec![row],
        "",
    )
    .await
    .map_err(failed)?;
    Ok(())
}

/// Notes the day on which a milestone was reached; `false` when there is none of this number.
pub(super) async fn reach_milestone(
    connection: &mut AnyConnection,
    key: &TaskKey,
    number: u64,
    on: Date,
) -> Result<bool> {
    let mut sql = Sql::new("UPDATE plan_task_milestone SET reached = ");
    sql.bind(on.to_string());
    of_key(&mut sql, key);
    sql.push(" AND number = ").bind(as_int(number));
    let done = sql.query().execute(connection).await.map_err(failed)?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn milestones(
    connection: &mut AnyConnection,
    key: &TaskKey,
) -> Result<Vec<TaskMilestone>> {
    let mut sql = Sql::new("SELECT number, title, due, reached FROM plan_task_milestone");
    of_key(&mut sql, key);
    sql.push(" ORDER BY number");
    let rows = sql.query().fetch_all(connection).await.map_err(failed)?;
    let milestone = |row: &AnyRow| {
        let mut cells = Cells::new(row, ACTIVITY);
        Ok(TaskMilestone {
            number: cells.count()?,
            title: cells.text()?,
            due: cells.date()?,
            reached: optional_day(&mut cells)?,
        })
    };
    rows.iter().map(milestone).collect()
}

pub(super) async fn add_evidence(
    connection: &mut AnyConnection,
    task: &Task,
    files: &[Evidence],
    actor: &Actor,
) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let head = "SELECT COALESCE(MAX(number), 0) FROM plan_task_evidence";
    let first = next_number(connection, head, &task.key).await?;
    let rows = (first..).zip(files).map(|(number, file)| {
        let mut row = Vec::from(key_binds(&task.key));
        row.extend([
            as_int(number).into(),
            as_int(task.revision).into(),
            file.name.as_str().into(),
            as_int(file.size).into(),
            file.sha256.as_str().into(),
            file.path.as_str().into(),
            actor.name.as_str().into(),
            actor.at.as_microsecond().into(),
        ]);
        row
    });
    let rows: Vec<Vec<Bind>> = rows.collect();
    for some in rows.chunks(sql::ROWS_AT_ONCE) {
        sql::insert(
            connection,
            "INSERT INTO plan_task_evidence \
             (organisation_code, plan, task, number, revision, name, size, sha256, path, actor, at)",
            some.to_vec(),
            "",
        )
        .await
        .map_err(failed)?;
    }
    Ok(())
}

pub(super) async fn evidence(
    connection: &mut AnyConnection,
    key: &TaskKey,
) -> Result<Vec<StoredEvidence>> {
    let mut sql = Sql::new(
        "SELECT number, revision, name, size, sha256, path, actor, at FROM plan_task_evidence",
    );
    of_key(&mut sql, key);
    sql.push(" ORDER BY number");
    let rows = sql.query().fetch_all(connection).await.map_err(failed)?;
    let file = |row: &AnyRow| {
        let mut cells = Cells::new(row, ACTIVITY);
        Ok(StoredEvidence {
            number: cells.count()?,
            revision: cells.count()?,
            evidence: Evidence {
                name: cells.text()?,
                size: cells.count()?,
                sha256: cells.text()?,
                path: cells.text()?,
            },
            actor: cells.text()?,
            at: cells.time()?,
        })
    };
    rows.iter().map(file).collect()
}

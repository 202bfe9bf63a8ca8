use biaochi_organisations::{Column, Kind, Rows, Table};
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::audit::steps;
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int, damaged};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Bind, ROWS_AT_ONCE, Sql};
use crate::value::free_text;

const ACTIVITY: Activity = Activity::Organisations;

/// The organisations as a revision left them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredOrganisations {
    /// Number of the revision, 0 before the first.
    pub revision: u64,
    /// The rows, those of institutions outside the scope left out.
    pub rows: Rows,
}

/// What made a revision of the organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganisationRevision {
    /// Its number, from 1.
    pub revision: u64,
    /// Who made it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// Where the rows came from, or why.
    pub note: String,
    /// Rows that it added.
    pub added: u64,
    /// Rows that it took away; a changed row is one taken away and one added.
    pub removed: u64,
}

impl Store {
    /// The organisations as they stand in the newest revision, or in an earlier one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such revision, or the database fails.
    pub async fn organisations(
        &self,
        scope: &Scope,
        revision: Option<u64>,
    ) -> Result<StoredOrganisations> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        // Rows are never changed but for their ends, so that a numbered revision reads the same even
        // while somebody writes the next one.
        let newest = newest(&mut connection).await?;
        let revision = match revision {
            Some(wanted) if wanted > newest => {
                return Err(StoreError::NotFound {
                    subject: format!("organisations/{wanted}"),
                });
            }
            Some(wanted) => wanted,
            None => newest,
        };
        let rows = read(&mut connection, scope, revision).await?;
        Ok(StoredOrganisations { revision, rows })
    }

    /// Puts the rows of a scope in the place of those that stand there, as a new revision, and gives its
    /// number; nothing is written when nothing differs. Rows that belong to no institution, such as
    /// divisions, are changed with [`Scope::All`] only.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody was faster, [`StoreError::OutOfScope`],
    /// [`StoreError::NeedsAll`], or the database fails.
    pub async fn save_organisations(
        &self,
        scope: &Scope,
        actor: &Actor,
        based_on: u64,
        rows: &Rows,
        note: &str,
    ) -> Result<u64> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let found = newest(&mut transaction).await?;
        let conflict = |found| StoreError::Conflict {
            subject: "organisations".to_owned(),
            expected: based_on,
            found,
        };
        if found != based_on {
            return Err(conflict(found));
        }
        let stored = read(&mut transaction, scope, based_on).await?;
        let mut differences = Vec::new();
        let (mut added, mut removed) = (0, 0);
        for table in Table::ALL.iter().copied() {
            let gone = stored.missing_in(rows, table);
            let new = rows.missing_in(&stored, table);
            allowed(scope, table, gone.iter().chain(&new))?;
            added += new.len();
            removed += gone.len();
            differences.push((table, gone, new));
        }
        if added + removed == 0 {
            return Ok(based_on);
        }
        let revision = as_int(based_on) + 1;
        let head = "INSERT INTO organisation_revision (revision, actor, at, note, added, removed)";
        let row: Vec<Bind> = vec![
            revision.into(),
            actor.name.as_str().into(),
            actor.at.as_microsecond().into(),
            free_text(note).into(),
            as_int(added as u64).into(),
            as_int(removed as u64).into(),
        ];
        let tail = "ON CONFLICT (revision) DO NOTHING";
        let first = sql::insert(&mut transaction, head, vec![row], tail).await;
        if first.map_err(failed)? != 1 {
            return Err(conflict(based_on + 1));
        }
        for (table, gone, new) in differences {
            for rows in gone.chunks(ROWS_AT_ONCE) {
                end(&mut transaction, table, rows, revision).await?;
            }
            for rows in new.chunks(ROWS_AT_ONCE) {
                add(&mut transaction, table, rows, revision).await?;
            }
        }
        let entry = steps::organisations(based_on + 1, (added, removed), note);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(based_on + 1)
    }

    /// The number of the newest revision, 0 before the first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn organisations_revision(&self) -> Result<u64> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        newest(&mut connection).await
    }

    /// Who changed the organisations and when, newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn organisation_revisions(
        &self,
        _scope: &Scope,
    ) -> Result<Vec<OrganisationRevision>> {
        let sql = Sql::new(
            "SELECT revision, actor, at, note, added, removed FROM organisation_revision \
             ORDER BY revision DESC",
        );
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let revision = |row: &AnyRow| {
            let mut cells = Cells::new(row, ACTIVITY);
            Ok(OrganisationRevision {
                revision: cells.count()?,
                actor: cells.text()?,
                at: cells.time()?,
                note: cells.text()?,
                added: cells.count()?,
                removed: cells.count()?,
            })
        };
        rows.iter().map(revision).collect()
    }
}

/// Refuses rows that the scope may not change.
fn allowed<'a>(
    scope: &Scope,
    table: Table,
    mut rows: impl Iterator<Item = &'a Vec<String>>,
) -> Result<()> {
    if *scope == Scope::All {
        return Ok(());
    }
    match table.institution_column() {
        Some(column) => rows.try_for_each(|row| match row.get(column) {
            Some(institution) => scope.require(institution),
            None => Ok(()),
        }),
        None if rows.next().is_some() => Err(StoreError::NeedsAll { table }),
        None => Ok(()),
    }
}

async fn newest(connection: &mut AnyConnection) -> Result<u64> {
    let sql = Sql::new("SELECT COALESCE(MAX(revision), 0) FROM organisation_revision");
    let row = sql.query().fetch_one(connection).await.map_err(failed)?;
    Cells::new(&row, ACTIVITY).count()
}

async fn read(connection: &mut AnyConnection, scope: &Scope, revision: u64) -> Result<Rows> {
    let mut rows = Rows::default();
    for table in Table::ALL.iter().copied() {
        let mut sql = Sql::new("SELECT ");
        columns(&mut sql, table);
        sql.push(" FROM organisation_").push(table.id());
        sql.push(" WHERE since_revision <= ").bind(as_int(revision));
        sql.push(" AND (until_revision IS NULL OR until_revision > ");
        sql.bind(as_int(revision)).push(")");
        if let Some(column) = table.institution_column() {
            sql.within(table.columns()[column].id, scope);
        }
        for row in sql
            .query()
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?
        {
            let texts = texts(table, &row)?;
            let pushed = rows.push(table, &texts);
            pushed.map_err(|_| damaged(table.id(), texts.join("|")))?;
        }
    }
    // The databases collate differently.
    rows.sort();
    Ok(rows)
}

fn columns(sql: &mut Sql, table: Table) {
    for (number, column) in table.columns().iter().enumerate() {
        if number > 0 {
            sql.push(", ");
        }
        sql.push(column.id);
    }
}

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Count | Kind::Year)
}

fn texts(table: Table, row: &AnyRow) -> Result<Vec<String>> {
    let mut cells = Cells::new(row, ACTIVITY);
    let columns = table.columns().iter();
    columns
        .map(|column| match is_number(column.kind) {
            true => Ok(cells.int()?.to_string()),
            false => cells.text(),
        })
        .collect()
}

fn bind(kind: Kind, text: &str) -> Bind {
    match text.parse::<i64>() {
        Ok(number) if is_number(kind) => number.into(),
        _ => text.into(),
    }
}

async fn add(
    connection: &mut AnyConnection,
    table: Table,
    rows: &[Vec<String>],
    revision: i64,
) -> Result<()> {
    let mut head = Sql::new("INSERT INTO organisation_");
    head.push(table.id()).push(" (");
    columns(&mut head, table);
    head.push(", since_revision)");
    let row = |texts: &Vec<String>| {
        let cells = table.columns().iter().zip(texts);
        let mut row: Vec<Bind> = cells
            .map(|(column, text)| bind(column.kind, text))
            .collect();
        row.push(revision.into());
        row
    };
    let rows = rows.iter().map(row).collect();
    let done = sql::insert_with(connection, head, rows, "").await;
    done.map(|_| ()).map_err(failed)
}

/// Ends up to [`ROWS_AT_ONCE`] rows that stand in the newest revision, with one statement.
async fn end(
    connection: &mut AnyConnection,
    table: Table,
    rows: &[Vec<String>],
    revision: i64,
) -> Result<()> {
    let names = || table.columns().iter().enumerate().filter(is_name(table));
    let mut sql = Sql::new("WITH gone (");
    for (place, (_, column)) in names().enumerate() {
        sql.push(if place > 0 { ", " } else { "" }).push(column.id);
    }
    sql.push(") AS (");
    sql.bind_rows(rows.iter().map(|texts| -> Vec<Bind> {
        let cells = names().filter_map(|(number, column)| Some((column, texts.get(number)?)));
        cells
            .map(|(column, text)| bind(column.kind, text))
            .collect()
    }));
    sql.push(") UPDATE organisation_")
        .push(table.id())
        .push(" SET until_revision = ")
        .bind(revision);
    sql.push(" FROM gone WHERE organisation_")
        .push(table.id())
        .push(".until_revision IS NULL");
    for (_, column) in names() {
        sql.push(" AND organisation_")
            .push(table.id())
            .push(".")
            .push(column.id)
            .push(" = gone.")
            .push(column.id);
    }
    // Statements of full length repeat and are worth keeping prepared; others are not.
    let full = rows.len() == ROWS_AT_ONCE;
    let done = sql.query().persistent(full).execute(connection).await;
    done.map(|_| ()).map_err(failed)
}

/// Whether a column, with its number, is one of those that name a row of a table.
fn is_name(table: Table) -> impl Fn(&(usize, &Column)) -> bool {
    move |(number, column)| *number < table.key_columns() || column.id == "valid_from"
}

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The migration has the columns that files have, in their order.
    #[test]
    fn tables_of_the_migration_are_those_of_the_files() {
        let text = include_str!("../migrations/0003_organisations.sql");
        for table in Table::ALL {
            let begin = format!("CREATE TABLE organisation_{} (", table.id());
            let (_, rest) = text.split_once(&begin).expect("a table");
            let (body, _) = rest.split_once(");").expect("its end");
            let found: Vec<(&str, &str)> = body
                .lines()
                .filter_map(|line| line.trim().split_once(' '))
                .map(|(name, kind)| (name, kind.trim()))
                .take_while(|(name, _)| *name != "since_revision")
                .collect();
            let expected: Vec<(&str, &str)> = table
                .columns()
                .iter()
                .map(|column| match is_number(column.kind) {
                    true => (column.id, "BIGINT NOT NULL,"),
                    false => (column.id, "TEXT NOT NULL,"),
                })
                .collect();
            assert_eq!(found, expected, "{}", table.id());
        }
    }
}

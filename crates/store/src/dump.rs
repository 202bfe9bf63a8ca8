//! All rows of the store as lines of JSON, and back: the same for both databases, so that a backup of one can be
//! restored into the other. Tables and columns come from the text of the migrations.

use std::io;

use futures::StreamExt as _;
use serde_json::Value;
use sqlx::AnyConnection;

use crate::error::{Activity, Result, StoreError};
use crate::location::Backend;
use crate::migrations::texts;
use crate::open::Store;
use crate::row::Cells;
use crate::sql::{Bind, ROWS_AT_ONCE, Sql, insert_with};

const ACTIVITY: Activity = Activity::Backup;

/// Rows that are about nothing but this database.
const OWN: [&str; 1] = ["job_queue"];

/// The row that every database has from its first day on.
const HEAD: &str = "audit_head";

/// A table as the migrations make it.
#[derive(Debug)]
struct Table {
    name: &'static str,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    name: &'static str,
    is_text: bool,
}

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

/// The tables in the order in which they were made: whoever is referred to comes first.
fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut is_open = false;
    for line in texts().flat_map(str::lines).map(str::trim) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            let name = rest.trim_end_matches(['(', ' ']);
            let columns = Vec::new();
            tables.push(Table { name, columns });
            is_open = true;
        } else if let Some((name, column)) = added_column(line) {
            let table = tables.iter_mut().find(|table| table.name == name);
            if let Some(table) = table {
                table.columns.push(column);
            }
        } else if line == ");" {
            is_open = false;
        } else if is_open
            && line.starts_with(|first: char| first.is_ascii_lowercase())
            && let (Some(column), Some(table)) = (column(line), tables.last_mut())
        {
            table.columns.push(column);
        }
    }
    tables.retain(|table| !OWN.contains(&table.name));
    tables
}

/// A column as a migration writes it: its name, then its type.
fn column(line: &'static str) -> Option<Column> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let kind = words.next()?.trim_end_matches([',', ';']);
    Some(Column {
        name,
        is_text: kind == "TEXT",
    })
}

/// A column that a later migration adds to a table.
fn added_column(line: &'static str) -> Option<(&'static str, Column)> {
    let rest = line.strip_prefix("ALTER TABLE ")?;
    let (name, rest) = rest.split_once(" ADD COLUMN ")?;
    Some((name, column(rest)?))
}

impl Table {
    fn columns(&self, sql: &mut Sql) {
        for (place, column) in self.columns.iter().enumerate() {
            if place > 0 {
                sql.push(", ");
            }
            sql.push(column.name);
        }
    }

    fn select(&self) -> Sql {
        let mut sql = Sql::new("SELECT ");
        self.columns(&mut sql);
        sql.push(" FROM ").push(self.name);
        sql
    }

    fn insert(&self) -> Sql {
        let mut sql = Sql::new("INSERT INTO ");
        sql.push(self.name).push(" (");
        self.columns(&mut sql);
        sql.push(")");
        sql
    }

    /// The values of a line, if it has as many as the table has columns and of their kinds.
    fn binds(&self, row: &[Value]) -> Option<Vec<Bind>> {
        if row.len() != self.columns.len() {
            return None;
        }
        let values = self.columns.iter().zip(row);
        let values = values.map(|(column, value)| match (column.is_text, value) {
            (true, Value::Null) => Some(Bind::Text(None)),
            (false, Value::Null) => Some(Bind::Int(None)),
            (true, Value::String(text)) => Some(Bind::Text(Some(text.clone()))),
            (false, Value::Number(number)) => number.as_i64().map(|int| Bind::Int(Some(int))),
            _ => None,
        });
        values.collect()
    }
}

fn damaged(line: u64) -> StoreError {
    StoreError::Damaged {
        what: "line of a backup",
        value: line.to_string(),
    }
}

impl Store {
    /// Writes every row as it is at one moment, a line of JSON each, and says how many there are. Sealed and hashed
    /// secrets are among them.
    ///
    /// # Errors
    /// The database fails, or `write` does.
    pub async fn dump(
        &self,
        write: &mut (dyn FnMut(&str) -> io::Result<()> + Send),
    ) -> Result<u64> {
        // All tables of one moment: a snapshot that lasts as long as the transaction.
        let begin = match self.backend() {
            Backend::Sqlite => "BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut transaction = self.pool().begin_with(begin).await.map_err(failed)?;
        let mut count = 0;
        for table in tables() {
            let mut rows = table.select().query().fetch(&mut *transaction);
            while let Some(row) = rows.next().await {
                let row = row.map_err(failed)?;
                let mut cells = Cells::new(&row, ACTIVITY);
                let mut values = Vec::with_capacity(table.columns.len());
                for column in &table.columns {
                    values.push(match column.is_text {
                        true => cells.optional_text()?.map_or(Value::Null, Value::from),
                        false => cells.optional_int()?.map_or(Value::Null, Value::from),
                    });
                }
                let line = serde_json::json!({ "table": table.name, "row": values });
                write(&line.to_string()).map_err(|source| failed(sqlx::Error::Io(source)))?;
                count += 1;
            }
        }
        transaction.rollback().await.map_err(failed)?;
        Ok(count)
    }

    /// Takes the lines of a dump in, all or none, and says how many there were. Only a store in which nothing ever
    /// happened takes them.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::Damaged`] for a line that fits no table, or the database fails.
    pub async fn restore(
        &self,
        lines: &mut (dyn Iterator<Item = io::Result<String>> + Send),
    ) -> Result<u64> {
        let tables = tables();
        let mut transaction = self.begin(ACTIVITY).await?;
        for table in tables.iter().filter(|table| table.name != HEAD) {
            let mut sql = Sql::new("SELECT COUNT(*) FROM ");
            sql.push(table.name);
            let row = sql.query().fetch_one(&mut *transaction).await;
            if Cells::new(&row.map_err(failed)?, ACTIVITY).count()? > 0 {
                return Err(StoreError::NotEmpty);
            }
        }
        let mut count = 0;
        let mut waiting: Option<(&Table, Vec<Vec<Bind>>)> = None;
        for line in lines {
            count += 1;
            let line = line.map_err(|source| failed(sqlx::Error::Io(source)))?;
            let value: Value = serde_json::from_str(&line).map_err(|_| damaged(count))?;
            let name = value["table"].as_str();
            let table = tables.iter().find(|table| Some(table.name) == name);
            let row = value["row"].as_array();
            let (Some(table), Some(row)) = (table, row) else {
                return Err(damaged(count));
            };
            let binds = table.binds(row).ok_or_else(|| damaged(count))?;
            if table.name == HEAD {
                head(&mut transaction, binds).await?;
                continue;
            }
            let full = waiting.as_ref().is_some_and(|(before, rows)| {
                before.name != table.name || rows.len() >= ROWS_AT_ONCE
            });
            if full {
                store(&mut transaction, waiting.take()).await?;
            }
            waiting
                .get_or_insert_with(|| (table, Vec::new()))
                .1
                .push(binds);
        }
        store(&mut transaction, waiting.take()).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(count)
    }
}

/// The end of the audit trail is never inserted: it is there, and moves.
async fn head(connection: &mut AnyConnection, mut binds: Vec<Bind>) -> Result<()> {
    if binds.len() != 3 {
        return Err(damaged(0));
    }
    let (number, hash) = (binds.remove(1), binds.remove(1));
    let mut sql = Sql::new("UPDATE audit_head SET number = ");
    sql.bind(number).push(", hash = ").bind(hash);
    let done = sql.query().execute(connection).await;
    done.map_err(failed)?;
    Ok(())
}

async fn store(
    connection: &mut AnyConnection,
    rows: Option<(&Table, Vec<Vec<Bind>>)>,
) -> Result<()> {
    if let Some((table, rows)) = rows {
        let stored = insert_with(connection, table.insert(), rows, "").await;
        stored.map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_columns_are_those_of_the_migrations() {
        let tables = tables();
        let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
        let made = texts()
            .flat_map(|text| text.matches("CREATE TABLE "))
            .count();
        assert_eq!(names.len() + OWN.len(), made, "{names:?}");
        let place = |name: &str| names.iter().position(|own| *own == name);
        assert!(place("account") < place("account_role"));
        assert!(place("plan_task") < place("plan_task_milestone"));
        for table in &tables {
            assert!(table.columns.len() >= 2, "{table:?}");
        }
        // What is changed of a table in another way than by one more column would be missed.
        let changed = |text: &str, what: &str| text.matches(what).count();
        for text in texts() {
            assert_eq!(changed(text, "ALTER TABLE"), changed(text, "ADD COLUMN"));
        }
        let trail = tables.iter().find(|table| table.name == "audit_event");
        let columns = trail.map_or(&[][..], |trail| &trail.columns);
        assert!(
            columns
                .iter()
                .any(|column| column.name == "seal" && column.is_text)
        );
    }
}

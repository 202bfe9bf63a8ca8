//! All rows of the store as lines of JSON, and back: the same for both databases, so that a backup of one can be
//! restored into the other. Tables and columns come from the text of the migrations.
//!
//! A line that names the columns stands before the rows of each table, so that rows of an older schema find their
//! places: a column that came later has what its migration gave the rows that were there. Backups of the first form
//! name no columns; their rows have those that the table had at the time, in their order.

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

#[derive(Debug, Clone)]
struct Column {
    name: &'static str,
    is_text: bool,
    /// What rows have that were written before a later migration added the column; `None` for a column that the table
    /// had from its first day on.
    before: Option<Bind>,
}

impl Column {
    fn bind(&self, value: &Value) -> Option<Bind> {
        match (self.is_text, value) {
            (true, Value::Null) => Some(Bind::Text(None)),
            (false, Value::Null) => Some(Bind::Int(None)),
            (true, Value::String(text)) => Some(Bind::Text(Some(text.clone()))),
            (false, Value::Number(number)) => number.as_i64().map(|int| Bind::Int(Some(int))),
            _ => None,
        }
    }
}

/// How the rows of a table are written in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    /// How many values a row has.
    width: usize,
    /// For each column of the table the place of its value; `None` where the column came later.
    places: Vec<Option<usize>>,
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
        before: None,
    })
}

/// A column that a later migration adds to a table.
fn added_column(line: &'static str) -> Option<(&'static str, Column)> {
    let rest = line.strip_prefix("ALTER TABLE ")?;
    let (name, rest) = rest.split_once(" ADD COLUMN ")?;
    let mut column = column(rest)?;
    let default = rest.split_once(" DEFAULT ").map(|(_, default)| default);
    let default = default.map(|default| default.trim_end_matches(';').trim());
    column.before = Some(match column.is_text {
        true => Bind::Text(default.map(|text| text.trim_matches('\'').to_owned())),
        false => Bind::Int(default.and_then(|number| number.parse().ok())),
    });
    Some((name, column))
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

    /// The line that names the columns of the rows after it.
    fn head(&self) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        serde_json::json!({ "table": self.name, "columns": columns }).to_string()
    }

    /// The shape of rows with these columns.
    fn shape(&self, names: &[Value], line: u64) -> Result<Shape> {
        let mut named = Vec::with_capacity(names.len());
        for name in names {
            let name = name.as_str().ok_or_else(|| damaged(line))?;
            if !self.columns.iter().any(|column| column.name == name) {
                return Err(self.unknown(name));
            }
            if named.contains(&name) {
                return Err(damaged(line));
            }
            named.push(name);
        }
        let place = |column: &Column| named.iter().position(|name| *name == column.name);
        self.placed(named.len(), place)
    }

    /// The shape of a row of a backup that names no columns: columns were only ever added at the end.
    fn shape_of(&self, row: &[Value]) -> Result<Shape> {
        if row.len() > self.columns.len() {
            return Err(self.unknown(&format!("#{}", self.columns.len() + 1)));
        }
        let place = |column: &Column| {
            let place = self.columns.iter().position(|own| own.name == column.name);
            place.filter(|place| *place < row.len())
        };
        self.placed(row.len(), place)
    }

    fn placed(&self, width: usize, place: impl Fn(&Column) -> Option<usize>) -> Result<Shape> {
        let mut places = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let place = place(column);
            if place.is_none() && column.before.is_none() {
                return Err(StoreError::Damaged {
                    what: "table of a backup without the column",
                    value: format!("{}.{}", self.name, column.name),
                });
            }
            places.push(place);
        }
        Ok(Shape { width, places })
    }

    fn unknown(&self, column: &str) -> StoreError {
        StoreError::UnknownInBackup {
            table: self.name.to_owned(),
            column: Some(column.to_owned()),
        }
    }

    /// The values of a row in the order of the columns, if it is of this shape and the values of their kinds.
    fn binds(&self, row: &[Value], shape: &Shape) -> Option<Vec<Bind>> {
        if row.len() != shape.width {
            return None;
        }
        let columns = self.columns.iter().zip(&shape.places);
        let values = columns.map(|(column, place)| match place {
            Some(place) => column.bind(row.get(*place)?),
            None => column.before.clone(),
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
    /// Writes every row as it is at one moment, a line of JSON each, after a line that names the columns of its table,
    /// and says how many rows there are. Sealed and hashed secrets are among them.
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
        let mut out = |line: &str| write(line).map_err(|source| failed(sqlx::Error::Io(source)));
        for table in tables() {
            let mut rows = table.select().query().fetch(&mut *transaction);
            let mut is_first = true;
            while let Some(row) = rows.next().await {
                let row = row.map_err(failed)?;
                if std::mem::take(&mut is_first) {
                    out(&table.head())?;
                }
                let mut cells = Cells::new(&row, ACTIVITY);
                let mut values = Vec::with_capacity(table.columns.len());
                for column in &table.columns {
                    values.push(match column.is_text {
                        true => cells.optional_text()?.map_or(Value::Null, Value::from),
                        false => cells.optional_int()?.map_or(Value::Null, Value::from),
                    });
                }
                let line = serde_json::json!({ "table": table.name, "row": values });
                out(&line.to_string())?;
                count += 1;
            }
        }
        transaction.rollback().await.map_err(failed)?;
        Ok(count)
    }

    /// Takes the lines of a dump in, all or none, and says how many rows there were. Only a store in which nothing ever
    /// happened takes them. A dump of an older schema is taken as if its rows had been there when the columns came that
    /// it lacks.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::UnknownInBackup`] for a table or column that this program does not have,
    /// [`StoreError::Damaged`] for a line that fits no table, or the database fails.
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
        let (mut count, mut number) = (0, 0);
        let mut named: Option<(&str, Shape)> = None;
        let mut waiting: Option<(&Table, Vec<Vec<Bind>>)> = None;
        for line in lines {
            number += 1;
            let line = line.map_err(|source| failed(sqlx::Error::Io(source)))?;
            let value: Value = serde_json::from_str(&line).map_err(|_| damaged(number))?;
            let name = value["table"].as_str().ok_or_else(|| damaged(number))?;
            let table = tables.iter().find(|table| table.name == name);
            let table = table.ok_or_else(|| StoreError::UnknownInBackup {
                table: name.to_owned(),
                column: None,
            })?;
            if let Some(columns) = value["columns"].as_array() {
                named = Some((table.name, table.shape(columns, number)?));
                continue;
            }
            let row = value["row"].as_array().ok_or_else(|| damaged(number))?;
            count += 1;
            let binds = match &named {
                Some((name, shape)) if *name == table.name => table.binds(row, shape),
                _ => table.binds(row, &table.shape_of(row)?),
            };
            let binds = binds.ok_or_else(|| damaged(number))?;
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
        // What is changed of a table in another way than by one more column would be missed, and so would rows that a
        // migration writes anew: those of an older backup are taken in after it.
        let changed = |text: &str, what: &str| text.matches(what).count();
        for text in texts() {
            assert_eq!(changed(text, "ALTER TABLE"), changed(text, "ADD COLUMN"));
            let writes_anew = |line: &str| line.starts_with("UPDATE ");
            assert!(!text.lines().any(writes_anew), "{text}");
        }
        let trail = tables.iter().find(|table| table.name == "audit_event");
        let columns = trail.map_or(&[][..], |trail| &trail.columns);
        assert!(
            columns
                .iter()
                .any(|column| column.name == "seal" && column.is_text)
        );
        let late = |name: &str, column: &str| {
            let table = tables.iter().find(|table| table.name == name)?;
            let column = table.columns.iter().find(|own| own.name == column)?;
            column.before.clone()
        };
        let empty = Some(Bind::Text(Some(String::new())));
        assert_eq!(late("audit_event", "seal"), empty);
        let none = Some(Bind::Int(Some(0)));
        assert_eq!(late("account_session", "by_provider"), none);
        assert_eq!(late("account_session", "account"), None);
    }

    #[test]
    fn a_column_that_must_be_filled_says_with_what() {
        for text in texts() {
            for line in text.lines().filter(|line| line.contains("NOT NULL")) {
                let Some((table, column)) = added_column(line.trim()) else {
                    continue;
                };
                let without = matches!(
                    column.before,
                    None | Some(Bind::Int(None) | Bind::Text(None))
                );
                assert!(!without, "{table}.{}", column.name);
            }
        }
    }
}

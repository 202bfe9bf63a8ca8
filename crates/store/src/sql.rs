//! The only place where the text of a statement is put together.
//!
//! A text grows by `&'static str` alone, which is written in the program's source; every value is bound as
//! a numbered parameter. So no value, wherever it came from, becomes part of a statement, and the
//! assertion in [`Sql::query`] holds.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

use crate::error::StoreError;
use crate::scope::Scope;
use crate::value::free_text;

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bind {
    /// A number, flag or time, or none.
    Int(Option<i64>),
    /// A text, or none.
    Text(Option<String>),
}

impl From<i64> for Bind {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Bind {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Bind {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Bind {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Bind {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

/// A statement in the making.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: String,
    binds: Vec<Bind>,
}

impl Sql {
    /// A statement that begins with `text`.
    pub(crate) fn new(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            binds: Vec::new(),
        }
    }

    /// A complete statement with the values of `$1`, `$2` and so on.
    pub(crate) fn with(text: &'static str, binds: impl IntoIterator<Item = Bind>) -> Self {
        Self {
            text: text.to_owned(),
            binds: binds.into_iter().collect(),
        }
    }

    /// Appends to the text.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends the next parameter.
    pub(crate) fn bind(&mut self, value: impl Into<Bind>) -> &mut Self {
        self.binds.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.binds.len().to_string());
        self
    }

    /// Appends parameters in brackets. No values give a list that contains nothing.
    pub(crate) fn bind_list<B: Into<Bind>>(
        &mut self,
        values: impl IntoIterator<Item = B>,
    ) -> &mut Self {
        self.push("(");
        let mut first = true;
        for value in values {
            if !std::mem::take(&mut first) {
                self.push(", ");
            }
            self.bind(value);
        }
        if first {
            self.push("NULL");
        }
        self.push(")")
    }

    /// Restricts to rows of a scope by the column that names their institution. A condition stands before.
    pub(crate) fn within(&mut self, column: &'static str, scope: &Scope) -> &mut Self {
        match scope {
            Scope::All => self,
            Scope::Organisations(codes) => {
                let codes = codes.iter().map(String::as_str);
                self.push(" AND ")
                    .push(column)
                    .push(" IN ")
                    .bind_list(codes)
            }
        }
    }

    /// The same, or restricts to one institution, which has to lie in the scope.
    pub(crate) fn of_organisation(
        &mut self,
        column: &'static str,
        scope: &Scope,
        organisation_code: Option<&str>,
    ) -> Result<&mut Self, StoreError> {
        let Some(code) = organisation_code else {
            return Ok(self.within(column, scope));
        };
        scope.require(code)?;
        Ok(self.push(" AND ").push(column).push(" = ").bind(code))
    }

    /// Restricts by those columns for which a value is wanted. A condition stands before.
    pub(crate) fn equal<'a>(
        &mut self,
        wanted: impl IntoIterator<Item = (&'static str, &'a Option<String>)>,
    ) -> &mut Self {
        for (column, value) in wanted {
            if let Some(value) = value {
                self.push(" AND ")
                    .push(column)
                    .push(" = ")
                    .bind(value.as_str());
            }
        }
        self
    }

    /// Appends rows of parameters as a table: `VALUES ($1, $2), ($3, $4)`.
    pub(crate) fn bind_rows(&mut self, rows: impl IntoIterator<Item = Vec<Bind>>) -> &mut Self {
        self.push("VALUES ");
        for (index, row) in rows.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind_list(row);
        }
        self
    }

    /// The statement with its parameters, ready to run.
    pub(crate) fn query(self) -> Query<'static, Any, AnyArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.text));
        for bind in self.binds {
            query = match bind {
                Bind::Int(value) => query.bind(value),
                Bind::Text(value) => query.bind(value.as_deref().map(free_text)),
            };
        }
        query
    }
}

/// Rows that one statement inserts or changes: few enough for both databases' number of parameters.
pub(crate) const ROWS_AT_ONCE: usize = 64;

/// Inserts up to [`ROWS_AT_ONCE`] rows with one statement and says how many were new.
///
/// `head` names table and columns; `tail` is what follows the values.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    head: &'static str,
    rows: Vec<Vec<Bind>>,
    tail: &'static str,
) -> Result<u64, sqlx::Error> {
    insert_with(connection, Sql::new(head), rows, tail).await
}

/// The same with a head that was put together.
pub(crate) async fn insert_with(
    connection: &mut AnyConnection,
    mut sql: Sql,
    rows: Vec<Vec<Bind>>,
    tail: &'static str,
) -> Result<u64, sqlx::Error> {
    if rows.is_empty() {
        return Ok(0);
    }
    // Statements of full length repeat and are worth keeping prepared; others are not.
    let full = rows.len() == ROWS_AT_ONCE || rows.len() == 1;
    sql.push(" ").bind_rows(rows).push(" ").push(tail);
    let done = sql.query().persistent(full).execute(connection).await?;
    Ok(done.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_parameters_and_never_text() {
        let mut sql = Sql::new("SELECT a FROM t WHERE b = ");
        sql.bind("'; DROP TABLE t; --").push(" AND c IN ");
        sql.bind_list([1, 2]).push(" AND d IN ");
        sql.bind_list(Vec::<i64>::new());
        assert_eq!(
            sql.text,
            "SELECT a FROM t WHERE b = $1 AND c IN ($2, $3) AND d IN (NULL)"
        );
        assert_eq!(sql.binds.len(), 3);
        let (all, one) = (Scope::All, Scope::one("x"));
        let mut sql = Sql::new("SELECT a FROM t WHERE true");
        sql.within("b", &all).within("b", &one);
        sql.equal([("c", &Some("'".to_owned())), ("d", &None)]);
        assert!(sql.of_organisation("e", &one, Some("x")).is_ok());
        assert!(sql.of_organisation("e", &one, Some("y")).is_err());
        sql.within("f", &Scope::Organisations([].into()));
        assert_eq!(
            sql.text,
            "SELECT a FROM t WHERE true AND b IN ($1) AND c = $2 AND e = $3 AND f IN (NULL)"
        );
        let mut sql = Sql::new("WITH gone (a, b) AS (");
        sql.bind_rows([vec!["x".into(), 1.into()], vec!["y".into(), 2.into()]]);
        assert_eq!(sql.text, "WITH gone (a, b) AS (VALUES ($1, $2), ($3, $4)");
    }
}

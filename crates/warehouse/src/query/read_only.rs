//! Only questions are answered: the first look at a statement, before anything is planned.

use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast::Statement as Ast;

use crate::error::{Result, WarehouseError};

/// Refuses anything but a single query, `EXPLAIN`, `SHOW` or `DESCRIBE`.
pub(crate) fn check(sql: &str) -> Result<()> {
    let statements = DFParser::parse_sql(sql).map_err(WarehouseError::query)?;
    if statements.len() != 1 {
        let message = format!("1 ≠ {} statements", statements.len());
        return Err(WarehouseError::Query { message });
    }
    match &statements[0] {
        Statement::Statement(statement) => match statement.as_ref() {
            Ast::Query(_)
            | Ast::ShowTables { .. }
            | Ast::ShowColumns { .. }
            | Ast::ShowVariable { .. }
            | Ast::ShowFunctions { .. }
            | Ast::ExplainTable { .. }
            | Ast::Explain { .. } => Ok(()),
            other => Err(refusal(&other.to_string())),
        },
        // What is explained is checked when it is planned.
        Statement::Explain(_) => Ok(()),
        other => Err(refusal(&other.to_string())),
    }
}

fn refusal(statement: &str) -> WarehouseError {
    let keyword = statement
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_uppercase();
    WarehouseError::ReadOnly { statement: keyword }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(sql: &str, keyword: &str) {
        match check(sql) {
            Err(WarehouseError::ReadOnly { statement }) => assert_eq!(statement, keyword),
            other => panic!("{sql}: {other:?}"),
        }
    }

    #[test]
    fn only_questions_pass() {
        for sql in [
            "SELECT 1",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "SHOW TABLES",
            "DESCRIBE t",
            "EXPLAIN SELECT 1",
            "VALUES (1)",
        ] {
            check(sql).expect(sql);
        }
        refused("INSERT INTO t VALUES (1)", "INSERT");
        refused("UPDATE t SET a = 1", "UPDATE");
        refused("DELETE FROM t", "DELETE");
        refused("DROP TABLE t", "DROP");
        refused("CREATE TABLE t AS SELECT 1", "CREATE");
        refused(
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "CREATE",
        );
        refused("COPY t TO 'x.parquet'", "COPY");
        refused("SET datafusion.execution.batch_size = 1", "SET");
        assert!(check("SELECT 1; DROP TABLE t").is_err());
    }
}

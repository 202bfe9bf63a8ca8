//! Of which months there are records: what a page shows first, and what a picker of periods offers.

use biaochi_domain::Month;
use biaochi_store::Scope;
use serde::Deserialize;

use crate::lookup::quoted;
use crate::query::{QueryError, rows};
use crate::{Content, Workspace};

/// The first and the last month with records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataMonths {
    /// The first one.
    pub first: Month,
    /// The last one.
    pub last: Month,
}

#[derive(Debug, Deserialize)]
struct Row {
    first_month: Option<String>,
    last_month: Option<String>,
}

/// The months of which the institutions of a scope have records; `None` when they have none. Read from the sums that
/// every import keeps, never from records.
///
/// # Errors
/// The tables cannot be read.
pub fn data_months(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
) -> Result<Option<DataMonths>, QueryError> {
    let sql = format!(
        "select min(discharge_month) as first_month, max(discharge_month) as last_month from drg_cell where {}",
        condition(scope)
    );
    let found: Vec<Row> = rows(workspace, content, &sql)?;
    Ok(found.first().and_then(span))
}

fn condition(scope: &Scope) -> String {
    match scope {
        Scope::All => "true".to_owned(),
        Scope::Organisations(codes) if codes.is_empty() => "false".to_owned(),
        Scope::Organisations(codes) => {
            let codes: Vec<String> = codes.iter().map(|code| quoted(code)).collect();
            format!("organisation_code in ({})", codes.join(", "))
        }
    }
}

fn span(row: &Row) -> Option<DataMonths> {
    let month = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    Some(DataMonths {
        first: month(&row.first_month)?,
        last: month(&row.last_month)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_beyond_the_scope() {
        assert_eq!(condition(&Scope::All), "true");
        assert_eq!(condition(&Scope::Organisations([].into())), "false");
        assert_eq!(
            condition(&Scope::one("A'B")),
            "organisation_code in ('A''B')"
        );
    }

    #[test]
    fn no_records_have_no_months() {
        let nothing = Row {
            first_month: None,
            last_month: None,
        };
        assert_eq!(span(&nothing), None);
        let year = Row {
            first_month: Some("2025-01".to_owned()),
            last_month: Some("2025-12".to_owned()),
        };
        let months = span(&year).expect("a span");
        assert_eq!(months.first.to_string(), "2025-01");
        assert_eq!(months.last.to_string(), "2025-12");
    }
}

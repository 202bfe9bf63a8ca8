//! A data set as a table of its fields.

use std::fmt::Write as _;

use biaochi_datasets::{DataSet, Kind};

use crate::query::quoted;

/// Name and query of the view of a data set: one row per organisation, period and breakdown, with its
/// fields as columns.
pub fn dataset_view(set: &DataSet) -> (String, String) {
    let mut sql =
        String::from("SELECT organisation_code, period, first_month, last_month, breakdown");
    for field in &set.fields {
        let of =
            |column: &str| format!("max({column}) FILTER (WHERE field = {})", quoted(&field.id));
        let column = match &field.kind {
            Kind::Integer | Kind::Decimal(_) => {
                format!(
                    "CAST({} AS DECIMAL(28, {}))",
                    of("value"),
                    field.kind.places()
                )
            }
            Kind::Boolean => format!("{} = 1", of("value")),
            Kind::Date => format!("CAST({} AS DATE)", of("text")),
            Kind::Choice(_) | Kind::Text => of("text"),
        };
        // Writing into a string cannot fail.
        let _ = write!(sql, ", {column} AS \"{}\"", field.id);
    }
    let _ = write!(
        sql,
        " FROM fact WHERE dataset = {} \
         GROUP BY organisation_code, period, first_month, last_month, breakdown",
        quoted(&set.id)
    );
    (set.id.clone(), sql)
}

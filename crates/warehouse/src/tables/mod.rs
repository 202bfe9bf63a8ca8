//! The tables of the warehouse and the way of a record into them.

mod cell;
mod column;
mod discharge;
mod grouping;
mod identity;

use crate::lake::TableSpec;

pub(crate) use cell::Cells;
pub use cell::cell_schema;
pub use discharge::{DischargeBatch, DischargeEncoder, Source, discharge_schema};
pub use grouping::{ComplicationRow, GroupingEncoder, GroupingRow, grouping_schema};
pub use identity::{Identity, open_identity, record_key};

/// One front page per row.
pub const DISCHARGE: &str = "discharge";
/// One front page and scheme per row.
pub const GROUPING: &str = "grouping";
/// Sums of a hospital's month by scheme, outcome and group.
pub const DRG_CELL: &str = "drg_cell";

/// A hospital's month is a folder of its own, cheap to replace.
pub const PARTITION_COLUMNS: &[&str] = &["organisation_code", "discharge_month"];

/// A hospital's cells of all months are one file: a hundred months are some ten thousand rows.
const CELL_PARTITION_COLUMNS: &[&str] = &["organisation_code"];

/// The data tables of every workspace.
pub fn tables() -> Vec<TableSpec> {
    vec![
        TableSpec {
            name: DISCHARGE,
            schema: discharge_schema(),
            partition_columns: PARTITION_COLUMNS,
        },
        TableSpec {
            name: GROUPING,
            schema: grouping_schema(),
            partition_columns: PARTITION_COLUMNS,
        },
        TableSpec {
            name: DRG_CELL,
            schema: cell_schema(),
            partition_columns: CELL_PARTITION_COLUMNS,
        },
    ]
}

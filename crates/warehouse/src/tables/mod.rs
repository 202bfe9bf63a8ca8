//! The tables of the warehouse and the way of a record into them.

mod cell;
mod column;
mod decode;
mod discharge;
mod finding;
mod grouping;
mod identity;
mod page;
mod stay;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::SchemaRef;

use crate::datasets::{FACT_PARTITION_COLUMNS, fact_schema};
use crate::error::{Activity, Result, WarehouseError};
use crate::lake::TableSpec;

pub(crate) use cell::Cells;
pub use cell::cell_schema;
pub use decode::StoredRecord;
pub(crate) use decode::stored_records;
pub use discharge::{DischargeBatch, DischargeEncoder, Source, discharge_schema};
pub use finding::{
    FindingRows, Price, encode_findings, encode_quality, finding_schema, quality_schema,
};
pub use grouping::{ComplicationRow, GroupingEncoder, GroupingRow, grouping_schema};
pub(crate) use identity::sealed_fields;
pub use identity::{Identity, open_identity, record_key};
pub use page::PageReader;
pub(crate) use page::time;
pub use stay::{STAY_COLUMNS, StayColumn, StayEncoder, stay_schema};

/// One front page per row.
pub const DISCHARGE: &str = "discharge";
/// One front page and scheme per row.
pub const GROUPING: &str = "grouping";
/// One finding of a check per row.
pub const FINDING: &str = "finding";
/// Score and grade of a front page per row.
pub const QUALITY: &str = "quality";
/// Sums of a hospital's month by scheme, outcome and group.
pub const DRG_CELL: &str = "drg_cell";

/// One approved value of a data set per row.
pub const FACT: &str = "fact";

/// Tables whose rows belong to single records, each with its partitions.
pub(crate) const RECORD_TABLES: [&str; 4] = [DISCHARGE, GROUPING, QUALITY, FINDING];

/// A hospital's month is a folder of its own, cheap to replace.
pub const PARTITION_COLUMNS: &[&str] = &["organisation_code", "discharge_month"];

/// A hospital's cells of all months are one file: a hundred months are some ten thousand rows.
const CELL_PARTITION_COLUMNS: &[&str] = &["organisation_code"];

/// A batch with the columns of a schema: found by name, cast where another reader or writer chose another
/// form of the same type.
pub(crate) fn conformed(
    table: &str,
    batch: &RecordBatch,
    schema: &SchemaRef,
) -> Result<RecordBatch> {
    let failed = |error| WarehouseError::storage(Activity::ReadTable, error);
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        columns.push(match batch.column_by_name(field.name()) {
            None => {
                return Err(WarehouseError::Structure {
                    table: table.to_owned(),
                    difference: format!("− {}", field.name()),
                });
            }
            Some(column) if column.data_type() == field.data_type() => Arc::clone(column),
            Some(column) => cast(column, field.data_type()).map_err(failed)?,
        });
    }
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(failed)
}

/// The data tables of every workspace.
pub fn tables() -> Vec<TableSpec> {
    let by_month = [
        (DISCHARGE, discharge_schema()),
        (GROUPING, grouping_schema()),
        (QUALITY, quality_schema()),
        (FINDING, finding_schema()),
    ];
    let by_month = by_month.into_iter().map(|(name, schema)| TableSpec {
        name,
        schema,
        partition_columns: PARTITION_COLUMNS,
    });
    let cells = TableSpec {
        name: DRG_CELL,
        schema: cell_schema(),
        partition_columns: CELL_PARTITION_COLUMNS,
    };
    let facts = TableSpec {
        name: FACT,
        schema: fact_schema(),
        partition_columns: FACT_PARTITION_COLUMNS,
    };
    by_month.chain([cells, facts]).collect()
}

//! Indicators over the lake: all measures of discharges in one pass, their sums kept by hospital and
//! month, and what does not add up computed as asked.

mod adds;
mod cells;
mod compile;
mod drg;
mod entries;
mod exact;
mod fold;
mod reader;
mod records;
mod scan;
mod source;
mod table;

pub use cells::{CellRow, MonthCells, fingerprint};
pub use compile::{CompiledMeasures, MeasureProblem, Subject};
pub use drg::drg_sums;
pub use entries::{EntryMeasure, EntryRow, entry_rows, has_table};
pub use exact::exact_values;
pub use records::{
    RecordCount, RecordLine, RecordPage, RecordPosition, RecordQuestion, contributions,
    count_records, page_of_records, records_of, signed_sum,
};
pub use scan::{Scan, ScanFigures, scan, scan_days};
pub use source::stay_fields;
pub use table::{
    DepartmentSum, HospitalSum, Refreshed, department_sums, hospital_sums, refresh, up_to_date,
};

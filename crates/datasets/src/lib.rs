//! Reporting forms: their fields, validation, and the way of a submission to approval.
//!
//! A data set (数据集) asks for what hospital systems do not give as records: income, staff, equipment,
//! satisfaction. This crate holds what its pack says, reads cells as people write them, checks a
//! submission, knows when it is due, and which step leads where. Rules hold SQL as text; running it is
//! the warehouse's work. Nothing here does I/O.

mod cell;
mod definition;
mod finding;
mod form;
mod roll_up;
mod schedule;
mod submission;
#[cfg(test)]
mod test_set;
mod validate;
mod value;

pub use cell::{CellProblem, parse_cell};
pub use definition::{
    Breakdown, Certainty, Citation, DataSet, Field, FilledBy, Kind, OverTime, PREVIOUS, Rule,
    Severity, YEAR_BEFORE, is_id, is_reserved_field, is_reserved_set, leading_number,
};
pub use finding::{Fault, Finding};
pub use form::{
    ABOUT_SHEET, Delivered, FIELD_MARK, MARK, NotAForm, ROW_MARK, VALUE_MARK, column_letters,
    dataset_of, read_form, template_of,
};
pub use roll_up::{RollUp, Share, Together};
pub use schedule::{Frequency, Timeliness, WrongPeriod, days, first_day, last_day};
pub use submission::{Next, Refusal, Standing, State, Step, step};
pub use validate::validate;
pub use value::{Row, Value, Values, shown};

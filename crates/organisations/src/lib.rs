//! Divisions, institutions, departments, staff and alliances as they were on a day.

mod unit;

pub use unit::{ParseUnitError, Unit};

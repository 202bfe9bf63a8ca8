//! The quality of front pages over time: by hospital, department, physician, coder and check, what
//! the faults do to groups and weights, compared with the months before and with other hospitals.
//!
//! Figures come from the views over `quality` and `finding`, so a report says what SQL says. They are
//! decimals, rounded once. From one report a workbook ([`workbook()`]) and a typeset bulletin
//! ([`bulletin()`]) are made.

mod bulletin;
mod chart;
mod error;
mod faults;
mod figures;
mod file;
mod gather;
mod hospitals;
mod period;
#[cfg(test)]
mod sample;
mod scope;
mod sums;
mod table;
pub mod tables;
#[cfg(test)]
mod tests;
mod units;
mod words;
mod workbook;

use biaochi_domain::Month;
use rust_decimal::Decimal;

pub use self::bulletin::{Bulletin, bulletin};
pub use self::error::ReportError;
pub use self::figures::{
    Band, CheckFigures, CheckedWith, ClassFigures, Effect, Figures, GroupedWith, Hospital,
    MonthFigures, Others, QualityReport, Unit,
};
pub use self::file::quality_file;
use self::gather::SUMS;
pub use self::gather::quality_report;
pub use self::words::{signed, summary};
pub use self::workbook::workbook;

/// Months that a report covers when none are named: a year.
const MONTHS: usize = 12;

/// Months that a report covers at most.
const MOST_MONTHS: usize = 120;

/// Units with fewer pages are listed but never singled out: a few pages are an accident.
pub const FEWEST_PAGES: u64 = 10;

/// What a report is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReportRequest<'a> {
    /// Organisation code, when it is about one hospital.
    pub organisation: Option<&'a str>,
    /// First month; by default the twelve months up to the last.
    pub from: Option<Month>,
    /// Last month; by default the last that was checked.
    pub to: Option<Month>,
    /// Yuan for a weight of one, to tell what a difference of weight comes to.
    pub rate: Option<Decimal>,
}

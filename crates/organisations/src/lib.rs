//! Divisions, institutions, departments, staff and alliances as they were on a day.
//!
//! [`Rows`] are the tables as people fill them in: every row has days on which it holds, and a row without
//! an end holds until the next one about the same thing begins. [`Delivery`] reads them from sheets of
//! texts, [`Rows::check`] tells what does not fit together, [`Rows::changes`] what a delivery would change.
//! A [`Directory`] shows the structure of any day: an institution belongs to a unit for a whole
//! [`Period`](biaochi_domain::Period) if it does so on the period's last day.
//!
//! ```
//! use biaochi_domain::{Sheet, SheetLine};
//! use biaochi_organisations::{Delivery, Directory, Filter, Unit};
//! use jiff::civil::date;
//!
//! let sheet = |name: &str, lines: &[&str]| Sheet {
//!     place: format!("{name}.csv"),
//!     name: name.to_owned(),
//!     lines: lines.iter().zip(1..).map(|(line, number)| SheetLine {
//!         number,
//!         cells: line.split(',').map(str::to_owned).collect(),
//!     }).collect(),
//! };
//! let delivery = Delivery::read(&[
//!     sheet("行政区划", &["区划代码,区划名称,级别", "990121,云泽县,县"]),
//!     sheet("医疗机构", &[
//!         "机构代码,机构名称,级别,等次,机构类别,举办性质,区划代码,生效日期",
//!         "A,云泽县人民医院,二级,甲等,综合医院,政府办,990121,",
//!         "A,云泽县人民医院,三级,乙等,综合医院,政府办,990121,2024-01-01",
//!     ]),
//! ]);
//! assert!(delivery.problems.is_empty() && delivery.rows.check().is_empty());
//!
//! let directory = Directory::new(delivery.rows);
//! let tertiary = Filter::parse(["三级公立医院"])?;
//! let county = Unit::Division("990121".to_owned());
//! for (day, fits) in [(date(2023, 12, 31), false), (date(2024, 1, 1), true)] {
//!     let view = directory.as_of(day);
//!     assert!(view.contains(&county, "A"));
//!     assert_eq!(view.matches(&tertiary, "A"), fits);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod changes;
mod check;
mod directory;
mod figures;
mod filter;
mod hierarchy;
mod problem;
mod sheet;
mod span;
mod tables;
#[cfg(test)]
mod testing;
mod unit;
mod value;
mod words;

pub use changes::{CellChange, Change, ChangeKind, Mode};
pub use directory::{Directory, View, last_day};
pub use figures::Total;
pub use filter::{Filter, UnknownWords};
pub use problem::{Problem, RowProblem};
pub use sheet::{Delivery, Located};
pub use span::Span;
pub use tables::{
    Alliance, Beds, Campus, Column, Commission, Department, Division, Institution, Member,
    Population, Rows, StaffMember, Table, Ward,
};
pub use unit::{ParseUnitError, Unit};
pub use value::{Code, Kind, ValueFault};
pub use words::{
    AllianceKind, BedKind, Class, Closeness, DepartmentKind, DivisionLevel, Education,
    InstitutionType, Level, Ownership, PopulationKind, Post, Title,
};

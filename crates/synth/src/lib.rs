//! A seeded, realistic synthetic population and its front pages.
//!
//! One fictitious county with a lead hospital, a hospital of Chinese medicine, a maternal and child
//! hospital and fourteen health centres, and two tertiary hospitals of the city. Its people keep their
//! names, homes and chronic conditions; they fall ill with the seasons, are sent up and down, come back,
//! and die once. What they have and what is done about it is data: `content/*.csv`.
//!
//! The organisations themselves – divisions, departments, staff, beds, people – come as rows that fit the pages
//! ([`organisations`]).
//!
//! Defects of real files are planted at known rates, and the truth is delivered beside the records, so
//! that checks can be measured: a record without a defect is consistent. Nothing describes a real person
//! or institution: identity numbers, organisation codes and telephone numbers are of kinds that are not
//! assigned.
//!
//! ```
//! use biaochi_synth::{Options, Population};
//!
//! let options = Options { seed: 7, discharges: 300, ..Options::default() };
//! for file in Population::new(options)?.month_files() {
//!     let (layout, name) = (file.layout(), file.file_stem());
//!     for stay in file {
//!         assert!(!stay.page.organisation_name.is_empty(), "{name} {layout}");
//!     }
//! }
//! # Ok::<(), biaochi_synth::OptionsError>(())
//! ```

mod admissions;
mod calendar;
mod charges;
mod clinical;
mod content;
mod defects;
mod demographics;
mod identity;
mod options;
mod organisations;
mod page;
mod people;
mod population;
mod random;
mod staff;
mod story;
mod tcm;
mod truth;

pub use defects::{Defect, DefectRates};
pub use options::{Backlog, Edition, Options, OptionsError};
pub use organisations::organisations;
pub use population::{InstitutionInfo, MonthFile, MonthFiles, Population, SynthStay, institutions};
pub use truth::{Planted, Readmission, Truth};

use biaochi_records::Field;

/// The text of a file where the typed record has none: a date that is no date, a dash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawOverride {
    /// The field.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// What stands in the field's column.
    pub text: String,
}

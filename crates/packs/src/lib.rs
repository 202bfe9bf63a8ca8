//! Content packs: schemes, codes, value sets, weights; overlays, checks, import.
//!
//! Only this crate knows pack files. [`Library`] finds the packs that are compiled into the program
//! and those of the user, and reads schemes and weight tables from them.
//!
//! ```
//! let library = biaochi_packs::library();
//! let info = library.scheme("liaocheng_2022")?;
//! // Never group silently by a damaged table: say so, or take the mended one.
//! assert!(info.warning().is_some());
//! let scheme = library.load_scheme(&info.recommended)?;
//! assert_eq!(scheme.id, "liaocheng_2022-mended");
//! // A weight that is not known is not zero.
//! assert_eq!(library.weights("liaocheng_2022", 2022)?, None);
//! # Ok::<(), biaochi_packs::PackError>(())
//! ```

pub mod assessment;
mod check;
pub mod checks;
pub mod codes;
pub mod datasets;
mod error;
mod files;
mod head;
pub mod indicators;
mod info;
mod library;
mod near;
pub mod plans;
mod problem;
mod reading;
mod reports;
mod roles;
mod scheme;
mod shelf;
mod sources;
mod text;
mod weights;
mod workbook;

pub use check::check_pack;
pub use error::PackError;
pub use files::PackFiles;
pub use head::{HeadRemark, PackHead};
pub use info::{DamageWarning, SchemeCounts, SchemeInfo, SchemeStatus};
pub use library::{Library, library, load_scheme, schemes, weights};
pub use near::nearest;
pub use problem::{Noun, PackProblem, Problem};
pub use reports::{ReportLibrary, ReportTemplate};
pub use roles::RoleLibrary;
pub use scheme::manifest::{Document, Manifest, Parameters, Remark};
pub use scheme::save::{SaveBase, save_scheme};
pub use sources::Source;
pub use weights::{WeightNature, WeightProvenance, WeightTable};
pub use workbook::{
    ImportCounts, ImportFinding, ImportOptions, ImportReport, ImportSeverity, WorkbookImport,
    WorkbookProblem, import_workbook,
};

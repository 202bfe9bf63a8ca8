//! Groups of hospitals, departments and physicians: how many, how heavy, how dear and how long, beside all hospitals of
//! the lake; what a group is; what another scheme would make of the same records; and the group of a single case.
//!
//! Sums come from the table `drg_cell` where its dimensions are enough, else from `grouping`, pruned by hospital and
//! month. An index of consumption is that of [`biaochi_indicators::consumption_index`]: Σ(charges of the unit in a
//! group ÷ mean charges of the reference in that group) ÷ Σ(stays), over the groups that the reference has; the
//! reference are all hospitals of the lake in the same period, as `docs/indicators.zh-CN.md` says.

mod calculate;
mod compare;
mod definition;
mod error;
mod extent;
mod one;
mod records;
mod sums;
mod table;
mod tree;

pub use calculate::{CalculatedCase, Case, CaseChange, CaseComplication, Level, Step, calculate};
pub use compare::{Comparison, GroupDifference, MOST_RECORDS, Move, compare};
pub use definition::{CodeSetTitle, Definition, Definitions, EntryWords, Sibling, definitions};
pub use error::ExplorerError;
pub use extent::Extent;
pub use one::{Bin, MonthPoint, One, Quantiles, Spread, one};
pub use records::{RecordOrder, RecordPage, RecordRow, records};
pub use sums::{By, Filters};
pub use table::{Line, Question, Reference, Table, Then, table};
pub use tree::GroupTree;

use crate::query::OneVersion;
use crate::{Content, Workspace};

/// Charges above this many times the mean of the reference make a stay a high outlier (高倍率). Regions differ, many take
/// 2 for heavy groups; it is the usual limit.
pub const HIGH_TIMES: &str = "3";

/// Charges below this part of the mean of the reference make a stay a low outlier (低倍率).
pub const LOW_PART: &str = "0.4";

/// The tables of one version of the lake, opened. Opening takes longer than most questions, so that a service keeps
/// them until something is published.
pub struct Tables(OneVersion);

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tables")
    }
}

impl Tables {
    /// Opens the newest version.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub fn open(workspace: &Workspace, content: &Content) -> Result<Self, ExplorerError> {
        Ok(Self(OneVersion::newest(workspace, content)?))
    }
}

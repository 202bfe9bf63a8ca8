//! Indicators: their sums brought up to date in one pass, values for any unit and period, and the way
//! from a value to its records, parts, peers and movement.

mod cases;
mod diff;
mod error;
mod fields;
mod look;
mod pack;
mod reconcile;
mod roll_up;
mod structure;
#[cfg(test)]
mod tests;
mod values;

pub use biaochi_indicators::{
    Agreement, Certainty, Change, Direction, Formula, Indicator, IndicatorSet, Mark, Movement,
    NoValue, STAY, Value, shown,
};
pub use biaochi_warehouse::indicators::{Refreshed, ScanFigures};
pub use cases::{IndicatorCasesReport, run_cases};
pub use diff::{Differing, difference};
pub use error::IndicatorError;
pub(crate) use fields::field_id;
pub use look::{
    Breakdown, Drilled, Peer, Peers, TrendPoint, breakdown, drill, moved, peers, trend,
};
pub use pack::{CompiledIndicators, NATIONAL, check_folder, compile};
pub use reconcile::{ReconcileLine, Reconciled, reconcile_list};
pub(crate) use roll_up::EntryPart;
pub use structure::Structure;
pub use values::{Provenance, ReportedBy, Values, compute};

//! Indicators: their sums brought up to date in one pass, values for any unit and period, and the way
//! from a value to its records, parts, peers and movement.

mod board;
mod cases;
mod diff;
mod drill;
mod error;
mod fields;
mod look;
mod pack;
mod reconcile;
mod records;
mod roll_up;
mod say;
mod structure;
#[cfg(test)]
mod tests;
mod values;
mod words;

pub use biaochi_indicators::{
    Agreement, Certainty, Change, Direction, Entry, Formula, Indicator, IndicatorSet, Mark,
    Movement, NoValue, STAY, Value, hidden, shown,
};
pub use biaochi_warehouse::indicators::{RecordPage, RecordPosition, Refreshed, ScanFigures};
pub use board::{Course, Line, Missing, Shift, board, is_of_records, line};
pub use cases::{IndicatorCasesReport, run_cases};
pub use diff::{Differing, difference};
pub use drill::{Drilled, RecordCounts, drill, record_counts, record_page};
pub use error::IndicatorError;
pub(crate) use fields::field_id;
pub use look::{Breakdown, Peer, Peers, TrendPoint, breakdown, moved, peers, trend};
pub use pack::{CompiledIndicators, NATIONAL, check_folder, compile};
pub use reconcile::{ReconcileLine, Reconciled, reconcile_entries, reconcile_list};
pub use records::{RecordFacts, facts};
pub(crate) use roll_up::EntryPart;
pub use say::{cause, change, earlier, moved_within, name_within, sentence, with_unit};
pub use structure::Structure;
pub use values::{Provenance, ReportedBy, Values, compute};
pub use words::{FormulaWords, Rule, formula_words, mark_words};

//! Indicators as values: what an indicator is, the measures that indicators share, and how values follow
//! from the sums of those measures.
//!
//! A definition holds SQL as text; running it is the warehouse's work, reading it from a pack that of
//! the packs. Nothing here does I/O. A ratio is always computed from sums, never from ratios, so the
//! value of a county or of a year is what it would be over all records at once.

mod coverage;
mod definition;
mod difference;
mod drg;
mod evaluate;
mod exact;
mod measure;
mod movement;
mod names;
mod over_time;
mod reconcile;
mod set;
mod suppress;
mod words;

pub use coverage::{KnownDataSet, coverage_table};
pub use definition::{
    Against, Algorithm, Certainty, Direction, Exact, Formula, IndexKind, IndexOf, Indicator,
    LowRisk, ScoreZero, Term,
};
pub use difference::{Change, Difference, differences};
pub use drg::{
    DrgSums, Groups, NotComputable, RiskLevel, consumption_index, group_count, low_risk_groups,
    low_risk_mortality, risk_levels,
};
pub use evaluate::{Evidence, NoValue, Value, evaluate};
pub use exact::{ratio, rounded, shown};
pub use measure::{Kind, Measure, MeasureId, OverTime, STAY, Times};
pub use movement::{Effect, Movement, Part, movement};
pub use names::lists as lists_named;
pub use over_time::{Observation, over_time};
pub use reconcile::{Agreement, Compared, Entry, reconcile};
pub use set::{CodeList, IndicatorSet, Mark, NamedExpression, SetParts};
pub use suppress::{hidden, may_show};

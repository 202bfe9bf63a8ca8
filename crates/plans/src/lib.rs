//! Plans as content (高质量发展方案): clauses, goals, targets and their status, tasks, cascade.
//!
//! A plan is read from a pack; the values of its targets come in as plain series; milestones come in as
//! the day on which they were attained. Nothing here does I/O and nothing is guessed: a target that its
//! document leaves open stays open until somebody decides.
//!
//! ```
//! use biaochi_plans::Amount;
//!
//! // The lower bound of a range counts, and a ratio is a quotient.
//! assert_eq!(Amount::read("3-5").number, Some(3.into()));
//! assert_eq!(Amount::read("1:2").number, "0.5".parse().ok());
//! assert_eq!(Amount::read("三级乙等").number, None);
//! ```

mod amount;
mod cascade;
mod contribution;
mod coverage;
mod decision;
mod due;
mod forecast;
mod milestone;
mod plan;
mod scope;
mod status;
mod target;
mod urgency;

pub use amount::Amount;
pub use cascade::{Cascade, Comparison, Difference, cascade};
pub use contribution::{Part, Pull, Shift, pulls, shifts};
pub use coverage::{Coverage, coverage_table};
pub use decision::{Decision, Ruling, RulingFault};
pub use due::{Due, Every};
pub use forecast::{Forecast, Trend};
pub use milestone::{Attained, milestone_standing};
pub use plan::{Clause, Document, Goal, Plan, Task};
pub use scope::{Measured, Scope, ScopeFilter};
pub use status::{Observed, Reason, Standing, Status, standing};
pub use target::{Baseline, Binding, BindingKind, Certainty, Comparator, Target};
pub use urgency::{Escalation, EscalationLevel, Urgency};

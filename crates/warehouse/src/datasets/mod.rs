//! Data sets: their rules as SQL, and the approved values as tables.

mod facts;
mod publish;
mod rules;
mod view;

pub(crate) use facts::FACT_PARTITION_COLUMNS;
pub use facts::{Fact, FactKey, fact_schema};
pub use publish::{Facts, NewFacts};
pub(crate) use rules::table_of;
pub use rules::{CompiledRules, RuleProblem, RuleRow, Violation};
pub use view::dataset_view;

//! CHS-DRG grouping: one front page to its group, with the reasons.

mod code_facts;
mod code_table;
mod compile;
mod condition;
pub mod definition;
mod evaluation;
mod group;
mod grouping;
mod rule_json;
mod scheme;
mod status;
mod stay;
mod workbook;

pub use compile::{CompileProblem, Place};
pub use grouping::Grouping;
pub use rule_json::RuleJsonError;
pub use scheme::Scheme;
pub use status::Status;
pub use stay::Stay;
pub use workbook::{
    Expected, RuleError, RuleProblem, WorkbookField, WorkbookRule, WorkbookVariable,
    parse_workbook_rule,
};

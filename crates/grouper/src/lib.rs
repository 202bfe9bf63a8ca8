//! CHS-DRG grouping: one front page to its group, with the reasons.

pub mod definition;
mod grouping;
mod rule_json;
mod status;
mod stay;
mod workbook;

pub use grouping::Grouping;
pub use rule_json::RuleJsonError;
pub use status::Status;
pub use stay::Stay;
pub use workbook::{
    Expected, RuleError, RuleProblem, WorkbookField, WorkbookRule, WorkbookVariable,
    parse_workbook_rule,
};

//! CHS-DRG grouping: one front page to its group, with the reasons.

pub mod definition;
mod rule_json;

pub use rule_json::RuleJsonError;

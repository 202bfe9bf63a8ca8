#![doc = include_str!("../README.md")]

mod code_facts;
mod code_table;
mod compile;
mod complications;
mod condition;
pub mod definition;
mod evaluation;
mod group;
mod grouping;
mod json_text;
mod reason;
mod remark;
mod report;
mod rule_json;
mod scheme;
mod status;
mod stay;
mod trace;
mod what_if;
mod wording;
mod workbook;

pub use compile::{CompileProblem, Place};
pub use complications::ComplicationFinding;
pub use grouping::Grouping;
pub use reason::Reason;
pub use remark::{Remark, RemarkKind};
pub use report::{
    CategoryReport, CheckReport, DrgReport, EntryReport, PassReport, Report, ResultReport,
    SchemeReport, TranslationReport,
};
pub use rule_json::RuleJsonError;
pub use scheme::Scheme;
pub use status::Status;
pub use stay::Stay;
pub use trace::Explanation;
pub use what_if::{Candidates, Change, ChangeKind, analysis_notice};
pub use wording::set_title;
pub use workbook::{
    Expected, RuleError, RuleProblem, WorkbookField, WorkbookRule, WorkbookVariable,
    parse_workbook_rule,
};

//! A hospital on one page: who it is, its key indicators with their course and peers, the quality of its front pages,
//! the targets of a plan, how it was assessed, and what is overdue.

mod document;
mod error;
mod gather;
#[cfg(test)]
mod tests;

use biaochi_domain::Period;
use biaochi_plans::Plan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

pub use self::document::{ProfileDocument, profile_document, profile_lines};
pub use self::error::ProfileError;
pub use self::gather::profile;

/// What a profile is about.
#[derive(Debug, Clone, Copy)]
pub struct ProfileRequest<'a> {
    /// Organisation code, or the name of the hospital.
    pub organisation: &'a str,
    /// The indicators, in their order.
    pub indicators: &'a [String],
    /// The period; without it the twelve months up to the last that has records.
    pub period: Option<Period>,
    /// The plan whose targets are told.
    pub plan: Option<&'a Plan>,
    /// The day as of which tasks are overdue.
    pub on: Date,
}

/// A hospital at a glance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// Its organisation code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is: labels and values.
    pub identity: Vec<(String, String)>,
    /// The period, as it is written.
    pub period: String,
    /// The day as of which tasks are overdue.
    pub on: String,
    /// Version of the data.
    pub version: u64,
    /// The pack of indicators, and the hash of its content.
    pub indicator_pack: String,
    /// Hash of the pack's content.
    pub indicator_hash: String,
    /// Key indicators.
    pub indicators: Vec<KeyIndicator>,
    /// The quality of its front pages, in sentences.
    pub quality: Vec<String>,
    /// How it was assessed last.
    pub assessment: Option<Assessment>,
    /// Where the targets of the plan stand.
    pub targets: Option<Targets>,
    /// Tasks of the ledger.
    pub tasks: usize,
    /// Those that are overdue, the longest first.
    pub overdue: Vec<OverdueTask>,
}

/// An indicator with its course and its peers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyIndicator {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Unit of the value.
    pub unit: String,
    /// Decimals that are shown.
    pub decimals: u32,
    /// The value.
    pub value: Option<Decimal>,
    /// Why there is none, in Chinese.
    pub why_none: Option<String>,
    /// The value a year before.
    pub year_before: Option<Decimal>,
    /// Values of earlier periods and of this one, the oldest first.
    pub course: Vec<(String, Option<Decimal>)>,
    /// The middle value of the others of the same level and type.
    pub median: Option<Decimal>,
    /// Its place among them and how many have a value; `None` without any other.
    pub place: Option<(usize, usize)>,
    /// What is not confirmed about its definition, in Chinese.
    pub unconfirmed: Vec<String>,
}

/// The last assessment that has a result for the hospital.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    /// The run.
    pub run: String,
    /// The scheme.
    pub title: String,
    /// The assessed period.
    pub period: String,
    /// How far the run is, in Chinese.
    pub state: String,
    /// The score.
    pub score: Option<Decimal>,
    /// The proposed grade.
    pub grade: Option<String>,
    /// The place, and among how many.
    pub place: Option<(u32, u32)>,
    /// Items that cost most: item, points of the whole score, and why.
    pub losses: Vec<[String; 3]>,
}

/// The targets of a plan that are about the hospital.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Targets {
    /// The plan.
    pub plan: String,
    /// Its title.
    pub title: String,
    /// How many stand where: word, Chinese, number.
    pub tally: Vec<(String, String, usize)>,
    /// Targets that were missed, will be, or may be, the worst first: title, wanted, value, status.
    pub pressing: Vec<[String; 4]>,
}

/// A task past its last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverdueTask {
    /// The plan.
    pub plan: String,
    /// Its id in the plan.
    pub task: String,
    /// What has to be done.
    pub title: String,
    /// The last day.
    pub due: String,
    /// Days since then.
    pub days: u32,
    /// Per cent, as last reported.
    pub progress: u64,
}

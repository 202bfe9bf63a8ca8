use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, Position, io_reason};
use biaochi_packs::PackError;
use biaochi_store::{ObjectionState, StoreError};
use biaochi_typeset::TypesetError;
use rust_decimal::Decimal;

use super::files::Expected;
use crate::ContentError;
use crate::evidence::EvidenceError;
use crate::indicators::IndicatorError;
use crate::organisations::OrganisationsError;
use crate::query::QueryError;
use crate::worklist::WorklistError;

/// Why an assessment could not be run, shown or changed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum AssessmentError {
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Indicators(#[from] IndicatorError),
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    #[error("{text}")]
    Other { zh: String, text: String },
    #[error("there is no unit {unit} in {period}")]
    NoUnit { unit: String, period: String },
    #[error("{run_id} has no upheld objection {number} of {organisation}")]
    NoObjection {
        run_id: String,
        organisation: String,
        number: u64,
        state: Option<ObjectionState>,
    },
    #[error("there is no assessment {run_id}")]
    NoRun { run_id: String, known: Vec<String> },
    #[error("{run_id} has no institution {organisation}")]
    NotAssessed {
        run_id: String,
        organisation: String,
        known: Vec<String>,
    },
    #[error("{run_id} has no {what} {number}")]
    NoNumber {
        run_id: String,
        what: Numbered,
        number: u64,
    },
    #[error("{to} lies outside {low} to {high} of {subject}")]
    OutOfRange {
        subject: String,
        to: Decimal,
        low: Decimal,
        high: Decimal,
    },
    #[error("{id} is an index, not a scheme")]
    NotAScheme { id: String },
    #[error("{id} is a scheme, not an index")]
    NotAnIndex { id: String },
    #[error("the scheme {id} names no period")]
    NoPeriod { id: String },
    #[error("the content of {scheme} is not that of the run {run_id}")]
    OtherContent {
        run_id: String,
        scheme: String,
        then: String,
        now: String,
    },
    #[error("the run {run_id} has no outcome yet")]
    NotComputed { run_id: String },
    #[error("the run {run_id} is not published yet")]
    NotPublished { run_id: String },
    #[error("{scheme} has no phase {phase}")]
    NoPhase {
        scheme: String,
        phase: String,
        known: Vec<String>,
    },
    #[error("{scheme} has no item {item} for {organisation}")]
    NoItem {
        scheme: String,
        organisation: String,
        item: String,
        known: Vec<String>,
    },
    #[error("{scheme} has no event {event}")]
    NoEvent {
        scheme: String,
        event: String,
        known: Vec<String>,
    },
    #[error("{position}: {expected}")]
    File {
        position: Position,
        expected: Expected,
    },
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error("a value cannot be written as text")]
    Unwritable(#[source] serde_json::Error),
    #[error("what is stored of {subject} cannot be read")]
    Unreadable {
        subject: String,
        source: serde_json::Error,
    },
    #[error("the workbook cannot be written")]
    Workbook(#[source] io::Error),
    #[error("{value} is beyond what can be scored")]
    Beyond { value: String },
}

/// What has a number in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// An objection.
    Objection,
    /// A change.
    Adjustment,
}

impl Localized for Numbered {
    fn text(&self, language: Language) -> String {
        let text = match (self, language) {
            (Self::Objection, Language::Zh) => "异议",
            (Self::Objection, Language::En) => "objection",
            (Self::Adjustment, Language::Zh) => "调整",
            (Self::Adjustment, Language::En) => "adjustment",
        };
        text.to_owned()
    }
}

impl std::fmt::Display for Numbered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl AssessmentError {
    /// What was asked for is not there, rather than something having failed.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::NoRun { .. }
            | Self::NotAssessed { .. }
            | Self::NoNumber { .. }
            | Self::NoObjection { state: None, .. }
            | Self::NoUnit { .. }
            | Self::NoItem { .. }
            | Self::NoPhase { .. }
            | Self::NoEvent { .. }
            | Self::Pack(PackError::Unknown { .. })
            | Self::Store(StoreError::NotFound { .. }) => true,
            Self::Indicators(error) => error.is_not_found(),
            _ => false,
        }
    }

    /// Something of the request is wrong, and the person can mend it.
    pub fn is_mistake(&self) -> bool {
        matches!(
            self,
            Self::OutOfRange { .. }
                | Self::NoPeriod { .. }
                | Self::NotAScheme { .. }
                | Self::NotAnIndex { .. }
                | Self::NoObjection { .. }
                | Self::Beyond { .. }
                | Self::File { .. }
        )
    }
}

impl From<OrganisationsError> for AssessmentError {
    fn from(error: OrganisationsError) -> Self {
        Self::Other {
            zh: error.text(Language::Zh),
            text: error.to_string(),
        }
    }
}

impl From<WorklistError> for AssessmentError {
    fn from(error: WorklistError) -> Self {
        match error {
            WorklistError::Store(error) => Self::Store(error),
            WorklistError::Query(error) => Self::Query(error),
            other => Self::Other {
                zh: other.text(Language::Zh),
                text: other.to_string(),
            },
        }
    }
}

impl Localized for AssessmentError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Pack(error), _) => error.text(language),
            (Self::Store(error), _) => error.text(language),
            (Self::Query(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::Indicators(error), _) => error.text(language),
            (Self::Typeset(error), _) => error.text(language),
            (Self::Evidence(error), _) => error.text(language),
            (Self::Other { zh, .. }, Language::Zh) => zh.clone(),
            (Self::NoUnit { unit, period }, Language::Zh) => format!(
                "{period} 期末没有“{unit}”。对象写作 all、division:区划代码、alliance:医联体 或 hospital:机构代码，用 biaochi org tree 查看"
            ),
            (
                Self::NoObjection {
                    run_id,
                    organisation,
                    number,
                    state: None,
                },
                Language::Zh,
            ) => format!(
                "考核“{run_id}”中机构“{organisation}”没有第 {number} 号异议。用 biaochi assess show {run_id} 查看异议"
            ),
            (
                Self::NoObjection {
                    number,
                    state: Some(state),
                    ..
                },
                Language::Zh,
            ) => format!(
                "第 {number} 号异议的状态是“{}”，答复成立的异议才能引起调整。请先用 biaochi assess reply --uphold 答复",
                state.text(language)
            ),
            (Self::NoRun { run_id, known }, Language::Zh) => match &known[..] {
                [] => format!("没有考核“{run_id}”，也还没有别的考核。请先冻结并计算一次"),
                known => format!("没有考核“{run_id}”。已有的考核：{}", known.join("、")),
            },
            (
                Self::NotAssessed {
                    run_id,
                    organisation,
                    known,
                },
                Language::Zh,
            ) => format!(
                "考核“{run_id}”中没有机构“{organisation}”。被考核的机构：{}",
                known.join("、")
            ),
            (
                Self::NoNumber {
                    run_id,
                    what,
                    number,
                },
                Language::Zh,
            ) => {
                let what = what.text(language);
                format!("考核“{run_id}”没有第 {number} 号{what}。编号见这次考核的异议和调整")
            }
            (
                Self::OutOfRange {
                    subject,
                    to,
                    low,
                    high,
                },
                Language::Zh,
            ) => format!("{subject}的得分应在 {low} 到 {high} 之间，“{to}”没有保存。请改正后再提"),
            (Self::NotAScheme { id }, Language::Zh) => {
                format!("“{id}”是指数，不是考核方案。请用 biaochi assess index {id}")
            }
            (Self::NotAnIndex { id }, Language::Zh) => {
                format!("“{id}”是考核方案，不是指数。请用 biaochi assess run {id}")
            }
            (Self::NoPeriod { id }, Language::Zh) => {
                format!("方案“{id}”没有写明考核年度，请用 --period 指定，如 --period 2024")
            }
            (
                Self::OtherContent {
                    run_id,
                    scheme,
                    then,
                    now,
                },
                Language::Zh,
            ) => format!(
                "考核“{run_id}”冻结时方案“{scheme}”的内容（{}）与现在的（{}）不同，没有计算。请恢复当时的内容包，或重新冻结一次",
                short(then),
                short(now)
            ),
            (Self::NotComputed { run_id }, Language::Zh) => {
                format!("考核“{run_id}”还没有计算，请先用 biaochi assess compute {run_id}")
            }
            (Self::NotPublished { .. }, Language::Zh) => {
                "通报发布后才能看到。您现在可以查看本单位的得分和理由".to_owned()
            }
            (
                Self::NoPhase {
                    scheme,
                    phase,
                    known,
                },
                Language::Zh,
            ) => format!(
                "方案“{scheme}”没有阶段“{phase}”。可用的有：{}",
                known.join("、")
            ),
            (
                Self::NoItem {
                    scheme,
                    organisation,
                    item,
                    known,
                },
                Language::Zh,
            ) => format!(
                "方案“{scheme}”对机构“{organisation}”没有项目“{item}”。可用的有：{}",
                known.join("、")
            ),
            (
                Self::NoEvent {
                    scheme,
                    event,
                    known,
                },
                Language::Zh,
            ) => format!(
                "方案“{scheme}”没有事项“{event}”。可用的有：{}",
                known.join("、")
            ),
            (Self::File { position, expected }, _) => {
                let (place, expected) = (position.text(language), expected.text(language));
                match language {
                    Language::Zh => format!("{place}：{expected}"),
                    Language::En => format!("{place}: {expected}"),
                }
            }
            (Self::Io { path, source }, Language::Zh) => format!(
                "无法读写“{}”：{}。请检查路径、权限和磁盘空间",
                path.display(),
                io_reason(source, language)
            ),
            (Self::Unwritable(error), Language::Zh) => {
                format!("结果写不成文本：{error}。请向开发者报告")
            }
            (Self::Unreadable { subject, source }, Language::Zh) => {
                format!("已存的“{subject}”读不出来（{source}），可能被其他程序改动过，请从备份恢复")
            }
            (Self::Workbook(error), Language::Zh) => {
                format!("无法写工作簿：{}", io_reason(error, language))
            }
            (Self::Beyond { value }, Language::Zh) => {
                format!("“{value}”超出可以计分的范围（绝对值至多一万亿），请核对")
            }
            (
                Self::NoItem { known, .. }
                | Self::NoRun { known, .. }
                | Self::NotAssessed { known, .. }
                | Self::NoPhase { known, .. }
                | Self::NoEvent { known, .. },
                Language::En,
            ) => {
                format!("{self}; known are {}", known.join(", "))
            }
            (_, Language::En) => self.to_string(),
        }
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_packs::PackError;
use biaochi_store::StoreError;
use biaochi_typeset::TypesetError;

use crate::ContentError;
use crate::indicators::IndicatorError;
use crate::organisations::OrganisationsError;
use crate::query::QueryError;
use crate::worklist::WorklistError;

/// Why a plan's status or tasks could not be told or changed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum PlanError {
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Indicators(#[from] IndicatorError),
    #[error(transparent)]
    Organisations(#[from] OrganisationsError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error("the plan {plan} has no task {task}")]
    NoTask { plan: String, task: String },
    #[error("the workbook cannot be written")]
    Workbook(#[source] io::Error),
    #[error("{path} has no name of a file")]
    Unnamed { path: PathBuf },
}

impl From<WorklistError> for PlanError {
    fn from(error: WorklistError) -> Self {
        match error {
            WorklistError::Store(error) => Self::Store(error),
            WorklistError::Query(error) => Self::Query(error),
            // Only the store is asked through the worklist's door.
            other => Self::Workbook(io::Error::other(other)),
        }
    }
}

impl Localized for PlanError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Pack(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::Indicators(error), _) => error.text(language),
            (Self::Organisations(error), _) => error.text(language),
            (Self::Store(error), _) => error.text(language),
            (Self::Typeset(error), _) => error.text(language),
            (Self::Query(error), _) => error.text(language),
            (Self::Io { path, source }, Language::Zh) => format!(
                "无法读写“{}”：{}。请检查路径、权限和磁盘空间",
                path.display(),
                io_reason(source, language)
            ),
            (Self::NoTask { plan, task }, Language::Zh) => {
                format!("方案“{plan}”没有任务“{task}”。任务编号见 biaochi plan show {plan}")
            }
            (Self::Workbook(error), Language::Zh) => format!("无法写工作簿：{error}"),
            (Self::Unnamed { path }, Language::Zh) => {
                format!("“{}”不是文件，不能作为佐证材料", path.display())
            }
            (_, Language::En) => self.to_string(),
        }
    }
}

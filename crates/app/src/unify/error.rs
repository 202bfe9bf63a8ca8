//! Why codes could not be unified.

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_store::StoreError;

use crate::query::QueryError;
use crate::worklist::WorklistError;

/// Why a translation could not be looked up, chosen or counted.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum UnifyError {
    #[error(transparent)]
    Store(#[from] WorklistError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("there is no code system {system:?}; known are {}", known.join(", "))]
    UnknownSystem { system: String, known: Vec<String> },
    #[error("{code} is no code of the insurance edition of {system}")]
    UnknownTarget {
        system: String,
        code: String,
        /// Codes that may have been meant.
        near: Vec<String>,
    },
    #[error("{subject} is {state} already")]
    Already { subject: String, state: String },
    #[error("{actor} made this choice; a second person confirms it")]
    SamePerson { actor: String },
    #[error("the workbook cannot be written")]
    Workbook(#[source] std::io::Error),
}

impl From<StoreError> for UnifyError {
    fn from(error: StoreError) -> Self {
        Self::Store(WorklistError::Store(error))
    }
}

impl Localized for UnifyError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Store(error), _) => error.text(language),
            (Self::Query(error), _) => error.text(language),
            (Self::UnknownSystem { system, known }, Language::Zh) => {
                format!("没有编码体系“{system}”，可用：{}", known.join("、"))
            }
            (Self::UnknownTarget { system, code, near }, Language::Zh) => {
                let near = if near.is_empty() {
                    "可用 biaochi codes 查找".to_owned()
                } else {
                    format!("是不是：{}", near.join("、"))
                };
                format!("“{code}”不是 {system} 医保版的编码，没有保存。{near}")
            }
            (Self::UnknownTarget { near, .. }, Language::En) if !near.is_empty() => {
                format!("{self}; nothing was stored. Meant: {}?", near.join(", "))
            }
            (Self::Already { subject, state }, Language::Zh) => {
                format!("{subject} 已经是“{state}”，未作改动")
            }
            (Self::SamePerson { actor }, Language::Zh) => {
                format!("这条对照是“{actor}”选的，应由另一个人审核。请用 --actor 写明审核人")
            }
            (Self::SamePerson { .. }, Language::En) => {
                format!("{self}: name that person with --actor")
            }
            (Self::Workbook(error), Language::Zh) => {
                format!(
                    "表格无法写出：{}。请检查磁盘空间和权限",
                    io_reason(error, language)
                )
            }
            (Self::Workbook(error), Language::En) => format!("{self}: {error}"),
            (_, Language::En) => self.to_string(),
        }
    }
}

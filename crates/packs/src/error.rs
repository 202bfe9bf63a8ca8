//! Why a pack cannot be used.

use std::io;

use biaochi_domain::{Language, Localized, io_reason};

use crate::problem::{Noun, PackProblem};

/// Why a pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// No pack has this id.
    #[error("there is no {} {id:?}; known are {}", what.text(Language::En), known.join(", "))]
    Unknown {
        /// What was looked for.
        what: Noun,
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// The pack has mistakes.
    #[error("the pack {id:?} has {} mistakes; the first: {}", problems.len(),
        problems.first().map(ToString::to_string).unwrap_or_default())]
    Broken {
        /// Id of the pack.
        id: String,
        /// All mistakes.
        problems: Vec<PackProblem>,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {path:?}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

impl Localized for PackError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Unknown { what, id, known }, Language::Zh) => {
                let what = what.text(language);
                format!("没有{what}“{id}”。可用的{what}：{}", known.join("、"))
            }
            (Self::Broken { id, problems }, Language::Zh) => {
                let texts: Vec<String> = problems
                    .iter()
                    .map(|problem| problem.text(language))
                    .collect();
                format!(
                    "内容包“{id}”有 {} 处错误：\n{}",
                    problems.len(),
                    texts.join("\n")
                )
            }
            (Self::Io { path, source }, Language::Zh) => {
                let reason = io_reason(source, language);
                format!("读不出“{path}”（{reason}），请检查路径、权限和磁盘")
            }
            (Self::Broken { id, problems }, Language::En) => {
                let texts: Vec<String> = problems
                    .iter()
                    .map(|problem| problem.text(language))
                    .collect();
                format!(
                    "the pack {id:?} has {} mistakes:\n{}",
                    problems.len(),
                    texts.join("\n")
                )
            }
            (Self::Io { path, source }, Language::En) => format!("cannot read {path:?}: {source}"),
            (Self::Unknown { .. }, Language::En) => self.to_string(),
        }
    }
}

//! Why a pack cannot be used.

use std::io;

use biaochi_domain::{Language, Localized};

use crate::problem::PackProblem;

/// Why a pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// No pack has this id.
    #[error("there is no scheme {id:?}; known are {}", known.join(", "))]
    UnknownScheme {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// No pack of checks has this id.
    #[error("there is no pack of checks {id:?}; known are {}", known.join(", "))]
    UnknownChecks {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// No plan has this id.
    #[error("there is no plan {id:?}; known are {}", known.join(", "))]
    UnknownPlan {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// No pack of indicators has this id.
    #[error("there is no pack of indicators {id:?}; known are {}", known.join(", "))]
    UnknownIndicators {
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
            (Self::UnknownScheme { id, known }, Language::Zh) => {
                format!("没有分组方案“{id}”。可用的方案：{}", known.join("、"))
            }
            (Self::UnknownChecks { id, known }, Language::Zh) => {
                format!("没有质控规则包“{id}”。可用的规则包：{}", known.join("、"))
            }
            (Self::UnknownPlan { id, known }, Language::Zh) => {
                format!("没有方案“{id}”。可用的方案：{}", known.join("、"))
            }
            (Self::UnknownIndicators { id, known }, Language::Zh) => {
                format!("没有指标包“{id}”。可用的指标包：{}", known.join("、"))
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
                format!("读不出“{path}”（{source}），请检查路径、权限和磁盘")
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
            (
                Self::UnknownScheme { .. }
                | Self::UnknownChecks { .. }
                | Self::UnknownPlan { .. }
                | Self::UnknownIndicators { .. },
                Language::En,
            ) => self.to_string(),
        }
    }
}

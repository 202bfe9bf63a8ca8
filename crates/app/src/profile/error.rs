use biaochi_domain::{Language, Localized};
use biaochi_store::StoreError;
use biaochi_typeset::TypesetError;

use crate::ContentError;
use crate::assessment::AssessmentError;
use crate::indicators::IndicatorError;
use crate::organisations::OrganisationsError;
use crate::plans::PlanError;
use crate::quality_report::ReportError;
use crate::query::QueryError;

/// Why there is no profile of a hospital.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ProfileError {
    #[error(transparent)]
    Assessment(#[from] AssessmentError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Indicators(#[from] IndicatorError),
    #[error(transparent)]
    Organisations(#[from] OrganisationsError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Quality(#[from] ReportError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    #[error("there is no hospital {organisation}")]
    NoHospital { organisation: String },
    #[error("{organisation} may be one of several hospitals")]
    Several {
        organisation: String,
        codes: Vec<String>,
    },
    #[error("{organisation} has no records")]
    NoRecords { organisation: String },
}

impl ProfileError {
    /// Whether what was asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::NoHospital { .. } | Self::NoRecords { .. } => true,
            Self::Indicators(error) => error.is_not_found(),
            _ => false,
        }
    }
}

impl Localized for ProfileError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Assessment(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::Indicators(error), _) => error.text(language),
            (Self::Organisations(error), _) => error.text(language),
            (Self::Plan(error), _) => error.text(language),
            (Self::Quality(error), _) => error.text(language),
            (Self::Query(error), _) => error.text(language),
            (Self::Store(error), _) => error.text(language),
            (Self::Typeset(error), _) => error.text(language),
            (Self::NoHospital { organisation }, Language::Zh) => {
                format!("没有机构“{organisation}”。请写机构代码或全称，用 biaochi org tree 查看")
            }
            (
                Self::Several {
                    organisation,
                    codes,
                },
                Language::Zh,
            ) => format!(
                "“{organisation}”对应几家机构，请写机构代码：{}",
                codes.join("、")
            ),
            (Self::NoRecords { organisation }, Language::Zh) => format!(
                "机构“{organisation}”还没有病案，不知道写哪个时期。请先导入，或用 --period 指定时期"
            ),
            (_, Language::En) => self.to_string(),
        }
    }
}

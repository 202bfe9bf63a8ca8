use biaochi_domain::{Language, Localized};
use biaochi_warehouse::WarehouseError;

use crate::query::QueryError;
use crate::{ContentError, WeightsError};

/// Why a question about groups has no answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum ExplorerError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The scheme has no such group.
    #[error("the scheme {scheme} has no group {drg}")]
    UnknownGroup { drg: String, scheme: String },
    /// Sums are kept by month.
    #[error("{period} is not made of whole months")]
    NotMonths { period: String },
    /// Physicians are told apart within one hospital.
    #[error("physicians are compared within one hospital")]
    OneHospital,
    /// More records than a request regroups.
    #[error("{records} records are more than {most}")]
    TooMany { records: u64, most: u64 },
}

impl ExplorerError {
    /// Whether what was asked about is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::UnknownGroup { .. })
    }
}

impl Localized for ExplorerError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Query(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::Weights(error), _) => error.text(language),
            (Self::Warehouse(error), _) => error.text(language),
            (Self::UnknownGroup { drg, scheme }, Language::Zh) => {
                format!("方案 {scheme} 中没有病组“{drg}”。请核对编码和方案")
            }
            (Self::NotMonths { period }, Language::Zh) => {
                format!("病组按整月统计，“{period}”不是整月。请选择月、季、半年或年")
            }
            (Self::OneHospital, Language::Zh) => {
                "按医师统计只能看一家医院。请先选定一家医院".to_owned()
            }
            (Self::TooMany { records, most }, Language::Zh) => format!(
                "所选时期有 {records} 份病案，超过一次可重新分组的 {most} 份。请缩短时期或选定一家医院"
            ),
            (_, Language::En) => self.to_string(),
        }
    }
}

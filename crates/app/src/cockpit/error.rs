use biaochi_domain::{Language, Localized};
use biaochi_store::StoreError;

use crate::datasets::DataSetError;
use crate::indicators::IndicatorError;
use crate::plans::PlanError;
use crate::worklist::WorklistError;

/// Why a tile has no answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum CockpitError {
    #[error(transparent)]
    Indicators(#[from] IndicatorError),
    #[error(transparent)]
    Plans(#[from] PlanError),
    #[error(transparent)]
    DataSets(#[from] DataSetError),
    #[error(transparent)]
    Worklist(#[from] WorklistError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Localized for CockpitError {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Indicators(error) => error.text(language),
            Self::Plans(error) => error.text(language),
            Self::DataSets(error) => error.text(language),
            Self::Worklist(error) => error.text(language),
            Self::Store(error) => error.text(language),
        }
    }
}

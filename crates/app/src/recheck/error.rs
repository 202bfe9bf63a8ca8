use std::path::PathBuf;

use biaochi_domain::{Language, Localized};
use biaochi_warehouse::WarehouseError;

use crate::{ContentError, WeightsError};

/// Why nothing was checked again. The lake is as before.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum RecheckError {
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("no month of the lake is meant")]
    Nothing,
    #[error("the workspace key {path} is missing")]
    NoKey { path: PathBuf },
    #[error("the re-check was cancelled")]
    Cancelled,
}

impl RecheckError {
    /// An import holds the workspace; the same command may succeed later.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Warehouse(WarehouseError::Locked { .. }))
    }
}

impl Localized for RecheckError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Warehouse(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::Weights(error), _) => error.text(language),
            (Self::Nothing, Language::Zh) => {
                "工作区里没有符合条件的病案，未作任何改动。请检查 --organisation、--from、--to，或先用 biaochi import 导入"
                    .to_owned()
            }
            (Self::Nothing, Language::En) => {
                "the workspace holds no such records and nothing was changed; look at --organisation, --from and --to, or import first"
                    .to_owned()
            }
            (Self::NoKey { path }, Language::Zh) => format!(
                "找不到工作区密钥“{}”。没有它就读不出姓名、证件号等加密字段，检查会漏报。请从备份恢复这个文件",
                path.display()
            ),
            (Self::NoKey { path }, Language::En) => format!(
                "the workspace key {} is missing; without it sealed fields cannot be checked: restore it from a backup",
                path.display()
            ),
            (Self::Cancelled, Language::Zh) => "重查已按要求取消，数据保持原样".to_owned(),
            (Self::Cancelled, Language::En) => {
                "the re-check was cancelled; everything is as before".to_owned()
            }
        }
    }
}

use std::io;

use biaochi_domain::{Language, Localized, Month, io_reason};
use biaochi_ingest::FileError;
use biaochi_store::StoreError;
use biaochi_warehouse::WarehouseError;

use super::set_error::SetError;
use crate::query::QueryError;
use crate::recheck::RecheckError;
use crate::worklist::WorklistError;
use crate::{ContentError, WeightsError};

/// Why a record was not corrected.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum CorrectError {
    #[error("no record of {organisation} begins with {key:?}")]
    NoRecord { organisation: String, key: String },
    #[error("several records of {organisation} begin with {key:?}")]
    Several { organisation: String, key: String },
    #[error("nothing is stored of {organisation} in {month}")]
    NoMonth { organisation: String, month: Month },
    #[error(transparent)]
    Set(#[from] SetError),
    #[error("the record has version {found}, not {expected}")]
    Version { expected: u64, found: u64 },
    #[error("the page would say what it says now")]
    NothingChanged,
    #[error("the corrected page could not be imported")]
    NotImportable { problems: Vec<(String, String)> },
    #[error("identifiers of record {record_key} cannot be opened")]
    Sealed { record_key: String },
    #[error("stored corrections name a field {field:?}")]
    StoredField { field: String },
    #[error("the corrections are stored, the lake is as before")]
    NotPublished(#[source] WarehouseError),
    #[error("no threads for storage")]
    Runtime(#[source] io::Error),
    #[error("cannot open {path}")]
    Open {
        path: std::path::PathBuf,
        source: io::Error,
    },
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error(transparent)]
    Worklist(#[from] WorklistError),
    #[error(transparent)]
    Recheck(#[from] RecheckError),
}

impl From<QueryError> for CorrectError {
    fn from(error: QueryError) -> Self {
        Self::Worklist(error.into())
    }
}

impl From<StoreError> for CorrectError {
    fn from(error: StoreError) -> Self {
        Self::Worklist(error.into())
    }
}

impl CorrectError {
    /// An import or another correction holds the workspace; the same command may succeed later.
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Warehouse(error) => matches!(error, WarehouseError::Locked { .. }),
            Self::Recheck(error) => error.is_busy(),
            _ => false,
        }
    }

    /// What was asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::NoRecord { .. } | Self::Several { .. } | Self::NoMonth { .. }
        )
    }

    /// What was typed cannot be.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Set(_))
    }

    fn zh(&self) -> String {
        match self {
            Self::NoRecord { organisation, key } => format!(
                "机构 {organisation} 没有记录键以“{key}”开头的病案。记录键见工作清单（biaochi worklist list）"
            ),
            Self::Several { organisation, key } => {
                format!(
                    "机构 {organisation} 有不止一份病案的记录键以“{key}”开头，请把记录键写长一些"
                )
            }
            Self::NoMonth {
                organisation,
                month,
            } if organisation.is_empty() => {
                format!("{month} 没有已入库的病案。请先导入，或检查月份")
            }
            Self::NoMonth {
                organisation,
                month,
            } => format!("机构 {organisation} 在 {month} 没有已入库的病案。请检查机构代码和月份"),
            Self::Version { expected, found } => format!(
                "这份病案现在是第 {found} 版，您看到的是第 {expected} 版：刚刚有人更正过。请看 biaochi correct history，核对后再更正一次"
            ),
            Self::NothingChanged => "更正后的内容与现在相同，没有保存".to_owned(),
            Self::NotImportable { problems } => {
                let problems: Vec<&str> = problems.iter().map(|(zh, _)| zh.as_str()).collect();
                format!(
                    "这样更正后，首页将不能入库，没有保存：{}",
                    problems.join("；")
                )
            }
            Self::Sealed { record_key } => format!(
                "打不开病案 {record_key} 的直接标识符：工作区密钥（workspace.key）与入库时的不同，或数据已损坏。请恢复原来的密钥文件"
            ),
            Self::StoredField { field } => {
                format!("已存的更正中有本程序不认识的字段“{field}”。请升级程序")
            }
            Self::NotPublished(error) => format!(
                "更正已记录，但没有写入数据湖（{}）。排除原因后运行 biaochi correct reapply 即可补上，无需重新更正",
                error.text(Language::Zh)
            ),
            Self::Runtime(source) => {
                format!("无法启动存储线程：{}", io_reason(source, Language::Zh))
            }
            Self::Open { path, source } => format!(
                "打不开“{}”：{}。请检查路径和权限",
                path.display(),
                io_reason(source, Language::Zh)
            ),
            Self::Set(error) => error.text(Language::Zh),
            Self::File(error) => error.text(Language::Zh),
            Self::Warehouse(error) => error.text(Language::Zh),
            Self::Content(error) => error.text(Language::Zh),
            Self::Weights(error) => error.text(Language::Zh),
            Self::Worklist(error) => error.text(Language::Zh),
            Self::Recheck(error) => error.text(Language::Zh),
        }
    }
}

impl Localized for CorrectError {
    fn text(&self, language: Language) -> String {
        if language == Language::Zh {
            return self.zh();
        }
        match self {
            Self::NoRecord { .. } => format!("{self}; `biaochi worklist list` shows record keys"),
            Self::Several { .. } => format!("{self}; give more of the key"),
            Self::Version { .. } => {
                format!("{self}: somebody was faster; see `biaochi correct history` and try again")
            }
            Self::NothingChanged => format!("{self}; nothing was stored"),
            Self::NotImportable { problems } => {
                let problems: Vec<&str> = problems.iter().map(|(_, en)| en.as_str()).collect();
                format!("{self}; nothing was stored: {}", problems.join("; "))
            }
            Self::Sealed { .. } => format!("{self}: restore the workspace key of the import"),
            Self::StoredField { .. } => format!("{self}, which this program does not know"),
            Self::NotPublished(error) => format!(
                "{self} ({}); run `biaochi correct reapply` once the cause is gone",
                error.text(language)
            ),
            Self::Runtime(source) => {
                format!(
                    "cannot start the storage threads: {}",
                    io_reason(source, language)
                )
            }
            Self::Open { path, source } => {
                format!(
                    "cannot open {}: {}",
                    path.display(),
                    io_reason(source, language)
                )
            }
            Self::NoMonth { .. } => self.to_string(),
            Self::Set(error) => error.text(language),
            Self::File(error) => error.text(language),
            Self::Warehouse(error) => error.text(language),
            Self::Content(error) => error.text(language),
            Self::Weights(error) => error.text(language),
            Self::Worklist(error) => error.text(language),
            Self::Recheck(error) => error.text(language),
        }
    }
}

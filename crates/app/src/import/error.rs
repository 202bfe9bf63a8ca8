use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_ingest::FileError;
use biaochi_warehouse::WarehouseError;

/// Why nothing was imported. The lake is as before.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ImportError {
    #[error("cannot read {path}")]
    Open { path: PathBuf, source: io::Error },
    #[error("there is no file to import in {path}")]
    Nothing { path: PathBuf },
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{file} is a case file; it has no stays to store")]
    CaseLayout { file: String },
    #[error("{file} does not say which organisation it is from")]
    NoOrganisation { file: String },
    #[error("the file has records of institutions that are not yours: {}", organisations.join(", "))]
    BeyondScope { organisations: Vec<String> },
    #[error("cannot write {path}")]
    Rejects { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error("no threads for storage")]
    Runtime(#[source] io::Error),
}

impl ImportError {
    /// Another import holds the workspace; the same command may succeed later.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Warehouse(WarehouseError::Locked { .. }))
    }
}

impl Localized for ImportError {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Open { path, source } if zh => {
                format!(
                    "打不开“{}”：{}。请检查路径和权限；没有导入任何数据",
                    path.display(),
                    io_reason(source, language)
                )
            }
            Self::Open { path, source } => {
                format!(
                    "cannot read {}: {}; nothing was imported",
                    path.display(),
                    io_reason(source, language)
                )
            }
            Self::Nothing { path } if zh => {
                format!("“{}”里没有可导入的文件。请检查路径", path.display())
            }
            Self::Nothing { path } => {
                format!("there is no file to import in {}", path.display())
            }
            Self::File(error) => error.text(language),
            Self::CaseLayout { file } if zh => format!(
                "“{file}”是分组器病例格式，没有机构、病案号和出院时间，不能入库。只要分组结果，请用 biaochi group"
            ),
            Self::CaseLayout { file } => format!(
                "{file} is a case file without organisation, record number and discharge time and cannot be stored; use `biaochi group` for its groups"
            ),
            Self::NoOrganisation { file } if zh => format!(
                "“{file}”的格式（N041）没有机构代码。请加 --organisation 组织机构代码，或在 biaochi.toml 里设置 organisation"
            ),
            Self::NoOrganisation { file } => format!(
                "the layout of {file} (N041) has no organisation code; give --organisation or set it in biaochi.toml"
            ),
            Self::BeyondScope { organisations } if zh => format!(
                "文件里有不属于您的机构的病案（机构代码 {}），没有导入任何数据。请只上传本机构的文件",
                organisations.join("、")
            ),
            Self::BeyondScope { .. } => {
                format!("{self}; nothing was imported")
            }
            Self::Rejects { path, source } if zh => format!(
                "写不了退回文件“{}”：{}。请检查磁盘空间和权限；没有导入任何数据",
                path.display(),
                io_reason(source, language)
            ),
            Self::Rejects { path, source } => {
                format!(
                    "cannot write the reject file {}: {}; nothing was imported",
                    path.display(),
                    io_reason(source, language)
                )
            }
            Self::Warehouse(error) => error.text(language),
            Self::Runtime(source) if zh => {
                format!("无法启动存储线程：{}", io_reason(source, language))
            }
            Self::Runtime(source) => format!(
                "cannot start the storage threads: {}",
                io_reason(source, language)
            ),
        }
    }
}

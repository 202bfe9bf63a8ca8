use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason, thousands};
use biaochi_ingest::FileError;
use biaochi_warehouse::WarehouseError;

use super::FewerRecords;

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
    #[error(
        "the file has far fewer records than there are: {}",
        told(months, Language::En)
    )]
    Fewer { months: Vec<FewerRecords> },
    #[error("cannot write {path}")]
    Rejects { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error("no threads for storage")]
    Runtime(#[source] io::Error),
}

/// Months that are named in a message; of more, the number is told.
const NAMED: usize = 3;

/// Hospital, month, what it has and what comes, of each month.
fn told(months: &[FewerRecords], language: Language) -> String {
    let zh = language == Language::Zh;
    let texts = months.iter().take(NAMED).map(|fewer| {
        let FewerRecords {
            organisation,
            month,
            ..
        } = fewer;
        let [before, after] = [fewer.before, fewer.after].map(thousands);
        match zh {
            true => {
                format!(
                    "机构 {organisation} 的 {month} 现有 {before} 份病案，文件里只有 {after} 份"
                )
            }
            false => {
                format!("{month} of {organisation} has {before} records, the file brings {after}")
            }
        }
    });
    let text = texts.collect::<Vec<_>>().join(if zh { "；" } else { "; " });
    match (months.len().saturating_sub(NAMED), zh) {
        (0, _) => text,
        (more, true) => format!("{text}；还有 {more} 个机构月份也是这样"),
        (more, false) => format!("{text} and {more} more months"),
    }
}

impl ImportError {
    /// The months that would be left with far fewer records, when that has to be confirmed.
    pub fn fewer(&self) -> Option<&[FewerRecords]> {
        match self {
            Self::Fewer { months } => Some(months),
            _ => None,
        }
    }

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
            Self::Fewer { months } if zh => format!(
                "{}。导入会整月替换，其余的病案将被移除，所以先停下，没有导入任何数据。文件只是这个月的一部分时，请按更正导入（--mode correction），其余病案不动；这个月确实只有这些时，请确认替换（--allow-fewer）",
                told(months, language)
            ),
            Self::Fewer { .. } => format!(
                "{self}; the import replaces the month, so it stopped and nothing was imported: if the file is a part of the month, import it as corrections (--mode correction); if the month has no more than these, confirm with --allow-fewer"
            ),
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

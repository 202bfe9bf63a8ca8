use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_ingest::{FileError, RewriteError};
use biaochi_warehouse::WarehouseError;
use jiff::Timestamp;

use crate::beijing;
use crate::correct::CorrectError;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ExportError {
    #[error("cannot read {path}")]
    Open { path: PathBuf, source: io::Error },
    #[error("{path} is a Parquet file")]
    Parquet { path: PathBuf },
    #[error("{path} is not a file that was imported here")]
    NotImported { path: PathBuf },
    #[error("the months of {path} were replaced by {}", .files.join(", "))]
    Superseded {
        path: PathBuf,
        files: Vec<String>,
        at: Timestamp,
    },
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Correct(#[from] CorrectError),
}

impl Localized for ExportError {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Open { path, source } => {
                let (path, reason) = (path.display(), io_reason(source, language));
                if zh {
                    format!("打不开“{path}”：{reason}。请检查路径和权限")
                } else {
                    format!("cannot read {path}: {reason}")
                }
            }
            Self::Parquet { path } if zh => format!(
                "“{}”是 Parquet 文件，不能按原格式导出。请用当初上报的 CSV 或 XLSX 文件入库后导出",
                path.display()
            ),
            Self::Parquet { .. } => {
                format!(
                    "{self}; import the CSV or XLSX file that is to be delivered and export that"
                )
            }
            Self::NotImported { path } if zh => format!(
                "“{}”不是在这个工作区入库的文件，或入库后被改动过（内容的 SHA-256 在导入日志 import_journal 中找不到）。请用入库时的原文件",
                path.display()
            ),
            Self::NotImported { .. } => format!(
                "{self}, or was changed since (its SHA-256 is not in import_journal); use the very file that was imported"
            ),
            Self::Superseded { path, files, at } if zh => format!(
                "“{}”入库后，同样的月份又于 {} 由“{}”整月替换。请导出后来的文件",
                path.display(),
                beijing::shown(*at),
                files.join("、")
            ),
            Self::Superseded { .. } => format!("{self}; export the later file"),
            Self::File(error) => error.text(language),
            Self::Rewrite(error) => error.text(language),
            Self::Warehouse(error) => error.text(language),
            Self::Correct(error) => error.text(language),
        }
    }
}

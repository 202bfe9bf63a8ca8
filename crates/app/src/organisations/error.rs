use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_ingest::FileError;
use biaochi_organisations::Located;

use crate::worklist::WorklistError;

/// Why organisations could not be read, stored or written. Nothing was changed in any of these cases.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum OrganisationsError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("no CSV file and no workbook in {path}")]
    NoFiles { path: PathBuf },
    #[error(transparent)]
    File(#[from] FileError),
    /// Everything that is wrong with what was delivered.
    #[error("{} problems", .0.len())]
    Problems(Vec<Located>),
    #[error(transparent)]
    Store(#[from] WorklistError),
}

impl Localized for OrganisationsError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Read { path, source }, Language::Zh) => format!(
                "读不了“{}”：{}。请检查路径和权限",
                path.display(),
                io_reason(source, language)
            ),
            (Self::Write { path, source }, Language::Zh) => format!(
                "写不了“{}”：{}。请检查路径、权限和磁盘空间",
                path.display(),
                io_reason(source, language)
            ),
            (Self::Read { source, .. } | Self::Write { source, .. }, Language::En) => {
                format!("{self}: {}", io_reason(source, language))
            }
            (Self::NoFiles { path }, Language::Zh) => format!(
                "“{}”中没有 CSV 或 XLSX 文件。文件名应为表名，如 医疗机构.csv；模板用 biaochi org template 生成",
                path.display()
            ),
            (Self::NoFiles { .. }, Language::En) => {
                format!("{self}; biaochi org template writes a workbook to fill in")
            }
            (Self::File(error), _) => error.text(language),
            (Self::Problems(problems), Language::Zh) => format!(
                "有 {} 个问题，没有导入任何内容。请改正后再导入",
                problems.len()
            ),
            (Self::Problems(problems), Language::En) => format!(
                "{} problems; nothing was imported. Correct them and import again",
                problems.len()
            ),
            (Self::Store(error), _) => error.text(language),
        }
    }
}

use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_packs::{PackError, PackProblem};

use crate::ContentError;

/// Why an own pack was not changed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
#[non_exhaustive]
pub enum PackDeskError {
    #[error("{id:?} is no id for a pack")]
    Id { id: String },
    #[error("{file:?} is no name for a file of a pack")]
    FileName { file: String },
    #[error("there is no pack {id:?}")]
    Unknown { id: String },
    #[error("the pack {id:?} is in the program; lay an own one over it")]
    BuiltIn { id: String },
    #[error("there is a pack {id:?} already")]
    Taken { id: String },
    #[error("a pack of kind {kind:?} cannot be laid over")]
    NotABase { kind: String },
    #[error("the pack {id:?} has no draft")]
    NoDraft { id: String },
    #[error("the pack {id:?} has no version {version}")]
    NoVersion { id: String, version: String },
    #[error("the pack {id:?} has no file {file:?}")]
    NoFile { id: String, file: String },
    #[error("{file:?} was changed by somebody else")]
    Changed { file: String },
    #[error("{file:?} is too large")]
    TooLarge { file: String },
    #[error("the draft has {} mistakes", .problems.len())]
    Broken { problems: Vec<PackProblem> },
    #[error("the pack {id:?} is what imports are checked with")]
    InUse { id: String },
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Pack(#[from] PackError),
}

impl PackDeskError {
    pub(super) fn io(path: &std::path::Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// Whether there is no such pack, version or file.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::Unknown { .. }
                | Self::NoDraft { .. }
                | Self::NoVersion { .. }
                | Self::NoFile { .. }
                | Self::Pack(PackError::Unknown { .. })
        )
    }

    /// Whether somebody else was faster, or what is there stands in the way.
    pub fn is_conflict(&self) -> bool {
        matches!(
            self,
            Self::Changed { .. } | Self::Taken { .. } | Self::InUse { .. }
        )
    }

    /// Whether the system failed, not the person.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Io { .. })
    }
}

impl Localized for PackDeskError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Content(error), _) => error.text(language),
            (Self::Pack(error), _) => error.text(language),
            (_, Language::En) => self.to_string(),
            (_, Language::Zh) => self.zh(),
        }
    }
}

impl PackDeskError {
    fn zh(&self) -> String {
        match self {
            Self::Id { id } => format!(
                "“{id}”不能作为内容包标识。请用 2–64 个英文字母、数字、点、横线或下划线，以字母或数字开头"
            ),
            Self::FileName { file } => format!(
                "“{file}”不能作为内容包的文件名。请写包内的相对路径，如 checks/local.toml，扩展名为 toml、md、csv、txt 或 sql"
            ),
            Self::Unknown { id } => format!("没有内容包“{id}”。请在列表中选择"),
            Self::BuiltIn { id } => {
                format!("“{id}”随程序发布，不能直接修改。请新建叠加在它上面的本单位内容包")
            }
            Self::Taken { id } => format!("标识“{id}”已有内容包或草稿使用，请换一个"),
            Self::NotABase { kind } => {
                format!("这一类（{kind}）内容包不能叠加修改。请用整包替换的方式，见内容包说明")
            }
            Self::NoDraft { id } => format!("“{id}”没有草稿。请先修改一个文件"),
            Self::NoVersion { id, version } => {
                format!("“{id}”没有版本“{version}”。请在历史版本中选择")
            }
            Self::NoFile { id, file } => format!("“{id}”没有文件“{file}”"),
            Self::Changed { file } => {
                format!("“{file}”刚被他人改动，没有保存。请重新打开，核对后再改")
            }
            Self::TooLarge { file } => format!("“{file}”超过 512 KB，没有保存。请拆成几个文件"),
            Self::Broken { problems } => format!(
                "草稿有 {} 处错误，没有启用。请按检查结果改正后再启用",
                problems.iter().filter(|problem| problem.is_error()).count()
            ),
            Self::InUse { id } => {
                format!("“{id}”正用于入库检查，不能停用。请先改用另一个质控规则包")
            }
            Self::Io { path, source } => format!(
                "无法读写“{}”：{}。请检查权限和磁盘空间",
                path.file_name().unwrap_or_default().to_string_lossy(),
                io_reason(source, Language::Zh)
            ),
            Self::Content(_) | Self::Pack(_) => self.to_string(),
        }
    }
}

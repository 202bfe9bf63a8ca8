use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_store::StoreError;
use biaochi_warehouse::WarehouseError;

use crate::WorkspaceError;

/// Why nothing was backed up or restored.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum BackupError {
    #[error("{target} is not empty")]
    NotEmpty { target: PathBuf },
    #[error("{target} lies in the workspace itself")]
    Inside { target: PathBuf },
    #[error("{folder} is no backup, or one that was cut off")]
    NoBackup { folder: PathBuf },
    #[error("{file} of the backup is not what was backed up")]
    Damaged { file: String },
    #[error("the backup was made by a newer program ({format})")]
    Newer { format: u32 },
    #[error("the name of {path} cannot be written down")]
    Name { path: PathBuf },
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

impl Localized for BackupError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Store(error), _) => error.text(language),
            (Self::Warehouse(error), _) => error.text(language),
            (Self::Workspace(error), _) => error.text(language),
            (Self::NotEmpty { target }, Language::Zh) => format!(
                "文件夹“{}”里已有内容，没有写入。请指定新的或空的文件夹",
                target.display()
            ),
            (Self::Inside { target }, Language::Zh) => format!(
                "“{}”在工作区里面，备份不能放在工作区中。请换一个位置，最好在另一块磁盘上",
                target.display()
            ),
            (Self::NoBackup { folder }, Language::Zh) => format!(
                "“{}”不是备份，或者备份没有完成（缺少清单）。请检查路径",
                folder.display()
            ),
            (Self::Damaged { file }, Language::Zh) => format!(
                "备份中的“{file}”与备份时不一致，没有恢复。请换一份备份，并检查存放备份的磁盘"
            ),
            (Self::Newer { format }, Language::Zh) => format!(
                "这份备份由更新的程序写成（格式 {format}），请用同一版本或更新的程序恢复"
            ),
            (Self::Name { path }, Language::Zh) => format!(
                "文件名“{}”不是 UTF-8 文本，无法备份。请改名后重试",
                path.display()
            ),
            (Self::Io { path, source }, Language::Zh) => format!(
                "无法读写“{}”：{}。请检查路径、权限和磁盘空间",
                path.display(),
                io_reason(source, language)
            ),
            (_, Language::En) => self.to_string(),
        }
    }
}

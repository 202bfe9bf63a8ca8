//! What can be typed after `biaochi backup` and `biaochi restore`.

use std::path::PathBuf;

use clap::Args;

/// Options of `biaochi backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// 备份放到哪里：新的或空的文件夹，不在工作区中
    #[arg(value_name = "文件夹")]
    pub(crate) target: PathBuf,
}

/// Options of `biaochi restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// 备份文件夹
    #[arg(value_name = "备份")]
    pub(crate) source: PathBuf,
    /// 恢复到哪里：新的或空的文件夹，恢复后就是工作区
    #[arg(value_name = "文件夹")]
    pub(crate) target: PathBuf,
}

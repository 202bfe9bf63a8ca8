use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized};

/// What the warehouse was doing when storage failed; part of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Opening or creating the lake's tables.
    OpenLake,
    /// Reading the import journal.
    ReadJournal,
    /// Reading rows of a table.
    ReadTable,
    /// Writing data files.
    WriteData,
    /// Committing a table version.
    Commit,
    /// Taking back what an interrupted import left behind.
    Recover,
    /// Reading or creating the workspace key.
    Key,
    /// Reading an input file.
    ReadInput,
    /// Writing a result.
    WriteOutput,
}

impl Localized for Activity {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::OpenLake => ("打开数据湖", "opening the lake"),
            Self::ReadJournal => ("读取导入日志", "reading the import journal"),
            Self::ReadTable => ("读取数据表", "reading a table"),
            Self::WriteData => ("写入数据文件", "writing data files"),
            Self::Commit => ("提交数据表", "committing a table"),
            Self::Recover => ("清理上次中断的导入", "taking back an interrupted import"),
            Self::Key => ("读取工作区密钥", "reading the workspace key"),
            Self::ReadInput => ("读取输入文件", "reading an input file"),
            Self::WriteOutput => ("写出结果", "writing the result"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// Why the warehouse could not do what was asked. The published data is unharmed in every case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WarehouseError {
    /// The folder holds no lake.
    #[error("there is no lake at {location}")]
    NoLake {
        /// Where it was looked for.
        location: String,
    },
    /// Another process is writing.
    #[error("another import is running ({holder})")]
    Locked {
        /// Process and start of the one that holds the lock, as it wrote it.
        holder: String,
        /// The lock file.
        path: PathBuf,
    },
    /// The requested version was never published.
    #[error("version {requested} does not exist, the newest is {newest}")]
    UnknownVersion {
        /// What was asked for.
        requested: u64,
        /// The newest version.
        newest: u64,
    },
    /// Nothing had been published at the requested time.
    #[error("nothing was published at or before {time}")]
    NothingAsOf {
        /// The time asked for.
        time: String,
    },
    /// A table was changed by somebody who does not hold the writer lock.
    #[error("table {table} was changed by another writer during the import")]
    ConcurrentChange {
        /// The table.
        table: String,
    },
    /// A table on disk has columns other than this version of the program writes.
    #[error("table {table} has another structure: {difference}")]
    Structure {
        /// The table.
        table: String,
        /// The first column that differs, and how.
        difference: String,
    },
    /// Storage is full, or the file size limit or quota is reached.
    #[error("storage is full while {}", .activity.text(Language::En))]
    StorageFull {
        /// What was being done.
        activity: Activity,
        /// The cause.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Storage failed otherwise.
    #[error("storage failed while {}", .activity.text(Language::En))]
    Storage {
        /// What was being done.
        activity: Activity,
        /// The cause.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The statement would change data.
    #[error("only queries are allowed, not {statement}")]
    ReadOnly {
        /// The kind of statement, such as `INSERT`.
        statement: String,
    },
    /// The query is wrong or failed; the text names the place.
    #[error("the query failed: {message}")]
    Query {
        /// The engine's message.
        message: String,
    },
    /// The workspace key is damaged or not the one that sealed the data.
    #[error("the workspace key {path} is unusable: {reason}")]
    Key {
        /// The key file.
        path: PathBuf,
        /// Why.
        reason: &'static str,
    },
    /// An input file cannot be read as Parquet front pages.
    #[error("{file} is not a readable Parquet file: {reason}")]
    Input {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The import was cancelled on request.
    #[error("the import was cancelled")]
    Cancelled,
}

impl WarehouseError {
    /// Wraps a storage failure, telling a full disk from the rest.
    pub fn storage(activity: Activity, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        if is_full(source.as_ref()) {
            Self::StorageFull { activity, source }
        } else {
            Self::Storage { activity, source }
        }
    }

    /// Wraps a failure of the query engine.
    pub(crate) fn query(error: impl std::fmt::Display) -> Self {
        Self::Query {
            message: error.to_string(),
        }
    }
}

/// Whether somewhere in the chain the operating system says that there is no room.
fn is_full(error: &(dyn StdError + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(io) = error.downcast_ref::<io::Error>()
            && matches!(
                io.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            )
        {
            return true;
        }
        current = error.source();
    }
    false
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut current = error.source();
    while let Some(error) = current {
        let next = error.to_string();
        // Many wrappers repeat their source in their own text.
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        current = error.source();
    }
    text
}

impl Localized for WarehouseError {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl WarehouseError {
    fn zh(&self) -> String {
        let lang = Language::Zh;
        match self {
            Self::NoLake { location } => {
                format!(
                    "“{location}”里还没有数据湖。请先运行 biaochi init 建立工作区，或用 --workspace 指定正确的目录。"
                )
            }
            Self::Locked { holder, path } => format!(
                "另一个导入正在进行（{holder}），本次导入没有开始，数据未变。请等它结束后重试，或加 --wait 排队等待。锁文件：{}",
                path.display()
            ),
            Self::UnknownVersion { requested, newest } => format!(
                "没有第 {requested} 版数据，最新是第 {newest} 版。请用 SELECT * FROM import_journal 查看各版本。"
            ),
            Self::NothingAsOf { time } => format!(
                "{time} 及以前还没有任何导入。请换一个较晚的时间，或用 SELECT * FROM import_journal 查看各次导入的时间。"
            ),
            Self::ConcurrentChange { table } => format!(
                "导入期间数据表 {table} 被其他程序改动，本次导入没有生效，数据保持导入前的样子。请确认没有其他程序在写这个数据湖，再重新导入。"
            ),
            Self::Structure { table, difference } => format!(
                "数据表 {table} 的结构与本程序不一致：{difference}。请用建立它的程序版本打开，或新建工作区重新导入。"
            ),
            Self::StorageFull { activity, source } => format!(
                "{}时存储空间已满（或达到配额、文件大小上限），数据保持原样。请清理磁盘或换到更大的磁盘后重试。详情：{}",
                activity.text(lang),
                chain(source.as_ref())
            ),
            Self::Storage { activity, source } => format!(
                "{}时出错，已发布的数据保持原样。请检查磁盘、网络和权限后重试。详情：{}",
                activity.text(lang),
                chain(source.as_ref())
            ),
            Self::ReadOnly { statement } => format!(
                "这里只能查询，不能执行 {statement}。请改用 SELECT；要改变数据请用 biaochi import。"
            ),
            Self::Query { message } => format!(
                "查询没有成功：{message}。请检查表名、列名和语法（SHOW TABLES 列出所有表，DESCRIBE 表名 列出各列）。"
            ),
            Self::Key { path, reason } => format!(
                "工作区密钥 {} 不能使用：{}。请从备份恢复这个文件；没有它，加密保存的个人信息无法读出。",
                path.display(),
                match *reason {
                    "missing" => "文件不见了，而已有用它加密的数据",
                    "length" => "长度不对",
                    "damaged" => "内容不完整或被改动过",
                    "newer" => "由更新的程序写成，要用那个版本或更新的程序打开",
                    "mismatch" => "与加密数据时用的密钥不同",
                    "permissions" => "其他用户可以读取（应为 0600）",
                    other => other,
                }
            ),
            Self::Input { file, reason } => {
                format!(
                    "文件“{file}”不能作为 Parquet 读取：内容已损坏、不完整，或用了不支持的类型和压缩方式。请确认文件完整，必要时重新导出。技术信息：{reason}"
                )
            }
            Self::Cancelled => "导入已按要求取消，数据保持导入前的样子。".to_owned(),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::NoLake { .. } => format!(
                "{self}; run `biaochi init` first or name the right folder with --workspace"
            ),
            Self::Locked { path, .. } => format!(
                "{self}; nothing was changed: try again when it has ended, or queue with --wait (lock file {})",
                path.display()
            ),
            Self::UnknownVersion { .. } | Self::NothingAsOf { .. } => {
                format!("{self}; see SELECT * FROM import_journal")
            }
            Self::ConcurrentChange { .. } => {
                format!(
                    "{self}; nothing was published: make sure that nobody else writes to this lake, then import again"
                )
            }
            Self::Structure { .. } => {
                format!("{self}; use the program version that made it, or a new workspace")
            }
            Self::StorageFull { source, .. } => {
                format!(
                    "{self}; the data is as before: free some space and try again ({})",
                    chain(source.as_ref())
                )
            }
            Self::Storage { source, .. } => format!(
                "{self}; the published data is as before: check disk, network and permissions ({})",
                chain(source.as_ref())
            ),
            Self::ReadOnly { .. } => {
                format!("{self}; use SELECT, and `biaochi import` to change data")
            }
            Self::Query { .. } => format!("{self}; SHOW TABLES and DESCRIBE <table> list names"),
            Self::Key { .. } => format!("{self}; restore the file from a backup"),
            Self::Input { .. } => format!("{self}; check that the file is complete"),
            Self::Cancelled => format!("{self}; the data is as before"),
        }
    }
}

/// Result of a warehouse operation.
pub type Result<T, E = WarehouseError> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_disk_is_recognised_through_wrappers() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] io::Error);
        let full = Outer(io::Error::from(io::ErrorKind::StorageFull));
        let error = WarehouseError::storage(Activity::WriteData, full);
        assert!(matches!(error, WarehouseError::StorageFull { .. }));
        assert!(error.text(Language::Zh).contains("存储空间已满"));
        let other = Outer(io::Error::from(io::ErrorKind::PermissionDenied));
        let error = WarehouseError::storage(Activity::WriteData, other);
        assert!(matches!(error, WarehouseError::Storage { .. }));
    }
}

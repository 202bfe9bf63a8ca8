//! What can be typed after `biaochi init`, `biaochi import` and `biaochi sql`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// 工作区文件夹
    #[arg(value_name = "文件夹")]
    pub(crate) folder: Option<PathBuf>,
    /// 入库时使用的分组方案
    #[arg(long, value_name = "方案")]
    pub(crate) scheme: Option<String>,
    /// 权重表
    #[arg(long, value_name = "权重表")]
    pub(crate) weights: Option<String>,
    /// 文件中没有机构代码时使用的机构代码
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 分组前把国临版编码转换为医保版
    #[arg(long)]
    pub(crate) translate: bool,
}

/// How an import meets what is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// 文件中出现的机构月份整月替换
    ReplaceMonth,
    /// 按记录更正或补充，其余不动
    Correction,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// 文件或文件夹，可多个；一起作为一次导入
    #[arg(required = true, value_name = "文件")]
    pub(crate) files: Vec<PathBuf>,
    /// 导入方式
    #[arg(long, value_enum, default_value_t = Mode::ReplaceMonth)]
    pub(crate) mode: Mode,
    /// 确认整月替换：文件里的病案不到这个月现有（至少 50 份）的一半时，不加这个选项不会导入
    #[arg(long)]
    pub(crate) allow_fewer: bool,
    /// 文件中没有机构代码时使用的机构代码
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 分组方案（默认用工作区配置）
    #[arg(long, value_name = "方案")]
    pub(crate) scheme: Option<String>,
    /// 另一个导入正在进行时等待，而不是退出
    #[arg(long)]
    pub(crate) wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Sql {
    /// SQL 语句
    #[arg(
        required_unless_present = "file",
        conflicts_with = "file",
        value_name = "SQL"
    )]
    pub(crate) sql: Option<String>,
    /// 从文件读取 SQL
    #[arg(long, value_name = "文件")]
    pub(crate) file: Option<PathBuf>,
    /// 查询某一版本的数据（版本号见 import_journal 表）
    #[arg(long, conflicts_with = "as_of", value_name = "版本")]
    pub(crate) version: Option<u64>,
    /// 查询某一时刻的数据，如 2024-03-05T08:00:00
    #[arg(long, value_name = "时间")]
    pub(crate) as_of: Option<String>,
    /// 以 CSV 输出
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// 把结果写成 Parquet 文件
    #[arg(long, value_name = "文件")]
    pub(crate) parquet: Option<PathBuf>,
    /// 表格最多显示多少行（0 为不限）
    #[arg(long, default_value_t = 200, value_name = "行数")]
    pub(crate) limit: usize,
}

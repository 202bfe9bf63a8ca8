//! What can be typed after `biaochi synth`, `biaochi demo` and `biaochi bench`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// 出院人次
    #[arg(long, short = 'n', default_value_t = 200_000, value_name = "人次")]
    pub(crate) records: u64,
    /// 随机种子
    #[arg(long, default_value_t = 1, value_name = "种子")]
    pub(crate) seed: u64,
    /// 输出文件夹
    #[arg(long, short = 'o', default_value = "合成数据", value_name = "文件夹")]
    pub(crate) out: PathBuf,
    /// 起始月份
    #[arg(long, default_value = "2021-01", value_name = "年-月")]
    pub(crate) from: String,
    /// 截止月份
    #[arg(long, default_value = "2025-12", value_name = "年-月")]
    pub(crate) to: String,
    /// 只写出这些机构的病案（机构代码，可重复）；不填为全部机构
    #[arg(long, value_name = "机构代码")]
    pub(crate) institution: Vec<String>,
    /// 文件编码
    #[arg(long, value_enum, default_value_t = Encoding::Utf8)]
    pub(crate) encoding: Encoding,
    /// 全部写入一个文件（用于测速），只用 hqms811 版式
    #[arg(long)]
    pub(crate) single_file: bool,
    /// 不植入缺陷
    #[arg(long)]
    pub(crate) clean: bool,
}

/// Text encoding of written files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Encoding {
    /// UTF-8
    Utf8,
    /// GB18030
    Gb18030,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// 出院人次
    #[arg(long, short = 'n', default_value_t = 200_000, value_name = "人次")]
    pub(crate) records: u64,
    /// 随机种子
    #[arg(long, default_value_t = 1, value_name = "种子")]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// 只测这些项目：grouping、checks、assessment、import、scaling、group-file、query、plans、indicators
    #[arg(value_name = "项目")]
    pub(crate) names: Vec<String>,
    /// 记录数
    #[arg(long, short = 'n', value_name = "记录数")]
    pub(crate) records: Option<u64>,
    /// 临时文件所在文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) scratch: Option<PathBuf>,
}

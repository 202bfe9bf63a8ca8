//! What can be typed after `biaochi check` and `biaochi replay`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// 文件；- 表示标准输入
    #[arg(default_value = "-", value_name = "文件")]
    pub(crate) file: PathBuf,
    /// 检查一份写成 JSON 的病案，而不是文件（- 表示标准输入）
    #[arg(long, value_name = "病案.json", conflicts_with = "file")]
    pub(crate) record: Option<PathBuf>,
    /// 接口标准，只用于 --record
    #[arg(long, default_value = "hqms811", value_name = "版式")]
    pub(crate) layout: String,
    /// 质控规则包
    #[arg(long, default_value = biaochi_app::check::NATIONAL, value_name = "规则包")]
    pub(crate) checks: String,
    /// 只列出达到这个阶段的问题
    #[arg(long, value_enum, default_value_t = FromStage::Advisory)]
    pub(crate) stage: FromStage,
    /// 分组方案，用于与分组有关的规则和试算
    #[arg(long, default_value = "chs_drg_11", value_name = "方案")]
    pub(crate) scheme: String,
    /// 权重表，用于试算权重变化
    #[arg(long, value_name = "权重表")]
    pub(crate) weights: Option<String>,
    /// 分组前把国临版编码转换为医保版
    #[arg(long)]
    pub(crate) translate: bool,
    /// 以 CSV 输出，每个问题一行
    #[arg(long)]
    pub(crate) csv: bool,
    /// 输出到文件（.xlsx、.csv 或 .json）
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: Option<PathBuf>,
}

/// The stage from which findings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FromStage {
    /// 全部，包括试行的规则
    Trial,
    /// 提示和强制
    Advisory,
    /// 只要强制
    Enforced,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// 质控规则包；与入库时的规则包问的问题相同，只是扣分、程度、阶段或界线不同
    #[arg(long, value_name = "规则包")]
    pub(crate) checks: String,
}

//! What can be typed after `biaochi group` and `biaochi explain`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Group {
    /// 文件；- 表示标准输入
    #[arg(default_value = "-", value_name = "文件")]
    pub(crate) file: PathBuf,
    /// 分组方案
    #[arg(long, default_value = "chs_drg_11", value_name = "方案")]
    pub(crate) scheme: String,
    /// 以 CSV 输出，每个输入行一行，顺序不变
    #[arg(long)]
    pub(crate) csv: bool,
    /// 输出到文件（.csv 或 .json）
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: Option<PathBuf>,
    /// 权重表，用于输出权重和 CMI
    #[arg(long, value_name = "权重表")]
    pub(crate) weights: Option<String>,
    /// 分组前把国临版编码转换为医保版（cases 版式以 trans 列为准）
    #[arg(long)]
    pub(crate) translate: bool,
    /// 同时输出分组理由
    #[arg(long)]
    pub(crate) reasons: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// 记录：病案号或记录键；与 --file 合用时为 id 或行号（如 第12行 写作 :12）。后面写了机构代码时，为考核方案或一次考核的标识
    #[arg(value_name = "记录或方案")]
    pub(crate) record: String,
    /// 机构代码：解释它在这个考核方案下的得分
    #[arg(value_name = "机构", conflicts_with_all = ["file", "what_if"])]
    pub(crate) organisation: Option<String>,
    /// 考核项目：只解释这一项
    #[arg(value_name = "项目")]
    pub(crate) item: Option<String>,
    /// 考核阶段：只解释这一项在这一阶段的得分
    #[arg(long, value_name = "阶段", requires = "item")]
    pub(crate) phase: Option<String>,
    /// 从文件而不是工作区取记录
    #[arg(long, value_name = "文件")]
    pub(crate) file: Option<PathBuf>,
    /// 分组方案（默认用工作区配置；与 --file 合用时默认 chs_drg_11）
    #[arg(long, value_name = "方案")]
    pub(crate) scheme: Option<String>,
    /// 列出会改变分组的单项变化（仅供分析，不作为编码建议）
    #[arg(long)]
    pub(crate) what_if: bool,
    /// 权重表，用于显示权重
    #[arg(long, value_name = "权重表")]
    pub(crate) weights: Option<String>,
    /// 分组前把国临版编码转换为医保版
    #[arg(long)]
    pub(crate) translate: bool,
}

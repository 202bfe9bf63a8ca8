//! What can be typed after `biaochi report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be reported.
#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// 病案首页质量通报：得分、甲级率、完整率、准确率、主要问题及其对分组的影响
    #[command(
        after_help = "示例：\n  biaochi report quality\n  biaochi report quality --from 2024-01 --to 2024-12 -o 质量通报.pdf\n  \
                      biaochi report quality --organisation 12990121SYN0010100 -o 本院.xlsx\n\
                      -o 的文件名决定格式：.pdf（通报）、.xlsx（工作簿）、.json。\n\
                      口径见 docs/reports.zh-CN.md。"
    )]
    Quality(QualityReport),
    /// 绩效考核通报：名次、等次、与上一次比较、失分最多的项目和理由、没有数据的项目
    #[command(
        after_help = "示例：\n  biaochi report assessment wanshan-2021-demo -o 绩效考核通报.pdf\n\
                      得分表和排名（.xlsx）用 biaochi assess show <考核> -o 得分表.xlsx。"
    )]
    Assessment(AssessmentReport),
    /// 医院简介（一页）：主要指标和走势、首页质量、方案目标、考核结果、逾期任务
    #[command(
        after_help = "示例：\n  biaochi report profile 12990121SYN0010100 --plan national-2021 -o 简介.pdf\n  \
                      biaochi report profile 云泽县人民医院 --period 2025 -o 简介.pdf"
    )]
    Profile(ProfileReport),
}

#[derive(Debug, Args)]
pub(crate) struct AssessmentReport {
    /// 考核标识；写方案时为最近一次计算过的考核
    #[arg(value_name = "考核")]
    pub(crate) run: String,
    /// 通报的编制单位
    #[arg(long, value_name = "名称")]
    pub(crate) issuer: Option<String>,
    /// 通报的日期（默认：冻结的日期，同样的考核逐字节相同）
    #[arg(long, value_name = "日期")]
    pub(crate) date: Option<String>,
    /// 通报的版式（默认：自己的内容包里的，没有则用自带的）
    #[arg(long, value_name = "标识")]
    pub(crate) template: Option<String>,
    /// 输出到文件（.pdf）
    #[arg(long, short = 'o', value_name = "文件.pdf")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ProfileReport {
    /// 机构代码或全称
    #[arg(value_name = "机构")]
    pub(crate) organisation: String,
    /// 时期（默认：有病案的最后一个月往前共十二个月）
    #[arg(long, value_name = "时期")]
    pub(crate) period: Option<String>,
    /// 列出哪个方案的目标
    #[arg(long, value_name = "方案")]
    pub(crate) plan: Option<String>,
    /// 截至哪一天的逾期任务，也是文书的日期（默认：今天）
    #[arg(long, value_name = "日期")]
    pub(crate) on: Option<String>,
    /// 简介的版式（默认：自己的内容包里的，没有则用自带的）
    #[arg(long, value_name = "标识")]
    pub(crate) template: Option<String>,
    /// 输出到文件（.pdf 或 .json）
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct QualityReport {
    /// 只报一家机构，并与其他机构的合计比较
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 起始月份，如 2024-01（默认：截止月份往前共十二个月）
    #[arg(long, value_name = "月份")]
    pub(crate) from: Option<String>,
    /// 截止月份，如 2024-12（默认：有质控结果的最后一个月）
    #[arg(long, value_name = "月份")]
    pub(crate) to: Option<String>,
    /// 每权重折合的费用（元），用来估算付费变化
    #[arg(long, value_name = "元")]
    pub(crate) rate: Option<String>,
    /// 通报的编制单位（默认：只有一家机构时为该机构）
    #[arg(long, value_name = "名称")]
    pub(crate) issuer: Option<String>,
    /// 通报的版式（默认：自己的内容包里的，没有则用自带的）
    #[arg(long, value_name = "标识")]
    pub(crate) template: Option<String>,
    /// 输出到文件（.pdf、.xlsx 或 .json）
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: Option<PathBuf>,
}

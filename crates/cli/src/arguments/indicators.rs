//! What can be typed after `biaochi indicators`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Indicators {
    /// 列出指标的定义
    #[command(after_help = "示例：\n  biaochi indicators list\n  biaochi indicators list 手术")]
    List {
        /// 只列标识、名称或维度中有这个词的
        #[arg(value_name = "词")]
        word: Option<String>,
        /// 指标包的标识（默认用国家指标）
        #[arg(long, value_name = "指标包")]
        pack: Option<String>,
        /// 以 CSV 输出
        #[arg(long)]
        csv: bool,
    },
    /// 算好全部病案指标的合计：一遍读完，只算有变动的机构月份
    Compute {
        /// 指标包的标识（默认用国家指标）
        #[arg(long, value_name = "指标包")]
        pack: Option<String>,
        /// 打印查询计划
        #[arg(long)]
        plan: bool,
        /// 另一个计算正在进行时等待，而不是退出
        #[arg(long)]
        wait: bool,
    },
    /// 看指标值；只写一个指标时可以看构成、趋势、同类、变动原因和病案
    #[command(
        after_help = "示例：\n  biaochi indicators show --unit all --period 2024\n  \
                      biaochi indicators show T3-4 --unit hospital:12990121SYN0010100 --period 2024Q1 --by --trend 4 --peers\n  \
                      biaochi indicators show T3-4 --unit all --period 2024H2 --against 2024H1\n  \
                      biaochi indicators show T3-4 --unit all --period 2024-03 --records --csv\n\
                      单位写作 all、division:区划代码、alliance:标识、hospital:机构代码、department:机构代码/科室；\n\
                      时期写作 2024-03、2024Q1、2024H1、2024、2024-03R12（滚动 12 个月）、2021-01..2025-12，\n\
                      按天写作 2024-03-15 或 2024-03-15..2024-04-20（填报数据按月，没有按天的值）。"
    )]
    Show(Show),
    /// 换一版指标包会改变哪些值，启用前先看
    #[command(
        after_help = "示例：\n  biaochi indicators diff 本县指标 --unit all --period 2024 --packs 本县内容包"
    )]
    Diff {
        /// 另一个指标包的标识
        #[arg(value_name = "指标包")]
        other: String,
        #[command(flatten)]
        place: Place,
    },
    /// 与手工名单逐例核对：两边都有、只有一边、金额不同，并说明原因
    #[command(
        after_help = "示例：\n  biaochi indicators reconcile T3-4 科室名单.csv --unit department:12990121SYN0010100/0301 --period 2024-03\n\
                      名单是 CSV 或 XLSX，第一列是病案号或记录键，第二列可以是金额。"
    )]
    Reconcile {
        /// 指标的标识
        #[arg(value_name = "指标")]
        indicator: String,
        /// 名单文件
        #[arg(value_name = "名单")]
        list: PathBuf,
        #[command(flatten)]
        place: Place,
        /// 以 CSV 输出
        #[arg(long)]
        csv: bool,
    },
}

/// Whose values, and when.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// 单位：all、hospital:机构代码、department:机构代码/科室、division:区划代码、alliance:标识
    #[arg(long, default_value = "all", value_name = "单位")]
    pub(crate) unit: String,
    /// 时期，如 2024-03、2024Q1、2024、2024-03-15
    #[arg(long, value_name = "时期")]
    pub(crate) period: String,
    /// 指标包的标识（默认用国家指标）
    #[arg(long, value_name = "指标包")]
    pub(crate) pack: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// 指标的标识；不写则列出全部
    #[arg(value_name = "指标")]
    pub(crate) indicators: Vec<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// 与这个时期相比，什么使它变动：构成还是水平
    #[arg(long, value_name = "时期")]
    pub(crate) against: Option<String>,
    /// 各组成部分的值：机构，或一家机构的科室
    #[arg(long)]
    pub(crate) by: bool,
    /// 往前几个同样长的时期的值
    #[arg(long, value_name = "期数")]
    pub(crate) trend: Option<usize>,
    /// 同级同类机构的值，分母太小的不显示
    #[arg(long)]
    pub(crate) peers: bool,
    /// 分母小于多少不在同类比较中显示
    #[arg(long, default_value_t = 10, value_name = "例数")]
    pub(crate) minimum: u64,
    /// 列出分子、分母的病案
    #[arg(long)]
    pub(crate) records: bool,
    /// 没有值的指标也列出
    #[arg(long)]
    pub(crate) all: bool,
    /// 以 CSV 输出
    #[arg(long)]
    pub(crate) csv: bool,
}

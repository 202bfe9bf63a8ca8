//! What can be typed after `biaochi dataset`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Writer;

/// What can be asked and done about data sets.
#[derive(Debug, Subcommand)]
pub(crate) enum Dataset {
    /// 列出可用的数据集：谁填、谁审、多久一次、何时截止
    List,
    /// 看一个数据集的口径，或某机构某期填报的内容、问题和经过
    #[command(after_help = "示例：\n  biaochi dataset show finance\n  \
                      biaochi dataset show finance --organisation 45010000-1 --period 2024-03\n  \
                      biaochi dataset show finance --organisation 45010000-1 --period 2024-03 --history")]
    Show {
        /// 数据集标识
        #[arg(value_name = "数据集")]
        dataset: String,
        #[command(flatten)]
        whose: Whose,
        /// 列出每一步的经过和各个版本
        #[arg(long, requires = "organisation", requires = "period")]
        history: bool,
    },
    /// 生成填报模板：XLSX 带上期数据、下拉列表和口径；CSV 可供多家机构一起填
    #[command(
        after_help = "示例：\n  biaochi dataset template finance --organisation 45010000-1 --period 2024-03 -o 财务月报.xlsx\n  \
                      biaochi dataset template finance --period 2024-03 -o 全县财务.csv\n\
                      模板中行、列的位置可以移动，认的是隐藏的字段标识。"
    )]
    Template {
        /// 数据集标识
        #[arg(value_name = "数据集")]
        dataset: String,
        /// 机构代码，或 division:区划代码、alliance:医联体标识；CSV 不写则列出全部应报机构
        #[arg(long, value_name = "代码")]
        organisation: Option<String>,
        /// 期间，如 2024-03、2024Q1、2024H1、2024
        #[arg(long, value_name = "期间")]
        period: String,
        /// 输出文件，.xlsx 或 .csv
        #[arg(long, short = 'o', value_name = "文件")]
        output: PathBuf,
    },
    /// 导入填好的文件（XLSX 模板、CSV、JSON）为草稿；有问题的逐格说明，填的内容不丢
    #[command(
        after_help = "示例：\n  biaochi dataset import 财务月报.xlsx --actor 张财务\n  \
                      biaochi dataset import 全县财务.csv --actor 县卫健局\n  \
                      biaochi dataset import 历年数据.csv --actor 补录员 --approved-by 李局长\n\
                      已审核的数据再次导入会建立新版本，须用 --comment 说明理由；旧版本保留。\n\
                      --approved-by 用于补录别处已审核的数据：没有问题的直接生效，有问题的留作草稿。"
    )]
    Import {
        /// 填好的文件
        #[arg(required = true, value_name = "文件")]
        files: Vec<PathBuf>,
        /// 数据集标识（默认由模板或列名识别）
        #[arg(long, value_name = "数据集")]
        dataset: Option<String>,
        #[command(flatten)]
        whose: Whose,
        /// 数据已在别处审核，审核人是谁
        #[arg(long, value_name = "姓名")]
        approved_by: Option<String>,
        #[command(flatten)]
        step: DatasetStep,
    },
    /// 提交草稿，等待审核；有错误的不能提交，需核实的要用 --comment 说明
    #[command(
        after_help = "示例：\n  biaochi dataset submit finance --organisation 45010000-1 --period 2024-03 --actor 张财务"
    )]
    Submit(DatasetMeant),
    /// 撤回自己提交的数据
    Withdraw(DatasetMeant),
    /// 退回提交的数据，用 --comment 说明要改什么
    #[command(
        after_help = "示例：\n  biaochi dataset return finance --organisation 45010000-1 --period 2024-03 \
                      --comment 住院收入漏了一个院区 --actor 李局长"
    )]
    Return(DatasetMeant),
    /// 审核通过，数值进入 fact 表（审核人不能是提交人）
    #[command(
        after_help = "示例：\n  biaochi dataset approve finance --organisation 45010000-1 --period 2024-03 --actor 李局长\n  \
                      biaochi dataset approve finance --period 2024-03 --actor 李局长\n\
                      不写机构或期间时，范围内所有已提交的一起审核，一次发布。"
    )]
    Approve(DatasetMeant),
    /// 催报：谁该报什么、何时截止、报到哪一步、逾期几天
    #[command(
        after_help = "示例：\n  biaochi dataset status\n  biaochi dataset status --late\n  \
                      biaochi dataset status --dataset finance --from 2024-01 --to 2024-12"
    )]
    Status {
        /// 只看一个数据集
        #[arg(long, value_name = "数据集")]
        dataset: Option<String>,
        /// 只看一家机构
        #[arg(long, value_name = "代码")]
        organisation: Option<String>,
        /// 起始月份：期末在这个月及以后（默认同截止月份）
        #[arg(long, value_name = "月份")]
        from: Option<String>,
        /// 截止月份：期末在这个月及以前（默认上个月）
        #[arg(long, value_name = "月份")]
        to: Option<String>,
        /// 只列逾期未报的
        #[arg(long)]
        late: bool,
        /// 按哪一天计算（默认今天）
        #[arg(long, value_name = "日期")]
        today: Option<String>,
    },
}

/// Whose, and for when.
#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// 机构代码，或 division:区划代码、alliance:医联体标识
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 期间，如 2024-03、2024Q1、2024H1、2024
    #[arg(long, value_name = "期间")]
    pub(crate) period: Option<String>,
}

/// Who acts, and what is said.
#[derive(Debug, Args)]
pub(crate) struct DatasetStep {
    /// 说明：为什么改、哪里需要核实、退回要改什么
    #[arg(long, value_name = "文字")]
    pub(crate) comment: Option<String>,
    #[command(flatten)]
    pub(crate) writer: Writer,
}

/// The submissions that a step is taken with.
#[derive(Debug, Args)]
pub(crate) struct DatasetMeant {
    /// 数据集标识
    #[arg(value_name = "数据集")]
    pub(crate) dataset: String,
    #[command(flatten)]
    pub(crate) whose: Whose,
    #[command(flatten)]
    pub(crate) step: DatasetStep,
}

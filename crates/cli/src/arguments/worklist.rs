//! What can be typed after `biaochi worklist`.

use clap::{Args, Subcommand, ValueEnum};

/// What can be done with the worklist.
#[derive(Debug, Subcommand)]
pub(crate) enum Worklist {
    /// 列出待办（默认：未了结的）
    #[command(
        after_help = "示例：\n  biaochi worklist list --department 0301 --sort price\n  biaochi worklist list --state accepted --json"
    )]
    List {
        #[command(flatten)]
        filter: WorklistFilter,
        /// 次序：影响权重最大的、最先到期的、最严重的在前
        #[arg(long, value_enum, default_value_t = Sort::Due)]
        sort: Sort,
        /// 最多列出几条
        #[arg(long, default_value_t = 30, value_name = "条数")]
        limit: u32,
    },
    /// 按科室、编码员、规则等计数
    Counts {
        #[command(flatten)]
        filter: WorklistFilter,
        /// 按什么计数
        #[arg(long, value_enum, default_value_t = By::Department)]
        by: By,
    },
    /// 看一条和它的经过
    Show {
        /// 编号：记录键/规则，记录键可只写开头几位
        #[arg(value_name = "编号")]
        item: String,
    },
    /// 分派给一个人
    Assign {
        #[command(flatten)]
        step: WorklistStep,
        /// 给谁
        #[arg(long, value_name = "姓名")]
        to: String,
    },
    /// 取消分派
    Release {
        #[command(flatten)]
        step: WorklistStep,
    },
    /// 核实无误，说明理由
    Accept {
        #[command(flatten)]
        step: WorklistStep,
        /// 理由
        #[arg(long, value_name = "理由")]
        reason: String,
    },
    /// 退回重做，说明理由
    Return {
        #[command(flatten)]
        step: WorklistStep,
        /// 理由
        #[arg(long, value_name = "理由")]
        reason: String,
    },
    /// 写一条备注
    Note {
        #[command(flatten)]
        step: WorklistStep,
        /// 备注
        #[arg(long, value_name = "文字")]
        text: String,
    },
}

/// Which items are meant.
#[derive(Debug, Args)]
pub(crate) struct WorklistFilter {
    /// 机构代码
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 出院月份，如 2024-03
    #[arg(long, value_name = "月份")]
    pub(crate) month: Option<String>,
    /// 出院科别
    #[arg(long, value_name = "科室")]
    pub(crate) department: Option<String>,
    /// 主治医师
    #[arg(long, value_name = "姓名")]
    pub(crate) physician: Option<String>,
    /// 编码员
    #[arg(long, value_name = "姓名")]
    pub(crate) coder: Option<String>,
    /// 规则
    #[arg(long, value_name = "规则")]
    pub(crate) check: Option<String>,
    /// 分派给谁
    #[arg(long, value_name = "姓名")]
    pub(crate) assignee: Option<String>,
    /// 状态，可多次指定：open、assigned、corrected、accepted、closed
    #[arg(long = "state", value_name = "状态")]
    pub(crate) states: Vec<String>,
}

/// One item, and who acts.
#[derive(Debug, Args)]
pub(crate) struct WorklistStep {
    /// 编号：记录键/规则，记录键可只写开头几位
    #[arg(value_name = "编号")]
    pub(crate) item: String,
    /// 操作人（默认为系统）
    #[arg(long, value_name = "姓名")]
    pub(crate) actor: Option<String>,
}

/// The order of a worklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// 影响权重最大的在前
    Price,
    /// 最先到期的在前
    Due,
    /// 最严重的在前
    Severity,
}

/// What items are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// 机构
    Organisation,
    /// 月份
    Month,
    /// 科室
    Department,
    /// 主治医师
    Physician,
    /// 编码员
    Coder,
    /// 规则
    Check,
    /// 状态
    State,
}

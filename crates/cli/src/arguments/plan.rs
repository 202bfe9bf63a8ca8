//! What can be typed after `biaochi plan`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be done with plans.
#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    /// 列出方案和目标的绑定数
    List,
    /// 看一个方案，或其中的一个条款、目标、任务
    #[command(
        after_help = "示例：\n  biaochi plan show national-2021\n  biaochi plan show lijiang T07"
    )]
    Show(Show),
    /// 目标的状态：已达到、按进度、有风险、偏离、无数据、待明确；节点：已完成、未到期、逾期、未定期限
    #[command(
        after_help = "示例：\n  biaochi plan status wanshan --unit hospital:45010000-1\n  \
                      biaochi plan status lijiang --unit division:530700 --on 2024-12-31 -o 监测通报.pdf\n  \
                      biaochi plan status wanshan --each institution\n  \
                      biaochi plan status wanshan --each institution --target T07 --csv\n\
                      指标和数据集的目标按期限前的进度和趋势判定，节点以任务验收为准；口径见 docs/plans.zh-CN.md。"
    )]
    Status(Status),
    /// 谁拉低了一个目标：下属机构（医院则为科室）的值、占比、对总值的影响，与上年同期比的水平效应和构成效应
    #[command(
        after_help = "示例：\n  biaochi plan members wanshan T01 --unit division:520603\n  \
                      biaochi plan members lijiang T07 --unit hospital:45010000-1 --on 2024-12-31 --csv\n\
                      率：影响是它使总值偏离目标值多少，各家之和为总值与目标值之差；合计：是它自己的值；其余：是有它没它的差。\n\
                      水平效应是它自己的值变了，构成效应是它的占比变了；各家之和为一年来的变动。"
    )]
    Members(Members),
    /// 任务台账：谁、何时前、办成什么，办到哪一步，谁该催
    #[command(
        after_help = "示例：\n  biaochi plan tasks --plan guide --state assigned --due 2024-12-31\n  \
                      biaochi plan tasks --organisation division:632523 -o 台账.xlsx"
    )]
    Tasks(Tasks),
    /// 目标的绑定：指标、数据集字段、节点各多少，多少待明确
    Coverage,
    /// 与上级方案比：低于上级、期限晚于上级、上级有而本级没有的目标
    #[command(after_help = "示例：\n  biaochi plan cascade tianjin")]
    Cascade(Cascade),
    /// 月度通报的数据：各机构的任务、验收、逾期、督办，和当月的经过
    #[command(after_help = "示例：\n  biaochi plan bulletin guide --month 2024-06 --json")]
    Bulletin(Bulletin),
    /// 办理任务：列入台账、分派、分解、报告、督办、回复、整改、验收
    #[command(subcommand)]
    Task(PlanTask),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// 方案
    #[arg(value_name = "方案")]
    pub(crate) plan: String,
    /// 条款、目标或任务的编号
    #[arg(value_name = "编号")]
    pub(crate) item: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// 方案
    #[arg(value_name = "方案")]
    pub(crate) plan: String,
    /// 对象：all、division:区划代码、alliance:医联体、hospital:机构代码
    #[arg(long, default_value = "all", value_name = "对象")]
    pub(crate) unit: String,
    /// 哪一天（默认今天）
    #[arg(long, value_name = "日期")]
    pub(crate) on: Option<String>,
    /// 逐个列出对象下的每个单位：province、city、county、township、alliance、institution、department
    #[arg(long, value_name = "层级")]
    pub(crate) each: Option<String>,
    /// 只看一个目标，从最差的单位到最好的；与 --each 一起用
    #[arg(long, requires = "each", value_name = "编号")]
    pub(crate) target: Option<String>,
    /// 以 CSV 输出
    #[arg(long)]
    pub(crate) csv: bool,
    /// 输出监测通报（.pdf）或工作簿（.xlsx）
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: Option<PathBuf>,
    /// 通报的编制单位
    #[arg(long, value_name = "名称")]
    pub(crate) issuer: Option<String>,
    /// 通报的版式（默认：自己的内容包里的，没有则用自带的）
    #[arg(long, value_name = "标识")]
    pub(crate) template: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Members {
    /// 方案
    #[arg(value_name = "方案")]
    pub(crate) plan: String,
    /// 目标的编号
    #[arg(value_name = "目标")]
    pub(crate) target: String,
    /// 对象：all、division:区划代码、alliance:医联体、hospital:机构代码
    #[arg(long, default_value = "all", value_name = "对象")]
    pub(crate) unit: String,
    /// 哪一天（默认今天）
    #[arg(long, value_name = "日期")]
    pub(crate) on: Option<String>,
    /// 以 CSV 输出
    #[arg(long)]
    pub(crate) csv: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Tasks {
    /// 方案
    #[arg(long, value_name = "方案")]
    pub(crate) plan: Option<String>,
    /// 机构代码，或 division:区划代码
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 责任科室
    #[arg(long, value_name = "科室")]
    pub(crate) department: Option<String>,
    /// 责任人
    #[arg(long, value_name = "姓名")]
    pub(crate) assignee: Option<String>,
    /// 状态，可多次指定：open、assigned、submitted、correcting、accepted
    #[arg(long = "state", value_name = "状态")]
    pub(crate) states: Vec<String>,
    /// 期限在这一天或以前
    #[arg(long, value_name = "日期")]
    pub(crate) due: Option<String>,
    /// 只列督办未回复的
    #[arg(long)]
    pub(crate) orders: bool,
    /// 哪一天（默认今天），用来算剩余天数和逾期
    #[arg(long, value_name = "日期")]
    pub(crate) on: Option<String>,
    /// 最多列出几条
    #[arg(long, default_value_t = 1000, value_name = "条数")]
    pub(crate) limit: u32,
    /// 输出到工作簿（.xlsx）
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Cascade {
    /// 方案
    #[arg(value_name = "方案")]
    pub(crate) plan: String,
}

#[derive(Debug, Args)]
pub(crate) struct Bulletin {
    /// 方案
    #[arg(value_name = "方案")]
    pub(crate) plan: String,
    /// 月份，如 2024-06
    #[arg(long, value_name = "月份")]
    pub(crate) month: String,
}

/// What can be done with a task.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanTask {
    /// 把方案的任务列入一家机构的台账；已在台账的不变
    #[command(
        after_help = "示例：\n  biaochi plan task adopt guide --organisation division:632523 --actor 卫健局\n  \
                      biaochi plan task adopt guide --organisation 45010000-1 --task R01 --task R02"
    )]
    Adopt {
        /// 方案
        #[arg(value_name = "方案")]
        plan: String,
        /// 机构代码，或 division:区划代码
        #[arg(long, value_name = "代码")]
        organisation: String,
        /// 只列入这些任务，可多次指定（默认全部）
        #[arg(long = "task", value_name = "编号")]
        tasks: Vec<String>,
        /// 操作人（默认为系统）
        #[arg(long, value_name = "姓名")]
        actor: Option<String>,
    },
    /// 看一项任务：节点、佐证材料和全部经过
    History {
        /// 任务：机构/方案/编号
        #[arg(value_name = "任务")]
        task: String,
    },
    /// 分派给科室和人
    Assign {
        #[command(flatten)]
        step: TaskStep,
        /// 责任科室
        #[arg(long, value_name = "科室")]
        department: String,
        /// 责任人
        #[arg(long, default_value = "", value_name = "姓名")]
        to: String,
    },
    /// 分解出一项任务，交给一个科室
    BreakDown {
        #[command(flatten)]
        step: TaskStep,
        /// 做什么
        #[arg(long, value_name = "文字")]
        title: String,
        /// 责任科室
        #[arg(long, value_name = "科室")]
        department: String,
        /// 责任人
        #[arg(long, default_value = "", value_name = "姓名")]
        to: String,
        /// 期限（默认与整项任务相同）
        #[arg(long, value_name = "日期")]
        due: Option<String>,
    },
    /// 设置一个节点
    Milestone {
        #[command(flatten)]
        step: TaskStep,
        /// 到那时达到什么
        #[arg(long, value_name = "文字")]
        title: String,
        /// 期限
        #[arg(long, value_name = "日期")]
        due: String,
    },
    /// 登记一个节点完成
    Reach {
        #[command(flatten)]
        step: TaskStep,
        /// 第几个节点
        #[arg(long, value_name = "序号")]
        number: u64,
        /// 哪一天（默认今天）
        #[arg(long, value_name = "日期")]
        on: Option<String>,
    },
    /// 报告进展
    Report {
        #[command(flatten)]
        step: TaskStep,
        /// 完成百分之几
        #[arg(long, value_parser = clap::value_parser!(u8).range(0..=100), value_name = "百分数")]
        progress: u8,
        /// 做了什么
        #[arg(long, value_name = "文字")]
        text: String,
        /// 佐证材料，可多次指定；存入工作区的 evidence 文件夹
        #[arg(long, value_name = "文件")]
        evidence: Vec<PathBuf>,
    },
    /// 报送完成，等待验收
    Submit {
        #[command(flatten)]
        step: TaskStep,
        /// 做了什么
        #[arg(long, value_name = "文字")]
        text: String,
        /// 佐证材料，可多次指定；存入工作区的 evidence 文件夹
        #[arg(long, value_name = "文件")]
        evidence: Vec<PathBuf>,
    },
    /// 督办：要求在期限前答复
    Supervise {
        #[command(flatten)]
        step: TaskStep,
        /// 理由
        #[arg(long, value_name = "理由")]
        reason: String,
        /// 答复期限
        #[arg(long, value_name = "日期")]
        reply_due: String,
    },
    /// 回复督办
    Reply {
        #[command(flatten)]
        step: TaskStep,
        /// 答复
        #[arg(long, value_name = "文字")]
        text: String,
        /// 佐证材料，可多次指定；存入工作区的 evidence 文件夹
        #[arg(long, value_name = "文件")]
        evidence: Vec<PathBuf>,
    },
    /// 要求整改
    Correct {
        #[command(flatten)]
        step: TaskStep,
        /// 问题
        #[arg(long, value_name = "理由")]
        reason: String,
        /// 整改期限（默认不变）
        #[arg(long, value_name = "日期")]
        due: Option<String>,
    },
    /// 验收通过；分解的任务须先验收，督办须先回复
    Accept {
        #[command(flatten)]
        step: TaskStep,
        /// 验收意见
        #[arg(long, default_value = "", value_name = "文字")]
        text: String,
    },
    /// 调整期限
    Postpone {
        #[command(flatten)]
        step: TaskStep,
        /// 期限
        #[arg(long, value_name = "日期")]
        due: String,
        /// 理由
        #[arg(long, value_name = "理由")]
        reason: String,
    },
    /// 写一条备注
    Note {
        #[command(flatten)]
        step: TaskStep,
        /// 备注
        #[arg(long, value_name = "文字")]
        text: String,
    },
}

/// One task, who acts, and what was seen of it.
#[derive(Debug, Args)]
pub(crate) struct TaskStep {
    /// 任务：机构/方案/编号
    #[arg(value_name = "任务")]
    pub(crate) task: String,
    /// 操作人（默认为系统）
    #[arg(long, value_name = "姓名")]
    pub(crate) actor: Option<String>,
    /// 您看到的是第几版；已有更新的版本时不办理
    #[arg(long, value_name = "版次")]
    pub(crate) revision: Option<u64>,
}

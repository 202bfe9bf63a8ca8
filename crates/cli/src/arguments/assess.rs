//! What can be typed after `biaochi assess`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be asked and done about assessments.
#[derive(Debug, Subcommand)]
pub(crate) enum Assess {
    /// 列出考核方案和指数，或查看一个：组成、等次、参数（标出假定的）
    Schemes {
        /// 方案或指数
        #[arg(value_name = "方案")]
        id: Option<String>,
    },
    /// 冻结一次考核：固定机构、指标值、录入值、事件和方案内容，随即计算
    #[command(
        after_help = "示例：\n  biaochi assess run wanshan-2021-demo --period 2025 --unit division:990121 --actor 考核办\n  \
                      biaochi assess run wanshan-2021 --units 机构.csv --values 值.csv --set total.cap=\n\
                      机构.csv 的表头：机构代码,机构名称,类别；值.csv 的表头：机构代码,来源,时期,值。"
    )]
    Run(AssessRun),
    /// 列出各次考核，或查看一次：得分、等次、名次、异议、调整、经过
    Show {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: Option<String>,
        /// 写出得分表和排名（.xlsx）
        #[arg(long, short = 'o', value_name = "文件.xlsx")]
        output: Option<PathBuf>,
    },
    /// 按冻结的数据和已决定的调整重新计算
    Compute {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: String,
        #[command(flatten)]
        who: Who,
    },
    /// 录入：阶段得分、其他考核的等次、项目的值
    #[command(
        after_help = "示例：\n  biaochi assess enter wanshan-2021 12520603MB0001 --period 2021 --phase q1=88.5 --phase q3=90 --actor 考核组\n  \
                      biaochi assess enter wanshan-2021 12520603MB0001 --period 2021 --attribute political-quality=好 --actor 组织部\n\
                      值留空（如 --phase q1=）为撤销。"
    )]
    Enter(AssessEnter),
    /// 加分、扣分和否决事件：报告、审核、列出
    #[command(subcommand)]
    Events(AssessEvents),
    /// 机构对得分提出异议，附佐证文件
    Object {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: String,
        /// 机构代码
        #[arg(value_name = "机构")]
        organisation: String,
        /// 阶段
        #[arg(long, value_name = "阶段")]
        phase: Option<String>,
        /// 项目
        #[arg(long, value_name = "项目")]
        item: Option<String>,
        /// 异议的内容
        #[arg(long, value_name = "内容")]
        claim: String,
        /// 佐证文件（记录名称和 SHA-256），可多次
        #[arg(long, value_name = "文件")]
        evidence: Vec<PathBuf>,
        #[command(flatten)]
        who: Who,
    },
    /// 答复异议：成立或不成立（答复人不能是提出人）
    Reply {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: String,
        /// 异议编号
        #[arg(value_name = "编号")]
        number: u64,
        /// 异议成立
        #[arg(long, conflicts_with = "reject", required_unless_present = "reject")]
        uphold: bool,
        /// 异议不成立
        #[arg(long)]
        reject: bool,
        /// 答复的内容
        #[arg(long, value_name = "内容")]
        words: String,
        #[command(flatten)]
        who: Who,
    },
    /// 提出调整：改一个项目的值（--reading）、项目的得分或阶段的得分（--points）
    Adjust {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: String,
        /// 机构代码
        #[arg(value_name = "机构")]
        organisation: String,
        /// 阶段
        #[arg(long, value_name = "阶段")]
        phase: String,
        /// 项目；不写则调整阶段的得分
        #[arg(long, value_name = "项目")]
        item: Option<String>,
        /// 新的值
        #[arg(
            long,
            value_name = "数",
            required_unless_present = "points",
            allow_hyphen_values = true
        )]
        reading: Option<String>,
        /// 新的得分
        #[arg(
            long,
            value_name = "数",
            conflicts_with = "reading",
            allow_hyphen_values = true
        )]
        points: Option<String>,
        /// 为什么
        #[arg(long, value_name = "理由")]
        reason: String,
        /// 由哪一件异议引起
        #[arg(long, value_name = "编号")]
        objection: Option<u64>,
        #[command(flatten)]
        who: Who,
    },
    /// 决定调整（决定人不能是提出人）
    Decide {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: String,
        /// 调整编号
        #[arg(value_name = "编号")]
        number: u64,
        /// 同意
        #[arg(long, conflicts_with = "refuse", required_unless_present = "refuse")]
        approve: bool,
        /// 同意，并替代同一机构、阶段、项目已生效的调整
        #[arg(long, requires = "approve")]
        replace: bool,
        /// 不同意
        #[arg(long)]
        refuse: bool,
        /// 理由
        #[arg(long, value_name = "内容")]
        words: String,
        #[command(flatten)]
        who: Who,
    },
    /// 发布：异议都已答复、调整都已决定并重新计算后，结果定稿
    Publish {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: String,
        /// 说明
        #[arg(long, value_name = "内容", default_value = "")]
        words: String,
        #[command(flatten)]
        who: Who,
    },
    /// 核验：按冻结的数据重新计算，逐字节比较，不作任何改动
    Verify {
        /// 考核标识
        #[arg(value_name = "考核")]
        run: String,
    },
    /// 高质量发展指数：同类机构比较，名次随权重变动的情况和稳定性
    #[command(
        after_help = "示例：\n  biaochi assess index high-quality-index --period 2025 -o 指数.xlsx"
    )]
    Index(AssessIndex),
}

/// Who acts.
#[derive(Debug, Args)]
pub(crate) struct Who {
    /// 操作人
    #[arg(long, value_name = "姓名")]
    pub(crate) actor: String,
}

/// Institutions, values and parameters.
#[derive(Debug, Args)]
pub(crate) struct AssessFrom {
    /// 考核哪些机构：all、division:区划代码、alliance:医联体
    #[arg(
        long,
        value_name = "对象",
        default_value = "all",
        conflicts_with = "units"
    )]
    pub(crate) unit: String,
    /// 机构名单（CSV）；不写则用工作区的机构
    #[arg(long, value_name = "文件.csv")]
    pub(crate) units: Option<PathBuf>,
    /// 指标值（CSV），优先于工作区计算的值
    #[arg(long, value_name = "文件.csv")]
    pub(crate) values: Option<PathBuf>,
    /// 设定参数，如 total.cap=100；可多次
    #[arg(long = "set", value_name = "参数=值")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AssessRun {
    /// 考核方案
    #[arg(value_name = "方案")]
    pub(crate) scheme: String,
    /// 考核时期（默认为方案写明的年度）
    #[arg(long, value_name = "时期")]
    pub(crate) period: Option<String>,
    /// 考核标识（默认由方案、时期和序号组成）
    #[arg(long, value_name = "标识")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) from: AssessFrom,
    #[command(flatten)]
    pub(crate) who: Who,
}

#[derive(Debug, Args)]
pub(crate) struct AssessIndex {
    /// 指数
    #[arg(value_name = "指数")]
    pub(crate) index: String,
    /// 时期
    #[arg(long, value_name = "时期")]
    pub(crate) period: String,
    #[command(flatten)]
    pub(crate) from: AssessFrom,
    /// 写出排名和权重敏感性（.xlsx）
    #[arg(long, short = 'o', value_name = "文件.xlsx")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AssessEnter {
    /// 考核方案
    #[arg(value_name = "方案")]
    pub(crate) scheme: String,
    /// 机构代码
    #[arg(value_name = "机构")]
    pub(crate) organisation: String,
    /// 考核时期
    #[arg(long, value_name = "时期")]
    pub(crate) period: String,
    /// 阶段得分，如 q1=88.5
    #[arg(long, value_name = "阶段=得分")]
    pub(crate) phase: Vec<String>,
    /// 其他考核的等次，如 party-building=好
    #[arg(long, value_name = "考核=等次")]
    pub(crate) attribute: Vec<String>,
    /// 项目的值，如 justified-complaints=2；只在一个阶段的写作 q1/justified-complaints=2
    #[arg(long, value_name = "来源=值")]
    pub(crate) item: Vec<String>,
    /// 佐证文件，可多次
    #[arg(long, value_name = "文件")]
    pub(crate) evidence: Vec<PathBuf>,
    /// 备注
    #[arg(long, value_name = "内容", default_value = "")]
    pub(crate) note: String,
    #[command(flatten)]
    pub(crate) who: Who,
}

/// What can be done about events.
#[derive(Debug, Subcommand)]
pub(crate) enum AssessEvents {
    /// 列出事件
    List {
        /// 只列一个方案的
        #[arg(long, value_name = "方案")]
        scheme: Option<String>,
    },
    /// 报告一个事件（审核后才计分）
    #[command(
        after_help = "示例：\n  biaochi assess events report wanshan-2021 12520603MB0001 commendation --level province \\\n    \
                      --date 2021-05-12 --title 省级抗疫先进集体 --number 黔府发〔2021〕8号 --evidence 文件.pdf --actor 区人民医院"
    )]
    Report(Box<EventReport>),
    /// 审核通过（审核人不能是报告人）
    Approve {
        #[command(flatten)]
        event: EventStep,
    },
    /// 不予认定（审核人不能是报告人）
    Refuse {
        #[command(flatten)]
        event: EventStep,
    },
    /// 撤回
    Withdraw {
        #[command(flatten)]
        event: EventStep,
    },
}

/// An event that is reported.
#[derive(Debug, Args)]
pub(crate) struct EventReport {
    /// 考核方案
    #[arg(value_name = "方案")]
    pub(crate) scheme: String,
    /// 机构代码
    #[arg(value_name = "机构")]
    pub(crate) organisation: String,
    /// 事项，如 commendation、medical-accident；未列出的否决事项为 veto-other
    #[arg(value_name = "事项")]
    pub(crate) rule: String,
    /// 层级
    #[arg(long, value_name = "层级", default_value = "")]
    pub(crate) level: String,
    /// 发生日期
    #[arg(long, value_name = "日期")]
    pub(crate) date: String,
    /// 事由
    #[arg(long, value_name = "内容")]
    pub(crate) title: String,
    /// 同一事项的名称：同一事项受几个层级表彰时写成一样
    #[arg(long, value_name = "事项", default_value = "")]
    pub(crate) matter: String,
    /// 发文单位
    #[arg(long, value_name = "单位", default_value = "")]
    pub(crate) issuer: String,
    /// 正式文号
    #[arg(long, value_name = "文号", default_value = "")]
    pub(crate) number: String,
    /// 批示原文
    #[arg(long, value_name = "原文", default_value = "")]
    pub(crate) wording: String,
    /// 佐证文件
    #[arg(long, value_name = "文件")]
    pub(crate) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) who: Who,
}

/// A step of an event.
#[derive(Debug, Args)]
pub(crate) struct EventStep {
    /// 机构代码
    #[arg(value_name = "机构")]
    pub(crate) organisation: String,
    /// 事件编号
    #[arg(value_name = "编号")]
    pub(crate) number: u64,
    /// 说明
    #[arg(long, value_name = "内容", default_value = "")]
    pub(crate) note: String,
    #[command(flatten)]
    pub(crate) who: Who,
}

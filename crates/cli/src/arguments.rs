//! What can be typed. Help is Chinese here; `english.rs` holds the same in English.

pub(crate) mod assess;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod correct;
pub(crate) mod dataset;
pub(crate) mod indicators;
pub(crate) mod key;
pub(crate) mod org;
pub(crate) mod plan;
pub(crate) mod recheck;
pub(crate) mod serve;
pub(crate) mod unify;
pub(crate) mod user;

use std::path::PathBuf;

use biaochi_app::WhenLocked;
use biaochi_app::worklist::SYSTEM_ACTOR;
use clap::{Args, Parser, Subcommand, ValueEnum};

use assess::Assess;
use correct::{Correct, Export};
use dataset::Dataset;
use indicators::Indicators;
use org::Org;
use recheck::Recheck;
use unify::Unify;

/// 标尺 Biaochi：病案首页入库、校验、CHS-DRG 分组与查询
#[derive(Debug, Parser)]
#[command(
    name = "biaochi",
    version,
    arg_required_else_help = true,
    after_help = "退出码：0 成功；1 运行出错；2 命令写法有误；3 完成但有拒收行或不一致；\
                  4 找不到所指的记录、方案或编码；5 工作区正被另一个导入占用。\n\
                  示例：\n  biaochi group cases.csv --scheme chs_drg_11 --csv\n  \
                  biaochi init 我的工作区 && biaochi import 三月首页.csv --workspace 我的工作区\n  \
                  biaochi sql \"select drg, count(*) from grouping group by drg\""
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command understands.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// 工作区文件夹（默认：当前文件夹，若不是工作区则为 ./workspace）
    #[arg(
        long,
        short = 'w',
        global = true,
        env = "BIAOCHI_WORKSPACE",
        value_name = "文件夹"
    )]
    pub(crate) workspace: Option<PathBuf>,
    /// 另外加载的内容包文件夹，可多次指定
    #[arg(long, global = true, value_name = "文件夹")]
    pub(crate) packs: Vec<PathBuf>,
    /// 输出语言
    #[arg(long, global = true, env = "BIAOCHI_LANG", value_enum, default_value_t = Lang::Zh)]
    pub(crate) lang: Lang,
    /// 以 JSON 输出，供程序读取
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// 不显示进度
    #[arg(long, short = 'q', global = true)]
    pub(crate) quiet: bool,
}

/// Language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 新建工作区
    #[command(after_help = "示例：\n  biaochi init 我的工作区 --scheme chs_drg_11")]
    Init(Init),
    /// 导入病案首页文件：校验结构、分组并入库（一次导入要么全部生效，要么不生效）
    #[command(
        after_help = "示例：\n  biaochi import 2024年3月.csv\n  biaochi import 首页文件夹 --mode correction\n\
                      版式 hqms811、n041、tcm2019 由表头识别；CSV（UTF-8、GB18030）、XLSX、Parquet，\
                      及其 gzip、zip 压缩均可。"
    )]
    Import(Import),
    /// 质控：检查首页文件或单份病案，列出问题、扣分和改法，不需要工作区
    #[command(
        after_help = "示例：\n  biaochi check 2024年3月.csv\n  biaochi check 2024年3月.csv -o 问题清单.xlsx\n  \
                      biaochi check --record 病案.json --json\n\
                      -o 的文件名决定格式：.xlsx（每科一页，可直接下发）、.csv、.json。\n\
                      规则在内容包中，写法见 docs/checks.zh-CN.md。"
    )]
    Check(Check),
    /// 重查已入库的病案：换一版规则，或核对跨病案的问题；先看差异，再决定是否启用
    #[command(
        after_help = "示例：\n  biaochi recheck\n  biaochi recheck --checks 本院规则 --from 2024-01 --to 2024-12\n  \
                      biaochi recheck --checks 本院规则 --activate --actor 质控员\n\
                      不加 --activate 时不作任何改动；加了以后一次发布，中途停止则一切照旧。\n\
                      只改扣分、程度或界线时，biaochi replay 不读病案即可回答。"
    )]
    Recheck(Recheck),
    /// 改了扣分、程度或界线会怎样：由已存的质控结果回答，不重读病案
    #[command(after_help = "示例：\n  biaochi replay --checks 本院规则")]
    Replay(Replay),
    /// 工作清单：查出的问题由谁、何时、怎样处理
    #[command(subcommand)]
    Worklist(Worklist),
    /// 方案：目标的状态、与上级方案的比较、任务台账
    #[command(subcommand)]
    Plan(plan::Plan),
    /// 指标：定义、计算、下钻到病案、同类比较、变动原因、与手工名单核对
    #[command(subcommand)]
    Indicators(Indicators),
    /// 报告：由入库的数据生成通报和工作簿
    #[command(subcommand)]
    Report(Report),
    /// 编码统一：国临版、院内编码和名称译为医保版，记住本院的选择，统计统一率
    #[command(subcommand)]
    Unify(Unify),
    /// 数据填报：出模板、导入、提交、退回、审核、催报
    #[command(subcommand)]
    Dataset(Dataset),
    /// 更正病案：列出有把握的更正、更正一份或一个月、看更正的经过
    #[command(subcommand)]
    Correct(Correct),
    /// 绩效考核：方案、冻结、计算、异议、调整、发布、核验，以及高质量发展指数
    #[command(subcommand)]
    Assess(Assess),
    /// 导出更正后的月份：按原来的格式，未更正的部分逐字节不变，可直接上报
    #[command(
        after_help = "示例：\n  biaochi export 2024年3月.csv -o 2024年3月-更正.csv --summary 更正汇总.xlsx\n\
                      原文件须是入库时的文件（按 SHA-256 核对）；CSV、XLSX 及其 gzip、zip 压缩均可，编码、分隔符、引号和换行不变。"
    )]
    Export(Export),
    /// 对文件或标准输入分组，不需要工作区
    #[command(
        after_help = "示例：\n  biaochi group cases.csv --scheme chs_drg_11 --csv\n  \
                      cat cases.csv | biaochi group - --scheme chs_drg_20 --json\n  \
                      biaochi group 首页.xlsx --scheme wuhan_2022-mended -o 结果.csv"
    )]
    Group(Group),
    /// 解释：一条记录的分组过程，或一家机构在一个考核方案下的得分
    #[command(
        after_help = "示例：\n  biaochi explain 00012345\n  biaochi explain 17 --file cases.csv --scheme chs_drg_11 --what-if\n  \
                      biaochi explain wanshan-2021-demo 12520603MB0001\n  biaochi explain wanshan-2021-demo 12520603MB0001 H1"
    )]
    Explain(Explain),
    /// 列出分组方案、权重表，或查看一个方案
    #[command(
        after_help = "示例：\n  biaochi schemes\n  biaochi schemes liaocheng_2022\n  biaochi schemes --weights"
    )]
    Schemes(Schemes),
    /// 按编码、名称或拼音首字母查编码
    #[command(
        after_help = "示例：\n  biaochi codes K35\n  biaochi codes 阑尾炎\n  biaochi codes lwy\n  biaochi codes --set RC019"
    )]
    Codes(Codes),
    /// 用 SQL 查询已入库的表（只读）
    #[command(
        after_help = "示例：\n  biaochi sql \"select drg, count(*) n from grouping group by drg order by n desc limit 10\"\n  \
                      biaochi sql --file 月报.sql --csv > 月报.csv\n  biaochi sql \"select count(*) from discharge\" --version 3"
    )]
    Sql(Sql),
    /// 组织机构：区划、医疗机构、科室、人员、床位、人口、医联体，每一项都有起止日期
    #[command(subcommand)]
    Org(Org),
    /// 生成合成数据（固定种子可重现，不含任何真实个人信息）
    #[command(after_help = "示例：\n  biaochi synth --records 200000 --out 合成数据 --seed 1")]
    Synth(Synth),
    /// 一条命令看全貌：生成合成县域数据、导入、分组、给出首批数字
    Demo(Demo),
    /// 测量速度与内存，连同同一次运行的基准之比
    #[command(after_help = "示例：\n  biaochi bench\n  biaochi bench grouping --records 1000000")]
    Bench(Bench),
    /// 内容包：检查、列出、导入官方 DRG 配置表
    #[command(subcommand)]
    Pack(Pack),
    /// 账号：初始化、新建、角色、密码、动态口令、停用
    #[command(subcommand)]
    User(user::User),
    /// 令牌：供程序访问，限权限、限时间、可撤销
    #[command(subcommand)]
    Token(user::Token),
    /// 角色：职责、可以做什么、权限一览表
    #[command(
        after_help = "示例：\n  biaochi roles\n  biaochi roles show 质控办\n  biaochi roles matrix"
    )]
    Roles(user::Roles),
    /// 审计日志：查询、核验、导出
    #[command(subcommand)]
    Audit(audit::Audit),
    /// 启动服务：浏览器页面、接口和后台作业；没有工作区时先新建
    #[command(after_help = "示例：\n  biaochi serve -w 我的工作区\n  \
                      biaochi serve --listen 0.0.0.0:8443 --tls-certificate 证书.pem --tls-key 私钥.pem\n\
                      设置的先后：命令行、环境变量、biaochi.toml 的 [server]、默认值；biaochi config 显示生效的值。\n\
                      还没有账号时显示一次性的初始化链接。安装、备份和升级见 docs/operations.zh-CN.md。")]
    Serve(serve::Serve),
    /// 显示生效的设置，以及每一项来自哪里；密码和密钥不显示
    #[command(
        after_help = "示例：\n  biaochi config -w 我的工作区\n  BIAOCHI_WORKERS=8 biaochi config --json"
    )]
    Config(serve::Serve),
    /// 备份：数据湖、业务数据、密钥、内容包和配置，写成一致的一份；服务可以不停
    #[command(after_help = "示例：\n  biaochi backup /备份/2026-03-01 -w 我的工作区")]
    Backup(backup::Backup),
    /// 恢复备份：先核对每个文件，再恢复到新的文件夹；不覆盖任何内容
    #[command(after_help = "示例：\n  biaochi restore /备份/2026-03-01 新工作区\n\
                      业务数据在 PostgreSQL 时恢复到配置所指的数据库，它必须是空的。")]
    Restore(backup::Restore),
    /// 密钥：轮换加密姓名、证件号等的密钥，查看各密钥加密了什么，停用旧密钥
    #[command(subcommand)]
    Key(key::Key),
}

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

/// Who changes stored records, and what happens when another change is under way.
#[derive(Debug, Args)]
pub(crate) struct Writer {
    /// 操作人（默认为系统）
    #[arg(long, value_name = "姓名")]
    actor: Option<String>,
    /// 另一个导入正在进行时等待，而不是退出
    #[arg(long)]
    wait: bool,
}

impl Writer {
    /// The person's name, or the system's.
    pub(crate) fn actor(&self) -> &str {
        self.actor.as_deref().unwrap_or(SYSTEM_ACTOR)
    }

    /// What to do while another writer holds the lake.
    pub(crate) fn when_locked(&self) -> WhenLocked {
        if self.wait {
            WhenLocked::Wait
        } else {
            WhenLocked::Refuse
        }
    }
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

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// 质控规则包；与入库时的规则包问的问题相同，只是扣分、程度、阶段或界线不同
    #[arg(long, value_name = "规则包")]
    pub(crate) checks: String,
}

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

#[derive(Debug, Args)]
pub(crate) struct Schemes {
    /// 方案 id；不写则列出全部
    #[arg(value_name = "方案")]
    pub(crate) id: Option<String>,
    /// 列出权重表
    #[arg(long)]
    pub(crate) weights: bool,
}

/// Which code system is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum System {
    /// 诊断 ICD-10
    Diagnosis,
    /// 手术操作 ICD-9-CM-3
    Procedure,
    /// 两者
    All,
}

#[derive(Debug, Args)]
pub(crate) struct Codes {
    /// 编码、名称的一部分或拼音首字母
    #[arg(required_unless_present = "set", value_name = "查找内容")]
    pub(crate) query: Option<String>,
    /// 编码系统
    #[arg(long, value_enum, default_value_t = System::All)]
    pub(crate) system: System,
    /// 最多列出多少条
    #[arg(long, default_value_t = 20, value_name = "条数")]
    pub(crate) limit: usize,
    /// 显示首页值域，如 RC019
    #[arg(long, value_name = "值域")]
    pub(crate) set: Option<String>,
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

#[derive(Debug, Subcommand)]
pub(crate) enum Pack {
    /// 检查内容包，一次列出全部错误及其位置
    Check {
        /// 内容包文件夹
        #[arg(required = true, value_name = "文件夹")]
        folders: Vec<PathBuf>,
    },
    /// 检查内容包并运行质控规则和指标的全部例子
    Test {
        /// 内容包文件夹；不写则运行程序自带的规则和指标
        #[arg(value_name = "文件夹")]
        folders: Vec<PathBuf>,
    },
    /// 列出已加载的内容包
    List,
    /// 导入官方 DRG 配置表（xlsx），生成内容包
    #[command(
        name = "import-drg",
        after_help = "示例：\n  biaochi pack import-drg DRG3.0配置表.xlsx --as chs-drg-3.0 --out packs"
    )]
    ImportDrg {
        /// 官方配置表
        #[arg(value_name = "配置表.xlsx")]
        workbook: PathBuf,
        /// 生成的方案 id
        #[arg(long = "as", value_name = "方案")]
        id: String,
        /// 输出文件夹（默认为工作区的 packs）
        #[arg(long, value_name = "文件夹")]
        out: Option<PathBuf>,
        /// 补上公布文本有而配置表缺的七个排除编码
        #[arg(long)]
        amend: bool,
    },
}

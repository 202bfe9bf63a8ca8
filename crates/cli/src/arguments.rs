//! What can be typed. Help is Chinese here; `language` holds the same in English.

pub(crate) mod assess;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod content;
pub(crate) mod correct;
pub(crate) mod dataset;
pub(crate) mod group;
pub(crate) mod indicators;
pub(crate) mod key;
pub(crate) mod org;
pub(crate) mod plan;
pub(crate) mod recheck;
pub(crate) mod report;
pub(crate) mod serve;
pub(crate) mod synth;
pub(crate) mod unify;
pub(crate) mod user;
pub(crate) mod worklist;
pub(crate) mod workspace;

use std::path::PathBuf;

use biaochi_app::WhenLocked;
use biaochi_app::worklist::SYSTEM_ACTOR;
use clap::{Args, Parser, Subcommand, ValueEnum};

use assess::Assess;
use check::{Check, Replay};
use content::{Codes, Pack, Schemes};
use correct::{Correct, Export};
use dataset::Dataset;
use group::{Explain, Group};
use indicators::Indicators;
use org::Org;
use recheck::Recheck;
use report::Report;
use synth::{Bench, Demo, Synth};
use unify::Unify;
use worklist::Worklist;
use workspace::{Import, Init, Sql};

/// 标尺 Biaochi：病案首页入库、校验、CHS-DRG 分组与查询
#[derive(Debug, Parser)]
#[command(
    name = "biaochi",
    version,
    arg_required_else_help = true,
    after_help = "退出码：0 成功；1 运行出错；2 命令写法有误；3 完成但有拒收行或不一致；\
                  4 找不到所指的记录、方案或编码；5 工作区正被另一个导入占用；\
                  6 没有执行，须先确认（如整月替换后病案会少一半以上）。\n\
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

//! What can be typed after `biaochi unify`.

use std::path::PathBuf;

use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use clap::{Args, Subcommand, ValueEnum};

/// What can be asked and done about unified codes.
#[derive(Debug, Subcommand)]
pub(crate) enum Unify {
    /// 一个编码或名称对应哪个医保版编码：候选、把握和理由
    #[command(
        after_help = "示例：\n  biaochi unify code A16.502\n  biaochi unify code K35.900 --name 急性阑尾炎\n  \
                      biaochi unify code --name 腹腔镜阑尾切除 --system icd-9-cm-3\n  biaochi unify code K36.x00 --back"
    )]
    Code(UnifyCode),
    /// 统一率：工作区中有多少编码已是医保版，哪些还没有对应
    #[command(
        after_help = "示例：\n  biaochi unify report --month 2024-03\n  biaochi unify report -o 编码统一情况.xlsx"
    )]
    Report(UnifyReport),
    /// 为本院的编码或名称选定医保版编码（待另一人审核）
    #[command(
        after_help = "示例：\n  biaochi unify choose icd-10 K35.900x9 --name 阑尾脓肿 --to K35.300 --actor 张编码"
    )]
    Choose {
        #[command(flatten)]
        choice: UnifyChoice,
        /// 医保版编码
        #[arg(long, value_name = "编码")]
        to: String,
        /// 有多大把握：certain 含义相同；likely 大致对应；doubtful 存疑
        #[arg(long, value_enum, default_value_t = Certainty::Certain)]
        certainty: Certainty,
        #[command(flatten)]
        step: UnifyStep,
    },
    /// 审核通过一条对照（审核人不能是选定人）
    #[command(
        after_help = "示例：\n  biaochi unify confirm icd-10 K35.900x9 --name 阑尾脓肿 --actor 李组长"
    )]
    Confirm {
        #[command(flatten)]
        choice: UnifyChoice,
        #[command(flatten)]
        step: UnifyStep,
    },
    /// 撤销一条对照
    Withdraw {
        #[command(flatten)]
        choice: UnifyChoice,
        #[command(flatten)]
        step: UnifyStep,
    },
    /// 列出对照
    List {
        #[command(flatten)]
        filter: UnifyFilter,
    },
    /// 一条对照的历次版本
    History {
        #[command(flatten)]
        choice: UnifyChoice,
    },
    /// 导出对照表（CSV），供审阅、交换和留档
    #[command(after_help = "示例：\n  biaochi unify export -o 本院对照.csv")]
    Export {
        #[command(flatten)]
        filter: UnifyFilter,
        /// 输出文件（默认写到屏幕）
        #[arg(long, short = 'o', value_name = "文件")]
        output: Option<PathBuf>,
    },
    /// 导入对照表（CSV，列与导出的相同）；有误的行逐行说明，其余照常导入
    #[command(after_help = "示例：\n  biaochi unify import 本院对照.csv --actor 张编码")]
    Import {
        /// 对照表
        #[arg(value_name = "对照表.csv")]
        file: PathBuf,
        /// 表中没有机构代码的行属于哪家机构（默认用工作区配置）
        #[arg(long, value_name = "代码")]
        organisation: Option<String>,
        /// 表中标为已审核、已撤销的行照此办理；不写则仍须审核
        #[arg(long)]
        as_reviewed: bool,
        /// 操作人（默认为系统）
        #[arg(long, value_name = "姓名")]
        actor: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UnifyCode {
    /// 编码，怎样写都可以（大小写、全角、有无小数点）
    #[arg(required_unless_present = "name", value_name = "编码")]
    pub(crate) code: Option<String>,
    /// 名称
    #[arg(long, value_name = "名称")]
    pub(crate) name: Option<String>,
    /// 编码体系（默认两个都查）
    #[arg(long, value_enum)]
    pub(crate) system: Option<CodeSystem>,
    /// 反过来：由医保版译为国临版
    #[arg(long)]
    pub(crate) back: bool,
    /// 数据确知用国临版：两版含义不同的编码按国临版翻译
    #[arg(long, conflicts_with = "back")]
    pub(crate) clinical: bool,
    /// 用哪家机构的对照（默认用工作区配置）
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 最多列出多少个候选
    #[arg(long, default_value_t = 10, value_name = "个数")]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct UnifyReport {
    /// 机构代码（默认全部）
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 出院月份，如 2024-03（默认全部）
    #[arg(long, value_name = "月份")]
    pub(crate) month: Option<String>,
    /// 列出多少个没有确定对应的编码
    #[arg(long, default_value_t = 20, value_name = "个数")]
    pub(crate) top: usize,
    /// 输出到表格文件（.xlsx）
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: Option<PathBuf>,
}

/// A code of a hospital, a written name, or both.
#[derive(Debug, Args)]
pub(crate) struct UnifyChoice {
    /// 编码体系
    #[arg(value_enum, value_name = "体系")]
    pub(crate) system: CodeSystem,
    /// 本院的编码；只按名称对照时不写
    #[arg(required_unless_present = "name", value_name = "编码")]
    pub(crate) code: Option<String>,
    /// 本院的名称；只按编码对照时不写
    #[arg(long, value_name = "名称")]
    pub(crate) name: Option<String>,
    /// 机构代码（默认用工作区配置）
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
}

/// Who acts, on which version, and why.
#[derive(Debug, Args)]
pub(crate) struct UnifyStep {
    /// 备注
    #[arg(long, value_name = "文字")]
    pub(crate) note: Option<String>,
    /// 看到的是第几版；此后别人改过则不生效（默认以最新一版为准）
    #[arg(long = "seen", value_name = "版本")]
    pub(crate) seen: Option<u64>,
    /// 操作人（默认为系统）
    #[arg(long, value_name = "姓名")]
    pub(crate) actor: Option<String>,
}

/// Which choices are meant.
#[derive(Debug, Args)]
pub(crate) struct UnifyFilter {
    /// 机构代码（默认全部）
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 编码体系
    #[arg(long, value_enum)]
    pub(crate) system: Option<CodeSystem>,
    /// 审核状态
    #[arg(long, value_enum)]
    pub(crate) review: Option<Review>,
}

/// A code system by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CodeSystem {
    /// 疾病诊断
    #[value(name = DIAGNOSES)]
    Icd10,
    /// 手术操作
    #[value(name = PROCEDURES)]
    Icd9Cm3,
}

impl CodeSystem {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Icd10 => DIAGNOSES,
            Self::Icd9Cm3 => PROCEDURES,
        }
    }
}

/// How sure a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Certainty {
    /// 含义相同
    Certain,
    /// 大致对应
    Likely,
    /// 存疑
    Doubtful,
}

/// Whether a second person agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Review {
    /// 待审核
    Proposed,
    /// 已审核
    Confirmed,
    /// 已撤销
    Withdrawn,
}

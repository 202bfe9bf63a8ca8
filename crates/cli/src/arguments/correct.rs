//! What can be typed after `biaochi correct` and `biaochi export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Writer;

/// What can be done about values of records.
#[derive(Debug, Subcommand)]
pub(crate) enum Correct {
    /// 列出有把握的更正：全角、大小写、编码与名称填反、可推算的年龄和住院天数；对文件还列出空格和日期写法
    #[command(
        after_help = "示例：\n  biaochi correct suggest --month 2024-03\n  biaochi correct suggest --file 2024年3月.csv\n\
                      只列不改。对已入库的病案用 correct apply-suggestions 更正；文件的写法用 export --tidy 规整。"
    )]
    Suggest(Suggest),
    /// 更正一份病案：形成新的一版，记下谁、为什么，重新分组、检查并更新工作清单
    #[command(
        after_help = "示例：\n  biaochi correct record 12990121SYN0010100 1f2e3d4c --set \"sex=2\" --reason 核对身份证 --check ID001 --actor 张编码\n  \
                      biaochi correct record 12990121SYN0010100 1f2e3d4c --set \"diagnoses.code[2]=I10.x00x002\" --set \"diagnoses.name[2]=高血压\" --reason 核对病历\n\
                      字段写标识、中文名称或接口列名（docs/front-page-fields.md）；[1] 为第一个，诊断和手术的第一个是主要的；\n\
                      值留空表示清空，“-”表示不适用。机构代码、病案号、住院次数、出院时间是病案的标识，不能在此更正。"
    )]
    Record(Record),
    /// 对一个月的病案做全部有把握的更正
    #[command(
        after_help = "示例：\n  biaochi correct apply-suggestions --month 2024-03 --actor 质控员"
    )]
    ApplySuggestions(ApplySuggestions),
    /// 补做已记录的更正：月份重新导入后，或更正中途停止后
    #[command(after_help = "示例：\n  biaochi correct reapply --month 2024-03\n\
                      新文件中的值与更正前相同的，恢复更正；与更正前后都不同的，以文件为准并列出。")]
    Reapply(Reapply),
    /// 一份病案的各版更正：谁、何时、为什么、改了什么（直接标识符不显示）
    History(History),
}

#[derive(Debug, Args)]
pub(crate) struct Suggest {
    /// 机构代码
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 出院月份，如 2024-03
    #[arg(long, value_name = "月份")]
    pub(crate) month: Option<String>,
    /// 检查一个文件而不是已入库的病案，不需要工作区
    #[arg(long, value_name = "文件", conflicts_with_all = ["organisation", "month"])]
    pub(crate) file: Option<PathBuf>,
    /// 最多列出几处（0 为不限）
    #[arg(long, default_value_t = 50, value_name = "处数")]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct Record {
    /// 机构代码
    #[arg(value_name = "机构代码")]
    pub(crate) organisation: String,
    /// 记录键，可只写开头几位
    #[arg(value_name = "记录键")]
    pub(crate) record: String,
    /// 更正一个值，写作 字段[第几个]=值，可多次指定
    #[arg(long = "set", required = true, value_name = "字段=值")]
    pub(crate) sets: Vec<String>,
    /// 理由
    #[arg(long, value_name = "理由")]
    pub(crate) reason: String,
    /// 针对的规则，可多次指定；工作清单中的这一条等待复查
    #[arg(long = "check", value_name = "规则")]
    pub(crate) checks: Vec<String>,
    /// 您看到的是第几版（0 为原样）；已有更新的版本时不更正
    #[arg(long, value_name = "版次")]
    pub(crate) based_on: Option<u64>,
    #[command(flatten)]
    pub(crate) writer: Writer,
}

#[derive(Debug, Args)]
pub(crate) struct ApplySuggestions {
    /// 出院月份，如 2024-03
    #[arg(long, value_name = "月份")]
    pub(crate) month: String,
    /// 机构代码（默认：全部机构）
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    #[command(flatten)]
    pub(crate) writer: Writer,
}

#[derive(Debug, Args)]
pub(crate) struct Reapply {
    /// 出院月份，如 2024-03（默认：有更正的全部月份）
    #[arg(long, value_name = "月份")]
    pub(crate) month: Option<String>,
    /// 机构代码（默认：全部机构）
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    #[command(flatten)]
    pub(crate) writer: Writer,
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// 机构代码
    #[arg(value_name = "机构代码")]
    pub(crate) organisation: String,
    /// 记录键，可只写开头几位
    #[arg(value_name = "记录键")]
    pub(crate) record: String,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// 入库时的原文件
    #[arg(value_name = "原文件")]
    pub(crate) file: PathBuf,
    /// 更正后的文件
    #[arg(long, short = 'o', value_name = "文件")]
    pub(crate) output: PathBuf,
    /// 汇总：改了什么、各规则的处理情况、各人的更正数（.xlsx）
    #[arg(long, value_name = "汇总.xlsx")]
    pub(crate) summary: Option<PathBuf>,
    /// 入库时为没有机构代码的文件（N041）指定的机构代码
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 同时规整没有疑义的写法（空格、日期、数字），逐处记入汇总
    #[arg(long)]
    pub(crate) tidy: bool,
}

//! What can be typed after `biaochi audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be asked of the audit trail.
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// 查询审计日志，最新的在前
    #[command(
        after_help = "示例：\n  biaochi audit list\n  biaochi audit list --actor zhangsan --from 2024-03-01\n  \
                      biaochi audit list --action sign_in_refused --json"
    )]
    List {
        #[command(flatten)]
        which: Which,
        /// 最多几条
        #[arg(long, short = 'n', value_name = "条数", default_value_t = 50)]
        limit: u32,
        /// 从这个序号之前继续
        #[arg(long, value_name = "序号")]
        before: Option<u64>,
    },
    /// 核验审计日志：有没有被改动、缺失、调换的条目；有则逐条指出
    #[command(
        after_help = "示例：\n  biaochi audit verify\n  biaochi audit verify --noted 1024:9f86d081…\n\
                      把每次核验显示的“序号:哈希”抄存在别处，以后用 --noted 可以证明此前的日志没有被整体重写。"
    )]
    Verify {
        /// 先前核验时抄存的“序号:哈希”
        #[arg(long, value_name = "序号:哈希")]
        noted: Option<String>,
    },
    /// 导出审计日志：.xlsx 为工作簿，其他名称为 CSV
    #[command(
        after_help = "示例：\n  biaochi audit export -o 审计日志.xlsx\n  biaochi audit export -o 三月.csv --from 2024-03-01 --until 2024-03-31"
    )]
    Export {
        /// 输出文件
        #[arg(long, short = 'o', value_name = "文件")]
        output: PathBuf,
        #[command(flatten)]
        which: Which,
        /// 操作人（默认为系统）；导出本身也记入日志
        #[arg(long, value_name = "姓名")]
        exported_by: Option<String>,
    },
}

/// Which rows are meant.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// 谁做的（用户名）
    #[arg(long, value_name = "用户名")]
    pub(crate) actor: Option<String>,
    /// 什么操作，如 signed_in、role_granted；可多次指定
    #[arg(long, value_name = "操作")]
    pub(crate) action: Vec<String>,
    /// 对象类别，如 account、front_page
    #[arg(long, value_name = "类别")]
    pub(crate) resource: Option<String>,
    /// 哪一个对象
    #[arg(long, value_name = "对象")]
    pub(crate) subject: Option<String>,
    /// 哪家机构的（机构代码）
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 只看被拒绝的
    #[arg(long)]
    pub(crate) refused: bool,
    /// 从哪一天起
    #[arg(long, value_name = "日期")]
    pub(crate) from: Option<String>,
    /// 到哪一天止（含当天）
    #[arg(long, value_name = "日期")]
    pub(crate) until: Option<String>,
}

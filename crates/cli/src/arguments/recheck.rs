//! What can be typed after `biaochi recheck`.

use clap::Args;

use super::Writer;

#[derive(Debug, Args)]
pub(crate) struct Recheck {
    /// 质控规则包的标识或文件夹（默认用工作区配置的规则包）
    #[arg(long, value_name = "规则包")]
    pub(crate) checks: Option<String>,
    /// 只重查一家机构
    #[arg(long, value_name = "代码")]
    pub(crate) organisation: Option<String>,
    /// 起始出院月份，如 2024-01
    #[arg(long, value_name = "月份")]
    pub(crate) from: Option<String>,
    /// 截止出院月份，如 2024-12
    #[arg(long, value_name = "月份")]
    pub(crate) to: Option<String>,
    /// 用重查的结果替换已存的质控结果并更新工作清单；不加则只比较
    #[arg(long)]
    pub(crate) activate: bool,
    #[command(flatten)]
    pub(crate) writer: Writer,
}

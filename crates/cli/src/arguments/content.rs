//! What can be typed after `biaochi schemes`, `biaochi codes` and `biaochi pack`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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

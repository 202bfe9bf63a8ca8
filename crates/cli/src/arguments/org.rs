//! What can be typed after `biaochi org`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be asked and done about organisations.
#[derive(Debug, Subcommand)]
pub(crate) enum Org {
    /// 生成供填写的模板（.xlsx）：每张表一页，带下拉选项和填写说明
    #[command(after_help = "示例：\n  biaochi org template -o 组织机构.xlsx")]
    Template {
        /// 输出文件（.xlsx）
        #[arg(long, short = 'o', value_name = "文件")]
        output: PathBuf,
    },
    /// 导入组织机构：工作簿、CSV 文件或文件夹；有任何问题就全部列出，什么都不导入
    #[command(
        after_help = "示例：\n  biaochi org import 组织机构.xlsx --dry-run\n  biaochi org import 组织机构.xlsx --actor 信息科\n  \
                      biaochi org import 组织机构文件夹 --replace\n\
                      CSV 文件名为表名（如 科室.csv），列名见模板。默认只增改：同一代码、同一生效日期的行被替换，其余不动。"
    )]
    Import {
        /// 文件或文件夹，可多个
        #[arg(required = true, value_name = "文件")]
        files: Vec<PathBuf>,
        /// 导入的表整表替换原来的；表中没有的行会被删除
        #[arg(long)]
        replace: bool,
        /// 只看会变什么，不导入
        #[arg(long)]
        dry_run: bool,
        /// 操作人（默认为系统）
        #[arg(long, value_name = "姓名")]
        actor: Option<String>,
    },
    /// 导出组织机构，包括历史：.xlsx 为工作簿，其他名称为 CSV 文件夹；可再导入
    #[command(
        after_help = "示例：\n  biaochi org export -o 组织机构.xlsx\n  biaochi org export -o 组织机构 --revision 3"
    )]
    Export {
        /// 输出文件或文件夹
        #[arg(long, short = 'o', value_name = "文件")]
        output: PathBuf,
        /// 第几次改动之后的内容（默认最新）
        #[arg(long, value_name = "次数")]
        revision: Option<u64>,
    },
    /// 列出某一天的医疗机构
    #[command(
        after_help = "示例：\n  biaochi org list\n  biaochi org list --of division:990121 --filter 二级及以上公立医院\n  \
                      biaochi org list --as-of 2022-12-31 --filter 基层 --json"
    )]
    List {
        /// 只列这个单位的：division:区划代码、alliance:医联体代码、hospital:机构代码，或名称
        #[arg(long, value_name = "单位")]
        of: Option<String>,
        /// 描述机构的词，如 三级、综合、县级公立医院、#标签；可多次指定，须同时满足
        #[arg(long, value_name = "词")]
        filter: Vec<String>,
        #[command(flatten)]
        day: Day,
    },
    /// 看一个单位：级别类别、上级、医联体、床位、人员、服务人口、同级同类机构
    #[command(
        after_help = "示例：\n  biaochi org show 云泽县人民医院\n  biaochi org show division:990121 --as-of 2023-12-31"
    )]
    Show {
        /// 代码、名称，或 division:、alliance:、hospital:、department: 加代码
        #[arg(value_name = "单位")]
        unit: String,
        #[command(flatten)]
        day: Day,
    },
    /// 以树显示某一天的区划、机构和医联体
    #[command(
        after_help = "示例：\n  biaochi org tree\n  biaochi org tree alliance:YZ-YGT\n  biaochi org tree 云泽县人民医院 --departments"
    )]
    Tree {
        /// 从哪个单位起（默认全部）
        #[arg(default_value = "all", value_name = "单位")]
        unit: String,
        /// 连同科室
        #[arg(long)]
        departments: bool,
        #[command(flatten)]
        day: Day,
    },
    /// 组织机构的历次改动：谁、何时、增减多少行
    History,
}

#[derive(Debug, Args)]
pub(crate) struct Day {
    /// 哪一天的组织机构，如 2023-12-31（默认今天）
    #[arg(long, value_name = "日期")]
    pub(crate) as_of: Option<String>,
}

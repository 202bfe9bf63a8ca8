//! What can be typed after `biaochi key`.

use clap::Subcommand;

use super::Writer;

/// What can be done with the keys that seal what identifies persons.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// 列出密钥，以及每一把加密了多少业务数据、病案和文件；不作任何改动
    #[command(
        after_help = "示例：\n  biaochi key status -w 我的工作区\n  biaochi key status --json\n\
                      要读一遍数据湖的加密列，历史版本的文件也算在内；病案多时需要几分钟。"
    )]
    Status,
    /// 轮换密钥：新建一把，此后的数据都用它加密，再把已存的数据改用它加密
    #[command(
        after_help = "示例：\n  biaochi backup /备份/轮换前 && biaochi key rotate --actor 信息科\n  \
                      biaochi key rotate --resume\n\
                      服务可以不停，导入要等各步发布完。中途停止不丢数据：旧密钥仍在密钥文件里，再运行一次即接着做完。\n\
                      人员识别键和审计封签不随之改变，各次住院仍能关联。轮换后请重新备份。"
    )]
    Rotate {
        /// 不新建密钥，只把上次没有做完的做完
        #[arg(long)]
        resume: bool,
        #[command(flatten)]
        writer: Writer,
    },
    /// 停用旧密钥：从密钥文件中删去；还有数据用它加密时拒绝
    #[command(
        after_help = "示例：\n  biaochi key status\n  biaochi key retire 1 --accept --actor 信息科\n\
                      数据湖的历史版本不会改写。还有历史版本用它加密时要加 --accept：这些版本仍可查询，但其中的姓名、证件号等再也无法读出。\n\
                      停用前的备份要用当时的密钥文件打开，请与备份一起保管。"
    )]
    Retire {
        /// 密钥的编号，见 biaochi key status
        #[arg(value_name = "编号")]
        id: u32,
        /// 接受历史版本中的姓名、证件号等再也无法读出
        #[arg(long)]
        accept: bool,
        #[command(flatten)]
        writer: Writer,
    },
}

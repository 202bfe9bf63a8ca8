//! What can be typed after `biaochi user`, `biaochi token` and `biaochi roles`.

use clap::{Args, Subcommand};

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// 生成第一位系统管理员的初始化码：只显示一次，过期作废；已有账号后不再需要
    #[command(
        after_help = "示例：\n  biaochi user setup\n  biaochi user setup --minutes 15 --url https://biaochi.example\n\
                      拿到初始化码的人用它建立自己的账号：在网页上打开链接，或运行 biaochi user activate。"
    )]
    Setup {
        /// 初始化码几分钟内有效
        #[arg(long, value_name = "分钟", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=1440))]
        minutes: u32,
        /// 网页的地址，给出时显示链接
        #[arg(long, value_name = "地址")]
        url: Option<String>,
    },
    /// 用初始化码建立第一位系统管理员的账号；初始化码和密码从终端输入
    #[command(
        after_help = "示例：\n  biaochi user activate admin --title 王管理员\n\
                      加 --password-stdin 时从标准输入读两行：初始化码、密码。"
    )]
    Activate {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        /// 姓名或称呼（默认同用户名）
        #[arg(long, value_name = "姓名")]
        title: Option<String>,
        /// 从标准输入读，不在终端询问
        #[arg(long)]
        password_stdin: bool,
    },
    /// 新建账号；密码从终端输入，第一次登录后必须修改
    #[command(
        after_help = "示例：\n  biaochi user add zhangsan --title 张三 --organisation 45010000-1\n  \
                      biaochi user add robot --title 数据中心 --no-password\n  \
                      echo 初始密码 | biaochi user add lisi --password-stdin\n\
                      密码至少 10 个字符，大小写字母、数字、其他字符至少三种；16 个字符以上不限种类。"
    )]
    Add {
        /// 用户名：英文字母、汉字、数字、点、横线、下划线，不区分大小写
        #[arg(value_name = "用户名")]
        name: String,
        /// 姓名或称呼（默认同用户名）
        #[arg(long, value_name = "姓名")]
        title: Option<String>,
        /// 由哪家机构管理（机构代码；默认由管理全部机构的人管理）
        #[arg(long, value_name = "代码")]
        organisation: Option<String>,
        /// 不设密码：只用令牌的程序
        #[arg(long, conflicts_with = "password_stdin")]
        no_password: bool,
        /// 从标准输入读密码，不在终端询问
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        by: By,
    },
    /// 列出账号
    #[command(after_help = "示例：\n  biaochi user list\n  biaochi user list --json")]
    List,
    /// 看一个账号：状态、角色、今天管到哪些机构
    #[command(
        after_help = "示例：\n  biaochi user show zhangsan\n  biaochi user show zhangsan --as-of 2024-01-01"
    )]
    Show {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        /// 按哪一天的角色和组织机构，如 2023-12-31（默认今天）
        #[arg(long, value_name = "日期")]
        as_of: Option<String>,
    },
    /// 授予或终止角色
    #[command(subcommand)]
    Role(UserRole),
    /// 停用账号：不能再登录，已登录的立即失效
    #[command(after_help = "示例：\n  biaochi user disable zhangsan --reason 离职 --actor admin")]
    Disable {
        #[command(flatten)]
        of: Of,
    },
    /// 重新启用账号
    #[command(after_help = "示例：\n  biaochi user enable zhangsan --reason 返岗 --actor admin")]
    Enable {
        #[command(flatten)]
        of: Of,
    },
    /// 重设密码：从终端输入，下次登录后必须修改；已登录的立即失效
    #[command(
        after_help = "示例：\n  biaochi user password zhangsan --reason 忘记密码 --actor admin\n  \
                      biaochi user password zhangsan --own\n\
                      --own 由本人修改：先问原密码，改后不必再改。加 --password-stdin 时从标准输入读两行：原密码、新密码。"
    )]
    Password {
        #[command(flatten)]
        of: Of,
        /// 本人修改：核对原密码
        #[arg(long, conflicts_with_all = ["actor", "reason"])]
        own: bool,
        /// 从标准输入读密码，不在终端询问
        #[arg(long)]
        password_stdin: bool,
    },
    /// 动态口令（认证器应用中的六位数字）
    #[command(subcommand)]
    Totp(UserTotp),
    /// 列出账号与统一身份认证中的人的绑定：全部账号，或一个账号
    #[command(after_help = "示例：\n  biaochi user links\n  biaochi user links zhangsan --json")]
    Links {
        /// 用户名（默认全部账号）
        #[arg(value_name = "用户名")]
        name: Option<String>,
    },
    /// 指定账号在统一身份认证中的人：第一个以这个名称登录的人绑定到账号；原有的绑定随之解除
    #[command(
        after_help = "示例：\n  biaochi user link zhangsan 0417 --reason 入职 --actor admin\n\
                      名称是设置 oidc_name_claim 所指的声明的值，如工号。绑定之后只认这个人，不再认名称。"
    )]
    Link {
        #[command(flatten)]
        of: Of,
        /// 认证系统中的名称，如工号
        #[arg(value_name = "名称")]
        external_name: String,
    },
    /// 解除账号与统一身份认证中的人的绑定，或收回指定
    #[command(
        after_help = "示例：\n  biaochi user unlink zhangsan --reason 离职 --actor admin\n\
                      已登录的会话不受影响；要立即退出，请停用账号。"
    )]
    Unlink {
        #[command(flatten)]
        of: Of,
    },
    /// 解除登录失败过多造成的等待
    #[command(
        after_help = "示例：\n  biaochi user unlock zhangsan --reason 本人来访 --actor admin"
    )]
    Unlock {
        #[command(flatten)]
        of: Of,
    },
    /// 试登录：核对密码和动态口令，显示能做什么，随即退出
    #[command(
        after_help = "示例：\n  biaochi user check zhangsan\n  biaochi user check zhangsan --code 123456"
    )]
    Check {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        /// 动态口令
        #[arg(long, value_name = "六位数字")]
        code: Option<String>,
        /// 从标准输入读密码，不在终端询问
        #[arg(long)]
        password_stdin: bool,
    },
}

/// What can be done with the roles of an account.
#[derive(Debug, Subcommand)]
pub(crate) enum UserRole {
    /// 授予角色：什么角色，管哪个范围，从哪天到哪天
    #[command(
        after_help = "示例：\n  biaochi user role grant zhangsan 病案编码员 --for hospital:45010000-1 --actor admin\n  \
                      biaochi user role grant lisi 县卫健委 --for division:522200 --from 2024-01-01 --until 2024-12-31\n\
                      角色见 biaochi roles。"
    )]
    Grant {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        /// 角色的标识或名称
        #[arg(value_name = "角色")]
        role: String,
        /// 范围：all、division:区划代码、alliance:医联体代码、hospital:机构代码、department:机构代码/科室代码
        #[arg(long = "for", value_name = "单位")]
        unit: String,
        /// 第一天（默认今天）
        #[arg(long, value_name = "日期")]
        from: Option<String>,
        /// 最后一天（默认一直有效）
        #[arg(long, value_name = "日期")]
        until: Option<String>,
        /// 理由，记入审计日志
        #[arg(long, value_name = "理由")]
        reason: Option<String>,
        #[command(flatten)]
        by: By,
    },
    /// 终止角色
    #[command(
        after_help = "示例：\n  biaochi user role end zhangsan 1 --reason 转岗 --actor admin"
    )]
    End {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        /// 角色的序号，见 biaochi user show
        #[arg(value_name = "序号")]
        number: u64,
        /// 最后一天（默认昨天，即今天起无效）
        #[arg(long, value_name = "日期")]
        last_day: Option<String>,
        /// 理由，记入审计日志
        #[arg(long, value_name = "理由")]
        reason: Option<String>,
        #[command(flatten)]
        by: By,
    },
}

/// What can be done with the second factor of an account.
#[derive(Debug, Subcommand)]
pub(crate) enum UserTotp {
    /// 生成密钥，供录入认证器应用；用 confirm 确认后启用
    #[command(after_help = "示例：\n  biaochi user totp start zhangsan")]
    Start {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        #[command(flatten)]
        by: By,
    },
    /// 用认证器显示的六位数字确认，此后登录都要动态口令
    #[command(after_help = "示例：\n  biaochi user totp confirm zhangsan 123456")]
    Confirm {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        /// 认证器当前显示的六位数字
        #[arg(value_name = "六位数字")]
        code: String,
        #[command(flatten)]
        by: By,
    },
    /// 停用动态口令，如换手机
    #[command(
        after_help = "示例：\n  biaochi user totp off zhangsan --reason 换手机 --actor admin"
    )]
    Off {
        #[command(flatten)]
        of: Of,
    },
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// 新建令牌，供程序以某账号的名义访问；令牌只显示一次
    #[command(
        after_help = "示例：\n  biaochi token create robot --title 数据中心取数 --allow read:indicator --allow read:plan --days 90\n\
                      令牌能做的不超过账号的角色；动作和资源见 biaochi roles matrix，* 表示全部。"
    )]
    Create {
        /// 用户名
        #[arg(value_name = "用户名")]
        name: String,
        /// 用途
        #[arg(long, value_name = "用途")]
        title: String,
        /// 权限，写作 动作:资源；可多次指定
        #[arg(long, required = true, value_name = "权限")]
        allow: Vec<String>,
        /// 几天内有效
        #[arg(long, value_name = "天数", default_value_t = 90)]
        days: u32,
        #[command(flatten)]
        by: By,
    },
    /// 列出令牌：属于谁、能做什么、何时到期、最近何时使用
    #[command(after_help = "示例：\n  biaochi token list")]
    List,
    /// 撤销令牌，立即失效
    #[command(after_help = "示例：\n  biaochi token revoke 1f0c2a7e --reason 泄露 --actor admin")]
    Revoke {
        /// 令牌编号，见 biaochi token list
        #[arg(value_name = "编号")]
        token: String,
        /// 理由，记入审计日志
        #[arg(long, value_name = "理由")]
        reason: Option<String>,
        #[command(flatten)]
        by: By,
    },
}

/// Roles; without a word, all of them.
#[derive(Debug, Args)]
pub(crate) struct Roles {
    #[command(subcommand)]
    pub(crate) command: Option<RolesCommand>,
}

/// What can be asked about roles.
#[derive(Debug, Subcommand)]
pub(crate) enum RolesCommand {
    /// 列出角色和职责
    #[command(after_help = "示例：\n  biaochi roles list")]
    List,
    /// 看一个角色可以做什么
    #[command(after_help = "示例：\n  biaochi roles show 质控办")]
    Show {
        /// 角色的标识或名称
        #[arg(value_name = "角色")]
        role: String,
    },
    /// 角色、动作、资源的一览表（Markdown）
    #[command(after_help = "示例：\n  biaochi roles matrix > 权限一览.md")]
    Matrix,
}

/// Who does it.
#[derive(Debug, Args)]
pub(crate) struct By {
    /// 操作人（默认为系统）
    #[arg(long, value_name = "姓名")]
    pub(crate) actor: Option<String>,
}

/// An account, who does something with it, and why.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// 用户名
    #[arg(value_name = "用户名")]
    pub(crate) name: String,
    /// 理由，记入审计日志
    #[arg(long, value_name = "理由")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) by: By,
}

impl Of {
    /// Why; empty when nothing was said.
    pub(crate) fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or_default()
    }
}

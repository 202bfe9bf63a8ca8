use biaochi_access::password::Weakness;
use biaochi_access::{Level, Refusal};
use biaochi_domain::{Language, Localized};
use biaochi_packs::PackError;
use biaochi_store::StoreError;
use biaochi_warehouse::WarehouseError;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::beijing;

/// Why something about accounts was not done. No message tells a secret, or whether an account exists.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
#[non_exhaustive]
pub enum AccountError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error("the workspace key cannot be used")]
    Key(#[from] WarehouseError),
    #[error("the second factor of {name} was sealed with another workspace key")]
    Sealed { name: String },
    #[error("user name, password or code is wrong")]
    SignInRefused,
    #[error("too many attempts failed; wait until {until}")]
    Wait { until: Timestamp },
    #[error("the code of the second factor is needed")]
    CodeNeeded,
    #[error("the code is wrong")]
    WrongCode,
    #[error("there is no second factor to confirm")]
    NothingToConfirm,
    #[error("the old password is wrong")]
    WrongPassword,
    #[error("the session has ended")]
    NoSession,
    #[error("the token does not hold")]
    NoToken,
    #[error("a role of the token's account asks for a second factor, which is not set up")]
    TokenWaits,
    #[error("`{text}` in second_factor_roles of biaochi.toml is no role; known are {}", known.join(", "))]
    SecondFactorRole { text: String, known: Vec<String> },
    #[error(transparent)]
    Weak(#[from] Weakness),
    #[error("`{text}` is no user name")]
    UserName { text: String },
    #[error("there is no role `{text}`; known are {}", known.join(", "))]
    UnknownRole { text: String, known: Vec<String> },
    #[error("the role {role} is not held for {}", level.text(Language::En))]
    WrongLevel {
        role: String,
        level: Level,
        levels: Vec<Level>,
    },
    #[error("`{text}` is no unit")]
    UnknownUnit { text: String },
    #[error("{unit} is beyond your own scope")]
    BeyondScope { unit: String },
    #[error("the role ends on {ends} anyway; grant it again for more time")]
    EndsEarlier { ends: Date },
    #[error("nobody grants a role to himself")]
    OwnRole,
    #[error("{name} has roles beyond your own scope, for {unit}")]
    HoldsMore { name: String, unit: String },
    #[error("{name} is not locked: no sign-in failed")]
    NotLocked { name: String },
    #[error("another account expects `{name}` of the identity provider")]
    ExpectedElsewhere { name: String },
    #[error("the last day is before the first")]
    EndsBeforeItBegins,
    #[error("a token needs at least one permission")]
    NoPermission,
    #[error("`{text}` is no permission")]
    BadPermission { text: String },
    #[error("a token holds from 1 to {most} days")]
    TokenDays { most: u32 },
    #[error("{}", .0.text(Language::En))]
    Denied(Refusal),
    #[error("a reason is needed")]
    ReasonNeeded,
    #[error("the set-up code does not hold")]
    SetUpCode,
    #[error("there are accounts already")]
    AlreadySetUp,
}

impl Localized for AccountError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Store(StoreError::NotFound { subject }), Language::Zh) => format!(
                "没有找到“{subject}”：没有这个账号、角色或令牌，或者不在您的管理范围内。请核对，或用 biaochi user list、biaochi token list 查看。"
            ),
            (Self::Store(error), _) => error.text(language),
            (Self::Pack(error), _) => error.text(language),
            (Self::Key(error), _) => error.text(language),
            (Self::Weak(error), _) => error.text(language),
            (Self::Denied(refusal), _) => refusal.text(language),
            (_, Language::Zh) => self.zh(),
            (_, Language::En) => self.to_string(),
        }
    }
}

impl AccountError {
    fn zh(&self) -> String {
        match self {
            Self::Sealed { name } => format!(
                "{name} 的动态口令是用另一把工作区密钥保存的，无法核对。请恢复原来的 workspace.key，或由管理员停用后重新启用动态口令。"
            ),
            Self::SignInRefused => "用户名、密码或动态口令不正确，没有登录。请核对后再试；忘记密码请联系管理员。".to_owned(),
            Self::Wait { until } => format!(
                "失败的次数过多，请在 {} 之后再试，或联系管理员解除。",
                beijing::shown(*until)
            ),
            Self::CodeNeeded => "请输入动态口令（认证器应用中的六位数字）。".to_owned(),
            Self::WrongCode => "动态口令不正确。请核对手机和服务器的时间，用当前显示的六位数字再试。".to_owned(),
            Self::NothingToConfirm => "没有等待确认的动态口令。请先生成一个。".to_owned(),
            Self::WrongPassword => "原密码不正确，没有修改。".to_owned(),
            Self::NoSession => "登录已失效，请重新登录。".to_owned(),
            Self::TokenWaits => "令牌所属账号的角色须用动态口令，账号还没有启用，令牌暂不能用。请账号本人登录网页启用动态口令，之后令牌照常可用。".to_owned(),
            Self::SecondFactorRole { text, known } => format!(
                "biaochi.toml 的 second_factor_roles 中没有角色“{text}”。请改正后重试，可用的角色：{}",
                known.join("、")
            ),
            Self::NoToken => "令牌无效、已过期或已撤销。请向管理员申请新的令牌。".to_owned(),
            Self::UserName { text } => format!(
                "“{text}”不能作为用户名。请用 2–64 个英文字母、汉字、数字、点、横线或下划线，不区分大小写。"
            ),
            Self::UnknownRole { text, known } => {
                format!("没有角色“{text}”。可用的角色：{}", known.join("、"))
            }
            Self::WrongLevel {
                role,
                level,
                levels,
            } => {
                let zh = Language::Zh;
                let levels: Vec<String> = levels.iter().map(|level| level.text(zh)).collect();
                format!(
                    "“{role}”不能授予{}一级，可以授予：{}。",
                    level.text(zh),
                    levels.join("、")
                )
            }
            Self::UnknownUnit { text } => format!(
                "没有“{text}”这个单位。请写 all、division:区划代码、alliance:医联体代码、hospital:机构代码 或 department:机构代码/科室代码，用 biaochi org tree 查看。"
            ),
            Self::BeyondScope { unit } => {
                format!("{unit} 超出了您自己的管理范围，不能授予或终止。请由上级管理员办理。")
            }
            Self::EndsEarlier { ends } => {
                format!("这个角色本来就在 {ends} 终止，没有改动。要延长，请重新授予。")
            }
            Self::OwnRole => "不能给自己授予角色。请由另一位管理员办理；只有一位管理员时，由信息科在服务器上用 biaochi user role grant 授予。".to_owned(),
            Self::HoldsMore { name, unit } => format!(
                "{name} 还有您管理范围之外的角色（{unit}），您不能重设他的密码和动态口令，也不能以他的名义发放令牌。请由上级管理员办理。"
            ),
            Self::NotLocked { name } => format!("{name} 没有失败的登录，不需要解除。"),
            Self::ExpectedElsewhere { name } => {
                format!("“{name}”已经指定给别的账号，没有保存。请核对。")
            }
            Self::EndsBeforeItBegins => "终止日期早于起始日期，没有保存。".to_owned(),
            Self::NoPermission => "令牌至少要有一项权限，如 read:indicator。".to_owned(),
            Self::BadPermission { text } => format!(
                "“{text}”不是权限。写作 动作:资源，如 read:indicator、read:*；可用的动作和资源见 biaochi roles matrix。"
            ),
            Self::TokenDays { most } => format!("令牌的有效期为 1 至 {most} 天。"),
            Self::ReasonNeeded => "查看明文病案须写明理由。".to_owned(),
            Self::SetUpCode => "初始化码不正确、已过期、已用过，或者已经有了账号。请在服务器上重新运行 biaochi user setup。".to_owned(),
            Self::AlreadySetUp => "已经有账号，不再需要初始化。请用 biaochi user add 新建账号，用 biaochi user role grant 授予角色。".to_owned(),
            // Told by what they wrap.
            Self::Store(_) | Self::Pack(_) | Self::Key(_) | Self::Weak(_) | Self::Denied(_) => {
                self.to_string()
            }
        }
    }
}

//! Accounts as they go over the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which accounts are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UserQuery {
    /// 每页最多多少行，不填为 50，最多 500。
    pub(super) limit: Option<u32>,
    /// 上一页回答的 `next`。
    pub(super) cursor: Option<String>,
    /// 用户名、姓名或机构代码中的文字。
    pub(super) text: Option<String>,
    /// `active` 或 `disabled`。
    pub(super) state: Option<String>,
    /// 角色标识，今天生效的。
    pub(super) role: Option<String>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserAccount {
    /// 用户名。
    pub(super) name: String,
    /// 姓名。
    pub(super) title: String,
    /// The institution that manages it; empty for none.
    pub(super) organisation: String,
    /// Its name.
    pub(super) organisation_name: String,
    /// `active` or `disabled`.
    pub(super) state: &'static str,
    /// 状态。
    pub(super) state_text: String,
    /// Without a password only tokens can be used.
    pub(super) has_password: bool,
    /// The password has to be changed at the next sign-in.
    pub(super) must_change_password: bool,
    /// A second factor is asked for.
    pub(super) second_factor: bool,
    /// Until when nobody can sign in after attempts that failed.
    pub(super) locked_until: Option<String>,
    /// Who made it.
    pub(super) created_by: String,
    /// When.
    pub(super) created_at: String,
    /// When somebody last signed in.
    pub(super) last_sign_in: Option<String>,
    /// Counts the changes.
    pub(super) revision: u64,
    /// It is the caller's own.
    pub(super) own: bool,
    /// The caller may change it.
    pub(super) may_change: bool,
    /// Who it is to the identity provider; `null` when that is not known.
    pub(super) identity: Option<UserIdentity>,
    /// Its roles, those that ended or begin later included.
    pub(super) roles: Vec<HeldAssignment>,
}

/// Who an account is to the identity provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserIdentity {
    /// What the provider calls the person, as an administrator wrote it; empty where the person linked the account.
    pub(super) external_name: String,
    /// Somebody is linked.
    pub(super) linked: bool,
    /// What the provider called them; empty when it is not known.
    pub(super) shown: String,
    /// Who linked them, or wrote whom to expect.
    pub(super) linked_by: String,
    /// When.
    pub(super) linked_at: String,
}

/// A role that somebody has, had or will have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldAssignment {
    /// Its number among those of the account.
    pub(super) number: u64,
    /// Id of the role.
    pub(super) role: String,
    /// 角色名称。
    pub(super) role_title: String,
    /// For what, as `hospital:机构代码`.
    pub(super) unit: String,
    /// Its name, where the organisations of today have it.
    pub(super) unit_name: Option<String>,
    /// The first day.
    pub(super) first_day: String,
    /// The last day; `null` for none.
    pub(super) last_day: Option<String>,
    /// It counts today.
    pub(super) counts: bool,
    /// By whom.
    pub(super) granted_by: String,
    /// When.
    pub(super) granted_at: String,
    /// Why.
    pub(super) reason: String,
}

/// An account to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewUserBody {
    /// 用户名。
    pub(super) name: String,
    /// 姓名。
    #[serde(default)]
    pub(super) title: String,
    /// 管理这个账号的机构代码；不填为全局账号。
    #[serde(default)]
    pub(super) organisation: String,
    /// 供程序使用：没有密码，只能用令牌。
    #[serde(default)]
    pub(super) program: bool,
    /// 同时授予的角色。
    pub(super) role: Option<NewRoleBody>,
}

/// A role to be given.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewRoleBody {
    /// 角色标识或名称。
    pub(super) role: String,
    /// 范围：`all`、`division:…`、`alliance:…`、`hospital:…`、`department:…/…`。
    pub(super) unit: String,
    /// 起始日，不填为今天。
    pub(super) first_day: Option<String>,
    /// 终止日，不填为一直有效。
    pub(super) last_day: Option<String>,
    /// 理由。
    #[serde(default)]
    pub(super) reason: String,
}

/// What is to be changed of an account; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UserChange {
    /// The revision that was seen.
    pub(super) revision: u64,
    /// `active` 启用，`disabled` 停用。
    pub(super) state: Option<String>,
    /// 解除登录失败后的等待。
    #[serde(default)]
    pub(super) unlock: bool,
    /// 重设密码。
    #[serde(default)]
    pub(super) reset_password: bool,
    /// 停用动态口令。
    #[serde(default)]
    pub(super) drop_second_factor: bool,
    /// 指定统一身份账号：统一身份认证给出这个名称的人首次登录时绑定。原有的绑定失效。
    pub(super) external_name: Option<String>,
    /// 解除统一身份绑定。
    #[serde(default)]
    pub(super) drop_identity: bool,
    /// 理由。
    #[serde(default)]
    pub(super) reason: String,
}

/// The end of a role.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RoleEnd {
    /// 最后一天，不填为昨天（立即失效）。
    pub(super) last_day: Option<String>,
    /// 理由。
    #[serde(default)]
    pub(super) reason: String,
}

/// An account after a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserAnswer {
    /// The account as it is now.
    pub(super) user: UserAccount,
    /// A password for once, shown only here.
    pub(super) password: Option<String>,
    /// What to check, in words.
    pub(super) notice: Option<String>,
}

//! Accounts of other people: making them, their roles, locking, and setting them going again.

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource};
use biaochi_app::accounts::{
    self, AccountError, NewRole, NewUser, day_of, one_time_password, unit_is_known, user_name,
};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Unit, View};
use biaochi_store::{Account, AccountIdentity, AccountState, RoleAssignment, Scope, StoreError};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::page::Page;
use crate::problem::{Code, Problem, ProblemBody};
use crate::reach::scope_for;
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list_users, add_user))
        .routes(routes!(show_user, change_user))
        .routes(routes!(grant_role))
        .routes(routes!(end_role))
}

/// Which accounts are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UserQuery {
    /// 每页最多多少行，不填为 50，最多 500。
    limit: Option<u32>,
    /// 上一页回答的 `next`。
    cursor: Option<String>,
    /// 用户名、姓名或机构代码中的文字。
    text: Option<String>,
    /// `active` 或 `disabled`。
    state: Option<String>,
    /// 角色标识，今天生效的。
    role: Option<String>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserAccount {
    /// 用户名。
    name: String,
    /// 姓名。
    title: String,
    /// The institution that manages it; empty for none.
    organisation: String,
    /// Its name.
    organisation_name: String,
    /// `active` or `disabled`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// Without a password only tokens can be used.
    has_password: bool,
    /// The password has to be changed at the next sign-in.
    must_change_password: bool,
    /// A second factor is asked for.
    second_factor: bool,
    /// Until when nobody can sign in after attempts that failed.
    locked_until: Option<String>,
    /// Who made it.
    created_by: String,
    /// When.
    created_at: String,
    /// When somebody last signed in.
    last_sign_in: Option<String>,
    /// Counts the changes.
    revision: u64,
    /// It is the caller's own.
    own: bool,
    /// The caller may change it.
    may_change: bool,
    /// Who it is to the identity provider; `null` when that is not known.
    identity: Option<UserIdentity>,
    /// Its roles, those that ended or begin later included.
    roles: Vec<HeldAssignment>,
}

/// Who an account is to the identity provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserIdentity {
    /// What the provider calls the person, as an administrator wrote it; empty where the person linked the account.
    external_name: String,
    /// Somebody is linked.
    linked: bool,
    /// What the provider called them; empty when it is not known.
    shown: String,
    /// Who linked them, or wrote whom to expect.
    linked_by: String,
    /// When.
    linked_at: String,
}

/// A role that somebody has, had or will have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldAssignment {
    /// Its number among those of the account.
    number: u64,
    /// Id of the role.
    role: String,
    /// 角色名称。
    role_title: String,
    /// For what, as `hospital:机构代码`.
    unit: String,
    /// Its name, where the organisations of today have it.
    unit_name: Option<String>,
    /// The first day.
    first_day: String,
    /// The last day; `null` for none.
    last_day: Option<String>,
    /// It counts today.
    counts: bool,
    /// By whom.
    granted_by: String,
    /// When.
    granted_at: String,
    /// Why.
    reason: String,
}

/// An account to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewUserBody {
    /// 用户名。
    name: String,
    /// 姓名。
    #[serde(default)]
    title: String,
    /// 管理这个账号的机构代码；不填为全局账号。
    #[serde(default)]
    organisation: String,
    /// 供程序使用：没有密码，只能用令牌。
    #[serde(default)]
    program: bool,
    /// 同时授予的角色。
    role: Option<NewRoleBody>,
}

/// A role to be given.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewRoleBody {
    /// 角色标识或名称。
    role: String,
    /// 范围：`all`、`division:…`、`alliance:…`、`hospital:…`、`department:…/…`。
    unit: String,
    /// 起始日，不填为今天。
    first_day: Option<String>,
    /// 终止日，不填为一直有效。
    last_day: Option<String>,
    /// 理由。
    #[serde(default)]
    reason: String,
}

/// What is to be changed of an account; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UserChange {
    /// The revision that was seen.
    revision: u64,
    /// `active` 启用，`disabled` 停用。
    state: Option<String>,
    /// 解除登录失败后的等待。
    #[serde(default)]
    unlock: bool,
    /// 重设密码。
    #[serde(default)]
    reset_password: bool,
    /// 停用动态口令。
    #[serde(default)]
    drop_second_factor: bool,
    /// 指定统一身份账号：统一身份认证给出这个名称的人首次登录时绑定。原有的绑定失效。
    external_name: Option<String>,
    /// 解除统一身份绑定。
    #[serde(default)]
    drop_identity: bool,
    /// 理由。
    #[serde(default)]
    reason: String,
}

/// The end of a role.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RoleEnd {
    /// 最后一天，不填为昨天（立即失效）。
    last_day: Option<String>,
    /// 理由。
    #[serde(default)]
    reason: String,
}

/// An account after a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserAnswer {
    /// The account as it is now.
    user: UserAccount,
    /// A password for once, shown only here.
    password: Option<String>,
    /// What to check, in words.
    notice: Option<String>,
}

/// Accounts of one's scope, by name.
#[utoipa::path(get, path = "/users", tag = "users", params(UserQuery),
    responses((status = 200, body = Page<UserAccount>), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_users(
    caller: Caller,
    Query(query): Query<UserQuery>,
) -> Result<Json<Page<UserAccount>>, Problem> {
    let scope = scope_for(&caller, Action::Read, Resource::Account, "").await?;
    let store = caller.office().store();
    let state = query.state.as_deref().filter(|text| !text.is_empty());
    let state = state
        .map(|text| {
            AccountState::from_code(text)
                .ok_or_else(|| Problem::invalid("state", "状态应为 active 或 disabled"))
        })
        .transpose()?;
    let text = query
        .text
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let mut accounts = store.accounts(&scope).await?;
    accounts.retain(|account| {
        let cells = [&account.name, &account.title, &account.organisation_code];
        state.is_none_or(|state| account.state == state)
            && (text.is_empty() || cells.iter().any(|cell| cell.to_lowercase().contains(&text)))
    });
    let role = query.role.as_deref().filter(|role| !role.is_empty());
    if let Some(role) = role {
        let day = day_of(caller.actor().at);
        let mut held = Vec::new();
        for account in accounts {
            let roles = store.roles_of(&scope, &account.name).await?;
            let mut roles = roles.iter();
            if roles.any(|one| one.assignment.role == role && one.counts_on(day)) {
                held.push(account);
            }
        }
        accounts = held;
    }
    let total = accounts.len() as u64;
    if let Some(cursor) = &query.cursor {
        accounts.retain(|account| account.name > *cursor);
    }
    let limit = query.limit.unwrap_or(50).clamp(1, 500) as usize;
    let more = accounts.len() > limit;
    accounts.truncate(limit);
    let next = accounts
        .last()
        .filter(|_| more)
        .map(|last| last.name.clone());
    let mut items = Vec::with_capacity(accounts.len());
    for account in accounts {
        items.push(shown(&caller, account).await?);
    }
    Ok(Json(Page {
        items,
        next,
        total: Some(total),
    }))
}

/// Makes an account, with a password for once.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUserBody,
    responses((status = 200, body = UserAnswer), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn add_user(
    caller: Caller,
    Json(body): Json<NewUserBody>,
) -> Result<Json<UserAnswer>, Problem> {
    let scope = scope_for(&caller, Action::Configure, Resource::Account, "").await?;
    let role = body.role.as_ref().map(|role| new_role(&caller, role));
    let role = role.transpose()?;
    let password = (!body.program).then(one_time_password);
    let new = NewUser {
        name: body.name,
        title: body.title,
        organisation: body.organisation.trim().to_owned(),
        password: password.clone(),
    };
    let known = organisation_name(&caller, &new.organisation).await?;
    if known.is_none() && !new.organisation.is_empty() {
        return Err(Problem::invalid(
            "organisation",
            format!(
                "组织机构表里没有“{}”，没有建立账号。请核对机构代码",
                new.organisation
            ),
        ));
    }
    let office = caller.office();
    let account = accounts::add_user(office, &scope, caller.actor(), &new).await?;
    let mut notice = None;
    if let Some(role) = role {
        let granted = accounts::grant_role(office, &scope, caller.actor(), &account.name, &role);
        if let Err(error) = granted.await {
            // The account is there; what is missing is said, not hidden behind a failure.
            let why = error.text(Language::Zh);
            notice = Some(format!("账号已建立，但角色没有授予：{why}"));
        }
    }
    Ok(Json(UserAnswer {
        user: shown(&caller, account).await?,
        password: password.map(|password| password.reveal().to_owned()),
        notice,
    }))
}

/// An account.
#[utoipa::path(get, path = "/users/{name}", tag = "users", params(("name" = String, Path, description = "用户名")),
    responses((status = 200, body = UserAccount), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn show_user(caller: Caller, Path(name): Path<String>) -> Result<Json<UserAccount>, Problem> {
    let scope = scope_for(&caller, Action::Read, Resource::Account, &subject(&name)).await?;
    let account = accounts::user(caller.office(), &scope, &name).await?;
    Ok(Json(shown(&caller, account).await?))
}

/// Locks or unlocks an account, or sets it going again for somebody who lost password or telephone.
#[utoipa::path(patch, path = "/users/{name}", tag = "users", params(("name" = String, Path, description = "用户名")),
    request_body = UserChange,
    responses((status = 200, body = UserAnswer), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn change_user(
    caller: Caller,
    Path(name): Path<String>,
    Json(body): Json<UserChange>,
) -> Result<Json<UserAnswer>, Problem> {
    let scope = scope_for(
        &caller,
        Action::Configure,
        Resource::Account,
        &subject(&name),
    )
    .await?;
    let (office, actor, reason) = (caller.office(), caller.actor(), body.reason.as_str());
    let mut account = accounts::user(office, &scope, &name).await?;
    if account.revision != body.revision {
        return Err(Problem::new(
            Code::Conflict,
            format!(
                "{} 刚被他人改动，没有保存。请重新打开，核对后再改",
                account.name
            ),
        ));
    }
    let name = account.name.clone();
    if let Some(text) = &body.state {
        let state = AccountState::from_code(text)
            .ok_or_else(|| Problem::invalid("state", "状态应为 active 或 disabled"))?;
        if state == AccountState::Disabled && name == caller.person().account.name {
            return Err(Problem::invalid(
                "state",
                "不能停用自己的账号。请由另一位管理员办理",
            ));
        }
        account = accounts::set_state(office, &scope, actor, &name, state, reason).await?;
    }
    if body.unlock {
        accounts::unlock(office, &scope, actor, &name, reason).await?;
    }
    let mut password = None;
    if body.reset_password {
        if name == caller.person().account.name {
            return Err(Problem::invalid(
                "reset_password",
                "自己的密码请在“我的账号”中修改",
            ));
        }
        let new = one_time_password();
        account = accounts::reset_password(office, &scope, actor, &name, &new, reason).await?;
        password = Some(new.reveal().to_owned());
    }
    if body.drop_second_factor {
        if name == caller.person().account.name {
            return Err(Problem::invalid(
                "drop_second_factor",
                "自己的动态口令请在“我的账号”中停用",
            ));
        }
        account = accounts::drop_second_factor(office, &scope, actor, &name, reason).await?;
    }
    if body.drop_identity || body.external_name.is_some() {
        if name == caller.person().account.name {
            return Err(Problem::invalid(
                "external_name",
                "自己的统一身份认证请在“我的账号”中绑定和解除",
            ));
        }
        change_identity(&caller, &scope, &name, &body).await?;
    }
    Ok(Json(UserAnswer {
        user: shown(&caller, account).await?,
        password,
        notice: None,
    }))
}

/// Writes whom of the identity provider an account is for, or forgets it.
async fn change_identity(
    caller: &Caller,
    scope: &Scope,
    name: &str,
    body: &UserChange,
) -> Result<(), Problem> {
    let (office, actor, reason) = (caller.office(), caller.actor(), body.reason.as_str());
    if body.drop_identity {
        accounts::unlink_identity(office, scope, actor, name, reason).await?;
    }
    let Some(expected) = body.external_name.as_deref() else {
        return Ok(());
    };
    let sso = caller.service().settings().single_sign_on.as_ref();
    if !sso.is_some_and(accounts::SingleSignOn::finds_by_name) {
        return Err(Problem::invalid(
            "external_name",
            "没有设置 oidc_name_claim，不能按名称指定人员。请由本人在“我的账号”中绑定，或请信息科设置",
        ));
    }
    let written = accounts::expect_identity(office, scope, actor, (name, expected), reason).await;
    match written {
        Ok(_) => Ok(()),
        Err(AccountError::Store(StoreError::Conflict { .. })) => Err(Problem::invalid(
            "external_name",
            format!("“{}”已经指定给别的账号，没有保存。请核对", expected.trim()),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Gives somebody a role.
#[utoipa::path(post, path = "/users/{name}/roles", tag = "users",
    params(("name" = String, Path, description = "用户名")), request_body = NewRoleBody,
    responses((status = 200, body = UserAnswer), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn grant_role(
    caller: Caller,
    Path(name): Path<String>,
    Json(body): Json<NewRoleBody>,
) -> Result<Json<UserAnswer>, Problem> {
    let scope = scope_for(
        &caller,
        Action::Configure,
        Resource::Account,
        &subject(&name),
    )
    .await?;
    let role = new_role(&caller, &body)?;
    let office = caller.office();
    accounts::grant_role(office, &scope, caller.actor(), &name, &role).await?;
    let known = unit_is_known(office, &role.unit, role.first_day).await?;
    let notice = (!known).then(|| {
        format!(
            "组织机构表里没有 {}，请核对。写错了请终止这个角色，再重新授予",
            role.unit
        )
    });
    let account = accounts::user(office, &scope, &name).await?;
    Ok(Json(UserAnswer {
        user: shown(&caller, account).await?,
        password: None,
        notice,
    }))
}

/// Ends a role of somebody.
#[utoipa::path(post, path = "/users/{name}/roles/{number}/end", tag = "users",
    params(("name" = String, Path, description = "用户名"), ("number" = u64, Path, description = "角色的序号")),
    request_body = RoleEnd,
    responses((status = 200, body = UserAnswer), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn end_role(
    caller: Caller,
    Path((name, number)): Path<(String, u64)>,
    Json(body): Json<RoleEnd>,
) -> Result<Json<UserAnswer>, Problem> {
    let scope = scope_for(
        &caller,
        Action::Configure,
        Resource::Account,
        &subject(&name),
    )
    .await?;
    let today = day_of(caller.actor().at);
    let last_day = match body.last_day.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => day("last_day", text)?,
        None => today.yesterday().unwrap_or(today),
    };
    let (office, which) = (caller.office(), (name.as_str(), number));
    accounts::end_role(
        office,
        &scope,
        caller.actor(),
        which,
        last_day,
        &body.reason,
    )
    .await?;
    let account = accounts::user(office, &scope, &name).await?;
    Ok(Json(UserAnswer {
        user: shown(&caller, account).await?,
        password: None,
        notice: None,
    }))
}

/// The name as the audit trail may have it: what is no name may be a password that somebody typed into the wrong field.
fn subject(name: &str) -> String {
    user_name(name).unwrap_or_default()
}

fn day(field: &str, text: &str) -> Result<Date, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid(field, format!("“{text}”不是日期，应写作 2024-03-31")))
}

fn new_role(caller: &Caller, body: &NewRoleBody) -> Result<NewRole, Problem> {
    let text = body.unit.trim();
    let unit: Unit = text.parse().map_err(|_| {
        Problem::invalid(
            "unit",
            format!("“{text}”不是范围。应为 all、division:区划代码、alliance:医联体代码、hospital:机构代码 或 department:机构代码/科室代码"),
        )
    })?;
    let first = body.first_day.as_deref().filter(|text| !text.is_empty());
    let last = body.last_day.as_deref().filter(|text| !text.is_empty());
    Ok(NewRole {
        role: body.role.clone(),
        unit,
        first_day: match first {
            Some(text) => day("first_day", text)?,
            None => day_of(caller.actor().at),
        },
        last_day: last.map(|text| day("last_day", text)).transpose()?,
        reason: body.reason.clone(),
    })
}

async fn organisation_name(caller: &Caller, code: &str) -> Result<Option<String>, Problem> {
    if code.is_empty() {
        return Ok(None);
    }
    let directory = caller.office().directory().await?;
    Ok(name_of(&directory.as_of(day_of(caller.actor().at)), code))
}

/// The name of an organisation by its code, as accounts have it.
fn name_of(view: &View<'_>, code: &str) -> Option<String> {
    let unit = code.parse::<Unit>();
    view.name(&unit.unwrap_or_else(|_| Unit::Institution(code.to_owned())))
}

async fn shown(caller: &Caller, account: Account) -> Result<UserAccount, Problem> {
    let (office, now) = (caller.office(), caller.actor().at);
    let roles = office.store().roles_of(&Scope::All, &account.name).await?;
    let locked = accounts::locked_until(office, &account.name, now).await?;
    let identity = office.store().identity_of(&account.name).await?;
    let directory = office.directory().await?;
    let view = directory.as_of(day_of(now));
    let organisation_name = name_of(&view, &account.organisation_code);
    let asker = &caller.person().asker;
    let reach = asker.reach_for(
        office.roles(),
        Action::Configure,
        Resource::Account,
        biaochi_access::Sensitivity::Aggregate,
    );
    Ok(UserAccount {
        own: account.name == caller.person().account.name,
        may_change: reach.covers(&account.organisation_code, None),
        identity: identity.map(UserIdentity::from),
        organisation_name: organisation_name.unwrap_or_default(),
        state: account.state.code(),
        state_text: account.state.text(Language::Zh),
        has_password: account.password_at.is_some(),
        must_change_password: account.must_change,
        second_factor: account.second_factor,
        locked_until: locked.map(|at| at.to_string()),
        created_by: account.created_by,
        created_at: account.created_at.to_string(),
        last_sign_in: account.last_sign_in.map(|at| at.to_string()),
        revision: account.revision,
        roles: roles
            .into_iter()
            .map(|role| assignment(caller, &view, role))
            .collect(),
        name: account.name,
        title: account.title,
        organisation: account.organisation_code,
    })
}

impl From<AccountIdentity> for UserIdentity {
    fn from(identity: AccountIdentity) -> Self {
        Self {
            linked: identity.person.is_some(),
            shown: identity
                .person
                .map(|person| person.shown)
                .unwrap_or_default(),
            external_name: identity.expected,
            linked_by: identity.linked_by,
            linked_at: identity.linked_at.to_string(),
        }
    }
}

fn assignment(caller: &Caller, view: &View<'_>, role: RoleAssignment) -> HeldAssignment {
    let day = day_of(caller.actor().at);
    let counts = role.counts_on(day);
    let told = role.assignment;
    let known = caller.office().roles().role(&told.role);
    let unit = told.unit.parse::<Unit>().ok();
    HeldAssignment {
        number: role.number,
        role_title: known.map_or_else(|| told.role.clone(), |known| known.title.clone()),
        unit_name: unit.and_then(|unit| view.name(&unit)),
        first_day: told.first_day.to_string(),
        last_day: told.last_day.map(|day| day.to_string()),
        counts,
        granted_by: role.granted_by,
        granted_at: role.granted_at.to_string(),
        reason: told.reason,
        role: told.role,
        unit: told.unit,
    }
}

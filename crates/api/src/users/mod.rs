//! Accounts of other people: making them, their roles, locking, and setting them going again.

mod roles;
mod wire;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::secret::Secret;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::accounts::{self, AccountError, NewUser, day_of, one_time_password, user_name};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Unit, View};
use biaochi_store::{Account, AccountIdentity, AccountState, Scope};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::roles::{assignment, new_role};
use self::wire::{NewUserBody, UserAccount, UserAnswer, UserChange, UserIdentity, UserQuery};
use crate::caller::Caller;
use crate::page::Page;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list_users, add_user))
        .routes(routes!(show_user, change_user))
        .routes(routes!(roles::grant_role))
        .routes(routes!(roles::end_role))
}

/// Accounts of one's scope, by name.
#[utoipa::path(get, path = "/users", tag = "users", params(UserQuery),
    responses((status = 200, body = Page<UserAccount>), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_users(
    caller: Caller,
    Query(query): Query<UserQuery>,
) -> Result<Json<Page<UserAccount>>, Problem> {
    let scope = caller.scope(Action::Read, Resource::Account, "").await?;
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
    let scope = may_change(&caller, "").await?;
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
    if let Some(role) = &role {
        // Nobody wants an account without the role that it is made for.
        accounts::assignment_of(office, &scope, role).await?;
    }
    let account = accounts::add_user(office, &scope, caller.actor(), &new).await?;
    let mut notice = None;
    if let Some(role) = role {
        let granted = accounts::grant_role(office, &scope, caller.actor(), &account.name, &role);
        if let Err(error) = granted.await {
            // What could not be granted after all: the account is there, and that is said.
            let why = error.text(Language::Zh);
            notice = Some(format!("账号已建立，但角色没有授予：{why}"));
        }
    }
    answer(&caller, account, password, notice).await
}

/// An account.
#[utoipa::path(get, path = "/users/{name}", tag = "users", params(("name" = String, Path, description = "用户名")),
    responses((status = 200, body = UserAccount), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn show_user(caller: Caller, Path(name): Path<String>) -> Result<Json<UserAccount>, Problem> {
    let scope = caller
        .scope(Action::Read, Resource::Account, &subject(&name))
        .await?;
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
    let scope = may_change(&caller, &name).await?;
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
        password = Some(new);
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
    answer(&caller, account, password, None).await
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
        Err(error @ AccountError::ExpectedElsewhere { .. }) => {
            Err(Problem::of(Code::Invalid, &error).about("external_name"))
        }
        Err(error) => Err(error.into()),
    }
}

/// The accounts that the caller may change, refused when there are none.
async fn may_change(caller: &Caller, name: &str) -> Result<Scope, Problem> {
    let subject = subject(name);
    caller
        .scope(Action::Configure, Resource::Account, &subject)
        .await
}

/// An account after a change.
async fn answer(
    caller: &Caller,
    account: Account,
    password: Option<Secret>,
    notice: Option<String>,
) -> Result<Json<UserAnswer>, Problem> {
    Ok(Json(UserAnswer {
        user: shown(caller, account).await?,
        password: password.map(|password| password.reveal().to_owned()),
        notice,
    }))
}

/// The name as the audit trail may have it: what is no name may be a password that somebody typed into the wrong field.
fn subject(name: &str) -> String {
    user_name(name).unwrap_or_default()
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
        Sensitivity::Aggregate,
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

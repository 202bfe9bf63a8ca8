//! Tokens of programs: one's own, and those of accounts that one manages.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use biaochi_access::{Action, Permission, Resource};
use biaochi_app::accounts::{LONGEST_TOKEN_DAYS, NewProgram, create_token, revoke_token};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{Scope, StoredToken};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::own_account::in_person;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, make_token))
        .routes(routes!(end_token))
}

/// Whose tokens are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TokenQuery {
    /// 只看自己的。
    #[serde(default)]
    own: bool,
}

/// A token, without what the program presents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenInfo {
    /// What it is named by.
    id: String,
    /// The account in whose name the program acts.
    account: String,
    /// What it is for.
    title: String,
    /// What it may do.
    permissions: Vec<TokenPermission>,
    /// Who made it.
    created_by: String,
    /// When.
    created_at: String,
    /// When it ends.
    expires_at: String,
    /// When it was last used.
    seen_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
    /// It can be used.
    holds: bool,
}

/// A permission of a token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenPermission {
    /// Such as `read:indicator`.
    code: String,
    /// 资源·动作。
    text: String,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewTokenBody {
    /// 以哪个账号的名义；不填为自己。
    account: Option<String>,
    /// 用途。
    title: String,
    /// 权限，如 `read:indicator`。
    permissions: Vec<String>,
    /// 有效天数。
    days: u32,
}

/// A token that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeTokenAnswer {
    /// What the program presents: shown only here.
    secret: String,
    /// The rest.
    token: TokenInfo,
    /// Days that a token can hold at most.
    most_days: u32,
}

/// Tokens of accounts of one's scope, or one's own; the newest first.
#[utoipa::path(get, path = "/tokens", tag = "tokens", params(TokenQuery),
    responses((status = 200, body = Vec<TokenInfo>), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn list_tokens(
    caller: Caller,
    Query(query): Query<TokenQuery>,
) -> Result<Json<Vec<TokenInfo>>, Problem> {
    let scope = match query.own {
        true => Scope::All,
        false => caller.scope(Action::Read, Resource::Account, "").await?,
    };
    let tokens = caller.office().store().tokens(&scope).await?;
    let own = &caller.person().account.name;
    let tokens = tokens
        .into_iter()
        .filter(|token| !query.own || token.account == *own);
    Ok(Json(tokens.map(|token| shown(&caller, token)).collect()))
}

/// Makes a token.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewTokenBody,
    responses((status = 200, body = MadeTokenAnswer), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn make_token(
    caller: Caller,
    Json(body): Json<NewTokenBody>,
) -> Result<Json<MadeTokenAnswer>, Problem> {
    in_person(&caller)?;
    let own = caller.person().account.name.clone();
    let account = body.account.filter(|account| !account.trim().is_empty());
    let account = account.unwrap_or_else(|| own.clone());
    caller.is_ready()?;
    let scope = match account == own {
        true => Scope::All,
        false => {
            caller
                .scope(Action::Configure, Resource::Account, "")
                .await?
        }
    };
    let program = NewProgram {
        account,
        title: body.title,
        permissions: body.permissions,
        days: body.days,
    };
    let made = create_token(caller.office(), &scope, caller.actor(), &program).await?;
    Ok(Json(MadeTokenAnswer {
        secret: made.secret.reveal().to_owned(),
        token: shown(&caller, made.token),
        most_days: LONGEST_TOKEN_DAYS,
    }))
}

/// Revokes a token for good.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens",
    params(("id" = String, Path, description = "令牌编号")),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn end_token(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    in_person(&caller)?;
    let own = &caller.person().account.name;
    let all = caller.office().store().tokens(&Scope::All).await?;
    let is_own = all
        .iter()
        .any(|token| token.token_id == id && token.account == *own);
    let scope = match is_own {
        true => Scope::All,
        false => {
            caller
                .scope(Action::Configure, Resource::Account, "")
                .await?
        }
    };
    revoke_token(caller.office(), &scope, caller.actor(), &id, "网页上撤销").await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(caller: &Caller, token: StoredToken) -> TokenInfo {
    let permissions = token.permissions.split_whitespace();
    let permissions = permissions.map(|code| TokenPermission {
        code: code.to_owned(),
        text: match code.parse::<Permission>() {
            Ok(permission) => permission.text(Language::Zh),
            Err(_) => code.to_owned(),
        },
    });
    TokenInfo {
        permissions: permissions.collect(),
        holds: token.revoked_at.is_none() && caller.actor().at < token.expires_at,
        id: token.token_id,
        account: token.account,
        title: token.title,
        created_by: token.created_by,
        created_at: token.created_at.to_string(),
        expires_at: token.expires_at.to_string(),
        seen_at: token.seen_at.map(|at| at.to_string()),
        revoked_at: token.revoked_at.map(|at| at.to_string()),
    }
}

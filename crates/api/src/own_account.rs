//! What everybody does with the own account: second factor, sessions.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use biaochi_access::secret::{Secret, fingerprint};
use biaochi_app::accounts::{
    begin_second_factor, confirm_second_factor, drop_second_factor, prove_own_password,
};
use biaochi_store::{Scope, session_id};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(begin_factor, confirm_factor))
        .routes(routes!(drop_factor))
        .routes(routes!(list_sessions, end_other_sessions))
        .routes(routes!(end_one_session))
}

/// The own password, asked for again.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OwnPassword {
    /// 本人的密码。
    password: String,
}

impl OwnPassword {
    pub(crate) fn secret(self) -> Secret {
        Secret::new(self.password)
    }
}

/// A code of the authenticator.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FactorCode {
    /// 认证器显示的六位数字。
    code: String,
}

/// A second factor that waits for its first code; shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactorDraft {
    /// What a person types into the authenticator.
    key: String,
    /// The same as an address for a QR code.
    address: String,
}

/// An open session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnSession {
    /// What it is named by.
    id: String,
    /// From where it was opened.
    origin: String,
    /// A second factor was given.
    second_factor: bool,
    /// When it was opened.
    opened_at: String,
    /// When it was last used.
    seen_at: String,
    /// When it ends, whatever happens.
    expires_at: String,
    /// It is the one that asks.
    current: bool,
}

/// The session of whoever asks: a program must not take the account over for which it works.
pub(crate) fn in_person(caller: &Caller) -> Result<&Secret, Problem> {
    caller
        .session()
        .ok_or_else(|| Problem::new(Code::Forbidden, "令牌不能管理账号。请本人登录网页办理"))
}

/// Begins a second factor of one's own; it is asked for once a code has confirmed it.
#[utoipa::path(post, path = "/me/second-factor", tag = "account", request_body = OwnPassword,
    responses((status = 200, body = FactorDraft), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn begin_factor(
    caller: Caller,
    Json(body): Json<OwnPassword>,
) -> Result<Json<FactorDraft>, Problem> {
    in_person(&caller)?;
    let (office, actor) = (caller.office(), caller.actor());
    prove_own_password(office, actor, &Secret::new(body.password)).await?;
    let draft = begin_second_factor(office, &Scope::All, actor, &actor.name).await?;
    Ok(Json(FactorDraft {
        key: draft.key.reveal().to_owned(),
        address: draft.address.reveal().to_owned(),
    }))
}

/// Confirms the second factor with its first code.
#[utoipa::path(put, path = "/me/second-factor", tag = "account", request_body = FactorCode,
    responses((status = 204), (status = 400), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn confirm_factor(
    caller: Caller,
    Json(body): Json<FactorCode>,
) -> Result<StatusCode, Problem> {
    in_person(&caller)?;
    let (office, actor, code) = (caller.office(), caller.actor(), Secret::new(body.code));
    confirm_second_factor(office, &Scope::All, actor, &actor.name, &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turns the own second factor off.
#[utoipa::path(post, path = "/me/second-factor/drop", tag = "account", request_body = OwnPassword,
    responses((status = 204), (status = 400), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn drop_factor(caller: Caller, Json(body): Json<OwnPassword>) -> Result<StatusCode, Problem> {
    in_person(&caller)?;
    let (office, actor) = (caller.office(), caller.actor());
    prove_own_password(office, actor, &Secret::new(body.password)).await?;
    drop_second_factor(office, &Scope::All, actor, &actor.name, "本人停用").await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The own sessions that are open.
#[utoipa::path(get, path = "/sessions", tag = "account",
    responses((status = 200, body = Vec<OwnSession>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn list_sessions(caller: Caller) -> Result<Json<Vec<OwnSession>>, Problem> {
    let current = session_id(&fingerprint(in_person(&caller)?.reveal()));
    let actor = caller.actor();
    let open = caller.office().store().sessions_of(&actor.name, actor.at);
    let open = open.await?.into_iter();
    // One that nothing happened in for too long lets nobody in any more.
    let open = open
        .filter(|one| actor.at.duration_since(one.seen_at) < biaochi_app::accounts::LONGEST_PAUSE);
    let shown = open.map(|one| OwnSession {
        current: one.session_id == current,
        id: one.session_id,
        origin: one.origin,
        second_factor: one.second_factor,
        opened_at: one.opened_at.to_string(),
        seen_at: one.seen_at.to_string(),
        expires_at: one.expires_at.to_string(),
    });
    Ok(Json(shown.collect()))
}

/// Ends all own sessions but the one that asks.
#[utoipa::path(delete, path = "/sessions", tag = "account",
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn end_other_sessions(caller: Caller) -> Result<StatusCode, Problem> {
    let current = session_id(&fingerprint(in_person(&caller)?.reveal()));
    let (store, actor) = (caller.office().store(), caller.actor());
    for open in store.sessions_of(&actor.name, actor.at).await? {
        if open.session_id != current {
            store.end_session_named(actor, &open.session_id).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of the own sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "account",
    params(("id" = String, Path, description = "会话编号")),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn end_one_session(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    in_person(&caller)?;
    let ended = caller
        .office()
        .store()
        .end_session_named(caller.actor(), &id);
    match ended.await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("没有这个会话，可能已经结束")),
    }
}

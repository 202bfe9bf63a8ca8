//! Signing in and out, and who one is.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use biaochi_access::secret::Secret;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::accounts::{LIFE, SignIn, change_own_password, sign_in, sign_out};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::{COOKIE, Caller, origin, own_request};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(open_session, end_session))
        .routes(routes!(me))
        .routes(routes!(change_password))
}

/// What somebody signs in with.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SignInBody {
    /// 用户名。
    name: String,
    /// 密码。
    password: String,
    /// 动态口令，启用了才要。
    code: Option<String>,
}

/// A new password in place of the old one.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PasswordBody {
    /// 原密码。
    old: String,
    /// 新密码。
    new: String,
}

/// Who one is and what one may.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// Name of the account.
    name: String,
    /// How the person is called.
    title: String,
    /// The institution that manages the account; empty for none.
    organisation: String,
    /// Nothing else works until the password is changed.
    must_change_password: bool,
    /// Nothing else works until a second factor is set up, which a role asks for.
    must_set_up_second_factor: bool,
    /// Whether a second factor is asked for.
    second_factor: bool,
    /// Roles that count today.
    roles: Vec<HeldRole>,
    /// What may be done, and how close to persons it may come.
    permissions: Vec<Allowed>,
    /// Reaches all organisations.
    everything: bool,
    /// Organisations that are reached, as pickers offer them.
    organisations: Vec<OrganisationName>,
    /// The service holds synthetic data only.
    demo: bool,
}

/// A role that somebody holds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldRole {
    /// Id of the role, such as `coder`.
    role: String,
    /// 角色名称。
    title: String,
    /// For what, as `hospital:机构代码`.
    unit: String,
}

/// An action on a resource.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Allowed {
    /// Such as `read`.
    action: &'static str,
    /// Such as `indicator`.
    resource: &'static str,
    /// `aggregate`, `de-identified` or `identified`.
    sensitivity: &'static str,
}

/// An organisation with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct OrganisationName {
    /// Organisation code; `division:…` and `alliance:…` for those that are no institutions.
    code: String,
    /// 名称。
    name: String,
}

/// Signs in. The answer sets the cookie of the session.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignInBody,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
async fn open_session(
    State(service): State<Service>,
    parts: Parts,
    Json(body): Json<SignInBody>,
) -> Result<impl IntoResponse, Problem> {
    own_request(&parts)?;
    let office = service.office().with_origin(&origin(&parts));
    let code = body.code.filter(|code| !code.trim().is_empty());
    let with = SignIn {
        name: body.name,
        password: Secret::new(body.password),
        code: code.map(Secret::new),
    };
    let signed_in = sign_in(&office, &with, Timestamp::now()).await?;
    let cookie = cookie(&service, signed_in.session.reveal(), LIFE.as_secs());
    let caller = Caller::of_session(&service, office, signed_in.session).await?;
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie?)]),
        Json(who(&caller, &service).await?),
    ))
}

/// Signs out. The session cannot be used again.
#[utoipa::path(delete, path = "/session", tag = "session",
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn end_session(
    State(service): State<Service>,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    if let Some(session) = caller.session() {
        sign_out(caller.office(), caller.person(), session).await?;
    }
    let cookie = cookie(&service, "", 0)?;
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    ))
}

/// Who one is, and what one may.
#[utoipa::path(get, path = "/me", tag = "session",
    responses((status = 200, body = Me), (status = 401, body = ProblemBody)))]
async fn me(State(service): State<Service>, caller: Caller) -> Result<Json<Me>, Problem> {
    Ok(Json(who(&caller, &service).await?))
}

/// Changes one's own password. All other sessions end.
#[utoipa::path(put, path = "/me/password", tag = "session", request_body = PasswordBody,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn change_password(
    caller: Caller,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let (old, new) = (Secret::new(body.old), Secret::new(body.new));
    let (actor, session) = (caller.actor(), caller.session());
    change_own_password(caller.office(), actor, session, &old, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The cookie of a session.
pub(crate) fn cookie(service: &Service, value: &str, seconds: i64) -> Result<HeaderValue, Problem> {
    let secure = if service.settings().secure {
        "; Secure"
    } else {
        ""
    };
    let text =
        format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).map_err(|error| Problem::internal(&error))
}

async fn who(caller: &Caller, service: &Service) -> Result<Me, Problem> {
    let person = caller.person();
    let roles = caller.office().roles();
    let account = &person.account;
    let held = caller.held_units().await?;
    let mut permissions = Vec::new();
    for action in Action::ALL {
        for resource in Resource::ALL {
            let closest = Sensitivity::ALL.iter().rev().find(|sensitivity| {
                let reach = person
                    .asker
                    .reach_for(roles, *action, *resource, **sensitivity);
                !reach.is_empty()
            });
            if let Some(sensitivity) = closest {
                permissions.push(Allowed {
                    action: action.code(),
                    resource: resource.code(),
                    sensitivity: sensitivity.code(),
                });
            }
        }
    }
    let names = caller.organisation_names().await?;
    Ok(Me {
        name: account.name.clone(),
        title: account.title.clone(),
        organisation: account.organisation_code.clone(),
        must_change_password: person.asker.must_change_password,
        must_set_up_second_factor: person.asker.must_set_up_second_factor,
        second_factor: account.second_factor,
        roles: held
            .into_iter()
            .map(|(role, unit)| HeldRole {
                title: roles
                    .role(&role)
                    .map_or_else(|| role.clone(), |known| known.title.clone()),
                role,
                unit,
            })
            .collect(),
        permissions,
        everything: person.asker.reach().all,
        organisations: names
            .into_iter()
            .map(|(code, name)| OrganisationName { code, name })
            .collect(),
        demo: service.settings().demo,
    })
}

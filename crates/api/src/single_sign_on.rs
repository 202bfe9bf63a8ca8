//! Signing in by the institution's identity provider, and linking the own account to it. Browsers come here by
//! following links, so that what goes wrong is told by the page they end on: its query has the code of a sentence.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use biaochi_access::secret::Secret;
use biaochi_app::accounts::{
    BegunSignOn, LIFE, ReturnedSignOn, SignOnFailure, SignOnPurpose, SignOnRefusal, SingleSignOn,
    begin_sign_on, finish_sign_on, prove_own_password, unlink_own_identity,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::{Caller, cookie_of, origin};
use crate::own_account::{OwnPassword, in_person};
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;
use crate::session;

/// Where the identity provider sends browsers back to; it is registered there below the public address.
pub const CALLBACK: &str = "/api/v1/session/oidc/callback";

/// What a browser keeps while it is at the provider. Only the way back needs it.
const ATTEMPT: &str = "biaochi_oidc";
const ATTEMPT_PATH: &str = "/api/v1/session/oidc";

/// The pages on which people end.
const SIGN_IN: &str = "/sign-in";
const ACCOUNT: &str = "/account";

/// Bytes that the path to go on to may have: the browser keeps it.
const LONGEST_PATH: usize = 1000;

/// The code for what nobody but the administrators can do anything about.
const FAILED: &str = "failed";

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(leave_for_provider))
        .routes(routes!(return_from_provider))
        .routes(routes!(own_identity, link_identity))
        .routes(routes!(drop_own_identity))
}

/// Where to go on to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StartQuery {
    /// 登录后打开的本站路径，不填为首页。
    to: Option<String>,
}

/// What the identity provider answers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CallbackQuery {
    /// 出发时给出的状态。
    state: Option<String>,
    /// 授权码。
    code: Option<String>,
}

/// Who the own account is to the identity provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnIdentity {
    /// What the button on the sign-in page says; `null` without an identity provider.
    label: Option<String>,
    /// The account is linked.
    linked: bool,
    /// What the provider called the person; empty when it is not known.
    shown: String,
    /// When it was linked.
    linked_at: Option<String>,
    /// An administrator wrote whom to expect: the first sign-in links the account.
    expected: bool,
}

/// Where to go to link the own account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkStart {
    /// The address at the identity provider.
    address: String,
}

/// Sends the browser to the identity provider to sign in.
#[utoipa::path(get, path = "/session/oidc/start", tag = "session", params(StartQuery),
    responses((status = 303), (status = 400), (status = 404, body = ProblemBody)))]
async fn leave_for_provider(
    State(service): State<Service>,
    Query(query): Query<StartQuery>,
    parts: Parts,
) -> Result<Response, Problem> {
    let sso = configured(&service)?;
    let office = service.office().with_origin(&origin(&parts));
    let purpose = SignOnPurpose::SignIn {
        to: own_path(query.to.as_deref()).to_owned(),
    };
    match begin_sign_on(&office, sso, purpose, Timestamp::now()).await {
        Ok(begun) => {
            let kept = kept(&service, &begun)?;
            redirect(&begun.address, [Some(kept), None])
        }
        Err(why) => in_vain(&service, false, &why),
    }
}

/// Takes the browser back from the identity provider: signs in, or links the account that was signed in.
#[utoipa::path(get, path = "/session/oidc/callback", tag = "session", params(CallbackQuery),
    responses((status = 303), (status = 400), (status = 404, body = ProblemBody)))]
async fn return_from_provider(
    State(service): State<Service>,
    Query(query): Query<CallbackQuery>,
    parts: Parts,
) -> Result<Response, Problem> {
    let sso = configured(&service)?;
    let office = service.office().with_origin(&origin(&parts));
    let sealed = cookie_of(&parts.headers, ATTEMPT);
    let state = query.state.unwrap_or_default();
    let code = query.code.map(Secret::new);
    let answer = (state.as_str(), code.as_ref());
    let now = Timestamp::now();
    let returned = finish_sign_on(&office, sso, sealed.as_ref(), answer, now);
    // What it waits for at the provider would make the caller's future large.
    match Box::pin(returned).await {
        Ok(ReturnedSignOn::SignedIn { session, to }) => {
            let opened = session.session.reveal();
            let opened = session::cookie(&service, opened, LIFE.as_secs())?;
            redirect(
                own_path(Some(&to)),
                [Some(opened), Some(forgotten(&service)?)],
            )
        }
        Ok(ReturnedSignOn::Linked) => {
            let to = format!("{ACCOUNT}?sso=linked");
            redirect(&to, [Some(forgotten(&service)?), None])
        }
        Err(unfinished) => in_vain(&service, unfinished.linking, &unfinished.why),
    }
}

/// Who the own account is to the identity provider.
#[utoipa::path(get, path = "/me/identity", tag = "account",
    responses((status = 200, body = OwnIdentity), (status = 401, body = ProblemBody)))]
async fn own_identity(
    State(service): State<Service>,
    caller: Caller,
) -> Result<Json<OwnIdentity>, Problem> {
    let store = caller.office().store();
    let identity = store.identity_of(&caller.actor().name).await?;
    let label = service.settings().single_sign_on.as_ref();
    let label = label.map(|sso| sso.label().to_owned());
    let Some(identity) = identity else {
        return Ok(Json(OwnIdentity {
            label,
            linked: false,
            shown: String::new(),
            linked_at: None,
            expected: false,
        }));
    };
    let person = identity.person;
    Ok(Json(OwnIdentity {
        label,
        linked: person.is_some(),
        linked_at: person.as_ref().map(|_| identity.linked_at.to_string()),
        expected: !identity.expected.is_empty(),
        shown: person.map(|person| person.shown).unwrap_or_default(),
    }))
}

/// Begins to link the own account to whoever signs in at the identity provider next.
#[utoipa::path(post, path = "/me/identity", tag = "account", request_body = OwnPassword,
    responses((status = 200, body = LinkStart), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn link_identity(
    State(service): State<Service>,
    caller: Caller,
    Json(body): Json<OwnPassword>,
) -> Result<impl IntoResponse, Problem> {
    let session = in_person(&caller)?.clone();
    let sso = configured(&service)?;
    let (office, actor) = (caller.office(), caller.actor());
    prove_own_password(office, actor, &body.secret()).await?;
    caller.is_ready()?;
    let held = office.store().identity_of(&actor.name).await?;
    if held.is_some_and(|held| held.person.is_some()) {
        return Err(Problem::new(
            Code::Conflict,
            "账号已经绑定了统一身份认证，没有改动。要换一个，请先解除绑定",
        ));
    }
    let purpose = SignOnPurpose::Link {
        account: actor.name.clone(),
        session,
    };
    let begun = begin_sign_on(office, sso, purpose, actor.at).await;
    let begun = begun.map_err(|why| match why {
        SignOnFailure::Account(error) => error.into(),
        SignOnFailure::Refused(_) => Problem::new(
            Code::Busy,
            "连不上统一身份认证，没有绑定。请稍后再试；仍不行时请联系信息科",
        )
        .after(30),
    })?;
    let kept = kept(&service, &begun)?;
    Ok((
        AppendHeaders([(header::SET_COOKIE, kept)]),
        Json(LinkStart {
            address: begun.address,
        }),
    ))
}

/// Ends the link of the own account.
#[utoipa::path(post, path = "/me/identity/drop", tag = "account", request_body = OwnPassword,
    responses((status = 204), (status = 400), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn drop_own_identity(
    caller: Caller,
    Json(body): Json<OwnPassword>,
) -> Result<StatusCode, Problem> {
    in_person(&caller)?;
    let password = body.secret();
    let unlinked = unlink_own_identity(caller.office(), caller.actor(), &password).await?;
    match unlinked {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("账号没有绑定统一身份认证")),
    }
}

fn configured(service: &Service) -> Result<&SingleSignOn, Problem> {
    let sso = service.settings().single_sign_on.as_ref();
    sso.ok_or_else(|| Problem::not_found("本服务没有设置统一身份认证，请用用户名和密码登录"))
}

/// A path of our own to go on to; the first page for anything that could lead elsewhere.
fn own_path(to: Option<&str>) -> &str {
    let to = to.unwrap_or_default();
    let is_own = to.starts_with('/')
        && !to.starts_with("//")
        && to.len() <= LONGEST_PATH
        && to
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !to.starts_with(crate::PREFIX)
        && !to.starts_with(SIGN_IN);
    if is_own { to } else { "/" }
}

/// Ends on a page that says why; the log has what a person is not told.
fn in_vain(service: &Service, linking: bool, why: &SignOnFailure) -> Result<Response, Problem> {
    let code = match why {
        SignOnFailure::Refused(refusal) => SignOnRefusal::code(*refusal),
        SignOnFailure::Account(error) => {
            tracing::error!(error = %error, "single sign-on failed");
            FAILED
        }
    };
    let page = if linking { ACCOUNT } else { SIGN_IN };
    let to = format!("{page}?sso={code}");
    redirect(&to, [Some(forgotten(service)?), None])
}

fn redirect(to: &str, cookies: [Option<HeaderValue>; 2]) -> Result<Response, Problem> {
    let to = HeaderValue::from_str(to).map_err(|error| Problem::internal(&error))?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn kept(service: &Service, begun: &BegunSignOn) -> Result<HeaderValue, Problem> {
    attempt(service, begun.sealed.reveal(), begun.holds.as_secs())
}

fn forgotten(service: &Service) -> Result<HeaderValue, Problem> {
    attempt(service, "", 0)
}

/// The cookie of an attempt. The provider's page sends the browser back, which `Strict` would not count as our own.
fn attempt(service: &Service, value: &str, seconds: i64) -> Result<HeaderValue, Problem> {
    let secure = if service.settings().secure {
        "; Secure"
    } else {
        ""
    };
    let text = format!(
        "{ATTEMPT}={value}; Path={ATTEMPT_PATH}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    );
    HeaderValue::from_str(&text).map_err(|error| Problem::internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(to: &str, expected: &str) {
        assert_eq!(own_path(Some(to)), expected);
    }

    #[test]
    fn nobody_is_sent_on_to_another_site() {
        check("/worklist?month=2024-03", "/worklist?month=2024-03");
        check("/", "/");
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/a b",
            "evil",
            "",
            "/api/v1/session/oidc/start",
            "/sign-in?next=/",
            "/病案",
        ] {
            check(elsewhere, "/");
        }
        check(&format!("/{}", "a".repeat(LONGEST_PATH)), "/");
        assert_eq!(own_path(None), "/");
    }

    #[test]
    fn the_way_back_is_where_the_attempt_is_kept() {
        assert!(CALLBACK.starts_with(ATTEMPT_PATH) && CALLBACK.starts_with(crate::PREFIX));
    }
}

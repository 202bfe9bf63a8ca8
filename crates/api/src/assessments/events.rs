//! Bonuses, deductions and vetoes: reported by one person, judged by another.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::assessment::{
    AssessmentError, Event, content_of, correct_event, decide_event_seen, events, report_event,
};
use biaochi_app::beijing;
use biaochi_domain::Period;
use biaochi_store::{EventState, Scope};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entries::with_scheme;
use super::judging;
use super::wire::EventBody;
use crate::caller::Caller;
use crate::evidence::{Form, body_limit};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// The last folder of what proves an event, behind the institution and the scheme.
pub(super) const FOLDER: &str = "events";

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(report_for_assessment))
        .layer(body_limit())
        .routes(routes!(judge_event))
        .routes(routes!(withdraw_event))
}

/// Of whom.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// 机构代码。
    organisation: String,
}

/// What happened, as a form of a browser sends it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the parts of the form")]
pub(crate) struct EventForm {
    /// 事项；未列出的否决事项为 `veto-other`。
    rule: String,
    /// 层级；否决事项不填。
    level: Option<String>,
    /// 发生日期，如 `2025-05-12`。
    date: String,
    /// 事由。
    title: String,
    /// 同一事项的名称：同一事项受几个层级表彰时写成一样。
    matter: Option<String>,
    /// 发文单位。
    issuer: Option<String>,
    /// 正式文号。
    document_number: Option<String>,
    /// 批示原文。
    wording: Option<String>,
    /// Number of the event that is corrected; none for a new one.
    number: Option<u64>,
    /// The version of it that was seen.
    version: Option<u64>,
    /// 佐证材料。
    #[schema(value_type = Option<String>, format = Binary)]
    file: Option<Vec<u8>>,
}

/// What is decided about an event.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EventVerdictBody {
    /// The version that was seen.
    version: u64,
    /// 认定，还是不予认定。
    approve: bool,
    /// 理由。
    words: String,
}

/// Taking an event back.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EventWithdrawalBody {
    /// The version that was seen.
    version: u64,
    /// 理由。
    words: String,
}

/// Reports a bonus, deduction or veto of an institution, or corrects one that does not count yet. It counts once another
/// person approved it, in assessments that are frozen afterwards.
#[utoipa::path(post, path = "/assessment-schemes/{id}/events", tag = "assessments",
    params(("id" = String, Path, description = "方案标识"), EventQuery),
    request_body(content = EventForm, content_type = "multipart/form-data"),
    responses((status = 201, body = EventBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn report_for_assessment(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<EventQuery>,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<EventBody>), Problem> {
    let scope = entering(&caller, &query.organisation, &id).await?;
    let form = Form::read(sent).await?;
    let corrected = match form.text("number") {
        "" => None,
        _ => Some((form.number("number")?, form.number("version")?)),
    };
    let date = form.text("date");
    let date: Date = date
        .parse()
        .map_err(|_| Problem::invalid("date", format!("“{date}”不是日期，应写作 2025-05-12")))?;
    if date > beijing::today() {
        return Err(Problem::invalid("date", "发生日期不能晚于今天"));
    }
    let event = Event {
        number: 0,
        rule: form.required("rule", "请选择事项")?,
        level: form.text("level").to_owned(),
        matter: form.text("matter").to_owned(),
        title: form.required("title", "请写明事由")?,
        date,
        issuer: form.text("issuer").to_owned(),
        document_number: form.text("document_number").to_owned(),
        wording: form.text("wording").to_owned(),
        file: String::new(),
        file_hash: String::new(),
        approved_by: String::new(),
    };
    let organisation = query.organisation;
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let reported = caller.service().run(move |service| {
        with_scheme(service, &id, |scheme| {
            let mut event = event;
            let before = match corrected {
                None => None,
                Some((number, _)) => {
                    let known = events(&workspace, &scope, Some(&id))?;
                    known.into_iter().find(|one| one.number == number)
                }
            };
            // What proved it before proves it still, unless another file takes its place.
            if let Some(before) = &before {
                let before = content_of(before)?;
                (event.file, event.file_hash) = (before.file, before.file_hash);
            }
            let place = [&*organisation, &*id, FOLDER];
            let taken = form.attach(&workspace, place, 1);
            if let Some(taken) = taken.map_err(AssessmentError::from)?.pop() {
                (event.file, event.file_hash) = (taken.name, taken.sha256);
            }
            let stored = match corrected {
                None => report_event(&workspace, &scope, &actor, scheme, &organisation, &event)?,
                Some((number, version)) => {
                    let at = (organisation.as_str(), number, version);
                    correct_event(&workspace, &scope, &actor, scheme, at, &event)?
                }
            };
            EventBody::of(scheme, &stored)
        })
    });
    Ok((StatusCode::CREATED, Json(reported.await?)))
}

/// Approves an event or refuses it. Who reported it does not, nor does an assessed institution.
#[utoipa::path(post, path = "/assessment-schemes/{id}/events/{organisation}/{number}/decision", tag = "assessments",
    request_body = EventVerdictBody,
    params(("id" = String, Path, description = "方案标识"), ("organisation" = String, Path, description = "机构代码"),
        ("number" = u64, Path, description = "第几号事项")),
    responses((status = 200, body = EventBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn judge_event(
    caller: Caller,
    Path((id, organisation, number)): Path<(String, String, u64)>,
    Json(body): Json<EventVerdictBody>,
) -> Result<Json<EventBody>, Problem> {
    let this_year = Period::year(beijing::today().year());
    let this_year =
        this_year.ok_or_else(|| Problem::invalid("period", "日期不对，请联系信息科"))?;
    let scope = judging(&caller, Action::Approve, &organisation, this_year).await?;
    let state = match body.approve {
        true => EventState::Approved,
        false => EventState::Refused,
    };
    let at = (organisation, number, body.version);
    step(&caller, (id, scope), at, (state, body.words)).await
}

/// Takes an event back that nobody has judged, by who reported it.
#[utoipa::path(post, path = "/assessment-schemes/{id}/events/{organisation}/{number}/withdrawal", tag = "assessments",
    request_body = EventWithdrawalBody,
    params(("id" = String, Path, description = "方案标识"), ("organisation" = String, Path, description = "机构代码"),
        ("number" = u64, Path, description = "第几号事项")),
    responses((status = 200, body = EventBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn withdraw_event(
    caller: Caller,
    Path((id, organisation, number)): Path<(String, String, u64)>,
    Json(body): Json<EventWithdrawalBody>,
) -> Result<Json<EventBody>, Problem> {
    let scope = entering(&caller, &organisation, &id).await?;
    let at = (organisation, number, body.version);
    step(
        &caller,
        (id, scope),
        at,
        (EventState::Withdrawn, body.words),
    )
    .await
}

/// Who may report about an institution: it may itself, since somebody else judges.
async fn entering(caller: &Caller, organisation: &str, scheme: &str) -> Result<Scope, Problem> {
    let object = Object::of(Resource::Assessment, organisation);
    caller.may(Action::Enter, &object, scheme).await?;
    Ok(Scope::one(organisation))
}

/// A step of an event of this scheme.
async fn step(
    caller: &Caller,
    (id, scope): (String, Scope),
    (organisation, number, version): (String, u64, u64),
    (state, words): (EventState, String),
) -> Result<Json<EventBody>, Problem> {
    if words.trim().is_empty() {
        return Err(Problem::invalid("words", "请写明理由"));
    }
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let decided = caller.service().run(move |service| {
        with_scheme(service, &id, |scheme| {
            let known = events(&workspace, &scope, Some(&id))?;
            if !known.iter().any(|one| one.number == number) {
                return Err(Problem::not_found(format!(
                    "机构“{organisation}”没有第 {number} 号事项。请从事项列表里打开"
                )));
            }
            let at = (organisation.as_str(), number, version);
            let stored = decide_event_seen(&workspace, &scope, &actor, at, state, &words)?;
            EventBody::of(scheme, &stored)
        })
    });
    Ok(Json(decided.await?))
}

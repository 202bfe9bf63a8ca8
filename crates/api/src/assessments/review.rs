//! Objections, changes, and making a run final.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::assessment::{AssessmentError, decide, object, propose, publish_seen, reply};
use biaochi_store::{AdjustedPart, NewAdjustment, NewObjection, Scope, Verdict};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::over_all;
use super::runs::summary;
use super::wire::{AdjustmentBody, ObjectionBody, RunSummary};
use crate::caller::Caller;
use crate::evidence::{Form, body_limit};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// The last folder of what proves an objection, behind the institution and the run.
const FOLDER: &str = "objections";

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(file))
        .layer(body_limit())
        .routes(routes!(answer))
        .routes(routes!(change))
        .routes(routes!(settle))
        .routes(routes!(publish))
}

/// Whose objection.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ObjectionQuery {
    /// 机构代码。
    organisation: String,
}

/// What an institution objects to, as a form of a browser sends it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the parts of the form")]
pub(crate) struct ObjectionForm {
    /// The phase; empty for the whole.
    phase: Option<String>,
    /// The item; empty for the whole phase.
    item: Option<String>,
    /// 异议内容和理由。
    claim: String,
    /// 佐证材料，可多份。
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    file: Option<Vec<Vec<u8>>>,
}

/// A reply to an objection.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReplyBody {
    /// Whether it holds.
    uphold: bool,
    /// 答复。
    words: String,
}

/// A change that somebody proposes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewAdjustmentBody {
    /// Whose.
    organisation: String,
    /// The upheld objection that it answers.
    objection: Option<u64>,
    /// The phase.
    phase: String,
    /// The item; empty for the score of the phase.
    #[serde(default)]
    item: String,
    /// `reading` or `points`.
    what: String,
    /// 改为。
    to: String,
    /// 理由。
    reason: String,
}

/// A decision about a change.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct VerdictBody {
    /// `approve`, `refuse`, or `replace` where another one of the same subject holds.
    verdict: String,
    /// 理由。
    words: String,
}

/// Making a run final.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PublishBody {
    /// Hash of the result that was seen: another one is not published.
    result_hash: String,
    /// 说明。
    #[serde(default)]
    words: String,
}

/// Files an objection.
#[utoipa::path(post, path = "/assessments/{run}/objections", tag = "assessments",
    params(("run" = String, Path, description = "考核标识"), ObjectionQuery),
    request_body(content = ObjectionForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ObjectionBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn file(
    caller: Caller,
    Path(run): Path<String>,
    Query(query): Query<ObjectionQuery>,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<ObjectionBody>), Problem> {
    let subject = Object::of(Resource::Assessment, &query.organisation);
    caller.may(Action::Submit, &subject, &run).await?;
    let form = Form::read(sent).await?;
    let claim = form.required("claim", "请写明对什么有异议、为什么")?;
    let scope = Scope::one(query.organisation.as_str());
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let filed = caller.service().run(move |_| {
        let mut objection = NewObjection {
            organisation_code: query.organisation,
            phase: form.text("phase").to_owned(),
            item: form.text("item").to_owned(),
            claim,
            evidence: Vec::new(),
        };
        let place = [objection.organisation_code.as_str(), run.as_str(), FOLDER];
        let kept = form.attach(&workspace, place, usize::MAX);
        objection.evidence = kept.map_err(AssessmentError::from)?;
        let stored = object(&workspace, &scope, &actor, &run, &objection)?;
        let name = stored.objection.organisation_code.clone();
        Ok(ObjectionBody::of(&stored, name))
    });
    Ok((StatusCode::CREATED, Json(filed.await?)))
}

/// Replies to an objection. Who objected does not reply.
#[utoipa::path(post, path = "/assessments/{run}/objections/{number}/reply", tag = "assessments", request_body = ReplyBody,
    params(("run" = String, Path, description = "考核标识"), ("number" = u64, Path, description = "第几号异议")),
    responses((status = 200, body = ObjectionBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn answer(
    caller: Caller,
    Path((run, number)): Path<(String, u64)>,
    Json(body): Json<ReplyBody>,
) -> Result<Json<ObjectionBody>, Problem> {
    let scope = over_all(&caller, Action::Approve, &run).await?;
    if body.words.trim().is_empty() {
        return Err(Problem::invalid("words", "请写明答复"));
    }
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let answered = caller.service().run(move |_| {
        let at = (run.as_str(), number);
        let stored = reply(&workspace, &scope, &actor, at, body.uphold, &body.words)?;
        let name = stored.objection.organisation_code.clone();
        Ok(ObjectionBody::of(&stored, name))
    });
    Ok(Json(answered.await?))
}

/// Proposes a change of a value or of points.
#[utoipa::path(post, path = "/assessments/{run}/adjustments", tag = "assessments", request_body = NewAdjustmentBody,
    params(("run" = String, Path, description = "考核标识")),
    responses((status = 201, body = AdjustmentBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn change(
    caller: Caller,
    Path(run): Path<String>,
    Json(body): Json<NewAdjustmentBody>,
) -> Result<(StatusCode, Json<AdjustmentBody>), Problem> {
    let scope = over_all(&caller, Action::Enter, &run).await?;
    let what = AdjustedPart::from_code(&body.what)
        .ok_or_else(|| Problem::invalid("what", "只能改指标值（reading）或得分（points）"))?;
    if what == AdjustedPart::Reading && body.item.trim().is_empty() {
        return Err(Problem::invalid(
            "item",
            "改指标值要写明项目；改阶段得分请改得分",
        ));
    }
    let to: Decimal = body
        .to
        .trim()
        .parse()
        .map_err(|_| Problem::invalid("to", format!("“{}”不是数", body.to)))?;
    if body.reason.trim().is_empty() {
        return Err(Problem::invalid("reason", "请写明为什么调整"));
    }
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let proposed = caller.service().run(move |service| {
        let adjustment = NewAdjustment {
            organisation_code: body.organisation,
            objection: body.objection,
            phase: body.phase,
            item: body.item,
            what,
            to,
            reason: body.reason,
        };
        let content = service.content();
        let content = content.content();
        let stored = propose(&workspace, content, &scope, &actor, &run, &adjustment)?;
        let name = stored.adjustment.organisation_code.clone();
        Ok(AdjustmentBody::of(&stored, name))
    });
    Ok((StatusCode::CREATED, Json(proposed.await?)))
}

/// Decides a change. Who proposed it does not decide.
#[utoipa::path(post, path = "/assessments/{run}/adjustments/{number}/decision", tag = "assessments", request_body = VerdictBody,
    params(("run" = String, Path, description = "考核标识"), ("number" = u64, Path, description = "第几号调整")),
    responses((status = 200, body = AdjustmentBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn settle(
    caller: Caller,
    Path((run, number)): Path<(String, u64)>,
    Json(body): Json<VerdictBody>,
) -> Result<Json<AdjustmentBody>, Problem> {
    let scope = over_all(&caller, Action::Approve, &run).await?;
    let verdict = match body.verdict.as_str() {
        "approve" => Verdict::Approve,
        "refuse" => Verdict::Refuse,
        "replace" => Verdict::Replace,
        _ => return Err(Problem::invalid("verdict", "请选择同意、不同意或替代")),
    };
    if body.words.trim().is_empty() {
        return Err(Problem::invalid("words", "请写明理由"));
    }
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let decided = caller.service().run(move |_| {
        let at = (run.as_str(), number);
        let stored = decide(&workspace, &scope, &actor, at, verdict, &body.words)?;
        let name = stored.adjustment.organisation_code.clone();
        Ok(AdjustmentBody::of(&stored, name))
    });
    Ok(Json(decided.await?))
}

/// Publishes a run: nothing of it changes afterwards.
#[utoipa::path(post, path = "/assessments/{run}/publish", tag = "assessments", request_body = PublishBody,
    params(("run" = String, Path, description = "考核标识")),
    responses((status = 200, body = RunSummary), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn publish(
    caller: Caller,
    Path(run): Path<String>,
    Json(body): Json<PublishBody>,
) -> Result<Json<RunSummary>, Problem> {
    let scope = over_all(&caller, Action::Publish, &run).await?;
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let published = caller.service().run(move |service| {
        let at = (run.as_str(), body.result_hash.as_str());
        let run = publish_seen(&workspace, &scope, &actor, at, &body.words)?;
        Ok(summary(service, &run))
    });
    Ok(Json(published.await?))
}

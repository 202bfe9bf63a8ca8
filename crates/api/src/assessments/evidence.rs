//! Files that prove what was entered, reported or objected.

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::Response;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::assessment::{content_of, detail, entries, events};
use biaochi_app::evidence::kept_as;
use biaochi_store::{Evidence, Scope};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::FOLDER;
use super::readable;
use super::runs::period;
use crate::attachment::{BYTES, attachment, exported};
use crate::caller::Caller;
use crate::evidence::bytes_of;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(take_proof))
        .routes(routes!(take_proof_of_objection))
}

/// Of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProofQuery {
    /// 考核时期，如 `2025`。
    period: String,
}

/// A file that proves an entry of a period or an event.
#[utoipa::path(get, path = "/assessment-schemes/{id}/evidence/{organisation}/{sha256}", tag = "assessments",
    params(("id" = String, Path, description = "方案标识"), ("organisation" = String, Path, description = "机构代码"),
        ("sha256" = String, Path, description = "文件的 SHA-256"), ProofQuery),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn take_proof(
    caller: Caller,
    Path((id, organisation, sha256)): Path<(String, String, String)>,
    Query(query): Query<ProofQuery>,
) -> Result<Response<Body>, Problem> {
    let period = period(&query.period)?.to_string();
    let object = Object::of(Resource::Assessment, &organisation);
    caller.may(Action::Read, &object, &id).await?;
    let scope = Scope::one(organisation.as_str());
    let workspace = caller.workspace();
    let place = [organisation.clone(), id.clone()];
    let found = caller.service().run(move |_| {
        let [organisation, id] = place;
        let entered = entries(&workspace, &scope, &id, &period)?;
        let entered = entered.into_iter().flat_map(|one| one.entry.evidence);
        let mut known: Vec<Evidence> = entered.collect();
        for event in events(&workspace, &scope, Some(&id))? {
            let event = content_of(&event)?;
            let place = [&*organisation, &*id, FOLDER];
            known.push(kept_as(place, &event.file, &event.file_hash));
        }
        let wanted = known.into_iter().find(|one| one.sha256 == sha256);
        let wanted = wanted.filter(|one| !one.sha256.is_empty()).ok_or_else(|| {
            Problem::not_found("没有这份佐证材料，或它属于别的机构、时期。请刷新后再打开")
        })?;
        let bytes = bytes_of(&workspace, &wanted)?;
        Ok((wanted.name, bytes))
    });
    let (name, bytes) = found.await?;
    let subject = format!("{id} 佐证 {name}");
    exported(&caller, Resource::Assessment, &subject, &organisation).await?;
    attachment(&name, BYTES, bytes)
}

/// A file that proves an objection of an institution that the caller reads.
#[utoipa::path(get, path = "/assessments/{run}/objections/{number}/evidence/{sha256}", tag = "assessments",
    params(("run" = String, Path, description = "考核标识"), ("number" = u64, Path, description = "第几号异议"),
        ("sha256" = String, Path, description = "文件的 SHA-256")),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn take_proof_of_objection(
    caller: Caller,
    Path((run, number, sha256)): Path<(String, u64, String)>,
) -> Result<Response<Body>, Problem> {
    let scope = readable(&caller).await?.whole();
    let workspace = caller.workspace();
    let id = run.clone();
    let found = caller.service().run(move |_| {
        let mut objections = detail(&workspace, &scope, &id)?.objections.into_iter();
        let found = objections.find(|one| one.number == number);
        let proof = found.and_then(|one| {
            let objection = one.objection;
            let mut files = objection.evidence.into_iter();
            let file = files.find(|file| !file.sha256.is_empty() && file.sha256 == sha256)?;
            Some((objection.organisation_code, file))
        });
        let (organisation, file) = proof.ok_or_else(|| {
            Problem::not_found("没有这份佐证材料，或它属于别的机构的异议。请刷新后再打开")
        })?;
        let bytes = bytes_of(&workspace, &file)?;
        Ok((organisation, file.name, bytes))
    });
    let (organisation, name, bytes) = found.await?;
    let subject = format!("{run} 第 {number} 号异议 佐证 {name}");
    exported(&caller, Resource::Assessment, &subject, &organisation).await?;
    attachment(&name, BYTES, bytes)
}

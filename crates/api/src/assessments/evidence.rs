//! Files that prove what was entered or reported.

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::Response;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::assessment::{content_of, entries, events};
use biaochi_app::evidence::{EvidenceError, kept_as, read};
use biaochi_store::{Evidence, Scope};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::FOLDER;
use super::runs::period;
use crate::attachment::{BYTES, attachment, exported};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(take_proof))
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
        let bytes = read(&workspace, &wanted).map_err(|error| match error {
            EvidenceError::Unnamed { .. } => Problem::not_found("这份材料只登记了名称，没有存文件"),
            EvidenceError::Io { .. } => {
                tracing::error!(error = %error, "evidence cannot be read");
                Problem::not_found("这份材料的文件不在了，请联系信息科从备份恢复")
            }
        })?;
        Ok((wanted.name, bytes))
    });
    let (name, bytes) = found.await?;
    let subject = format!("{id} 佐证 {name}");
    exported(&caller, Resource::Assessment, &subject, &organisation).await?;
    attachment(&name, BYTES, bytes)
}

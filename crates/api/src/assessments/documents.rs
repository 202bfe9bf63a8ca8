//! The bulletin of a run, its score sheet, and the proof that nothing was changed.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, Response, StatusCode};
use biaochi_access::Action;
use biaochi_app::assessment::verify;
use biaochi_app::jobs::DocumentRequest;
use biaochi_store::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::over_all;
use crate::caller::Caller;
use crate::jobs::{Job, as_job, at_once, form};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(document, begin_document))
        .routes(routes!(proof))
}

/// Which document.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BulletinQuery {
    /// `pdf` 通报，`xlsx` 得分表；不填为 `pdf`。
    format: Option<String>,
    /// 编制单位；不填则不写。
    issuer: Option<String>,
    /// 在网页旁打开而不保存。
    #[serde(default)]
    preview: bool,
}

/// What computing a run anew shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProofBody {
    /// Everything is as it was.
    holds: bool,
    /// The frozen inputs have their hash.
    inputs: bool,
    /// The content of the scheme is that of the run.
    content: bool,
    /// The stored outcomes have their hash.
    stored: bool,
    /// What was computed anew has the stored hash; `null` when nothing could be.
    computed: Option<bool>,
}

/// The bulletin (绩效考核通报) of a run, or its scores as a workbook.
#[utoipa::path(get, path = "/assessments/{run}/bulletin", tag = "assessments",
    params(("run" = String, Path, description = "考核标识"), BulletinQuery),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn document(
    caller: Caller,
    Path(run): Path<String>,
    Query(query): Query<BulletinQuery>,
) -> Result<Response<Body>, Problem> {
    let is_preview = query.preview;
    at_once(&caller, wanted(run, query)?, is_preview).await
}

/// The same as a job, whose document is fetched when it is done.
#[utoipa::path(post, path = "/assessments/{run}/bulletin", tag = "assessments",
    params(("run" = String, Path, description = "考核标识"), BulletinQuery),
    responses((status = 202, body = Job), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn begin_document(
    caller: Caller,
    Path(run): Path<String>,
    headers: HeaderMap,
    Query(query): Query<BulletinQuery>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    as_job(&caller, &headers, wanted(run, query)?).await
}

fn wanted(run: String, query: BulletinQuery) -> Result<DocumentRequest, Problem> {
    Ok(DocumentRequest::Assessment {
        run,
        form: form(query.format.as_deref())?,
        issuer: query.issuer.filter(|issuer| !issuer.trim().is_empty()),
    })
}

/// Computes a run anew, changes nothing, and tells whether every byte is the same.
#[utoipa::path(get, path = "/assessments/{run}/verify", tag = "assessments", params(("run" = String, Path, description = "考核标识")),
    responses((status = 200, body = ProofBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn proof(caller: Caller, Path(run): Path<String>) -> Result<Json<ProofBody>, Problem> {
    over_all(&caller, Action::Read, &run).await?;
    let workspace = caller.workspace();
    let proved = caller.service().run(move |service| {
        let content = service.content();
        let found = verify(&workspace, content.content(), &Scope::All, &run)?;
        Ok(ProofBody {
            holds: found.holds(),
            inputs: found.inputs,
            content: found.content,
            stored: found.stored,
            computed: found.computed,
        })
    });
    Ok(Json(proved.await?))
}

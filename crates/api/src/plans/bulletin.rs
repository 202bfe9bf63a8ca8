//! The status of a plan as a document.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, Response, StatusCode};
use biaochi_app::jobs::DocumentRequest;
use biaochi_domain::Month;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{day_of, unit_of};
use crate::caller::Caller;
use crate::jobs::{Job, as_job, at_once, form};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(document, begin_document))
}

/// Which document.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DocumentQuery {
    /// 机构代码，或 `division:区划代码`、`alliance:医联体`。
    organisation: String,
    /// 看到哪个时期末，如 `2025Q4`；不填为今天。
    period: Option<String>,
    /// `pdf` 监测通报，`xlsx` 工作簿；不填为 `pdf`。
    format: Option<String>,
    /// 编制单位；不填则不写。
    issuer: Option<String>,
    /// 在网页旁打开而不保存。
    #[serde(default)]
    preview: bool,
}

/// The bulletin of a plan (监测通报), or its figures as a workbook.
#[utoipa::path(get, path = "/plans/{id}/bulletin", tag = "plans",
    params(("id" = String, Path, description = "方案标识"), DocumentQuery),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn document(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<DocumentQuery>,
) -> Result<Response<Body>, Problem> {
    let is_preview = query.preview;
    at_once(&caller, wanted(id, query)?, is_preview).await
}

/// The same as a job, whose document is fetched when it is done.
#[utoipa::path(post, path = "/plans/{id}/bulletin", tag = "plans",
    params(("id" = String, Path, description = "方案标识"), DocumentQuery),
    responses((status = 202, body = Job), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn begin_document(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<DocumentQuery>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    as_job(&caller, &headers, wanted(id, query)?).await
}

fn wanted(plan: String, query: DocumentQuery) -> Result<DocumentRequest, Problem> {
    let on = day_of(query.period.as_deref())?;
    let month = u8::try_from(on.month())
        .ok()
        .and_then(|month| Month::new(on.year(), month));
    Ok(DocumentRequest::Plan {
        plan,
        unit: unit_of(&query.organisation)?,
        on,
        month: month.ok_or_else(|| Problem::invalid("period", "时期超出范围"))?,
        form: form(query.format.as_deref())?,
        issuer: query.issuer.filter(|issuer| !issuer.trim().is_empty()),
    })
}

//! The quality of front pages as a document.

use axum::Json;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use biaochi_app::jobs::DocumentRequest;
use biaochi_app::quality_report::ReportError;
use biaochi_domain::Period;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::caller::Caller;
use crate::jobs::{Job, as_job, at_once, form};
use crate::problem::{Code, Problem, ProblemBody};

/// Which document.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QualityQuery {
    /// 机构代码；`all` 为全部机构。
    organisation: String,
    /// 时期，如 `2025`、`2025Q4` 或 `2025-12`。
    period: String,
    /// `pdf` 质量通报，`xlsx` 工作簿；不填为 `pdf`。
    format: Option<String>,
    /// 编制单位；不填则不写。
    issuer: Option<String>,
    /// 在网页旁打开而不保存。
    #[serde(default)]
    preview: bool,
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        let code = match &error {
            error if error.is_usage() => Code::Invalid,
            error if error.is_not_found() => Code::NotFound,
            _ => return Self::internal(&error),
        };
        Self::of(code, &error)
    }
}

/// The bulletin of the quality of front pages (质量通报), or its figures as a workbook.
#[utoipa::path(get, path = "/quality/bulletin", tag = "records", params(QualityQuery),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn quality_bulletin(
    caller: Caller,
    Query(query): Query<QualityQuery>,
) -> Result<Response, Problem> {
    let is_preview = query.preview;
    at_once(&caller, wanted(query)?, is_preview).await
}

/// The same as a job, whose document is fetched when it is done.
#[utoipa::path(post, path = "/quality/bulletin", tag = "records", params(QualityQuery),
    responses((status = 202, body = Job), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn begin_quality_bulletin(
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<QualityQuery>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    as_job(&caller, &headers, wanted(query)?).await
}

fn wanted(query: QualityQuery) -> Result<DocumentRequest, Problem> {
    let organisation = query.organisation.trim();
    if organisation.is_empty() || organisation.contains(':') {
        let text = "质量通报按一家机构或全部机构编制，请写机构代码或 all";
        return Err(Problem::invalid("organisation", text));
    }
    let period = query.period.trim();
    let period = period.parse::<Period>().map_err(|_| {
        let text = format!("“{period}”不是时期，应写作 2025、2025Q4 或 2025-12");
        Problem::invalid("period", text)
    })?;
    Ok(DocumentRequest::Quality {
        organisation: (organisation != "all").then(|| organisation.to_owned()),
        period,
        form: form(query.format.as_deref())?,
        issuer: query.issuer.filter(|issuer| !issuer.trim().is_empty()),
    })
}

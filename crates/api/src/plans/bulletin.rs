//! The status of a plan as a document.

use std::io::Cursor;

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::Response;
use biaochi_access::{Action, Resource};
use biaochi_app::beijing;
use biaochi_app::plans::{
    Judge, PlanError, StatusBulletin, bulletin, status_bulletin, status_workbook,
};
use biaochi_domain::Month;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{day_of, plan, plans, stamp, unit_of, values, whole};
use crate::attachment::{PDF, XLSX, attachment, exported, preview};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(document))
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
    let (unit, on) = (
        unit_of(&query.organisation)?,
        day_of(query.period.as_deref())?,
    );
    let is_workbook = match query.format.as_deref() {
        None | Some("" | "pdf") => false,
        Some("xlsx") => true,
        Some(_) => return Err(Problem::invalid("format", "格式只有 pdf 和 xlsx")),
    };
    let view = whole(&caller, Action::Read, Resource::Plan, &query.organisation).await?;
    whole(
        &caller,
        Action::Export,
        Resource::Report,
        &query.organisation,
    )
    .await?;
    let (organisations, _) = stamp(&caller, &id).await?;
    exported(
        &caller,
        Resource::Report,
        &format!("方案 {id}"),
        &query.organisation,
    )
    .await?;
    let workspace = caller.workspace();
    let issuer = query.issuer.filter(|issuer| !issuer.trim().is_empty());
    let made = caller.service().run(move |service| {
        let plans = plans(service)?;
        let plan = plan(&plans, &id)?;
        let values = values(service, &workspace, &plans, on, organisations)?;
        let judge = Judge::over(&values, &workspace, plan)?;
        judge.known(&unit)?;
        let (status, name) = (judge.status(&unit), judge.name(&unit));
        if is_workbook {
            let mut book = Cursor::new(Vec::new());
            status_workbook(&status, &name, &mut book)?;
            let file = format!("{name} {}目标.xlsx", plan.document.title);
            return Ok((file, XLSX, book.into_inner()));
        }
        let content = service.content();
        let template = content.content().reports().about("plan");
        let template = template.map_err(PlanError::from)?;
        let month = u8::try_from(on.month())
            .ok()
            .and_then(|month| Month::new(on.year(), month));
        let month = month.ok_or_else(|| Problem::invalid("period", "时期超出范围"))?;
        let tasks = bulletin(&workspace, &view.scope, plan, month)?;
        let made = status_bulletin(&StatusBulletin {
            template: &template,
            status: &status,
            name: &name,
            tasks: &tasks,
            issuer: issuer.as_deref(),
            date: beijing::today(),
        })?;
        let file = format!("{name} {}监测通报.pdf", plan.document.title);
        Ok((file, PDF, made.pdf))
    });
    let (name, kind, bytes) = made.await?;
    match query.preview && kind == PDF {
        true => preview(&name, kind, bytes),
        false => attachment(&name, kind, bytes),
    }
}

//! The bulletin of a run, its score sheet, and the proof that nothing was changed.

use std::io::Cursor;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::Response;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::assessment::{
    AssessmentError, RunBulletin, Subject, detail, loaded_for, previous, run_bulletin, runs,
    score_workbook, verify,
};
use biaochi_store::{RunState, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{over_all, readable, seen};
use crate::attachment::{PDF, XLSX, attachment, exported, preview};
use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(document))
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
    let is_workbook = match query.format.as_deref() {
        None | Some("" | "pdf") => false,
        Some("xlsx") => true,
        Some(_) => return Err(Problem::invalid("format", "格式只有 pdf 和 xlsx")),
    };
    let own = readable(&caller).await?.whole();
    caller
        .view(
            Action::Export,
            Resource::Report,
            Sensitivity::Aggregate,
            None,
        )
        .await?;
    exported(&caller, Resource::Report, &format!("考核 {run}"), "").await?;
    let workspace = caller.workspace();
    let issuer = query.issuer.filter(|issuer| !issuer.trim().is_empty());
    let made = caller.service().run(move |service| {
        let seen = seen(&workspace, &own, &run)?;
        if seen.detail.run.result_hash.is_empty() {
            return Err(AssessmentError::NotComputed { run_id: run }.into());
        }
        let content = service.content();
        let content = content.content();
        let loaded = loaded_for(content, &seen.detail.run)?;
        let Subject::Scheme(scheme) = &loaded.subject else {
            let id = loaded.id().to_owned();
            return Err(AssessmentError::NotAScheme { id }.into());
        };
        let period = seen.detail.run.run.period.clone();
        if is_workbook {
            // Reasons item by item are for those whose they are, published or not.
            let own = detail(&workspace, &own, &run)?;
            let mut book = Cursor::new(Vec::new());
            score_workbook(scheme, &own, &mut book)?;
            let file = format!("{} {period} 得分表.xlsx", scheme.title);
            return Ok((file, XLSX, book.into_inner()));
        }
        let is_public = seen.detail.run.state == RunState::Published;
        if !seen.is_whole && !is_public {
            return Err(Problem::new(
                Code::Forbidden,
                "通报发布后才能看到。您现在可以查看本单位的得分和理由",
            ));
        }
        let whole = detail(&workspace, &Scope::All, &run)?;
        let known = runs(&workspace, &Scope::All)?;
        let before = previous(&known, &whole.run)
            .map(|before| detail(&workspace, &Scope::All, &before.run.run_id))
            .transpose()?;
        let template = content.reports().about("assessment");
        let template = template.map_err(AssessmentError::from)?;
        let made = run_bulletin(&RunBulletin {
            template: &template,
            scheme,
            detail: &whole,
            previous: before.as_ref(),
            issuer: issuer.as_deref(),
            date: None,
        })?;
        let file = format!("{} {period} 绩效考核通报.pdf", scheme.title);
        Ok((file, PDF, made.pdf))
    });
    let (name, kind, bytes) = made.await?;
    match query.preview && kind == PDF {
        true => preview(&name, kind, bytes),
        false => attachment(&name, kind, bytes),
    }
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

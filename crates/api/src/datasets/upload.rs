//! Filled files into drafts.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query};
use biaochi_access::{Action, Object, Resource};
use biaochi_app::accounts::scope_of;
use biaochi_app::datasets::{ImportRequest, ImportedFile, import, organisation_name};
use biaochi_store::Scope;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sets;
use super::wire::{FormFinding, ImportedForm, ImportedForms, SubmissionRow};
use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

/// Bytes of an uploaded file at most: a filled template has some tens of thousands.
const LARGEST: usize = 16 << 20;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(import_forms))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// Whose file it is, where it has to be the one that is open.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// 填报单位；不填时以文件里写的为准。
    organisation: Option<String>,
    /// 期间；不填时以文件里写的为准。
    period: Option<String>,
}

/// A filled template, CSV or JSON, as a form of a browser sends it.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes the parts of the form")]
pub(crate) struct FormUpload {
    /// 填好的模板（XLSX）、CSV 或 JSON。
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// 已审核的数据重填时的理由。
    comment: Option<String>,
}

/// Reads a filled file. Every form in it becomes a draft with its faults at their cells, all or none.
#[utoipa::path(post, path = "/datasets/{id}/import", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识"), ImportQuery),
    request_body(content = FormUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportedForms), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn import_forms(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<ImportQuery>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Json<ImportedForms>, Problem> {
    let scope = entering(&caller, query.organisation.as_deref()).await?;
    let Upload {
        name,
        bytes,
        comment,
    } = read(parts.map_err(|_| no_file())?).await?;
    let (workspace, actor) = (caller.workspace(), caller.actor().name.clone());
    let imported = caller.service().run(move |service| {
        let sets = sets(service)?;
        let request = ImportRequest {
            dataset: Some(&id),
            organisation: query.organisation.as_deref(),
            period: query.period.as_deref(),
            comment: &comment,
        };
        let file = ImportedFile {
            name: &name,
            bytes: &bytes,
        };
        let imported = import(&workspace, &sets, &scope, &actor, &request, &file)?;
        let title = sets.get(&imported.dataset)?.0.set.title.clone();
        let mut drafts = Vec::with_capacity(imported.drafts.len());
        for draft in &imported.drafts {
            let code = &draft.key.organisation_code;
            let name = match imported.drafts.len() {
                // A county's table has many; their codes are enough to find them.
                0..=50 => organisation_name(&workspace, code, draft.key.period)?,
                _ => code.clone(),
            };
            drafts.push(ImportedForm {
                submission: SubmissionRow::of(draft, &title, &name),
                findings: FormFinding::all(&draft.findings),
            });
        }
        Ok(ImportedForms {
            dataset: imported.dataset,
            drafts,
        })
    });
    Ok(Json(imported.await?))
}

/// The organisations whose forms somebody may fill in.
async fn entering(caller: &Caller, organisation: Option<&str>) -> Result<Scope, Problem> {
    let (action, resource) = (Action::Enter, Resource::DataSet);
    if let Some(code) = organisation {
        caller
            .may(action, &Object::of(resource, code), code)
            .await?;
        return Ok(Scope::one(code));
    }
    let sensitivity = biaochi_access::Sensitivity::Aggregate;
    let roles = caller.office().roles();
    let reach = caller
        .person()
        .asker
        .reach_for(roles, action, resource, sensitivity);
    if reach.is_empty() {
        // Refused with its reason, and written down.
        caller.may(action, &Object::common(resource), "").await?;
    }
    Ok(scope_of(&reach))
}

/// What was uploaded.
struct Upload {
    name: String,
    bytes: Vec<u8>,
    comment: String,
}

async fn read(mut parts: Multipart) -> Result<Upload, Problem> {
    let mut file = None;
    let mut comment = String::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("file") => {
                let name = part.file_name().unwrap_or("上传的文件");
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = name.chars().take(120).collect::<String>();
                let bytes = part.bytes().await.map_err(broken)?;
                file = Some((name, bytes.to_vec()));
            }
            Some("comment") => comment = part.text().await.map_err(broken)?,
            _ => {}
        }
    }
    let (name, bytes) = file.ok_or_else(no_file)?;
    Ok(Upload {
        name,
        bytes,
        comment,
    })
}

fn no_file() -> Problem {
    Problem::invalid("file", "没有收到文件。请选择填好的模板后再上传")
}

fn broken(error: axum::extract::multipart::MultipartError) -> Problem {
    match error.status().as_u16() {
        413 => Problem::new(
            Code::TooLarge,
            format!("文件超过 {} MB，没有上传。请只保留填报表", LARGEST >> 20),
        ),
        _ => Problem::invalid("file", "上传中断或内容不完整，请重新上传"),
    }
}

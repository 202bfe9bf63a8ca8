//! Documents: made at once, or as a job whose file is kept for whoever wanted it.

use std::fs;

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::document::Form;
use biaochi_app::jobs::{DocumentRequest, JobRequest, WantedJob, kept_document, make_document};
use biaochi_app::plans::{PlanFile, plan_file};
use biaochi_organisations::Unit;
use biaochi_store::{AuditAction, JobKind, NewAuditEntry, Scope};
use jiff::Timestamp;

use super::wire::Job;
use super::{found, idempotency_key, queue};
use crate::assessments::readable;
use crate::attachment::{BYTES, CSV, PDF, XLSX, attachment, preview};
use crate::caller::Caller;
use crate::plans::{plan, plans, stamp, values, whole};
use crate::problem::{Code, Problem, ProblemBody};

/// The form that is asked for; the bulletin when none is.
pub(crate) fn form(text: Option<&str>) -> Result<Form, Problem> {
    match text {
        None | Some("" | "pdf") => Ok(Form::Pdf),
        Some("xlsx") => Ok(Form::Xlsx),
        Some(_) => Err(Problem::invalid("format", "格式只有 pdf 和 xlsx")),
    }
}

/// Asks whether the caller may take a document out, now or from a job: what it may tell of.
async fn may_have(caller: &Caller, request: &DocumentRequest) -> Result<Scope, Problem> {
    let (read, export) = (Action::Read, Action::Export);
    match request {
        DocumentRequest::Quality { organisation, .. } => {
            let organisation = organisation.as_deref().unwrap_or("all");
            let view = whole(caller, read, Resource::Worklist, organisation).await?;
            whole(caller, export, Resource::Report, organisation).await?;
            Ok(view.scope)
        }
        DocumentRequest::Plan { unit, .. } => {
            let organisation = match unit {
                Unit::Institution(code) => code.clone(),
                other => other.to_string(),
            };
            let view = whole(caller, read, Resource::Plan, &organisation).await?;
            whole(caller, export, Resource::Report, &organisation).await?;
            Ok(view.scope)
        }
        DocumentRequest::Assessment { .. } => {
            let own = readable(caller).await?.whole();
            let sums = Sensitivity::Aggregate;
            caller.view(export, Resource::Report, sums, None).await?;
            Ok(own)
        }
        // It has names and numbers of persons: it takes the right to see them, and a reason.
        DocumentRequest::Month { organisation, .. } => {
            let (object, subject) = (
                Object::of(Resource::FrontPage, organisation),
                request.subject(),
            );
            let without_names = object.clone().at(Sensitivity::DeIdentified);
            caller.may(export, &without_names, &subject).await?;
            let with_names = object.at(Sensitivity::Identified);
            caller.may(read, &with_names, &subject).await?;
            Ok(Scope::one(organisation))
        }
    }
}

/// Writes down that a document was taken out.
async fn told(caller: &Caller, request: &DocumentRequest, about: &str) -> Result<(), Problem> {
    let resource = match request {
        DocumentRequest::Month { .. } => Resource::FrontPage,
        _ => Resource::Report,
    };
    let organisation = match request {
        DocumentRequest::Plan { unit, .. } if unit.institution().is_none() => unit.to_string(),
        other => other.organisation().to_owned(),
    };
    let entry = NewAuditEntry::done(AuditAction::Exported, resource, request.subject())
        .of(organisation)
        .change("", about)
        .because(caller.reason());
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[entry]).await?;
    Ok(())
}

/// What kind of file a name says it is.
fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("pdf") => PDF,
        Some("xlsx") => XLSX,
        Some("csv") => CSV,
        _ => BYTES,
    }
}

/// Makes a document and answers with it.
pub(crate) async fn at_once(
    caller: &Caller,
    request: DocumentRequest,
    is_preview: bool,
) -> Result<Response, Problem> {
    let scope = may_have(caller, &request).await?;
    let workspace = caller.workspace();
    // What the pages of a plan were computed from is there already.
    let organisations = match &request {
        DocumentRequest::Plan { plan, .. } => stamp(caller, plan).await?.0,
        _ => 0,
    };
    let wanted = request.clone();
    let made = caller.service().run(move |service| {
        let content = service.content();
        let DocumentRequest::Plan {
            plan: id,
            unit,
            on,
            month,
            form,
            issuer,
        } = &wanted
        else {
            return Ok(make_document(&workspace, &content, &wanted, &scope)?);
        };
        let plans = plans(service)?;
        let values = values(service, &workspace, &plans, *on, organisations)?;
        let asked = PlanFile {
            plan: plan(&plans, id)?,
            values: &values,
            unit,
            scope: &scope,
            month: *month,
            form: *form,
            issuer: issuer.as_deref(),
        };
        Ok(plan_file(&workspace, content.content(), &asked)?)
    });
    let made = made.await?;
    told(caller, &request, &made.about).await?;
    let kind = kind_of(&made.name);
    match is_preview && kind == PDF {
        true => preview(&made.name, kind, made.bytes),
        false => attachment(&made.name, kind, made.bytes),
    }
}

/// Puts a document into the queue, for whoever may have it.
pub(crate) async fn as_job(
    caller: &Caller,
    headers: &HeaderMap,
    request: DocumentRequest,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let scope = may_have(caller, &request).await?;
    let wanted = WantedJob {
        organisation: request.organisation().to_owned(),
        request: JobRequest::document(&scope, request),
        idempotency_key: idempotency_key(headers)?,
    };
    queue(caller, &scope, &wanted).await
}

/// The document that a job made, for whoever wanted it and may still have it. It is kept for a day.
#[utoipa::path(get, path = "/jobs/{id}/document", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 428, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(super) async fn job_document(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let job = found(&caller, &id).await?;
    let is_own = job.created_by == caller.person().account.name;
    if job.kind != JobKind::Document || !is_own {
        let text = "这项作业没有给您的文档。文档只能由要求生成的人下载";
        return Err(Problem::not_found(text));
    }
    let wanted = serde_json::from_str::<JobRequest>(&job.request);
    let wanted = wanted.map_err(|error| Problem::internal(&error))?;
    let JobRequest::Document { request, .. } = &wanted else {
        return Err(Problem::not_found("这项作业没有生成文档"));
    };
    let scope = may_have(&caller, request).await?;
    if wanted != JobRequest::document(&scope, request.clone()) {
        let text = "您的权限范围与生成时不同，这份文档不能下载。请重新生成";
        return Err(Problem::new(Code::Forbidden, text));
    }
    let workspace = caller.workspace();
    let read = caller.service().run(move |_| {
        let kept = kept_document(&workspace, &job, Timestamp::now());
        let (kept, path) = kept.ok_or_else(|| {
            Problem::not_found("文档还没有生成，或者已过保存期。请在原来的页面上重新生成")
        })?;
        let bytes = fs::read(path).map_err(|error| Problem::internal(&error))?;
        Ok((kept, bytes))
    });
    let (kept, bytes) = read.await?;
    told(&caller, request, &kept.about).await?;
    attachment(&kept.file, kind_of(&kept.file), bytes)
}

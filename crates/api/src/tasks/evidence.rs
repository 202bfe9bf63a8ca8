//! Files that show what was done.

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path};
use axum::http::{Response, StatusCode};
use biaochi_access::{Action, Resource};
use biaochi_app::beijing;
use biaochi_app::plans::{PlanError, act, line};
use biaochi_store::{Scope, TaskStep};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::TaskLine;
use super::{allowed, key_of};
use crate::attachment::{BYTES, attachment, exported};
use crate::caller::Caller;
use crate::evidence::{Form, body_limit, bytes_of};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// Characters of what is said with a file.
const LONGEST: usize = 2000;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(bring))
        .layer(body_limit())
        .routes(routes!(take_out))
}

/// Brings a file as evidence of a task's progress: a form with `file`, `revision`, and perhaps `progress` and `text`.
#[utoipa::path(post, path = "/tasks/{id}/evidence", tag = "tasks",
    params(("id" = String, Path, description = "任务标识")),
    request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 201, body = TaskLine), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn bring(
    caller: Caller,
    Path(id): Path<String>,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<TaskLine>), Problem> {
    let key = key_of(&id)?;
    let task = allowed(&caller, Action::Enter, &key).await?;
    let form = Form::read(sent).await?;
    if !form.has_file() {
        let message = "没有收到文件，或文件是空的。请选择文件后再传";
        return Err(Problem::invalid("file", message));
    }
    let revision = form.number("revision")?;
    let progress = match form.given("progress").map(str::parse::<u8>) {
        Some(Ok(progress)) if progress <= 100 => progress,
        Some(_) => return Err(Problem::invalid("progress", "进度应在 0 到 100 之间")),
        None => u8::try_from(task.progress).unwrap_or(100),
    };
    let names = caller.organisation_names().await?;
    let (workspace, actor) = (caller.workspace(), caller.actor().name.clone());
    let taken = caller.service().run(move |service| {
        let place = [&*key.organisation_code, &*key.plan, &*key.task];
        let evidence = form.attach(&workspace, place, 1).map_err(PlanError::from)?;
        let file = evidence.first().map_or("", |one| one.name.as_str());
        let text = match form.text("text") {
            "" => format!("上传佐证材料：{file}"),
            text => text.chars().take(LONGEST).collect(),
        };
        let step = TaskStep::Report {
            progress,
            text,
            evidence,
        };
        let own = Scope::one(key.organisation_code.as_str());
        let task = act(&workspace, &own, &actor, &key, Some(revision), &step)?;
        let content = service.content();
        Ok(TaskLine::of(&line(content.content(), task, beijing::today())).named(&names))
    });
    Ok((StatusCode::CREATED, Json(taken.await?)))
}

/// A file that somebody brought.
#[utoipa::path(get, path = "/tasks/{id}/evidence/{number}", tag = "tasks",
    params(("id" = String, Path, description = "任务标识"), ("number" = u64, Path, description = "第几份")),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn take_out(
    caller: Caller,
    Path((id, number)): Path<(String, u64)>,
) -> Result<Response<Body>, Problem> {
    let key = key_of(&id)?;
    allowed(&caller, Action::Read, &key).await?;
    let own = Scope::one(key.organisation_code.as_str());
    let files = caller.office().store().task_evidence(&own, &key).await?;
    let file = files.into_iter().find(|one| one.number == number);
    let file = file.ok_or_else(|| Problem::not_found(format!("这项任务没有第 {number} 份材料")))?;
    let subject = format!("{key} 佐证 {number}");
    exported(&caller, Resource::Task, &subject, &key.organisation_code).await?;
    let workspace = caller.workspace();
    let (name, wanted) = (file.evidence.name.clone(), file.evidence);
    let bytes = caller.service().run(move |_| bytes_of(&workspace, &wanted));
    attachment(&name, BYTES, bytes.await?)
}

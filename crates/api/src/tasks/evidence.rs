//! Files that show what was done.

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{Response, StatusCode};
use biaochi_access::{Action, Resource};
use biaochi_app::beijing;
use biaochi_app::evidence::{EvidenceError, attach_bytes, read};
use biaochi_app::plans::{PlanError, act, line};
use biaochi_store::{Scope, TaskStep};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::TaskLine;
use super::{allowed, key_of};
use crate::attachment::{BYTES, attachment, exported};
use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

/// Bytes of a file at most.
pub(crate) const LARGEST: usize = 20 << 20;

/// Kinds of files that are taken, and how they begin; an empty beginning is text.
const KINDS: [(&str, &[u8]); 9] = [
    ("pdf", b"%PDF-"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpg", b"\xff\xd8\xff"),
    ("jpeg", b"\xff\xd8\xff"),
    ("docx", b"PK\x03\x04"),
    ("xlsx", b"PK\x03\x04"),
    ("pptx", b"PK\x03\x04"),
    ("csv", b""),
    ("txt", b""),
];

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(bring))
        .layer(DefaultBodyLimit::max(LARGEST + (1 << 16)))
        .routes(routes!(take_out))
}

/// What was sent with a file.
#[derive(Debug, Default)]
struct Brought {
    name: String,
    bytes: Vec<u8>,
    text: String,
    revision: Option<u64>,
    progress: Option<u8>,
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
    form: Multipart,
) -> Result<(StatusCode, Json<TaskLine>), Problem> {
    let key = key_of(&id)?;
    let task = allowed(&caller, Action::Enter, &key).await?;
    let brought = received(form).await?;
    fits(&brought.name, &brought.bytes)?;
    let revision = brought
        .revision
        .ok_or_else(|| Problem::invalid("revision", "没有写明看到的是哪一版，请刷新后再传"))?;
    let progress = match brought.progress {
        Some(progress) if progress <= 100 => progress,
        Some(_) => return Err(Problem::invalid("progress", "进度应在 0 到 100 之间")),
        None => u8::try_from(task.progress).unwrap_or(100),
    };
    let names = caller.organisation_names().await?;
    let (workspace, actor) = (caller.workspace(), caller.actor().name.clone());
    let taken = caller.service().run(move |service| {
        let place = [&*key.organisation_code, &*key.plan, &*key.task];
        let stored = attach_bytes(&workspace, place, &brought.name, &brought.bytes);
        let stored = stored.map_err(PlanError::from)?;
        let text = match brought.text.trim() {
            "" => format!("上传佐证材料：{}", stored.name),
            text => text.to_owned(),
        };
        let step = TaskStep::Report {
            progress,
            text,
            evidence: vec![stored],
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
    let bytes = caller.service().run(move |_| {
        read(&workspace, &wanted).map_err(|error| match error {
            EvidenceError::Unnamed { .. } => Problem::not_found("这份材料只登记了名称，没有存文件"),
            EvidenceError::Io { .. } => {
                tracing::error!(error = %error, "evidence cannot be read");
                Problem::not_found("这份材料的文件不在了，请联系信息科从备份恢复")
            }
        })
    });
    attachment(&name, BYTES, bytes.await?)
}

async fn received(mut form: Multipart) -> Result<Brought, Problem> {
    let mut brought = Brought::default();
    while let Some(part) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file = part.file_name().unwrap_or_default();
            let file = file.rsplit(['/', '\\']).next().unwrap_or_default().trim();
            brought.name = file.chars().take(120).collect();
            brought.bytes = part.bytes().await.map_err(|error| broken(&error))?.to_vec();
            continue;
        }
        let text = part.text().await.map_err(|error| broken(&error))?;
        match name.as_str() {
            "text" => brought.text = text.chars().take(2000).collect(),
            "revision" => brought.revision = text.trim().parse().ok(),
            "progress" => brought.progress = Some(text.trim().parse().unwrap_or(u8::MAX)),
            _ => {}
        }
    }
    if brought.name.is_empty() || brought.bytes.is_empty() {
        return Err(Problem::invalid(
            "file",
            "没有收到文件，或文件是空的。请选择文件后再传",
        ));
    }
    Ok(brought)
}

/// Why an upload was not received.
pub(crate) fn broken(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            Code::TooLarge,
            "文件太大，每份最多 20 MB。请压缩或拆分后再传",
        ),
        _ => Problem::invalid("file", "上传没有完成，请重新选择文件再传"),
    }
}

/// Refuses what is not what its name says.
pub(crate) fn fits(name: &str, bytes: &[u8]) -> Result<(), Problem> {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    let unsupported = || {
        let message = format!("“{name}”不是能收的文件。佐证材料可用：{}", kinds.join("、"));
        Problem::new(Code::Unsupported, message)
    };
    if bytes.len() > LARGEST {
        let message = "文件太大，每份最多 20 MB。请压缩或拆分后再传";
        return Err(Problem::new(Code::TooLarge, message));
    }
    let end = name
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase());
    let end = end.ok_or_else(unsupported)?;
    let (_, begins) = KINDS
        .iter()
        .find(|(kind, _)| *kind == end)
        .ok_or_else(unsupported)?;
    let is_text = begins.is_empty();
    if bytes.starts_with(begins) && !(is_text && bytes.contains(&0)) {
        return Ok(());
    }
    Err(unsupported())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_says() {
        assert!(fits("批文.pdf", b"%PDF-1.7").is_ok());
        assert!(fits("表.csv", "机构,值".as_bytes()).is_ok());
        for (name, bytes) in [
            ("批文.pdf", &b"MZ\x90"[..]),
            ("表.csv", b"a\0b"),
            ("程序.exe", b"MZ"),
            ("没有后缀", b"%PDF-"),
        ] {
            let refused = fits(name, bytes).expect_err("not what it says");
            assert_eq!(refused.code(), Code::Unsupported, "{name}");
        }
    }
}

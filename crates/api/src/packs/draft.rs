//! The draft of an own pack: begun, edited, checked, thrown away.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use biaochi_app::packs::{self as desk, NewOverlay, Which};
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::PackProblem;

use super::show::detail;
use super::wire::{
    FileBody, FileQuery, NewPackBody, PackCheck, PackDetail, PackFault, PackFile, SavedFile,
};
use super::{change, files, find, read, tell, which};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// Begins an own pack over another one, as a draft.
#[utoipa::path(post, path = "/packs", tag = "packs", request_body = NewPackBody,
    responses((status = 200, body = PackDetail), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(super) async fn begin_pack(
    caller: Caller,
    Json(body): Json<NewPackBody>,
) -> Result<Json<PackDetail>, Problem> {
    let begun = change(caller, move |service, by| {
        let new = NewOverlay {
            id: body.id.trim().to_owned(),
            title: body.title,
            base: body.base,
        };
        service.changing(|| desk::begin(service.workspace(), service.content().content(), &new))?;
        tell(by, &new.id, "新建草稿", "")?;
        detail(service, &new.id)
    });
    Ok(Json(begun.await?))
}

/// A file of a pack.
#[utoipa::path(get, path = "/packs/{id}/files/{file}", tag = "packs",
    params(("id" = String, Path, description = "内容包标识"), ("file" = String, Path, description = "包内路径，斜线写作 %2F"), FileQuery),
    responses((status = 200, body = PackFile), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn read_file(
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    Query(query): Query<FileQuery>,
) -> Result<Json<PackFile>, Problem> {
    read(&caller, move |service| {
        let which = which(query.of.as_deref())?;
        let (text, revision) = desk::read_file(&files(service, &id, which)?, &id, &file)?;
        let editable = find(service, &id)?.editable && !matches!(which, Which::Version(_));
        Ok(PackFile {
            file,
            text,
            revision,
            editable,
        })
    })
    .await
}

/// Saves a file in the draft of an own pack, and checks the draft.
#[utoipa::path(put, path = "/packs/{id}/files/{file}", tag = "packs",
    params(("id" = String, Path, description = "内容包标识"), ("file" = String, Path, description = "包内路径，斜线写作 %2F")),
    request_body = FileBody,
    responses((status = 200, body = SavedFile), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(super) async fn write_file(
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    Json(body): Json<FileBody>,
) -> Result<Json<SavedFile>, Problem> {
    let saved = change(caller, move |service, by| {
        let content = service.content();
        let (workspace, content) = (service.workspace(), content.content());
        let which = (id.as_str(), file.as_str());
        let revision = service
            .changing(|| desk::write_file(workspace, content, which, &body.text, &body.revision))?;
        let step = format!("草稿 {file}：{} → {revision}", body.revision);
        tell(by, &id, &step, "")?;
        let problems = desk::check(workspace, content, &id, Which::Draft)?;
        Ok(SavedFile {
            revision,
            check: checked(&problems),
        })
    });
    Ok(Json(saved.await?))
}

/// Takes a file out of the draft of an own pack.
#[utoipa::path(delete, path = "/packs/{id}/files/{file}", tag = "packs",
    params(("id" = String, Path, description = "内容包标识"), ("file" = String, Path, description = "包内路径，斜线写作 %2F"), FileQuery),
    responses((status = 204), (status = 400), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn remove_file(
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    Query(query): Query<FileQuery>,
) -> Result<StatusCode, Problem> {
    let removed = change(caller, move |service, by| {
        let content = service.content();
        let which = (id.as_str(), file.as_str());
        let seen = query.revision.unwrap_or_default();
        service
            .changing(|| desk::remove_file(service.workspace(), content.content(), which, &seen))?;
        tell(by, &id, &format!("草稿删去 {file}"), "")
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks the draft of an own pack, with its cases.
#[utoipa::path(post, path = "/packs/{id}/draft/check", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")),
    responses((status = 200, body = PackCheck), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn check_draft(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<PackCheck>, Problem> {
    read(&caller, move |service| {
        let content = service.content();
        let problems = desk::check(service.workspace(), content.content(), &id, Which::Draft)?;
        Ok(checked(&problems))
    })
    .await
}

/// Throws the draft of an own pack away.
#[utoipa::path(delete, path = "/packs/{id}/draft", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn discard_draft(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let done = change(caller, move |service, by| {
        service.changing(|| desk::discard(service.workspace(), &id))?;
        tell(by, &id, "放弃草稿", "")
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(problems: &[PackProblem]) -> PackCheck {
    PackCheck {
        usable: !problems.iter().any(PackProblem::is_error),
        problems: problems
            .iter()
            .map(|one| PackFault {
                file: one.file.clone(),
                line: one.line,
                column: one.column,
                error: one.is_error(),
                text: one.problem.text(Language::Zh),
            })
            .collect(),
    }
}

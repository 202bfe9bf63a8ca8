//! Packs come into force and go out of it.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use biaochi_app::packs::{self as desk, PackDeskError, Switched};

use super::show::detail;
use super::wire::{PackDetail, PackStep};
use super::{change, find, tell};
use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

/// Puts the draft of an own pack into force.
#[utoipa::path(post, path = "/packs/{id}/activate", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")), request_body = PackStep,
    responses((status = 200, body = PackDetail), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn activate_draft(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<PackStep>,
) -> Result<Json<PackDetail>, Problem> {
    let done = change(caller, move |service, by| {
        let content = service.content();
        let activate = || desk::activate(service.workspace(), content.content(), &id);
        let told = |kept| {
            tell(by, &id, &came("启用", kept), &body.reason)?;
            let kind = find(service, &id)?.head.kind;
            if !body.use_for_imports || kind != "checks" {
                return Ok(());
            }
            let before = service.workspace().config().checks.clone();
            service
                .set_checks(&id)
                .map_err(|error| Problem::of(Code::Invalid, &error))?;
            let before = before.unwrap_or_else(|| biaochi_app::check::NATIONAL.to_owned());
            tell(by, &id, &format!("入库检查：{before} → {id}"), &body.reason)
        };
        switched(service, activate, told)?;
        detail(service, &id)
    });
    Ok(Json(done.await?))
}

/// Puts an earlier version of an own pack into force again.
#[utoipa::path(post, path = "/packs/{id}/rollback", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")), request_body = PackStep,
    responses((status = 200, body = PackDetail), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn roll_back(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<PackStep>,
) -> Result<Json<PackDetail>, Problem> {
    let done = change(caller, move |service, by| {
        let newest = desk::own_state(service.workspace(), &id)?.versions;
        let version = body.version.or_else(|| newest.first().copied());
        let version =
            version.ok_or_else(|| Problem::not_found(format!("“{id}”没有以前的版本，不能回退")))?;
        let back = || desk::roll_back(service.workspace(), &id, version);
        let step = format!("回退到第 {version} 版");
        switched(service, back, |kept| {
            tell(by, &id, &came(&step, kept), &body.reason)
        })?;
        detail(service, &id)
    });
    Ok(Json(done.await?))
}

/// Takes an own pack out of force; it is kept as a version, of which a draft is made.
#[utoipa::path(post, path = "/packs/{id}/withdraw", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")), request_body = PackStep,
    responses((status = 204), (status = 400), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn withdraw(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<PackStep>,
) -> Result<StatusCode, Problem> {
    let done = change(caller, move |service, by| {
        let withdraw = || desk::withdraw(service.workspace(), &id);
        switched(service, withdraw, |kept| {
            let kept = kept.unwrap_or_default();
            tell(by, &id, &format!("停用，存为第 {kept} 版"), &body.reason)
        })
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does a switch and reads the content with it; when it cannot be read, everything is as before. What is told of it learns
/// under which number the version before is kept.
fn switched(
    service: &Service,
    work: impl FnOnce() -> Result<Switched, PackDeskError>,
    told: impl FnOnce(Option<u32>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    service.changing(|| {
        let done = work()?;
        if let Err(error) = service.reload_content() {
            desk::switch_back(service.workspace(), &done)?;
            return Err(Problem::of(Code::Invalid, &error));
        }
        told(done.kept)
    })
}

/// A step after which another version is in force.
fn came(step: &str, kept: Option<u32>) -> String {
    let kept = kept.map(|number| format!("，原版本存为第 {number} 版"));
    format!("{step}{}", kept.unwrap_or_default())
}

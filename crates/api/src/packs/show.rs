//! What is installed, and everything about one pack.

use axum::Json;
use axum::extract::Path;
use biaochi_app::packs::{self as desk, Installed, Which};
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::{HeadRemark, PackFiles};

use super::wire::{PackDefinition, PackDetail, PackRemark, PackRow, PackSource};
use super::{find, read};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// All installed packs, by kind and id.
#[utoipa::path(get, path = "/packs", tag = "packs",
    responses((status = 200, body = Vec<PackRow>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub(super) async fn list_packs(caller: Caller) -> Result<Json<Vec<PackRow>>, Problem> {
    read(&caller, |service| {
        let content = service.content();
        let all = desk::installed(service.workspace(), content.content())?;
        all.iter().map(|one| row(service, one)).collect()
    })
    .await
}

/// Everything about a pack.
#[utoipa::path(get, path = "/packs/{id}", tag = "packs", params(("id" = String, Path, description = "内容包标识")),
    responses((status = 200, body = PackDetail), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(super) async fn show_pack(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<PackDetail>, Problem> {
    read(&caller, move |service| detail(service, &id)).await
}

pub(super) fn detail(service: &Service, id: &str) -> Result<PackDetail, Problem> {
    let one = find(service, id)?;
    let head = &one.head;
    let failed = |error: std::io::Error| Problem::internal(&error);
    let paths = |files: &PackFiles| files.paths().map_err(failed);
    let (mut versions, mut draft_files) = (Vec::new(), Vec::new());
    let mut is_active = true;
    if one.editable {
        let state = desk::own_state(service.workspace(), id)?;
        if state.draft {
            draft_files = paths(&desk::files_of(service.workspace(), id, Which::Draft)?)?;
        }
        is_active = state.active;
        versions = state.versions;
    }
    let (definitions, definitions_problem) =
        match desk::definitions(service.content().content(), head) {
            Ok(found) => (found, None),
            Err(error) => (Vec::new(), Some(error.text(Language::Zh))),
        };
    let readme = head.files.read("README.md").ok().flatten();
    let readme = readme.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let remarks = |all: &[HeadRemark]| {
        let all = all.iter().map(|one| PackRemark {
            what: one.what.clone(),
            why: one.why.clone(),
            effect: one.effect.clone(),
        });
        all.collect::<Vec<_>>()
    };
    Ok(PackDetail {
        pack: row(service, &one)?,
        licence: head.licence.clone(),
        document: head.document.clone(),
        content_hash: head.files.content_hash().map_err(failed)?,
        sources: head
            .sources
            .iter()
            .map(|source| PackSource {
                title: source.title.clone(),
                place: source.url.clone(),
                version: source.version.clone(),
                licence: source.licence.clone(),
                used_for: source.used_for.clone(),
            })
            .collect(),
        damages: remarks(&head.damages),
        mends: remarks(&head.mends),
        definitions: definitions
            .into_iter()
            .map(|one| PackDefinition {
                id: one.id,
                title: one.title,
                detail: one.detail,
            })
            .collect(),
        definitions_problem,
        files: match is_active {
            true => paths(&head.files)?,
            false => Vec::new(),
        },
        draft_files,
        versions,
        readme: readme.unwrap_or_default(),
    })
}

fn row(service: &Service, one: &Installed) -> Result<PackRow, Problem> {
    let workspace = service.workspace();
    let head = &one.head;
    let state = match one.editable {
        true => Some(desk::own_state(workspace, &head.id)?),
        false => None,
    };
    let in_use = match workspace.config().checks.as_deref() {
        Some(id) => id == head.id,
        None => head.id == biaochi_app::check::NATIONAL,
    };
    Ok(PackRow {
        in_use: in_use && head.kind == "checks" && !one.replaced,
        active: state.as_ref().is_none_or(|state| state.active),
        draft: state.as_ref().is_some_and(|state| state.draft),
        own: one.own,
        editable: one.editable,
        replaced: one.replaced,
        warnings: head.damages.len() as u64,
        can_be_base: matches!(
            head.kind.as_str(),
            "checks" | "indicators" | "roles" | "drg-scheme"
        ),
        kind_text: kind_text(&head.kind).to_owned(),
        id: head.id.clone(),
        title: head.title.clone(),
        kind: head.kind.clone(),
        version: head.version.clone(),
        base: head.base.clone(),
    })
}

fn kind_text(kind: &str) -> &str {
    match kind {
        "drg-scheme" => "分组方案",
        "drg-weights" => "权重表",
        "checks" => "质控规则",
        "indicators" => "指标",
        "datasets" => "数据集",
        "plan" => "方案",
        "plan-decisions" => "方案决定",
        "assessment" => "绩效考核",
        "reports" => "通报模板",
        "roles" => "角色",
        "diagnosis" | "procedure" | "codes" => "编码",
        other => other,
    }
}

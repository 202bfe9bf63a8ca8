//! What differs between two versions of a pack.

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_app::packs::{self as desk, Definition, DefinitionChange, LineKind};
use biaochi_packs::PackHead;

use super::wire::{DefinitionDifference, DiffQuery, FileDifference, LineDifference, PackDiff};
use super::{files, find, read, which};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// What differs between two versions of a pack, or between it and what it is laid over.
#[utoipa::path(get, path = "/packs/{id}/diff", tag = "packs",
    params(("id" = String, Path, description = "内容包标识"), DiffQuery),
    responses((status = 200, body = PackDiff), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn compare(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<DiffQuery>,
) -> Result<Json<PackDiff>, Problem> {
    read(&caller, move |service| {
        let content = service.content();
        let head = |text: &str| -> Result<PackHead, Problem> {
            if text != "base" {
                return Ok(PackHead::read(&files(service, &id, which(Some(text))?)?));
            }
            let base = find(service, &id)?.head.base;
            let base = base.ok_or_else(|| {
                Problem::not_found(format!("“{id}”没有叠加在别的内容包上，不能比较"))
            })?;
            Ok(find(service, &base)?.head)
        };
        let (old, new) = (head(&query.from)?, head(&query.to)?);
        let listed =
            |head: &PackHead| desk::definitions(content.content(), head).unwrap_or_default();
        let changes = desk::definition_changes(&listed(&old), &listed(&new));
        // The files of a base are others: only definitions can be compared with it.
        let files = match query.from == "base" || query.to == "base" {
            true => Vec::new(),
            false => desk::compare(Some(&old.files), Some(&new.files))?,
        };
        Ok(PackDiff {
            definitions: changes.into_iter().map(definition_difference).collect(),
            files: files.into_iter().map(file_difference).collect(),
        })
    })
    .await
}

fn definition_difference(change: DefinitionChange) -> DefinitionDifference {
    let (kind, kind_text, one): (_, _, Definition) = match change {
        DefinitionChange::Came(one) => ("came", "新增", one),
        DefinitionChange::Changed(one) => ("changed", "变更", one),
        DefinitionChange::Gone(one) => ("gone", "去掉", one),
    };
    DefinitionDifference {
        kind,
        kind_text,
        id: one.id,
        title: one.title,
        detail: one.detail,
    }
}

fn file_difference(change: desk::FileChange) -> FileDifference {
    FileDifference {
        kind: match (change.was_there, change.is_there) {
            (false, _) => "added",
            (_, false) => "removed",
            _ => "changed",
        },
        file: change.file,
        lines: change
            .lines
            .into_iter()
            .map(|line| LineDifference {
                kind: match line.kind {
                    LineKind::Same => "same",
                    LineKind::Added => "added",
                    LineKind::Removed => "removed",
                    LineKind::Skipped => "skipped",
                },
                old: line.old.map(|number| number as u64),
                new: line.new.map(|number| number as u64),
                text: line.text,
            })
            .collect(),
    }
}

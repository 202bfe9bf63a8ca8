//! Importing organisations, with a trial first.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use biaochi_access::{Action, Resource};
use biaochi_app::organisations::{self as use_case, ImportRequest, Imported, OrganisationsError};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{ChangeKind, Mode, Table};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

/// Bytes of an uploaded workbook at most.
const LARGEST_UPLOAD: usize = 32 << 20;

/// Changes that are listed one by one.
const LISTED: usize = 500;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
}

/// What an import found and did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationImport {
    /// What is wrong; with anything here nothing was imported.
    problems: Vec<String>,
    /// Delivered tables with the number of their rows.
    delivered: Vec<TableCount>,
    /// Numbers of changes by table.
    summary: Vec<ChangeCount>,
    /// The changes one by one, at most 500.
    changes: Vec<RowChange>,
    /// How many changes there are.
    total: u64,
    /// The revision that was compared with.
    based_on: u64,
    /// The revision that was made; `null` for a trial, and when anything is wrong.
    revision: Option<u64>,
}

/// Rows of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableCount {
    /// 表名。
    table: String,
    /// How many.
    rows: u64,
}

/// Changes in a table.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ChangeCount {
    /// 表名。
    table: String,
    /// 新增。
    came: u64,
    /// 变更。
    changed: u64,
    /// 终止。
    ended: u64,
    /// 删除。
    removed: u64,
}

/// A change of a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowChange {
    /// 表名。
    table: String,
    /// What is changed.
    subject: String,
    /// `came`, `changed`, `ended` or `removed`.
    kind: &'static str,
    /// 新增、变更、终止于…、删除。
    kind_text: String,
    /// The cells that say something else.
    cells: Vec<CellDifference>,
}

/// A cell that says something else.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CellDifference {
    /// 列名。
    column: String,
    /// 之前。
    before: String,
    /// 之后。
    after: String,
}

/// What came with an upload.
#[derive(Debug, Default)]
struct Upload {
    files: Vec<(String, Vec<u8>)>,
    replace: bool,
    real: bool,
    revision: Option<u64>,
}

async fn upload(mut form: Multipart) -> Result<Upload, Problem> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        let code = match error.status() {
            axum::http::StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
            _ => Code::Invalid,
        };
        Problem::new(code, "上传的内容读不完整，或超过 32 MB。请重新上传")
    };
    let mut found = Upload::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(broken)?;
        let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
        match (name.as_str(), file) {
            ("file", Some(file)) => found.files.push((plain_name(&file), bytes.to_vec())),
            ("mode", _) => found.replace = text() == "replace",
            ("dry_run", _) => found.real = text() == "false",
            ("revision", _) => found.revision = text().parse().ok(),
            _ => {}
        }
    }
    match found.files.is_empty() {
        true => Err(Problem::invalid(
            "file",
            "没有选择文件。请选择 XLSX 或 CSV 文件",
        )),
        false => Ok(found),
    }
}

/// The name of an uploaded file, without folders and what no file system takes.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '（' | '）');
    let name: String = name.chars().filter(|c| plain(*c)).take(80).collect();
    match name.trim_matches(['.', ' ']) {
        "" => "upload.xlsx".to_owned(),
        name => name.to_owned(),
    }
}

/// Imports organisations, or says what an import would change: all of it, or nothing and everything that is wrong.
/// Form fields: `file` (one or more), `mode` (`amend` or `replace`), `dry_run` (`false` to import), `revision` (of the
/// trial).
#[utoipa::path(post, path = "/organisations/import", tag = "organisations",
    request_body(content_type = "multipart/form-data", content = String),
    responses((status = 200, body = OrganisationImport), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn import(caller: Caller, request: Request) -> Result<Json<OrganisationImport>, Problem> {
    let scope = caller
        .scope(Action::Configure, Resource::Organisation, "")
        .await?;
    // Nothing of the upload is read before it is known who may send it.
    let form = Multipart::from_request(request, &()).await;
    let form = form.map_err(|_| {
        Problem::new(
            Code::Unsupported,
            "没有收到文件。请以表单（multipart/form-data）上传",
        )
    })?;
    let upload = upload(form).await?;
    let newest = caller.office().store().organisations_revision().await?;
    if upload.revision.is_some_and(|seen| seen != newest) {
        return Err(Problem::new(
            Code::Conflict,
            "组织机构在试导入之后被他人改动，没有导入。请重新试导入，核对后再确认",
        ));
    }
    let (workspace, actor) = (caller.workspace(), caller.actor().name.clone());
    let answer = caller.service().run(move |_| {
        let folder = tempfile::tempdir().map_err(|error| Problem::internal(&error))?;
        let mut names = BTreeSet::new();
        let mut paths = Vec::new();
        for (name, bytes) in &upload.files {
            if !names.insert(name.clone()) {
                return Err(Problem::invalid(
                    "file",
                    format!("文件“{name}”选了两次，请删去一个"),
                ));
            }
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).map_err(|error| Problem::internal(&error))?;
            paths.push(path);
        }
        let request = ImportRequest {
            paths: &paths,
            mode: match upload.replace {
                true => Mode::Replace,
                false => Mode::Amend,
            },
            dry_run: !upload.real,
            actor: &actor,
        };
        match use_case::import(&workspace, &scope, &request) {
            Ok(imported) => Ok(told(&imported)),
            Err(OrganisationsError::Problems(problems)) => Ok(OrganisationImport {
                problems: problems
                    .iter()
                    .take(LISTED)
                    .map(|problem| problem.text(Language::Zh))
                    .collect(),
                delivered: Vec::new(),
                summary: Vec::new(),
                changes: Vec::new(),
                total: 0,
                based_on: newest,
                revision: None,
            }),
            Err(error) => Err(error.into()),
        }
    });
    Ok(Json(answer.await?))
}

fn told(imported: &Imported) -> OrganisationImport {
    let mut summary: BTreeMap<Table, ChangeCount> = BTreeMap::new();
    for change in &imported.changes {
        let count = summary.entry(change.table).or_insert_with(|| ChangeCount {
            table: change.table.title().to_owned(),
            ..ChangeCount::default()
        });
        let place = match change.kind {
            ChangeKind::Came => &mut count.came,
            ChangeKind::Changed { .. } => &mut count.changed,
            ChangeKind::Ended { .. } => &mut count.ended,
            ChangeKind::Removed => &mut count.removed,
        };
        *place += 1;
    }
    // What comes is plenty at the first import: what is lost or changed stands first.
    let (came, others): (Vec<_>, Vec<_>) = imported
        .changes
        .iter()
        .partition(|change| change.kind == ChangeKind::Came);
    let changes = others.into_iter().chain(came).take(LISTED).map(|change| {
        let cells = match &change.kind {
            ChangeKind::Changed { cells } => cells.as_slice(),
            _ => &[],
        };
        RowChange {
            table: change.table.title().to_owned(),
            subject: change.subject(),
            kind: change.kind.code(),
            kind_text: change.kind.text(Language::Zh),
            cells: cells
                .iter()
                .map(|cell| CellDifference {
                    column: cell.heading.to_owned(),
                    before: cell.before.clone(),
                    after: cell.after.clone(),
                })
                .collect(),
        }
    });
    OrganisationImport {
        problems: Vec::new(),
        delivered: imported
            .delivered
            .iter()
            .map(|(table, rows)| TableCount {
                table: table.title().to_owned(),
                rows: *rows as u64,
            })
            .collect(),
        changes: changes.collect(),
        total: imported.changes.len() as u64,
        summary: summary.into_values().collect(),
        based_on: imported.based_on,
        revision: imported.revision,
    }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn an_uploaded_name_leads_nowhere() {
        for (name, plain) in [
            ("医疗机构.csv", "医疗机构.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\机构 (1).xlsx", "机构 1.xlsx"),
            ("..", "upload.xlsx"),
            ("", "upload.xlsx"),
            ("a\0b\n.xlsx", "ab.xlsx"),
        ] {
            assert_eq!(plain_name(name), plain);
        }
    }
}

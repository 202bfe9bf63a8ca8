//! Content packs: what is installed, and the own ones – edited as a draft, checked, put into force, taken back.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::packs::{
    self as desk, Definition, DefinitionChange, Installed, LineKind, NewOverlay, PackDeskError,
    Switched, Which,
};
use biaochi_app::runtime::block_on;
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::{HeadRemark, PackFiles, PackHead, PackProblem};
use biaochi_store::{AuditAction, NewAuditEntry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list_packs, begin_pack))
        .routes(routes!(show_pack))
        .routes(routes!(read_file, write_file, remove_file))
        .routes(routes!(check_draft))
        .routes(routes!(activate_draft))
        .routes(routes!(discard_draft))
        .routes(routes!(roll_back))
        .routes(routes!(withdraw))
        .routes(routes!(compare))
}

/// An installed pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackRow {
    /// 标识。
    id: String,
    /// 名称。
    title: String,
    /// Such as `checks`.
    kind: String,
    /// 类别。
    kind_text: String,
    /// 版本。
    version: String,
    /// The pack that it is laid over.
    base: Option<String>,
    /// It is the institution's own; else it is in the program.
    own: bool,
    /// It can be edited here.
    editable: bool,
    /// Another pack with its id takes its place.
    replaced: bool,
    /// It is in force; an own pack may be a draft only.
    active: bool,
    /// It has a draft.
    draft: bool,
    /// Imports are checked with it.
    in_use: bool,
    /// How many things are doubtful in it.
    warnings: u64,
    /// A pack can be laid over it.
    can_be_base: bool,
}

/// A remark on a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackRemark {
    /// 何处。
    what: String,
    /// 为什么。
    why: String,
    /// 有何影响。
    effect: String,
}

/// Where the content of a pack comes from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackSource {
    /// 名称。
    title: String,
    /// 文号、网址。
    place: String,
    /// 版本或日期。
    version: String,
    /// 许可。
    licence: String,
    /// 用于什么。
    used_for: String,
}

/// A definition of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackDefinition {
    /// 标识。
    id: String,
    /// 名称。
    title: String,
    /// What else to know at a glance.
    detail: String,
}

/// Everything about a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackDetail {
    /// The pack in the list.
    pack: PackRow,
    /// Licence of its content.
    licence: String,
    /// The document that it implements.
    document: Vec<String>,
    /// SHA-256 over its files.
    content_hash: String,
    /// Where its content comes from.
    sources: Vec<PackSource>,
    /// What is doubtful in it.
    damages: Vec<PackRemark>,
    /// What was mended in it.
    mends: Vec<PackRemark>,
    /// Its definitions with those of what it is laid over.
    definitions: Vec<PackDefinition>,
    /// Why there are none, if it has mistakes.
    definitions_problem: Option<String>,
    /// Files of the version in force.
    files: Vec<String>,
    /// Files of the draft.
    draft_files: Vec<String>,
    /// Numbers of the versions that were in force before, the newest first.
    versions: Vec<u32>,
    /// `README.md`.
    readme: String,
}

/// An own pack to be begun.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewPackBody {
    /// 标识。
    id: String,
    /// 名称。
    title: String,
    /// 叠加在哪个内容包上。
    base: String,
}

/// Which version of a file is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// `active`（缺省）、`draft` 或历史版本的序号。
    of: Option<String>,
    /// 删除时：看到的那一版的哈希。
    revision: Option<String>,
}

/// A file of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackFile {
    /// Its path within the pack.
    file: String,
    /// What stands in it.
    text: String,
    /// Its hash, to be sent with a change.
    revision: String,
    /// It can be changed.
    editable: bool,
}

/// A file to be saved in the draft.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FileBody {
    /// 内容。
    text: String,
    /// The hash of what was seen; empty for a new file.
    #[serde(default)]
    revision: String,
}

/// A saved file and what is wrong with the draft now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedFile {
    /// Its hash now.
    revision: String,
    /// The check of the draft.
    check: PackCheck,
}

/// What is wrong or doubtful with a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackCheck {
    /// It can come into force.
    usable: bool,
    /// Mistakes and hints, by file and line.
    problems: Vec<PackFault>,
}

/// A mistake or hint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackFault {
    /// The file within the pack.
    file: String,
    /// Line, from one; zero for the file as a whole.
    line: u32,
    /// Column, from one; zero for the line as a whole.
    column: u32,
    /// It has to be mended first.
    error: bool,
    /// What is wrong and what to do.
    text: String,
}

/// A step with a pack.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct PackStep {
    /// 理由。
    #[serde(default)]
    reason: String,
    /// 回到哪个历史版本。
    version: Option<u32>,
    /// 以后入库用它检查（只用于质控规则包）。
    #[serde(default)]
    use_for_imports: bool,
}

/// Which versions are compared.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DiffQuery {
    /// `base`（所叠加的包）、`active`、`draft`、历史版本的序号。
    from: String,
    /// 同上。
    to: String,
}

/// What differs between two versions of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackDiff {
    /// Definitions that came, changed or are gone.
    definitions: Vec<DefinitionDifference>,
    /// Files that differ.
    files: Vec<FileDifference>,
}

/// A definition that differs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionDifference {
    /// `came`, `changed` or `gone`.
    kind: &'static str,
    /// 新增、变更、去掉。
    kind_text: &'static str,
    /// 标识。
    id: String,
    /// 名称。
    title: String,
    /// What else to know.
    detail: String,
}

/// A file that differs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileDifference {
    /// Its path within the pack.
    file: String,
    /// `added`, `removed` or `changed`.
    kind: &'static str,
    /// Its lines.
    lines: Vec<LineDifference>,
}

/// A line of a comparison.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineDifference {
    /// `same`, `added`, `removed`, or `skipped` for lines that are not shown, with their number as text.
    kind: &'static str,
    /// Its number before.
    old: Option<u64>,
    /// Its number after.
    new: Option<u64>,
    /// What stands there.
    text: String,
}

impl From<PackDeskError> for Problem {
    fn from(error: PackDeskError) -> Self {
        let code = match &error {
            error if error.is_internal() => return Self::internal(error),
            error if error.is_not_found() => Code::NotFound,
            error if error.is_conflict() => Code::Conflict,
            _ => Code::Invalid,
        };
        Self::of(code, &error)
    }
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

async fn may_read(caller: &Caller, id: &str) -> Result<(), Problem> {
    let object = Object::common(Resource::Content);
    caller.may(Action::Read, &object, id).await?;
    Ok(())
}

async fn may_change(caller: &Caller, id: &str) -> Result<(), Problem> {
    let object = Object::common(Resource::Content);
    caller.may(Action::Configure, &object, id).await?;
    Ok(())
}

/// Writes down a step with a pack.
fn tell(caller: &Caller, id: &str, step: &str, reason: &str) -> Result<(), Problem> {
    let entry = NewAuditEntry::done(AuditAction::ContentChanged, Resource::Content, id)
        .change("", step)
        .because(reason);
    let store = caller.office().store();
    Ok(block_on(store.record_audit(caller.actor(), &[entry]))?)
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

fn find(service: &Service, id: &str) -> Result<Installed, Problem> {
    let all = desk::installed(service.workspace(), service.content().content())?;
    let found = all
        .into_iter()
        .rfind(|one| one.head.id == id && !one.replaced);
    found.ok_or_else(|| Problem::from(PackDeskError::Unknown { id: id.to_owned() }))
}

/// All installed packs, by kind and id.
#[utoipa::path(get, path = "/packs", tag = "packs",
    responses((status = 200, body = Vec<PackRow>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_packs(caller: Caller) -> Result<Json<Vec<PackRow>>, Problem> {
    may_read(&caller, "").await?;
    let rows = caller.service().run(|service| {
        let content = service.content();
        let all = desk::installed(service.workspace(), content.content())?;
        all.iter().map(|one| row(service, one)).collect()
    });
    Ok(Json(rows.await?))
}

/// Begins an own pack over another one, as a draft.
#[utoipa::path(post, path = "/packs", tag = "packs", request_body = NewPackBody,
    responses((status = 200, body = PackDetail), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn begin_pack(
    caller: Caller,
    Json(body): Json<NewPackBody>,
) -> Result<Json<PackDetail>, Problem> {
    may_change(&caller, "").await?;
    let by = caller.clone();
    let begun = caller.service().run(move |service| {
        let new = NewOverlay {
            id: body.id.trim().to_owned(),
            title: body.title,
            base: body.base,
        };
        service.changing(|| desk::begin(service.workspace(), service.content().content(), &new))?;
        tell(&by, &new.id, "新建草稿", "")?;
        detail(service, &new.id)
    });
    Ok(Json(begun.await?))
}

/// Everything about a pack.
#[utoipa::path(get, path = "/packs/{id}", tag = "packs", params(("id" = String, Path, description = "内容包标识")),
    responses((status = 200, body = PackDetail), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn show_pack(caller: Caller, Path(id): Path<String>) -> Result<Json<PackDetail>, Problem> {
    may_read(&caller, "").await?;
    let found = caller.service().run(move |service| detail(service, &id));
    Ok(Json(found.await?))
}

fn detail(service: &Service, id: &str) -> Result<PackDetail, Problem> {
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

fn which(text: Option<&str>) -> Result<Which, Problem> {
    match text.unwrap_or("active") {
        "active" | "" => Ok(Which::Active),
        "draft" => Ok(Which::Draft),
        number => number
            .parse()
            .map(Which::Version)
            .map_err(|_| Problem::invalid("of", "版本应为 active、draft 或历史版本的序号")),
    }
}

/// The files of a version; those of the version in force may be in the program.
fn files(service: &Service, id: &str, which: Which) -> Result<PackFiles, Problem> {
    let one = find(service, id)?;
    match (which, one.editable) {
        (Which::Active, false) => Ok(one.head.files),
        _ => Ok(desk::files_of(service.workspace(), id, which)?),
    }
}

/// A file of a pack.
#[utoipa::path(get, path = "/packs/{id}/files/{file}", tag = "packs",
    params(("id" = String, Path, description = "内容包标识"), ("file" = String, Path, description = "包内路径，斜线写作 %2F"), FileQuery),
    responses((status = 200, body = PackFile), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn read_file(
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    Query(query): Query<FileQuery>,
) -> Result<Json<PackFile>, Problem> {
    may_read(&caller, "").await?;
    let found = caller.service().run(move |service| {
        let which = which(query.of.as_deref())?;
        let (text, revision) = desk::read_file(&files(service, &id, which)?, &id, &file)?;
        let editable = find(service, &id)?.editable && !matches!(which, Which::Version(_));
        Ok(PackFile {
            file,
            text,
            revision,
            editable,
        })
    });
    Ok(Json(found.await?))
}

/// Saves a file in the draft of an own pack, and checks the draft.
#[utoipa::path(put, path = "/packs/{id}/files/{file}", tag = "packs",
    params(("id" = String, Path, description = "内容包标识"), ("file" = String, Path, description = "包内路径，斜线写作 %2F")),
    request_body = FileBody,
    responses((status = 200, body = SavedFile), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn write_file(
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    Json(body): Json<FileBody>,
) -> Result<Json<SavedFile>, Problem> {
    may_change(&caller, "").await?;
    let by = caller.clone();
    let saved = caller.service().run(move |service| {
        let content = service.content();
        let (workspace, content) = (service.workspace(), content.content());
        let which = (id.as_str(), file.as_str());
        let revision = service
            .changing(|| desk::write_file(workspace, content, which, &body.text, &body.revision))?;
        let step = format!("草稿 {file}：{} → {revision}", body.revision);
        tell(&by, &id, &step, "")?;
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
async fn remove_file(
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    Query(query): Query<FileQuery>,
) -> Result<StatusCode, Problem> {
    may_change(&caller, "").await?;
    let by = caller.clone();
    let removed = caller.service().run(move |service| {
        let content = service.content();
        let which = (id.as_str(), file.as_str());
        let seen = query.revision.unwrap_or_default();
        service
            .changing(|| desk::remove_file(service.workspace(), content.content(), which, &seen))?;
        tell(&by, &id, &format!("草稿删去 {file}"), "")
    });
    removed.await?;
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

/// Checks the draft of an own pack, with its cases.
#[utoipa::path(post, path = "/packs/{id}/draft/check", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")),
    responses((status = 200, body = PackCheck), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn check_draft(caller: Caller, Path(id): Path<String>) -> Result<Json<PackCheck>, Problem> {
    may_read(&caller, "").await?;
    let found = caller.service().run(move |service| {
        let content = service.content();
        let problems = desk::check(service.workspace(), content.content(), &id, Which::Draft)?;
        Ok(checked(&problems))
    });
    Ok(Json(found.await?))
}

/// Does a switch and reads the content with it; when it cannot be read, everything is as before.
fn switched(
    caller: &Caller,
    service: &Service,
    (id, step, reason): (&str, &str, &str),
    work: impl FnOnce() -> Result<Switched, PackDeskError>,
    afterwards: impl FnOnce() -> Result<(), Problem>,
) -> Result<PackDetail, Problem> {
    service.changing(|| {
        let done = work()?;
        let read = service
            .reload_content()
            .map_err(|error| Problem::of(Code::Invalid, &error));
        if let Err(problem) = read {
            desk::switch_back(service.workspace(), &done)?;
            return Err(problem);
        }
        let kept = done
            .kept
            .map(|number| format!("，原版本存为第 {number} 版"));
        tell(
            caller,
            id,
            &format!("{step}{}", kept.unwrap_or_default()),
            reason,
        )?;
        afterwards()
    })?;
    detail(service, id)
}

/// Puts the draft of an own pack into force.
#[utoipa::path(post, path = "/packs/{id}/activate", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")), request_body = PackStep,
    responses((status = 200, body = PackDetail), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn activate_draft(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<PackStep>,
) -> Result<Json<PackDetail>, Problem> {
    may_change(&caller, "").await?;
    let by = caller.clone();
    let done = caller.service().run(move |service| {
        let content = service.content();
        let activate = || desk::activate(service.workspace(), content.content(), &id);
        let set = || {
            let kind = find(service, &id)?.head.kind;
            if !body.use_for_imports || kind != "checks" {
                return Ok(());
            }
            let before = service.workspace().config().checks.clone();
            service
                .set_checks(&id)
                .map_err(|error| Problem::of(Code::Invalid, &error))?;
            let before = before.unwrap_or_else(|| biaochi_app::check::NATIONAL.to_owned());
            tell(
                &by,
                &id,
                &format!("入库检查：{before} → {id}"),
                &body.reason,
            )
        };
        let step = (id.as_str(), "启用", body.reason.as_str());
        switched(&by, service, step, activate, set)
    });
    Ok(Json(done.await?))
}

/// Throws the draft of an own pack away.
#[utoipa::path(delete, path = "/packs/{id}/draft", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn discard_draft(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    may_change(&caller, "").await?;
    let by = caller.clone();
    let done = caller.service().run(move |service| {
        service.changing(|| desk::discard(service.workspace(), &id))?;
        tell(&by, &id, "放弃草稿", "")
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts an earlier version of an own pack into force again.
#[utoipa::path(post, path = "/packs/{id}/rollback", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")), request_body = PackStep,
    responses((status = 200, body = PackDetail), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn roll_back(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<PackStep>,
) -> Result<Json<PackDetail>, Problem> {
    may_change(&caller, "").await?;
    let by = caller.clone();
    let done = caller.service().run(move |service| {
        let newest = desk::own_state(service.workspace(), &id)?.versions;
        let version = body.version.or_else(|| newest.first().copied());
        let version =
            version.ok_or_else(|| Problem::not_found(format!("“{id}”没有以前的版本，不能回退")))?;
        let back = || desk::roll_back(service.workspace(), &id, version);
        let step = format!("回退到第 {version} 版");
        let step = (id.as_str(), step.as_str(), body.reason.as_str());
        switched(&by, service, step, back, || Ok(()))
    });
    Ok(Json(done.await?))
}

/// Takes an own pack out of force; it is kept as a version, of which a draft is made.
#[utoipa::path(post, path = "/packs/{id}/withdraw", tag = "packs",
    params(("id" = String, Path, description = "内容包标识")), request_body = PackStep,
    responses((status = 204), (status = 400), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn withdraw(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<PackStep>,
) -> Result<StatusCode, Problem> {
    may_change(&caller, "").await?;
    let by = caller.clone();
    let done = caller.service().run(move |service| {
        service.changing(|| {
            let done = desk::withdraw(service.workspace(), &id)?;
            if let Err(error) = service.reload_content() {
                desk::switch_back(service.workspace(), &done)?;
                return Err(Problem::of(Code::Invalid, &error));
            }
            let kept = done.kept.unwrap_or_default();
            tell(&by, &id, &format!("停用，存为第 {kept} 版"), &body.reason)
        })
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What differs between two versions of a pack, or between it and what it is laid over.
#[utoipa::path(get, path = "/packs/{id}/diff", tag = "packs",
    params(("id" = String, Path, description = "内容包标识"), DiffQuery),
    responses((status = 200, body = PackDiff), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn compare(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<DiffQuery>,
) -> Result<Json<PackDiff>, Problem> {
    may_read(&caller, "").await?;
    let found = caller.service().run(move |service| {
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
    });
    Ok(Json(found.await?))
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

//! Organisations: their tree on a day, one of them, their history, import with a trial first, export.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Query, Request};
use axum::response::Response;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::accounts::day_of;
use biaochi_app::organisations::{
    self as use_case, ImportRequest, Imported, OrganisationsError, card, write_template,
    write_workbook,
};
use biaochi_app::worklist::WorklistError;
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{ChangeKind, Mode, Table, Unit, View as Day};
use biaochi_store::{AuditAction, NewAuditEntry, Scope};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::attachment::{XLSX, attachment};
use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

/// Bytes of an uploaded workbook at most.
const LARGEST_UPLOAD: usize = 32 << 20;

/// Changes that are listed one by one.
const LISTED: usize = 500;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    let upload = OpenApiRouter::new()
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD));
    OpenApiRouter::new()
        .routes(routes!(tree))
        .routes(routes!(revisions))
        .routes(routes!(export))
        .routes(routes!(template))
        .routes(routes!(show))
        .routes(routes!(history))
        .merge(upload)
}

/// Which day is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DayQuery {
    /// 哪一天的结构，不填为今天。
    day: Option<String>,
}

/// A unit with those below it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationNode {
    /// As `hospital:机构代码`, `division:…`, `alliance:…`.
    unit: String,
    /// `division`, `alliance`, `hospital` or `department`.
    kind: &'static str,
    /// Its code.
    code: String,
    /// 名称。
    name: String,
    /// 级别等次，或医联体类型。
    grade: String,
    /// The units below it.
    #[schema(no_recursion)]
    below: Vec<OrganisationNode>,
}

/// The tree of a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationTree {
    /// The day.
    day: String,
    /// The newest revision.
    revision: u64,
    /// The units at the top, alliances behind divisions.
    roots: Vec<OrganisationNode>,
}

/// A unit with its name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedUnit {
    /// As `hospital:机构代码`.
    unit: String,
    /// 名称。
    name: String,
}

/// A fact of a card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationFact {
    /// What it is.
    title: String,
    /// What it says.
    value: String,
}

/// What there is to know of a unit on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationCard {
    /// As `hospital:机构代码`.
    unit: String,
    /// 名称。
    name: String,
    /// The day.
    day: String,
    /// Facts in the order to be shown.
    facts: Vec<OrganisationFact>,
    /// The units above it, nearest first.
    above: Vec<NamedUnit>,
    /// The units directly below it.
    below: Vec<NamedUnit>,
    /// Institutions of the same level and type.
    peers: Vec<NamedUnit>,
}

/// The rows that a table has about a unit, with the days on which they hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitHistory {
    /// 表名。
    table: String,
    /// 列名。
    columns: Vec<String>,
    /// The rows.
    rows: Vec<Vec<String>>,
}

/// A change of the organisations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationChange {
    /// Its number.
    revision: u64,
    /// Who made it.
    actor: String,
    /// When.
    at: String,
    /// Where the rows came from.
    note: String,
    /// Rows that it added.
    added: u64,
    /// Rows that it took away.
    removed: u64,
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

impl From<OrganisationsError> for Problem {
    fn from(error: OrganisationsError) -> Self {
        match &error {
            OrganisationsError::Store(WorklistError::Store(inner)) => Self::from_store(inner),
            OrganisationsError::File(_) | OrganisationsError::NoFiles { .. } => {
                Self::of(Code::Unsupported, &error)
            }
            OrganisationsError::Problems(_) => Self::of(Code::Invalid, &error),
            _ => Self::internal(&error),
        }
    }
}

fn day_asked(caller: &Caller, text: Option<&str>) -> Result<Date, Problem> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(day_of(caller.actor().at)),
        Some(text) => text
            .parse()
            .map_err(|_| Problem::invalid("day", format!("“{text}”不是日期，应写作 2024-03-31"))),
    }
}

/// The code of a unit, as scopes have it.
fn code_of(unit: &Unit) -> String {
    match unit {
        Unit::Institution(code) => code.clone(),
        Unit::Department { institution, .. } => institution.clone(),
        other => other.to_string(),
    }
}

fn kind_of(unit: &Unit) -> &'static str {
    match unit {
        Unit::All => "all",
        Unit::Division(_) => "division",
        Unit::Alliance(_) => "alliance",
        Unit::Institution(_) => "hospital",
        Unit::Department { .. } => "department",
    }
}

/// The organisations of a day, as far as one reaches, with what stands above them.
#[utoipa::path(get, path = "/organisations/tree", tag = "organisations", params(DayQuery),
    responses((status = 200, body = OrganisationTree), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn tree(
    caller: Caller,
    Query(query): Query<DayQuery>,
) -> Result<Json<OrganisationTree>, Problem> {
    let view = caller.view(
        Action::Read,
        Resource::Organisation,
        Sensitivity::Aggregate,
        None,
    );
    let scope = view.await?.scope;
    let day = day_asked(&caller, query.day.as_deref())?;
    let directory = caller.office().directory().await?;
    let revision = caller.office().store().organisations_revision().await?;
    let view = directory.as_of(day);
    let mut roots = Vec::new();
    for unit in view.children(&Unit::All) {
        roots.extend(node(&view, &unit, &scope, &mut Vec::new()));
    }
    for alliance in view.alliances() {
        let unit = Unit::Alliance(alliance.id.to_string());
        let known = roots.iter().any(|root| root.unit == unit.to_string());
        if !known {
            roots.extend(node(&view, &unit, &scope, &mut Vec::new()));
        }
    }
    Ok(Json(OrganisationTree {
        day: day.to_string(),
        revision,
        roots,
    }))
}

/// A unit with those below it that are in scope; `None` when there are none and it is not itself.
fn node(
    view: &Day<'_>,
    unit: &Unit,
    scope: &Scope,
    way: &mut Vec<Unit>,
) -> Option<OrganisationNode> {
    if way.contains(unit) {
        return None;
    }
    let own = scope.allows(&code_of(unit));
    way.push(unit.clone());
    let mut below = Vec::new();
    for child in view.children(unit) {
        let is_department = matches!(child, Unit::Department { .. });
        if !is_department || own {
            below.extend(node(view, &child, scope, way));
        }
    }
    way.pop();
    if !own && below.is_empty() {
        return None;
    }
    let (name, grade) = match unit {
        Unit::Institution(code) => {
            let grade = view.institution(code).map(|one| {
                let class = one.class.map_or("", |class| class.word());
                format!("{}{class}", one.level.word())
            });
            (view.name(unit), grade.unwrap_or_default())
        }
        Unit::Alliance(id) => {
            let kind = view.alliance(id).map_or("", |one| one.kind.word());
            (view.name(unit), kind.to_owned())
        }
        // The institution stands above it.
        Unit::Department { institution, code } => {
            let department = view.department(institution, code);
            (department.map(|one| one.name.clone()), String::new())
        }
        _ => (view.name(unit), String::new()),
    };
    let code = match unit {
        Unit::Division(code) | Unit::Alliance(code) | Unit::Institution(code) => code.clone(),
        Unit::Department { code, .. } => code.clone(),
        Unit::All => String::new(),
    };
    Some(OrganisationNode {
        unit: unit.to_string(),
        kind: kind_of(unit),
        code,
        name: name.unwrap_or_default(),
        grade,
        below,
    })
}

/// Reads a unit from a path: an institution's code alone means the institution.
fn unit_asked(text: &str) -> Unit {
    let unit = text.parse::<Unit>();
    unit.unwrap_or_else(|_| Unit::Institution(text.to_owned()))
}

/// What there is to know of a unit on a day.
#[utoipa::path(get, path = "/organisations/{code}", tag = "organisations",
    params(("code" = String, Path, description = "机构代码，或 division:…、alliance:…"), DayQuery),
    responses((status = 200, body = OrganisationCard), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn show(
    caller: Caller,
    Path(code): Path<String>,
    Query(query): Query<DayQuery>,
) -> Result<Json<OrganisationCard>, Problem> {
    let unit = unit_asked(&code);
    readable(&caller, &unit).await?;
    let day = day_asked(&caller, query.day.as_deref())?;
    let directory = caller.office().directory().await?;
    let view = directory.as_of(day);
    let found = card(&view, &unit);
    let found = found.ok_or_else(|| Problem::not_found(format!("{day} 没有“{code}”这个单位")))?;
    let zh = Language::Zh;
    let mut facts = Vec::new();
    let mut fact = |title: &str, value: String| {
        if !value.is_empty() {
            facts.push(OrganisationFact {
                title: title.to_owned(),
                value,
            });
        }
    };
    if let Some(own) = &found.institution {
        let class = own.class.map_or("", |class| class.word());
        fact("级别等次", format!("{}{class}", own.level.word()));
        fact("机构类别", own.kind.word().to_owned());
        fact("举办性质", own.ownership.word().to_owned());
        fact("其他名称", own.aliases.join("、"));
        fact("标签", own.tags.join("、"));
        let commission = own.commission.as_deref().unwrap_or_default();
        let commission = view.commissions().find(|one| one.code == *commission);
        fact(
            "主管部门",
            commission.map_or_else(String::new, |one| one.name.clone()),
        );
    } else {
        fact("机构数", found.institutions.to_string());
    }
    if found.wards > 0 {
        fact("病区", found.wards.to_string());
    }
    for (kind, total) in &found.beds {
        let lacking = match total.lacking {
            0 => String::new(),
            lacking => format!("（{lacking} 家未填）"),
        };
        fact(&kind.text(zh), format!("{}{lacking}", total.number));
    }
    let mut posts: BTreeMap<String, usize> = BTreeMap::new();
    for staff in &found.staff {
        *posts.entry(staff.post.text(zh)).or_default() += staff.number;
    }
    let posts: Vec<String> = posts
        .into_iter()
        .map(|(post, number)| format!("{post} {number}"))
        .collect();
    fact("人员", posts.join("，"));
    for (kind, year, number) in &found.population {
        fact(&kind.text(zh), format!("{number}（{year} 年）"));
    }
    let named = |units: &[(Unit, String)]| -> Vec<NamedUnit> {
        let units = units.iter().filter(|(unit, _)| *unit != Unit::All);
        units
            .map(|(unit, name)| NamedUnit {
                unit: unit.to_string(),
                name: name.clone(),
            })
            .collect()
    };
    Ok(Json(OrganisationCard {
        unit: found.unit.to_string(),
        name: found.name,
        day: day.to_string(),
        facts,
        above: named(&found.above),
        below: named(&found.below),
        peers: named(&found.peers),
    }))
}

/// Whether the caller may read a unit.
async fn readable(caller: &Caller, unit: &Unit) -> Result<(), Problem> {
    let code = code_of(unit);
    let view = caller.view(
        Action::Read,
        Resource::Organisation,
        Sensitivity::Aggregate,
        Some(&code),
    );
    view.await.map(|_| ())
}

/// The rows about a unit in all tables that name it, those of other days included.
#[utoipa::path(get, path = "/organisations/{code}/history", tag = "organisations",
    params(("code" = String, Path, description = "机构代码，或 division:…、alliance:…")),
    responses((status = 200, body = Vec<UnitHistory>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn history(
    caller: Caller,
    Path(code): Path<String>,
) -> Result<Json<Vec<UnitHistory>>, Problem> {
    let unit = unit_asked(&code);
    readable(&caller, &unit).await?;
    let workspace = caller.workspace();
    let found = caller.service().run(move |_| {
        let stored = use_case::stored(&workspace, &Scope::All, None)?;
        let (key, tables): (&str, &[Table]) = match &unit {
            Unit::Institution(code) => (code, &[Table::Institutions, Table::Beds, Table::Members]),
            Unit::Division(code) => (code, &[Table::Divisions]),
            Unit::Alliance(id) => (id, &[Table::Alliances]),
            _ => ("", &[]),
        };
        let mut found = Vec::new();
        for table in tables {
            let place = table.institution_column().unwrap_or(0);
            let rows = stored.rows.cells(*table).into_iter();
            let rows: Vec<Vec<String>> = rows
                .filter(|row| row.get(place).is_some_and(|cell| cell == key))
                .collect();
            if !rows.is_empty() {
                found.push(UnitHistory {
                    table: table.title().to_owned(),
                    columns: table
                        .columns()
                        .iter()
                        .map(|column| column.heading.to_owned())
                        .collect(),
                    rows,
                });
            }
        }
        Ok(found)
    });
    let found = found.await?;
    match found.is_empty() {
        true => Err(Problem::not_found(format!("组织机构表里没有“{code}”"))),
        false => Ok(Json(found)),
    }
}

/// Who changed the organisations and when, the newest first.
#[utoipa::path(get, path = "/organisations/revisions", tag = "organisations",
    responses((status = 200, body = Vec<OrganisationChange>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn revisions(caller: Caller) -> Result<Json<Vec<OrganisationChange>>, Problem> {
    let scope = caller
        .scope(Action::Read, Resource::Organisation, "")
        .await?;
    let revisions = caller.office().store().organisation_revisions(&scope);
    let shown = revisions.await?.into_iter().map(|one| OrganisationChange {
        revision: one.revision,
        actor: one.actor,
        at: one.at.to_string(),
        note: one.note,
        added: one.added,
        removed: one.removed,
    });
    Ok(Json(shown.collect()))
}

/// The organisations of one's scope as a workbook that can be imported again.
#[utoipa::path(get, path = "/organisations/export", tag = "organisations",
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn export(caller: Caller) -> Result<Response, Problem> {
    let scope = caller
        .scope(Action::Export, Resource::Organisation, "")
        .await?;
    let told = NewAuditEntry::done(
        AuditAction::Exported,
        Resource::Organisation,
        "organisations",
    );
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[told]).await?;
    let workspace = caller.workspace();
    let bytes = caller.service().run(move |_| {
        let stored = use_case::stored(&workspace, &scope, None)?;
        let mut out = Cursor::new(Vec::new());
        write_workbook(&stored.rows, &mut out).map_err(|error| Problem::internal(&error))?;
        Ok(out.into_inner())
    });
    attachment("组织机构.xlsx", XLSX, bytes.await?)
}

/// An empty workbook to fill in.
#[utoipa::path(get, path = "/organisations/template", tag = "organisations",
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn template(caller: Caller) -> Result<Response, Problem> {
    caller
        .scope(Action::Read, Resource::Organisation, "")
        .await?;
    let bytes = caller.service().run(move |_| {
        let mut out = Cursor::new(Vec::new());
        write_template(&mut out).map_err(|error| Problem::internal(&error))?;
        Ok(out.into_inner())
    });
    attachment("组织机构模板.xlsx", XLSX, bytes.await?)
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

//! Organisations: their tree on a day, one of them, their history, import with a trial first, export.

mod import;

use std::collections::BTreeMap;
use std::io::Cursor;

use axum::Json;
use axum::extract::{Path, Query};
use axum::response::Response;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::accounts::day_of;
use biaochi_app::organisations::{
    self as use_case, OrganisationsError, card, write_template, write_workbook,
};
use biaochi_app::worklist::WorklistError;
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Table, Unit, View as Day};
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

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(tree))
        .routes(routes!(revisions))
        .routes(routes!(export))
        .routes(routes!(template))
        .routes(routes!(show))
        .routes(routes!(history))
        .merge(import::routes())
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

//! Roles of people: given, ended, shown.

use axum::Json;
use axum::extract::Path;
use biaochi_app::accounts::{self, NewRole, day_of, unit_is_known};
use biaochi_organisations::{Unit, View};
use biaochi_store::RoleAssignment;
use jiff::civil::Date;

use super::wire::{HeldAssignment, NewRoleBody, RoleEnd, UserAnswer};
use super::{answer, may_change};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// Gives somebody a role.
#[utoipa::path(post, path = "/users/{name}/roles", tag = "users",
    params(("name" = String, Path, description = "用户名")), request_body = NewRoleBody,
    responses((status = 200, body = UserAnswer), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn grant_role(
    caller: Caller,
    Path(name): Path<String>,
    Json(body): Json<NewRoleBody>,
) -> Result<Json<UserAnswer>, Problem> {
    let scope = may_change(&caller, &name).await?;
    let role = new_role(&caller, &body)?;
    let office = caller.office();
    accounts::grant_role(office, &scope, caller.actor(), &name, &role).await?;
    let known = unit_is_known(office, &role.unit, role.first_day).await?;
    let notice = (!known).then(|| {
        format!(
            "组织机构表里没有 {}，请核对。写错了请终止这个角色，再重新授予",
            role.unit
        )
    });
    let account = accounts::user(office, &scope, &name).await?;
    answer(&caller, account, None, notice).await
}

/// Ends a role of somebody.
#[utoipa::path(post, path = "/users/{name}/roles/{number}/end", tag = "users",
    params(("name" = String, Path, description = "用户名"), ("number" = u64, Path, description = "角色的序号")),
    request_body = RoleEnd,
    responses((status = 200, body = UserAnswer), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn end_role(
    caller: Caller,
    Path((name, number)): Path<(String, u64)>,
    Json(body): Json<RoleEnd>,
) -> Result<Json<UserAnswer>, Problem> {
    let scope = may_change(&caller, &name).await?;
    let today = day_of(caller.actor().at);
    let last_day = match body.last_day.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => day("last_day", text)?,
        None => today.yesterday().unwrap_or(today),
    };
    let (office, which) = (caller.office(), (name.as_str(), number));
    accounts::end_role(
        office,
        &scope,
        caller.actor(),
        which,
        last_day,
        &body.reason,
    )
    .await?;
    let account = accounts::user(office, &scope, &name).await?;
    answer(&caller, account, None, None).await
}

pub(super) fn new_role(caller: &Caller, body: &NewRoleBody) -> Result<NewRole, Problem> {
    let text = body.unit.trim();
    let unit: Unit = text.parse().map_err(|_| {
        Problem::invalid(
            "unit",
            format!("“{text}”不是范围。应为 all、division:区划代码、alliance:医联体代码、hospital:机构代码 或 department:机构代码/科室代码"),
        )
    })?;
    let first = body.first_day.as_deref().filter(|text| !text.is_empty());
    let last = body.last_day.as_deref().filter(|text| !text.is_empty());
    Ok(NewRole {
        role: body.role.clone(),
        unit,
        first_day: match first {
            Some(text) => day("first_day", text)?,
            None => day_of(caller.actor().at),
        },
        last_day: last.map(|text| day("last_day", text)).transpose()?,
        reason: body.reason.clone(),
    })
}

fn day(field: &str, text: &str) -> Result<Date, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid(field, format!("“{text}”不是日期，应写作 2024-03-31")))
}

pub(super) fn assignment(caller: &Caller, view: &View<'_>, role: RoleAssignment) -> HeldAssignment {
    let day = day_of(caller.actor().at);
    let counts = role.counts_on(day);
    let told = role.assignment;
    let known = caller.office().roles().role(&told.role);
    let unit = told.unit.parse::<Unit>().ok();
    HeldAssignment {
        number: role.number,
        role_title: known.map_or_else(|| told.role.clone(), |known| known.title.clone()),
        unit_name: unit.and_then(|unit| view.name(&unit)),
        first_day: told.first_day.to_string(),
        last_day: told.last_day.map(|day| day.to_string()),
        counts,
        granted_by: role.granted_by,
        granted_at: role.granted_at.to_string(),
        reason: told.reason,
        role: told.role,
        unit: told.unit,
    }
}

//! One target: its course, who pulls it down, and the tasks that serve it.

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource};
use biaochi_app::beijing;
use biaochi_app::plans::{
    Judge, Makeup, MemberLine, Members, PlanError, TargetStatus, ledger, ledger_code, members,
};
use biaochi_domain::{Localized as _, decimals_of_unit, in_sentence};
use biaochi_organisations::Unit;
use biaochi_plans::Plan;
use biaochi_store::TaskFilter;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::status::StandingQuery;
use super::wire::{TargetStatusBody, number};
use super::{ZH, day_of, plan, plans, stamp, unit_of, values, whole};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;
use crate::tasks::TaskLine;

/// Tasks of a plan that are looked at.
const TASKS: u32 = 2000;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(target))
}

/// A target with its course.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetDetail {
    /// Id of the plan.
    plan: String,
    /// 方案名称。
    plan_title: String,
    /// 机构名称。
    organisation_name: String,
    /// The day.
    on: String,
    /// Version of the data; 0 without any.
    data_version: u64,
    /// Where it stands.
    standing: TargetStatusBody,
    /// 一句话。
    sentence: String,
    /// Who makes the value up; `null` where nobody does.
    members: Option<MembersBody>,
    /// Why there are no members; empty when there are.
    members_note: String,
    /// Tasks that serve it.
    tasks: Vec<TaskLine>,
}

/// The members of an organisation and what they do to its value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MembersBody {
    /// `rate`, `sum` or `apart`.
    makeup: &'static str,
    /// What the pulls mean, in words.
    makeup_text: String,
    /// The value.
    value: String,
    /// A year before.
    before: Option<String>,
    /// What the pulls are measured from.
    level: String,
    /// Places that values are shown with.
    decimals: u32,
    /// Members without records or entries.
    silent: usize,
    /// The members, the worst first.
    lines: Vec<MemberBody>,
}

/// A member.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MemberBody {
    /// Its code, as pickers take it.
    organisation: String,
    /// 名称。
    name: String,
    /// Its value.
    value: Option<String>,
    /// Why it has none; empty when it has one.
    why_none: String,
    /// Its share, in per cent.
    share: Option<String>,
    /// What it adds to the distance, the sum or the value.
    pull: Option<String>,
    /// The value without it.
    without: Option<String>,
    /// 水平效应。
    rate: Option<String>,
    /// 构成效应。
    mix: Option<String>,
}

/// One target of a plan for an organisation.
#[utoipa::path(get, path = "/plans/{id}/targets/{target}", tag = "plans",
    params(("id" = String, Path, description = "方案标识"), ("target" = String, Path, description = "目标编号"), StandingQuery),
    responses((status = 200, body = TargetDetail), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn target(
    caller: Caller,
    Path((id, target)): Path<(String, String)>,
    Query(query): Query<StandingQuery>,
) -> Result<Json<TargetDetail>, Problem> {
    let (unit, on) = (
        unit_of(&query.organisation)?,
        day_of(query.period.as_deref())?,
    );
    let view = whole(&caller, Action::Read, Resource::Plan, &query.organisation).await?;
    let (organisations, tasks) = stamp(&caller, &id).await?;
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let key = format!("plans/target/{id}/{target}/{unit}/{on}/{organisations}/{tasks}");
        let found = service.kept(&key, || {
            let plans = plans(service)?;
            let plan = plan(&plans, &id)?;
            let wanted = plan
                .target(&target)
                .ok_or_else(|| PlanError::no_target(plan, &target))?;
            let values = values(service, &workspace, &plans, on, organisations)?;
            let judge = Judge::over(&values, &workspace, plan)?;
            judge.known(&unit)?;
            let status = judge
                .target(wanted, &unit)
                .ok_or_else(|| PlanError::no_target(plan, &target))?;
            let (members, members_note) = match members(&judge, wanted, &unit) {
                Ok(found) => (Some(MembersBody::of(&found)), String::new()),
                Err(
                    error @ (PlanError::NotMeasured { .. }
                    | PlanError::NoTargetValue { .. }
                    | PlanError::NoMembers { .. }),
                ) => (None, error.text(ZH)),
                Err(error) => return Err(error.into()),
            };
            let name = judge.name(&unit);
            Ok(TargetDetail {
                plan: plan.id.clone(),
                plan_title: plan.document.title.clone(),
                sentence: sentence(&name, &status),
                organisation_name: name,
                on: on.to_string(),
                data_version: judge.version(),
                standing: TargetStatusBody::of(plan, &status),
                members,
                members_note,
                tasks: Vec::new(),
            })
        })?;
        let mut found = TargetDetail::clone(&found);
        // Deadlines move with the day, so tasks are not kept.
        let plans = plans(service)?;
        if let Some(code) = ledger_code(&unit) {
            let serving = serving(plan(&plans, &id)?, &target);
            let filter = TaskFilter {
                organisation_code: Some(code),
                plan: Some(id.clone()),
                ..TaskFilter::default()
            };
            let content = service.content();
            let today = beijing::today();
            let scope = &view.scope;
            let lines = ledger(&workspace, content.content(), scope, &filter, TASKS, today)?;
            let lines = lines.iter().filter(|line| {
                let task = line.task.key.task.as_str();
                let whole = task.split_once('/').map_or(task, |(whole, _)| whole);
                serving.iter().any(|own| own == whole)
            });
            found.tasks = lines.map(TaskLine::of).collect();
        }
        Ok(found)
    });
    Ok(Json(shown.await?))
}

/// Ids of the tasks that serve a target.
fn serving(plan: &Plan, target: &str) -> Vec<String> {
    let serving = plan
        .tasks
        .iter()
        .filter(|task| task.targets.iter().any(|own| own == target));
    serving.map(|task| task.id.clone()).collect()
}

/// Everything about it in one sentence.
fn sentence(name: &str, found: &TargetStatus<'_>) -> String {
    let (standing, target) = (&found.standing, found.target);
    let unit = &target.unit;
    let rounded = |value: Decimal| in_sentence(number(value.round_dp(decimals_of_unit(unit))));
    let shown = |value: Decimal| format!("{}{unit}", rounded(value));
    let mut parts = Vec::new();
    if let Some((period, value)) = standing.value {
        parts.push(format!("{}为 {}", period.text(ZH), shown(value)));
    }
    parts.push(target.asked());
    if let Some(needed) = standing.needed {
        parts.push(format!("按期应达 {}", shown(needed)));
    }
    if let (Some(forecast), Some(due)) = (standing.forecast, standing.due) {
        parts.push(format!(
            "按趋势到 {due} 预计 {}（{}～{}）",
            shown(forecast.value),
            rounded(forecast.low),
            rounded(forecast.high)
        ));
    }
    format!(
        "{name}“{}”{}：{}。",
        standing.status.text(ZH),
        match standing.reason.text(ZH) {
            reason if reason.is_empty() => String::new(),
            reason => format!("（{reason}）"),
        },
        parts.join("，")
    )
}

impl MembersBody {
    fn of(found: &Members<'_>) -> Self {
        let (makeup, makeup_text) = match found.makeup {
            Makeup::Rate => (
                "rate",
                "影响：该成员使总值偏离目标多少；水平效应、构成效应：一年来自身水平和所占比重的变化使总值变化多少",
            ),
            Makeup::Sum => ("sum", "贡献：该成员在合计中的数"),
            Makeup::Apart => ("apart", "有无之差：总值与不含该成员时相差多少"),
        };
        Self {
            makeup,
            makeup_text: makeup_text.to_owned(),
            value: number(found.value),
            before: found.before.map(|(_, value)| number(value)),
            level: number(found.level),
            decimals: found.decimals,
            silent: found.silent,
            lines: found.lines.iter().map(MemberBody::of).collect(),
        }
    }
}

impl MemberBody {
    fn of(line: &MemberLine) -> Self {
        let (value, why_none) = match &line.value {
            Ok(value) => (Some(number(*value)), String::new()),
            Err(why) => (None, why.text(ZH)),
        };
        Self {
            organisation: match &line.unit {
                Unit::Institution(code) => code.clone(),
                other => other.to_string(),
            },
            name: line.name.clone(),
            value,
            why_none,
            share: line
                .share
                .map(|share| number((share * Decimal::ONE_HUNDRED).round_dp(2))),
            pull: line.pull.map(|value| number(value.round_dp(6))),
            without: line.without.map(number),
            rate: line.rate.map(|value| number(value.round_dp(6))),
            mix: line.mix.map(|value| number(value.round_dp(6))),
        }
    }
}

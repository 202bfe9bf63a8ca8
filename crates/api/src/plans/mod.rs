//! Plans: what they say, where their targets stand, who pulls them down, and the bulletin.

mod bulletin;
mod content;
mod status;
mod target;
mod wire;

use std::sync::Arc;

use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::indicators::NATIONAL;
use biaochi_app::plans::{PlanError, PlanValues};
use biaochi_app::{Workspace, beijing};
use biaochi_domain::{Language, Period};
use biaochi_organisations::Unit;
use biaochi_plans::Plan;
use biaochi_store::Scope;
use jiff::civil::Date;
use utoipa_axum::router::OpenApiRouter;

use crate::caller::{Caller, View};
use crate::problem::{Code, Problem};
use crate::service::Service;

pub(crate) use wire::number;

pub(crate) const ZH: Language = Language::Zh;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    content::routes()
        .merge(status::routes())
        .merge(target::routes())
        .merge(bulletin::routes())
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        let code = match &error {
            PlanError::Store(inner) => return Self::from_store(inner),
            PlanError::Progress { .. } | PlanError::NotMeasured { .. } => Code::Invalid,
            error if error.is_not_found() => Code::NotFound,
            _ => return Self::internal(&error),
        };
        Self::of(code, &error)
    }
}

/// The unit that a code means: that of an institution is written as it is.
pub(crate) fn unit_of(organisation: &str) -> Result<Unit, Problem> {
    let organisation = organisation.trim();
    if organisation.is_empty() {
        return Err(Problem::invalid("organisation", "请选择机构"));
    }
    if organisation != "all" && !organisation.contains(':') {
        return Ok(Unit::Institution(organisation.to_owned()));
    }
    organisation.parse().map_err(|_| {
        let message = format!(
            "“{organisation}”不是机构，应写作机构代码、division:区划代码或 alliance:医联体"
        );
        Problem::invalid("organisation", message)
    })
}

/// The last day of a period, or today where that comes first or no period is given.
pub(crate) fn day_of(period: Option<&str>) -> Result<Date, Problem> {
    let today = beijing::today();
    let Some(text) = period.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(today);
    };
    let period: Period = text.parse().map_err(|_| {
        let message = format!("“{text}”不是时期，应写作 2025、2025Q4 或 2025-12");
        Problem::invalid("period", message)
    })?;
    Ok(period.last_day().min(today))
}

/// Asks whether the caller may do something with the sums of an organisation as a whole.
pub(crate) async fn whole(
    caller: &Caller,
    action: Action,
    resource: Resource,
    organisation: &str,
) -> Result<View, Problem> {
    let asked = (organisation != "all").then_some(organisation);
    let view = caller
        .view(action, resource, Sensitivity::Aggregate, asked)
        .await?;
    let is_whole = match asked {
        Some(code) => view.whole().allows(code),
        None => view.whole() == Scope::All,
    };
    if is_whole {
        return Ok(view);
    }
    Err(Problem::new(
        Code::Forbidden,
        "这里按整个机构判定，您的权限只到其中的科室。请选择您的机构，或联系管理员",
    ))
}

/// All plans, read once for a state of the content.
pub(crate) fn plans(service: &Service) -> Result<Arc<Vec<Plan>>, Problem> {
    service.kept("plans/all", || {
        let content = service.content();
        content
            .content()
            .plans()
            .map_err(PlanError::from)
            .map_err(Problem::from)
    })
}

/// A plan among them.
pub(crate) fn plan<'a>(plans: &'a [Plan], id: &str) -> Result<&'a Plan, Problem> {
    let found = plans.iter().find(|plan| plan.id == id);
    found.ok_or_else(|| {
        let known: Vec<&str> = plans.iter().map(|plan| plan.id.as_str()).collect();
        Problem::not_found(format!("没有方案“{id}”。已有的方案：{}", known.join("、")))
    })
}

/// What else than lake and content an answer depends on: organisations, and the tasks of a plan.
pub(crate) async fn stamp(caller: &Caller, plan: &str) -> Result<(u64, u64), Problem> {
    let store = caller.office().store();
    let revisions = store.organisation_revisions(&Scope::All).await?;
    let organisations = revisions.first().map_or(0, |newest| newest.revision);
    Ok((organisations, store.tasks_stamp(Some(plan)).await?))
}

/// The values of all plans on a day, read once for a state of lake, content and organisations.
pub(crate) fn values(
    service: &Service,
    workspace: &Workspace,
    plans: &[Plan],
    on: Date,
    organisations: u64,
) -> Result<Arc<PlanValues>, Problem> {
    service.kept(&format!("plans/values/{on}/{organisations}"), || {
        let indicators = service
            .content()
            .indicators(NATIONAL)
            .map_err(PlanError::from)?;
        Ok(PlanValues::load(workspace, &indicators, plans, on)?)
    })
}

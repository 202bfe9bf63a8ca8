//! The cockpit: what somebody has to know this morning. Each tile is asked for by itself, so that a slow one holds
//! nothing up.

mod read;
mod wire;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::beijing;
use biaochi_app::cockpit::{CockpitError, todo};
use biaochi_organisations::Unit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::read::{Asked, May};
use self::wire::CockpitTile;
use crate::caller::Caller;
use crate::indicators::place::{Named, Place, organisation, period, reach, unit};
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(cockpit))
        .routes(routes!(cockpit_tile))
}

/// The tiles there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TileId {
    /// 方案进度。
    Plan,
    /// 指标偏离。
    Drift,
    /// 首页质量。
    Quality,
    /// 到期事项。
    Deadlines,
    /// 病组与费用。
    Money,
    /// 我的待办。
    Todo,
    /// 机构情况，只对区划和医联体。
    Region,
}

impl TileId {
    /// In the order in which they are read.
    const ALL: [Self; 7] = [
        Self::Region,
        Self::Plan,
        Self::Drift,
        Self::Quality,
        Self::Deadlines,
        Self::Money,
        Self::Todo,
    ];

    /// What has to be read for it; none for one's own to-dos.
    fn resources(self) -> &'static [Resource] {
        match self {
            Self::Plan => &[Resource::Plan],
            Self::Drift => &[Resource::Indicator],
            Self::Quality => &[Resource::Worklist],
            Self::Deadlines => &[Resource::DataSet, Resource::Task],
            Self::Money => &[Resource::Grouping],
            Self::Region => &[Resource::Organisation],
            Self::Todo => &[],
        }
    }

    /// Whether it can be told of a department.
    fn is_of_departments(self) -> bool {
        matches!(self, Self::Drift | Self::Quality | Self::Deadlines)
    }

    /// Whether somebody may see it for a unit.
    fn is_offered(self, caller: &Caller, whole: &Unit) -> bool {
        if self == Self::Region && whole.institution().is_some() {
            return false;
        }
        let aggregate = Sensitivity::Aggregate;
        let resources = self.resources();
        let may = |resource: &Resource| {
            let reach = reach(caller, Action::Read, *resource, aggregate);
            let Some(code) = organisation(whole) else {
                return reach.all;
            };
            let own = reach
                .departments
                .iter()
                .any(|(institution, _)| *institution == code);
            reach.covers(&code, None) || (own && self.is_of_departments())
        };
        resources.is_empty() || resources.iter().any(may)
    }
}

/// Of what and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CockpitQuery {
    /// 机构代码，或 `division:…`、`alliance:…`、`all`；不填为本人的单位。
    organisation: Option<String>,
    /// 时期，如 `2025-12`。
    period: String,
}

/// Which tiles somebody has for a unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CockpitForm {
    /// `hospital` or `region`.
    form: &'static str,
    /// The period.
    period: String,
    /// The tiles, in the order in which they are read.
    tiles: Vec<TileId>,
}

/// Which tiles the caller has for a unit, by what they may.
#[utoipa::path(get, path = "/cockpit", tag = "cockpit", params(CockpitQuery),
    responses((status = 200, body = CockpitForm), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn cockpit(
    caller: Caller,
    Query(query): Query<CockpitQuery>,
) -> Result<Json<CockpitForm>, Problem> {
    let period = period(&query.period)?;
    let whole = unit(asked(&caller, query.organisation.as_deref()))?;
    let offered = TileId::ALL.into_iter();
    let tiles: Vec<TileId> = offered
        .filter(|tile| tile.is_offered(&caller, &whole))
        .collect();
    let all = caller.person().asker.reach();
    let code = organisation(&whole);
    let reaches = match &code {
        Some(code) => all.covers(code, None) || all.departments.iter().any(|(own, _)| own == code),
        None => all.all,
    };
    if !reaches {
        // Whoever reaches nothing of the unit is refused, and that is written down.
        let aggregate = Sensitivity::Aggregate;
        caller
            .view(
                Action::Read,
                Resource::Indicator,
                aggregate,
                code.as_deref(),
            )
            .await?;
        return Err(Problem::new(
            Code::Forbidden,
            "您不能看全部机构的汇总。请在上方选择您的单位或区划",
        ));
    }
    Ok(Json(CockpitForm {
        form: match whole.institution() {
            Some(_) => "hospital",
            None => "region",
        },
        period: period.to_string(),
        tiles,
    }))
}

/// One tile of the cockpit.
#[utoipa::path(get, path = "/cockpit/{tile}", tag = "cockpit",
    params(("tile" = TileId, Path, description = "哪一块"), CockpitQuery),
    responses((status = 200, body = CockpitTile), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn cockpit_tile(
    caller: Caller,
    Path(tile): Path<String>,
    Query(query): Query<CockpitQuery>,
) -> Result<Json<CockpitTile>, Problem> {
    let known = serde_json::from_value::<TileId>(serde_json::Value::String(tile.clone()));
    let id = known.map_err(|_| Problem::not_found(format!("驾驶舱没有“{tile}”这一块")))?;
    let named = Named {
        organisation: query.organisation.as_deref(),
        department: None,
        period: &query.period,
    };
    let may = May::of(&caller);
    let workspace = caller.workspace();
    let today = beijing::today();
    if id == TileId::Todo {
        period(named.period)?;
        let wanted = may.todo(&caller);
        let tile = caller
            .service()
            .run(move |_| Ok(todo(&workspace, &wanted, today)?))
            .await?;
        return Ok(Json(CockpitTile::of(id, tile)));
    }
    let whole = unit(asked(&caller, named.organisation))?;
    let code = organisation(&whole);
    // The first of the resources that may be read decides; without any, the refusal is written down.
    let readable = id.resources().iter().find(|resource| {
        let reach = reach(&caller, Action::Read, **resource, Sensitivity::Aggregate);
        code.as_deref().is_none_or(|code| {
            let own = reach.departments.iter().any(|(own, _)| own == code);
            reach.covers(code, None) || (own && id.is_of_departments())
        })
    });
    let resource = readable.or(id.resources().first());
    let resource = resource.copied().unwrap_or(Resource::Indicator);
    let place = Place::find(&caller, Action::Read, resource, named).await?;
    if place.departments.is_some() && !id.is_of_departments() {
        return Err(Problem::new(
            Code::Forbidden,
            "这一块是全院的数，您只能看本科室的",
        ));
    }
    let tile = caller
        .service()
        .run(move |service| {
            let asked = Asked {
                service,
                workspace: &workspace,
                place: &place,
                may: &may,
                today,
            };
            asked.tile(id)
        })
        .await?;
    Ok(Json(CockpitTile::of(id, tile)))
}

/// The organisation that is asked about; one's own when none is named.
fn asked<'a>(caller: &'a Caller, organisation: Option<&'a str>) -> &'a str {
    organisation.unwrap_or(&caller.person().account.organisation_code)
}

impl From<CockpitError> for Problem {
    fn from(error: CockpitError) -> Self {
        match error {
            CockpitError::Indicators(error) => error.into(),
            CockpitError::Store(error) => error.into(),
            CockpitError::Plans(error) if error.is_not_found() => Self::of(Code::NotFound, &error),
            other => Self::internal(&other),
        }
    }
}

//! The cockpit: what somebody has to know this morning. Each tile is asked for by itself, so that a slow one holds
//! nothing up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Reach, Resource, Sensitivity};
use biaochi_app::accounts::scope_of;
use biaochi_app::cockpit::{
    CockpitError, Deadlines, Figure, Link, Rows, Series, Tile, Todo, deadlines, drift, money,
    plan_tile, plans_of, quality, queue, region, target_owner, targets_of_indicator, todo,
};
use biaochi_app::datasets::{CompiledDataSets, Owed, StatusRequest, compile, status};
use biaochi_app::indicators::{Line, Values};
use biaochi_app::plans::{Judge, LedgerLine, ledger};
use biaochi_app::worklist::{WorklistError, with_store};
use biaochi_app::{Workspace, beijing};
use biaochi_organisations::Unit;
use biaochi_plans::Plan;
use biaochi_store::{Scope, Store, Task, TaskFilter, TaskState};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::indicators::place::{Named, Place, organisation, period, reach, unit};
use crate::indicators::{is_small, lines, organisations_revision, values};
use crate::plans::{plans, values as plan_values};
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

/// Tasks that end within so many days are told.
const SOON: i64 = 30;
/// Tasks that are read at most.
const MOST: u32 = 1_000;

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

/// A page with what it is to show.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileLink {
    /// `indicators`, `indicator`, `plans`, `plan`, `tasks`, `worklist`, `datasets`, `groups`, `assessment` or `cockpit`.
    page: &'static str,
    /// What it is about, where it is about one thing.
    id: Option<String>,
    /// Its filters.
    filters: BTreeMap<&'static str, String>,
}

/// A number with what it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileFigure {
    /// What it is called.
    title: String,
    /// The number; `null` where there is none.
    value: Option<String>,
    /// `count`, `percent`, `money`, `weight`, `score` or `plain`.
    kind: &'static str,
    /// 单位。
    unit: String,
    /// What is said beside it; may be empty.
    note: String,
    /// What it is made of.
    link: Option<TileLink>,
}

/// A point of a chart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TilePoint {
    /// Its place.
    label: String,
    /// Its value; `null` where there is none.
    value: Option<String>,
}

/// The chart of a tile.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileSeries {
    /// What it shows.
    title: String,
    /// `line` or `bars`.
    shape: &'static str,
    /// How a value is written.
    kind: &'static str,
    /// 单位。
    unit: String,
    /// The points, in order.
    points: Vec<TilePoint>,
}

/// A line behind a tile.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileRow {
    /// What it is.
    title: String,
    /// What about it.
    detail: String,
    /// 责任科室或责任人；可为空。
    owner: String,
    /// `good`, `warn`, `bad`, `info` or `neutral`.
    tone: &'static str,
    /// The same in a word.
    status: String,
    /// Until when.
    due: Option<String>,
    /// The page behind it.
    link: TileLink,
}

/// An answer to one question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CockpitTile {
    /// Which tile.
    id: TileId,
    /// The question, in a few words.
    title: String,
    /// `good`, `warn`, `bad`, `info` or `neutral`.
    tone: &'static str,
    /// The same in a word or two.
    status: String,
    /// The answer in one sentence.
    says: String,
    /// Who has to see to it; may be empty.
    owner: String,
    /// The number that is read from afar.
    figure: Option<TileFigure>,
    /// Further numbers.
    facts: Vec<TileFigure>,
    /// The chart.
    series: Option<TileSeries>,
    /// What stands behind it, the most pressing first.
    rows: Vec<TileRow>,
    /// How many there are, those that are not listed included.
    total: u64,
    /// The page behind it.
    link: TileLink,
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
        return Ok(Json(wire(id, tile)));
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
    Ok(Json(wire(id, tile)))
}

/// The organisation that is asked about; one's own when none is named.
fn asked<'a>(caller: &'a Caller, organisation: Option<&'a str>) -> &'a str {
    organisation.unwrap_or(&caller.person().account.organisation_code)
}

/// What the caller may read or do, beside what a tile is about.
#[derive(Debug, Clone)]
struct May {
    plans: Reach,
    worklist: Reach,
    datasets: Reach,
    tasks: Reach,
    approve: Reach,
    accept: Reach,
    objections: Reach,
}

impl May {
    fn of(caller: &Caller) -> Self {
        let of = |action, resource| reach(caller, action, resource, Sensitivity::Aggregate);
        Self {
            plans: of(Action::Read, Resource::Plan),
            worklist: of(Action::Read, Resource::Worklist),
            datasets: of(Action::Read, Resource::DataSet),
            tasks: of(Action::Read, Resource::Task),
            approve: of(Action::Approve, Resource::DataSet),
            accept: of(Action::Approve, Resource::Task),
            objections: of(Action::Approve, Resource::Assessment),
        }
    }

    fn todo(&self, caller: &Caller) -> Todo {
        // What is given to somebody by name may lie in a hospital of which they reach a department only.
        let with_departments = |reach: &Reach| {
            let mut reach = reach.clone();
            let institutions = reach.departments.iter().map(|(code, _)| code.clone());
            let institutions: Vec<String> = institutions.collect();
            reach.organisations.extend(institutions);
            (!reach.is_empty()).then(|| scope_of(&reach))
        };
        let whole = |reach: &Reach| {
            let scope = scope_of(reach);
            (scope != Scope::Organisations(BTreeSet::new())).then_some(scope)
        };
        let account = &caller.person().account;
        let names: BTreeSet<String> = [account.name.clone(), account.title.clone()]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
        Todo {
            names: names.into_iter().collect(),
            worklist: with_departments(&self.worklist),
            approve: whole(&self.approve),
            tasks: with_departments(&self.tasks),
            accept: whole(&self.accept),
            objections: whole(&self.objections),
        }
    }
}

/// A tile that is asked for.
struct Asked<'a> {
    service: &'a Service,
    workspace: &'a Workspace,
    place: &'a Place,
    may: &'a May,
    today: Date,
}

impl Asked<'_> {
    fn tile(&self, id: TileId) -> Result<Tile, Problem> {
        match id {
            TileId::Plan => self.plan(),
            TileId::Drift => self.drift(),
            TileId::Quality => self.quality(),
            TileId::Deadlines => self.deadlines(),
            TileId::Money => self.money(),
            TileId::Region => self.region(),
            TileId::Todo => Err(Problem::not_found("待办不按单位看")),
        }
    }

    fn values(&self) -> Result<Arc<Values>, Problem> {
        values(self.service, self.workspace, self.place.period)
    }

    /// A key for what depends on the unit, the period, the organisations and, with `tasks`, the ledger.
    fn key(&self, what: &str, tasks: bool) -> Result<String, Problem> {
        let revision = organisations_revision(self.workspace)?;
        let stamp = match tasks {
            false => 0,
            true => self.stored(async |store: &Store| Ok(store.tasks_stamp(None).await?))?,
        };
        let (unit, period) = (&self.place.unit, self.place.period);
        Ok(format!("cockpit/{what}/{revision}/{stamp}/{unit}/{period}"))
    }

    fn stored<T>(
        &self,
        work: impl AsyncFnOnce(&Store) -> Result<T, WorklistError>,
    ) -> Result<T, Problem> {
        let found = with_store(self.workspace, work);
        found.map_err(|error| CockpitError::from(error).into())
    }

    /// The tasks by plan that the unit and those above it took up.
    fn taken(&self) -> Result<BTreeMap<String, Vec<Task>>, Problem> {
        let values = self.values()?;
        let view = values.structure().view_of(self.place.period);
        Ok(plans_of(self.workspace, &self.place.unit, &view)?)
    }

    fn plan(&self) -> Result<Tile, Problem> {
        let taken = self.taken()?;
        let plans = plans(self.service)?;
        let own = organisation(&self.place.unit).unwrap_or_default();
        let count = |plan: &&Plan| {
            let tasks = taken.get(&plan.id).into_iter().flatten();
            tasks
                .filter(|task| task.key.organisation_code == own)
                .count()
        };
        let found = plans.iter().filter(|plan| taken.contains_key(&plan.id));
        let Some(plan) = found.max_by_key(count) else {
            let link = Link::to(biaochi_app::cockpit::LinkPage::Plans);
            let says = "还没有承接方案。在“方案”中承接以后，这里显示目标进度";
            return Ok(Tile::nothing("方案进度", says, link));
        };
        let on = self.place.period.last_day().min(self.today);
        let key = self.key(&format!("plan/{}/{on}", plan.content_hash), true)?;
        let tile = self.service.kept(&key, || {
            let organisations = organisations_revision(self.workspace)?;
            let values = plan_values(self.service, self.workspace, &plans, on, organisations)?;
            let judge = Judge::over(&values, self.workspace, plan).map_err(CockpitError::from)?;
            let tasks = taken.get(&plan.id).map_or(&[][..], Vec::as_slice);
            Ok(plan_tile(&judge, &self.place.unit, tasks))
        })?;
        Ok(Tile::clone(&tile))
    }

    fn drift(&self) -> Result<Tile, Problem> {
        let values = self.values()?;
        let (unit, period) = (&self.place.unit, self.place.period);
        let revision = organisations_revision(self.workspace)?;
        let lines = lines(self.service, &values, unit, period, revision)?;
        let may_plans = organisation(unit).is_some_and(|code| self.may.plans.covers(&code, None));
        let key = format!("drift/{}/{may_plans}", self.place.records);
        let key = self.key(&key, may_plans)?;
        let tile = self.service.kept(&key, || {
            let visible = |line: &&Line| {
                let indicator = values.set().get(&line.id);
                let value = line.value.as_ref().ok();
                indicator.zip(value).is_none_or(|(indicator, value)| {
                    !is_small(&values, indicator, value, self.place)
                })
            };
            let visible: Vec<Line> = lines.iter().filter(visible).cloned().collect();
            let owners = match may_plans {
                true => self.owners(&values, &visible)?,
                false => BTreeMap::new(),
            };
            Ok(drift(&values, unit, period, &visible, &owners))
        })?;
        Ok(Tile::clone(&tile))
    }

    /// Who has an indicator, by the targets of plans that it answers.
    fn owners(&self, values: &Values, lines: &[Line]) -> Result<BTreeMap<String, String>, Problem> {
        let taken = self.taken()?;
        let plans = plans(self.service)?;
        let plans: Vec<&Plan> = plans
            .iter()
            .filter(|plan| taken.contains_key(&plan.id))
            .collect();
        let view = values.structure().view_of(self.place.period);
        let mut owners = BTreeMap::new();
        for line in lines.iter().filter(|line| line.is_adrift()) {
            let targets = targets_of_indicator(&plans, &line.id, &self.place.unit, &view);
            for (plan, target) in targets {
                let tasks = taken.get(&plan.id).map_or(&[][..], Vec::as_slice);
                let owner = target_owner(plan, target, tasks);
                if !owner.is_empty() {
                    owners.entry(line.id.clone()).or_insert(owner);
                }
            }
        }
        Ok(owners)
    }

    fn quality(&self) -> Result<Tile, Problem> {
        let values = self.values()?;
        let rows = Rows::of(&values, &self.place.unit, self.place.period);
        let scope = match &rows.institutions {
            Some(codes) => Scope::Organisations(codes.clone()),
            None => Scope::All,
        };
        let queue = queue(
            self.workspace,
            &scope,
            rows.department.as_deref(),
            self.today,
        )?;
        let key = self.key(&format!("quality/{queue:?}"), false)?;
        let tile = self.service.kept(&key, || {
            Ok(quality(&values, &rows, self.place.period, queue)?)
        })?;
        Ok(Tile::clone(&tile))
    }

    fn money(&self) -> Result<Tile, Problem> {
        let values = self.values()?;
        let rows = Rows::of(&values, &self.place.unit, self.place.period);
        let rate = self.workspace.config().payment_rate;
        let key = self.key("money", false)?;
        let tile = self
            .service
            .kept(&key, || Ok(money(&values, &rows, self.place.period, rate)?))?;
        Ok(Tile::clone(&tile))
    }

    /// The organisations of the unit that somebody reaches: its institutions, and itself.
    fn scope(&self, values: &Values, reach: &Reach) -> Scope {
        let members = values
            .structure()
            .members(&self.place.unit, self.place.period);
        let own = organisation(&self.place.unit);
        let codes = members.unwrap_or_default().into_iter().chain(own);
        Scope::Organisations(codes.filter(|code| reach.covers(code, None)).collect())
    }

    /// What is asked for in the period, whether it was filled in or not.
    fn owed(&self, values: &Values) -> Result<Option<Vec<Owed>>, Problem> {
        let scope = self.scope(values, &self.may.datasets);
        if scope == Scope::Organisations(BTreeSet::new()) {
            return Ok(None);
        }
        let sets: Arc<CompiledDataSets> = self.service.kept("datasets/compiled", || {
            let compiled = compile(self.service.content().content());
            compiled.map_err(|error| CockpitError::from(error).into())
        })?;
        let request = StatusRequest {
            from: Some(self.place.period.first()),
            to: Some(self.place.period.last()),
            ..StatusRequest::default()
        };
        let owed = status(self.workspace, &sets, &scope, &request);
        Ok(Some(owed.map_err(CockpitError::from)?))
    }

    /// Tasks that are open and end soon or ended.
    fn tasks(&self, values: &Values) -> Result<Option<Vec<LedgerLine>>, Problem> {
        let (scope, department) = match &self.place.unit {
            Unit::Department { institution, code } => {
                match self.may.tasks.covers(institution, Some(code)) {
                    true => (Scope::one(institution.clone()), Some(code.clone())),
                    false => return Ok(None),
                }
            }
            _ => (self.scope(values, &self.may.tasks), None),
        };
        if scope == Scope::Organisations(BTreeSet::new()) {
            return Ok(None);
        }
        let until = self.today.checked_add(SOON.days()).unwrap_or(self.today);
        let filter = TaskFilter {
            department,
            states: vec![
                TaskState::Open,
                TaskState::Assigned,
                TaskState::Submitted,
                TaskState::Correcting,
            ],
            due_until: Some(until),
            ..TaskFilter::default()
        };
        let content = self.service.content();
        let key = self.key(&format!("tasks/{scope:?}/{}", self.today), true)?;
        let lines = self.service.kept(&key, || {
            let found = ledger(
                self.workspace,
                content.content(),
                &scope,
                &filter,
                MOST,
                self.today,
            );
            found.map_err(|error| CockpitError::from(error).into())
        })?;
        Ok(Some(Vec::clone(&lines)))
    }

    fn deadlines(&self) -> Result<Tile, Problem> {
        let values = self.values()?;
        let (owed, tasks) = (self.owed(&values)?, self.tasks(&values)?);
        let asked = Deadlines {
            owed: owed.as_deref(),
            tasks: tasks.as_deref(),
        };
        Ok(deadlines(asked, self.today))
    }

    fn region(&self) -> Result<Tile, Problem> {
        let values = self.values()?;
        let owed = self.owed(&values)?;
        let scope = self.scope(&values, &self.may.worklist);
        let (unit, period) = (&self.place.unit, self.place.period);
        Ok(region(
            self.workspace,
            &values,
            unit,
            &scope,
            period,
            owed.as_deref(),
            self.today,
        )?)
    }
}

fn wire(id: TileId, tile: Tile) -> CockpitTile {
    CockpitTile {
        id,
        title: tile.title,
        tone: tile.tone.code(),
        status: tile.status,
        says: tile.says,
        owner: tile.owner,
        figure: tile.figure.map(figure),
        facts: tile.facts.into_iter().map(figure).collect(),
        series: tile.series.map(series),
        rows: tile
            .rows
            .into_iter()
            .map(|row| TileRow {
                title: row.title,
                detail: row.detail,
                owner: row.owner,
                tone: row.tone.code(),
                status: row.status,
                due: row.due.map(|day| day.to_string()),
                link: link(row.link),
            })
            .collect(),
        total: tile.total,
        link: link(tile.link),
    }
}

fn figure(figure: Figure) -> TileFigure {
    TileFigure {
        title: figure.title,
        value: figure.value.map(|value| value.to_string()),
        kind: figure.kind.code(),
        unit: figure.unit,
        note: figure.note,
        link: figure.link.map(link),
    }
}

fn series(series: Series) -> TileSeries {
    TileSeries {
        title: series.title,
        shape: series.shape.code(),
        kind: series.kind.code(),
        unit: series.unit,
        points: series
            .points
            .into_iter()
            .map(|point| TilePoint {
                label: point.label,
                value: point.value.map(|value| value.to_string()),
            })
            .collect(),
    }
}

fn link(link: Link) -> TileLink {
    TileLink {
        page: link.page.code(),
        id: link.id,
        filters: link.filters.into_iter().collect(),
    }
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

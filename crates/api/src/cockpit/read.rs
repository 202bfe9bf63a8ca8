//! What a tile is read from, within what the caller may see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use biaochi_access::{Action, Reach, Resource, Sensitivity};
use biaochi_app::Workspace;
use biaochi_app::accounts::scope_of;
use biaochi_app::cockpit::{
    CockpitError, Deadlines, Link, Rows, Tile, Todo, deadlines, drift, money, plan_tile, plans_of,
    quality, queue, region, target_owner, targets_of_indicator,
};
use biaochi_app::datasets::{CompiledDataSets, Owed, StatusRequest, compile, status};
use biaochi_app::indicators::{Line, Values};
use biaochi_app::plans::{Judge, LedgerLine, ledger};
use biaochi_app::worklist::{WorklistError, with_store};
use biaochi_organisations::Unit;
use biaochi_plans::Plan;
use biaochi_store::{Scope, Store, Task, TaskFilter, TaskState};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::TileId;
use crate::caller::Caller;
use crate::indicators::place::{Place, organisation, reach};
use crate::indicators::{is_small, lines, organisations_revision, values};
use crate::plans::{plans, values as plan_values};
use crate::problem::Problem;
use crate::service::Service;

/// Tasks that end within so many days are told.
const SOON: i64 = 30;
/// Tasks that are read at most.
const MOST: u32 = 1_000;

/// What the caller may read or do, beside what a tile is about.
#[derive(Debug, Clone)]
pub(super) struct May {
    plans: Reach,
    worklist: Reach,
    datasets: Reach,
    tasks: Reach,
    approve: Reach,
    accept: Reach,
    objections: Reach,
}

impl May {
    pub(super) fn of(caller: &Caller) -> Self {
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

    /// The to-dos that are asked for.
    pub(super) fn todo(&self, caller: &Caller) -> Todo {
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
pub(super) struct Asked<'a> {
    pub(super) service: &'a Service,
    pub(super) workspace: &'a Workspace,
    pub(super) place: &'a Place,
    pub(super) may: &'a May,
    pub(super) today: Date,
}

impl Asked<'_> {
    pub(super) fn tile(&self, id: TileId) -> Result<Tile, Problem> {
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

use std::collections::BTreeMap;

use biaochi_organisations::{DivisionLevel, Unit, View};
use biaochi_plans::{
    Attained, Binding, Measured, Plan, Reason, Standing, Status, Target, milestone_standing,
    standing,
};
use biaochi_store::{Store, Task, TaskFilter, TaskState};
use jiff::civil::Date;

use super::answers::{Answers, Series, StoredAnswers};
use super::error::PlanError;
use super::values::{PlanValues, Rolled, TargetValues};
use crate::indicators::{IndicatorError, Structure};
use crate::organisations::directory;
use crate::worklist::with_store;
use crate::{Content, Workspace, beijing};

/// Where the targets of a plan stand for one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanStatus<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The unit.
    pub unit: Unit,
    /// The day.
    pub on: Date,
    /// Version of the data; 0 without any.
    pub version: u64,
    /// Its targets that are about such a unit, in the order of the plan.
    pub targets: Vec<TargetStatus<'a>>,
}

/// Where one target stands.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetStatus<'a> {
    /// The target.
    pub target: &'a Target,
    /// Where it stands and why.
    pub standing: Standing,
    /// How its value was put together, if it is one of several institutions.
    pub rolled: Option<Rolled>,
    /// The values up to the day, the oldest first.
    pub series: Series,
}

impl PlanStatus<'_> {
    /// How many targets stand where.
    pub fn tally(&self) -> BTreeMap<Status, usize> {
        let mut tally = BTreeMap::new();
        for one in &self.targets {
            *tally.entry(one.standing.status).or_default() += 1;
        }
        tally
    }
}

/// Where one target stands for a unit, whether it is about such a unit or not.
pub fn judged(
    target: &Target,
    unit: &Unit,
    on: Date,
    answers: &dyn Answers,
    attained: &BTreeMap<String, Attained>,
) -> Standing {
    match &target.binding {
        Binding::Milestone(_) => milestone_standing(target, attained.get(&target.id).copied(), on),
        _ => standing(target, &answers.observed(target, unit, on), on),
    }
}

/// Judges the targets of a plan from what a workspace holds: records, approved values of data sets, and
/// the ledger.
pub fn status_of<'a>(
    workspace: &Workspace,
    content: &Content,
    plan: &'a Plan,
    unit: &Unit,
    on: Date,
) -> Result<PlanStatus<'a>, PlanError> {
    let judge = Judge::new(workspace, content, plan, on)?;
    judge.known(unit)?;
    Ok(judge.status(unit))
}

/// Everything by which the targets of a plan are judged on a day, for any unit.
#[derive(Debug)]
pub struct Judge<'a> {
    plan: &'a Plan,
    on: Date,
    structure: Structure,
    values: Option<TargetValues>,
    /// By the organisation's code in the ledger, then by target.
    attained: BTreeMap<String, BTreeMap<String, Attained>>,
    none: BTreeMap<String, Attained>,
}

impl<'a> Judge<'a> {
    /// Reads what a workspace holds and brings sums up to date.
    pub fn new(
        workspace: &Workspace,
        content: &Content,
        plan: &'a Plan,
        on: Date,
    ) -> Result<Self, PlanError> {
        let directory = directory(workspace, &biaochi_store::Scope::All)?;
        let structure = Structure::new(directory);
        Ok(Self {
            plan,
            on,
            values: TargetValues::load(workspace, content, plan, structure.clone(), on)?,
            attained: attained(workspace, plan)?,
            structure,
            none: BTreeMap::new(),
        })
    }

    /// The same with values that were read for several plans.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn over(
        values: &PlanValues,
        workspace: &Workspace,
        plan: &'a Plan,
    ) -> Result<Self, PlanError> {
        Ok(Self {
            plan,
            on: values.on(),
            values: values.of(plan),
            attained: attained(workspace, plan)?,
            structure: values.structure().clone(),
            none: BTreeMap::new(),
        })
    }

    /// Where one target stands for a unit, whether it is about such a unit or not.
    pub fn target(&self, target: &'a Target, unit: &Unit) -> Option<TargetStatus<'a>> {
        self.judged(&[target], unit).pop()
    }

    /// The plan.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// The day.
    pub fn on(&self) -> Date {
        self.on
    }

    /// Version of the data; 0 without any.
    pub fn version(&self) -> u64 {
        self.values.as_ref().map_or(0, TargetValues::version)
    }

    /// What is known of the organisations on the day.
    pub(super) fn view(&self) -> View<'_> {
        self.structure.view(self.on)
    }

    /// The values; `None` when there is none at all.
    pub(super) fn values(&self) -> Option<&TargetValues> {
        self.values.as_ref()
    }

    /// Fails for a unit that a workspace with organisations does not know: a slip of the pen would look like
    /// missing data. Without any organisations nothing can be said.
    pub fn known(&self, unit: &Unit) -> Result<(), PlanError> {
        let view = self.view();
        let has_any = view.divisions().next().is_some() || view.institutions().next().is_some();
        let is_known = !has_any
            || view.name(unit).is_some()
            || unit
                .institution()
                .is_some_and(|code| self.has_delivered(code))
            || self
                .attained
                .contains_key(&ledger_code(unit).unwrap_or_default());
        if is_known {
            return Ok(());
        }
        let unit = unit.clone();
        Err(IndicatorError::UnknownUnit { unit }.into())
    }

    fn has_delivered(&self, code: &str) -> bool {
        self.values
            .as_ref()
            .is_some_and(|values| values.has_delivered(code))
    }

    /// Where the targets stand that are about a unit.
    pub fn status(&self, unit: &Unit) -> PlanStatus<'a> {
        self.status_seen(unit, &self.view())
    }

    /// The same with what is known of the organisations, which is much to look up for every unit.
    pub(super) fn status_seen(&self, unit: &Unit, view: &View<'_>) -> PlanStatus<'a> {
        let about: Vec<&'a Target> = self
            .plan
            .targets
            .iter()
            .filter(|target| is_about(target, unit, view))
            .collect();
        PlanStatus {
            plan: self.plan,
            unit: unit.clone(),
            on: self.on,
            version: self.version(),
            targets: self.judged(&about, unit),
        }
    }

    /// Where some targets stand for a unit, whether they are about it or not.
    pub(super) fn judged(&self, targets: &[&'a Target], unit: &Unit) -> Vec<TargetStatus<'a>> {
        let answers = match &self.values {
            Some(values) => values.answers(self.plan, targets.iter().copied(), unit),
            None => StoredAnswers::of(self.plan),
        };
        let attained = ledger_code(unit).and_then(|code| self.attained.get(&code));
        let attained = attained.unwrap_or(&self.none);
        let judge = |&target: &&'a Target| {
            let mut standing = judged(target, unit, self.on, &answers, attained);
            let values = self.values.as_ref();
            if standing.reason == Reason::NoValue
                && values.is_some_and(|values| values.means_nobody(target, unit))
            {
                standing.reason = Reason::NobodyMeant;
            }
            let period = standing.value.map(|(period, _)| period);
            let rolled = self.values.as_ref().zip(period);
            let rolled = rolled.and_then(|(values, period)| values.rolled(target, unit, period));
            TargetStatus {
                target,
                standing,
                rolled,
                series: answers.series(target, unit, self.on).to_vec(),
            }
        };
        targets.iter().map(judge).collect()
    }
}

/// Whether a target is about units of this kind, and about this one.
pub fn is_about(target: &Target, unit: &Unit, view: &View<'_>) -> bool {
    // A division that nobody has described may be of any rank.
    let is_rank = |code: &str, rank: DivisionLevel| {
        let division = view.division(code);
        division.is_none_or(|division| division.level == rank)
    };
    match (unit, target.scope.measured) {
        (Unit::Institution(code), Measured::EachInstitution) => {
            target.scope.filter().includes(view, code)
        }
        (Unit::Alliance(_), Measured::EachAlliance) => true,
        (Unit::Division(code), Measured::EachCity) => is_rank(code, DivisionLevel::City),
        (Unit::Division(code), Measured::EachCounty) => is_rank(code, DivisionLevel::County),
        (Unit::Division(_), Measured::Area) => true,
        (Unit::All, Measured::Area | Measured::EachCity | Measured::EachCounty) => true,
        _ => false,
    }
}

/// The milestones of a plan that organisations have attained, by their codes in the ledger: those whose tasks
/// are all accepted, on the day of the last acceptance.
fn attained(
    workspace: &Workspace,
    plan: &Plan,
) -> Result<BTreeMap<String, BTreeMap<String, Attained>>, PlanError> {
    let filter = TaskFilter {
        plan: Some(plan.id.clone()),
        ..TaskFilter::default()
    };
    let tasks = with_store(workspace, async |store: &Store| {
        Ok(store
            .tasks(&biaochi_store::Scope::All, &filter, u32::MAX)
            .await?)
    })?;
    let mut of: BTreeMap<String, Vec<&Task>> = BTreeMap::new();
    for task in &tasks {
        let code = task.key.organisation_code.clone();
        of.entry(code).or_default().push(task);
    }
    let of = of.into_iter();
    Ok(of
        .map(|(code, tasks)| (code, attained_by(plan, &tasks)))
        .collect())
}

fn attained_by(plan: &Plan, tasks: &[&Task]) -> BTreeMap<String, Attained> {
    let mut found = BTreeMap::new();
    for target in &plan.targets {
        let serving = plan
            .tasks
            .iter()
            .filter(|task| task.targets.contains(&target.id));
        let mut last: Option<Date> = None;
        let mut all = true;
        for task in serving {
            let taken = tasks.iter().find(|taken| taken.key.task == task.id);
            let closed = taken
                .filter(|taken| taken.state == TaskState::Accepted)
                .and_then(|taken| taken.closed_at);
            match closed {
                Some(at) => last = last.max(Some(at.to_zoned(beijing::zone()).date())),
                None => all = false,
            }
        }
        if let (true, Some(on)) = (all, last) {
            found.insert(target.id.clone(), Attained { on });
        }
    }
    found
}

/// Under which code the ledger holds the tasks of a unit: an institution's own, that of a commission for its
/// division.
pub fn ledger_code(unit: &Unit) -> Option<String> {
    match unit {
        Unit::Institution(code) => Some(code.clone()),
        Unit::Division(_) | Unit::Alliance(_) => Some(unit.to_string()),
        Unit::All | Unit::Department { .. } => None,
    }
}

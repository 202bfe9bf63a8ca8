use std::collections::BTreeMap;

use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Directory, Ownership, Unit};
use biaochi_plans::{
    Attained, Binding, Measured, Member, Plan, Standing, Status, Target, milestone_standing,
    standing,
};
use biaochi_store::{Store, TaskFilter, TaskState};
use jiff::civil::Date;

use super::answers::Answers;
use super::error::PlanError;
use super::values::answers;
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

/// Judges the targets of a plan that are about a unit. `member` is what is known of an institution; without
/// it, none is excluded.
pub fn status<'a>(
    plan: &'a Plan,
    unit: &Unit,
    member: Option<Member<'_>>,
    on: Date,
    answers: &dyn Answers,
    attained: &BTreeMap<String, Attained>,
) -> PlanStatus<'a> {
    let about = |target: &&Target| is_about(target, unit, member);
    let judge = |target: &'a Target| TargetStatus {
        target,
        standing: judged(target, unit, on, answers, attained),
    };
    PlanStatus {
        plan,
        unit: unit.clone(),
        on,
        version: 0,
        targets: plan.targets.iter().filter(about).map(judge).collect(),
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
    let attained = attained(workspace, plan, unit)?;
    let directory = directory(workspace, &biaochi_store::Scope::All)?;
    let known = unit
        .institution()
        .and_then(|code| known(&directory, code, on));
    let (answers, version) = answers(workspace, content, plan, directory, unit, on)?;
    let member = known.as_ref().map(Known::member);
    Ok(PlanStatus {
        version,
        ..status(plan, unit, member, on, &answers, &attained)
    })
}

/// What the directory says of an institution, in words.
struct Known {
    name: String,
    level: String,
    kind: String,
    is_private: bool,
}

impl Known {
    fn member(&self) -> Member<'_> {
        Member {
            name: &self.name,
            level: &self.level,
            kind: &self.kind,
            rank: "",
            is_private: self.is_private,
        }
    }
}

fn known(directory: &Directory, code: &str, on: Date) -> Option<Known> {
    let view = directory.as_of(on);
    let one = view.institution(code)?;
    let class = one.class.map(|class| class.text(Language::Zh));
    Some(Known {
        name: one.name.clone(),
        level: one.level.text(Language::Zh) + &class.unwrap_or_default(),
        kind: one.kind.text(Language::Zh),
        is_private: matches!(one.ownership, Ownership::NonProfit | Ownership::ForProfit),
    })
}

/// Whether a target is about units of this kind, and about this one.
fn is_about(target: &Target, unit: &Unit, member: Option<Member<'_>>) -> bool {
    match (unit, target.scope.measured) {
        (Unit::Institution(_), Measured::EachInstitution) => {
            member.is_none_or(|member| target.scope.includes(member))
        }
        (Unit::Alliance(_), Measured::EachAlliance) => true,
        (
            Unit::All | Unit::Division(_),
            Measured::Area | Measured::EachCity | Measured::EachCounty,
        ) => true,
        _ => false,
    }
}

/// The milestones of a plan that an organisation has attained: those whose tasks are all accepted, on the
/// day of the last acceptance.
pub fn attained(
    workspace: &Workspace,
    plan: &Plan,
    unit: &Unit,
) -> Result<BTreeMap<String, Attained>, PlanError> {
    let Some(organisation_code) = ledger_code(unit) else {
        return Ok(BTreeMap::new());
    };
    let filter = TaskFilter {
        organisation_code: Some(organisation_code),
        plan: Some(plan.id.clone()),
        ..TaskFilter::default()
    };
    let tasks = with_store(workspace, async |store: &Store| {
        Ok(store
            .tasks(&biaochi_store::Scope::All, &filter, u32::MAX)
            .await?)
    })?;
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
    Ok(found)
}

/// Under which code the ledger holds the tasks of a unit: an institution's own, that of a commission for its
/// division.
fn ledger_code(unit: &Unit) -> Option<String> {
    match unit {
        Unit::Institution(code) => Some(code.clone()),
        Unit::Division(_) | Unit::Alliance(_) => Some(unit.to_string()),
        Unit::All | Unit::Department { .. } => None,
    }
}

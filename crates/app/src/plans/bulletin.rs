use std::collections::BTreeMap;

use biaochi_domain::Month;
use biaochi_plans::{Plan, Urgency};
use biaochi_store::{Scope, Store, TaskAction, TaskActionKind, TaskFilter, TaskState};
use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};

use super::error::PlanError;
use crate::worklist::with_store;
use crate::{Workspace, beijing};

/// What the monthly bulletin (通报) of a plan's tasks says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulletin {
    /// The plan.
    pub plan: String,
    /// The month.
    pub month: Month,
    /// Organisations by code.
    pub organisations: BTreeMap<String, OrganisationTasks>,
    /// All of them together.
    pub total: OrganisationTasks,
    /// What happened in the month, oldest first.
    pub actions: Vec<TaskAction>,
}

/// The tasks of an organisation at the end of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrganisationTasks {
    /// In the ledger.
    pub tasks: u64,
    /// Accepted by now.
    pub accepted: u64,
    /// Accepted in this month.
    pub accepted_now: u64,
    /// Past their last day and not accepted.
    pub overdue: u64,
    /// Of these, those that have reached the last step of escalation.
    pub escalated: u64,
    /// Waiting for acceptance.
    pub submitted: u64,
    /// Being corrected.
    pub correcting: u64,
    /// With a supervision order that has no answer.
    pub orders: u64,
    /// Reports of progress in this month.
    pub reports: u64,
}

impl OrganisationTasks {
    fn add(&mut self, other: &Self) {
        self.tasks += other.tasks;
        self.accepted += other.accepted;
        self.accepted_now += other.accepted_now;
        self.overdue += other.overdue;
        self.escalated += other.escalated;
        self.submitted += other.submitted;
        self.correcting += other.correcting;
        self.orders += other.orders;
        self.reports += other.reports;
    }
}

/// Gathers what the bulletin of a month says. Tasks are told as they stand now, deadlines as of the last day of
/// the month.
pub fn bulletin(
    workspace: &Workspace,
    scope: &Scope,
    plan: &Plan,
    month: Month,
) -> Result<Bulletin, PlanError> {
    let first = midnight(month);
    let until = midnight(month.next());
    let filter = TaskFilter {
        plan: Some(plan.id.clone()),
        ..TaskFilter::default()
    };
    let (tasks, actions) = with_store(workspace, async |store: &Store| {
        let tasks = store.tasks(scope, &filter, u32::MAX).await?;
        let actions = store.task_actions(scope, &plan.id, first, until).await?;
        Ok((tasks, actions))
    })?;
    let last = last_day(month);
    let mut organisations: BTreeMap<String, OrganisationTasks> = BTreeMap::new();
    for task in tasks.iter().filter(|task| task.opened_at < until) {
        let one = organisations
            .entry(task.key.organisation_code.clone())
            .or_default();
        one.tasks += 1;
        one.orders += u64::from(task.order.is_some());
        match task.state {
            TaskState::Accepted => {
                one.accepted += 1;
                continue;
            }
            TaskState::Submitted => one.submitted += 1,
            TaskState::Correcting => one.correcting += 1,
            TaskState::Open | TaskState::Assigned => {}
        }
        if let Urgency::Overdue { level, .. } = plan.escalation.urgency(task.due, last) {
            one.overdue += 1;
            one.escalated += u64::from(level == plan.escalation.overdue.len());
        }
    }
    for action in &actions {
        let one = organisations
            .entry(action.key.organisation_code.clone())
            .or_default();
        match action.kind {
            TaskActionKind::Accepted => one.accepted_now += 1,
            TaskActionKind::Reported => one.reports += 1,
            _ => {}
        }
    }
    let mut total = OrganisationTasks::default();
    organisations.values().for_each(|one| total.add(one));
    Ok(Bulletin {
        plan: plan.id.clone(),
        month,
        organisations,
        total,
        actions,
    })
}

/// The first moment of a month in Beijing.
fn midnight(month: Month) -> Timestamp {
    let midnight = first_day(month)
        .to_zoned(beijing::zone())
        .map(|midnight| midnight.timestamp());
    midnight.unwrap_or(Timestamp::MAX)
}

fn first_day(month: Month) -> Date {
    i8::try_from(month.month()).map_or(Date::MAX, |number| date(month.year(), number, 1))
}

fn last_day(month: Month) -> Date {
    first_day(month.next())
        .checked_sub(Span::new().days(1))
        .unwrap_or(Date::MAX)
}

use jiff::civil::Date;

use super::history::{TaskActionKind, record};
use super::state::TaskState;
use super::table::{self, ACTIVITY, failed};
use super::task::{Task, TaskKey};
use crate::audit::steps;
use crate::error::Result;
use crate::open::Store;
use crate::scope::{Actor, Scope};
use crate::value::{Named, free_text};

/// A task of a plan that an organisation takes up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// What names it.
    pub key: TaskKey,
    /// The clause of the plan.
    pub clause: String,
    /// What has to be done.
    pub title: String,
    /// What has to be there in the end.
    pub deliverable: String,
    /// The first day, if there is one.
    pub start: Option<Date>,
    /// The last day, if there is one.
    pub due: Option<Date>,
}

/// What became of tasks that were taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenUp {
    /// They are new in the ledger.
    pub new: u64,
    /// They were there already and stay as they are.
    pub known: u64,
}

impl NewTask {
    pub(super) fn open(&self, parent: Option<&str>, actor: &Actor) -> Result<Task> {
        Ok(Task {
            key: TaskKey {
                organisation_code: Named::Organisation.check(&self.key.organisation_code)?,
                plan: Named::Plan.check(&self.key.plan)?,
                task: Named::Task.check(&self.key.task)?,
            },
            parent: parent.map(str::to_owned),
            clause: free_text(&self.clause),
            title: free_text(&self.title),
            deliverable: free_text(&self.deliverable),
            department: String::new(),
            assignee: String::new(),
            start: self.start,
            due: self.due,
            state: TaskState::Open,
            state_since: actor.at,
            progress: 0,
            order: None,
            orders: 0,
            opened_at: actor.at,
            updated_at: actor.at,
            closed_at: None,
            revision: 1,
        })
    }
}

impl Store {
    /// Puts tasks into the ledger, all or none. Those that are there stay as they are, so that doing it
    /// twice changes nothing.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`], [`crate::StoreError::Invalid`], or the database fails.
    pub async fn take_up(
        &self,
        scope: &Scope,
        actor: &Actor,
        tasks: &[NewTask],
    ) -> Result<TakenUp> {
        for task in tasks {
            scope.require(&task.key.organisation_code)?;
        }
        let actor = actor.checked()?;
        let opened = tasks.iter().map(|task| task.open(None, &actor));
        let mut opened = opened.collect::<Result<Vec<Task>>>()?;
        // Always in the same order, so that two callers never wait for each other.
        opened.sort_by(|one, other| one.key.cmp(&other.key));
        let (mut taken, mut entries) = (TakenUp::default(), Vec::new());
        let mut transaction = self.begin(ACTIVITY).await?;
        for task in &opened {
            if table::insert(&mut transaction, task)
                .await
                .map_err(failed)?
            {
                let kind = TaskActionKind::TakenUp;
                record(&mut transaction, None, task, kind, &actor, "").await?;
                entries.push(steps::task_taken_up(task));
                taken.new += 1;
            } else {
                taken.known += 1;
            }
        }
        self.finish(transaction, ACTIVITY, &actor, &entries).await?;
        Ok(taken)
    }
}

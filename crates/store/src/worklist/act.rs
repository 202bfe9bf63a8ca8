use sqlx::AnyConnection;

use super::history::{self, Action, ActionKind};
use super::item::{Item, ItemKey};
use super::state::{State, Step};
use super::table;
use crate::audit::steps;
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::scope::{Actor, Scope};
use crate::value::{Named, free_text};

const ACTIVITY: Activity = Activity::Act;

/// An item as its caller has seen it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemRevision {
    /// What names it.
    pub key: ItemKey,
    /// The revision that was seen.
    pub revision: u64,
}

impl Item {
    /// The item as it is seen now.
    pub fn seen(&self) -> ItemRevision {
        ItemRevision {
            key: self.key(),
            revision: self.revision,
        }
    }
}

impl Store {
    /// Takes a step with one item, as it was seen. Gives back the item as it is afterwards.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else changed it since, [`StoreError::StepNotPossible`] when
    /// the step does not fit its state, [`StoreError::NotFound`], [`StoreError::OutOfScope`].
    pub async fn act(
        &self,
        scope: &Scope,
        actor: &Actor,
        seen: &ItemRevision,
        step: &Step,
    ) -> Result<Item> {
        let mut items = self
            .act_on_all(scope, actor, std::slice::from_ref(seen), step)
            .await?;
        items.pop().ok_or_else(|| not_found(&seen.key))
    }

    /// Takes the same step with several items, with all or with none. Gives them back in the order of
    /// their keys.
    ///
    /// # Errors
    /// As [`Store::act`], for the first item that cannot take it.
    pub async fn act_on_all(
        &self,
        scope: &Scope,
        actor: &Actor,
        seen: &[ItemRevision],
        step: &Step,
    ) -> Result<Vec<Item>> {
        for item in seen {
            scope.require(&item.key.organisation_code)?;
        }
        let actor = actor.checked()?;
        let step = checked(step)?;
        // Always in the same order, so that two callers never wait for each other.
        let mut seen = seen.to_vec();
        seen.sort();
        let mut transaction = self.begin(ACTIVITY).await?;
        let mut items = Vec::with_capacity(seen.len());
        let mut entries = Vec::with_capacity(seen.len());
        for item in &seen {
            let next = take(&mut transaction, &actor, item, &step).await?;
            entries.push(steps::worklist_step(item, &step, &next));
            items.push(next);
        }
        self.finish(transaction, ACTIVITY, &actor, &entries).await?;
        Ok(items)
    }

    /// One item.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::OutOfScope`], or the database fails.
    pub async fn item(&self, scope: &Scope, key: &ItemKey) -> Result<Item> {
        scope.require(&key.organisation_code)?;
        let activity = Activity::ReadWorklist;
        let mut connection = self
            .pool()
            .acquire()
            .await
            .map_err(|source| StoreError::database(activity, source))?;
        table::load(&mut connection, key, activity)
            .await?
            .ok_or_else(|| not_found(key))
    }
}

/// A step whose texts may be stored.
fn checked(step: &Step) -> Result<Step> {
    Ok(match step {
        Step::Assign { to } => Step::Assign {
            to: Named::Assignee.check(to)?,
        },
        Step::Release => Step::Release,
        Step::Accept { reason } => Step::Accept {
            reason: Named::Reason.check(reason)?,
        },
        Step::SendBack { reason } => Step::SendBack {
            reason: Named::Reason.check(reason)?,
        },
        Step::Note { text } => Step::Note {
            text: free_text(text),
        },
    })
}

async fn take(
    connection: &mut AnyConnection,
    actor: &Actor,
    seen: &ItemRevision,
    step: &Step,
) -> Result<Item> {
    let conflict = |found: &Item| StoreError::Conflict {
        subject: seen.key.to_string(),
        expected: seen.revision,
        found: found.revision,
    };
    let missing = || not_found(&seen.key);
    let item = table::load(connection, &seen.key, ACTIVITY)
        .await?
        .ok_or_else(missing)?;
    if item.revision != seen.revision {
        return Err(conflict(&item));
    }
    let state = step.after(item.state, item.to_do());
    let state = state.ok_or_else(|| StoreError::StepNotPossible {
        state: item.state,
        step: step.clone(),
    })?;
    let mut next = moved(&item, state, actor);
    let (kind, note) = match step {
        Step::Assign { to } => {
            next.assignee = Some(to.clone());
            (ActionKind::Assigned, to.as_str())
        }
        Step::Release => {
            next.assignee = None;
            (ActionKind::Released, "")
        }
        Step::Accept { reason } => {
            next.reason.clone_from(reason);
            next.accepted_values = Some(item.finding.values_hash.clone());
            (ActionKind::Accepted, reason.as_str())
        }
        Step::SendBack { reason } => {
            next.reason = String::new();
            next.accepted_values = None;
            (ActionKind::SentBack, reason.as_str())
        }
        Step::Note { text } => (ActionKind::Noted, text.as_str()),
    };
    if !write(connection, &item, &next, kind, actor, note).await? {
        let now = table::load(connection, &seen.key, ACTIVITY).await?;
        return Err(now.map_or_else(missing, |now| conflict(&now)));
    }
    Ok(next)
}

/// Marks the items of a corrected record that are still to be done, and gives them back. Others, settled
/// in the meantime, are left alone.
pub(crate) async fn mark_corrected(
    connection: &mut AnyConnection,
    actor: &Actor,
    keys: &[ItemKey],
    note: &str,
) -> Result<Vec<Item>> {
    let mut marked = Vec::new();
    for key in keys {
        // Whoever changes the item at the same moment does not spoil the correction of the record.
        loop {
            let item = table::load(connection, key, ACTIVITY).await?;
            let item = item.ok_or_else(|| not_found(key))?;
            if !matches!(item.state, State::Open | State::Assigned) {
                break;
            }
            let next = moved(&item, State::Corrected, actor);
            if write(connection, &item, &next, ActionKind::Corrected, actor, note).await? {
                marked.push(next);
                break;
            }
        }
    }
    Ok(marked)
}

/// The item in another state, one revision on.
fn moved(item: &Item, state: State, actor: &Actor) -> Item {
    let mut next = item.clone();
    if next.state != state {
        next.state = state;
        next.state_since = actor.at;
    }
    next.updated_at = actor.at;
    next.revision += 1;
    next
}

/// Writes an item and the line of its history; `false` when somebody was faster.
async fn write(
    connection: &mut AnyConnection,
    item: &Item,
    next: &Item,
    kind: ActionKind,
    actor: &Actor,
    note: &str,
) -> Result<bool> {
    let written = table::update(connection, next, item.revision)
        .await
        .map_err(failed)?;
    if written {
        let action = Action::of(Some(item), next, kind, actor, note);
        history::record(connection, vec![action])
            .await
            .map_err(failed)?;
    }
    Ok(written)
}

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

fn not_found(key: &ItemKey) -> StoreError {
    StoreError::NotFound {
        subject: key.to_string(),
    }
}

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use biaochi_domain::Month;
use jiff::Timestamp;
use sqlx::AnyConnection;

use super::history::{self, Action, ActionKind};
use super::item::{Finding, Item, ItemKey};
use super::settle::{Round, Settled, settle};
use super::state::State;
use super::table;
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope, to_the_microsecond};
use crate::sql::{ROWS_AT_ONCE, Sql};
use crate::value::Named;

const ACTIVITY: Activity = Activity::Recheck;

/// A check of all records of a hospital's month, after an import or a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recheck {
    /// The hospital.
    pub organisation_code: String,
    /// The month of discharge.
    pub month: Month,
    /// When the records were read. A check says nothing about corrections that came later, and one
    /// that is older than what the worklist knows is refused.
    pub as_of: Timestamp,
}

/// What a check did to the worklist, in numbers of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SyncSummary {
    /// Found for the first time.
    pub opened: u64,
    /// Found although the record had been corrected.
    pub found_again: u64,
    /// Came back after they had been closed.
    pub reopened: u64,
    /// Had been accepted with other content, and are to be done again.
    pub content_changed: u64,
    /// Not found any more, and closed.
    pub closed: u64,
    /// Found, and accepted as they are.
    pub accepted: u64,
    /// Found, but corrected after the records were read: the next check will tell.
    pub not_yet_seen: u64,
    /// Found, and still to be done as before.
    pub still_open: u64,
}

impl Store {
    /// Takes the findings of a check of one month into the worklist, all or none.
    ///
    /// What is new opens; what is not found any more closes; what was corrected or closed and is found
    /// again opens and counts; what was accepted stays so while its values are the same. Doing it again
    /// with the same findings changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Outdated`] when a newer check was taken in before, [`StoreError::RepeatedFinding`],
    /// [`StoreError::Invalid`] for keys that cannot be stored, [`StoreError::OutOfScope`].
    pub async fn sync(
        &self,
        scope: &Scope,
        actor: &Actor,
        recheck: &Recheck,
        findings: Vec<Finding>,
    ) -> Result<SyncSummary> {
        scope.require(&recheck.organisation_code)?;
        let actor = actor.checked()?;
        let recheck = Recheck {
            organisation_code: Named::Organisation.check(&recheck.organisation_code)?,
            month: recheck.month,
            as_of: to_the_microsecond(recheck.as_of),
        };
        let findings = by_key(&recheck, findings)?;
        let mut transaction = self.begin(ACTIVITY).await?;
        take_turn(&mut transaction, &actor, &recheck, findings.len()).await?;
        let mut sync = Sync {
            connection: &mut transaction,
            actor: &actor,
            recheck: &recheck,
            summary: SyncSummary::default(),
            actions: Vec::new(),
        };
        sync.reconcile(findings).await?;
        let Sync {
            summary, actions, ..
        } = sync;
        history::record(&mut transaction, actions)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(summary)
    }

    /// When the records of the newest check of a month were read; `None` when it was never checked.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn checked_as_of(
        &self,
        scope: &Scope,
        organisation_code: &str,
        month: Month,
    ) -> Result<Option<Timestamp>> {
        scope.require(organisation_code)?;
        let activity = Activity::ReadWorklist;
        let mut connection = self
            .pool()
            .acquire()
            .await
            .map_err(|source| StoreError::database(activity, source))?;
        newest(&mut connection, organisation_code, month, activity).await
    }
}

/// Findings by their keys, which come once.
fn by_key(recheck: &Recheck, findings: Vec<Finding>) -> Result<BTreeMap<ItemKey, Finding>> {
    let mut sorted = BTreeMap::new();
    for finding in findings {
        let finding = table::clean(finding)?;
        let key = ItemKey {
            organisation_code: recheck.organisation_code.clone(),
            record_key: finding.record_key.clone(),
            check_id: finding.check_id.clone(),
        };
        match sorted.entry(key) {
            Entry::Vacant(place) => place.insert(finding),
            Entry::Occupied(_) => {
                return Err(StoreError::RepeatedFinding {
                    record_key: finding.record_key,
                    check_id: finding.check_id,
                });
            }
        };
    }
    Ok(sorted)
}

/// Notes the check in the row of its month, which lets one check in after the other, the older first.
async fn take_turn(
    connection: &mut AnyConnection,
    actor: &Actor,
    recheck: &Recheck,
    findings: usize,
) -> Result<()> {
    let noted = Sql::with(
        "INSERT INTO recheck (organisation_code, discharge_month, as_of, actor, at, findings) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (organisation_code, discharge_month) DO UPDATE SET as_of = excluded.as_of, \
         actor = excluded.actor, at = excluded.at, findings = excluded.findings \
         WHERE recheck.as_of <= excluded.as_of",
        [
            recheck.organisation_code.as_str().into(),
            recheck.month.to_string().into(),
            recheck.as_of.as_microsecond().into(),
            actor.name.as_str().into(),
            actor.at.as_microsecond().into(),
            as_int(findings as u64).into(),
        ],
    )
    .query()
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if noted.rows_affected() > 0 {
        return Ok(());
    }
    let newest = newest(
        connection,
        &recheck.organisation_code,
        recheck.month,
        ACTIVITY,
    )
    .await?;
    Err(StoreError::Outdated {
        month: recheck.month,
        as_of: recheck.as_of,
        newest: newest.unwrap_or(recheck.as_of),
    })
}

async fn newest(
    connection: &mut AnyConnection,
    organisation_code: &str,
    month: Month,
    activity: Activity,
) -> Result<Option<Timestamp>> {
    let row = Sql::with(
        "SELECT as_of FROM recheck WHERE organisation_code = $1 AND discharge_month = $2",
        [organisation_code.into(), month.to_string().into()],
    )
    .query()
    .fetch_optional(connection)
    .await
    .map_err(|source| StoreError::database(activity, source))?;
    row.map(|row| Cells::new(&row, activity).time()).transpose()
}

/// A check that is being taken in.
struct Sync<'a> {
    connection: &'a mut AnyConnection,
    actor: &'a Actor,
    recheck: &'a Recheck,
    summary: SyncSummary,
    actions: Vec<Action>,
}

impl Sync<'_> {
    /// Settles what the month holds, and opens what is new, in the order of keys.
    async fn reconcile(&mut self, mut findings: BTreeMap<ItemKey, Finding>) -> Result<()> {
        for item in self.items().await? {
            let finding = findings.remove(&item.key());
            self.settle(item, finding.as_ref()).await?;
        }
        let mut fresh = findings.into_values();
        loop {
            let chunk: Vec<_> = fresh.by_ref().take(ROWS_AT_ONCE).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            self.open(chunk).await?;
        }
    }

    /// The items of the month, closed ones too.
    async fn items(&mut self) -> Result<Vec<Item>> {
        let mut sql = Sql::new(table::SELECT);
        sql.push(" WHERE organisation_code = ")
            .bind(self.recheck.organisation_code.as_str())
            .push(" AND discharge_month = ")
            .bind(self.recheck.month.to_string());
        let rows = sql
            .query()
            .fetch_all(&mut *self.connection)
            .await
            .map_err(failed)?;
        let items = rows.iter().map(|row| table::item(row, ACTIVITY));
        let mut items = items.collect::<Result<Vec<_>>>()?;
        // In the order in which people's steps lock them as well, whatever the database sorts by: so
        // nobody waits for somebody who waits for him.
        items.sort_by_key(Item::key);
        Ok(items)
    }

    /// Settles an item; again, should somebody change it at the same moment.
    async fn settle(&mut self, mut item: Item, finding: Option<&Finding>) -> Result<()> {
        let round = Round {
            month: self.recheck.month,
            as_of: self.recheck.as_of,
            at: self.actor.at,
        };
        loop {
            let (next, action) = match settle(&item, finding, round) {
                Settled::Same => {
                    self.count(item.state, finding.is_some());
                    return Ok(());
                }
                Settled::Refreshed(next) => (next, None),
                Settled::Moved(next, action) => (next, Some(action)),
            };
            if table::update(self.connection, &next, item.revision)
                .await
                .map_err(failed)?
            {
                match action {
                    None => self.count(next.state, true),
                    Some(action) => self.note(Some(&item), &next, action),
                }
                return Ok(());
            }
            let now = table::load(self.connection, &item.key(), ACTIVITY).await?;
            item = now.ok_or_else(|| StoreError::NotFound {
                subject: item.key().to_string(),
            })?;
        }
    }

    /// Opens items that the month does not hold.
    async fn open(&mut self, chunk: Vec<Finding>) -> Result<()> {
        let items: Vec<Item> = chunk
            .into_iter()
            .map(|finding| {
                let recheck = self.recheck;
                Item::new(
                    &recheck.organisation_code,
                    recheck.month,
                    finding,
                    self.actor.at,
                )
            })
            .collect();
        let new = table::insert(self.connection, &items)
            .await
            .map_err(failed)?;
        if new == items.len() as u64 {
            for item in &items {
                self.note(None, item, ActionKind::Opened);
            }
            return Ok(());
        }
        // Some records were in another month before: their items move.
        for item in items {
            let held = table::load(self.connection, &item.key(), ACTIVITY).await?;
            match held {
                Some(held) if held.month != item.month => {
                    self.settle(held, Some(&item.finding)).await?;
                }
                _ => self.note(None, &item, ActionKind::Opened),
            }
        }
        Ok(())
    }

    /// Counts an item that stays where it is.
    fn count(&mut self, state: State, found: bool) {
        let summary = &mut self.summary;
        match state {
            _ if !found => {}
            State::Open | State::Assigned => summary.still_open += 1,
            State::Accepted => summary.accepted += 1,
            State::Corrected => summary.not_yet_seen += 1,
            State::Closed => {}
        }
    }

    /// Counts an item that goes elsewhere, and notes it in its history.
    fn note(&mut self, before: Option<&Item>, after: &Item, kind: ActionKind) {
        let summary = &mut self.summary;
        match kind {
            ActionKind::Opened => summary.opened += 1,
            ActionKind::FoundAgain => summary.found_again += 1,
            ActionKind::Reopened => summary.reopened += 1,
            ActionKind::ContentChanged => summary.content_changed += 1,
            ActionKind::AcceptedAgain => summary.accepted += 1,
            _ => summary.closed += 1,
        }
        self.actions
            .push(Action::of(before, after, kind, self.actor, ""));
    }
}

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

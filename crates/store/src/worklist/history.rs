use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use super::item::{Item, ItemKey};
use super::state::State;
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Bind, Sql};
use crate::value::free_text;

biaochi_domain::coded! {
    /// What happened to an item.
    pub enum ActionKind {
        /// A check found it for the first time.
        Opened = "opened", "发现", "found";
        /// A check found it although the record had been corrected.
        FoundAgain = "found_again", "复查仍存在", "found again";
        /// A check found it although it had been closed.
        Reopened = "reopened", "再次出现", "came back";
        /// The content for which it was accepted changed.
        ContentChanged = "content_changed", "内容变化，重新处理", "content changed";
        /// It came back with the content for which it had been accepted.
        AcceptedAgain = "accepted_again", "再次出现，沿用核实结论", "came back accepted";
        /// A check did not find it any more.
        ClosedByRecheck = "closed_by_recheck", "复查通过", "closed by recheck";
        /// Somebody was given it.
        Assigned = "assigned", "分派", "assigned";
        /// It was taken from whoever had it.
        Released = "released", "取消分派", "released";
        /// The record was corrected.
        Corrected = "corrected", "修改", "corrected";
        /// Somebody said that the record is right as it is.
        Accepted = "accepted", "核实无误", "accepted";
        /// Somebody sent it back.
        SentBack = "sent_back", "退回", "sent back";
        /// Somebody wrote something.
        Noted = "noted", "备注", "noted";
    }
}

/// A line of an item's history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Action {
    /// The item.
    pub key: ItemKey,
    /// The revision that the item got by it.
    pub revision: u64,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ActionKind,
    /// Where the item stood; `None` when it was new.
    pub before: Option<State>,
    /// Where it stood afterwards.
    pub after: State,
    /// Reason, assignee or remark.
    pub note: String,
    /// How long it had been open, where the action closed what was to be done.
    pub elapsed: Option<SignedDuration>,
}

impl Action {
    /// The action that led from `before` to `after`.
    pub(super) fn of(
        before: Option<&Item>,
        after: &Item,
        kind: ActionKind,
        actor: &Actor,
        note: &str,
    ) -> Self {
        // Accepted items were settled before: closing them is nobody's work.
        let worked = before.is_some_and(|before| before.state != State::Accepted);
        let elapsed = (after.state == State::Closed && worked && kind != ActionKind::Noted)
            .then(|| actor.at.duration_since(after.opened_at))
            .map(|elapsed| elapsed.max(SignedDuration::ZERO));
        Self {
            key: after.key(),
            revision: after.revision,
            actor: actor.name.clone(),
            at: actor.at,
            kind,
            before: before.map(|before| before.state),
            after: after.state,
            note: note.to_owned(),
            elapsed,
        }
    }

    fn binds(self) -> Vec<Bind> {
        let elapsed = self.elapsed.map(|elapsed| elapsed.as_micros());
        vec![
            self.key.organisation_code.into(),
            self.key.record_key.into(),
            self.key.check_id.into(),
            as_int(self.revision).into(),
            self.actor.into(),
            self.at.as_microsecond().into(),
            self.kind.code().into(),
            self.before.map(|state| state.code().to_owned()).into(),
            self.after.code().into(),
            free_text(&self.note).into(),
            elapsed
                .map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
                .into(),
        ]
    }
}

/// Writes lines of history.
pub(super) async fn record(
    connection: &mut AnyConnection,
    actions: Vec<Action>,
) -> Result<(), sqlx::Error> {
    let mut actions = actions.into_iter();
    loop {
        let rows: Vec<_> = actions
            .by_ref()
            .take(sql::ROWS_AT_ONCE)
            .map(Action::binds)
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        sql::insert(
            connection,
            "INSERT INTO worklist_action (organisation_code, record_key, check_id, revision, actor, at, \
             action, state_before, state_after, note, elapsed)",
            rows,
            "",
        )
        .await?;
    }
}

impl Store {
    /// What happened to an item, oldest first.
    ///
    /// # Errors
    /// The institution is outside the scope, or the database fails.
    pub async fn history(&self, scope: &Scope, key: &ItemKey) -> Result<Vec<Action>> {
        const ACTIVITY: Activity = Activity::ReadWorklist;
        scope.require(&key.organisation_code)?;
        let rows = Sql::with(
            "SELECT revision, actor, at, action, state_before, state_after, note, elapsed \
             FROM worklist_action \
             WHERE organisation_code = $1 AND record_key = $2 AND check_id = $3 ORDER BY revision",
            [
                key.organisation_code.as_str().into(),
                key.record_key.as_str().into(),
                key.check_id.as_str().into(),
            ],
        )
        .query()
        .fetch_all(self.pool())
        .await
        .map_err(|source| StoreError::database(ACTIVITY, source))?;
        rows.iter()
            .map(|row| {
                let mut cells = Cells::new(row, ACTIVITY);
                Ok(Action {
                    key: key.clone(),
                    revision: cells.count()?,
                    actor: cells.text()?,
                    at: cells.time()?,
                    kind: cells.parsed("action", ActionKind::from_code)?,
                    before: cells.optional_parsed("state", State::from_code)?,
                    after: cells.parsed("state", State::from_code)?,
                    note: cells.text()?,
                    elapsed: cells.optional_int()?.map(SignedDuration::from_micros),
                })
            })
            .collect()
    }
}

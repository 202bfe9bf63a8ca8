use sqlx::{Any, AnyConnection, Transaction};

use super::entry::{NewAuditEntry, hash};
use super::mask::masked;
use super::seal::AuditSeal;
use super::{ACTIVITY, failed};
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::Actor;
use crate::sql::{self, Bind, ROWS_AT_ONCE, Sql};
use crate::value::free_text;

impl Store {
    /// Writes what was done into the audit trail and commits: the end of every transaction in which somebody
    /// changes something.
    pub(crate) async fn finish(
        &self,
        mut transaction: Transaction<'static, Any>,
        activity: Activity,
        actor: &Actor,
        entries: &[NewAuditEntry],
    ) -> Result<()> {
        append(
            &mut transaction,
            (self.origin(), self.seal()),
            actor,
            entries,
        )
        .await?;
        transaction
            .commit()
            .await
            .map_err(|source| StoreError::database(activity, source))
    }

    /// Writes into the audit trail what changes nothing else: refusals, exports, looking at identified records.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for an actor that cannot be stored, or the database fails.
    pub async fn record_audit(&self, actor: &Actor, entries: &[NewAuditEntry]) -> Result<()> {
        let actor = actor.checked()?;
        let transaction = self.begin(ACTIVITY).await?;
        self.finish(transaction, ACTIVITY, &actor, entries).await
    }

    /// The same where nobody is known yet: attempts to sign in.
    pub(crate) async fn record_anonymous(
        &self,
        at: jiff::Timestamp,
        entry: NewAuditEntry,
    ) -> Result<()> {
        let actor = Actor {
            name: String::new(),
            at: crate::scope::to_the_microsecond(at),
        };
        let transaction = self.begin(ACTIVITY).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await
    }
}

/// Adds rows to the end of the chain. The row that holds its end is locked until the transaction ends, so that two
/// writers come one after the other.
async fn append(
    connection: &mut AnyConnection,
    (origin, seal): (&str, Option<&AuditSeal>),
    actor: &Actor,
    entries: &[NewAuditEntry],
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let count = entries.len() as u64;
    let sql = Sql::with(
        "UPDATE audit_head SET number = number + $1 WHERE id = 1",
        [as_int(count).into()],
    );
    let done = sql.query().execute(&mut *connection).await;
    if done.map_err(failed)?.rows_affected() != 1 {
        return Err(StoreError::Damaged {
            what: "end of the audit trail",
            value: String::new(),
        });
    }
    let head = Sql::new("SELECT number, hash FROM audit_head WHERE id = 1");
    let row = head.query().fetch_one(&mut *connection).await;
    let row = row.map_err(failed)?;
    let mut cells = Cells::new(&row, ACTIVITY);
    let first = cells.count()?.saturating_sub(count) + 1;
    let mut previous = cells.text()?;
    let at = actor.at.as_microsecond();
    let mut rows = Vec::with_capacity(entries.len());
    for (number, entry) in (first..).zip(entries) {
        let subject = masked(&free_text(&entry.subject));
        let organisation = free_text(&entry.organisation_code);
        let before = masked(&free_text(&entry.before));
        let after = masked(&free_text(&entry.after));
        let reason = masked(&free_text(&entry.reason));
        let texts = [
            actor.name.as_str(),
            origin,
            entry.action.code(),
            entry.resource.code(),
            &subject,
            &organisation,
            entry.outcome.code(),
            &before,
            &after,
            &reason,
        ];
        let own = hash(number, at, texts, &previous);
        let mut row: Vec<Bind> = vec![as_int(number).into(), at.into()];
        row.extend(texts.map(Bind::from));
        row.push(previous.into());
        row.push(own.as_str().into());
        row.push(seal.map_or_else(String::new, |seal| seal.of(&own)).into());
        rows.push(row);
        previous = own;
    }
    for some in rows.chunks(ROWS_AT_ONCE) {
        sql::insert(
            connection,
            "INSERT INTO audit_event (number, at, actor, origin, action, resource, subject, \
             organisation_code, outcome, value_before, value_after, reason, previous, hash, seal)",
            some.to_vec(),
            "",
        )
        .await
        .map_err(failed)?;
    }
    let sql = Sql::with(
        "UPDATE audit_head SET hash = $1 WHERE id = 1",
        [previous.into()],
    );
    sql.query().execute(connection).await.map_err(failed)?;
    Ok(())
}

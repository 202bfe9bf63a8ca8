//! Attempts to sign in, counted before they are judged, so that many at once gain nothing.

use biaochi_access::Resource;
use biaochi_access::secret::fingerprint;
use biaochi_access::throttle::Throttle;
use jiff::{SignedDuration, Timestamp};

use super::account::missing;
use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::Result;
use crate::open::Store;
use crate::row::Cells;
use crate::scope::{Actor, Scope};
use crate::sql::Sql;

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It may; it counts as failed until it is known not to have.
    Allowed,
    /// There were too many.
    RefusedUntil(Timestamp),
}

impl Store {
    /// Counts an attempt for a subject – a name or an address – unless it has to wait.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin_attempt(
        &self,
        subject: &str,
        throttle: &Throttle,
        now: Timestamp,
    ) -> Result<Attempt> {
        let subject = fingerprint(subject);
        let at = now.as_microsecond();
        let mut transaction = self.begin(ACTIVITY).await?;
        // Writing first makes others wait for the end of this one.
        let sql = Sql::with(
            "INSERT INTO account_attempt (subject, failures, refused_until, last_at) \
             VALUES ($1, 0, 0, $2) ON CONFLICT (subject) DO UPDATE SET failures = account_attempt.failures",
            [subject.as_str().into(), at.into()],
        );
        sql.query()
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let sql = Sql::with(
            "SELECT failures, refused_until, last_at FROM account_attempt WHERE subject = $1",
            [subject.as_str().into()],
        );
        let row = sql.query().fetch_one(&mut *transaction).await;
        let row = row.map_err(failed)?;
        let mut cells = Cells::new(&row, ACTIVITY);
        let (failures, refused_until, last_at) = (cells.count()?, cells.int()?, cells.int()?);
        // A clock that was ahead for a while must not keep people out for longer than any wait.
        let longest = i64::try_from(throttle.longest_wait.as_micros()).unwrap_or(i64::MAX);
        let latest = at.saturating_add(longest);
        let refused_until = if refused_until > latest {
            let sql = Sql::with(
                "UPDATE account_attempt SET refused_until = $1, last_at = $2 WHERE subject = $3",
                [latest.into(), at.into(), subject.as_str().into()],
            );
            let done = sql.query().execute(&mut *transaction).await;
            done.map_err(failed)?;
            latest
        } else {
            refused_until
        };
        if refused_until > at {
            transaction.commit().await.map_err(failed)?;
            let until = Timestamp::from_microsecond(refused_until).unwrap_or(now);
            return Ok(Attempt::RefusedUntil(until));
        }
        let kept = i64::try_from(throttle.forgotten_after.as_micros()).unwrap_or(i64::MAX);
        let before = match at.saturating_sub(last_at) > kept {
            true => 0,
            false => u32::try_from(failures).unwrap_or(u32::MAX),
        };
        let failures = before.saturating_add(1);
        let wait = throttle.wait(failures);
        let wait = wait.and_then(|wait| SignedDuration::try_from(wait).ok());
        let until = wait.and_then(|wait| now.checked_add(wait).ok());
        let until = until.map_or(0, |until| until.as_microsecond());
        let sql = Sql::with(
            "UPDATE account_attempt SET failures = $1, refused_until = $2, last_at = $3 \
             WHERE subject = $4",
            [
                i64::from(failures).into(),
                until.into(),
                at.into(),
                subject.as_str().into(),
            ],
        );
        sql.query()
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        // Names that nobody has must not fill the database.
        let kept = Throttle::NAME.forgotten_after.as_micros() * 2;
        let kept = i64::try_from(kept).unwrap_or(i64::MAX);
        let sql = Sql::with(
            "DELETE FROM account_attempt WHERE last_at < $1 AND refused_until < $2",
            [at.saturating_sub(kept).into(), at.into()],
        );
        sql.query().execute(self.pool()).await.map_err(failed)?;
        Ok(Attempt::Allowed)
    }

    /// Forgets the failures of a subject: the attempt succeeded.
    ///
    /// # Errors
    /// The database fails.
    pub async fn clear_attempts(&self, subject: &str) -> Result<()> {
        let sql = Sql::with(
            "DELETE FROM account_attempt WHERE subject = $1",
            [fingerprint(subject).into()],
        );
        sql.query().execute(self.pool()).await.map_err(failed)?;
        Ok(())
    }

    /// Takes one attempt back: it was neither a success nor a failure. A wait that real failures brought stays.
    ///
    /// # Errors
    /// The database fails.
    pub async fn withdraw_attempt(&self, subject: &str, throttle: &Throttle) -> Result<()> {
        let sql = Sql::with(
            "UPDATE account_attempt SET failures = failures - 1, \
             refused_until = CASE WHEN failures <= $1 THEN 0 ELSE refused_until END \
             WHERE subject = $2 AND failures > 0",
            [
                (i64::from(throttle.free) + 1).into(),
                fingerprint(subject).into(),
            ],
        );
        sql.query().execute(self.pool()).await.map_err(failed)?;
        Ok(())
    }

    /// Until when attempts for a subject are refused; `None` when they are not.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refused_until(&self, subject: &str, now: Timestamp) -> Result<Option<Timestamp>> {
        let sql = Sql::with(
            "SELECT refused_until FROM account_attempt WHERE subject = $1 AND refused_until > $2",
            [fingerprint(subject).into(), now.as_microsecond().into()],
        );
        let row = sql.query().fetch_optional(self.pool()).await;
        row.map_err(failed)?
            .map(|row| Cells::new(&row, ACTIVITY).time())
            .transpose()
    }

    /// Ends the wait of an account, on behalf of somebody who manages it; `subject` is what its attempts are
    /// counted under.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`], also for one outside the scope; or the database fails.
    pub async fn unlock_account(
        &self,
        scope: &Scope,
        actor: &Actor,
        name: &str,
        subject: &str,
        reason: &str,
    ) -> Result<()> {
        let account = self.account(scope, name).await?;
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let sql = Sql::with(
            "DELETE FROM account_attempt WHERE subject = $1",
            [fingerprint(subject).into()],
        );
        let done = sql.query().execute(&mut *transaction).await;
        if done.map_err(failed)?.rows_affected() == 0 {
            return Err(missing(&format!("{name}：没有失败的登录")));
        }
        let entry = NewAuditEntry::done(
            AuditAction::AccountUnlocked,
            Resource::Account,
            &account.name,
        )
        .of(&account.organisation_code)
        .because(reason);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await
    }
}

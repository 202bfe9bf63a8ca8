//! The first administrator: a code that is shown once makes an account with a role for everything, once.

use biaochi_access::Resource;
use jiff::Timestamp;

use super::account::{Account, NewAccount, insert};
use super::roles::{self, NewAssignment};
use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::Result;
use crate::open::Store;
use crate::scope::Actor;
use crate::sql::{self, Bind, Sql};

impl Store {
    /// Keeps the hash of a set-up code; those before it end.
    ///
    /// # Errors
    /// The database fails.
    pub async fn make_set_up_code(
        &self,
        actor: &Actor,
        fingerprint: &str,
        expires_at: Timestamp,
    ) -> Result<()> {
        let actor = actor.checked()?;
        let at = actor.at.as_microsecond();
        let mut transaction = self.begin(ACTIVITY).await?;
        let sql = Sql::with(
            "UPDATE account_set_up SET used_at = $1 WHERE used_at IS NULL",
            [at.into()],
        );
        sql.query()
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let row: Vec<Bind> = vec![
            fingerprint.into(),
            actor.name.as_str().into(),
            at.into(),
            expires_at.as_microsecond().into(),
            None::<i64>.into(),
        ];
        let head =
            "INSERT INTO account_set_up (fingerprint, made_by, made_at, expires_at, used_at)";
        let stored = sql::insert(&mut transaction, head, vec![row], "").await;
        stored.map_err(failed)?;
        let entry = NewAuditEntry::done(AuditAction::SetUpCode, Resource::Account, "")
            .change("", format!("..{expires_at}"));
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await
    }

    /// Uses a set-up code: makes the account and gives it the role, all or nothing. `None` when the code does not
    /// hold (any more), or there are accounts already. The new account is the one who acts.
    ///
    /// # Errors
    /// As [`Store::create_account`].
    pub async fn use_set_up_code(
        &self,
        at: Timestamp,
        fingerprint: &str,
        account: &NewAccount,
        assignment: &NewAssignment,
    ) -> Result<Option<Account>> {
        let actor = Actor {
            name: account.name.clone(),
            at,
        };
        let actor = actor.checked()?;
        let now = actor.at.as_microsecond();
        let mut transaction = self.begin(ACTIVITY).await?;
        let sql = Sql::with(
            "UPDATE account_set_up SET used_at = $1 \
             WHERE fingerprint = $2 AND used_at IS NULL AND expires_at > $3 \
             AND NOT EXISTS (SELECT name FROM account)",
            [now.into(), fingerprint.into(), now.into()],
        );
        let done = sql.query().execute(&mut *transaction).await;
        if done.map_err(failed)?.rows_affected() != 1 {
            return Ok(None);
        }
        let made = insert(&mut transaction, &actor, account).await?;
        let granted = roles::insert(&mut transaction, &actor, &made.name, assignment).await?;
        let entries = [made.created(), granted.granted(&made)];
        self.finish(transaction, ACTIVITY, &actor, &entries).await?;
        Ok(Some(made))
    }
}

use biaochi_access::Resource;
use biaochi_access::secret::Secret;
use sqlx::AnyConnection;

use super::account::{Account, AccountState, Credentials, load_in};
use super::identities::unlink_own;
use super::sessions::end_all;
use super::tokens::revoke_all;
use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::row::as_int;
use crate::scope::{Actor, Scope};
use crate::sql::{Bind, Sql};
use crate::value::free_text;

/// What is changed of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountChange {
    /// It can be used no longer; its sessions end and its tokens are refused.
    Disable,
    /// It can be used again.
    Enable,
    /// It has another password; its sessions end, but for the one that is kept. When somebody else set it, its tokens are
    /// revoked as well, and a link to the identity provider that its owner made is removed: whoever had taken the account
    /// over may have made them.
    Password {
        /// Its hash.
        hash: Secret,
        /// Whether the person has to choose another one first.
        must_change: bool,
        /// Fingerprint of the session that goes on: the one in which people change their own.
        keeps: Option<String>,
    },
    /// A second factor waits for its first code.
    DraftSecondFactor {
        /// Its secret, sealed.
        sealed: Secret,
    },
    /// The second factor that waits is asked for from now on.
    ConfirmSecondFactor {
        /// The step of the code that proved it.
        step: i64,
    },
    /// No second factor is asked for any more.
    DropSecondFactor,
}

impl Store {
    /// Changes an account, as it was seen.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody was faster, [`StoreError::NotFound`], also for one outside the scope.
    pub async fn change_account(
        &self,
        scope: &Scope,
        actor: &Actor,
        seen: &Account,
        change: &AccountChange,
        reason: &str,
    ) -> Result<Account> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let found = load_in(&mut transaction, scope, &seen.name).await?;
        let conflict = |found: u64| StoreError::Conflict {
            subject: seen.name.clone(),
            expected: seen.revision,
            found,
        };
        if found.account.revision != seen.revision {
            return Err(conflict(found.account.revision));
        }
        let (next, action) = found.clone().after(change, &actor);
        if !update(&mut transaction, &next, seen.revision).await? {
            return Err(conflict(seen.revision + 1));
        }
        let keeps = match change {
            AccountChange::Disable => Some(None),
            AccountChange::Password { keeps, .. } => Some(keeps.as_deref()),
            _ => None,
        };
        if let Some(keeps) = keeps {
            end_all(&mut transaction, &seen.name, keeps, actor.at).await?;
        }
        let mut revoked = Vec::new();
        if let AccountChange::Password {
            must_change: true, ..
        } = change
        {
            revoked = revoke_all(&mut transaction, &next.account, actor.at).await?;
            revoked.extend(unlink_own(&mut transaction, &next.account).await?);
        }
        let entries: Vec<NewAuditEntry> = action
            .map(|action| {
                let (before, after) = (found.account.summary(), next.account.summary());
                NewAuditEntry::done(action, Resource::Account, &seen.name)
                    .of(&next.account.organisation_code)
                    .change(before, after)
                    .because(free_text(reason))
            })
            .into_iter()
            .chain(revoked)
            .collect();
        self.finish(transaction, ACTIVITY, &actor, &entries).await?;
        Ok(next.account)
    }
}

impl Account {
    /// What the audit trail says of it: nothing that is secret.
    fn summary(&self) -> String {
        let mut words = vec![self.state.code()];
        if self.must_change {
            words.push("must-change-password");
        }
        if self.second_factor {
            words.push("second-factor");
        }
        words.join(" ")
    }
}

impl Credentials {
    /// What it is after a change, and what that is called; a second factor that only waits is nothing yet.
    fn after(mut self, change: &AccountChange, actor: &Actor) -> (Self, Option<AuditAction>) {
        let account = &mut self.account;
        account.revision += 1;
        let action = match change {
            AccountChange::Disable => {
                account.state = AccountState::Disabled;
                Some(AuditAction::AccountDisabled)
            }
            AccountChange::Enable => {
                account.state = AccountState::Active;
                Some(AuditAction::AccountEnabled)
            }
            AccountChange::Password {
                hash, must_change, ..
            } => {
                account.password_at = Some(actor.at);
                account.must_change = *must_change;
                self.password = hash.clone();
                Some(AuditAction::PasswordChanged)
            }
            AccountChange::DraftSecondFactor { sealed } => {
                self.totp_draft = sealed.clone();
                None
            }
            AccountChange::ConfirmSecondFactor { step } => {
                account.second_factor = true;
                self.totp = std::mem::replace(&mut self.totp_draft, Secret::new(""));
                self.totp_step = *step;
                Some(AuditAction::SecondFactorOn)
            }
            AccountChange::DropSecondFactor => {
                account.second_factor = false;
                self.totp = Secret::new("");
                self.totp_draft = Secret::new("");
                Some(AuditAction::SecondFactorOff)
            }
        };
        (self, action)
    }
}

/// Writes an account over its revision `seen`; `false` when somebody was faster.
async fn update(connection: &mut AnyConnection, next: &Credentials, seen: u64) -> Result<bool> {
    let account = &next.account;
    let values: [(&'static str, Bind); 8] = [
        ("UPDATE account SET state = ", account.state.code().into()),
        (", password = ", next.password.reveal().into()),
        (
            ", password_at = ",
            account.password_at.map(|at| at.as_microsecond()).into(),
        ),
        (", must_change = ", i64::from(account.must_change).into()),
        (", totp = ", next.totp.reveal().into()),
        (", totp_draft = ", next.totp_draft.reveal().into()),
        (", totp_step = ", next.totp_step.into()),
        (", revision = ", as_int(account.revision).into()),
    ];
    let mut sql = Sql::new("");
    for (text, value) in values {
        sql.push(text).bind(value);
    }
    sql.push(" WHERE name = ").bind(account.name.as_str());
    sql.push(" AND revision = ").bind(as_int(seen));
    let done = sql.query().execute(connection).await.map_err(failed)?;
    Ok(done.rows_affected() == 1)
}

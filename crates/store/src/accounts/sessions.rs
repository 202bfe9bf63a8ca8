use biaochi_access::Resource;
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::account::{Account, AccountState, flag, load, missing};
use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::Result;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::Actor;
use crate::sql::{self, Bind, Sql};

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Hash of its id.
    pub fingerprint: String,
    /// The account.
    pub account: String,
    /// Its revision when it was known who signs in: with another one since, nothing is opened.
    pub revision: u64,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// The step of its code, which is not taken again.
    pub totp_step: Option<i64>,
    /// Whether the identity provider said who it is, and no password was given.
    pub by_provider: bool,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSession {
    /// Whose.
    pub account: Account,
    /// From where it was opened.
    pub origin: String,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// Whether the identity provider said who it is, and no password was given.
    pub by_provider: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

impl Store {
    /// Opens a session, once the caller knows who it is. `false` when the code was taken before, or the account was
    /// disabled or given another password meanwhile: then nothing is opened.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`], or the database fails.
    pub async fn open_session(&self, actor: &Actor, session: &NewSession) -> Result<bool> {
        let actor = actor.checked()?;
        let at = actor.at.as_microsecond();
        let mut transaction = self.begin(ACTIVITY).await?;
        let mut sql = Sql::new("UPDATE account SET last_sign_in = ");
        sql.bind(at);
        if let Some(step) = session.totp_step {
            sql.push(", totp_step = ").bind(step);
        }
        sql.push(" WHERE name = ").bind(session.account.as_str());
        sql.push(" AND state = ").bind(AccountState::Active.code());
        sql.push(" AND revision = ").bind(as_int(session.revision));
        if let Some(step) = session.totp_step {
            sql.push(" AND totp_step < ").bind(step);
        }
        let done = sql.query().execute(&mut *transaction).await;
        if done.map_err(failed)?.rows_affected() != 1 {
            return Ok(false);
        }
        let row: Vec<Bind> = vec![
            session.fingerprint.as_str().into(),
            session.account.as_str().into(),
            self.origin().into(),
            i64::from(session.second_factor).into(),
            at.into(),
            at.into(),
            session.expires_at.as_microsecond().into(),
            None::<i64>.into(),
            i64::from(session.by_provider).into(),
        ];
        let head = "INSERT INTO account_session (fingerprint, account, origin, second_factor, \
            opened_at, seen_at, expires_at, ended_at, by_provider)";
        let stored = sql::insert(&mut transaction, head, vec![row], "").await;
        stored.map_err(failed)?;
        let found = load(&mut transaction, &session.account).await?;
        let found = found.ok_or_else(|| missing(&session.account))?;
        let entry = NewAuditEntry::done(
            AuditAction::SignedIn,
            Resource::Account,
            session.account.as_str(),
        )
        .of(found.account.organisation_code)
        .because(if session.by_provider {
            "统一身份认证"
        } else {
            ""
        });
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(true)
    }

    /// Writes down that a password was not changed: whoever asked did not know the old one.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refuse_password(&self, actor: &Actor, account: Option<&Account>) -> Result<()> {
        let actor = actor.checked()?;
        let code = account.map_or("", |account| account.organisation_code.as_str());
        let name = actor.name.as_str();
        let entry = NewAuditEntry::refused(AuditAction::PasswordChanged, Resource::Account, name)
            .of(code)
            .because("原密码不正确");
        self.record_audit(&actor, &[entry]).await
    }

    /// Writes down that somebody was not let in. The name stays out when nobody has it: people type passwords there.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refuse_sign_in(
        &self,
        account: Option<&Account>,
        reason: &str,
        at: Timestamp,
    ) -> Result<()> {
        let name = account.map_or("", |account| account.name.as_str());
        let code = account.map_or("", |account| account.organisation_code.as_str());
        let entry = NewAuditEntry::refused(AuditAction::SignInRefused, Resource::Account, name)
            .of(code)
            .because(reason);
        self.record_anonymous(at, entry).await
    }

    /// The session whose id has this hash.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session(&self, fingerprint: &str) -> Result<Option<StoredSession>> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        let sql = Sql::with(
            "SELECT account, origin, second_factor, opened_at, seen_at, expires_at, ended_at, \
             by_provider FROM account_session WHERE fingerprint = $1",
            [fingerprint.into()],
        );
        let row = sql.query().fetch_optional(&mut *connection).await;
        let Some(row) = row.map_err(failed)? else {
            return Ok(None);
        };
        let name = Cells::new(&row, ACTIVITY).text()?;
        let found = load(&mut connection, &name).await?;
        found.map(|found| read(&row, found.account)).transpose()
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The database fails.
    pub async fn touch_session(&self, fingerprint: &str, at: Timestamp) -> Result<()> {
        let sql = Sql::with(
            "UPDATE account_session SET seen_at = $1 WHERE fingerprint = $2",
            [at.as_microsecond().into(), fingerprint.into()],
        );
        sql.query().execute(self.pool()).await.map_err(failed)?;
        Ok(())
    }

    /// Ends a session that its owner leaves.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_session(&self, actor: &Actor, fingerprint: &str) -> Result<()> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let sql = Sql::with(
            "UPDATE account_session SET ended_at = $1 WHERE fingerprint = $2 AND account = $3 \
             AND ended_at IS NULL",
            [
                actor.at.as_microsecond().into(),
                fingerprint.into(),
                actor.name.as_str().into(),
            ],
        );
        let done = sql.query().execute(&mut *transaction).await;
        if done.map_err(failed)?.rows_affected() == 0 {
            return Ok(());
        }
        let name = actor.name.as_str();
        let found = load(&mut transaction, name).await?;
        let organisation = found.map(|found| found.account.organisation_code);
        let entry = NewAuditEntry::done(AuditAction::SignedOut, Resource::Account, name)
            .of(organisation.unwrap_or_default());
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await
    }
}

/// Characters of a session's hash by which people name it. They are no secret: the session's id cannot be found from
/// its hash.
const NAMED_BY: usize = 16;

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenSession {
    /// What people name it by.
    pub session_id: String,
    /// From where it was opened.
    pub origin: String,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
}

/// What people name the session by that has this hash.
pub fn session_id(fingerprint: &str) -> String {
    fingerprint.chars().take(NAMED_BY).collect()
}

impl Store {
    /// The sessions of an account that were not ended and last beyond a time, those used last first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sessions_of(&self, account: &str, now: Timestamp) -> Result<Vec<OpenSession>> {
        let sql = Sql::with(
            "SELECT fingerprint, origin, second_factor, opened_at, seen_at, expires_at \
             FROM account_session WHERE account = $1 AND ended_at IS NULL AND expires_at > $2 \
             ORDER BY seen_at DESC, fingerprint",
            [account.into(), now.as_microsecond().into()],
        );
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let session = |row: &AnyRow| {
            let mut cells = Cells::new(row, ACTIVITY);
            Ok(OpenSession {
                session_id: session_id(&cells.text()?),
                origin: cells.text()?,
                second_factor: flag(&mut cells)?,
                opened_at: cells.time()?,
                seen_at: cells.time()?,
                expires_at: cells.time()?,
            })
        };
        rows.iter().map(session).collect()
    }

    /// Ends one of the actor's own sessions by what people name it by; `false` when there is none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_session_named(&self, actor: &Actor, id: &str) -> Result<bool> {
        let sql = Sql::with(
            "SELECT fingerprint FROM account_session WHERE account = $1 AND ended_at IS NULL",
            [actor.name.as_str().into()],
        );
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        for row in &rows {
            let fingerprint = Cells::new(row, ACTIVITY).text()?;
            if session_id(&fingerprint) == id {
                self.end_session(actor, &fingerprint).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Ends all sessions of an account, but for one that is kept.
pub(super) async fn end_all(
    connection: &mut AnyConnection,
    account: &str,
    keeps: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    // No session has an empty fingerprint.
    let keeps = keeps.unwrap_or_default();
    let sql = Sql::with(
        "UPDATE account_session SET ended_at = $1 WHERE account = $2 AND ended_at IS NULL AND fingerprint <> $3",
        [at.as_microsecond().into(), account.into(), keeps.into()],
    );
    sql.query().execute(connection).await.map_err(failed)?;
    Ok(())
}

fn read(row: &AnyRow, account: Account) -> Result<StoredSession> {
    let mut cells = Cells::new(row, ACTIVITY);
    cells.text()?;
    Ok(StoredSession {
        account,
        origin: cells.text()?,
        second_factor: flag(&mut cells)?,
        opened_at: cells.time()?,
        seen_at: cells.time()?,
        expires_at: cells.time()?,
        ended_at: cells.optional_time()?,
        by_provider: flag(&mut cells)?,
    })
}

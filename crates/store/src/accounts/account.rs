use biaochi_access::Resource;
use biaochi_access::secret::Secret;
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int, damaged};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Bind, Sql};
use crate::value::Named;

biaochi_domain::coded! {
    /// Whether an account can be used.
    pub enum AccountState {
        /// It can.
        Active = "active", "启用", "active";
        /// It cannot.
        Disabled = "disabled", "停用", "disabled";
    }
}

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its name, in small letters.
    pub name: String,
    /// How the person is called.
    pub title: String,
    /// The institution that manages it; empty for one of those who manage everything.
    pub organisation_code: String,
    /// Hash of the first password; `None` for a program that only has tokens.
    pub password: Option<Secret>,
    /// Whether the person has to choose another one first.
    pub must_change: bool,
}

/// An account, without what is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Its name.
    pub name: String,
    /// How the person is called.
    pub title: String,
    /// The institution that manages it; empty for one of those who manage everything.
    pub organisation_code: String,
    /// Whether it can be used.
    pub state: AccountState,
    /// When the password was set; `None` without one.
    pub password_at: Option<Timestamp>,
    /// Whether another password has to be chosen first.
    pub must_change: bool,
    /// Whether a second factor is asked for.
    pub second_factor: bool,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    pub last_sign_in: Option<Timestamp>,
    /// Counts the changes.
    pub revision: u64,
}

/// What signing in is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// Hash of the password; empty without one.
    pub password: Secret,
    /// Sealed secret of the second factor; empty without one.
    pub totp: Secret,
    /// Sealed secret that waits for its first code; empty without one.
    pub totp_draft: Secret,
    /// The step of the last code that was taken.
    pub totp_step: i64,
}

macro_rules! columns {
    () => {
        "name, title, organisation_code, state, password, password_at, must_change, totp, \
         totp_draft, totp_step, created_by, created_at, last_sign_in, revision"
    };
}

const SELECT: &str = concat!("SELECT ", columns!(), " FROM account");

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken, [`StoreError::Invalid`], [`StoreError::OutOfScope`].
    pub async fn create_account(
        &self,
        scope: &Scope,
        actor: &Actor,
        account: &NewAccount,
    ) -> Result<Account> {
        scope.require(&account.organisation_code)?;
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let made = insert(&mut transaction, &actor, account).await?;
        let entry = made.created();
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(made)
    }

    /// An account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for one outside the scope; or the database fails.
    pub async fn account(&self, scope: &Scope, name: &str) -> Result<Account> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        Ok(load_in(&mut connection, scope, name).await?.account)
    }

    /// The accounts of a scope, by name.
    ///
    /// # Errors
    /// The database fails.
    pub async fn accounts(&self, scope: &Scope) -> Result<Vec<Account>> {
        let mut sql = Sql::new(SELECT);
        if let Scope::Organisations(codes) = scope {
            sql.push(" WHERE organisation_code IN ")
                .bind_list(codes.iter().map(String::as_str));
        }
        sql.push(" ORDER BY name");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let accounts = rows.iter().map(|row| Ok(credentials(row)?.account));
        accounts.collect()
    }

    /// Whether there is any account.
    ///
    /// # Errors
    /// The database fails.
    pub async fn has_accounts(&self) -> Result<bool> {
        let sql = Sql::new("SELECT COUNT(*) FROM account");
        let row = sql.query().fetch_one(self.pool()).await.map_err(failed)?;
        Ok(Cells::new(&row, ACTIVITY).count()? > 0)
    }

    /// What signing in is checked against; whoever signs in has no scope yet.
    ///
    /// # Errors
    /// The database fails.
    pub async fn credentials(&self, name: &str) -> Result<Option<Credentials>> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        load(&mut connection, name).await
    }
}

impl Account {
    /// What the audit trail says when it is made.
    pub(super) fn created(&self) -> NewAuditEntry {
        NewAuditEntry::done(AuditAction::AccountCreated, Resource::Account, &self.name)
            .of(&self.organisation_code)
            .change("", &self.title)
    }
}

pub(super) fn missing(name: &str) -> StoreError {
    StoreError::NotFound {
        subject: name.to_owned(),
    }
}

/// There is already what may be there once only.
pub(super) fn taken(subject: String) -> StoreError {
    StoreError::Conflict {
        subject,
        expected: 0,
        found: 1,
    }
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    actor: &Actor,
    account: &NewAccount,
) -> Result<Account> {
    let made = Account {
        name: Named::Account.check(&account.name)?,
        title: Named::Title.check(&account.title)?,
        organisation_code: Named::Organisation.check_optional(&account.organisation_code)?,
        state: AccountState::Active,
        password_at: account.password.as_ref().map(|_| actor.at),
        must_change: account.must_change,
        second_factor: false,
        created_by: actor.name.clone(),
        created_at: actor.at,
        last_sign_in: None,
        revision: 1,
    };
    let password = account.password.as_ref().map_or("", Secret::reveal);
    let row: Vec<Bind> = vec![
        made.name.as_str().into(),
        made.title.as_str().into(),
        made.organisation_code.as_str().into(),
        made.state.code().into(),
        password.into(),
        made.password_at.map(|at| at.as_microsecond()).into(),
        i64::from(made.must_change).into(),
        "".into(),
        "".into(),
        0i64.into(),
        made.created_by.as_str().into(),
        made.created_at.as_microsecond().into(),
        None::<i64>.into(),
        as_int(made.revision).into(),
    ];
    let head = concat!("INSERT INTO account (", columns!(), ")");
    let tail = "ON CONFLICT (name) DO NOTHING";
    let new = sql::insert(connection, head, vec![row], tail).await;
    if new.map_err(failed)? != 1 {
        return Err(taken(made.name));
    }
    Ok(made)
}

pub(super) async fn load(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<Credentials>> {
    // PostgreSQL refuses texts with U+0000 outright; nobody is called so.
    if name.contains('\0') {
        return Ok(None);
    }
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE name = ").bind(name);
    let row = sql.query().fetch_optional(connection).await;
    row.map_err(failed)?
        .map(|row| credentials(&row))
        .transpose()
}

/// The same of an account of the scope; one outside it is not there.
pub(super) async fn load_in(
    connection: &mut AnyConnection,
    scope: &Scope,
    name: &str,
) -> Result<Credentials> {
    let found = load(connection, name).await?;
    found
        .filter(|found| scope.allows(&found.account.organisation_code))
        .ok_or_else(|| missing(name))
}

fn credentials(row: &AnyRow) -> Result<Credentials> {
    let mut cells = Cells::new(row, ACTIVITY);
    let (name, title, organisation_code) = (cells.text()?, cells.text()?, cells.text()?);
    let state = cells.parsed("account state", AccountState::from_code)?;
    let password = Secret::new(cells.text()?);
    let password_at = cells.optional_time()?;
    let must_change = flag(&mut cells)?;
    let (totp, totp_draft) = (Secret::new(cells.text()?), Secret::new(cells.text()?));
    let totp_step = cells.int()?;
    Ok(Credentials {
        account: Account {
            name,
            title,
            organisation_code,
            state,
            password_at,
            must_change,
            second_factor: !totp.reveal().is_empty(),
            created_by: cells.text()?,
            created_at: cells.time()?,
            last_sign_in: cells.optional_time()?,
            revision: cells.count()?,
        },
        password,
        totp,
        totp_draft,
        totp_step,
    })
}

pub(super) fn flag(cells: &mut Cells<'_>) -> Result<bool> {
    match cells.int()? {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(damaged("flag", other)),
    }
}

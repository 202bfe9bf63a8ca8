//! Who an account is to the identity provider. A person is known by issuer and subject alone; what the provider calls
//! them is compared once, when an administrator said whom to expect.

use biaochi_access::Resource;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::account::{Account, load, load_in, taken};
use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::Result;
use crate::open::Store;
use crate::row::Cells;
use crate::scope::{Actor, Scope};
use crate::sql::{self, Bind, Sql};
use crate::value::{Named, free_text};

/// A person as the identity provider told of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderPerson {
    /// Who says so.
    pub issuer: String,
    /// Who it is: it stays the same as long as the person is known there.
    pub subject: String,
    /// What they are called; empty when the provider did not say.
    pub shown: String,
}

/// Who an account is to the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountIdentity {
    /// The account.
    pub account: String,
    /// What the provider calls the person, as an administrator wrote it; empty where the person linked the account.
    pub expected: String,
    /// Issuer and subject, once somebody was linked.
    pub person: Option<ProviderPerson>,
    /// Who linked the account, or wrote whom to expect.
    pub linked_by: String,
    /// When.
    pub linked_at: jiff::Timestamp,
}

const SELECT: &str =
    "SELECT account, expected, issuer, subject, shown, linked_by, linked_at FROM account_identity";

impl Store {
    /// Who an account is to the identity provider, if that is known.
    ///
    /// # Errors
    /// The database fails.
    pub async fn identity_of(&self, account: &str) -> Result<Option<AccountIdentity>> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        read(&mut connection, account).await
    }

    /// Who the accounts of a scope are to the identity provider, where that is known, by account.
    ///
    /// # Errors
    /// The database fails.
    pub async fn identities(&self, scope: &Scope) -> Result<Vec<AccountIdentity>> {
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE account IN (SELECT name FROM account WHERE name <> ''")
            .within("organisation_code", scope)
            .push(") ORDER BY account");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(identity).collect()
    }

    /// The account of a person of the identity provider.
    ///
    /// # Errors
    /// The database fails.
    pub async fn account_of_person(&self, person: &ProviderPerson) -> Result<Option<Account>> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        let name = held_by(&mut connection, person).await?;
        account(&mut connection, name).await
    }

    /// The account for which an administrator wrote that somebody is expected whom the provider calls so, as long as
    /// nobody is linked to it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn account_expecting(&self, shown: &str) -> Result<Option<Account>> {
        let shown = shown.trim();
        if shown.is_empty() || shown.contains('\0') {
            return Ok(None);
        }
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        let sql = Sql::with(
            "SELECT account FROM account_identity WHERE expected = $1 AND subject = ''",
            [shown.into()],
        );
        let name = first_text(&mut connection, sql).await?;
        account(&mut connection, name).await
    }

    /// Links an account to a person. Whom an administrator expects stays written.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when the person is linked to another account, or another person to this one.
    pub async fn link_identity(
        &self,
        actor: &Actor,
        account: &str,
        person: &ProviderPerson,
        reason: &str,
    ) -> Result<AccountIdentity> {
        let actor = actor.checked()?;
        let person = ProviderPerson {
            issuer: Named::ProviderPerson.check(&person.issuer)?,
            subject: Named::ProviderPerson.check(&person.subject)?,
            // It is only shown: what cannot be is left out, and keeps nobody away.
            shown: Named::ProviderPerson
                .check_optional(&person.shown)
                .unwrap_or_default(),
        };
        let mut transaction = self.begin(ACTIVITY).await?;
        let (found, before) = held(&mut transaction, &Scope::All, account).await?;
        let other = held_by(&mut transaction, &person).await?;
        let is_linked = before
            .as_ref()
            .is_some_and(|before| before.person.is_some());
        if other.is_some() || is_linked {
            return Err(taken(found.name));
        }
        let identity = AccountIdentity {
            account: found.name.clone(),
            expected: before.map(|before| before.expected).unwrap_or_default(),
            person: Some(person),
            linked_by: actor.name.clone(),
            linked_at: actor.at,
        };
        write(&mut transaction, &identity).await?;
        let entry = identity.entry(AuditAction::IdentityLinked, &found);
        let entry = entry.change("", identity.told()).because(free_text(reason));
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(identity)
    }

    /// Writes whom to expect: whoever the provider calls so is linked at the first sign-in. Who was linked before is not
    /// any more.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when another account expects the same, [`crate::StoreError::NotFound`], also for an account
    /// outside the scope, [`crate::StoreError::Invalid`].
    pub async fn expect_identity(
        &self,
        scope: &Scope,
        actor: &Actor,
        account: &str,
        expected: &str,
        reason: &str,
    ) -> Result<AccountIdentity> {
        let actor = actor.checked()?;
        let expected = Named::ProviderPerson.check(expected)?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let (found, before) = held(&mut transaction, scope, account).await?;
        let sql = Sql::with(
            "SELECT COUNT(*) FROM account_identity WHERE expected = $1 AND account <> $2",
            [expected.as_str().into(), found.name.as_str().into()],
        );
        let row = sql.query().fetch_one(&mut *transaction).await;
        if Cells::new(&row.map_err(failed)?, ACTIVITY).count()? > 0 {
            return Err(taken(expected));
        }
        let identity = AccountIdentity {
            account: found.name.clone(),
            expected,
            person: None,
            linked_by: actor.name.clone(),
            linked_at: actor.at,
        };
        write(&mut transaction, &identity).await?;
        let before = before.map(|before| before.told()).unwrap_or_default();
        let entry = identity.entry(AuditAction::IdentityExpected, &found);
        let entry = entry
            .change(before, identity.told())
            .because(free_text(reason));
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(identity)
    }

    /// Forgets who an account is to the identity provider; `false` when that was not known.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`], also for an account outside the scope; or the database fails.
    pub async fn unlink_identity(
        &self,
        scope: &Scope,
        actor: &Actor,
        account: &str,
        reason: &str,
    ) -> Result<bool> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let (found, before) = held(&mut transaction, scope, account).await?;
        let Some(before) = before else {
            return Ok(false);
        };
        remove(&mut transaction, &found.name).await?;
        let entry = before.entry(AuditAction::IdentityUnlinked, &found);
        let entry = entry.change(before.told(), "").because(free_text(reason));
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(true)
    }
}

impl AccountIdentity {
    fn entry(&self, action: AuditAction, account: &Account) -> NewAuditEntry {
        NewAuditEntry::done(action, Resource::Account, &self.account).of(&account.organisation_code)
    }

    /// What the audit trail says of it.
    fn told(&self) -> String {
        match &self.person {
            None => format!("expected {}", self.expected),
            Some(person) if person.shown.is_empty() => {
                format!("{} {}", person.issuer, person.subject)
            }
            Some(person) => {
                format!("{} {} {}", person.issuer, person.subject, person.shown)
            }
        }
    }
}

/// Removes the link that the account's owner made, when somebody else sets the password: whoever had taken the account
/// over may have made it. One that an administrator foretold stays.
pub(super) async fn unlink_own(
    connection: &mut AnyConnection,
    account: &Account,
) -> Result<Option<NewAuditEntry>> {
    let held = read(connection, &account.name).await?;
    let Some(held) = held.filter(|held| held.expected.is_empty()) else {
        return Ok(None);
    };
    remove(connection, &account.name).await?;
    let entry = held.entry(AuditAction::IdentityUnlinked, account);
    Ok(Some(
        entry.change(held.told(), "").because("密码由管理员重设"),
    ))
}

/// The name of the account that a person is linked to.
async fn held_by(
    connection: &mut AnyConnection,
    person: &ProviderPerson,
) -> Result<Option<String>> {
    if person.subject.is_empty() || person.subject.contains('\0') || person.issuer.contains('\0') {
        return Ok(None);
    }
    let sql = Sql::with(
        "SELECT account FROM account_identity WHERE issuer = $1 AND subject = $2",
        [
            person.issuer.as_str().into(),
            person.subject.as_str().into(),
        ],
    );
    first_text(connection, sql).await
}

/// The text that a statement finds, if it finds a row.
async fn first_text(connection: &mut AnyConnection, sql: Sql) -> Result<Option<String>> {
    let row = sql.query().fetch_optional(connection).await;
    let row = row.map_err(failed)?;
    row.map(|row| Cells::new(&row, ACTIVITY).text()).transpose()
}

/// An account of the scope, and who it is to the identity provider.
async fn held(
    connection: &mut AnyConnection,
    scope: &Scope,
    name: &str,
) -> Result<(Account, Option<AccountIdentity>)> {
    let account = load_in(connection, scope, name).await?.account;
    let identity = read(connection, &account.name).await?;
    Ok((account, identity))
}

async fn account(connection: &mut AnyConnection, name: Option<String>) -> Result<Option<Account>> {
    let Some(name) = name else {
        return Ok(None);
    };
    let found = load(connection, &name).await?;
    Ok(found.map(|found| found.account))
}

async fn read(connection: &mut AnyConnection, account: &str) -> Result<Option<AccountIdentity>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE account = ").bind(account);
    let row = sql.query().fetch_optional(connection).await;
    row.map_err(failed)?.map(|row| identity(&row)).transpose()
}

async fn remove(connection: &mut AnyConnection, account: &str) -> Result<()> {
    let sql = Sql::with(
        "DELETE FROM account_identity WHERE account = $1",
        [account.into()],
    );
    sql.query().execute(connection).await.map_err(failed)?;
    Ok(())
}

async fn write(connection: &mut AnyConnection, identity: &AccountIdentity) -> Result<()> {
    remove(connection, &identity.account).await?;
    let person = identity.person.clone().unwrap_or_default();
    let row: Vec<Bind> = vec![
        identity.account.as_str().into(),
        identity.expected.as_str().into(),
        person.issuer.into(),
        person.subject.into(),
        person.shown.into(),
        identity.linked_by.as_str().into(),
        identity.linked_at.as_microsecond().into(),
    ];
    let head = "INSERT INTO account_identity (account, expected, issuer, subject, shown, \
        linked_by, linked_at)";
    let stored = sql::insert(connection, head, vec![row], "").await;
    stored.map_err(failed)?;
    Ok(())
}

fn identity(row: &AnyRow) -> Result<AccountIdentity> {
    let mut cells = Cells::new(row, ACTIVITY);
    let (account, expected) = (cells.text()?, cells.text()?);
    let person = ProviderPerson {
        issuer: cells.text()?,
        subject: cells.text()?,
        shown: cells.text()?,
    };
    Ok(AccountIdentity {
        account,
        expected,
        person: (!person.subject.is_empty()).then_some(person),
        linked_by: cells.text()?,
        linked_at: cells.time()?,
    })
}

use biaochi_access::Resource;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::account::{Account, missing};
use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::Result;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Bind, Sql};
use crate::value::{Named, free_text};

/// A role that somebody is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssignment {
    /// Id of the role.
    pub role: String,
    /// For which unit, as people write units.
    pub unit: String,
    /// The first day.
    pub first_day: Date,
    /// The last day, if it is known.
    pub last_day: Option<Date>,
    /// Why; may be empty.
    pub reason: String,
}

/// A role that somebody has, had or will have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleAssignment {
    /// The account.
    pub account: String,
    /// Its number among those of the account, from 1.
    pub number: u64,
    /// What was granted.
    pub assignment: NewAssignment,
    /// By whom.
    pub granted_by: String,
    /// When.
    pub granted_at: Timestamp,
}

impl RoleAssignment {
    /// Whether it counts on a day.
    pub fn counts_on(&self, day: Date) -> bool {
        let NewAssignment {
            first_day,
            last_day,
            ..
        } = &self.assignment;
        *first_day <= day && last_day.is_none_or(|last| day <= last)
    }
}

impl Store {
    /// Gives somebody a role. Whether the role exists and the unit is one that the actor may give is the caller's
    /// business.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] for an account outside the scope, [`crate::StoreError::Invalid`].
    pub async fn grant_role(
        &self,
        scope: &Scope,
        actor: &Actor,
        account: &str,
        assignment: &NewAssignment,
    ) -> Result<RoleAssignment> {
        let account = self.account(scope, account).await?;
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let granted = insert(&mut transaction, &actor, &account.name, assignment).await?;
        let entry = granted.granted(&account);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(granted)
    }

    /// Ends a role with a day, which is not later than the one that it ends with anyway: more time is given by granting
    /// it again.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] also for a role that has ended by then, or the database fails.
    pub async fn end_role(
        &self,
        scope: &Scope,
        actor: &Actor,
        (account, number): (&str, u64),
        last_day: Date,
        reason: &str,
    ) -> Result<RoleAssignment> {
        let account = self.account(scope, account).await?;
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        hold(&mut transaction, &account.name).await?;
        let before = of_account(&mut transaction, &account.name).await?;
        let before = before.into_iter().find(|one| {
            let ends = one.assignment.last_day;
            one.number == number && ends.is_none_or(|ends| last_day <= ends)
        });
        let before = before.ok_or_else(|| missing(&format!("{}/{number}", account.name)))?;
        let sql = Sql::with(
            "UPDATE account_role SET last_day = $1 WHERE account = $2 AND number = $3",
            [
                last_day.to_string().into(),
                account.name.as_str().into(),
                as_int(number).into(),
            ],
        );
        sql.query()
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let mut after = before.clone();
        after.assignment.last_day = Some(last_day);
        let entry = NewAuditEntry::done(AuditAction::RoleEnded, Resource::Account, &account.name)
            .of(&account.organisation_code)
            .change(before.summary(), after.summary())
            .because(reason);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(after)
    }

    /// All roles that an account has, had or will have.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] for an account outside the scope, or the database fails.
    pub async fn roles_of(&self, scope: &Scope, account: &str) -> Result<Vec<RoleAssignment>> {
        let account = self.account(scope, account).await?;
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        of_account(&mut connection, &account.name).await
    }
}

impl RoleAssignment {
    pub(super) fn granted(&self, account: &Account) -> NewAuditEntry {
        NewAuditEntry::done(AuditAction::RoleGranted, Resource::Account, &account.name)
            .of(&account.organisation_code)
            .change("", self.summary())
            .because(&self.assignment.reason)
    }

    fn summary(&self) -> String {
        let NewAssignment {
            role,
            unit,
            first_day,
            last_day,
            ..
        } = &self.assignment;
        let last_day = last_day.map(|day| day.to_string()).unwrap_or_default();
        format!("{role} {unit} {first_day}..{last_day}")
    }
}

/// Holds an account until the transaction ends: two that change its roles at once come one after the other.
async fn hold(connection: &mut AnyConnection, account: &str) -> Result<()> {
    let sql = Sql::with(
        "UPDATE account SET revision = revision WHERE name = $1",
        [account.into()],
    );
    let done = sql.query().execute(connection).await;
    match done.map_err(failed)?.rows_affected() {
        1 => Ok(()),
        _ => Err(missing(account)),
    }
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    actor: &Actor,
    account: &str,
    assignment: &NewAssignment,
) -> Result<RoleAssignment> {
    hold(connection, account).await?;
    let sql = Sql::with(
        "SELECT COALESCE(MAX(number), 0) FROM account_role WHERE account = $1",
        [account.into()],
    );
    let row = sql.query().fetch_one(&mut *connection).await;
    let number = Cells::new(&row.map_err(failed)?, ACTIVITY).count()? + 1;
    let granted = RoleAssignment {
        account: account.to_owned(),
        number,
        assignment: NewAssignment {
            role: Named::Role.check(&assignment.role)?,
            unit: Named::Unit.check(&assignment.unit)?,
            first_day: assignment.first_day,
            last_day: assignment.last_day,
            reason: free_text(&assignment.reason),
        },
        granted_by: actor.name.clone(),
        granted_at: actor.at,
    };
    let NewAssignment {
        role,
        unit,
        first_day,
        last_day,
        reason,
    } = &granted.assignment;
    let last_day = last_day.map(|day| day.to_string()).unwrap_or_default();
    let row: Vec<Bind> = vec![
        account.into(),
        as_int(number).into(),
        role.as_str().into(),
        unit.as_str().into(),
        first_day.to_string().into(),
        last_day.into(),
        granted.granted_by.as_str().into(),
        granted.granted_at.as_microsecond().into(),
        reason.as_str().into(),
    ];
    let head = "INSERT INTO account_role (account, number, role, unit, first_day, last_day, \
        granted_by, granted_at, reason)";
    let stored = sql::insert(connection, head, vec![row], "").await;
    stored.map_err(failed)?;
    Ok(granted)
}

/// The roles of an account, by number.
pub(super) async fn of_account(
    connection: &mut AnyConnection,
    account: &str,
) -> Result<Vec<RoleAssignment>> {
    let sql = Sql::with(
        "SELECT account, number, role, unit, first_day, last_day, granted_by, granted_at, reason \
         FROM account_role WHERE account = $1 ORDER BY number",
        [account.into()],
    );
    let rows = sql.query().fetch_all(connection).await.map_err(failed)?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<RoleAssignment> {
    let mut cells = Cells::new(row, ACTIVITY);
    let (account, number) = (cells.text()?, cells.count()?);
    let (role, unit, first_day) = (cells.text()?, cells.text()?, cells.date()?);
    let last_day = cells.parsed("day", |text| match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    })?;
    let (granted_by, granted_at) = (cells.text()?, cells.time()?);
    Ok(RoleAssignment {
        account,
        number,
        assignment: NewAssignment {
            role,
            unit,
            first_day,
            last_day,
            reason: cells.text()?,
        },
        granted_by,
        granted_at,
    })
}

use biaochi_access::Level;
use biaochi_access::password;
use biaochi_access::secret::Secret;
use biaochi_access::throttle::Throttle;
use biaochi_organisations::Unit;
use biaochi_store::{
    Account, AccountChange, AccountState, Actor, NewAccount, NewAssignment, RoleAssignment, Scope,
};
use jiff::civil::Date;

use super::error::AccountError;
use super::office::Office;
use super::person::reach_of;
use super::sign_in::{begin, hashed, subject, verify};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Its name.
    pub name: String,
    /// How the person is called.
    pub title: String,
    /// The institution that manages it; empty for one of those who manage everything.
    pub organisation: String,
    /// The first password, which the person has to change; `None` for a program that only has tokens.
    pub password: Option<Secret>,
}

/// A role to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRole {
    /// Its id or name.
    pub role: String,
    /// For which unit.
    pub unit: Unit,
    /// The first day.
    pub first_day: Date,
    /// The last day, if it is known.
    pub last_day: Option<Date>,
    /// Why; may be empty.
    pub reason: String,
}

/// A name as accounts have it.
pub(super) fn lower(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A name for an account: small letters, digits and a few signs.
///
/// # Errors
/// [`AccountError::UserName`].
pub fn user_name(text: &str) -> Result<String, AccountError> {
    let name = lower(text);
    let length = name.chars().count();
    let is_fine = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    let fits = (2..=64).contains(&length) && name.chars().all(is_fine);
    fits.then_some(name).ok_or_else(|| AccountError::UserName {
        text: text.to_owned(),
    })
}

/// An account of the scope, by its name as somebody types it.
///
/// # Errors
/// There is none.
pub async fn user(office: &Office, scope: &Scope, name: &str) -> Result<Account, AccountError> {
    Ok(office.store().account(scope, &lower(name)).await?)
}

/// Makes an account.
///
/// # Errors
/// The name is taken or none, the password is weak, the institution is out of scope.
pub async fn add_user(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    user: &NewUser,
) -> Result<Account, AccountError> {
    let name = user_name(&user.name)?;
    let mut hash = None;
    if let Some(first) = &user.password {
        password::check(first.reveal(), &name)?;
        hash = Some(hashed(first).await?);
    }
    let title = match user.title.trim() {
        "" => name.clone(),
        title => title.to_owned(),
    };
    let account = NewAccount {
        name,
        title,
        organisation_code: user.organisation.clone(),
        must_change: hash.is_some(),
        password: hash,
    };
    Ok(office
        .store()
        .create_account(scope, actor, &account)
        .await?)
}

/// Changes the password of whoever knows the old one.
///
/// # Errors
/// [`AccountError::WrongPassword`], [`AccountError::Weak`], [`AccountError::Wait`] after too many attempts.
pub async fn change_own_password(
    office: &Office,
    actor: &Actor,
    old: &Secret,
    new: &Secret,
) -> Result<Account, AccountError> {
    let store = office.store();
    let attempts = subject(&actor.name);
    begin(office, &attempts, &Throttle::NAME, actor.at).await?;
    let found = store.credentials(&actor.name).await?;
    let fits = verify(old, found.as_ref()).await;
    let Some(found) = found.filter(|_| fits) else {
        return Err(AccountError::WrongPassword);
    };
    store.clear_attempts(&attempts).await?;
    if old.reveal() == new.reveal() {
        return Err(password::Weakness::Same.into());
    }
    password::check(new.reveal(), &actor.name)?;
    let change = AccountChange::Password {
        hash: hashed(new).await?,
        must_change: false,
    };
    let scope = Scope::All;
    Ok(store
        .change_account(&scope, actor, &found.account, &change, "")
        .await?)
}

/// Sets a password that the person has to change at the next sign-in.
///
/// # Errors
/// The password is weak, or there is no such account.
pub async fn reset_password(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    new: &Secret,
    reason: &str,
) -> Result<Account, AccountError> {
    let account = user(office, scope, name).await?;
    password::check(new.reveal(), &account.name)?;
    let change = AccountChange::Password {
        hash: hashed(new).await?,
        must_change: true,
    };
    let store = office.store();
    Ok(store
        .change_account(scope, actor, &account, &change, reason)
        .await?)
}

/// Disables an account, or enables it again.
///
/// # Errors
/// There is no such account.
pub async fn set_state(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    state: AccountState,
    reason: &str,
) -> Result<Account, AccountError> {
    let account = user(office, scope, name).await?;
    if account.state == state {
        return Ok(account);
    }
    let change = match state {
        AccountState::Active => AccountChange::Enable,
        AccountState::Disabled => AccountChange::Disable,
    };
    let store = office.store();
    Ok(store
        .change_account(scope, actor, &account, &change, reason)
        .await?)
}

/// Ends the wait after failed attempts.
///
/// # Errors
/// There is no such account, or nothing failed.
pub async fn unlock(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    reason: &str,
) -> Result<(), AccountError> {
    let account = user(office, scope, name).await?;
    let subject = subject(&account.name);
    let store = office.store();
    Ok(store
        .unlock_account(scope, actor, &account.name, &subject, reason)
        .await?)
}

/// Gives somebody a role, for a unit that lies within the scope of whoever gives it.
///
/// # Errors
/// There is no such role, it is not held for such a unit, or the unit is beyond the scope.
pub async fn grant_role(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    role: &NewRole,
) -> Result<RoleAssignment, AccountError> {
    let account = user(office, scope, name).await?;
    let roles = office.roles();
    let found = roles
        .find(role.role.trim())
        .ok_or_else(|| AccountError::UnknownRole {
            text: role.role.clone(),
            known: roles.all().iter().map(|role| role.title.clone()).collect(),
        })?;
    let level = Level::of(&role.unit);
    if !found.levels.contains(&level) {
        return Err(AccountError::WrongLevel {
            role: found.title.clone(),
            level,
            levels: found.levels.clone(),
        });
    }
    if role.last_day.is_some_and(|last| last < role.first_day) {
        return Err(AccountError::EndsBeforeItBegins);
    }
    let reach = reach_of(office, &role.unit, role.first_day).await?;
    if reach.is_empty() {
        return Err(AccountError::UnknownUnit {
            text: role.unit.to_string(),
        });
    }
    let mut meant = reach.organisations.iter();
    let mut within = reach.departments.iter().map(|(institution, _)| institution);
    let is_within = (*scope == Scope::All || !reach.all)
        && meant.all(|code| scope.allows(code))
        && within.all(|code| scope.allows(code));
    if !is_within {
        return Err(AccountError::BeyondScope {
            unit: role.unit.to_string(),
        });
    }
    let assignment = NewAssignment {
        role: found.id.clone(),
        unit: role.unit.to_string(),
        first_day: role.first_day,
        last_day: role.last_day,
        reason: role.reason.clone(),
    };
    let store = office.store();
    Ok(store
        .grant_role(scope, actor, &account.name, &assignment)
        .await?)
}

/// Ends a role of somebody with a day.
///
/// # Errors
/// There is no such role assignment.
pub async fn end_role(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    (name, number): (&str, u64),
    last_day: Date,
    reason: &str,
) -> Result<RoleAssignment, AccountError> {
    let account = user(office, scope, name).await?;
    let store = office.store();
    Ok(store
        .end_role(scope, actor, (&account.name, number), last_day, reason)
        .await?)
}

use biaochi_access::password;
use biaochi_access::secret::{Secret, fingerprint};
use biaochi_access::throttle::Throttle;
use biaochi_access::{Level, Reach};
use biaochi_organisations::Unit;
use biaochi_store::{
    Account, AccountChange, AccountState, Actor, NewAccount, NewAssignment, RoleAssignment, Scope,
    StoreError,
};
use jiff::Timestamp;
use jiff::civil::Date;

use super::error::AccountError;
use super::office::{Office, random};
use super::person::{day_of, reach_of};
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

/// A name as accounts have it: small letters, and no full-width ones that a Chinese keyboard types for them.
pub(super) fn lower(name: &str) -> String {
    let narrow = name.trim().chars().map(|letter| match letter {
        '！'..='～' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        other => other,
    });
    narrow.collect::<String>().to_lowercase()
}

/// A name for an account: small Latin letters, Chinese characters, digits and a few signs. Letters of other scripts
/// look like these, and two people could not tell the accounts apart.
///
/// # Errors
/// [`AccountError::UserName`].
pub fn user_name(text: &str) -> Result<String, AccountError> {
    let name = lower(text);
    let length = name.chars().count();
    let is_fine = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '.' | '-' | '_' | '@' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
    };
    let fits = (2..=64).contains(&length) && name.chars().all(is_fine);
    fits.then_some(name).ok_or_else(|| AccountError::UserName {
        text: printable(text),
    })
}

/// The beginning of what somebody typed, with what a terminal would obey or hide written out.
fn printable(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown = String::new();
    for letter in text.chars().take(LONGEST) {
        let plain = letter == ' ' || letter.is_alphanumeric() || letter.is_ascii_graphic();
        match plain {
            true => shown.push(letter),
            false => shown.extend(letter.escape_unicode()),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// An account of the scope, by its name as somebody types it.
///
/// # Errors
/// There is none.
pub async fn user(office: &Office, scope: &Scope, name: &str) -> Result<Account, AccountError> {
    Ok(office.store().account(scope, &lower(name)).await?)
}

/// An account of the scope of which every role, today or later, lies within the scope as well. Whoever sets its
/// password, takes its second factor or makes a token for it can act as it; nobody comes further so than by the own
/// roles. The account's owner may.
///
/// # Errors
/// There is none, or [`AccountError::HoldsMore`].
pub(super) async fn governed(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
) -> Result<Account, AccountError> {
    let account = user(office, scope, name).await?;
    if *scope == Scope::All || account.name == lower(&actor.name) {
        return Ok(account);
    }
    let today = day_of(actor.at);
    for role in office.store().roles_of(scope, &account.name).await? {
        let held = role.assignment;
        if held.last_day.is_some_and(|last| last < today) {
            continue;
        }
        // A unit that cannot be read reaches nothing.
        let Ok(unit) = held.unit.parse::<Unit>() else {
            continue;
        };
        let reach = reach_of(office, &unit, held.first_day.max(today)).await?;
        if !lies_within(&reach, scope) {
            return Err(AccountError::HoldsMore {
                name: account.name,
                unit: held.unit,
            });
        }
    }
    Ok(account)
}

/// Whether everything that a role reaches is within a scope.
fn lies_within(reach: &Reach, scope: &Scope) -> bool {
    let mut meant = reach.organisations.iter();
    let mut within = reach.departments.iter().map(|(institution, _)| institution);
    (*scope == Scope::All || !reach.all)
        && meant.all(|code| scope.allows(code))
        && within.all(|code| scope.allows(code))
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

/// Changes the password of whoever knows the old one. Their sessions end, but for the one in which they do it.
///
/// # Errors
/// [`AccountError::WrongPassword`], [`AccountError::Weak`], [`AccountError::Wait`] after too many attempts.
pub async fn change_own_password(
    office: &Office,
    actor: &Actor,
    session: Option<&Secret>,
    old: &Secret,
    new: &Secret,
) -> Result<Account, AccountError> {
    let store = office.store();
    let attempts = subject(&actor.name);
    begin(office, &attempts, &Throttle::NAME, actor.at).await?;
    let found = store.credentials(&actor.name).await?;
    let fits = verify(old, found.as_ref()).await;
    let known = found.as_ref().map(|found| found.account.clone());
    let Some(found) = found.filter(|_| fits) else {
        store.refuse_password(actor, known.as_ref()).await?;
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
        keeps: session.map(|session| fingerprint(session.reveal())),
    };
    let scope = Scope::All;
    Ok(store
        .change_account(&scope, actor, &found.account, &change, "")
        .await?)
}

/// A password for once: shown to whoever sets it, and changed by the person at the next sign-in.
pub fn one_time_password() -> Secret {
    // No letters and digits that look alike; as many as bits of five have values.
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut text = String::new();
    for (place, byte) in random().iter().take(16).enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte & 31)]));
    }
    Secret::new(text)
}

/// Until when nobody can sign in with a name, after attempts that failed.
///
/// # Errors
/// The database fails.
pub async fn locked_until(
    office: &Office,
    name: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, AccountError> {
    Ok(office.store().refused_until(&subject(name), now).await?)
}

/// Makes sure that whoever acts knows the own password, before something that a session left open must not be enough
/// for.
///
/// # Errors
/// [`AccountError::WrongPassword`], [`AccountError::Wait`] after too many attempts.
pub async fn prove_own_password(
    office: &Office,
    actor: &Actor,
    password: &Secret,
) -> Result<(), AccountError> {
    let store = office.store();
    let attempts = subject(&actor.name);
    begin(office, &attempts, &Throttle::NAME, actor.at).await?;
    let found = store.credentials(&actor.name).await?;
    if !verify(password, found.as_ref()).await {
        let known = found.map(|found| found.account);
        store.refuse_password(actor, known.as_ref()).await?;
        return Err(AccountError::WrongPassword);
    }
    Ok(store.clear_attempts(&attempts).await?)
}

/// Sets a password that the person has to change at the next sign-in. Sessions and tokens of the account end: whoever
/// had taken it over loses it.
///
/// # Errors
/// The password is weak, there is no such account, or [`AccountError::HoldsMore`].
pub async fn reset_password(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    new: &Secret,
    reason: &str,
) -> Result<Account, AccountError> {
    let account = governed(office, scope, actor, name).await?;
    password::check(new.reveal(), &account.name)?;
    let change = AccountChange::Password {
        hash: hashed(new).await?,
        must_change: true,
        keeps: None,
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
    // Enabling opens all that the account reaches; disabling harms nobody else.
    let account = match state {
        AccountState::Active => governed(office, scope, actor, name).await?,
        AccountState::Disabled => user(office, scope, name).await?,
    };
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
    let unlocked = store.unlock_account(scope, actor, &account.name, &subject, reason);
    unlocked.await.map_err(|error| match error {
        // The account is there, as was seen: nothing of it is locked.
        StoreError::NotFound { .. } => AccountError::NotLocked { name: account.name },
        other => other.into(),
    })
}

/// Gives somebody a role, for a unit that lies within the scope of whoever gives it. Nobody gives one to himself: two
/// have to agree that somebody gets further. The first administrator comes by the set-up code.
///
/// # Errors
/// [`AccountError::OwnRole`], there is no such role, it is not held for such a unit, or the unit is beyond the scope.
pub async fn grant_role(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    role: &NewRole,
) -> Result<RoleAssignment, AccountError> {
    let account = user(office, scope, name).await?;
    if account.name == lower(&actor.name) {
        return Err(AccountError::OwnRole);
    }
    let assignment = assignment_of(office, scope, role).await?;
    let store = office.store();
    Ok(store
        .grant_role(scope, actor, &account.name, &assignment)
        .await?)
}

/// A role as it can be given by whoever has this scope: whoever is about to make an account for it knows before.
///
/// # Errors
/// There is no such role, it is not held for such a unit, or the unit is beyond the scope.
pub async fn assignment_of(
    office: &Office,
    scope: &Scope,
    role: &NewRole,
) -> Result<NewAssignment, AccountError> {
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
    if !lies_within(&reach, scope) {
        return Err(AccountError::BeyondScope {
            unit: role.unit.to_string(),
        });
    }
    Ok(NewAssignment {
        role: found.id.clone(),
        unit: role.unit.to_string(),
        first_day: role.first_day,
        last_day: role.last_day,
        reason: role.reason.clone(),
    })
}

/// Ends a role of somebody with a day.
///
/// # Errors
/// There is no such role assignment, it ends before that day anyway, or it is for more than the scope.
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
    let held = store.roles_of(scope, &account.name).await?;
    let held = held.into_iter().find(|role| role.number == number);
    if let Some(held) = held {
        let held = held.assignment;
        if let Some(ends) = held.last_day.filter(|ends| *ends < last_day) {
            return Err(AccountError::EndsEarlier { ends });
        }
        if let Ok(unit) = held.unit.parse::<Unit>() {
            let reach = reach_of(office, &unit, held.first_day.max(day_of(actor.at))).await?;
            if !lies_within(&reach, scope) {
                return Err(AccountError::BeyondScope { unit: held.unit });
            }
        }
    }
    Ok(store
        .end_role(scope, actor, (&account.name, number), last_day, reason)
        .await?)
}

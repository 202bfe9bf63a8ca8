use biaochi_access::secret::{Kind, Secret, fingerprint};
use biaochi_access::{
    Action, Actor as Asker, Decision, Grant, Object, Permission, Reach, Refusal, authorize,
};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::Unit;
use biaochi_store::{
    Account, AccountState, Actor, AuditAction, NewAuditEntry, RoleAssignment, Scope, StoredSession,
};
use jiff::Timestamp;
use jiff::civil::Date;

use super::error::AccountError;
use super::office::Office;
use super::sign_in::{LONGEST_PAUSE, NOTED_EVERY};
use crate::beijing;

/// Somebody who is known: the account, what it may do, and which institutions that means today.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Person {
    /// The account.
    pub account: Account,
    /// Roles, reach and limits, as [`authorize`] asks for them.
    pub asker: Asker,
    /// The institutions of all roles together, to show what somebody reaches. What an action may touch is
    /// [`Permitted::scope`] only: one role may read where another may change.
    pub scope: Scope,
    /// Name and time, as the store asks for them.
    pub actor: Actor,
}

/// What somebody may do now, and with which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permitted {
    /// The role that allows it.
    pub role: String,
    /// The institutions whose rows this action may touch: the scope for the store and for queries.
    pub scope: Scope,
}

/// The person of a session.
///
/// # Errors
/// [`AccountError::NoSession`] when it ended, expired, was idle for too long, was opened by a clock that was far ahead,
/// or the account was disabled.
pub async fn person_of_session(
    office: &Office,
    session: &Secret,
    now: Timestamp,
) -> Result<Person, AccountError> {
    if Kind::of(session.reveal()) != Some(Kind::Session) {
        return Err(AccountError::NoSession);
    }
    let store = office.store();
    let hash = fingerprint(session.reveal());
    let found = store.session(&hash).await?;
    let found = found.ok_or(AccountError::NoSession)?;
    let idle = now.duration_since(found.seen_at);
    let holds = found.ended_at.is_none()
        && now < found.expires_at
        && found.opened_at.duration_since(now) < LONGEST_PAUSE
        && idle < LONGEST_PAUSE
        && found.account.state == AccountState::Active;
    if !holds {
        return Err(AccountError::NoSession);
    }
    if idle >= NOTED_EVERY {
        store.touch_session(&hash, now).await?;
    }
    person_in(office, &found, now).await
}

/// The person of a session that holds.
pub(super) async fn person_in(
    office: &Office,
    session: &StoredSession,
    now: Timestamp,
) -> Result<Person, AccountError> {
    let mut known = person(office, session.account.clone(), None, now).await?;
    // Nobody used the password that somebody else knows, and which factors there are is the identity provider's.
    known.asker.must_change_password &= !session.by_provider;
    known.asker.must_set_up_second_factor &= !session.by_provider;
    Ok(known)
}

/// Who acts with a token: its account, limited to the token's permissions.
///
/// # Errors
/// [`AccountError::NoToken`] when it was revoked, expired, or the account was disabled;
/// [`AccountError::TokenWaits`] as long as a role of the account asks for a second factor that is not set up.
pub async fn person_of_token(
    office: &Office,
    token: &Secret,
    now: Timestamp,
) -> Result<Person, AccountError> {
    if Kind::of(token.reveal()) != Some(Kind::Token) {
        return Err(AccountError::NoToken);
    }
    let store = office.store();
    let found = store.token(&fingerprint(token.reveal())).await?;
    let found = found.ok_or(AccountError::NoToken)?;
    let holds = found.token.revoked_at.is_none()
        && now < found.token.expires_at
        && found.account.state == AccountState::Active;
    if !holds {
        return Err(AccountError::NoToken);
    }
    let limits = found.token.permissions.split_whitespace();
    // One that cannot be read any more allows nothing.
    let limits = limits.filter_map(|text| text.parse::<Permission>().ok());
    let limits = limits.collect();
    let seen = found.token.seen_at;
    if seen.is_none_or(|seen| now.duration_since(seen).abs() >= NOTED_EVERY) {
        store.touch_token(&found.token.token_id, now).await?;
    }
    let person = person(office, found.account, Some(limits), now).await?;
    match person.asker.must_set_up_second_factor {
        true => Err(AccountError::TokenWaits),
        false => Ok(person),
    }
}

/// Ends a session.
///
/// # Errors
/// The database fails.
pub async fn sign_out(
    office: &Office,
    person: &Person,
    session: &Secret,
) -> Result<(), AccountError> {
    let hash = fingerprint(session.reveal());
    Ok(office.store().end_session(&person.actor, &hash).await?)
}

async fn person(
    office: &Office,
    account: Account,
    limits: Option<Vec<Permission>>,
    now: Timestamp,
) -> Result<Person, AccountError> {
    let day = day_of(now);
    let roles = office.store().roles_of(&Scope::All, &account.name).await?;
    let roles = roles.into_iter().filter(|role| role.counts_on(day));
    let grants = grants(office, roles, day).await?;
    let asks = |grant: &Grant| office.asks_second_factor_of(&grant.role);
    let asker = Asker {
        name: account.name.clone(),
        must_change_password: account.must_change && limits.is_none(),
        must_set_up_second_factor: !account.second_factor && grants.iter().any(asks),
        grants,
        limits,
    };
    Ok(Person {
        scope: scope_of(&asker.reach()),
        actor: Actor {
            name: account.name.clone(),
            at: now,
        },
        asker,
        account,
    })
}

async fn grants(
    office: &Office,
    roles: impl Iterator<Item = RoleAssignment>,
    day: Date,
) -> Result<Vec<Grant>, AccountError> {
    let mut grants = Vec::new();
    let directory = office.directory().await?;
    let view = directory.as_of(day);
    for role in roles {
        // A unit that cannot be read reaches nothing.
        let unit = role.assignment.unit.parse::<Unit>();
        let reach = unit.map(|unit| Reach::of(&unit, &view)).unwrap_or_default();
        grants.push(Grant {
            role: role.assignment.role,
            reach,
        });
    }
    Ok(grants)
}

/// What a unit means on a day.
///
/// # Errors
/// The database fails.
pub async fn reach_of(office: &Office, unit: &Unit, day: Date) -> Result<Reach, AccountError> {
    let directory = office.directory().await?;
    Ok(Reach::of(unit, &directory.as_of(day)))
}

/// Whether the organisations of a day have a unit: a hospital that is written wrongly reaches nothing that there is.
/// Where there are no organisations yet, any may be meant.
///
/// # Errors
/// The database fails.
pub async fn unit_is_known(office: &Office, unit: &Unit, day: Date) -> Result<bool, AccountError> {
    let directory = office.directory().await?;
    let view = directory.as_of(day);
    Ok(match unit {
        _ if view.institutions().next().is_none() => true,
        Unit::Institution(code) => view.institution(code).is_some(),
        Unit::Department { institution, code } => view.department(institution, code).is_some(),
        // Without such a unit nothing would be reached, and nothing granted.
        Unit::All | Unit::Alliance(_) | Unit::Division(_) => true,
    })
}

/// A reach as the store asks for it. Departments are not in it: whoever has only those sees what asks for the department
/// as well, and no rows of the whole hospital.
pub fn scope_of(reach: &Reach) -> Scope {
    match reach.all {
        true => Scope::All,
        false => Scope::Organisations(reach.organisations.clone()),
    }
}

/// The day of a time in China, by which roles and units count.
pub fn day_of(now: Timestamp) -> Date {
    now.to_zoned(beijing::zone()).date()
}

/// Decides whether somebody may do something, and writes down refusals and looking at identified records. `subject` is
/// what the audit trail shall name, such as the key of a record.
///
/// # Errors
/// [`AccountError::Denied`], or [`AccountError::ReasonNeeded`] for identified records without a reason.
pub async fn permit(
    office: &Office,
    person: &Person,
    action: Action,
    object: &Object<'_>,
    (subject, reason): (&str, &str),
) -> Result<Permitted, AccountError> {
    let roles = office.roles();
    match authorize(roles, &person.asker, action, object) {
        Decision::Denied(refusal) => {
            let entry = NewAuditEntry::refused(AuditAction::Denied, object.resource, subject);
            let entry = told(entry, action, object).because(refusal.text(Language::Zh));
            let store = office.store();
            store.record_audit(&person.actor, &[entry]).await?;
            Err(AccountError::Denied(refusal))
        }
        Decision::Allowed {
            role,
            asks_for_reason,
        } => {
            if asks_for_reason {
                if reason.trim().is_empty() {
                    return Err(AccountError::ReasonNeeded);
                }
                let entry =
                    NewAuditEntry::done(AuditAction::IdentifiedRead, object.resource, subject);
                let entry = told(entry, action, object).because(reason);
                let store = office.store();
                store.record_audit(&person.actor, &[entry]).await?;
            }
            let (resource, sensitivity) = (object.resource, object.sensitivity);
            let reach = person.asker.reach_for(roles, action, resource, sensitivity);
            Ok(Permitted {
                role,
                scope: scope_of(&reach),
            })
        }
    }
}

fn told(entry: NewAuditEntry, action: Action, object: &Object<'_>) -> NewAuditEntry {
    let asked = format!("{}:{}", action.code(), object.sensitivity.code());
    let organisation = object.organisation.unwrap_or_default();
    entry.of(organisation).change("", asked)
}

impl AccountError {
    /// Why somebody may not, when that is what the error says.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Denied(refusal) => Some(refusal),
            _ => None,
        }
    }
}

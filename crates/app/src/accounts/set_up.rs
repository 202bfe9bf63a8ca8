use biaochi_access::password;
use biaochi_access::secret::{Secret, fingerprint, set_up_code, typed_code};
use biaochi_access::throttle::Throttle;
use biaochi_organisations::Unit;
use biaochi_store::{Account, Actor, NewAccount, NewAssignment};
use jiff::{SignedDuration, Timestamp};

use super::error::AccountError;
use super::manage::{NewUser, user_name};
use super::office::{Office, random};
use super::person::day_of;
use super::sign_in::{begin, hashed};

/// The role of whoever uses the set-up code.
pub const FIRST_ROLE: &str = "administrator";

/// A code with which the first administrator makes an account.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SetUpCode {
    /// The code, shown once.
    pub code: Secret,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Makes the code for the first administrator; one that was made before ends. There is none once there are accounts.
///
/// # Errors
/// [`AccountError::AlreadySetUp`].
pub async fn make_set_up_code(
    office: &Office,
    actor: &Actor,
    holds: SignedDuration,
) -> Result<SetUpCode, AccountError> {
    let store = office.store();
    if store.has_accounts().await? {
        return Err(AccountError::AlreadySetUp);
    }
    let code = set_up_code(&random());
    let expires_at = actor.at.saturating_add(holds).unwrap_or(actor.at);
    store
        .make_set_up_code(actor, &fingerprint(code.reveal()), expires_at)
        .await?;
    Ok(SetUpCode { code, expires_at })
}

/// Makes the account of the first administrator with a code, once.
///
/// # Errors
/// [`AccountError::SetUpCode`] when the code does not hold, [`AccountError::Wait`] after too many attempts, and as
/// [`super::add_user`].
pub async fn use_set_up_code(
    office: &Office,
    code: &Secret,
    user: &NewUser,
    now: Timestamp,
) -> Result<Account, AccountError> {
    let store = office.store();
    let attempts = format!("set-up:{}", store.origin());
    begin(office, &attempts, &Throttle::NAME, now).await?;
    let name = user_name(&user.name)?;
    let chosen = user.password.as_ref();
    let chosen = chosen.ok_or(password::Weakness::TooShort)?;
    password::check(chosen.reveal(), &name)?;
    let title = match user.title.trim() {
        "" => name.clone(),
        title => title.to_owned(),
    };
    let account = NewAccount {
        name,
        title,
        organisation_code: user.organisation.clone(),
        password: Some(hashed(chosen).await?),
        must_change: false,
    };
    let assignment = NewAssignment {
        role: FIRST_ROLE.to_owned(),
        unit: Unit::All.to_string(),
        first_day: day_of(now),
        last_day: None,
        reason: String::new(),
    };
    let hash = fingerprint(&typed_code(code.reveal()));
    let made = store.use_set_up_code(now, &hash, &account, &assignment);
    let made = made.await?.ok_or(AccountError::SetUpCode)?;
    store.clear_attempts(&attempts).await?;
    Ok(made)
}

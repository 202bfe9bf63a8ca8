use biaochi_access::password;
use biaochi_access::secret::{self, Kind, Secret};
use biaochi_access::throttle::Throttle;
use biaochi_access::totp;
use biaochi_store::{Account, AccountState, Actor, Attempt, Credentials, NewSession};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::error::AccountError;
use super::manage::lower;
use super::office::{Office, random};

/// How long a session holds, whatever happens.
pub const LIFE: SignedDuration = SignedDuration::from_hours(12);

/// How long nothing may happen in a session.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// What somebody presents.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The name of the account.
    pub name: String,
    /// The password.
    pub password: Secret,
    /// The code of the second factor, if it was typed.
    pub code: Option<Secret>,
}

/// A session that was opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignedIn {
    /// Its id: shown to the browser once, and kept as a hash only.
    pub session: Secret,
    /// The account.
    pub account: Account,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
}

/// Opens a session. Whether there is such an account shows neither in the answer nor in the time it takes: a password is
/// hashed in any case, and names that nobody has wait like others.
///
/// # Errors
/// [`AccountError::SignInRefused`], [`AccountError::Wait`], [`AccountError::CodeNeeded`].
pub async fn sign_in(
    office: &Office,
    sign_in: &SignIn,
    now: Timestamp,
) -> Result<SignedIn, AccountError> {
    let store = office.store();
    let name = lower(&sign_in.name);
    let by_name = subject(&name);
    let by_origin = format!("origin:{}", store.origin());
    begin(office, &by_origin, &Throttle::ORIGIN, now).await?;
    begin(office, &by_name, &Throttle::NAME, now).await?;

    let found = store.credentials(&name).await?;
    let fits = verify(&sign_in.password, found.as_ref()).await;
    let known = found.as_ref().map(|found| found.account.clone());
    let Some(found) = found.filter(|_| fits) else {
        return refuse(office, known.as_ref(), "用户名或密码不正确", now).await;
    };
    let account = &found.account;
    if account.state != AccountState::Active {
        return refuse(office, Some(account), "账号已停用", now).await;
    }
    let mut step = None;
    if account.second_factor {
        let Some(code) = &sign_in.code else {
            store.withdraw_attempt(&by_name, &Throttle::NAME).await?;
            store
                .withdraw_attempt(&by_origin, &Throttle::ORIGIN)
                .await?;
            return Err(AccountError::CodeNeeded);
        };
        let key = office.unseal(&account.name, &found.totp)?;
        step = totp::matching_step(&key, code.reveal(), now.as_second());
        if step.is_none() {
            return refuse(office, Some(account), "动态口令不正确", now).await;
        }
    }
    let session = secret::opaque(Kind::Session, &random());
    let expires_at = now.saturating_add(LIFE).unwrap_or(now);
    let actor = Actor {
        name: account.name.clone(),
        at: now,
    };
    let opened = NewSession {
        fingerprint: secret::fingerprint(session.reveal()),
        account: account.name.clone(),
        revision: account.revision,
        second_factor: step.is_some(),
        totp_step: step,
        by_provider: false,
        expires_at,
    };
    if !store.open_session(&actor, &opened).await? {
        return refuse(
            office,
            Some(account),
            "动态口令已用过，或账号刚刚改动过",
            now,
        )
        .await;
    }
    store.clear_attempts(&by_name).await?;
    store
        .withdraw_attempt(&by_origin, &Throttle::ORIGIN)
        .await?;
    Ok(SignedIn {
        session,
        account: found.account,
        expires_at,
    })
}

/// What attempts with a name are counted under.
pub(super) fn subject(name: &str) -> String {
    format!("name:{}", lower(name))
}

/// Counts an attempt, or says how long to wait.
pub(super) async fn begin(
    office: &Office,
    subject: &str,
    throttle: &Throttle,
    now: Timestamp,
) -> Result<(), AccountError> {
    match office.store().begin_attempt(subject, throttle, now).await? {
        Attempt::Allowed => Ok(()),
        Attempt::RefusedUntil(until) => Err(AccountError::Wait { until }),
    }
}

async fn refuse<T>(
    office: &Office,
    account: Option<&Account>,
    reason: &str,
    now: Timestamp,
) -> Result<T, AccountError> {
    office.store().refuse_sign_in(account, reason, now).await?;
    Err(AccountError::SignInRefused)
}

/// Passwords that are hashed at the same time at most: each takes memory and time on purpose, and a crowd that signs
/// in must not take both from everybody else.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Whether the password is the account's. Without an account, or for one without a password, a password that nobody has
/// is verified instead. Hashing takes its time on a thread that may wait.
pub(super) async fn verify(password: &Secret, found: Option<&Credentials>) -> bool {
    let stored = found.map(|found| found.password.clone());
    let stored = stored.filter(|stored| !stored.reveal().is_empty());
    let is_there = stored.is_some();
    let stored = stored.unwrap_or_else(|| Secret::new(password::NOBODY));
    let password = password.clone();
    let _turn = HASHING.acquire().await;
    let work = move || password::verify(password.reveal(), stored.reveal());
    let fits = tokio::task::spawn_blocking(work).await.unwrap_or(false);
    fits && is_there
}

/// Hashes a password that was checked before.
pub(crate) async fn hashed(password: &Secret) -> Result<Secret, AccountError> {
    let password = password.clone();
    let salt = super::office::salt();
    let _turn = HASHING.acquire().await;
    let work = move || Secret::new(password::hash(password.reveal(), &salt));
    // A thread that panics is a bug, and no password is set then.
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| AccountError::WrongPassword)
}

/// How long after its last use a session is noted as used again.
pub(super) const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

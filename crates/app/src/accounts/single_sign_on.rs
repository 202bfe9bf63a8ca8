//! Signing in by the institution's identity provider, and linking accounts to its people. No account is ever made by
//! it: a person is let in to the account that is linked to them, and to nothing otherwise.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_access::Resource;
use biaochi_access::secret::{self, Kind, Secret, fingerprint};
use biaochi_domain::{Language, Localized as _};
use biaochi_oidc::{Attempt, OidcError, Provider, ProviderSettings, TrustedPerson};
use biaochi_store::{
    Account, AccountIdentity, AccountState, Actor, AuditAction, NewAuditEntry, NewSession,
    ProviderPerson, Scope, StoreError,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::AccountError;
use super::manage::{governed, prove_own_password, user};
use super::office::{Office, random};
use super::person::person_in;
use super::sign_in::{LIFE, LONGEST_PAUSE, SignedIn, subject};

/// How long somebody may take at the provider.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// Attempts that are remembered as used at most; the oldest go first, and then the provider's own rule alone holds that
/// no code is taken twice.
const USED: usize = 10_000;

/// What the state of an attempt is sealed for.
const PLACE: &str = "oidc/attempt";

biaochi_domain::coded! {
    /// Why the way by the identity provider ended in nothing. The web page has a sentence for each code.
    pub enum SignOnRefusal {
        /// It began too long ago, in another browser, or was used before.
        Stale = "stale", "统一身份认证的登录已过期或已用过", "the sign-in is over or was used before";
        /// The provider let nobody in, or the person gave up.
        Declined = "declined", "统一身份认证没有完成登录", "the identity provider did not sign in";
        /// The provider cannot be reached.
        Unreachable = "unreachable", "连不上统一身份认证", "the identity provider cannot be reached";
        /// Its answer is not to be believed.
        NotProven = "not_proven", "统一身份认证的回答不能采信", "its answer is not to be believed";
        /// No account is linked to the person.
        Unknown = "unknown", "没有绑定的账号", "no account is linked";
        /// The account is disabled, or has to wait after attempts that failed.
        Closed = "closed", "账号已停用或锁定", "the account is disabled or locked";
        /// The person is linked to another account, or the account to another person.
        Taken = "taken", "已绑定其他账号", "linked otherwise";
        /// Whoever began to link an account has signed out since.
        SignedOut = "signed_out", "登录已失效", "signed out meanwhile";
    }
}

/// Why nobody was signed in or linked.
#[derive(Debug, thiserror::Error)]
pub enum SignOnFailure {
    /// Something that a person is told.
    #[error("{}", .0.text(Language::En))]
    Refused(SignOnRefusal),
    /// Something else.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<StoreError> for SignOnFailure {
    fn from(error: StoreError) -> Self {
        Self::Account(error.into())
    }
}

impl From<SignOnRefusal> for SignOnFailure {
    fn from(refusal: SignOnRefusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What somebody goes to the identity provider for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOnPurpose {
    /// To sign in, and go on to a path of our own.
    SignIn {
        /// The path.
        to: String,
    },
    /// To link the account in which they are signed in.
    Link {
        /// The account.
        account: String,
        /// The session, which has to hold when they return.
        session: Secret,
    },
}

/// Somebody on the way to the identity provider.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BegunSignOn {
    /// Where to send the browser.
    pub address: String,
    /// What the browser keeps until it returns: sealed, and of use to this service only.
    pub sealed: Secret,
    /// How long it holds.
    pub holds: SignedDuration,
}

/// Somebody who came back and is known.
#[derive(Debug, Clone)]
pub enum ReturnedSignOn {
    /// They are signed in.
    SignedIn {
        /// The session.
        session: Box<SignedIn>,
        /// Where they wanted to go.
        to: String,
    },
    /// Their account is linked.
    Linked,
}

/// Somebody who came back in vain.
#[derive(Debug)]
pub struct UnfinishedSignOn {
    /// They wanted to link their account.
    pub linking: bool,
    /// Why in vain.
    pub why: SignOnFailure,
}

/// The identity provider of the service. Clones share what is known of it.
#[derive(Debug, Clone)]
pub struct SingleSignOn {
    provider: Arc<Provider>,
    label: String,
    finds_by_name: bool,
    used: Arc<Mutex<VecDeque<(String, Timestamp)>>>,
}

impl SingleSignOn {
    /// The provider with what the button on the sign-in page says. Nothing is asked of it yet.
    ///
    /// # Errors
    /// Addresses or certificates that cannot be used.
    pub fn new(settings: ProviderSettings, label: String) -> Result<Self, OidcError> {
        Ok(Self {
            finds_by_name: settings.name_claim.is_some(),
            provider: Arc::new(Provider::new(settings)?),
            label,
            used: Arc::default(),
        })
    }

    /// What the button on the sign-in page says.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether people whom an administrator expects are found by what the provider calls them.
    pub fn finds_by_name(&self) -> bool {
        self.finds_by_name
    }

    /// Uses an attempt; `false` when it was used before.
    fn use_once(&self, state: &str, until: Timestamp, now: Timestamp) -> bool {
        let state = fingerprint(state);
        let used = self.used.lock();
        let mut used = used.unwrap_or_else(PoisonError::into_inner);
        used.retain(|(_, until)| *until >= now);
        if used.iter().any(|(one, _)| *one == state) {
            return false;
        }
        if used.len() >= USED {
            used.pop_front();
        }
        used.push_back((state, until));
        true
    }
}

/// What is sealed into the browser.
#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    attempt: Attempt,
    /// Until when it holds, in seconds of the clock.
    until: i64,
    to: String,
    link: Option<Linking>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Linking {
    account: String,
    /// Hash of the session in which it was asked for.
    session: String,
}

/// Begins the way to the identity provider.
///
/// # Errors
/// [`SignOnRefusal::Unreachable`], or the key cannot be used.
pub async fn begin_sign_on(
    office: &Office,
    sso: &SingleSignOn,
    purpose: SignOnPurpose,
    now: Timestamp,
) -> Result<BegunSignOn, SignOnFailure> {
    let begun = sso.provider.begin().await.map_err(|error| {
        tracing::warn!(error = %error, "the identity provider cannot be asked");
        SignOnRefusal::Unreachable
    })?;
    let (to, link) = match purpose {
        SignOnPurpose::SignIn { to } => (to, None),
        SignOnPurpose::Link { account, session } => {
            let session = fingerprint(session.reveal());
            (String::new(), Some(Linking { account, session }))
        }
    };
    let pending = Pending {
        attempt: begun.attempt,
        until: now.saturating_add(LONGEST).unwrap_or(now).as_second(),
        to,
        link,
    };
    // Texts and a number: there is nothing in it that JSON cannot hold.
    let text = serde_json::to_vec(&pending).unwrap_or_default();
    Ok(BegunSignOn {
        address: begun.address,
        sealed: office.seal_at(PLACE, &text)?,
        holds: LONGEST,
    })
}

/// Ends the way: `sealed` is what the browser kept, `state` and `code` what it brought from the provider.
///
/// # Errors
/// Why nobody was signed in or linked. What was refused is in the audit trail.
pub async fn finish_sign_on(
    office: &Office,
    sso: &SingleSignOn,
    sealed: Option<&Secret>,
    (state, code): (&str, Option<&Secret>),
    now: Timestamp,
) -> Result<ReturnedSignOn, UnfinishedSignOn> {
    let opened = open(office, sso, sealed, state, now);
    let pending = opened.map_err(|why| UnfinishedSignOn {
        linking: false,
        why,
    })?;
    let linking = pending.link.is_some();
    let returned = returned(office, sso, pending, code, now).await;
    returned.map_err(|why| UnfinishedSignOn { linking, why })
}

/// What the browser kept, if it is of this service, in time, belongs to the answer, and was not used before.
fn open(
    office: &Office,
    sso: &SingleSignOn,
    sealed: Option<&Secret>,
    state: &str,
    now: Timestamp,
) -> Result<Pending, SignOnFailure> {
    let sealed = sealed.ok_or(SignOnRefusal::Stale)?;
    let opened = office.unseal_at(PLACE, sealed)?;
    let pending = opened.and_then(|bytes| serde_json::from_slice::<Pending>(&bytes).ok());
    let pending = pending.ok_or(SignOnRefusal::Stale)?;
    let until = Timestamp::from_second(pending.until).unwrap_or(Timestamp::MIN);
    let is_own = secret::equal(pending.attempt.state.as_bytes(), state.as_bytes());
    if now > until || !is_own || !sso.use_once(state, until, now) {
        return Err(SignOnRefusal::Stale.into());
    }
    Ok(pending)
}

async fn returned(
    office: &Office,
    sso: &SingleSignOn,
    pending: Pending,
    code: Option<&Secret>,
    now: Timestamp,
) -> Result<ReturnedSignOn, SignOnFailure> {
    let code = code.ok_or(SignOnRefusal::Declined)?;
    let finished = sso.provider.finish(code, &pending.attempt).await;
    let person = match finished {
        Ok(person) => person,
        Err(error) => {
            tracing::warn!(error = %error, "nobody was signed in by the identity provider");
            let refusal = match error.is_passing() {
                true => SignOnRefusal::Unreachable,
                false => SignOnRefusal::NotProven,
            };
            return refuse(office, None, refusal, now).await;
        }
    };
    match pending.link {
        Some(linking) => link(office, &linking, person, now).await,
        None => {
            let session = sign_in(office, sso, person, now).await?;
            Ok(ReturnedSignOn::SignedIn {
                session: Box::new(session),
                to: pending.to,
            })
        }
    }
}

fn known(person: TrustedPerson) -> ProviderPerson {
    ProviderPerson {
        issuer: person.issuer,
        subject: person.subject,
        shown: person.shown,
    }
}

/// Links the account of a session that still holds.
async fn link(
    office: &Office,
    linking: &Linking,
    person: TrustedPerson,
    now: Timestamp,
) -> Result<ReturnedSignOn, SignOnFailure> {
    let store = office.store();
    let session = store.session(&linking.session).await?;
    let session = session.filter(|session| {
        session.ended_at.is_none()
            && now < session.expires_at
            && now.duration_since(session.seen_at) < LONGEST_PAUSE
            && session.account.state == AccountState::Active
            && session.account.name == linking.account
    });
    let Some(session) = session else {
        return refuse(office, None, SignOnRefusal::SignedOut, now).await;
    };
    // A link lets in without password and second factor: it is made by somebody who may do anything else as well.
    let person_here = person_in(office, &session, now).await?;
    if person_here.asker.first_of_all().is_some() {
        return refuse(office, None, SignOnRefusal::SignedOut, now).await;
    }
    let actor = Actor {
        name: session.account.name.clone(),
        at: now,
    };
    let linked = store
        .link_identity(&actor, &linking.account, &known(person), "本人绑定")
        .await;
    match linked {
        Ok(_) => Ok(ReturnedSignOn::Linked),
        Err(StoreError::Conflict { .. }) => {
            let account = &session.account;
            let entry = NewAuditEntry::refused(
                AuditAction::IdentityLinked,
                Resource::Account,
                &account.name,
            );
            let reason = SignOnRefusal::Taken.text(Language::Zh);
            let entry = entry.of(&account.organisation_code).because(reason);
            store.record_audit(&actor, &[entry]).await?;
            Err(SignOnRefusal::Taken.into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn sign_in(
    office: &Office,
    sso: &SingleSignOn,
    person: TrustedPerson,
    now: Timestamp,
) -> Result<SignedIn, SignOnFailure> {
    let store = office.store();
    let named = person.named.clone().filter(|_| sso.finds_by_name);
    let person = known(person);
    let mut found = store.account_of_person(&person).await?;
    let mut is_new = false;
    if found.is_none()
        && let Some(named) = named
    {
        found = store.account_expecting(&named).await?;
        is_new = found.is_some();
    }
    let Some(account) = found else {
        return refuse(office, None, SignOnRefusal::Unknown, now).await;
    };
    let waits = store.refused_until(&subject(&account.name), now).await?;
    if account.state != AccountState::Active || waits.is_some() {
        return refuse(office, Some(&account), SignOnRefusal::Closed, now).await;
    }
    let actor = Actor {
        name: account.name.clone(),
        at: now,
    };
    if is_new {
        let linked = store
            .link_identity(
                &actor,
                &account.name,
                &person,
                "首次登录，与管理员指定的一致",
            )
            .await;
        match linked {
            Ok(_) => {}
            // Somebody else was faster.
            Err(StoreError::Conflict { .. }) => {
                return refuse(office, Some(&account), SignOnRefusal::Taken, now).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let session = secret::opaque(Kind::Session, &random());
    let expires_at = now.saturating_add(LIFE).unwrap_or(now);
    let opened = NewSession {
        fingerprint: fingerprint(session.reveal()),
        account: account.name.clone(),
        revision: account.revision,
        second_factor: false,
        totp_step: None,
        by_provider: true,
        expires_at,
    };
    if !store.open_session(&actor, &opened).await? {
        return refuse(office, Some(&account), SignOnRefusal::Closed, now).await;
    }
    Ok(SignedIn {
        session,
        account,
        expires_at,
    })
}

/// Refuses, and says so to the audit trail.
async fn refuse<T>(
    office: &Office,
    account: Option<&Account>,
    refusal: SignOnRefusal,
    now: Timestamp,
) -> Result<T, SignOnFailure> {
    let reason = format!("统一身份认证：{}", refusal.text(Language::Zh));
    let store = office.store();
    store.refuse_sign_in(account, &reason, now).await?;
    Err(refusal.into())
}

/// Writes what the identity provider calls the person of an account: whoever comes under that name first is linked to
/// it. As setting a password, it lets somebody act as the account.
///
/// # Errors
/// There is no such account, [`AccountError::HoldsMore`], or [`AccountError::ExpectedElsewhere`].
pub async fn expect_identity(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    (name, expected): (&str, &str),
    reason: &str,
) -> Result<AccountIdentity, AccountError> {
    let account = governed(office, scope, actor, name).await?;
    let store = office.store();
    let written = store.expect_identity(scope, actor, &account.name, expected, reason);
    written.await.map_err(|error| match error {
        StoreError::Conflict { subject, .. } => AccountError::ExpectedElsewhere { name: subject },
        other => other.into(),
    })
}

/// Forgets who an account is to the identity provider; `false` when that was not known. It lets nobody in, so that
/// whoever manages the account may, whatever roles it has.
///
/// # Errors
/// There is no such account.
pub async fn unlink_identity(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    reason: &str,
) -> Result<bool, AccountError> {
    let account = user(office, scope, name).await?;
    let store = office.store();
    Ok(store
        .unlink_identity(scope, actor, &account.name, reason)
        .await?)
}

/// Forgets who the own account is to the identity provider, for somebody who knows the password and so can sign in
/// without it.
///
/// # Errors
/// As [`prove_own_password`].
pub async fn unlink_own_identity(
    office: &Office,
    actor: &Actor,
    password: &Secret,
) -> Result<bool, AccountError> {
    prove_own_password(office, actor, password).await?;
    let store = office.store();
    Ok(store
        .unlink_identity(&Scope::All, actor, &actor.name, "本人解除")
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sso() -> SingleSignOn {
        let settings = ProviderSettings {
            issuer: "https://id.hospital.example".to_owned(),
            client_id: "biaochi".to_owned(),
            client_secret: None,
            redirect_url: "https://biaochi.hospital.example/back".to_owned(),
            scopes: Vec::new(),
            name_claim: None,
            authority: None,
        };
        SingleSignOn::new(settings, "登录".to_owned()).expect("settings")
    }

    #[test]
    fn an_attempt_is_used_once_by_all_who_share_the_provider() {
        let (sso, now) = (sso(), Timestamp::UNIX_EPOCH);
        let until = now + LONGEST;
        assert!(sso.use_once("one", until, now));
        assert!(!sso.clone().use_once("one", until, now));
        assert!(sso.use_once("two", until, now));
        // What is over is refused for its time, and need not be remembered.
        let later = until + SignedDuration::from_secs(1);
        assert!(sso.use_once("three", later, later));
        assert_eq!(sso.used.lock().expect("nobody panicked").len(), 1);
    }

    #[test]
    fn a_crowd_of_attempts_is_bounded() {
        let (sso, now) = (sso(), Timestamp::UNIX_EPOCH);
        let until = now + LONGEST;
        let full = (0..USED).map(|number| (number.to_string(), until));
        *sso.used.lock().expect("nobody panicked") = full.collect();
        assert!(sso.use_once("one more", until, now));
        assert_eq!(sso.used.lock().expect("nobody panicked").len(), USED);
        assert!(!sso.use_once("one more", until, now));
    }
}

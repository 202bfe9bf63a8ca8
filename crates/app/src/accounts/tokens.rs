use biaochi_access::Permission;
use biaochi_access::secret::{Kind, Secret, fingerprint, opaque};
use biaochi_store::{Actor, NewToken, Scope, StoredToken};
use jiff::SignedDuration;

use super::error::AccountError;
use super::manage::governed;
use super::office::{Office, random};

/// Days that a token holds at most.
pub const LONGEST_TOKEN_DAYS: u32 = 366;

/// A program that is to act in the name of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProgram {
    /// The account.
    pub account: String,
    /// What it is for.
    pub title: String,
    /// What it may do, such as `read:indicator`; the roles of the account still have to allow it.
    pub permissions: Vec<String>,
    /// How many days the token holds.
    pub days: u32,
}

/// A token that was made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MadeToken {
    /// What the program presents: shown once, and kept as a hash only.
    pub secret: Secret,
    /// The rest.
    pub token: StoredToken,
}

/// Makes a token.
///
/// # Errors
/// A permission is none, the days are too many, there is no such account, or [`AccountError::HoldsMore`].
pub async fn create_token(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    program: &NewProgram,
) -> Result<MadeToken, AccountError> {
    let account = governed(office, scope, actor, &program.account).await?;
    let mut permissions = Vec::with_capacity(program.permissions.len());
    for text in &program.permissions {
        let permission = text.parse::<Permission>();
        let permission =
            permission.map_err(|error| AccountError::BadPermission { text: error.text })?;
        permissions.push(permission.to_string());
    }
    if permissions.is_empty() {
        return Err(AccountError::NoPermission);
    }
    if !(1..=LONGEST_TOKEN_DAYS).contains(&program.days) {
        let most = LONGEST_TOKEN_DAYS;
        return Err(AccountError::TokenDays { most });
    }
    let holds = SignedDuration::from_hours(24 * i64::from(program.days));
    let secret = opaque(Kind::Token, &random());
    let number = uuid::Uuid::new_v4().simple().to_string();
    let token_id = number.get(..8).unwrap_or(&number).to_owned();
    let token = NewToken {
        fingerprint: fingerprint(secret.reveal()),
        token_id,
        account: account.name,
        title: program.title.clone(),
        permissions: permissions.join(" "),
        expires_at: actor.at.saturating_add(holds).unwrap_or(actor.at),
    };
    let token = office.store().create_token(scope, actor, &token).await?;
    Ok(MadeToken { secret, token })
}

/// Revokes a token for good.
///
/// # Errors
/// There is none that still holds.
pub async fn revoke_token(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    token_id: &str,
    reason: &str,
) -> Result<StoredToken, AccountError> {
    let store = office.store();
    Ok(store.revoke_token(scope, actor, token_id, reason).await?)
}

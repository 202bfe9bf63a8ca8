use biaochi_access::secret::Secret;
use biaochi_access::totp;
use biaochi_store::{Account, AccountChange, Actor, Scope};

use super::error::AccountError;
use super::manage::governed;
use super::office::{Office, random};

/// Who the codes are of, as an authenticator app shows it.
const ISSUER: &str = "标尺";

/// Bytes of the secret: as long as SHA-1's, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// A second factor that waits for its first code.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SecondFactorDraft {
    /// What a person types into the app.
    pub key: Secret,
    /// What the app reads, with the key in it.
    pub address: Secret,
}

/// Makes a second factor for an account; it is asked for once a code has confirmed it.
///
/// # Errors
/// There is no such account.
pub async fn begin_second_factor(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
) -> Result<SecondFactorDraft, AccountError> {
    let account = governed(office, scope, actor, name).await?;
    let random = random();
    let secret = random.get(..SECRET_BYTES).unwrap_or(&random);
    let sealed = office.seal(&account.name, secret)?;
    let change = AccountChange::DraftSecondFactor { sealed };
    let store = office.store();
    store
        .change_account(scope, actor, &account, &change, "")
        .await?;
    Ok(SecondFactorDraft {
        key: Secret::new(totp::base_32(secret)),
        address: Secret::new(totp::address(ISSUER, &account.name, secret)),
    })
}

/// Confirms the second factor with a code: from now on it is asked for.
///
/// # Errors
/// [`AccountError::WrongCode`], [`AccountError::NothingToConfirm`].
pub async fn confirm_second_factor(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    code: &Secret,
) -> Result<Account, AccountError> {
    let account = governed(office, scope, actor, name).await?;
    let store = office.store();
    let found = store.credentials(&account.name).await?;
    let draft = found.map(|found| found.totp_draft);
    let draft = draft.filter(|draft| !draft.reveal().is_empty());
    let draft = draft.ok_or(AccountError::NothingToConfirm)?;
    let secret = office.unseal(&account.name, &draft)?;
    let step = totp::matching_step(&secret, code.reveal(), actor.at.as_second());
    let step = step.ok_or(AccountError::WrongCode)?;
    let change = AccountChange::ConfirmSecondFactor { step };
    Ok(store
        .change_account(scope, actor, &account, &change, "")
        .await?)
}

/// Turns the second factor off, for somebody who lost the telephone.
///
/// # Errors
/// There is no such account.
pub async fn drop_second_factor(
    office: &Office,
    scope: &Scope,
    actor: &Actor,
    name: &str,
    reason: &str,
) -> Result<Account, AccountError> {
    let account = governed(office, scope, actor, name).await?;
    let store = office.store();
    let change = AccountChange::DropSecondFactor;
    Ok(store
        .change_account(scope, actor, &account, &change, reason)
        .await?)
}

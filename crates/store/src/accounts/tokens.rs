use biaochi_access::Resource;
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::account::{Account, load, missing};
use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::Result;
use crate::open::Store;
use crate::row::Cells;
use crate::scope::{Actor, Scope};
use crate::sql::{self, Bind, Sql};
use crate::value::{Named, free_text};

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Hash of what the program presents.
    pub fingerprint: String,
    /// What people call it by.
    pub token_id: String,
    /// The account in whose name the program acts.
    pub account: String,
    /// What it is for.
    pub title: String,
    /// Permissions with blanks between them, such as `read:indicator`.
    pub permissions: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A token, without what the program presents.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredToken {
    /// What people call it by.
    pub token_id: String,
    /// The account in whose name the program acts.
    pub account: String,
    /// What it is for.
    pub title: String,
    /// Permissions with blanks between them.
    pub permissions: String,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub seen_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token that was presented, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenHolder {
    /// The token.
    pub token: StoredToken,
    /// The account in whose name the program acts.
    pub account: Account,
}

const SELECT: &str = "SELECT token_id, account_token.account, account_token.title, permissions, \
    account_token.created_by, account_token.created_at, expires_at, seen_at, revoked_at \
    FROM account_token";

impl Store {
    /// Makes a token.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] for an account outside the scope, [`crate::StoreError::Invalid`].
    pub async fn create_token(
        &self,
        scope: &Scope,
        actor: &Actor,
        token: &NewToken,
    ) -> Result<StoredToken> {
        let account = self.account(scope, &token.account).await?;
        let actor = actor.checked()?;
        let made = StoredToken {
            token_id: token.token_id.clone(),
            account: account.name.clone(),
            title: Named::Title.check(&token.title)?,
            permissions: free_text(&token.permissions),
            created_by: actor.name.clone(),
            created_at: actor.at,
            expires_at: token.expires_at,
            seen_at: None,
            revoked_at: None,
        };
        let row: Vec<Bind> = vec![
            token.fingerprint.as_str().into(),
            made.token_id.as_str().into(),
            made.account.as_str().into(),
            made.title.as_str().into(),
            made.permissions.as_str().into(),
            made.created_by.as_str().into(),
            made.created_at.as_microsecond().into(),
            made.expires_at.as_microsecond().into(),
            None::<i64>.into(),
            None::<i64>.into(),
        ];
        let head = "INSERT INTO account_token (fingerprint, token_id, account, title, permissions, \
            created_by, created_at, expires_at, seen_at, revoked_at)";
        let mut transaction = self.begin(ACTIVITY).await?;
        let stored = sql::insert(&mut transaction, head, vec![row], "").await;
        stored.map_err(failed)?;
        let entry = made.audited(AuditAction::TokenCreated, &account);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(made)
    }

    /// The tokens of accounts of a scope, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn tokens(&self, scope: &Scope) -> Result<Vec<StoredToken>> {
        let mut sql = Sql::new(SELECT);
        if let Scope::Organisations(codes) = scope {
            sql.push(
                " JOIN account ON account.name = account_token.account \
                 WHERE account.organisation_code IN ",
            )
            .bind_list(codes.iter().map(String::as_str));
        }
        sql.push(" ORDER BY account_token.created_at DESC, token_id");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(read).collect()
    }

    /// The token that has this hash; whoever presents it has no scope yet.
    ///
    /// # Errors
    /// The database fails.
    pub async fn token(&self, fingerprint: &str) -> Result<Option<TokenHolder>> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE fingerprint = ").bind(fingerprint);
        let row = sql.query().fetch_optional(&mut *connection).await;
        let Some(row) = row.map_err(failed)? else {
            return Ok(None);
        };
        let token = read(&row)?;
        let found = load(&mut connection, &token.account).await?;
        Ok(found.map(|found| TokenHolder {
            token,
            account: found.account,
        }))
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// The database fails.
    pub async fn touch_token(&self, token_id: &str, at: Timestamp) -> Result<()> {
        let sql = Sql::with(
            "UPDATE account_token SET seen_at = $1 WHERE token_id = $2",
            [at.as_microsecond().into(), token_id.into()],
        );
        sql.query().execute(self.pool()).await.map_err(failed)?;
        Ok(())
    }

    /// Revokes a token for good.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when there is none in the scope that still holds, or the database fails.
    pub async fn revoke_token(
        &self,
        scope: &Scope,
        actor: &Actor,
        token_id: &str,
        reason: &str,
    ) -> Result<StoredToken> {
        let actor = actor.checked()?;
        let gone = || missing(token_id);
        let mut found = self.tokens(scope).await?.into_iter();
        let mut token = found
            .find(|token| token.token_id == token_id)
            .ok_or_else(gone)?;
        let account = self.account(scope, &token.account).await?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let sql = Sql::with(
            "UPDATE account_token SET revoked_at = $1 WHERE token_id = $2 AND revoked_at IS NULL",
            [actor.at.as_microsecond().into(), token_id.into()],
        );
        let done = sql.query().execute(&mut *transaction).await;
        if done.map_err(failed)?.rows_affected() != 1 {
            return Err(gone());
        }
        token.revoked_at = Some(actor.at);
        let entry = token.audited(AuditAction::TokenRevoked, &account);
        let entry = entry.because(free_text(reason));
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(token)
    }
}

/// Revokes all tokens of an account that were not revoked before, and says so to the audit trail.
pub(super) async fn revoke_all(
    connection: &mut AnyConnection,
    account: &Account,
    at: Timestamp,
) -> Result<Vec<NewAuditEntry>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE account_token.account = ")
        .bind(account.name.as_str());
    sql.push(" AND revoked_at IS NULL ORDER BY token_id");
    let rows = sql.query().fetch_all(&mut *connection).await;
    let rows = rows.map_err(failed)?;
    let tokens = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::with(
        "UPDATE account_token SET revoked_at = $1 WHERE account = $2 AND revoked_at IS NULL",
        [at.as_microsecond().into(), account.name.as_str().into()],
    );
    sql.query().execute(connection).await.map_err(failed)?;
    let entries = tokens.iter().map(|token| {
        let entry = token.audited(AuditAction::TokenRevoked, account);
        entry.because("密码由管理员重设")
    });
    Ok(entries.collect())
}

impl StoredToken {
    fn audited(&self, action: AuditAction, account: &Account) -> NewAuditEntry {
        let subject = format!("{}/{}", self.account, self.token_id);
        NewAuditEntry::done(action, Resource::Account, subject)
            .of(&account.organisation_code)
            .change("", &self.permissions)
    }
}

fn read(row: &AnyRow) -> Result<StoredToken> {
    let mut cells = Cells::new(row, ACTIVITY);
    Ok(StoredToken {
        token_id: cells.text()?,
        account: cells.text()?,
        title: cells.text()?,
        permissions: cells.text()?,
        created_by: cells.text()?,
        created_at: cells.time()?,
        expires_at: cells.time()?,
        seen_at: cells.optional_time()?,
        revoked_at: cells.optional_time()?,
    })
}

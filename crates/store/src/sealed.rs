//! Values that the caller sealed: second factors of accounts, and direct identifiers in corrections. The store opens
//! none of them; it hands them out and takes them back.

use sqlx::AnyConnection;

use crate::audit::NewAuditEntry;
use crate::corrections::{Change, Recorded};
use crate::error::{Activity, Result, StoreError};
use crate::location::Backend;
use crate::open::Store;
use crate::row::Cells;
use crate::scope::Actor;
use crate::sql::{Bind, Sql};

const ACTIVITY: Activity = Activity::Seal;

/// Corrections that are read at once.
const CHUNK: i64 = 500;

/// Where a sealed value stands, which it is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedPlace<'a> {
    /// The second factor of an account.
    SecondFactor {
        /// The account.
        account: &'a str,
    },
    /// A direct identifier in a correction.
    Correction {
        /// The record.
        record_key: &'a str,
    },
}

/// Takes a sealed value and gives what is to stand in its place; `None` leaves it.
type Reseal<'a, E> = dyn FnMut(SealedPlace<'_>, &str) -> Result<Option<String>, E> + Send + 'a;

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

impl Store {
    /// Shows every sealed value with its place, as they are at one moment.
    ///
    /// It needs no scope: without the key the values tell nothing.
    ///
    /// # Errors
    /// The database fails, or a row cannot be read.
    pub async fn sealed_values(
        &self,
        look: &mut (dyn FnMut(SealedPlace<'_>, &str) + Send),
    ) -> Result<()> {
        // A snapshot, which nobody waits for.
        let begin = match self.backend() {
            Backend::Sqlite => "BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut transaction = self.pool().begin_with(begin).await.map_err(failed)?;
        let mut nothing = |place: SealedPlace<'_>, sealed: &str| -> Result<Option<String>> {
            look(place, sealed);
            Ok(None)
        };
        walk::<StoreError>(&mut transaction, &mut nothing).await?;
        transaction.rollback().await.map_err(failed)
    }

    /// Puts other values in the place of sealed ones, all or none, and says in the same transaction what was done.
    /// Gives the number of values that changed; `entries` is told it.
    ///
    /// Revisions stay: nobody who looks at an account sees a difference. A change of an account that was under way may
    /// put the former value back; it opens as long as its key is kept, which is asked before a key is taken away.
    ///
    /// # Errors
    /// What `seal` says, or the database fails; nothing is changed then.
    pub async fn reseal<E: From<StoreError>>(
        &self,
        actor: &Actor,
        seal: &mut Reseal<'_, E>,
        entries: impl FnOnce(u64) -> Vec<NewAuditEntry>,
    ) -> Result<u64, E> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let count = walk(&mut transaction, seal).await?;
        let entries = entries(count);
        self.finish(transaction, ACTIVITY, &actor, &entries).await?;
        Ok(count)
    }
}

/// Goes over every sealed value and writes what `seal` gives in its place: the number of those.
async fn walk<E: From<StoreError>>(
    connection: &mut AnyConnection,
    seal: &mut Reseal<'_, E>,
) -> Result<u64, E> {
    let accounts = second_factors(connection, seal).await?;
    Ok(accounts + corrections(connection, seal).await?)
}

async fn second_factors<E: From<StoreError>>(
    connection: &mut AnyConnection,
    seal: &mut Reseal<'_, E>,
) -> Result<u64, E> {
    let sql = Sql::new(
        "SELECT name, totp, totp_draft FROM account WHERE totp <> '' OR totp_draft <> '' ORDER BY name",
    );
    let rows = sql.query().fetch_all(&mut *connection).await;
    let mut count = 0;
    for row in &rows.map_err(failed)? {
        let mut cells = Cells::new(row, ACTIVITY);
        let name = cells.text()?;
        let before = [cells.text()?, cells.text()?];
        let mut after = before.clone();
        let mut changed = 0;
        for value in after.iter_mut().filter(|value| !value.is_empty()) {
            let place = SealedPlace::SecondFactor { account: &name };
            if let Some(other) = seal(place, value)? {
                *value = other;
                changed += 1;
            }
        }
        if changed == 0 {
            continue;
        }
        let values = after.into_iter().chain([name]).chain(before);
        // Whoever turned it off or on meanwhile counts.
        let sql = Sql::with(
            "UPDATE account SET totp = $1, totp_draft = $2 WHERE name = $3 AND totp = $4 AND totp_draft = $5",
            values.map(Bind::from),
        );
        let done = sql.query().execute(&mut *connection).await;
        if done.map_err(failed)?.rows_affected() == 1 {
            count += changed;
        }
    }
    Ok(count)
}

async fn corrections<E: From<StoreError>>(
    connection: &mut AnyConnection,
    seal: &mut Reseal<'_, E>,
) -> Result<u64, E> {
    let mut count = 0;
    let mut behind = (String::new(), String::new(), 0_i64);
    loop {
        let (organisation, record, version) = behind.clone();
        let sql = Sql::with(
            "SELECT organisation_code, record_key, version, changes FROM record_correction \
             WHERE (organisation_code, record_key, version) > ($1, $2, $3) \
             AND changes LIKE '%\"sealed\"%' \
             ORDER BY organisation_code, record_key, version LIMIT $4",
            [
                organisation.into(),
                record.into(),
                version.into(),
                CHUNK.into(),
            ],
        );
        let rows = sql.query().fetch_all(&mut *connection).await;
        let rows = rows.map_err(failed)?;
        if rows.is_empty() {
            return Ok(count);
        }
        for row in &rows {
            let mut cells = Cells::new(row, ACTIVITY);
            let (organisation, record, version) = (cells.text()?, cells.text()?, cells.int()?);
            let mut changes: Vec<Change> =
                cells.parsed("changes", |text| serde_json::from_str(text).ok())?;
            let mut changed = 0;
            for change in &mut changes {
                for recorded in [&mut change.before, &mut change.after] {
                    let Some(Recorded::Sealed(value)) = recorded else {
                        continue;
                    };
                    let place = SealedPlace::Correction {
                        record_key: &record,
                    };
                    if let Some(other) = seal(place, value)? {
                        *value = other;
                        changed += 1;
                    }
                }
            }
            if changed > 0 {
                let text = serde_json::to_string(&changes);
                let text = text.map_err(|error| failed(sqlx::Error::Encode(error.into())))?;
                let sql = Sql::with(
                    "UPDATE record_correction SET changes = $1 \
                     WHERE organisation_code = $2 AND record_key = $3 AND version = $4",
                    [
                        text.into(),
                        organisation.as_str().into(),
                        record.as_str().into(),
                        version.into(),
                    ],
                );
                sql.query()
                    .execute(&mut *connection)
                    .await
                    .map_err(failed)?;
                count += changed;
            }
            behind = (organisation, record, version);
        }
    }
}

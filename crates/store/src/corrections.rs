use std::fmt;

use biaochi_domain::Month;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::audit::steps;
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Sql};
use crate::value::{Named, free_text};
use crate::worklist::{Item, ItemKey, mark_corrected};

const ACTIVITY: Activity = Activity::Corrections;

/// A value before or after a correction.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    /// Anything but a direct identifier, as it is written.
    Plain(String),
    /// A direct identifier (a name, a number, an address, a telephone), sealed by the caller with the
    /// workspace key. The store does not look into it and must never be given it in clear.
    Sealed(String),
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.debug_tuple("Plain").field(text).finish(),
            Self::Sealed(_) => f.write_str("Sealed(***)"),
        }
    }
}

impl Recorded {
    fn clean(&self) -> Self {
        match self {
            Self::Plain(text) => Self::Plain(free_text(text)),
            Self::Sealed(text) => Self::Sealed(free_text(text)),
        }
    }
}

/// One field of a record that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field's id.
    pub field: String,
    /// Which element, from 0, where the field is repeated.
    pub index: u32,
    /// What stood there; `None` when it was empty.
    pub before: Option<Recorded>,
    /// What stands there now; `None` when it was emptied.
    pub after: Option<Recorded>,
}

impl Change {
    fn clean(&self) -> Self {
        Self {
            field: free_text(&self.field),
            index: self.index,
            before: self.before.as_ref().map(Recorded::clean),
            after: self.after.as_ref().map(Recorded::clean),
        }
    }
}

/// A correction that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCorrection {
    /// The hospital.
    pub organisation_code: String,
    /// The record.
    pub record_key: String,
    /// The month of its discharge.
    pub month: Month,
    /// The version of the record that was corrected: 0 as delivered.
    pub based_on: u64,
    /// Why.
    pub reason: String,
    /// What.
    pub changes: Vec<Change>,
    /// The checks whose faults it mends. Their items wait for the next check.
    pub checks: Vec<String>,
}

/// A new version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Correction {
    /// The hospital.
    pub organisation_code: String,
    /// The record.
    pub record_key: String,
    /// The month of its discharge.
    pub month: Month,
    /// Its version, from 1.
    pub version: u64,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// What.
    pub changes: Vec<Change>,
}

macro_rules! columns {
    () => {
        "organisation_code, record_key, version, discharge_month, actor, at, reason, changes"
    };
}

impl Store {
    /// Stores a correction as the next version of its record, and marks the items it mends, all or
    /// nothing. Gives back the version and the items that wait for the next check now.
    ///
    /// Items that were settled in the meantime stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the record has another version than the one that was corrected,
    /// [`StoreError::NothingChanged`], [`StoreError::NotFound`] for a check that has no item,
    /// [`StoreError::Invalid`], [`StoreError::OutOfScope`].
    pub async fn correct(
        &self,
        scope: &Scope,
        actor: &Actor,
        correction: &NewCorrection,
    ) -> Result<(Correction, Vec<Item>)> {
        let mut stored = self
            .correct_all(scope, actor, std::slice::from_ref(correction))
            .await?;
        stored.pop().ok_or(StoreError::NothingChanged)
    }

    /// Stores corrections of several records, all or none, as [`Store::correct`] stores one. Gives them
    /// back in the order of organisations and record keys.
    ///
    /// # Errors
    /// As [`Store::correct`], for the first one that cannot be stored.
    pub async fn correct_all(
        &self,
        scope: &Scope,
        actor: &Actor,
        corrections: &[NewCorrection],
    ) -> Result<Vec<(Correction, Vec<Item>)>> {
        for correction in corrections {
            scope.require(&correction.organisation_code)?;
        }
        let actor = actor.checked()?;
        let mut sorted: Vec<&NewCorrection> = corrections.iter().collect();
        // Always in the same order, so that two callers never wait for each other.
        sorted.sort_by(|a, b| {
            (&a.organisation_code, &a.record_key).cmp(&(&b.organisation_code, &b.record_key))
        });
        let mut transaction = self.begin(ACTIVITY).await?;
        let mut stored = Vec::with_capacity(sorted.len());
        for correction in sorted {
            stored.push(store_one(&mut transaction, &actor, correction).await?);
        }
        let entries: Vec<_> = stored
            .iter()
            .map(|(correction, _)| steps::correction(correction))
            .collect();
        self.finish(transaction, ACTIVITY, &actor, &entries).await?;
        Ok(stored)
    }

    /// The corrections of a record, oldest first.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn corrections_of(
        &self,
        scope: &Scope,
        organisation_code: &str,
        record_key: &str,
    ) -> Result<Vec<Correction>> {
        scope.require(organisation_code)?;
        let sql = Sql::with(
            concat!(
                "SELECT ",
                columns!(),
                " FROM record_correction WHERE organisation_code = $1 AND record_key = $2 \
                 ORDER BY version"
            ),
            [organisation_code.into(), record_key.into()],
        );
        self.corrections(sql).await
    }

    /// The corrections of all records of a month, by record and version: what an export applies.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn corrections_of_month(
        &self,
        scope: &Scope,
        organisation_code: &str,
        month: Month,
    ) -> Result<Vec<Correction>> {
        scope.require(organisation_code)?;
        let sql = Sql::with(
            concat!(
                "SELECT ",
                columns!(),
                " FROM record_correction WHERE organisation_code = $1 AND discharge_month = $2 \
                 ORDER BY record_key, version"
            ),
            [organisation_code.into(), month.to_string().into()],
        );
        self.corrections(sql).await
    }

    async fn corrections(&self, sql: Sql) -> Result<Vec<Correction>> {
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(correction).collect()
    }
}

/// Stores one correction within a transaction.
async fn store_one(
    transaction: &mut AnyConnection,
    actor: &Actor,
    correction: &NewCorrection,
) -> Result<(Correction, Vec<Item>)> {
    if correction.changes.is_empty() {
        return Err(StoreError::NothingChanged);
    }
    let next = Correction {
        organisation_code: Named::Organisation.check(&correction.organisation_code)?,
        record_key: Named::Record.check(&correction.record_key)?,
        month: correction.month,
        version: correction.based_on.saturating_add(1),
        actor: actor.name.clone(),
        at: actor.at,
        reason: Named::Reason.check(&correction.reason)?,
        changes: correction.changes.iter().map(Change::clean).collect(),
    };
    let mut keys: Vec<ItemKey> = correction
        .checks
        .iter()
        .map(|check_id| ItemKey {
            organisation_code: next.organisation_code.clone(),
            record_key: next.record_key.clone(),
            check_id: check_id.clone(),
        })
        .collect();
    keys.sort();
    keys.dedup();
    let conflict = |found| StoreError::Conflict {
        subject: format!("{}/{}", next.organisation_code, next.record_key),
        expected: correction.based_on,
        found,
    };
    let found = version(transaction, &next.organisation_code, &next.record_key).await?;
    if found != correction.based_on {
        return Err(conflict(found));
    }
    // The key of the table catches whoever reads the same version at the same moment.
    if !insert(transaction, &next).await? {
        return Err(conflict(next.version));
    }
    let items = mark_corrected(transaction, actor, &keys, &next.reason).await?;
    Ok((next, items))
}

/// The newest version of a record, 0 as delivered.
async fn version(
    connection: &mut AnyConnection,
    organisation_code: &str,
    record_key: &str,
) -> Result<u64> {
    let row = Sql::with(
        "SELECT COALESCE(MAX(version), 0) FROM record_correction \
         WHERE organisation_code = $1 AND record_key = $2",
        [organisation_code.into(), record_key.into()],
    )
    .query()
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    Cells::new(&row, ACTIVITY).count()
}

async fn insert(connection: &mut AnyConnection, next: &Correction) -> Result<bool> {
    let changes = serde_json::to_string(&next.changes).map_err(|error| {
        let source = sqlx::Error::Encode(error.into());
        StoreError::database(ACTIVITY, source)
    })?;
    let row = vec![
        next.organisation_code.as_str().into(),
        next.record_key.as_str().into(),
        as_int(next.version).into(),
        next.month.to_string().into(),
        next.actor.as_str().into(),
        next.at.as_microsecond().into(),
        next.reason.as_str().into(),
        changes.into(),
    ];
    let new = sql::insert(
        connection,
        concat!("INSERT INTO record_correction (", columns!(), ")"),
        vec![row],
        "ON CONFLICT (organisation_code, record_key, version) DO NOTHING",
    )
    .await
    .map_err(failed)?;
    Ok(new == 1)
}

fn correction(row: &AnyRow) -> Result<Correction> {
    let mut cells = Cells::new(row, ACTIVITY);
    let organisation_code = cells.text()?;
    let record_key = cells.text()?;
    let version = cells.count()?;
    Ok(Correction {
        organisation_code,
        record_key,
        version,
        month: cells.month()?,
        actor: cells.text()?,
        at: cells.time()?,
        reason: cells.text()?,
        changes: cells.parsed("changes", |text| serde_json::from_str(text).ok())?,
    })
}

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

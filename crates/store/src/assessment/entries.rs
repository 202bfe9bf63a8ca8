use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{ACTIVITY, evidence_text, failed, read_evidence};
use crate::audit::steps;
use crate::error::{Result, StoreError};
use crate::evidence::Evidence;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Sql};
use crate::value::{Named, free_text};

biaochi_domain::coded! {
    /// What is entered.
    pub enum EntryKind {
        /// The score of a phase.
        Phase = "phase", "阶段得分", "score of a phase";
        /// The result of another assessment.
        Attribute = "attribute", "其他考核的等次", "result of another assessment";
        /// The value of an item.
        Item = "item", "项目的值", "value of an item";
    }
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryKey {
    /// The institution.
    pub organisation_code: String,
    /// The scheme.
    pub scheme_id: String,
    /// The assessed period, as text.
    pub period: String,
    /// What is entered.
    pub kind: EntryKind,
    /// The phase of an item's value; empty otherwise.
    pub phase: String,
    /// Id of the phase, key of the attribute, key of the item's source.
    pub name: String,
}

/// Something that a person enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// What it is about.
    pub key: EntryKey,
    /// The value; empty withdraws it.
    pub value: String,
    /// What proves it.
    pub evidence: Vec<Evidence>,
    /// What else there is to say.
    pub note: String,
}

/// A version of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssessmentEntry {
    /// What was entered.
    pub entry: NewEntry,
    /// Its version, from 1; the highest counts.
    pub version: u64,
    /// By whom.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

macro_rules! columns {
    () => {
        "organisation_code, scheme_id, period, kind, phase, name, version, value, evidence, actor, \
         at, note"
    };
}

impl Store {
    /// Stores entries as the newest versions, all or none.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], [`StoreError::Invalid`], [`StoreError::Conflict`] when somebody else was
    /// faster.
    pub async fn enter(
        &self,
        scope: &Scope,
        actor: &Actor,
        entries: &[NewEntry],
    ) -> Result<Vec<AssessmentEntry>> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let mut stored = Vec::with_capacity(entries.len());
        for entry in entries {
            stored.push(append(&mut transaction, scope, &actor, entry, None).await?);
        }
        let told: Vec<_> = stored.iter().map(steps::assessment_entry).collect();
        self.finish(transaction, ACTIVITY, &actor, &told).await?;
        Ok(stored)
    }

    /// The same for one entry, by somebody who saw this version of it: 0 where there was none.
    ///
    /// # Errors
    /// As [`Store::enter`]; [`StoreError::Conflict`] when another version is the newest.
    pub async fn enter_seen(
        &self,
        scope: &Scope,
        actor: &Actor,
        entry: &NewEntry,
        seen: u64,
    ) -> Result<AssessmentEntry> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let stored = append(&mut transaction, scope, &actor, entry, Some(seen)).await?;
        let told = steps::assessment_entry(&stored);
        self.finish(transaction, ACTIVITY, &actor, &[told]).await?;
        Ok(stored)
    }

    /// The newest version of each entry of a scheme and period that was not withdrawn, by key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn assessment_entries(
        &self,
        scope: &Scope,
        scheme_id: &str,
        period: &str,
    ) -> Result<Vec<AssessmentEntry>> {
        let mut newest = self.newest_entries(scope, scheme_id, period).await?;
        newest.retain(|entry| !entry.entry.value.is_empty());
        Ok(newest)
    }

    /// The same with those that were withdrawn: whoever enters anew has to name the version.
    ///
    /// # Errors
    /// The database fails.
    pub async fn newest_entries(
        &self,
        scope: &Scope,
        scheme_id: &str,
        period: &str,
    ) -> Result<Vec<AssessmentEntry>> {
        let mut sql = Sql::with(
            concat!(
                "SELECT ",
                columns!(),
                " FROM assessment_entry WHERE scheme_id = $1 AND period = $2"
            ),
            [scheme_id.into(), period.into()],
        );
        sql.within("organisation_code", scope);
        sql.push(" ORDER BY organisation_code, kind, phase, name, version");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let mut newest: Vec<AssessmentEntry> = Vec::new();
        for row in &rows {
            let entry = read(row)?;
            if newest
                .last()
                .is_some_and(|last| last.entry.key == entry.entry.key)
            {
                newest.pop();
            }
            newest.push(entry);
        }
        Ok(newest)
    }
}

/// Stores an entry as the newest version, where `seen` is the newest so far or nothing is said about it.
async fn append(
    connection: &mut AnyConnection,
    scope: &Scope,
    actor: &Actor,
    entry: &NewEntry,
    seen: Option<u64>,
) -> Result<AssessmentEntry> {
    let key = EntryKey {
        organisation_code: Named::Organisation.check(&entry.key.organisation_code)?,
        scheme_id: Named::Scheme.check(&entry.key.scheme_id)?,
        period: Named::Period.check(&entry.key.period)?,
        kind: entry.key.kind,
        phase: Named::Item.check_optional(&entry.key.phase)?,
        name: Named::Item.check(&entry.key.name)?,
    };
    scope.require(&key.organisation_code)?;
    let sql = Sql::with(
        "SELECT MAX(version) FROM assessment_entry WHERE organisation_code = $1 \
         AND scheme_id = $2 AND period = $3 AND kind = $4 AND phase = $5 AND name = $6",
        [
            key.organisation_code.as_str().into(),
            key.scheme_id.as_str().into(),
            key.period.as_str().into(),
            key.kind.code().into(),
            key.phase.as_str().into(),
            key.name.as_str().into(),
        ],
    );
    let row = sql.query().fetch_one(&mut *connection).await;
    let newest = Cells::new(&row.map_err(failed)?, ACTIVITY).optional_int()?;
    let newest = newest
        .and_then(|newest| u64::try_from(newest).ok())
        .unwrap_or(0);
    if let Some(seen) = seen.filter(|seen| *seen != newest) {
        return Err(StoreError::Conflict {
            subject: format!("{} {}", key.organisation_code, key.name),
            expected: seen,
            found: newest,
        });
    }
    let next = AssessmentEntry {
        version: newest + 1,
        entry: NewEntry {
            key,
            value: Named::Value.check_optional(&entry.value)?,
            evidence: entry.evidence.clone(),
            note: free_text(&entry.note),
        },
        actor: actor.name.clone(),
        at: actor.at,
    };
    let key = &next.entry.key;
    let row = vec![
        key.organisation_code.as_str().into(),
        key.scheme_id.as_str().into(),
        key.period.as_str().into(),
        key.kind.code().into(),
        key.phase.as_str().into(),
        key.name.as_str().into(),
        as_int(next.version).into(),
        next.entry.value.as_str().into(),
        evidence_text(&next.entry.evidence)?.into(),
        next.actor.as_str().into(),
        next.at.as_microsecond().into(),
        next.entry.note.as_str().into(),
    ];
    let head = concat!("INSERT INTO assessment_entry (", columns!(), ")");
    let tail = "ON CONFLICT DO NOTHING";
    let new = sql::insert(connection, head, vec![row], tail);
    if new.await.map_err(failed)? == 0 {
        return Err(StoreError::Conflict {
            subject: format!("{} {}", key.organisation_code, key.name),
            expected: next.version - 1,
            found: next.version,
        });
    }
    Ok(next)
}

fn read(row: &AnyRow) -> Result<AssessmentEntry> {
    let mut cells = Cells::new(row, ACTIVITY);
    let key = EntryKey {
        organisation_code: cells.text()?,
        scheme_id: cells.text()?,
        period: cells.text()?,
        kind: cells.parsed("entry kind", EntryKind::from_code)?,
        phase: cells.text()?,
        name: cells.text()?,
    };
    let version = cells.count()?;
    let value = cells.text()?;
    let evidence = cells.parsed("evidence", read_evidence)?;
    let (actor, at) = (cells.text()?, cells.time()?);
    let note = cells.text()?;
    Ok(AssessmentEntry {
        entry: NewEntry {
            key,
            value,
            evidence,
            note,
        },
        version,
        actor,
        at,
    })
}

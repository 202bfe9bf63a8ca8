//! Changes into the tables, many at once.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::rows::{binds, columns, failed, newest, step_binds, step_columns};
use super::submission::{Submission, SubmissionKey, SubmissionStep};
use crate::error::{Result, StoreError};
use crate::row::as_int;
use crate::sql::{self, Bind, ROWS_AT_ONCE, Sql};

/// What becomes of a submission.
pub(super) struct Change {
    /// Version and revision that are stored; `None` when there is nothing.
    found: Option<Submission>,
    /// What it is after the steps so far.
    pub(super) current: Option<Submission>,
    /// The steps, in order.
    pub(super) steps: Vec<SubmissionStep>,
}

impl Change {
    /// Nothing yet.
    pub(super) fn of(found: Option<Submission>) -> Self {
        Self {
            current: found.clone(),
            found,
            steps: Vec::new(),
        }
    }

    /// What is stored.
    pub(super) fn found(&self) -> Option<&Submission> {
        self.found.as_ref()
    }

    /// What it is after the steps so far.
    pub(super) fn now(&self) -> Result<&Submission> {
        self.current.as_ref().ok_or_else(|| StoreError::NotFound {
            subject: String::new(),
        })
    }
}

/// The newest versions of these submissions.
pub(super) async fn load(
    connection: &mut AnyConnection,
    keys: &[SubmissionKey],
) -> Result<BTreeMap<SubmissionKey, Submission>> {
    let wanted: BTreeSet<&SubmissionKey> = keys.iter().collect();
    let mut found = BTreeMap::new();
    let mut sets: BTreeMap<&str, Vec<&SubmissionKey>> = BTreeMap::new();
    for key in &wanted {
        sets.entry(&key.dataset).or_default().push(key);
    }
    for (dataset, keys) in sets {
        for keys in keys.chunks(KEYS_AT_ONCE) {
            for submission in newest(connection, dataset, keys).await? {
                if wanted.contains(&submission.key) {
                    found.insert(submission.key.clone(), submission);
                }
            }
        }
    }
    Ok(found)
}

/// Submissions that one statement looks for.
const KEYS_AT_ONCE: usize = 512;

/// Writes changes and gives what became of them. Nobody else's change is lost: a version that somebody
/// else began or changed is a conflict.
pub(super) async fn write(
    connection: &mut AnyConnection,
    changes: Vec<Change>,
) -> Result<Vec<Submission>> {
    let (mut new, mut moved, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let mut written = Vec::with_capacity(changes.len());
    for change in changes {
        let Some(next) = change.current else { continue };
        for step in &change.steps {
            steps.push(step_binds(&next.key, step)?);
        }
        let stored = change.found.filter(|found| found.version == next.version);
        match stored {
            Some(stored) => moved.push((stored.revision, next.clone())),
            None => new.push((binds(&next)?, next.key.clone())),
        }
        written.push(next);
    }
    for chunk in moved.chunks(ROWS_OF_SUBMISSIONS) {
        update(connection, chunk).await?;
    }
    for chunk in chunks(new, ROWS_OF_SUBMISSIONS) {
        let subject = chunk.first().map(|(_, key)| key.to_string());
        let rows: Vec<Vec<Bind>> = chunk.into_iter().map(|(row, _)| row).collect();
        let count = rows.len() as u64;
        let inserted = sql::insert(
            connection,
            concat!("INSERT INTO submission (", columns!(), ")"),
            rows,
            "ON CONFLICT (organisation_code, dataset, period, version) DO NOTHING",
        )
        .await
        .map_err(failed)?;
        if inserted != count {
            return Err(StoreError::Conflict {
                subject: subject.unwrap_or_default(),
                expected: 0,
                found: 1,
            });
        }
    }
    for rows in chunks(steps, ROWS_AT_ONCE) {
        sql::insert(
            connection,
            concat!("INSERT INTO submission_step (", step_columns!(), ")"),
            rows,
            "",
        )
        .await
        .map_err(failed)?;
    }
    Ok(written)
}

/// Rows of `submission` that one statement inserts or changes: their content is long.
const ROWS_OF_SUBMISSIONS: usize = 32;

fn chunks<T>(rows: Vec<T>, size: usize) -> Vec<Vec<T>> {
    let mut rows = rows.into_iter().peekable();
    let mut chunks = Vec::new();
    while rows.peek().is_some() {
        chunks.push(rows.by_ref().take(size).collect());
    }
    chunks
}

/// Changes submissions that stand at the revisions beside them, with one statement.
async fn update(connection: &mut AnyConnection, changes: &[(u64, Submission)]) -> Result<()> {
    let mut rows = Vec::with_capacity(changes.len());
    for (stands_at, next) in changes {
        let mut row = binds(next)?;
        row.push(as_int(*stands_at).into());
        rows.push(row);
    }
    let mut sql = Sql::new(concat!("WITH moved (", columns!(), ", stands_at) AS ("));
    sql.bind_rows(rows).push(concat!(
        ") UPDATE submission SET last_month = moved.last_month",
        ", definition_hash = moved.definition_hash",
        ", state = moved.state",
        ", state_since = moved.state_since",
        ", content = moved.content",
        ", findings = moved.findings",
        ", errors = moved.errors",
        ", warnings = moved.warnings",
        ", origin = moved.origin",
        ", filler = moved.filler",
        ", filled_at = moved.filled_at",
        ", submitter = moved.submitter",
        // Where no row has a time, the type of the column would be a guess.
        ", submitted_at = CAST(moved.submitted_at AS BIGINT)",
        ", comment = moved.comment",
        ", approver = moved.approver",
        ", approved_at = CAST(moved.approved_at AS BIGINT)",
        ", import_id = moved.import_id",
        ", revision = moved.revision",
        " FROM moved WHERE submission.organisation_code = moved.organisation_code",
        " AND submission.dataset = moved.dataset",
        " AND submission.period = moved.period",
        " AND submission.version = moved.version",
        " AND submission.revision = moved.stands_at",
    ));
    let full = changes.len() == ROWS_OF_SUBMISSIONS;
    let done = sql.query().persistent(full).execute(&mut *connection).await;
    if done.map_err(failed)?.rows_affected() == changes.len() as u64 {
        return Ok(());
    }
    // Somebody was faster with one of them: which one is told.
    let keys: Vec<SubmissionKey> = changes.iter().map(|(_, next)| next.key.clone()).collect();
    let stands = load(connection, &keys).await?;
    let is_other = |(_, next): &&(u64, Submission)| {
        let stands = stands.get(&next.key);
        stands.is_none_or(|one| (one.version, one.revision) != (next.version, next.revision))
    };
    let other = changes.iter().find(is_other).or(changes.first());
    let found = other.and_then(|(_, next)| stands.get(&next.key));
    Err(StoreError::Conflict {
        subject: other.map_or_else(String::new, |(_, next)| next.key.to_string()),
        expected: other.map_or(0, |(stands_at, _)| *stands_at),
        found: found.map_or(0, |found| found.revision),
    })
}

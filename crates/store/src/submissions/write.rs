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
    let mut pairs: BTreeMap<(&str, &str), Vec<&SubmissionKey>> = BTreeMap::new();
    for key in &wanted {
        let pair = (key.organisation_code.as_str(), key.dataset.as_str());
        pairs.entry(pair).or_default().push(key);
    }
    for ((organisation_code, dataset), keys) in pairs {
        let period = match &keys[..] {
            [key] => Some(key.period),
            _ => None,
        };
        for submission in newest(connection, organisation_code, dataset, period).await? {
            if wanted.contains(&submission.key) {
                found.insert(submission.key.clone(), submission);
            }
        }
    }
    Ok(found)
}

/// Writes changes and gives what became of them. Nobody else's change is lost: a version that somebody
/// else began or changed is a conflict.
pub(super) async fn write(
    connection: &mut AnyConnection,
    changes: Vec<Change>,
) -> Result<Vec<Submission>> {
    let (mut new, mut steps) = (Vec::new(), Vec::new());
    let mut written = Vec::with_capacity(changes.len());
    for change in changes {
        let Some(next) = change.current else { continue };
        for step in &change.steps {
            steps.push(step_binds(&next.key, step)?);
        }
        let stored = change.found.filter(|found| found.version == next.version);
        match stored {
            Some(stored) => update(connection, &stored, &next).await?,
            None => new.push((binds(&next)?, next.key.clone())),
        }
        written.push(next);
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

/// Rows of `submission` that one statement inserts: their content is long.
const ROWS_OF_SUBMISSIONS: usize = 32;

fn chunks<T>(rows: Vec<T>, size: usize) -> Vec<Vec<T>> {
    let mut rows = rows.into_iter().peekable();
    let mut chunks = Vec::new();
    while rows.peek().is_some() {
        chunks.push(rows.by_ref().take(size).collect());
    }
    chunks
}

async fn update(
    connection: &mut AnyConnection,
    stored: &Submission,
    next: &Submission,
) -> Result<()> {
    const COLUMNS: [&str; 18] = [
        "last_month = ",
        ", definition_hash = ",
        ", state = ",
        ", state_since = ",
        ", content = ",
        ", findings = ",
        ", errors = ",
        ", warnings = ",
        ", origin = ",
        ", filler = ",
        ", filled_at = ",
        ", submitter = ",
        ", submitted_at = ",
        ", comment = ",
        ", approver = ",
        ", approved_at = ",
        ", import_id = ",
        ", revision = ",
    ];
    let mut sql = Sql::new("UPDATE submission SET ");
    for (column, bind) in COLUMNS.into_iter().zip(binds(next)?.into_iter().skip(4)) {
        sql.push(column).bind(bind);
    }
    let key = &next.key;
    sql.push(" WHERE organisation_code = ")
        .bind(key.organisation_code.as_str());
    sql.push(" AND dataset = ").bind(key.dataset.as_str());
    sql.push(" AND period = ").bind(key.period.to_string());
    sql.push(" AND version = ").bind(as_int(next.version));
    sql.push(" AND revision = ").bind(as_int(stored.revision));
    let done = sql.query().execute(connection).await.map_err(failed)?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict {
        subject: key.to_string(),
        expected: stored.revision,
        found: stored.revision + 1,
    })
}

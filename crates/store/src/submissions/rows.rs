//! Rows of the tables and the values in them.

use std::collections::BTreeSet;

use biaochi_datasets::{State, Step};
use biaochi_domain::Period;
use serde::Serialize;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::submission::{ContentRow, Submission, SubmissionKey, SubmissionStep};
use crate::error::{Activity, Result, StoreError};
use crate::row::{Cells, as_int};
use crate::sql::{Bind, Sql};

pub(super) const ACTIVITY: Activity = Activity::Submissions;

macro_rules! columns {
    () => {
        "organisation_code, dataset, period, version, last_month, definition_hash, state, \
         state_since, content, findings, errors, warnings, origin, filler, filled_at, submitter, \
         submitted_at, comment, approver, approved_at, import_id, revision"
    };
}

macro_rules! step_columns {
    () => {
        "organisation_code, dataset, period, version, revision, actor, at, step, state_before, \
         state_after, comment, content"
    };
}
pub(super) use {columns, step_columns};

pub(super) fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| failed(sqlx::Error::Encode(error.into())))
}

/// The condition that a row is the newest version of its submission.
pub(super) const NEWEST: &str = " NOT EXISTS (SELECT 1 FROM submission AS later \
     WHERE later.organisation_code = submission.organisation_code \
     AND later.dataset = submission.dataset AND later.period = submission.period \
     AND later.version > submission.version)";

/// The values of a row, in the order of its columns.
pub(super) fn binds(submission: &Submission) -> Result<Vec<Bind>> {
    let key = &submission.key;
    let (errors, warnings) = submission.faults();
    let micros = |time: Option<jiff::Timestamp>| time.map(jiff::Timestamp::as_microsecond);
    Ok(vec![
        key.organisation_code.as_str().into(),
        key.dataset.as_str().into(),
        key.period.to_string().into(),
        as_int(submission.version).into(),
        key.period.last().to_string().into(),
        submission.definition_hash.as_str().into(),
        submission.state.code().into(),
        submission.state_since.as_microsecond().into(),
        json(&submission.content)?.into(),
        json(&submission.findings)?.into(),
        as_int(errors).into(),
        as_int(warnings).into(),
        submission.origin.as_str().into(),
        submission.filler.as_str().into(),
        submission.filled_at.as_microsecond().into(),
        submission.submitter.as_str().into(),
        micros(submission.submitted_at).into(),
        submission.comment.as_str().into(),
        submission.approver.as_str().into(),
        micros(submission.approved_at).into(),
        submission.import_id.as_str().into(),
        as_int(submission.revision).into(),
    ])
}

pub(super) fn step_binds(key: &SubmissionKey, step: &SubmissionStep) -> Result<Vec<Bind>> {
    let content = if step.content.is_empty() {
        String::new()
    } else {
        json(&step.content)?
    };
    Ok(vec![
        key.organisation_code.as_str().into(),
        key.dataset.as_str().into(),
        key.period.to_string().into(),
        as_int(step.version).into(),
        as_int(step.revision).into(),
        step.actor.as_str().into(),
        step.at.as_microsecond().into(),
        step.step.code().into(),
        step.before.map_or("", State::code).into(),
        step.after.code().into(),
        step.comment.as_str().into(),
        content.into(),
    ])
}

pub(super) fn submission(row: &AnyRow) -> Result<Submission> {
    let mut cells = Cells::new(row, ACTIVITY);
    let key = SubmissionKey {
        organisation_code: cells.text()?,
        dataset: cells.text()?,
        period: period(&mut cells)?,
    };
    let version = cells.count()?;
    cells.month()?;
    let definition_hash = cells.text()?;
    let state = cells.parsed("state", State::from_code)?;
    let state_since = cells.time()?;
    let content = content(&mut cells)?;
    let findings = cells.parsed("findings", |text| serde_json::from_str(text).ok())?;
    let _counts = (cells.count()?, cells.count()?);
    Ok(Submission {
        key,
        version,
        definition_hash,
        state,
        state_since,
        content,
        findings,
        origin: cells.text()?,
        filler: cells.text()?,
        filled_at: cells.time()?,
        submitter: cells.text()?,
        submitted_at: cells.optional_time()?,
        comment: cells.text()?,
        approver: cells.text()?,
        approved_at: cells.optional_time()?,
        import_id: cells.text()?,
        revision: cells.count()?,
    })
}

fn period(cells: &mut Cells<'_>) -> Result<Period> {
    cells.parsed("period", |text| text.parse().ok())
}

fn content(cells: &mut Cells<'_>) -> Result<Vec<ContentRow>> {
    cells.parsed("content", |text| match text {
        "" => Some(Vec::new()),
        text => serde_json::from_str(text).ok(),
    })
}

pub(super) fn step_of(row: &AnyRow) -> Result<SubmissionStep> {
    let mut cells = Cells::new(row, ACTIVITY);
    for _ in 0..2 {
        cells.text()?;
    }
    period(&mut cells)?;
    Ok(SubmissionStep {
        version: cells.count()?,
        revision: cells.count()?,
        actor: cells.text()?,
        at: cells.time()?,
        step: cells.parsed("step", Step::from_code)?,
        before: cells.parsed("state", |word| match word {
            "" => Some(None),
            word => State::from_code(word).map(Some),
        })?,
        after: cells.parsed("state", State::from_code)?,
        comment: cells.text()?,
        content: content(&mut cells)?,
    })
}

/// The newest versions of submissions of a data set: those of the keys, and others of the same
/// organisations and months.
pub(super) async fn newest(
    connection: &mut AnyConnection,
    dataset: &str,
    keys: &[&SubmissionKey],
) -> Result<Vec<Submission>> {
    let organisations: BTreeSet<&str> = keys
        .iter()
        .map(|key| key.organisation_code.as_str())
        .collect();
    let months = || keys.iter().map(|key| key.period.last());
    let (Some(first), Some(last)) = (months().min(), months().max()) else {
        return Ok(Vec::new());
    };
    let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM submission WHERE"));
    sql.push(NEWEST);
    sql.push(" AND organisation_code IN ")
        .bind_list(organisations);
    sql.push(" AND dataset = ").bind(dataset);
    sql.push(" AND last_month >= ").bind(first.to_string());
    sql.push(" AND last_month <= ").bind(last.to_string());
    let rows = sql.query().fetch_all(connection).await.map_err(failed)?;
    rows.iter().map(submission).collect()
}

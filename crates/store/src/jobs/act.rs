use jiff::{SignedDuration, Timestamp};

use super::job::{Job, JobState, load, missing};
use super::{ACTIVITY, failed};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::row::as_int;
use crate::scope::{Actor, Scope, to_the_microsecond};
use crate::sql::Sql;
use crate::value::free_text;

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobProgress {
    /// How much of it is done.
    pub done: u64,
    /// Of how much; 0 when that is not known.
    pub total: u64,
    /// The same in words.
    pub words: String,
}

/// What whoever works on a job learns when showing a sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobSigns {
    /// The job is still theirs; otherwise somebody else has it, and nothing may be done any more.
    pub held: bool,
    /// Somebody wants it to end.
    pub cancel_wanted: bool,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOutcome {
    /// Done, failed or cancelled.
    pub state: JobState,
    /// What came of it, in a sentence.
    pub message: String,
    /// What came of it, JSON; may be empty.
    pub result: String,
    /// Name of the file of rejected rows; empty without one.
    pub reject_file: String,
}

impl Store {
    /// Shows a sign of life, with how far the job is.
    ///
    /// # Errors
    /// The database fails.
    pub async fn report_job(
        &self,
        (holder, job_id): (&str, &str),
        progress: &JobProgress,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<JobSigns> {
        let until = now.saturating_add(lease).unwrap_or(now);
        let mut transaction = self.begin(ACTIVITY).await?;
        let mut sql = Sql::new("UPDATE job SET done = ");
        sql.bind(as_int(progress.done));
        sql.push(", total = ").bind(as_int(progress.total));
        sql.push(", words = ").bind(progress.words.as_str());
        sql.push(", held_until = ").bind(until.as_microsecond());
        sql.push(" WHERE job_id = ").bind(job_id);
        sql.push(" AND holder = ").bind(holder);
        sql.push(" AND state = ").bind(JobState::Running.code());
        let done = sql.query().execute(&mut *transaction).await;
        let held = done.map_err(failed)?.rows_affected() == 1;
        let job = load(&mut transaction, job_id).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(JobSigns {
            held,
            cancel_wanted: job.is_some_and(|job| job.cancel_wanted),
        })
    }

    /// Ends a job that the holder works on; `false` when it is no longer theirs, and then nothing changes.
    ///
    /// # Errors
    /// The database fails.
    pub async fn finish_job(
        &self,
        (holder, job_id): (&str, &str),
        outcome: &JobOutcome,
        now: Timestamp,
    ) -> Result<bool> {
        let now = to_the_microsecond(now);
        let mut transaction = self.begin(ACTIVITY).await?;
        let mut sql = Sql::new("UPDATE job SET state = ");
        sql.bind(outcome.state.code());
        sql.push(", finished_at = ").bind(now.as_microsecond());
        sql.push(", message = ").bind(outcome.message.as_str());
        sql.push(", result = ").bind(outcome.result.as_str());
        sql.push(", reject_file = ")
            .bind(outcome.reject_file.as_str());
        sql.push(", holder = '', held_until = 0, revision = revision + 1 WHERE job_id = ")
            .bind(job_id);
        sql.push(" AND holder = ").bind(holder);
        sql.push(" AND state = ").bind(JobState::Running.code());
        let done = sql.query().execute(&mut *transaction).await;
        if done.map_err(failed)?.rows_affected() != 1 {
            return Ok(false);
        }
        let job = load(&mut transaction, job_id).await?;
        let job = job.ok_or_else(|| missing(job_id))?;
        let actor = Actor {
            name: holder.to_owned(),
            at: now,
        };
        let entry = job.told(Some(JobState::Running));
        self.finish(transaction, ACTIVITY, &actor.checked()?, &[entry])
            .await?;
        Ok(true)
    }

    /// Ends a job that waits; one that somebody works on ends as soon as it can.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`] when somebody was faster, [`StoreError::JobOver`], or the
    /// database fails.
    pub async fn cancel_job(
        &self,
        scope: &Scope,
        actor: &Actor,
        job_id: &str,
        seen: Option<u64>,
    ) -> Result<Job> {
        self.act_on_job(scope, actor, (job_id, seen), "", |job| match job.state {
            JobState::Queued => {
                job.state = JobState::Cancelled;
                job.finished_at = Some(actor.at);
                job.message = "已按要求取消".to_owned();
                true
            }
            JobState::Running => {
                job.cancel_wanted = true;
                true
            }
            _ => false,
        })
        .await
    }

    /// Puts a job that failed or was cancelled back into the queue.
    ///
    /// # Errors
    /// As [`Store::cancel_job`].
    pub async fn retry_job(
        &self,
        scope: &Scope,
        actor: &Actor,
        job_id: &str,
        seen: Option<u64>,
    ) -> Result<Job> {
        self.act_on_job(scope, actor, (job_id, seen), "", put_back)
            .await
    }

    /// The same with another request, and why it is another: the audit trail tells it.
    ///
    /// # Errors
    /// As [`Store::cancel_job`].
    pub async fn retry_job_as(
        &self,
        scope: &Scope,
        actor: &Actor,
        (job_id, seen): (&str, Option<u64>),
        (request, why): (&str, &str),
    ) -> Result<Job> {
        self.act_on_job(scope, actor, (job_id, seen), why, |job| {
            job.request = request.to_owned();
            put_back(job)
        })
        .await
    }

    async fn act_on_job(
        &self,
        scope: &Scope,
        actor: &Actor,
        (job_id, seen): (&str, Option<u64>),
        why: &str,
        step: impl FnOnce(&mut Job) -> bool,
    ) -> Result<Job> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let found = load(&mut transaction, job_id).await?;
        let may = |job: &Job| {
            job.created_by == actor.name
                || *scope == Scope::All
                || scope.allows(&job.organisation_code)
        };
        let mut job = found.filter(may).ok_or_else(|| missing(job_id))?;
        let (before, revision) = (job.state, job.revision);
        if let Some(expected) = seen.filter(|seen| *seen != revision) {
            return Err(StoreError::Conflict {
                subject: job.job_id,
                expected,
                found: revision,
            });
        }
        if !step(&mut job) {
            return Err(StoreError::JobOver { state: job.state });
        }
        job.revision += 1;
        let finished = job.finished_at.map(Timestamp::as_microsecond);
        let mut sql = Sql::new("UPDATE job SET state = ");
        sql.bind(job.state.code());
        sql.push(", finished_at = ").bind(finished);
        sql.push(", cancel_wanted = ")
            .bind(i64::from(job.cancel_wanted));
        sql.push(", attempts = ").bind(as_int(job.attempts));
        sql.push(", message = ").bind(free_text(&job.message));
        sql.push(", result = ").bind(job.result.as_str());
        sql.push(", request = ").bind(job.request.as_str());
        sql.push(", revision = ").bind(as_int(job.revision));
        sql.push(" WHERE job_id = ").bind(job_id);
        sql.push(" AND revision = ").bind(as_int(revision));
        let done = sql.query().execute(&mut *transaction).await;
        if done.map_err(failed)?.rows_affected() != 1 {
            return Err(StoreError::Conflict {
                subject: job.job_id,
                expected: revision,
                found: revision + 1,
            });
        }
        let entry = match why {
            "" => job.told(Some(before)),
            why => job.told_why(Some(before), why),
        };
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(job)
    }
}

/// Puts a job back that failed or was cancelled; of its last attempt nothing is told any more.
fn put_back(job: &mut Job) -> bool {
    let is_back = matches!(job.state, JobState::Failed | JobState::Cancelled);
    if is_back {
        job.state = JobState::Queued;
        job.finished_at = None;
        job.cancel_wanted = false;
        job.attempts = 0;
        job.message = String::new();
        job.result = String::new();
    }
    is_back
}

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use super::job::{Job, JobState, NewJob, SELECT, insert, load, missing, read};
use super::{ACTIVITY, failed};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::row::Cells;
use crate::scope::{Actor, Scope, to_the_microsecond};
use crate::sql::Sql;
use crate::value::{Named, free_text};

/// How often a job is begun before it is given up: what kills the service every time must not keep it down.
const ATTEMPTS: u64 = 4;

/// Characters of a subject that are kept.
const SUBJECT_CHARACTERS: usize = 200;

impl Store {
    /// Puts a job into the queue. When the same account sent the same key before, that job comes back and nothing is
    /// added: `false`.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], [`StoreError::Invalid`], [`StoreError::Conflict`] when the key named something else,
    /// or the database fails.
    pub async fn enqueue_job(
        &self,
        scope: &Scope,
        actor: &Actor,
        new: &NewJob,
    ) -> Result<(Job, bool)> {
        if !new.organisation_code.is_empty() {
            scope.require(&new.organisation_code)?;
        }
        let actor = actor.checked()?;
        let job = Job {
            job_id: Named::Run.check(&new.job_id)?,
            kind: new.kind,
            organisation_code: Named::Organisation.check_optional(&new.organisation_code)?,
            subject: free_text(&new.subject)
                .chars()
                .take(SUBJECT_CHARACTERS)
                .collect(),
            lane: new.lane.clone(),
            request: new.request.clone(),
            created_by: actor.name.clone(),
            created_at: actor.at,
            state: JobState::Queued,
            started_at: None,
            finished_at: None,
            done: 0,
            total: 0,
            words: String::new(),
            attempts: 0,
            cancel_wanted: false,
            message: String::new(),
            result: String::new(),
            reject_file: String::new(),
            revision: 1,
        };
        let key = match &new.idempotency_key {
            Some(key) => Named::Value.check(key)?,
            None => job.job_id.clone(),
        };
        let mut transaction = self.begin(ACTIVITY).await?;
        if insert(&mut transaction, &job, &key).await? {
            let entry = job.told(None);
            self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
            return Ok((job, true));
        }
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE created_by = ").bind(actor.name.as_str());
        sql.push(" AND idempotency_key = ").bind(key.as_str());
        let row = sql.query().fetch_optional(&mut *transaction).await;
        let row = row.map_err(failed)?.ok_or_else(|| missing(&key))?;
        let known = read(&row)?;
        if known.kind != job.kind || known.organisation_code != job.organisation_code {
            return Err(StoreError::Conflict {
                subject: key,
                expected: job.revision,
                found: known.revision,
            });
        }
        Ok((known, false))
    }

    /// Takes the oldest job whose lane is free, for somebody who shows signs of life at least every `lease`. Jobs of
    /// those who fell silent go back into the queue first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn take_job(
        &self,
        holder: &str,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<Job>> {
        let now = to_the_microsecond(now);
        if !self.has_waiting_job(now).await? {
            return Ok(None);
        }
        let mut transaction = self.begin(ACTIVITY).await?;
        // Whoever comes second waits here, and then sees the lanes as they are.
        let turn = Sql::new("UPDATE job_queue SET turn = turn + 1 WHERE id = 1");
        let turned = turn.query().execute(&mut *transaction).await;
        turned.map_err(failed)?;
        let mut entries = reclaim(&mut transaction, now).await?;
        let mut sql = Sql::new("SELECT job_id FROM job AS one WHERE one.state = ");
        sql.bind(JobState::Queued.code());
        sql.push(
            " AND (one.lane = '' OR NOT EXISTS (SELECT 1 FROM job AS other \
             WHERE other.lane = one.lane AND other.state = ",
        )
        .bind(JobState::Running.code())
        .push(")) ORDER BY one.created_at, one.job_id LIMIT 1");
        let row = sql.query().fetch_optional(&mut *transaction).await;
        let found = match row.map_err(failed)? {
            Some(row) => Some(Cells::new(&row, ACTIVITY).text()?),
            None => None,
        };
        let actor = Actor {
            name: holder.to_owned(),
            at: now,
        };
        let Some(job_id) = found else {
            self.finish(transaction, ACTIVITY, &actor.checked()?, &entries)
                .await?;
            return Ok(None);
        };
        let until = now.saturating_add(lease).unwrap_or(now);
        let mut sql = Sql::new("UPDATE job SET state = ");
        sql.bind(JobState::Running.code());
        sql.push(", started_at = ").bind(now.as_microsecond());
        sql.push(", finished_at = NULL, done = 0, total = 0, words = '', attempts = attempts + 1, holder = ")
            .bind(holder);
        sql.push(", held_until = ").bind(until.as_microsecond());
        sql.push(", revision = revision + 1 WHERE job_id = ")
            .bind(job_id.as_str());
        let done = sql.query().execute(&mut *transaction).await;
        done.map_err(failed)?;
        let job = load(&mut transaction, &job_id).await?;
        let job = job.ok_or_else(|| missing(&job_id))?;
        entries.push(job.told(Some(JobState::Queued)));
        self.finish(transaction, ACTIVITY, &actor.checked()?, &entries)
            .await?;
        Ok(Some(job))
    }

    /// Whether there is anything to look at: asking so often must not write.
    async fn has_waiting_job(&self, now: Timestamp) -> Result<bool> {
        let mut sql = Sql::new("SELECT COUNT(*) FROM job WHERE state = ");
        sql.bind(JobState::Queued.code());
        sql.push(" OR (state = ").bind(JobState::Running.code());
        sql.push(" AND held_until < ").bind(now.as_microsecond());
        sql.push(")");
        let row = sql.query().fetch_one(self.pool()).await.map_err(failed)?;
        Ok(Cells::new(&row, ACTIVITY).count()? > 0)
    }

    /// Gives the jobs of somebody back who stops in an orderly way; it does not count as an attempt.
    ///
    /// # Errors
    /// The database fails.
    pub async fn give_jobs_back(&self, holder: &str) -> Result<u64> {
        let mut sql = Sql::new("UPDATE job SET state = ");
        sql.bind(JobState::Queued.code());
        sql.push(", holder = '', held_until = 0, attempts = attempts - 1, words = '', revision = revision + 1 WHERE state = ")
            .bind(JobState::Running.code());
        sql.push(" AND cancel_wanted = 0 AND holder = ")
            .bind(holder);
        let done = sql.query().execute(self.pool()).await.map_err(failed)?;
        Ok(done.rows_affected())
    }
}

/// Puts jobs back whose holder fell silent; those that somebody wanted to end, or that were begun too often, end.
async fn reclaim(
    connection: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<crate::audit::NewAuditEntry>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE state = ").bind(JobState::Running.code());
    sql.push(" AND held_until < ").bind(now.as_microsecond());
    let rows = sql.query().fetch_all(&mut *connection).await;
    let mut entries = Vec::new();
    for row in rows.map_err(failed)? {
        let mut job = read(&row)?;
        (job.state, job.message) = if job.cancel_wanted {
            (JobState::Cancelled, "已按要求取消".to_owned())
        } else if job.attempts >= ATTEMPTS {
            let text = "服务几次在这项作业进行中停止，没有完成。请检查文件和磁盘空间后重试";
            (JobState::Failed, text.to_owned())
        } else {
            (JobState::Queued, String::new())
        };
        let mut sql = Sql::new("UPDATE job SET holder = '', held_until = 0, words = '', state = ");
        sql.bind(job.state.code());
        sql.push(", message = ").bind(job.message.as_str());
        if job.state.is_final() {
            sql.push(", finished_at = ").bind(now.as_microsecond());
        }
        sql.push(", revision = revision + 1 WHERE job_id = ")
            .bind(job.job_id.as_str());
        let done = sql.query().execute(&mut *connection).await;
        done.map_err(failed)?;
        entries.push(job.told(Some(JobState::Running)));
    }
    Ok(entries)
}

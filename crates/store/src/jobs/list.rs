use std::fmt;
use std::str::FromStr;

use super::failed;
use super::job::{Job, JobKind, JobState, SELECT, load, missing, read};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::scope::Scope;
use crate::sql::Sql;

/// Most jobs of a page.
const PAGE_LIMIT: u32 = 500;

/// Which jobs; what is `None` or empty does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobFilter {
    /// Those of this account, whatever they are about, besides those that may be seen.
    pub own: Option<String>,
    /// What kinds may be seen, each of which institutions.
    pub visible: Vec<(JobKind, Scope)>,
    /// Of this kind.
    pub kind: Option<JobKind>,
    /// In one of these states.
    pub states: Vec<JobState>,
    /// Of this organisation.
    pub organisation_code: Option<String>,
    /// Wanted by this account.
    pub created_by: Option<String>,
}

/// The place in the list after which the next page begins, as a text for addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCursor {
    at: i64,
    job_id: String,
}

impl fmt::Display for JobCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.job_id)
    }
}

impl FromStr for JobCursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        let (at, job_id) = text.split_once('.').ok_or(StoreError::Cursor)?;
        Ok(Self {
            at: at.parse().map_err(|_| StoreError::Cursor)?,
            job_id: job_id.to_owned(),
        })
    }
}

/// Some jobs, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<JobCursor>,
}

impl JobFilter {
    /// Whether a job may be seen.
    fn shows(&self, job: &Job) -> bool {
        let own = self.own.as_ref() == Some(&job.created_by);
        let mut visible = self.visible.iter();
        own || visible.any(|(kind, scope)| *kind == job.kind && within(scope, job))
    }
}

/// What is about several organisations is seen by those who see all.
fn within(scope: &Scope, job: &Job) -> bool {
    match scope {
        Scope::All => true,
        Scope::Organisations(codes) => codes.contains(&job.organisation_code),
    }
}

impl Store {
    /// Jobs that may be seen, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs(
        &self,
        filter: &JobFilter,
        after: Option<&JobCursor>,
        limit: u32,
    ) -> Result<JobPage> {
        let limit = limit.clamp(1, PAGE_LIMIT);
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE (created_by = ")
            .bind(filter.own.as_deref().unwrap_or_default());
        for (kind, scope) in &filter.visible {
            sql.push(" OR (kind = ").bind(kind.code());
            sql.within("organisation_code", scope).push(")");
        }
        sql.push(")");
        sql.equal([
            ("organisation_code", &filter.organisation_code),
            ("created_by", &filter.created_by),
        ]);
        if let Some(kind) = filter.kind {
            sql.push(" AND kind = ").bind(kind.code());
        }
        if !filter.states.is_empty() {
            sql.push(" AND state IN ")
                .bind_list(filter.states.iter().map(|state| state.code()));
        }
        if let Some(JobCursor { at, job_id }) = after {
            sql.push(" AND (created_at < ").bind(*at);
            sql.push(" OR (created_at = ").bind(*at);
            sql.push(" AND job_id < ").bind(job_id.as_str()).push("))");
        }
        sql.push(" ORDER BY created_at DESC, job_id DESC LIMIT ")
            .bind(i64::from(limit) + 1);
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let mut jobs = rows.iter().map(read).collect::<Result<Vec<Job>>>()?;
        let more = jobs.len() > limit as usize;
        jobs.truncate(limit as usize);
        let next = jobs.last().filter(|_| more).map(|last| JobCursor {
            at: last.created_at.as_microsecond(),
            job_id: last.job_id.clone(),
        });
        Ok(JobPage { jobs, next })
    }

    /// A job that may be seen.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for one that may not be seen; or the database fails.
    pub async fn job(&self, filter: &JobFilter, job_id: &str) -> Result<Job> {
        let mut connection = self.pool().acquire().await.map_err(failed)?;
        let found = load(&mut connection, job_id).await?;
        found
            .filter(|job| filter.shows(job))
            .ok_or_else(|| missing(job_id))
    }

    /// The requests of jobs that may still be worked on: those that wait, run or failed.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open_job_requests(&self) -> Result<Vec<String>> {
        let mut sql = Sql::new(SELECT);
        let open = [
            JobState::Queued,
            JobState::Running,
            JobState::Failed,
            JobState::Cancelled,
        ];
        sql.push(" WHERE state IN ")
            .bind_list(open.map(JobState::code));
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(|row| Ok(read(row)?.request)).collect()
    }

    /// How many jobs there are in each state that is not final.
    ///
    /// # Errors
    /// The database fails.
    pub async fn waiting_jobs(&self) -> Result<[(JobState, u64); 2]> {
        let mut counts = [(JobState::Queued, 0), (JobState::Running, 0)];
        for (state, count) in &mut counts {
            let sql = Sql::with(
                "SELECT COUNT(*) FROM job WHERE state = $1",
                [state.code().into()],
            );
            let row = sql.query().fetch_one(self.pool()).await.map_err(failed)?;
            *count = crate::row::Cells::new(&row, super::ACTIVITY).count()?;
        }
        Ok(counts)
    }
}

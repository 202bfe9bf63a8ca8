use biaochi_access::Resource;
use biaochi_domain::{Language, Localized as _};
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{ACTIVITY, failed};
use crate::audit::{AuditAction, NewAuditEntry};
use crate::error::{Result, StoreError};
use crate::row::{Cells, as_int, damaged};
use crate::sql::{self, Bind, Sql};

biaochi_domain::coded! {
    /// What is done.
    pub enum JobKind {
        /// Files of front pages are taken in.
        Import = "import", "导入病案", "import";
        /// Records are checked again.
        Recheck = "recheck", "重新质控", "re-check";
        /// Sums of indicators are brought up to date.
        Indicators = "indicators", "计算指标", "indicators";
        /// A document is made.
        Document = "document", "生成文档", "document";
    }
}

impl JobKind {
    /// What it is done with; whoever may read that may see the job.
    pub fn resource(self) -> Resource {
        match self {
            Self::Import | Self::Recheck => Resource::FrontPage,
            Self::Indicators => Resource::Indicator,
            Self::Document => Resource::Report,
        }
    }
}

biaochi_domain::coded! {
    /// Where a job stands.
    pub enum JobState {
        /// It waits.
        Queued = "queued", "排队中", "queued";
        /// Somebody works on it.
        Running = "running", "进行中", "running";
        /// It is done.
        Done = "done", "已完成", "done";
        /// It failed.
        Failed = "failed", "失败", "failed";
        /// Somebody ended it.
        Cancelled = "cancelled", "已取消", "cancelled";
    }
}

impl JobState {
    /// Whether nothing more happens by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A job to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// A name of its own.
    pub job_id: String,
    /// What is done.
    pub kind: JobKind,
    /// Whose it is; empty for what is about several organisations.
    pub organisation_code: String,
    /// What it is about, as people read it.
    pub subject: String,
    /// Jobs of one lane run one after the other; empty where nothing has to wait.
    pub lane: String,
    /// What is to be done, JSON.
    pub request: String,
    /// What the caller named the request by; sending it twice makes one job.
    pub idempotency_key: Option<String>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Job {
    /// Its name.
    pub job_id: String,
    /// What is done.
    pub kind: JobKind,
    /// Whose it is; empty for what is about several organisations.
    pub organisation_code: String,
    /// What it is about, as people read it.
    pub subject: String,
    /// Jobs of one lane run one after the other.
    pub lane: String,
    /// What is to be done, JSON.
    pub request: String,
    /// Who wants it.
    pub created_by: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: JobState,
    /// When it was last taken.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How much of it is done.
    pub done: u64,
    /// Of how much; 0 when that is not known.
    pub total: u64,
    /// How far it is, in words.
    pub words: String,
    /// How often it was taken.
    pub attempts: u64,
    /// Somebody wants it to end.
    pub cancel_wanted: bool,
    /// What came of it, in a sentence.
    pub message: String,
    /// What came of it, JSON; empty until then.
    pub result: String,
    /// Name of the file of rejected rows; empty without one.
    pub reject_file: String,
    /// Counts the changes of where it stands.
    pub revision: u64,
}

impl Job {
    /// What the audit trail says when it goes from one state to another.
    pub(super) fn told(&self, before: Option<JobState>) -> NewAuditEntry {
        let before = before.map_or("", JobState::code);
        let after = format!("{}:{}", self.state.code(), self.kind.code());
        NewAuditEntry::done(AuditAction::JobStep, self.kind.resource(), &self.job_id)
            .of(&self.organisation_code)
            .change(before, after)
            .because(self.about())
    }

    /// The same, with why it went.
    pub(super) fn told_why(&self, before: Option<JobState>, why: &str) -> NewAuditEntry {
        self.told(before)
            .because(format!("{}：{why}", self.about()))
    }

    /// What is done, and with what.
    fn about(&self) -> String {
        format!("{} {}", self.kind.text(Language::Zh), self.subject)
    }
}

pub(super) const SELECT: &str = "SELECT job_id, kind, organisation_code, subject, lane, request, created_by, \
    created_at, state, started_at, finished_at, done, total, words, attempts, cancel_wanted, message, result, \
    reject_file, revision FROM job";

pub(super) fn missing(job_id: &str) -> StoreError {
    StoreError::NotFound {
        subject: job_id.to_owned(),
    }
}

pub(super) async fn load(connection: &mut AnyConnection, job_id: &str) -> Result<Option<Job>> {
    if job_id.contains('\0') {
        return Ok(None);
    }
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE job_id = ").bind(job_id);
    let row = sql.query().fetch_optional(connection).await;
    row.map_err(failed)?.map(|row| read(&row)).transpose()
}

/// Inserts a queued job; `false` when the caller sent its key before.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    job: &Job,
    idempotency_key: &str,
) -> Result<bool> {
    let row: Vec<Bind> = vec![
        job.job_id.as_str().into(),
        job.kind.code().into(),
        job.organisation_code.as_str().into(),
        job.subject.as_str().into(),
        job.lane.as_str().into(),
        job.request.as_str().into(),
        job.created_by.as_str().into(),
        job.created_at.as_microsecond().into(),
        idempotency_key.into(),
        job.state.code().into(),
        None::<i64>.into(),
        None::<i64>.into(),
        0i64.into(),
        0i64.into(),
        "".into(),
        0i64.into(),
        "".into(),
        0i64.into(),
        0i64.into(),
        "".into(),
        "".into(),
        "".into(),
        as_int(job.revision).into(),
    ];
    let head = "INSERT INTO job (job_id, kind, organisation_code, subject, lane, request, created_by, created_at, \
        idempotency_key, state, started_at, finished_at, done, total, words, attempts, holder, held_until, \
        cancel_wanted, message, result, reject_file, revision)";
    let tail = "ON CONFLICT (created_by, idempotency_key) DO NOTHING";
    let new = sql::insert(connection, head, vec![row], tail).await;
    Ok(new.map_err(failed)? == 1)
}

pub(super) fn read(row: &AnyRow) -> Result<Job> {
    let mut cells = Cells::new(row, ACTIVITY);
    Ok(Job {
        job_id: cells.text()?,
        kind: cells.parsed("kind of job", JobKind::from_code)?,
        organisation_code: cells.text()?,
        subject: cells.text()?,
        lane: cells.text()?,
        request: cells.text()?,
        created_by: cells.text()?,
        created_at: cells.time()?,
        state: cells.parsed("state of a job", JobState::from_code)?,
        started_at: cells.optional_time()?,
        finished_at: cells.optional_time()?,
        done: cells.count()?,
        total: cells.count()?,
        words: cells.text()?,
        attempts: cells.count()?,
        cancel_wanted: match cells.int()? {
            0 => false,
            1 => true,
            other => return Err(damaged("flag", other)),
        },
        message: cells.text()?,
        result: cells.text()?,
        reject_file: cells.text()?,
        revision: cells.count()?,
    })
}

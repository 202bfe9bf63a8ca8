use biaochi_domain::Month;
use biaochi_store::{Actor, Job, JobKind, NewJob, Scope, Store};
use biaochi_warehouse::lake::Mode;
use serde::{Deserialize, Serialize};

use super::document::DocumentRequest;
use super::error::JobError;

/// A file that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedFile {
    /// Its name, made harmless.
    pub name: String,
    /// SHA-256 of its bytes, which is where it lies.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// What is to be done. Reach is kept as it was when it was wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobRequest {
    /// Take files of front pages in.
    Import {
        /// The files; together they are one import.
        files: Vec<UploadedFile>,
        /// Organisation code of records whose file does not say it.
        organisation: Option<String>,
        /// How the rows meet those that are there.
        mode: Mode,
        /// A month may be replaced by far fewer records.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        allow_fewer: bool,
        /// Institutions whose records the files may have; `None` for all.
        reach: Option<Vec<String>>,
    },
    /// Check records again with the workspace's pack.
    Recheck {
        /// This hospital alone; `None` for all.
        organisation: Option<String>,
        /// From this month of discharge on, such as `2025-01`.
        from: Option<String>,
        /// Up to this month of discharge.
        to: Option<String>,
    },
    /// Bring the sums of indicators up to date.
    Indicators {
        /// The pack.
        pack: String,
    },
    /// Make a document and keep it for whoever wanted it.
    Document {
        /// Which.
        request: DocumentRequest,
        /// Institutions that it may tell of; `None` for all.
        reach: Option<Vec<String>>,
    },
}

/// A scope as a request keeps it.
fn reach(scope: &Scope) -> Option<Vec<String>> {
    match scope {
        Scope::All => None,
        Scope::Organisations(codes) => Some(codes.iter().cloned().collect()),
    }
}

/// The scope of a kept reach.
pub(super) fn scope_of(reach: Option<&Vec<String>>) -> Scope {
    match reach {
        None => Scope::All,
        Some(codes) => Scope::Organisations(codes.iter().cloned().collect()),
    }
}

impl JobRequest {
    /// An import of uploaded files by somebody who reaches these institutions.
    pub fn import(
        scope: &Scope,
        files: Vec<UploadedFile>,
        organisation: Option<String>,
        mode: Mode,
    ) -> Self {
        let reach = reach(scope);
        Self::Import {
            files,
            organisation,
            mode,
            allow_fewer: false,
            reach,
        }
    }

    /// The same import, which may replace a month by far fewer records or not.
    #[must_use]
    pub fn allowing_fewer(self, allow: bool) -> Self {
        match self {
            Self::Import {
                files,
                organisation,
                mode,
                reach,
                ..
            } => Self::Import {
                files,
                organisation,
                mode,
                allow_fewer: allow,
                reach,
            },
            other => other,
        }
    }

    /// The same import in another way; `None` for what is no import.
    fn again(self, how: Again) -> Option<Self> {
        match self {
            Self::Import {
                files,
                organisation,
                mode,
                allow_fewer,
                reach,
            } => Some(Self::Import {
                files,
                organisation,
                mode: match how {
                    Again::AsCorrection => Mode::Correction,
                    Again::AllowFewer => mode,
                },
                allow_fewer: allow_fewer || how == Again::AllowFewer,
                reach,
            }),
            _ => None,
        }
    }

    /// A re-check by somebody who reaches these institutions.
    ///
    /// # Errors
    /// All are meant and not all are reached, or no month is.
    pub fn recheck(
        scope: &Scope,
        organisation: Option<String>,
        (from, to): (Option<Month>, Option<Month>),
    ) -> Result<Self, JobError> {
        let may = match &organisation {
            Some(code) => scope.allows(code),
            None => *scope == Scope::All,
        };
        if !may {
            return Err(JobError::BeyondScope);
        }
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(JobError::NoMonths { from, to });
        }
        Ok(Self::Recheck {
            organisation,
            from: from.map(|month| month.to_string()),
            to: to.map(|month| month.to_string()),
        })
    }

    /// A document for somebody who may see these institutions.
    pub fn document(scope: &Scope, request: DocumentRequest) -> Self {
        let reach = reach(scope);
        Self::Document { request, reach }
    }

    fn kind(&self) -> JobKind {
        match self {
            Self::Import { .. } => JobKind::Import,
            Self::Recheck { .. } => JobKind::Recheck,
            Self::Indicators { .. } => JobKind::Indicators,
            Self::Document { .. } => JobKind::Document,
        }
    }

    /// What it waits for: the lake has one writer, and the sums of indicators have one; documents one after the other
    /// leave a runner for what others wait for.
    fn lane(&self) -> &'static str {
        match self {
            Self::Import { .. } | Self::Recheck { .. } => "lake",
            Self::Indicators { .. } => "indicators",
            Self::Document { .. } => "documents",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Import { files, .. } => {
                let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
                names.join("、")
            }
            Self::Recheck { from, to, .. } => match (from, to) {
                (None, None) => "全部月份".to_owned(),
                (Some(one), Some(other)) if one == other => one.clone(),
                (from, to) => {
                    let text = |month: &Option<String>| month.clone().unwrap_or_default();
                    format!("{}—{}", text(from), text(to))
                }
            },
            Self::Indicators { pack } => pack.clone(),
            Self::Document { request, .. } => request.subject(),
        }
    }

    /// The files that it needs.
    pub(super) fn files(&self) -> &[UploadedFile] {
        match self {
            Self::Import { files, .. } => files,
            _ => &[],
        }
    }
}

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedJob {
    /// The institution that it is about; empty for several.
    pub organisation: String,
    /// What is to be done.
    pub request: JobRequest,
    /// What the caller named the request by.
    pub idempotency_key: Option<String>,
}

/// How an import is tried again that stopped because a month would be left with far fewer records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It may replace them all the same.
    AllowFewer,
    /// What the files do not have stays as it is.
    AsCorrection,
}

/// Puts a job that failed or was cancelled back into the queue, as it was or in another way. The audit trail tells
/// which.
///
/// # Errors
/// It is no import that could go another way, somebody was faster, it is not over, or the database fails.
pub async fn try_again(
    store: &Store,
    actor: &Actor,
    job: &Job,
    seen: Option<u64>,
    how: Option<Again>,
) -> Result<Job, JobError> {
    let Some(how) = how else {
        let queued = store.retry_job(&Scope::All, actor, &job.job_id, seen);
        return Ok(queued.await?);
    };
    let request: JobRequest = serde_json::from_str(&job.request)?;
    let request = request.again(how).ok_or(JobError::NoImport)?;
    let request = serde_json::to_string(&request)?;
    let why = match how {
        Again::AllowFewer => "确认替换",
        Again::AsCorrection => "按更正导入",
    };
    let queued = store.retry_job_as(&Scope::All, actor, (&job.job_id, seen), (&request, why));
    Ok(queued.await?)
}

/// Puts a job into the queue; `false` beside it when the same caller wanted it before by the same name.
///
/// # Errors
/// The institution is out of scope, the key named something else, or the database fails.
pub async fn want(
    store: &Store,
    scope: &Scope,
    actor: &Actor,
    wanted: &WantedJob,
) -> Result<(Job, bool), JobError> {
    let new = NewJob {
        job_id: uuid::Uuid::new_v4().simple().to_string(),
        kind: wanted.request.kind(),
        organisation_code: wanted.organisation.clone(),
        subject: wanted.request.subject(),
        lane: wanted.request.lane().to_owned(),
        request: serde_json::to_string(&wanted.request)?,
        idempotency_key: wanted.idempotency_key.clone(),
    };
    Ok(store.enqueue_job(scope, actor, &new).await?)
}

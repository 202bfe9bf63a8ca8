//! Documents that take a while: what is wanted, how it is made, and where it is kept until it is fetched.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use biaochi_domain::{Language, Localized as _, Month, Period, thousands};
use biaochi_organisations::Unit;
use biaochi_store::{Job, JobKind, JobState, Scope};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::JobError;
use crate::document::{Form, Made};
use crate::indicators::NATIONAL;
use crate::plans::{PlanError, PlanFile, PlanValues, plan_file};
use crate::quality_report::{ReportRequest, quality_file, quality_report};
use crate::records::month_file;
use crate::workspace::PaymentRate;
use crate::{Compiled, OutputEncoding, Workspace, assessment};

/// How long a document can be fetched. It may name patients: what nobody fetches does not lie about.
pub const DOCUMENT_STAYS: SignedDuration = SignedDuration::from_hours(24);

/// A document that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "document", rename_all = "snake_case")]
pub enum DocumentRequest {
    /// The quality of front pages (质量通报).
    Quality {
        /// One hospital; `None` for all.
        organisation: Option<String>,
        /// The months that it reports.
        #[serde(with = "text")]
        period: Period,
        /// Bulletin or workbook.
        form: Form,
        /// Who issues it.
        issuer: Option<String>,
    },
    /// Where the targets of a plan stand (监测通报).
    Plan {
        /// The plan.
        plan: String,
        /// Whom it is about.
        #[serde(with = "text")]
        unit: Unit,
        /// The day on which targets are judged.
        #[serde(with = "text")]
        on: Date,
        /// The month whose tasks are told.
        #[serde(with = "text")]
        month: Month,
        /// Bulletin or workbook.
        form: Form,
        /// Who issues it.
        issuer: Option<String>,
    },
    /// The outcome of an assessment (绩效考核通报).
    Assessment {
        /// The run.
        run: String,
        /// Bulletin or score sheet.
        form: Form,
        /// Who issues it.
        issuer: Option<String>,
    },
    /// The front pages of a month as they are handed in.
    Month {
        /// The hospital.
        organisation: String,
        /// The month of discharge.
        #[serde(with = "text")]
        month: Month,
        /// GB18030 rather than UTF-8.
        gb18030: bool,
    },
}

/// What is written as the text that it is read from.
mod text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl DocumentRequest {
    /// The institution that it is about; empty for several.
    pub fn organisation(&self) -> &str {
        match self {
            Self::Quality { organisation, .. } => organisation.as_deref().unwrap_or_default(),
            Self::Plan { unit, .. } => match unit {
                Unit::Institution(code) => code,
                _ => "",
            },
            Self::Assessment { .. } => "",
            Self::Month { organisation, .. } => organisation,
        }
    }

    /// What it is about, as people read it.
    pub fn subject(&self) -> String {
        match self {
            Self::Quality { period, .. } => format!("质量通报 {}", period.text(Language::Zh)),
            Self::Plan { plan, unit, .. } => format!("方案 {plan} {unit}"),
            Self::Assessment { run, .. } => format!("考核 {run}"),
            Self::Month {
                organisation,
                month,
                ..
            } => format!("{organisation}/{month}"),
        }
    }
}

/// Makes a document for somebody who may see these institutions.
///
/// # Errors
/// What it is about is not there, something cannot be read, or a template has mistakes.
pub fn make_document(
    workspace: &Workspace,
    content: &Compiled,
    request: &DocumentRequest,
    scope: &Scope,
) -> Result<Made, JobError> {
    make_in_steps(workspace, content, (request, scope), &|_| Ok(()))
}

/// The same; `step` is told before each step what it is, and may end it all.
pub(super) fn make_in_steps(
    workspace: &Workspace,
    content: &Compiled,
    (request, scope): (&DocumentRequest, &Scope),
    step: &dyn Fn(&str) -> Result<(), JobError>,
) -> Result<Made, JobError> {
    step("读取数据")?;
    match request {
        DocumentRequest::Quality {
            organisation,
            period,
            form,
            issuer,
        } => {
            let wanted = ReportRequest {
                organisation: organisation.as_deref(),
                from: Some(period.first()),
                to: Some(period.last()),
                rate: workspace.config().payment_rate.map(PaymentRate::yuan),
            };
            let report = quality_report(workspace, content.content(), &wanted)?;
            step("生成文件")?;
            let way = (*form, issuer.as_deref());
            Ok(quality_file(content.content(), &report, way)?)
        }
        DocumentRequest::Plan {
            plan,
            unit,
            on,
            month,
            form,
            issuer,
        } => {
            let plans = [content.content().plan(plan).map_err(PlanError::from)?];
            let indicators = content.indicators(NATIONAL)?;
            let values = PlanValues::load(workspace, &indicators, &plans, *on)?;
            step("生成文件")?;
            let wanted = PlanFile {
                plan: &plans[0],
                values: &values,
                unit,
                scope,
                month: *month,
                form: *form,
                issuer: issuer.as_deref(),
            };
            Ok(plan_file(workspace, content.content(), &wanted)?)
        }
        DocumentRequest::Assessment { run, form, issuer } => {
            let way = (*form, issuer.as_deref());
            let content = content.content();
            Ok(assessment::run_file(workspace, content, scope, run, way)?)
        }
        DocumentRequest::Month {
            organisation,
            month,
            gb18030,
        } => {
            let encoding = match gb18030 {
                true => OutputEncoding::Gb18030,
                false => OutputEncoding::Utf8WithBom,
            };
            let file = month_file(workspace, organisation, *month, encoding)?;
            Ok(Made {
                name: format!("病案首页-{organisation}-{month}.csv"),
                bytes: file.bytes,
                about: format!("{} 份病案，{}", file.records, file.layout.name_zh()),
            })
        }
    }
}

/// What is told of a document that a job made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDocument {
    /// Its name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// What is in it besides what its name says.
    pub about: String,
    /// Until when it can be fetched, as RFC 3339.
    pub until: String,
}

impl KeptDocument {
    /// In a sentence.
    pub(super) fn sentence(&self) -> String {
        format!(
            "已生成“{}”（{} 字节），{} 小时内可以下载",
            self.file,
            thousands(self.bytes),
            DOCUMENT_STAYS.as_hours()
        )
    }
}

/// The folder of documents that wait to be fetched, by the names of their jobs.
pub(super) struct Documents {
    folder: PathBuf,
}

impl Documents {
    /// Those of a workspace.
    pub(super) fn of(workspace: &Workspace) -> Self {
        Self {
            folder: workspace.root().join("documents"),
        }
    }

    fn path(&self, job_id: &str) -> PathBuf {
        // Jobs are named by the service; a name with anything else in it leads nowhere.
        let is_plain = job_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        self.folder.join(if is_plain { job_id } else { "-" })
    }

    /// Keeps the document of a job, whole or not at all.
    pub(super) fn keep(&self, job_id: &str, made: &Made) -> Result<KeptDocument, JobError> {
        let failed = |source| JobError::Io {
            path: self.folder.clone(),
            source,
        };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        // A file of its own that only this account reads, and that goes when something fails.
        let mut draft = tempfile::NamedTempFile::new_in(&self.folder).map_err(failed)?;
        draft.write_all(&made.bytes).map_err(failed)?;
        draft.as_file().sync_all().map_err(failed)?;
        let kept = draft.persist(self.path(job_id));
        kept.map_err(|error| failed(error.error))?;
        let now = Timestamp::now();
        let until = now.saturating_add(DOCUMENT_STAYS).unwrap_or(now);
        Ok(KeptDocument {
            file: made.name.clone(),
            bytes: made.bytes.len() as u64,
            about: made.about.clone(),
            until: until.to_string(),
        })
    }

    /// Takes the document of a job away, if there is one.
    pub(super) fn forget(&self, job_id: &str) {
        // There is none in a first attempt.
        let _ = fs::remove_file(self.path(job_id));
    }

    /// Takes away what has lain there long enough, and what was left half written.
    pub(super) fn tidy(&self, now: SystemTime) {
        let stays = Duration::try_from(DOCUMENT_STAYS).unwrap_or_default();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let changed = entry.metadata().and_then(|data| data.modified());
            let age = changed.map(|at| now.duration_since(at).unwrap_or_default());
            if age.is_ok_and(|age| age > stays) {
                // It may be gone already, or go next time.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// The document of a job and where it lies, as long as it can be fetched.
pub fn kept_document(
    workspace: &Workspace,
    job: &Job,
    now: Timestamp,
) -> Option<(KeptDocument, PathBuf)> {
    if !has_document(job, now) {
        return None;
    }
    let kept = serde_json::from_str(&job.result).ok()?;
    let path = Documents::of(workspace).path(&job.job_id);
    path.is_file().then_some((kept, path))
}

/// Whether a job made a document that can still be fetched.
pub fn has_document(job: &Job, now: Timestamp) -> bool {
    let is_done = job.state == JobState::Done && job.kind == JobKind::Document;
    let age = job.finished_at.map(|at| now.duration_since(at));
    is_done && age.is_some_and(|age| age < DOCUMENT_STAYS)
}

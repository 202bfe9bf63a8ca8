use biaochi_app::jobs::has_document;
use biaochi_domain::{Language, Localized as _};
use biaochi_store::Job as StoredJob;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page::PageQuery;

/// A job and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Job {
    /// Its id.
    id: String,
    /// `import`, `recheck`, `indicators` or `document`.
    kind: &'static str,
    /// 种类名称。
    kind_text: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    state: &'static str,
    /// 状态名称。
    state_text: String,
    /// The institution that it is about; empty for several.
    organisation: String,
    /// What it is about, such as the names of files.
    subject: String,
    /// Account that wanted it.
    created_by: String,
    /// When, as RFC 3339.
    created_at: String,
    /// When it began.
    started_at: Option<String>,
    /// When it ended.
    finished_at: Option<String>,
    /// How much of it is done.
    done: u64,
    /// Of how much, if that is known.
    total: Option<u64>,
    /// 进度说明。
    words: String,
    /// 结果说明。
    message: String,
    /// Whether there are rejected rows to download.
    has_rejects: bool,
    /// Whether there is a document that whoever wanted it can download.
    has_document: bool,
    /// What came of it; depends on the kind. Of an import that failed since a month would be left with far fewer records,
    /// `code` is `fewer_records` and `months` says which, with records `before` and `after`.
    #[schema(value_type = Option<Object>)]
    result: Option<serde_json::Value>,
    /// Counts the changes of its state.
    revision: u64,
}

impl Job {
    pub(super) fn of(job: &StoredJob) -> Self {
        let is_ending = job.cancel_wanted && !job.state.is_final();
        Self {
            id: job.job_id.clone(),
            kind: job.kind.code(),
            kind_text: job.kind.text(Language::Zh),
            state: job.state.code(),
            state_text: match is_ending {
                true => "正在取消".to_owned(),
                false => job.state.text(Language::Zh),
            },
            organisation: job.organisation_code.clone(),
            subject: job.subject.clone(),
            created_by: job.created_by.clone(),
            created_at: job.created_at.to_string(),
            started_at: job.started_at.map(|at| at.to_string()),
            finished_at: job.finished_at.map(|at| at.to_string()),
            done: job.done,
            total: Some(job.total).filter(|total| *total > 0),
            words: job.words.clone(),
            message: job.message.clone(),
            has_rejects: !job.reject_file.is_empty(),
            has_document: has_document(job, Timestamp::now()),
            result: serde_json::from_str(&job.result).ok(),
            revision: job.revision,
        }
    }
}

/// Which jobs.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobsQuery {
    /// 种类：import、recheck、indicators、document。
    pub(super) kind: Option<String>,
    /// 状态，可用逗号分隔多个：queued、running、done、failed、cancelled。
    pub(super) state: Option<String>,
    /// 机构代码。
    pub(super) organisation: Option<String>,
    /// 只看自己提交的。
    pub(super) own: Option<bool>,
    /// 每页最多多少行，不填为 50，最多 500。
    pub(super) limit: Option<u32>,
    /// 上一页回答的 `next`；不填为第一页。
    pub(super) cursor: Option<String>,
}

impl JobsQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery {
            limit: self.limit,
            cursor: self.cursor.clone(),
        }
    }
}

/// An action on a job.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct ActOnJob {
    /// The revision that was seen; left out, it does not matter who was faster.
    pub(super) revision: Option<u64>,
}

/// A job that is tried again, and how.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct RetryJob {
    /// The revision that was seen; left out, it does not matter who was faster.
    pub(super) revision: Option<u64>,
    /// Confirms that an import may replace a month by far fewer records.
    pub(super) allow_fewer: Option<bool>,
    /// `correction` takes the files of an import in as corrections; left out, the job stays as it was.
    pub(super) mode: Option<String>,
}

/// Which records are checked again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct RecheckBody {
    /// Of this institution; all that may be reached when it is left out.
    pub(super) organisation: Option<String>,
    /// From this month of discharge on, such as `2025-01`.
    pub(super) from: Option<String>,
    /// Up to this month of discharge.
    pub(super) to: Option<String>,
}

/// Which indicators are computed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct IndicatorRunBody {
    /// The pack; the national one when it is left out.
    pub(super) pack: Option<String>,
}

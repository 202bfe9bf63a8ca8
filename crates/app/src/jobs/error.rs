use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, Month, io_reason};
use biaochi_store::StoreError;
use biaochi_warehouse::WarehouseError;
use serde_json::{Value, json};

use crate::assessment::AssessmentError;
use crate::correct::CorrectError;
use crate::import::{DeliverError, ImportError};
use crate::indicators::IndicatorError;
use crate::plans::PlanError;
use crate::quality_report::ReportError;
use crate::recheck::RecheckError;
use crate::worklist::WorklistError;
use crate::{ContentError, WeightsError};

/// The code of imports that stopped because a month would be left with far fewer records.
pub(super) const FEWER_RECORDS: &str = "fewer_records";

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum JobError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error(transparent)]
    Recheck(#[from] RecheckError),
    #[error(transparent)]
    Indicators(#[from] IndicatorError),
    #[error(transparent)]
    Worklist(#[from] WorklistError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Assessment(#[from] AssessmentError),
    #[error(transparent)]
    Quality(#[from] ReportError),
    #[error(transparent)]
    Month(#[from] CorrectError),
    #[error("the job was cancelled")]
    Cancelled,
    #[error("the uploaded file {name} is not there any more")]
    Gone { name: String },
    #[error("the unpacked file is larger than {mib} MiB")]
    Bomb { mib: u64 },
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error("the request of the job cannot be read")]
    Request(#[from] serde_json::Error),
    #[error("a re-check of all organisations is wanted by somebody who does not reach them")]
    BeyondScope,
    #[error("only an import can be confirmed or tried again as corrections")]
    NoImport,
    #[error("from {from} to {to} there is no month")]
    NoMonths { from: Month, to: Month },
}

impl JobError {
    /// What programs and pages need of it beside its words, as the result of the job that failed: its code, and what
    /// has to be confirmed.
    pub(super) fn details(&self) -> Option<Value> {
        match self {
            Self::Deliver(DeliverError::Import(error)) => error
                .fewer()
                .map(|months| json!({ "code": FEWER_RECORDS, "months": months })),
            _ => None,
        }
    }

    /// Somebody ended it, and nothing was changed.
    pub fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Deliver(DeliverError::Import(ImportError::Warehouse(
                WarehouseError::Cancelled
            ))) | Self::Cancelled
                | Self::Recheck(RecheckError::Cancelled)
                | Self::Recheck(RecheckError::Warehouse(WarehouseError::Cancelled))
        )
    }
}

impl Localized for JobError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Store(error), _) => error.text(language),
            (Self::Deliver(error), _) => error.text(language),
            (Self::Recheck(error), _) => error.text(language),
            (Self::Indicators(error), _) => error.text(language),
            (Self::Worklist(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::Weights(error), _) => error.text(language),
            (Self::Plan(error), _) => error.text(language),
            (Self::Assessment(error), _) => error.text(language),
            (Self::Quality(error), _) => error.text(language),
            (Self::Month(error), _) => error.text(language),
            (Self::Cancelled, Language::Zh) => "已按要求取消".to_owned(),
            (Self::Gone { name }, Language::Zh) => {
                format!("上传的文件“{name}”已不在服务器上，请重新上传")
            }
            (Self::Bomb { mib }, Language::Zh) => format!(
                "文件解压后超过 {mib} MiB，与压缩包的大小不相称，没有导入。请检查压缩包，或分成几个文件上传"
            ),
            (Self::Io { path, source }, Language::Zh) => format!(
                "无法读写“{}”：{}。请检查磁盘空间和权限",
                path.file_name().unwrap_or_default().to_string_lossy(),
                io_reason(source, language)
            ),
            (Self::Request(_), Language::Zh) => {
                "作业的内容读不出来，可能由更新的程序版本写入。请重新提交".to_owned()
            }
            (Self::NoImport, Language::Zh) => {
                "只有导入病案的作业可以确认替换或按更正导入。请直接重试".to_owned()
            }
            (Self::BeyondScope, Language::Zh) => "重新质控须指定一家您有权限的机构".to_owned(),
            (Self::NoMonths { from, to }, Language::Zh) => {
                format!("起始月份 {from} 晚于截止月份 {to}，请调换后重试")
            }
            (_, Language::En) => self.to_string(),
        }
    }
}

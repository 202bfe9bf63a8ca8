use std::io;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_organisations::Unit;
use biaochi_packs::{PackError, nearest};
use biaochi_plans::Plan;
use biaochi_store::StoreError;
use biaochi_typeset::TypesetError;
use jiff::civil::Date;

use crate::ContentError;
use crate::indicators::IndicatorError;
use crate::organisations::OrganisationsError;
use crate::query::QueryError;
use crate::worklist::WorklistError;

/// Why a plan's status or tasks could not be told or changed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum PlanError {
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Indicators(#[from] IndicatorError),
    #[error(transparent)]
    Organisations(#[from] OrganisationsError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error("the plan {plan} has no task {task}")]
    NoTask { plan: String, task: String },
    #[error("the ledger has no task {task}")]
    NotInLedger { task: String },
    #[error("a progress of {progress} is not within 0 to 100")]
    Progress { progress: u8 },
    #[error("the plan {plan} has no target {target}")]
    NoTarget {
        plan: String,
        target: String,
        near: Option<String>,
    },
    #[error("target {target} is a milestone: it has no value that members could pull")]
    NotMeasured { target: String },
    #[error("target {target} has no value for {unit} up to {on}")]
    NoTargetValue {
        target: String,
        unit: Unit,
        on: Date,
    },
    #[error("the value of target {target} for {unit} is not made up of members' values")]
    NoMembers { target: String, unit: Unit },
    #[error("the workbook cannot be written")]
    Workbook(#[source] io::Error),
    #[error("{path} has no name of a file")]
    Unnamed { path: PathBuf },
}

impl PlanError {
    /// The same in the words of the ledger, for a task that is not there.
    pub(super) fn of_task(self, key: &biaochi_store::TaskKey) -> Self {
        match self {
            Self::Store(StoreError::NotFound { subject }) if subject == key.to_string() => {
                Self::NotInLedger { task: subject }
            }
            other => other,
        }
    }

    /// A plan has no target with an id.
    pub fn no_target(plan: &Plan, id: &str) -> Self {
        let known = plan.targets.iter().map(|target| target.id.as_str());
        Self::NoTarget {
            plan: plan.id.clone(),
            target: id.to_owned(),
            near: nearest(id, known).map(str::to_owned),
        }
    }

    /// What was asked for is not there, rather than something having failed.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::NoTask { .. }
            | Self::NotInLedger { .. }
            | Self::NoTarget { .. }
            | Self::NoTargetValue { .. }
            | Self::NoMembers { .. }
            | Self::Store(StoreError::NotFound { .. }) => true,
            Self::Pack(error) => matches!(error, PackError::Unknown { .. }),
            Self::Indicators(error) => error.is_not_found(),
            _ => false,
        }
    }
}

impl From<WorklistError> for PlanError {
    fn from(error: WorklistError) -> Self {
        match error {
            WorklistError::Store(error) => Self::Store(error),
            WorklistError::Query(error) => Self::Query(error),
            // Only the store is asked through the worklist's door.
            other => Self::Workbook(io::Error::other(other)),
        }
    }
}

impl Localized for PlanError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Pack(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::Indicators(error), _) => error.text(language),
            (Self::Organisations(error), _) => error.text(language),
            (Self::Store(error), _) => error.text(language),
            (Self::Typeset(error), _) => error.text(language),
            (Self::Query(error), _) => error.text(language),
            (Self::Io { path, source }, Language::Zh) => format!(
                "无法读写“{}”：{}。请检查路径、权限和磁盘空间",
                path.display(),
                io_reason(source, language)
            ),
            (Self::NoTask { plan, task }, Language::Zh) => {
                format!("方案“{plan}”没有任务“{task}”。任务编号见 biaochi plan show {plan}")
            }
            (Self::NotInLedger { task }, Language::Zh) => format!(
                "台账里没有任务“{task}”。任务写作 机构/方案/编号；还没有列入台账的，先从方案列入"
            ),
            (Self::Progress { progress }, Language::Zh) => {
                format!("进度应在 0 到 100 之间，“{progress}”没有保存")
            }
            (Self::NoTarget { plan, target, near }, Language::Zh) => {
                let near = near
                    .as_ref()
                    .map_or_else(String::new, |near| format!("，是否为“{near}”？"));
                let near = if near.is_empty() { "。" } else { &near };
                format!("方案“{plan}”没有目标“{target}”{near}目标编号见 biaochi plan show {plan}")
            }
            (Self::NotMeasured { target }, Language::Zh) => format!(
                "目标“{target}”是节点，由任务回答，没有可以分解的数值；办理情况见 biaochi plan tasks"
            ),
            (Self::NoTargetValue { target, unit, on }, Language::Zh) => format!(
                "截至 {on}，“{unit}”的目标“{target}”没有数值：没有病案，或数据集没有审核通过的填报"
            ),
            (Self::NoMembers { target, unit }, Language::Zh) => {
                format!("“{unit}”的目标“{target}”由它自己填报，没有下级的数值可以分解")
            }
            (Self::Workbook(error), Language::Zh) => {
                format!("无法写工作簿：{}", io_reason(error, language))
            }
            (Self::Unnamed { path }, Language::Zh) => {
                format!("“{}”不是文件，不能作为佐证材料", path.display())
            }
            (_, Language::En) => self.to_string(),
        }
    }
}

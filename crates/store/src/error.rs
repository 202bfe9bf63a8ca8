use std::error::Error as StdError;

use biaochi_datasets::Refusal;
use biaochi_domain::{Language, Localized, Month};
use biaochi_organisations::Table;
use jiff::Timestamp;

use crate::assessment::AssessmentRefusal;
use crate::jobs::JobState;
use crate::tasks::{TaskState, TaskStep};
use crate::value::{Fault, Named};
use crate::worklist::{State, Step};

/// What the store was doing when the database failed; part of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Opening the database.
    Open,
    /// Bringing the schema up to date.
    Migrate,
    /// Taking the findings of a check into the worklist.
    Recheck,
    /// Changing an item of the worklist.
    Act,
    /// Reading the worklist or its figures.
    ReadWorklist,
    /// Writing or reading corrections.
    Corrections,
    /// Writing or reading a hospital's translations of codes.
    CodeChoices,
    /// Writing or reading the organisations.
    Organisations,
    /// Writing or reading assessments.
    Assessments,
    /// Writing or reading the task ledger.
    Tasks,
    /// Writing or reading what organisations filled in for data sets.
    Submissions,
    /// Writing or reading accounts, roles, sessions and tokens.
    Accounts,
    /// Writing or reading the audit trail.
    Audit,
    /// Writing or reading the queue of jobs.
    Jobs,
    /// Writing a backup, or restoring one.
    Backup,
    /// Reading sealed values, or sealing them with another key.
    Seal,
}

impl Localized for Activity {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Open => ("打开业务数据库", "opening the database"),
            Self::Migrate => ("升级业务数据库的结构", "bringing the schema up to date"),
            Self::Recheck => ("更新质控工作清单", "taking findings into the worklist"),
            Self::Act => ("处理工作清单条目", "changing an item of the worklist"),
            Self::ReadWorklist => ("读取质控工作清单", "reading the worklist"),
            Self::Corrections => ("读写首页修改记录", "handling corrections"),
            Self::CodeChoices => ("读写编码对照", "handling code choices"),
            Self::Organisations => ("读写组织机构", "handling organisations"),
            Self::Assessments => ("读写绩效考核", "handling assessments"),
            Self::Tasks => ("读写任务台账", "handling the task ledger"),
            Self::Submissions => ("读写数据填报", "handling submissions"),
            Self::Accounts => ("读写账号与权限", "handling accounts"),
            Self::Audit => ("读写审计日志", "handling the audit trail"),
            Self::Jobs => ("读写后台作业", "handling the queue of jobs"),
            Self::Backup => (
                "备份或恢复业务数据库",
                "backing the database up or restoring it",
            ),
            Self::Seal => ("读写加密保存的值", "handling sealed values"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// Why the store could not do what was asked. Nothing was changed in any of these cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The institution is not in the caller's scope.
    #[error("institution {organisation_code} is outside your scope")]
    OutOfScope {
        /// The institution.
        organisation_code: String,
    },
    /// A table that belongs to no institution is changed by those who may change all of them.
    #[error("the table {} is changed with all institutions in scope only", .table.text(Language::En))]
    NeedsAll {
        /// The table.
        table: Table,
    },
    /// There is no such row.
    #[error("there is no {subject}")]
    NotFound {
        /// What was looked for.
        subject: String,
    },
    /// Somebody else changed it since the caller read it.
    #[error("{subject} was changed by somebody else: revision {found}, not {expected}")]
    Conflict {
        /// What was to be changed.
        subject: String,
        /// The revision that the caller had seen.
        expected: u64,
        /// The revision that is stored.
        found: u64,
    },
    /// The step does not fit the state of the item.
    #[error("`{}` is not possible for an item that is {}", .step.name(Language::En), .state.text(Language::En))]
    StepNotPossible {
        /// The state.
        state: State,
        /// The step.
        step: Step,
    },
    /// The step does not fit the state of the task, or there is no order to reply to.
    #[error("`{}` is not possible for a task that is {}", .step.name(Language::En), .state.text(Language::En))]
    TaskStepNotPossible {
        /// The state.
        state: TaskState,
        /// The step.
        step: Box<TaskStep>,
    },
    /// A backup is restored into a store in which something happened already.
    #[error("the store is not empty")]
    NotEmpty,
    /// A backup has a table or a column that this program does not have.
    #[error("the backup has the {}, which this program does not know", unknown_text(.table, .column.as_deref(), Language::En))]
    UnknownInBackup {
        /// The table.
        table: String,
        /// The column; `None` when the table itself is unknown.
        column: Option<String>,
    },
    /// The step does not fit where a job stands.
    #[error("this is not possible for a job that is {}", .state.text(Language::En))]
    JobOver {
        /// The state.
        state: JobState,
    },
    /// A task cannot be accepted before its parts are, and before the supervision order is answered.
    #[error("{open} parts of {subject} are not accepted yet, or an order is not answered")]
    PartsOpen {
        /// The task.
        subject: String,
        /// How many.
        open: u64,
    },
    /// The step does not fit where a submission stands.
    #[error("{subject}: {}", .refusal.text(Language::En))]
    Refused {
        /// Which submission.
        subject: String,
        /// Why not.
        refusal: Refusal,
    },
    /// One call names a submission twice.
    #[error("{subject} is filled in twice")]
    RepeatedSubmission {
        /// Which submission.
        subject: String,
    },
    /// The findings are older than those that the worklist already knows.
    #[error("the findings of {month} were read at {as_of}, the worklist knows those of {newest}")]
    Outdated {
        /// The month.
        month: Month,
        /// When the records of the refused findings were read.
        as_of: Timestamp,
        /// When those that are known were read.
        newest: Timestamp,
    },
    /// One check found the same record twice in one delivery of findings.
    #[error("check {check_id} is reported twice for record {record_key}")]
    RepeatedFinding {
        /// The record.
        record_key: String,
        /// The check.
        check_id: String,
    },
    /// An assessment goes no further.
    #[error("{}", .0.text(Language::En))]
    Assessment(AssessmentRefusal),
    /// A value cannot be stored.
    #[error("{} cannot be stored: {}", .named.text(Language::En), fault_text(*.fault, Language::En))]
    Invalid {
        /// Which one.
        named: Named,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A correction that changes nothing.
    #[error("the correction changes no field")]
    NothingChanged,
    /// The place where a list shall go on is no place of a list.
    #[error("this is no place of a list")]
    Cursor,
    /// The database is where it cannot be.
    #[error("`{location}` is no place for a database")]
    Location {
        /// The place, without password.
        location: String,
    },
    /// The database cannot be opened.
    #[error("the database {location} cannot be opened")]
    Open {
        /// The place, without password.
        location: String,
        /// The cause.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The key of the workspace, which seals the audit trail, is missing or cannot be used.
    #[error("the key of the workspace cannot be used: {reason}")]
    Key {
        /// What is wrong and what to do, in the language of people.
        reason: String,
    },
    /// A newer version of the program has changed the schema.
    #[error("the schema has version {version}, which this program does not know")]
    Newer {
        /// The version.
        version: i64,
    },
    /// The schema could not be brought up to date, or was changed by hand.
    #[error("the schema could not be brought up to date")]
    Migration {
        /// The cause.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Others hold the database for too long.
    #[error("the database is busy: {}", .activity.text(Language::En))]
    Busy {
        /// What was being done.
        activity: Activity,
        /// The cause.
        #[source]
        source: sqlx::Error,
    },
    /// Storage is full.
    #[error("storage is full: {}", .activity.text(Language::En))]
    StorageFull {
        /// What was being done.
        activity: Activity,
        /// The cause.
        #[source]
        source: sqlx::Error,
    },
    /// The database failed otherwise.
    #[error("the database failed: {}", .activity.text(Language::En))]
    Database {
        /// What was being done.
        activity: Activity,
        /// The cause.
        #[source]
        source: sqlx::Error,
    },
    /// A stored value is none that this program writes.
    #[error("the database holds `{value}` as {what}")]
    Damaged {
        /// What it should be.
        what: &'static str,
        /// What it is.
        value: String,
    },
}

impl From<AssessmentRefusal> for StoreError {
    fn from(refusal: AssessmentRefusal) -> Self {
        Self::Assessment(refusal)
    }
}

impl StoreError {
    /// Wraps a failure of the database, telling busy and full from the rest.
    pub(crate) fn database(activity: Activity, source: sqlx::Error) -> Self {
        match kind(&source) {
            Kind::Busy => Self::Busy { activity, source },
            Kind::Full => Self::StorageFull { activity, source },
            Kind::Other => Self::Database { activity, source },
        }
    }
}

enum Kind {
    Busy,
    Full,
    Other,
}

/// By the codes of SQLite (primary code in the low byte) and the states of PostgreSQL.
fn kind(error: &sqlx::Error) -> Kind {
    let code = match error {
        sqlx::Error::PoolTimedOut => return Kind::Busy,
        sqlx::Error::Database(database) => database.code(),
        _ => return Kind::Other,
    };
    match code.as_deref() {
        // lock not available, serialisation failure, deadlock, too many connections
        Some("55P03" | "40001" | "40P01" | "53300") => Kind::Busy,
        Some("53100") => Kind::Full,
        Some(code) => match code.parse::<u32>() {
            // Five characters are a state of PostgreSQL.
            Ok(number) if code.len() < 5 => match number & 0xff {
                5 | 6 => Kind::Busy,
                13 => Kind::Full,
                _ => Kind::Other,
            },
            _ => Kind::Other,
        },
        None => Kind::Other,
    }
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut current = error.source();
    while let Some(error) = current {
        let next = error.to_string();
        // Many wrappers repeat their source in their own text.
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        current = error.source();
    }
    text
}

fn unknown_text(table: &str, column: Option<&str>, language: Language) -> String {
    match (column, language) {
        (None, Language::Zh) => format!("表 {table}"),
        (None, Language::En) => format!("table {table}"),
        (Some(column), Language::Zh) => format!("表 {table} 的列 {column}"),
        (Some(column), Language::En) => format!("column {column} of table {table}"),
    }
}

fn fault_text(fault: Fault, language: Language) -> String {
    match (fault, language) {
        (Fault::Empty, Language::Zh) => "没有填写".to_owned(),
        (Fault::Empty, Language::En) => "it is empty".to_owned(),
        (Fault::TooLong(limit), Language::Zh) => format!("超过 {limit} 个字"),
        (Fault::TooLong(limit), Language::En) => format!("it has more than {limit} characters"),
        (Fault::ControlCharacter, Language::Zh) => "含有换行、制表等控制字符".to_owned(),
        (Fault::Unseen, Language::Zh) => {
            "含有看不见的字符（如零宽字符、文字方向标记），请重新输入".to_owned()
        }
        (Fault::Unseen, Language::En) => "it has characters that are not seen".to_owned(),
        (Fault::ControlCharacter, Language::En) => "it has control characters".to_owned(),
    }
}

impl Localized for StoreError {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl StoreError {
    fn zh(&self) -> String {
        let lang = Language::Zh;
        match self {
            Self::OutOfScope { organisation_code } => format!(
                "机构 {organisation_code} 不在您的管理范围内。如需查看，请联系管理员调整范围。"
            ),
            Self::NeedsAll { table } => format!(
                "{}表由管理全部机构的人维护，您的管理范围不能改动它。请联系管理员。",
                table.title()
            ),
            Self::NotFound { subject } => {
                format!("没有找到 {subject}。它可能属于另一家机构或另一个月份，请刷新后再试。")
            }
            Self::Conflict {
                subject,
                expected,
                found,
            } => format!(
                "{subject} 刚刚被别人改动（您看到的是第 {expected} 版，现在是第 {found} 版），您的操作没有生效。请刷新，核对后再操作一次。"
            ),
            Self::StepNotPossible { state, step } => format!(
                "这一条的状态是“{}”，不能{}。请刷新查看最新状态。",
                state.text(lang),
                step.name(lang)
            ),
            Self::TaskStepNotPossible { state, step } => format!(
                "这项任务的状态是“{}”，不能{}。请查看最新状态。",
                state.text(lang),
                step.name(lang)
            ),
            Self::NotEmpty => {
                "业务数据库里已有数据，没有恢复。请恢复到新的文件夹或空的数据库。".to_owned()
            }
            Self::UnknownInBackup { table, column } => format!(
                "备份中有本程序不认识的{}，没有恢复。备份多半由更新的版本写成，请用写这份备份的版本或更新的程序恢复。",
                unknown_text(table, column.as_deref(), lang)
            ),
            Self::JobOver { state } => format!(
                "这项作业的状态是“{}”，不能这样操作。请刷新查看最新状态。",
                state.text(lang)
            ),
            Self::PartsOpen { subject, open } => format!(
                "{subject} 还有 {open} 项没有了结（分解的任务未验收，或督办未回复），不能验收。请先了结。"
            ),
            Self::Refused { subject, refusal } => format!("{subject}：{}。", refusal.text(lang)),
            Self::RepeatedSubmission { subject } => {
                format!("{subject} 在同一次导入中出现两次，没有保存。请删去一处后重试。")
            }
            Self::Outdated {
                month,
                as_of,
                newest,
            } => format!(
                "{month} 的检查结果读取于 {as_of}，工作清单已有 {newest} 的更新结果，这次没有采用。请重新检查这个月。"
            ),
            Self::RepeatedFinding {
                record_key,
                check_id,
            } => format!(
                "检查 {check_id} 对同一份首页（{record_key}）报告了两次，工作清单没有更新。请向开发者报告这个问题。"
            ),
            Self::Assessment(refusal) => refusal.text(lang),
            Self::Invalid { named, fault } => format!(
                "{}{}，没有保存。请改正后再试。",
                named.text(lang),
                fault_text(*fault, lang)
            ),
            Self::NothingChanged => "这次修改没有改动任何字段，没有保存。".to_owned(),
            Self::Cursor => "列表的续页标记无效，请从第一页重新打开列表。".to_owned(),
            Self::Location { location } => format!(
                "“{location}”不能作为数据库的位置。请写文件路径，或 postgres:// 开头的连接地址。"
            ),
            Self::Open { location, source } => format!(
                "打不开业务数据库 {location}。请检查路径、权限，或数据库服务是否运行、地址和密码是否正确。详情：{}",
                chain(source.as_ref())
            ),
            Self::Key { reason } => reason.clone(),
            Self::Newer { version } => format!(
                "业务数据库的结构（第 {version} 版）比本程序新。请升级程序，不要用旧程序打开。"
            ),
            Self::Migration { source } => format!(
                "业务数据库的结构升级没有完成，已恢复原样。请备份数据库并把详情报告给开发者。详情：{}",
                chain(source.as_ref())
            ),
            Self::Busy { activity, source } => format!(
                "{}时数据库正忙，没有改动任何内容。请稍后再试。详情：{}",
                activity.text(lang),
                chain(source)
            ),
            Self::StorageFull { activity, source } => format!(
                "{}时存储空间已满，没有改动任何内容。请清理磁盘后重试。详情：{}",
                activity.text(lang),
                chain(source)
            ),
            Self::Database { activity, source } => format!(
                "{}时数据库出错，没有改动任何内容。请检查数据库服务、磁盘和权限后重试。详情：{}",
                activity.text(lang),
                chain(source)
            ),
            Self::Damaged { what, value } => format!(
                "业务数据库中有无法识别的内容（{what}：{value}），可能被其他程序改动过。请从备份恢复。"
            ),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::OutOfScope { .. } | Self::NeedsAll { .. } => {
                format!("{self}; ask the administrator for it")
            }
            Self::NotFound { .. } => format!("{self}; reload and look again"),
            Self::Conflict { .. } => {
                format!("{self}; nothing was changed: reload, compare and try again")
            }
            Self::StepNotPossible { .. } | Self::TaskStepNotPossible { .. } => {
                format!("{self}; reload to see its state")
            }
            Self::NotEmpty => format!("{self}; restore into a new folder or an empty database"),
            Self::UnknownInBackup { .. } => format!(
                "{self}; nothing was restored: use the program that wrote the backup, or a newer one"
            ),
            Self::JobOver { .. } => format!("{self}; reload to see its state"),
            Self::PartsOpen { .. } => format!("{self}; settle them first"),
            Self::Refused { .. } => self.to_string(),
            Self::RepeatedSubmission { .. } => {
                format!("{self}; nothing was stored: remove one")
            }
            Self::Outdated { .. } => format!("{self}; check the month again"),
            Self::RepeatedFinding { .. } => {
                format!("{self}; the worklist is as before: please report this")
            }
            Self::Assessment(_) => self.to_string(),
            Self::Invalid { .. } | Self::NothingChanged => format!("{self}; nothing was stored"),
            Self::Cursor => format!("{self}; start from the first page"),
            Self::Location { .. } => {
                format!("{self}; give the path of a file, or an address with postgres://")
            }
            Self::Open { source, .. } => format!(
                "{self}; check path and permissions, or whether the server runs and the password is right ({})",
                chain(source.as_ref())
            ),
            Self::Key { .. } => self.to_string(),
            Self::Newer { .. } => format!("{self}; use a newer program"),
            Self::Migration { source } => format!(
                "{self} and is as before; back the database up and report this ({})",
                chain(source.as_ref())
            ),
            Self::Busy { source, .. } => {
                format!("{self}; nothing was changed: try again ({})", chain(source))
            }
            Self::StorageFull { source, .. } => format!(
                "{self}; nothing was changed: free some space and try again ({})",
                chain(source)
            ),
            Self::Database { source, .. } => format!(
                "{self}; nothing was changed: check server, disk and permissions ({})",
                chain(source)
            ),
            Self::Damaged { .. } => format!("{self}; restore it from a backup"),
        }
    }
}

/// Result of an operation of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

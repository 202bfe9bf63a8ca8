//! What is answered about tasks.

use biaochi_app::beijing;
use biaochi_app::plans::LedgerLine;
use biaochi_domain::{Localized as _, days_in_words};
use biaochi_plans::Urgency;
use biaochi_store::{StoredEvidence, TaskAction, TaskMilestone, TaskState};
use serde::Serialize;
use utoipa::ToSchema;

use super::id_of;
use crate::plans::ZH;

/// A task of the ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TaskLine {
    /// Names the task in addresses.
    pub(super) id: String,
    /// Whose.
    pub(super) organisation: String,
    /// 机构名称；不知道时为代码。
    pub(super) organisation_name: String,
    /// Id of the plan; `own` for what comes from none.
    plan: String,
    /// Its number in the plan.
    task: String,
    /// Number of the task that it is a part of.
    parent: Option<String>,
    /// 条款或起因。
    clause: String,
    /// 任务。
    title: String,
    /// 完成标志。
    deliverable: String,
    /// 科室。
    department: String,
    /// 责任人。
    assignee: String,
    /// First day.
    start: Option<String>,
    /// Last day.
    due: Option<String>,
    /// `open`, `assigned`, `submitted`, `correcting` or `accepted`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// Per cent.
    progress: u64,
    /// `none`, `calm`, `soon` or `overdue`; `done` once it is accepted.
    urgency: &'static str,
    /// 提醒，如“逾期 3 天”“逾期 3 年 11 个月”。
    urgency_text: String,
    /// Who is told by now; empty for nobody.
    told: String,
    /// Why an answer is demanded; empty without an order.
    order: String,
    /// The last day for that answer.
    reply_due: Option<String>,
    /// Whether it should have come.
    reply_overdue: bool,
    /// How many orders there were.
    orders: u64,
    /// When anything about it last changed.
    updated_at: String,
    /// Counts the changes; a step names the one that was seen.
    revision: u64,
}

impl TaskLine {
    pub(crate) fn of(line: &LedgerLine) -> Self {
        let task = &line.task;
        let (urgency, urgency_text) = urgency(line.urgency);
        Self {
            id: id_of(&task.key),
            organisation: task.key.organisation_code.clone(),
            organisation_name: task.key.organisation_code.clone(),
            plan: task.key.plan.clone(),
            task: task.key.task.clone(),
            parent: task.parent.clone(),
            clause: task.clause.clone(),
            title: task.title.clone(),
            deliverable: task.deliverable.clone(),
            department: task.department.clone(),
            assignee: task.assignee.clone(),
            start: task.start.map(|day| day.to_string()),
            due: task.due.map(|day| day.to_string()),
            state: task.state.code(),
            state_text: task.state.text(ZH),
            progress: task.progress,
            urgency,
            urgency_text,
            told: line.told.clone().unwrap_or_default(),
            order: task
                .order
                .as_ref()
                .map(|order| order.reason.clone())
                .unwrap_or_default(),
            reply_due: task.order.as_ref().map(|order| order.reply_due.to_string()),
            reply_overdue: line.reply_overdue,
            orders: task.orders,
            updated_at: task.updated_at.to_string(),
            revision: task.revision,
        }
    }

    /// The same with the name of its organisation, where it is known.
    pub(super) fn named(self, names: &[(String, String)]) -> Self {
        let known = names.iter().find(|(code, _)| *code == self.organisation);
        Self {
            organisation_name: known
                .map_or_else(|| self.organisation.clone(), |(_, name)| name.clone()),
            ..self
        }
    }
}

fn urgency(urgency: Option<Urgency>) -> (&'static str, String) {
    match urgency {
        None => ("done", String::new()),
        Some(Urgency::NoDate) => ("none", "未定期限".to_owned()),
        Some(Urgency::Calm { left }) => ("calm", format!("剩 {left} 天")),
        Some(Urgency::Soon { left }) => ("soon", format!("临期，剩 {left} 天")),
        Some(Urgency::Overdue { days, .. }) => {
            let late = days_in_words(days, ZH);
            ("overdue", format!("逾期 {late}"))
        }
    }
}

/// A task with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskDetailBody {
    /// The task.
    pub(super) task: TaskLine,
    /// Steps on the way.
    pub(super) milestones: Vec<MilestoneBody>,
    /// 佐证材料。
    pub(super) evidence: Vec<EvidenceBody>,
    /// What happened, oldest first.
    pub(super) history: Vec<TaskActionBody>,
    /// Steps that the caller can take now.
    pub(super) steps: Vec<PossibleStep>,
}

/// A step that fits the task and the caller, or why it does not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PossibleStep {
    /// Such as `submit`.
    pub(super) step: &'static str,
    /// 步骤，动词。
    pub(super) title: &'static str,
    /// Why it cannot be taken; empty when it can.
    pub(super) why_not: String,
}

/// A step on the way to a task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MilestoneBody {
    /// Its number, from 1.
    number: u64,
    /// 节点。
    title: String,
    /// Until when.
    due: String,
    /// When it was reached.
    reached: Option<String>,
}

impl MilestoneBody {
    pub(super) fn of(one: &TaskMilestone) -> Self {
        Self {
            number: one.number,
            title: one.title.clone(),
            due: one.due.to_string(),
            reached: one.reached.map(|day| day.to_string()),
        }
    }
}

/// A file that belongs to a task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceBody {
    /// Its number, from 1.
    number: u64,
    /// 文件名。
    name: String,
    /// Bytes.
    size: u64,
    /// SHA-256 of its bytes.
    sha256: String,
    /// Who brought it.
    actor: String,
    /// When, in Beijing.
    at: String,
}

impl EvidenceBody {
    pub(super) fn of(one: &StoredEvidence) -> Self {
        Self {
            number: one.number,
            name: one.evidence.name.clone(),
            size: one.evidence.size,
            sha256: one.evidence.sha256.clone(),
            actor: one.actor.clone(),
            at: beijing::shown(one.at),
        }
    }
}

/// Something that happened to a task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskActionBody {
    /// The revision that it made.
    revision: u64,
    /// Who.
    actor: String,
    /// When, in Beijing.
    at: String,
    /// Such as `reported`.
    action: &'static str,
    /// 做了什么。
    action_text: String,
    /// 此后的状态。
    state_text: String,
    /// Per cent afterwards.
    progress: u64,
    /// Reason, report, answer or remark.
    note: String,
}

impl TaskActionBody {
    pub(super) fn of(one: &TaskAction) -> Self {
        let after: TaskState = one.after;
        Self {
            revision: one.revision,
            actor: one.actor.clone(),
            at: beijing::shown(one.at),
            action: one.kind.code(),
            action_text: one.kind.text(ZH),
            state_text: after.text(ZH),
            progress: one.progress,
            note: one.note.clone(),
        }
    }
}

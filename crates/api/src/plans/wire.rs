//! What is answered about plans.

use biaochi_app::plans::TargetStatus;
use biaochi_domain::Localized as _;
use biaochi_plans::{Binding, Certainty, Clause, Comparator, Coverage, Plan, Status, Target, Task};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::ZH;

/// A plan in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanSummary {
    /// Its id.
    pub(super) id: String,
    /// 方案名称。
    pub(super) title: String,
    /// 制定机关。
    pub(super) issuer: String,
    /// 文号。
    pub(super) number: String,
    /// 适用地区。
    pub(super) place: String,
    /// Id of the plan above; `null` at the top.
    pub(super) parent: Option<String>,
    /// First day that it plans.
    pub(super) from: Option<String>,
    /// Last day that it plans.
    pub(super) until: Option<String>,
    /// How many clauses.
    pub(super) clauses: usize,
    /// How many targets.
    pub(super) targets: usize,
    /// How many tasks.
    pub(super) tasks: usize,
    /// Targets that an indicator answers.
    pub(super) indicators: usize,
    /// Targets that a field of a data set answers.
    pub(super) fields: usize,
    /// Targets that are done or not.
    pub(super) milestones: usize,
    /// Targets that somebody has to decide something about.
    pub(super) open: usize,
}

impl PlanSummary {
    pub(super) fn of(plan: &Plan) -> Self {
        let coverage = Coverage::of(plan);
        let document = &plan.document;
        Self {
            id: plan.id.clone(),
            title: document.title.clone(),
            issuer: document.issuer.clone(),
            number: document.number.clone(),
            place: document.place.clone(),
            parent: plan.parent.clone(),
            from: document.from.map(|day| day.to_string()),
            until: document.until.map(|day| day.to_string()),
            clauses: plan.clauses.len(),
            targets: plan.targets.len(),
            tasks: plan.tasks.len(),
            indicators: coverage.indicators,
            fields: coverage.fields,
            milestones: coverage.milestones,
            open: coverage.open,
        }
    }
}

/// How many targets stand where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StatusCount {
    /// Such as `off_course`.
    pub(super) status: &'static str,
    /// 状态。
    pub(super) status_text: String,
    /// How many.
    pub(super) count: usize,
}

impl StatusCount {
    pub(super) fn of(status: Status, count: usize) -> Self {
        Self {
            status: status.word(),
            status_text: status.text(ZH),
            count,
        }
    }
}

/// A clause of a plan.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ClauseBody {
    /// Its id.
    id: String,
    /// As the document numbers it.
    number: String,
    /// 条款标题。
    title: String,
    /// 条款内容。
    text: String,
    /// Where it stands in the document.
    section: String,
}

impl ClauseBody {
    pub(super) fn of(clause: &Clause) -> Self {
        Self {
            id: clause.id.clone(),
            number: clause.number.clone(),
            title: clause.title.clone(),
            text: clause.text.clone(),
            section: clause.section.clone(),
        }
    }
}

/// What a plan wants to be reached.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetBody {
    /// Its id in the plan.
    pub(super) id: String,
    /// Id of its clause.
    pub(super) clause: String,
    /// 条款，如“二（四） 智慧医院”。
    pub(super) citation: String,
    /// 目标。
    pub(super) title: String,
    /// 范围，照原文。
    pub(super) scope: String,
    /// 对象：每个县、每家医院……
    pub(super) measured: String,
    /// `indicator`, `dataset` or `milestone`.
    pub(super) binding: &'static str,
    /// What answers it, in words.
    pub(super) binding_text: String,
    /// Id of the indicator or field; `null` for a milestone.
    pub(super) subject: Option<String>,
    /// 要求，照原文。
    pub(super) wanted: String,
    /// The number that counts, if there is one.
    pub(super) number: Option<String>,
    /// 单位。
    pub(super) unit: String,
    /// Whether less is better.
    pub(super) lower_is_better: bool,
    /// The last day.
    pub(super) due: Option<String>,
    /// 期限，照原文。
    pub(super) due_text: String,
    /// Words that soften it: 力争, 左右.
    pub(super) softeners: Vec<String>,
    /// 责任单位。
    pub(super) responsible: Vec<String>,
    /// Indicators to look at beside it.
    pub(super) related: Vec<String>,
    /// What has to be decided first; empty for nothing.
    pub(super) question: String,
    /// Who decided what was open; empty for nobody.
    pub(super) decided: String,
    /// What is not sure about the reading; empty when it is sure.
    pub(super) certainty: String,
    /// 说明。
    pub(super) note: String,
}

impl TargetBody {
    pub(super) fn of(plan: &Plan, target: &Target) -> Self {
        let kind = target.binding.kind();
        let decided = target.decided.as_ref();
        Self {
            id: target.id.clone(),
            clause: target.clause.clone(),
            citation: plan.citation(&target.clause),
            title: target.title.clone(),
            scope: target.scope.text.clone(),
            measured: target.scope.measured.text(ZH),
            binding: kind.word(),
            binding_text: match &target.binding {
                Binding::Milestone(evidence) => format!("{}：{evidence}", kind.text(ZH)),
                _ => kind.text(ZH),
            },
            subject: target.binding.id(),
            wanted: target.wanted(ZH),
            number: target.amount.number.map(number),
            unit: target.unit.clone(),
            lower_is_better: matches!(target.comparator, Comparator::AtMost | Comparator::Down),
            due: target.due.date.map(|day| day.to_string()),
            due_text: target.due.text.clone(),
            softeners: target.softeners.clone(),
            responsible: target.responsible.clone(),
            related: target.related.clone(),
            question: target.question().unwrap_or_default(),
            decided: decided
                .map(|one| format!("{} {}《{}》", one.by, one.on, one.document))
                .unwrap_or_default(),
            certainty: match target.certainty {
                Certainty::Confirmed => String::new(),
                other => other.text(ZH),
            },
            note: target.note.clone(),
        }
    }
}

/// What a plan wants to be done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanTaskBody {
    /// Its id in the plan.
    id: String,
    /// 条款。
    citation: String,
    /// 任务。
    title: String,
    /// 责任单位。
    responsible: Vec<String>,
    /// 配合单位。
    supporting: Vec<String>,
    /// 期限，照原文或日期。
    due: String,
    /// 完成标志。
    deliverable: String,
    /// 佐证材料。
    evidence: Vec<String>,
    /// The targets that it serves.
    targets: Vec<String>,
}

impl PlanTaskBody {
    pub(super) fn of(plan: &Plan, task: &Task) -> Self {
        let day = task.due.date.map(|day| day.to_string());
        Self {
            id: task.id.clone(),
            citation: plan.citation(&task.clause),
            title: task.title.clone(),
            responsible: task.responsible.clone(),
            supporting: task.supporting.clone(),
            due: day.unwrap_or_else(|| task.due.text.clone()),
            deliverable: task.deliverable.clone(),
            evidence: task.evidence.clone(),
            targets: task.targets.clone(),
        }
    }
}

/// A value of a series, or a point of the path.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Point {
    /// The last month of what it is about.
    pub(super) month: String,
    /// The value; `null` for none.
    pub(super) value: Option<String>,
}

/// What is to be expected at the last day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ForecastBody {
    /// The last month of what it is about.
    pub(super) month: String,
    /// The value.
    pub(super) value: String,
    /// Lower end of the interval in which it lies four times out of five.
    pub(super) low: String,
    /// Upper end of it.
    pub(super) high: String,
    /// From how many values.
    pub(super) observations: u32,
}

/// Where a target stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetStatusBody {
    /// The target.
    pub(super) target: TargetBody,
    /// Such as `off_course`.
    pub(super) status: &'static str,
    /// 状态。
    pub(super) status_text: String,
    /// 理由。
    pub(super) reason: String,
    /// 现值。
    pub(super) value: Option<String>,
    /// The months of the value.
    pub(super) period: Option<String>,
    /// 距目标值的差距。
    pub(super) gap: Option<String>,
    /// 按期应达。
    pub(super) needed: Option<String>,
    /// The last day by which it is judged.
    pub(super) due: Option<String>,
    /// Where it started from.
    pub(super) baseline: Option<Point>,
    /// 到期预计。
    pub(super) forecast: Option<ForecastBody>,
    /// How the value was put together; empty when it is one's own.
    pub(super) rolled: String,
    /// The values up to the day, the oldest first.
    pub(super) series: Vec<Point>,
    /// The straight way from the baseline to the target; empty without one.
    pub(super) path: Vec<Point>,
}

impl TargetStatusBody {
    pub(super) fn of(plan: &Plan, found: &TargetStatus<'_>) -> Self {
        let standing = &found.standing;
        let (period, value) = standing.value.unzip();
        let due = standing.due;
        Self {
            target: TargetBody::of(plan, found.target),
            status: standing.status.word(),
            status_text: standing.status.text(ZH),
            reason: standing.reason.text(ZH),
            value: value.map(number),
            period: period.map(|period| period.to_string()),
            gap: standing.gap(found.target).map(number),
            needed: standing.needed.map(number),
            due: due.map(|day| day.to_string()),
            baseline: standing.baseline.map(|baseline| Point {
                month: baseline.month.to_string(),
                value: Some(number(baseline.value)),
            }),
            forecast: standing.forecast.map(|forecast| ForecastBody {
                month: forecast.period.last().to_string(),
                value: number(forecast.value),
                low: number(forecast.low),
                high: number(forecast.high),
                observations: forecast.observations,
            }),
            rolled: found
                .rolled
                .as_ref()
                .map(|rolled| rolled.text(ZH))
                .unwrap_or_default(),
            series: found
                .series
                .iter()
                .map(|(period, value)| Point {
                    month: period.last().to_string(),
                    value: value.map(number),
                })
                .collect(),
            path: path(found),
        }
    }
}

/// The ends of the straight way from the baseline to the target.
fn path(found: &TargetStatus<'_>) -> Vec<Point> {
    let standing = &found.standing;
    let ends = (
        standing.baseline,
        standing.due,
        found
            .target
            .amount
            .number
            .filter(|_| found.target.comparator.is_numeric()),
    );
    let (Some(baseline), Some(due), Some(wanted)) = ends else {
        return Vec::new();
    };
    vec![
        Point {
            month: baseline.month.to_string(),
            value: Some(number(baseline.value)),
        },
        Point {
            month: due.strftime("%Y-%m").to_string(),
            value: Some(number(wanted)),
        },
    ]
}

/// A number as it goes over the wire.
pub(crate) fn number(value: Decimal) -> String {
    value.normalize().to_string()
}

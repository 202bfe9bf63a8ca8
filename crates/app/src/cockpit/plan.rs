use std::collections::BTreeMap;

use biaochi_domain::{Language, Localized as _, decimals_of_unit, in_sentence};
use biaochi_indicators::shown;
use biaochi_organisations::{Unit, View};
use biaochi_plans::{Binding, Plan, Status, Target};
use biaochi_store::{Scope, Store, Task, TaskFilter};
use rust_decimal::Decimal;

use super::error::CockpitError;
use super::tile::{Figure, FigureKind, Link, LinkPage, Point, Row, Series, Shape, Tile, Tone};
use crate::Workspace;
use crate::plans::{Judge, TargetStatus, is_about};
use crate::worklist::with_store;

const ZH: Language = Language::Zh;
/// Targets that are named.
const NAMED: usize = 5;
/// The order in which statuses are shown, the worst first.
const ORDER: [Status; 10] = [
    Status::OffCourse,
    Status::Overdue,
    Status::AtRisk,
    Status::NoDate,
    Status::OnCourse,
    Status::Pending,
    Status::Met,
    Status::Done,
    Status::NeedsDecision,
    Status::NoData,
];

/// The tasks that an organisation and those above it took up, by the id of their plan; the organisation's own are first.
/// Ids of plans come with those tasks: they are the plans that it carries out.
pub fn plans_of(
    workspace: &Workspace,
    unit: &Unit,
    view: &View<'_>,
) -> Result<BTreeMap<String, Vec<Task>>, CockpitError> {
    let institution = unit
        .institution()
        .map(|code| Unit::Institution(code.to_owned()));
    let own = institution.unwrap_or_else(|| unit.clone());
    let codes: Vec<String> = std::iter::once(own.clone())
        .chain(view.ancestors(&own))
        .map(|unit| match unit {
            Unit::Institution(code) => code,
            other => other.to_string(),
        })
        .collect();
    let scope = Scope::Organisations(codes.iter().cloned().collect());
    let mut tasks = with_store(workspace, async |store: &Store| {
        let all = TaskFilter::default();
        Ok(store.tasks(&scope, &all, u32::MAX).await?)
    })?;
    let rank = |task: &Task| {
        let code = &task.key.organisation_code;
        codes.iter().position(|own| own == code)
    };
    tasks.sort_by_key(rank);
    let mut plans: BTreeMap<String, Vec<Task>> = BTreeMap::new();
    for task in tasks {
        plans.entry(task.key.plan.clone()).or_default().push(task);
    }
    Ok(plans)
}

/// Who has to see to a target: who has the task that serves it, else who the document names.
pub fn target_owner(plan: &Plan, target: &Target, tasks: &[Task]) -> String {
    let serving = plan
        .tasks
        .iter()
        .filter(|task| task.targets.contains(&target.id));
    let taken = serving.filter_map(|own| tasks.iter().find(|task| task.key.task == own.id));
    let mut owners = taken.map(|task| match task.assignee.is_empty() {
        true => task.department.clone(),
        false => format!("{} {}", task.department, task.assignee)
            .trim()
            .to_owned(),
    });
    let owner = owners.find(|owner| !owner.is_empty());
    owner.unwrap_or_else(|| target.responsible.join("、"))
}

/// The targets of plans that an indicator answers for a unit.
pub fn targets_of_indicator<'a>(
    plans: &[&'a Plan],
    indicator: &str,
    unit: &Unit,
    view: &View<'_>,
) -> Vec<(&'a Plan, &'a Target)> {
    let mut found = Vec::new();
    for plan in plans {
        let own = plan.targets.iter().filter(|target| {
            let answers = matches!(&target.binding, Binding::Indicator(id) if id == indicator);
            answers && is_about(target, unit, view)
        });
        found.extend(own.map(|target| (*plan, target)));
    }
    found
}

/// Where the targets of a plan stand.
pub fn plan_tile(judge: &Judge<'_>, unit: &Unit, tasks: &[Task]) -> Tile {
    let plan = judge.plan();
    let status = judge.status(unit);
    let link = Link::of(LinkPage::Plan, plan.id.clone());
    if status.targets.is_empty() {
        let says = format!("《{}》没有针对这类单位的目标", plan.document.title);
        return Tile::nothing("方案进度", says, link);
    }
    let tally = status.tally();
    let count = |wanted: &[Status]| -> usize {
        let counts = wanted.iter().filter_map(|status| tally.get(status));
        counts.sum()
    };
    let off = count(&[Status::OffCourse, Status::Overdue]);
    let risk = count(&[Status::AtRisk]);
    let reached = count(&[Status::Met, Status::Done]);
    let total = status.targets.len();
    let mut pressing: Vec<&TargetStatus<'_>> = status
        .targets
        .iter()
        .filter(|one| place(one.standing.status) < 3)
        .collect();
    pressing.sort_by_key(|one| place(one.standing.status));
    let rows: Vec<Row> = pressing
        .iter()
        .take(NAMED)
        .map(|one| row(plan, one, tasks))
        .collect();
    let bars = ORDER.iter().filter_map(|status| {
        let count = *tally.get(status)?;
        Some(Point {
            label: status.text(ZH),
            value: Some(Decimal::from(count as u64)),
        })
    });
    let (tone, word) = match (off, risk) {
        (0, 0) => (Tone::Good, "按进度".to_owned()),
        (0, risk) => (Tone::Warn, format!("{risk} 项有风险")),
        (off, _) => (Tone::Bad, format!("{off} 项偏离或逾期")),
    };
    let facts = [
        ("偏离或逾期", off, "off_course,overdue"),
        ("有风险", risk, "at_risk"),
        ("已达到", reached, "met,done"),
        ("待明确", count(&[Status::NeedsDecision]), "needs_decision"),
        ("无数据", count(&[Status::NoData]), "no_data"),
    ];
    Tile {
        title: "方案进度".to_owned(),
        tone,
        status: word,
        says: format!(
            "《{}》{total} 个目标：已达到 {reached} 个，偏离或逾期 {off} 个，有风险 {risk} 个（截至 {}）",
            plan.document.title, status.on
        ),
        owner: rows
            .first()
            .map(|row| row.owner.clone())
            .unwrap_or_default(),
        figure: Some(
            Figure::count("已达到", reached as u64, "个").noted(format!("共 {total} 个目标")),
        ),
        facts: facts
            .into_iter()
            .map(|(title, count, filter)| {
                Figure::count(title, count as u64, "个").linked(link.clone().with("status", filter))
            })
            .collect(),
        series: Some(Series {
            title: "目标按状态".to_owned(),
            shape: Shape::Bars,
            kind: FigureKind::Count,
            unit: "个".to_owned(),
            points: bars.collect(),
        }),
        rows,
        total: pressing.len() as u64,
        link,
    }
}

/// The unit of a target's values. What documents call the kind of a demand stands in the same column, and is none.
fn unit_of(target: &Target) -> &str {
    match target.unit.as_str() {
        "范围" | "状态" => "",
        unit => unit,
    }
}

fn place(status: Status) -> usize {
    let place = ORDER.iter().position(|own| *own == status);
    place.unwrap_or(ORDER.len())
}

fn row(plan: &Plan, one: &TargetStatus<'_>, tasks: &[Task]) -> Row {
    let (target, standing) = (one.target, &one.standing);
    let mut detail = standing.reason.text(ZH);
    if let Some((period, value)) = standing.value {
        detail = format!(
            "{period} 为 {}{}，{}；{detail}",
            in_sentence(shown(value, decimals_of_unit(&target.unit))),
            unit_of(target),
            target.asked()
        );
    }
    Row {
        title: target.title.clone(),
        detail,
        owner: target_owner(plan, target, tasks),
        tone: match standing.status {
            Status::AtRisk => Tone::Warn,
            _ => Tone::Bad,
        },
        status: standing.status.text(ZH),
        due: standing.due,
        link: Link::of(LinkPage::Plan, plan.id.clone()).with("target", target.id.clone()),
    }
}

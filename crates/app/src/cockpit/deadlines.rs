use biaochi_datasets::{State, Timeliness};
use biaochi_domain::{Language, Localized as _, days_in_words};
use biaochi_plans::Urgency;
use jiff::civil::Date;

use super::tile::{Figure, Link, LinkPage, Row, Tile, Tone};
use crate::datasets::Owed;
use crate::plans::LedgerLine;

const ZH: Language = Language::Zh;
/// Lines that are listed.
const LISTED: usize = 8;

/// What is owed, of a kind that its reader may see; `None` where they may not.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines<'a> {
    /// Data sets.
    pub owed: Option<&'a [Owed]>,
    /// Tasks.
    pub tasks: Option<&'a [LedgerLine]>,
}

/// What is late and what is due next.
pub fn deadlines(asked: Deadlines<'_>, today: Date) -> Tile {
    let link = match asked.owed {
        Some(_) => Link::to(LinkPage::DataSets),
        None => Link::to(LinkPage::Tasks),
    };
    let owed = asked.owed.unwrap_or_default().iter();
    let open: Vec<&Owed> = owed.filter(|one| is_owed(one)).collect();
    let late_sets = open.iter().filter(|one| one.timeliness.is_overdue());
    let late_sets = late_sets.count();
    let tasks = asked.tasks.unwrap_or_default().iter();
    let tasks: Vec<&LedgerLine> = tasks
        .filter(|line| {
            let soon = matches!(
                line.urgency,
                Some(Urgency::Soon { .. } | Urgency::Overdue { .. })
            );
            soon || line.reply_overdue
        })
        .collect();
    let is_late = |line: &&&LedgerLine| {
        line.reply_overdue || matches!(line.urgency, Some(Urgency::Overdue { .. }))
    };
    let late_tasks = tasks.iter().filter(is_late).count();
    let late = late_sets + late_tasks;
    let total = open.len() + tasks.len();
    let mut rows: Vec<Row> = open.iter().map(|one| of_data_set(one)).collect();
    rows.extend(tasks.iter().map(|line| of_task(line)));
    rows.sort_by_key(|row| (row.tone != Tone::Bad, row.due.is_none(), row.due));
    rows.truncate(LISTED);
    let mut facts = Vec::new();
    if asked.owed.is_some() {
        let late = Figure::count("逾期未报", late_sets as u64, "项");
        facts.push(late.linked(Link::to(LinkPage::DataSets).with("late", "1")));
        let waiting = (open.len() - late_sets) as u64;
        facts.push(Figure::count("待报", waiting, "项").linked(Link::to(LinkPage::DataSets)));
    }
    if asked.tasks.is_some() {
        let late = Figure::count("逾期任务", late_tasks as u64, "项");
        facts.push(late.linked(Link::to(LinkPage::Tasks).with("late", "1")));
        let soon = (tasks.len() - late_tasks) as u64;
        facts.push(Figure::count("即将到期任务", soon, "项").linked(Link::to(LinkPage::Tasks)));
    }
    let says = match rows.first() {
        None => format!("截至 {today} 没有逾期或即将到期的填报和任务"),
        Some(first) if late > 0 => {
            format!(
                "{late} 项已逾期，最早的是“{}”（{}）",
                first.title, first.detail
            )
        }
        Some(first) => format!(
            "{total} 项将到期，最近的是“{}”（{}）",
            first.title, first.detail
        ),
    };
    let (tone, status) = match (late, total) {
        (0, 0) => (Tone::Good, "无到期".to_owned()),
        (0, soon) => (Tone::Warn, format!("{soon} 项将到期")),
        (late, _) => (Tone::Bad, format!("{late} 项逾期")),
    };
    Tile {
        title: "到期事项".to_owned(),
        tone,
        status,
        says,
        owner: rows
            .first()
            .map(|row| row.owner.clone())
            .unwrap_or_default(),
        figure: Some(Figure::count("逾期", late as u64, "项").noted(format!("共 {total} 项"))),
        facts,
        series: None,
        rows,
        total: total as u64,
        link,
    }
}

/// Whether somebody still has to hand it in.
fn is_owed(one: &Owed) -> bool {
    let handed_in = matches!(one.state(), Some(State::Submitted | State::Approved));
    !handed_in && !matches!(one.timeliness, Timeliness::Running)
}

fn of_data_set(one: &Owed) -> Row {
    let state = one
        .state()
        .map_or("未填报".to_owned(), |state| state.text(ZH));
    Row {
        title: format!("{} {}", one.title, one.key.period),
        detail: format!("{}，{state}，{}", one.organisation, one.timeliness.text(ZH)),
        owner: one.filler.clone(),
        tone: match one.timeliness.is_overdue() {
            true => Tone::Bad,
            false => Tone::Warn,
        },
        status: match one.timeliness.is_overdue() {
            true => "逾期".to_owned(),
            false => "待报".to_owned(),
        },
        due: Some(one.due),
        link: Link::to(LinkPage::DataSets)
            .with("dataset", one.key.dataset.clone())
            .with("of", one.key.organisation_code.clone())
            .with("when", one.key.period.to_string()),
    }
}

fn of_task(line: &LedgerLine) -> Row {
    let task = &line.task;
    let (detail, late) = match line.urgency {
        _ if line.reply_overdue => ("督办未回复".to_owned(), true),
        Some(Urgency::Overdue { days, .. }) => (format!("逾期 {}", days_in_words(days, ZH)), true),
        Some(Urgency::Soon { left: 0 }) => ("今天到期".to_owned(), false),
        Some(Urgency::Soon { left }) => (format!("还有 {left} 天"), false),
        _ => (String::new(), false),
    };
    let owner = format!("{} {}", task.department, task.assignee);
    Row {
        title: task.title.clone(),
        detail: format!("{detail}，进展 {}%", task.progress),
        owner: owner.trim().to_owned(),
        tone: match late {
            true => Tone::Bad,
            false => Tone::Warn,
        },
        status: match late {
            true => "逾期".to_owned(),
            false => "将到期".to_owned(),
        },
        due: task.due,
        link: Link::of(LinkPage::Tasks, task.key.task.clone())
            .with("plan", task.key.plan.clone())
            .with("of", task.key.organisation_code.clone()),
    }
}

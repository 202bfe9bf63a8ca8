use biaochi_datasets::State;
use biaochi_domain::{Language, Localized as _, in_sentence};
use biaochi_store::{
    AssessmentRun, Filter, Objection, ObjectionState, Scope, Store, Submission, SubmissionFilter,
    Task, TaskFilter, TaskState,
};
use jiff::civil::Date;

use super::error::CockpitError;
use super::tile::{Figure, Link, LinkPage, Row, Tile, Tone};
use crate::Workspace;
use crate::worklist::with_store;

/// Lines that are listed of each kind.
const LISTED: usize = 5;
/// Tasks that are read at most.
const MOST: u32 = 500;

/// Who asks, and what they may: where a scope is `None`, they may not.
#[derive(Debug, Clone, Default)]
pub struct Todo {
    /// Names under which things are given to the person: of the account, and what people call them.
    pub names: Vec<String>,
    /// Worklists that they read.
    pub worklist: Option<Scope>,
    /// Data sets that they approve.
    pub approve: Option<Scope>,
    /// Tasks that they read.
    pub tasks: Option<Scope>,
    /// Tasks that they accept.
    pub accept: Option<Scope>,
    /// Assessments whose objections they reply to.
    pub objections: Option<Scope>,
}

/// What was found.
#[derive(Debug, Default)]
struct Found {
    faults: u64,
    late_faults: u64,
    submissions: Vec<Submission>,
    tasks: Vec<Task>,
    to_accept: Vec<Task>,
    objections: Vec<(AssessmentRun, Objection)>,
}

/// What waits for somebody.
pub fn todo(workspace: &Workspace, asked: &Todo, today: Date) -> Result<Tile, CockpitError> {
    let found = with_store(workspace, async |store: &Store| {
        Ok(find(store, asked, today).await?)
    })?;
    let mut rows = Vec::new();
    if found.faults > 0 {
        rows.push(Row {
            title: format!("分派给我的首页问题 {} 个", in_sentence(found.faults)),
            detail: format!("{} 个逾期", in_sentence(found.late_faults)),
            owner: String::new(),
            tone: tone(found.late_faults > 0),
            status: "待处理".to_owned(),
            due: None,
            link: Link::to(LinkPage::Worklist).with("assignee", "me"),
        });
    }
    rows.extend(found.submissions.iter().take(LISTED).map(submission));
    rows.extend(
        found
            .tasks
            .iter()
            .take(LISTED)
            .map(|one| task(one, false, today)),
    );
    rows.extend(
        found
            .to_accept
            .iter()
            .take(LISTED)
            .map(|one| task(one, true, today)),
    );
    rows.extend(found.objections.iter().take(LISTED).map(objection));
    let facts = [
        (
            "首页问题",
            found.faults,
            "个",
            Link::to(LinkPage::Worklist).with("assignee", "me"),
        ),
        (
            "待审核填报",
            found.submissions.len() as u64,
            "份",
            Link::to(LinkPage::DataSets).with("state", State::Submitted.code()),
        ),
        (
            "我的任务",
            found.tasks.len() as u64,
            "项",
            Link::to(LinkPage::Tasks).with("assignee", "me"),
        ),
        (
            "待验收任务",
            found.to_accept.len() as u64,
            "项",
            Link::to(LinkPage::Tasks).with("state", TaskState::Submitted.code()),
        ),
        (
            "待答复异议",
            found.objections.len() as u64,
            "条",
            Link::to(LinkPage::Assessment),
        ),
    ];
    let total: u64 = facts.iter().map(|(_, count, ..)| *count).sum();
    let shown = facts.into_iter().filter(|(_, count, ..)| *count > 0);
    let facts: Vec<Figure> = shown
        .map(|(title, count, unit, link)| Figure::count(title, count, unit).linked(link))
        .collect();
    let says = match facts.is_empty() {
        true => "没有等您处理的事".to_owned(),
        false => {
            let each = facts.iter().map(|fact| {
                let count = in_sentence(fact.value.unwrap_or_default());
                format!("{} {count} {}", fact.title, fact.unit)
            });
            each.collect::<Vec<_>>().join("，")
        }
    };
    let late = rows.iter().any(|row| row.tone == Tone::Bad);
    Ok(Tile {
        title: "我的待办".to_owned(),
        tone: match (total, late) {
            (0, _) => Tone::Good,
            (_, true) => Tone::Bad,
            (_, false) => Tone::Warn,
        },
        status: match total {
            0 => "无待办".to_owned(),
            count => format!("{} 件待办", in_sentence(count)),
        },
        says,
        owner: String::new(),
        figure: Some(Figure::count("待办", total, "件")),
        facts,
        series: None,
        rows,
        total,
        link: Link::to(LinkPage::Tasks).with("assignee", "me"),
    })
}

fn tone(late: bool) -> Tone {
    match late {
        true => Tone::Bad,
        false => Tone::Warn,
    }
}

async fn find(
    store: &Store,
    asked: &Todo,
    today: Date,
) -> Result<Found, biaochi_store::StoreError> {
    let mut found = Found::default();
    for name in &asked.names {
        if let Some(scope) = &asked.worklist {
            let mine = Filter {
                assignee: Some(name.clone()),
                ..Filter::unsettled()
            };
            let late = Filter {
                due_before: Some(today),
                ..mine.clone()
            };
            found.faults += store.count(scope, &mine).await?;
            found.late_faults += store.count(scope, &late).await?;
        }
        if let Some(scope) = &asked.tasks {
            let mine = TaskFilter {
                assignee: Some(name.clone()),
                states: vec![TaskState::Assigned, TaskState::Correcting],
                ..TaskFilter::default()
            };
            found.tasks.extend(store.tasks(scope, &mine, MOST).await?);
        }
    }
    if let Some(scope) = &asked.approve {
        let waiting = SubmissionFilter {
            states: vec![State::Submitted],
            ..SubmissionFilter::default()
        };
        found.submissions = store.submissions(scope, &waiting).await?;
    }
    if let Some(scope) = &asked.accept {
        let done = TaskFilter {
            states: vec![TaskState::Submitted],
            ..TaskFilter::default()
        };
        found.to_accept = store.tasks(scope, &done, MOST).await?;
    }
    if let Some(scope) = &asked.objections {
        for run in store.runs(scope).await? {
            let objections = store.objections(scope, &run.run.run_id).await?;
            let open = objections.into_iter();
            let open = open.filter(|one| one.state == ObjectionState::Open);
            found.objections.extend(open.map(|one| (run.clone(), one)));
        }
    }
    Ok(found)
}

fn submission(one: &Submission) -> Row {
    let key = &one.key;
    Row {
        title: format!("审核填报 {} {}", key.dataset, key.period),
        detail: format!("{}，{} 提交", key.organisation_code, one.submitter),
        owner: one.submitter.clone(),
        tone: Tone::Warn,
        status: one.state.text(Language::Zh),
        due: None,
        link: Link::to(LinkPage::DataSets)
            .with("dataset", key.dataset.clone())
            .with("of", key.organisation_code.clone())
            .with("when", key.period.to_string()),
    }
}

fn task(one: &Task, accept: bool, today: Date) -> Row {
    let late = one.due.is_some_and(|due| due < today);
    Row {
        title: match accept {
            true => format!("验收：{}", one.title),
            false => one.title.clone(),
        },
        detail: format!("{}，进展 {}%", one.state.text(Language::Zh), one.progress),
        owner: one.department.clone(),
        tone: tone(late),
        status: match late {
            true => "逾期".to_owned(),
            false => one.state.text(Language::Zh),
        },
        due: one.due,
        link: Link::of(LinkPage::Tasks, one.key.task.clone())
            .with("plan", one.key.plan.clone())
            .with("of", one.key.organisation_code.clone()),
    }
}

fn objection((run, one): &(AssessmentRun, Objection)) -> Row {
    Row {
        title: format!("答复异议：{} {}", run.run.period, one.objection.item),
        detail: one.objection.claim.clone(),
        owner: one.actor.clone(),
        tone: Tone::Warn,
        status: one.state.text(Language::Zh),
        due: None,
        link: Link::of(LinkPage::Assessment, run.run.run_id.clone()).with("tab", "objections"),
    }
}

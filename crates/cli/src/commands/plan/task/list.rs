//! The ledger: which tasks, how pressing, and whom to tell.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use biaochi_app::plans::{LedgerLine, ledger, workbook};
use biaochi_domain::{Language, Localized as _, days_in_words};
use biaochi_plans::Urgency;
use biaochi_store::{Scope, TaskFilter, TaskState};
use serde_json::{Value, json};

use super::value;
use crate::arguments::Global;
use crate::arguments::plan::Tasks;
use crate::commands::plan::{day, day_or_today};
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

const LEFT: Align = Align::Left;
const RIGHT: Align = Align::Right;

pub(crate) fn list(command: &Tasks, global: &Global, screen: &Screen) -> Outcome {
    let mut states = Vec::new();
    for code in &command.states {
        states.push(TaskState::from_code(code).ok_or_else(|| {
            let known: Vec<&str> = TaskState::ALL.iter().map(|state| state.code()).collect();
            Failure::new(
                Exit::Usage,
                format!("没有状态“{code}”，可用：{}", known.join("、")),
                format!("there is no state {code:?}; known are {}", known.join(", ")),
            )
        })?);
    }
    let filter = TaskFilter {
        organisation_code: command.organisation.clone(),
        plan: command.plan.clone(),
        department: command.department.clone(),
        assignee: command.assignee.clone(),
        states,
        due_until: command.due.as_deref().map(day).transpose()?,
        with_order: command.orders,
        ..TaskFilter::default()
    };
    let on = day_or_today(command.on.as_ref())?;
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let lines = ledger(
        &workspace,
        &content,
        &Scope::All,
        &filter,
        command.limit,
        on,
    )?;
    if let Some(path) = &command.output {
        return export(path, &lines, screen);
    }
    if screen.json() {
        let values = lines.iter().map(|line| {
            let mut value = value(&line.task);
            value["urgency"] = json!(
                line.urgency
                    .map(|urgency| urgency_of(urgency, Language::En))
            );
            value["told"] = json!(line.told);
            value["reply_overdue"] = json!(line.reply_overdue);
            value
        });
        screen.value(&Value::Array(values.collect()))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("任务", "task"), LEFT),
        (screen.say("科室", "department"), LEFT),
        (screen.say("责任人", "assignee"), LEFT),
        (screen.say("期限", "due"), LEFT),
        (screen.say("状态", "state"), LEFT),
        (screen.say("进度", "progress"), RIGHT),
        (screen.say("提醒", "urgency"), LEFT),
        (screen.say("做什么", "what"), LEFT),
    ];
    let rows: Vec<Vec<String>> = lines.iter().map(|line| row(line, screen)).collect();
    screen.line(&screen.table(&columns, &rows))?;
    screen.line(&match screen.language() {
        Language::Zh => format!("共 {} 项", lines.len()),
        Language::En => format!("{} tasks", lines.len()),
    })?;
    Ok(Exit::Done)
}

fn row(line: &LedgerLine, screen: &Screen) -> Vec<String> {
    let task = &line.task;
    let mut urgency = line
        .urgency
        .map(|urgency| urgency_of(urgency, screen.language()))
        .unwrap_or_default();
    if let Some(told) = &line.told {
        urgency += &format!(" → {told}");
    }
    if line.reply_overdue {
        urgency += screen.say(" 督办未按期回复", " order not answered in time");
    } else if task.order.is_some() {
        urgency += screen.say(" 督办中", " under supervision");
    }
    vec![
        task.key.to_string(),
        task.department.clone(),
        task.assignee.clone(),
        task.due.map(|day| day.to_string()).unwrap_or_default(),
        task.state.text(screen.language()),
        format!("{}%", task.progress),
        urgency,
        task.title.clone(),
    ]
}

fn urgency_of(urgency: Urgency, language: Language) -> String {
    match (urgency, language) {
        (Urgency::NoDate, Language::Zh) => "未定期限".to_owned(),
        (Urgency::NoDate, Language::En) => "no date".to_owned(),
        (Urgency::Calm { left }, Language::Zh) => format!("剩 {left} 天"),
        (Urgency::Calm { left }, Language::En) => format!("{left} days left"),
        (Urgency::Soon { left }, Language::Zh) => format!("临期，剩 {left} 天"),
        (Urgency::Soon { left }, Language::En) => format!("soon, {left} days left"),
        (Urgency::Overdue { days, .. }, Language::Zh) => {
            format!("逾期 {}", days_in_words(days, language))
        }
        (Urgency::Overdue { days, level }, Language::En) => {
            let late = days_in_words(days, language);
            format!("overdue by {late}, level {level}")
        }
    }
}

fn export(path: &Path, lines: &[LedgerLine], screen: &Screen) -> Outcome {
    let failed = |error: &std::io::Error| Failure::file(path, error);
    let file = File::create(path).map_err(|error| failed(&error))?;
    workbook(lines, BufWriter::new(file))?;
    let place = path.display();
    screen.note(&match screen.language() {
        Language::Zh => format!("已写入“{place}”，{} 项任务", lines.len()),
        Language::En => format!("{place} has {} tasks", lines.len()),
    });
    Ok(Exit::Done)
}

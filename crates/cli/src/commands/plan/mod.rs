//! `biaochi plan`

mod content;
mod status;
mod task;

use biaochi_domain::Localized as _;
use biaochi_plans::{Binding, Target};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::arguments::Global;
use crate::arguments::plan::Plan;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &Plan, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Plan::List => content::list(global, screen),
        Plan::Show(command) => content::show(command, global, screen),
        Plan::Coverage => content::coverage(global, screen),
        Plan::Cascade(command) => content::cascade(command, global, screen),
        Plan::Status(command) => status::status(command, global, screen),
        Plan::Tasks(command) => task::list(command, global, screen),
        Plan::Bulletin(command) => task::bulletin(command, global, screen),
        Plan::Task(command) => task::run(command, global, screen),
    }
}

/// A day as it is typed.
fn day(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是日期，应写作 2024-03-31"),
            format!("{text:?} is no day; write it as 2024-03-31"),
        )
    })
}

/// A day as it is typed, else today.
fn day_or_today(text: Option<&String>) -> Result<Date, Failure> {
    text.map_or_else(|| Ok(biaochi_app::beijing::today()), |text| day(text))
}

/// What answers a target, in words.
fn binding(target: &Target, screen: &Screen) -> String {
    let kind = target.binding.kind().text(screen.language());
    match &target.binding {
        Binding::Milestone(evidence) => format!("{kind}：{evidence}"),
        other => format!("{kind} {}", other.id().unwrap_or_default()),
    }
}

/// A target for programs.
fn target_value(target: &Target, screen: &Screen) -> Value {
    let number = target.amount.number.map(|number| number.to_string());
    let (dataset, milestone) = match &target.binding {
        Binding::Milestone(evidence) => (None, Some(evidence)),
        other => (other.id(), None),
    };
    json!({
        "id": target.id,
        "clause": target.clause,
        "title": target.title,
        "scope": target.scope.text,
        "measured": target.scope.measured.word(),
        "binding": target.binding.kind().word(),
        "subject": dataset,
        "evidence": milestone,
        "comparator": target.comparator.word(),
        "value": target.amount.text,
        "number": number,
        "upper": target.amount.upper.map(|upper| upper.to_string()),
        "unit": target.unit,
        "wanted": target.wanted(screen.language()),
        "due": target.due.date.map(|day| day.to_string()),
        "due_text": target.due.text,
        "every": target.due.every.map(|every| every.word()),
        "softeners": target.softeners,
        "responsible": target.responsible,
        "related": target.related,
        "certainty": target.certainty.word(),
        "open": target.question(),
        "note": target.note,
    })
}

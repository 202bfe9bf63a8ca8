//! `biaochi plan`

mod content;
mod each;
mod members;
mod status;
mod task;

use biaochi_app::Content;
use biaochi_app::plans::PlanError;
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::Unit;
use biaochi_plans::{Binding, Target};
use jiff::civil::Date;
use rust_decimal::Decimal;
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
        Plan::Status(command) if command.each.is_some() => each::run(command, global, screen),
        Plan::Status(command) => status::status(command, global, screen),
        Plan::Members(command) => members::run(command, global, screen),
        Plan::Tasks(command) => task::list(command, global, screen),
        Plan::Bulletin(command) => task::bulletin(command, global, screen),
        Plan::Task(command) => task::run(command, global, screen),
    }
}

/// A failure of a use case: what is not there has an exit code of its own.
fn failure(error: &PlanError) -> Failure {
    let exit = if error.is_not_found() {
        Exit::NotFound
    } else {
        Exit::Failed
    };
    Failure::of(exit, error)
}

/// A plan by its id.
fn plan(content: &Content, id: &str) -> Result<biaochi_plans::Plan, Failure> {
    content.plan(id).map_err(|error| failure(&error.into()))
}

/// A target of a plan by its id.
fn target<'a>(plan: &'a biaochi_plans::Plan, id: &str) -> Result<&'a Target, Failure> {
    let found = plan.target(id);
    found.ok_or_else(|| failure(&PlanError::no_target(plan, id)))
}

/// A unit as it is typed.
fn unit(text: &str) -> Result<Unit, Failure> {
    text.parse().map_err(|error| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是对象，应写作 all、division:522200、alliance:医联体 或 hospital:机构代码"),
            format!("{error}"),
        )
    })
}

/// Says when the day lies before the plan: nothing can have a value then.
fn note_day(plan: &biaochi_plans::Plan, on: Date, screen: &Screen) {
    if let Some(from) = plan.document.from
        && on < from
    {
        screen.note(&match screen.language() {
            Language::Zh => format!("{on} 早于方案的起始日期 {from}，此前没有可判定的进度"),
            Language::En => format!("{on} lies before {from}, when the plan begins"),
        });
    }
}

/// A value as people read it.
fn number(value: Decimal, places: u32) -> String {
    value.round_dp(places).normalize().to_string()
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
        "decided": target.decided.as_ref().map(|decided| json!({
            "by": decided.by, "on": decided.on.to_string(), "document": decided.document,
            "question": decided.question, "note": decided.note, "pack": decided.pack,
        })),
        "tolerance": target.tolerance.map(|tolerance| tolerance.to_string()),
        "note": target.note,
    })
}

//! What a month brought.

use biaochi_app::plans::OrganisationTasks;
use biaochi_store::Scope;
use serde_json::{Value, json};

use super::{action_value, told};
use crate::arguments::Global;
use crate::arguments::plan::Bulletin;
use crate::commands::plan::plan;
use crate::commands::{content, month, open_workspace};
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

const LEFT: Align = Align::Left;
const RIGHT: Align = Align::Right;

pub(crate) fn bulletin(command: &Bulletin, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let plan = plan(&content(global)?, &command.plan)?;
    let month = month(&command.month)?;
    let found = biaochi_app::plans::bulletin(&workspace, &Scope::All, &plan, month)?;
    let counts = |one: &OrganisationTasks| {
        [
            one.tasks,
            one.accepted,
            one.accepted_now,
            one.submitted,
            one.correcting,
            one.overdue,
            one.escalated,
            one.orders,
            one.reports,
        ]
    };
    if screen.json() {
        let names = [
            "tasks",
            "accepted",
            "accepted_in_month",
            "submitted",
            "correcting",
            "overdue",
            "escalated",
            "orders",
            "reports_in_month",
        ];
        let object = |one: &OrganisationTasks| {
            let pairs = names.iter().zip(counts(one));
            let pairs = pairs.map(|(name, count)| ((*name).to_owned(), json!(count)));
            Value::Object(pairs.collect())
        };
        let organisations: serde_json::Map<String, Value> = found
            .organisations
            .iter()
            .map(|(code, one)| (code.clone(), object(one)))
            .collect();
        screen.value(&json!({
            "plan": found.plan, "month": found.month.to_string(), "total": object(&found.total),
            "organisations": organisations,
            "actions": found.actions.iter().map(action_value).collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("机构", "organisation"), LEFT),
        (screen.say("任务", "tasks"), RIGHT),
        (screen.say("已验收", "accepted"), RIGHT),
        (screen.say("本月验收", "this month"), RIGHT),
        (screen.say("待验收", "submitted"), RIGHT),
        (screen.say("整改中", "correcting"), RIGHT),
        (screen.say("逾期", "overdue"), RIGHT),
        (screen.say("逾期最高级", "escalated"), RIGHT),
        (screen.say("督办未回复", "orders"), RIGHT),
        (screen.say("本月报告", "reports"), RIGHT),
    ];
    let row = |name: &str, one: &OrganisationTasks| {
        let mut row = vec![name.to_owned()];
        row.extend(counts(one).iter().map(u64::to_string));
        row
    };
    let mut rows: Vec<Vec<String>> = found
        .organisations
        .iter()
        .map(|(code, one)| row(code, one))
        .collect();
    rows.push(row(screen.say("合计", "total"), &found.total));
    screen.line(&screen.table(&columns, &rows))?;
    for action in &found.actions {
        screen.line(format!("{}  {}", action.key, told(action, screen)).trim_end())?;
    }
    Ok(Exit::Done)
}

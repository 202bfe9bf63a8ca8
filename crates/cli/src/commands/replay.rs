//! `biaochi replay`

use biaochi_app::replay::{Replay, replay};
use biaochi_domain::Language;
use serde_json::json;

use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::check::Replay as Arguments;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(crate) fn run(command: &Arguments, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let own = workspace.config().checks.as_deref();
    let was = own.unwrap_or(biaochi_app::check::NATIONAL);
    let library = content.check_library();
    let load = |id: &str| {
        library
            .load(id)
            .map_err(|error| Failure::of(Exit::NotFound, &error))
    };
    let (was, set) = (load(was)?.set, load(&command.checks)?.set);
    let replayed = replay(&workspace, &content, &was, &set)?;
    if screen.json() {
        let months = replayed.months.iter().map(|month| {
            json!({
                "organisation_code": month.organisation, "discharge_month": month.month,
                "pages": month.pages, "mean_before": month.mean_before.to_string(),
                "mean_after": month.mean_after.to_string(), "grades_changed": month.grades_changed,
            })
        });
        let checks = replayed
            .checks
            .iter()
            .map(|(id, check)| json!({"check": id, "before": check.before, "after": check.after}));
        screen.value(&json!({
            "months": months.collect::<Vec<_>>(),
            "checks": checks.collect::<Vec<_>>(),
        }))?;
    } else {
        screen.line(&text(&replayed, &command.checks, screen))?;
    }
    Ok(Exit::Done)
}

fn text(replayed: &Replay, id: &str, screen: &Screen) -> String {
    let zh = screen.language() == Language::Zh;
    let rows: Vec<Vec<String>> = replayed
        .months
        .iter()
        .map(|month| {
            vec![
                month.organisation.clone(),
                month.month.clone(),
                count(month.pages),
                format!("{:.2}", month.mean_before),
                format!("{:.2}", month.mean_after),
                count(month.grades_changed),
            ]
        })
        .collect();
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("机构", "hospital"), left),
        (screen.say("月份", "month"), left),
        (screen.say("份数", "pages"), right),
        (screen.say("现平均分", "mean now"), right),
        (screen.say("改后平均分", "mean then"), right),
        (screen.say("等级变化", "grades changed"), right),
    ];
    let mut text = if zh {
        format!("按规则包 {id} 重算已存的质控结果（未读病案，未作改动）：\n\n")
    } else {
        format!("stored findings under the checks {id} (no record read, nothing changed):\n\n")
    };
    text += &screen.table(&columns, &rows);
    let rows: Vec<Vec<String>> = replayed
        .checks
        .iter()
        .map(|(id, check)| vec![id.clone(), count(check.before), count(check.after)])
        .collect();
    if rows.is_empty() {
        text += screen.say(
            "\n\n各规则查出的份数不变",
            "\n\nevery check finds as many pages as before",
        );
    } else {
        let columns = [
            (screen.say("规则", "check"), left),
            (screen.say("现查出", "found now"), right),
            (screen.say("改后查出", "found then"), right),
        ];
        text += "\n\n";
        text += &screen.table(&columns, &rows);
    }
    text
}

//! Where targets stand.

use std::io::Write as _;
use std::path::Path;

use biaochi_app::organisations::directory;
use biaochi_app::plans::{
    PlanStatus, StatusBulletin, TargetStatus, bulletin, status_bulletin, status_of, status_workbook,
};
use biaochi_app::{Content, Workspace, beijing};
use biaochi_domain::{Language, Localized as _, decimals_of_unit};
use biaochi_store::Scope;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{day_or_today, failure, note_day, number, plan, target_value, unit};
use crate::arguments::Global;
use crate::arguments::plan::Status;
use crate::commands::files::{into_file, write_csv};
use crate::commands::{content, month, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn status(command: &Status, global: &Global, screen: &Screen) -> Outcome {
    let on = day_or_today(command.on.as_ref())?;
    let unit = unit(&command.unit)?;
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let plan = plan(&content, &command.plan)?;
    note_day(&plan, on, screen);
    let found = status_of(&workspace, &content, &plan, &unit, on);
    let found = found.map_err(|error| failure(&error))?;
    if let Some(path) = &command.output {
        write(&found, path, command, &workspace, &content, screen)?;
    }
    if screen.json() {
        screen.value(&value(&found, screen))?;
        return Ok(Exit::Done);
    }
    if command.csv {
        return csv(&found, screen);
    }
    let columns = [
        (screen.say("目标", "target"), Align::Left),
        (screen.say("题名", "title"), Align::Left),
        (screen.say("要求", "wanted"), Align::Left),
        (screen.say("期限", "due"), Align::Left),
        (screen.say("现值", "value"), Align::Right),
        (screen.say("应达", "needed"), Align::Right),
        (screen.say("预计", "forecast"), Align::Right),
        (screen.say("状态", "status"), Align::Left),
        (screen.say("理由", "reason"), Align::Left),
    ];
    let rows: Vec<Vec<String>> = found.targets.iter().map(|one| row(one, screen)).collect();
    screen.line(&screen.table(&columns, &rows))?;
    if found.targets.is_empty() {
        let unit = &found.unit;
        screen.line(&match screen.language() {
            Language::Zh => format!("方案没有针对“{unit}”这类对象的目标；逐个单位看用 --each"),
            Language::En => {
                format!("the plan has no targets about such a unit as {unit}; see --each")
            }
        })?;
        return Ok(Exit::Done);
    }
    let tally = found.tally();
    let parts: Vec<String> = tally
        .iter()
        .map(|(status, count)| format!("{} {count}", status.text(screen.language())))
        .collect();
    screen.line(&match screen.language() {
        Language::Zh => format!("共 {} 个目标：{}", found.targets.len(), parts.join("，")),
        Language::En => format!("{} targets: {}", found.targets.len(), parts.join(", ")),
    })?;
    Ok(Exit::Done)
}

/// What a file is written as, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Bulletin,
    Workbook,
}

/// The form that the name of a file asks for.
pub(super) fn form(path: &Path) -> Result<Form, Failure> {
    let end = path
        .extension()
        .map(|end| end.to_string_lossy().to_lowercase());
    match end.as_deref() {
        Some("pdf") => Ok(Form::Bulletin),
        Some("xlsx") => Ok(Form::Workbook),
        _ => Err(Failure::new(
            Exit::Usage,
            format!(
                "“{}”应以 .pdf（监测通报）或 .xlsx（工作簿）结尾",
                path.display()
            ),
            format!("{} must end in .pdf or .xlsx", path.display()),
        )),
    }
}

/// Writes the bulletin, or the workbook.
fn write(
    found: &PlanStatus<'_>,
    path: &Path,
    command: &Status,
    workspace: &Workspace,
    content: &Content,
    screen: &Screen,
) -> Result<(), Failure> {
    let name = directory(workspace, &Scope::All)?
        .as_of(found.on)
        .name(&found.unit)
        .unwrap_or_else(|| found.unit.to_string());
    if form(path)? == Form::Workbook {
        into_file(path, |out| Ok(status_workbook(found, &name, out)?))?;
        told(path, screen);
        return Ok(());
    }
    let template = match &command.template {
        Some(id) => content.reports().report(id),
        None => content.reports().about("plan"),
    };
    let template = template.map_err(|error| Failure::of(Exit::NotFound, &error))?;
    let month = month(&found.on.strftime("%Y-%m").to_string())?;
    let tasks = bulletin(workspace, &Scope::All, found.plan, month)?;
    let typeset = status_bulletin(&StatusBulletin {
        template: &template,
        status: found,
        name: &name,
        tasks: &tasks,
        issuer: command.issuer.as_deref(),
        date: beijing::today(),
    })?;
    into_file(path, |out| {
        let written = out.write_all(&typeset.pdf);
        written.map_err(|error| Failure::file(path, &error))
    })?;
    told(path, screen);
    Ok(())
}

/// Says where something was written.
pub(super) fn told(path: &Path, screen: &Screen) {
    let place = path.display();
    screen.note(&match screen.language() {
        Language::Zh => format!("已写入 {place}"),
        Language::En => format!("written to {place}"),
    });
}

/// The newest value, its period, and how it was put together.
pub(super) fn current(one: &TargetStatus<'_>, screen: &Screen) -> String {
    let Some((period, value)) = one.standing.value else {
        return String::new();
    };
    let value = number(value, decimals_of_unit(&one.target.unit));
    match one
        .rolled
        .as_ref()
        .map(|rolled| rolled.text(screen.language()))
    {
        Some(rolled) => format!("{value} {period}（{rolled}）"),
        None => format!("{value} {period}"),
    }
}

/// What is asked for: with the words that soften it, and who decided what was open.
fn wanted(one: &TargetStatus<'_>, screen: &Screen) -> String {
    let mut wanted = one.target.wanted(screen.language());
    if !one.target.softeners.is_empty() {
        wanted += &format!("〔{}〕", one.target.softeners.join("、"));
    }
    if let Some(decided) = &one.target.decided {
        let label = screen.say("本地决定", "decided");
        wanted += &format!("〔{label}：{} {}〕", decided.by, decided.on);
    }
    wanted
}

fn csv(found: &PlanStatus<'_>, screen: &Screen) -> Outcome {
    let heading = [
        screen.say("目标", "target"),
        screen.say("题名", "title"),
        screen.say("要求", "wanted"),
        screen.say("期限", "due"),
        screen.say("现值", "value"),
        screen.say("时期", "period"),
        screen.say("差距", "gap"),
        screen.say("应达", "needed"),
        screen.say("预计", "forecast"),
        screen.say("状态", "status"),
        screen.say("理由", "reason"),
    ];
    let text = |value: Option<Decimal>| {
        let text = value.map(|value| value.normalize().to_string());
        text.unwrap_or_default()
    };
    let row = |one: &TargetStatus<'_>| {
        let standing = &one.standing;
        let (period, value) = standing.value.unzip();
        vec![
            one.target.id.clone(),
            one.target.title.clone(),
            wanted(one, screen),
            standing.due.map(|day| day.to_string()).unwrap_or_default(),
            text(value),
            period.map(|period| period.to_string()).unwrap_or_default(),
            text(standing.gap(one.target)),
            text(standing.needed),
            text(standing.forecast.map(|forecast| forecast.value)),
            standing.status.text(screen.language()),
            standing.reason.text(screen.language()),
        ]
    };
    let rows: Vec<Vec<String>> = found.targets.iter().map(row).collect();
    write_csv(screen, &heading, &rows)?;
    Ok(Exit::Done)
}

fn row(one: &TargetStatus<'_>, screen: &Screen) -> Vec<String> {
    let standing = &one.standing;
    let places = decimals_of_unit(&one.target.unit);
    let forecast = standing.forecast.map(|forecast| {
        let shown = [forecast.value, forecast.low, forecast.high];
        let [value, low, high] = shown.map(|value| number(value, places));
        format!("{value}（{low}～{high}）")
    });
    vec![
        one.target.id.clone(),
        one.target.title.clone(),
        wanted(one, screen),
        standing.due.map(|day| day.to_string()).unwrap_or_default(),
        current(one, screen),
        standing
            .needed
            .map(|needed| number(needed, places))
            .unwrap_or_default(),
        forecast.unwrap_or_default(),
        standing.status.text(screen.language()),
        standing.reason.text(screen.language()),
    ]
}

fn value(found: &PlanStatus<'_>, screen: &Screen) -> Value {
    let targets = found.targets.iter().map(|one| {
        let standing = &one.standing;
        let text = |value: rust_decimal::Decimal| value.normalize().to_string();
        let mut value = target_value(one.target, screen);
        value["status"] = json!(standing.status.word());
        value["reason"] = json!(standing.reason.text(screen.language()));
        value["last_day"] = json!(standing.due.map(|day| day.to_string()));
        value["current"] = json!(standing.value.map(|(_, value)| text(value)));
        value["period"] = json!(standing.value.map(|(period, _)| period.to_string()));
        value["gap"] = json!(standing.gap(one.target).map(text));
        value["needed"] = json!(standing.needed.map(text));
        value["baseline"] = json!(standing.baseline.map(|baseline| json!({
            "month": baseline.month.to_string(), "value": text(baseline.value),
        })));
        value["rolled"] = json!(one.rolled.as_ref().map(|rolled| json!({
            "how": rolled.how.code(), "members": rolled.members,
        })));
        value["forecast"] = json!(standing.forecast.map(|forecast| json!({
            "period": forecast.period.to_string(), "value": text(forecast.value),
            "low": text(forecast.low), "high": text(forecast.high),
            "seasonal": forecast.is_seasonal, "observations": forecast.observations,
        })));
        value
    });
    let tally = found.tally();
    let tally: serde_json::Map<String, Value> = tally
        .iter()
        .map(|(status, count)| (status.word().to_owned(), json!(count)))
        .collect();
    json!({
        "plan": found.plan.id,
        "content_hash": found.plan.content_hash,
        "unit": found.unit.to_string(),
        "on": found.on.to_string(),
        "tally": tally,
        "targets": targets.collect::<Vec<_>>(),
    })
}

//! Where targets stand.

use std::io::Write as _;
use std::path::Path;

use biaochi_app::organisations::directory;
use biaochi_app::plans::{PlanStatus, StatusBulletin, TargetStatus, bulletin, status_bulletin};
use biaochi_app::{Content, Workspace, beijing};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::Unit;
use biaochi_store::Scope;
use serde_json::{Value, json};

use super::{day_or_today, target_value};
use crate::arguments::Global;
use crate::arguments::plan::Status;
use crate::commands::files::into_file;
use crate::commands::{content, month, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn status(command: &Status, global: &Global, screen: &Screen) -> Outcome {
    let on = day_or_today(command.on.as_ref())?;
    let unit: Unit = command.unit.parse().map_err(|error| {
        let text = &command.unit;
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是对象，应写作 all、division:522200、alliance:医联体 或 hospital:机构代码"),
            format!("{error}"),
        )
    })?;
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let plan = content.plan(&command.plan)?;
    let found = biaochi_app::plans::status_of(&workspace, &content, &plan, &unit, on)?;
    if let Some(path) = &command.output {
        write(&found, path, command, &workspace, &content, screen)?;
    }
    if screen.json() {
        screen.value(&value(&found, screen))?;
        return Ok(Exit::Done);
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

/// Writes the bulletin.
fn write(
    found: &PlanStatus<'_>,
    path: &Path,
    command: &Status,
    workspace: &Workspace,
    content: &Content,
    screen: &Screen,
) -> Result<(), Failure> {
    let template = match &command.template {
        Some(id) => content.reports().report(id),
        None => content.reports().about("plan"),
    };
    let template = template.map_err(|error| Failure::of(Exit::NotFound, &error))?;
    let name = directory(workspace, &Scope::All)?
        .as_of(found.on)
        .name(&found.unit)
        .unwrap_or_else(|| screen.say("全部机构", "all institutions").to_owned());
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
    let place = path.display();
    screen.note(&match screen.language() {
        Language::Zh => format!("已写入 {place}"),
        Language::En => format!("written to {place}"),
    });
    Ok(())
}

fn row(one: &TargetStatus<'_>, screen: &Screen) -> Vec<String> {
    let standing = &one.standing;
    let forecast = standing.forecast.map(|forecast| {
        let shown = [forecast.value, forecast.low, forecast.high];
        let [value, low, high] = shown.map(|one| one.round_dp(2).normalize());
        format!("{value}（{low}～{high}）")
    });
    let softened = one.target.softeners.join("、");
    let wanted = one.target.wanted(screen.language());
    let wanted = if softened.is_empty() {
        wanted
    } else {
        format!("{wanted}〔{softened}〕")
    };
    vec![
        one.target.id.clone(),
        one.target.title.clone(),
        wanted,
        standing.due.map(|day| day.to_string()).unwrap_or_default(),
        standing
            .value
            .map(|(period, value)| format!("{} {period}", value.round_dp(2).normalize()))
            .unwrap_or_default(),
        standing
            .needed
            .map(|needed| needed.round_dp(2).normalize().to_string())
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

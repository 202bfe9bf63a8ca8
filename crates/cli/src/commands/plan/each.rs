//! Where targets stand for every unit of a level.

use std::path::Path;

use biaochi_app::plans::{Each, Judge, Level, UnitStatus, UnitTarget, each_workbook};
use biaochi_domain::{Language, Localized as _};
use biaochi_plans::{Status, Target};
use serde_json::{Value, json};

use super::status::{Form, current, form, told};
use super::{day_or_today, failure, note_day, number, plan, target, unit};
use crate::arguments::Global;
use crate::arguments::plan::Status as Command;
use crate::commands::files::{into_file, write_csv};
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn run(command: &Command, global: &Global, screen: &Screen) -> Outcome {
    let on = day_or_today(command.on.as_ref())?;
    let within = unit(&command.unit)?;
    let level = level(command.each.as_deref().unwrap_or_default())?;
    if level == Level::Department && (command.target.is_none() || within.institution().is_none()) {
        return Err(Failure::new(
            Exit::Usage,
            "科室只能就一家医院的一个目标逐个列出：--unit hospital:机构代码 --each department --target 编号",
            "departments are listed for one target of one hospital: --unit hospital:CODE --each department --target ID",
        ));
    }
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let plan = plan(&content, &command.plan)?;
    let wanted = command.target.as_deref();
    let wanted = wanted.map(|id| target(&plan, id)).transpose()?;
    note_day(&plan, on, screen);
    let judge = Judge::new(&workspace, &content, &plan, on);
    let judge = judge.map_err(|error| failure(&error))?;
    judge.known(&within).map_err(|error| failure(&error))?;
    let units = judge.units(&within, level);
    let units = units.map_err(|error| failure(&error))?;
    let about = [
        format!("方案：{}", plan.document.title),
        format!("范围：{}（{within}）", judge.name(&within)),
        format!("日期：{on}"),
        format!("数据版本：{}", judge.version()),
    ];
    match wanted {
        Some(target) => {
            let found = judge.target_of_each(target, &units);
            write(
                command.output.as_deref(),
                Each::Target(&found),
                &about,
                screen,
            )?;
            targets(target, &found, command.csv, screen)
        }
        None => {
            let found = judge.each(&units);
            write(
                command.output.as_deref(),
                Each::Tally(&found),
                &about,
                screen,
            )?;
            tallies(&found, command.csv, screen)
        }
    }
}

/// A level as it is typed.
fn level(word: &str) -> Result<Level, Failure> {
    Level::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = Level::words().collect();
        Failure::new(
            Exit::Usage,
            format!("没有层级“{word}”，可用：{}", known.join("、")),
            format!("there is no level {word:?}; known are {}", known.join(", ")),
        )
    })
}

fn write(
    path: Option<&Path>,
    each: Each<'_>,
    about: &[String],
    screen: &Screen,
) -> Result<(), Failure> {
    let Some(path) = path else {
        return Ok(());
    };
    if form(path)? == Form::Bulletin {
        return Err(Failure::new(
            Exit::Usage,
            "监测通报一次写一个对象；逐个单位的结果写成工作簿：-o 文件.xlsx",
            "a bulletin is about one unit; write those of --each as a workbook: -o FILE.xlsx",
        ));
    }
    into_file(path, |out| Ok(each_workbook(each, about, out)?))?;
    told(path, screen);
    Ok(())
}

fn tallies(found: &[UnitStatus<'_>], csv: bool, screen: &Screen) -> Outcome {
    let language = screen.language();
    let occurs = |status: &Status| {
        found
            .iter()
            .any(|one| one.status.tally().contains_key(status))
    };
    let statuses: Vec<Status> = Status::ALL.into_iter().filter(occurs).collect();
    if screen.json() {
        let values = found.iter().map(|one| {
            let tally = one.status.tally();
            let tally: serde_json::Map<String, Value> = tally
                .iter()
                .map(|(status, count)| (status.word().to_owned(), json!(count)))
                .collect();
            json!({
                "unit": one.status.unit.to_string(), "name": one.name,
                "targets": one.status.targets.len(), "tally": tally,
            })
        });
        screen.value(&Value::Array(values.collect()))?;
        return Ok(Exit::Done);
    }
    let words: Vec<String> = statuses
        .iter()
        .map(|status| status.text(language))
        .collect();
    let mut heading = vec![
        screen.say("对象", "unit"),
        screen.say("名称", "name"),
        screen.say("目标", "targets"),
    ];
    heading.extend(words.iter().map(String::as_str));
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let tally = one.status.tally();
            let mut row = vec![
                one.status.unit.to_string(),
                one.name.clone(),
                one.status.targets.len().to_string(),
            ];
            let count = |status: &Status| tally.get(status).copied().unwrap_or(0);
            row.extend(statuses.iter().map(|status| count(status).to_string()));
            row
        })
        .collect();
    if csv {
        write_csv(screen, &heading, &rows)?;
        return Ok(Exit::Done);
    }
    screen.line(&screen.table(&aligned(&heading, 2), &rows))?;
    let count = found.len();
    screen.line(&match language {
        Language::Zh if count == 0 => "没有这一层级的单位，或方案没有针对它们的目标".to_owned(),
        Language::En if count == 0 => "no such units, or no targets about them".to_owned(),
        Language::Zh => format!("共 {count} 个单位"),
        Language::En => format!("{count} units"),
    })?;
    Ok(Exit::Done)
}

/// Columns of which so many begin with words, and the rest are numbers.
fn aligned<'a>(heading: &[&'a str], words: usize) -> Vec<(&'a str, Align)> {
    let column = |(place, title): (usize, &&'a str)| {
        let align = if place < words {
            Align::Left
        } else {
            Align::Right
        };
        (*title, align)
    };
    heading.iter().enumerate().map(column).collect()
}

fn targets(target: &Target, found: &[UnitTarget<'_>], csv: bool, screen: &Screen) -> Outcome {
    let language = screen.language();
    if screen.json() {
        let text = |value: rust_decimal::Decimal| value.normalize().to_string();
        let values = found.iter().map(|one| {
            let standing = &one.status.standing;
            json!({
                "unit": one.unit.to_string(), "name": one.name,
                "status": standing.status.word(), "reason": standing.reason.text(language),
                "current": standing.value.map(|(_, value)| text(value)),
                "period": standing.value.map(|(period, _)| period.to_string()),
                "gap": standing.gap(target).map(text),
                "needed": standing.needed.map(text),
                "forecast": standing.forecast.map(|forecast| text(forecast.value)),
                "rolled": one.status.rolled.as_ref().map(|rolled| json!({
                    "how": rolled.how.code(), "members": rolled.members,
                })),
            })
        });
        screen.value(&Value::Array(values.collect()))?;
        return Ok(Exit::Done);
    }
    let heading = [
        screen.say("对象", "unit"),
        screen.say("名称", "name"),
        screen.say("状态", "status"),
        screen.say("理由", "reason"),
        screen.say("现值", "value"),
        screen.say("差距", "gap"),
        screen.say("应达", "needed"),
        screen.say("预计", "forecast"),
    ];
    let row = |one: &UnitTarget<'_>| {
        let standing = &one.status.standing;
        let text = |value: Option<rust_decimal::Decimal>| {
            let text = value.map(|value| number(value, 2));
            text.unwrap_or_default()
        };
        vec![
            one.unit.to_string(),
            one.name.clone(),
            standing.status.text(language),
            standing.reason.text(language),
            current(&one.status, screen),
            text(standing.gap(target)),
            text(standing.needed),
            text(standing.forecast.map(|forecast| forecast.value)),
        ]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    if csv {
        write_csv(screen, &heading, &rows)?;
        return Ok(Exit::Done);
    }
    screen.line(&format!(
        "{} {}  {}",
        target.id,
        target.title,
        target.wanted(language)
    ))?;
    screen.line(&screen.table(&aligned(&heading, 4), &rows))?;
    let count = found.len();
    screen.line(&match language {
        Language::Zh => format!("共 {count} 个单位"),
        Language::En => format!("{count} units"),
    })?;
    Ok(Exit::Done)
}

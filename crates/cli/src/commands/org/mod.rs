//! `biaochi org`

mod import;
mod show;
mod tree;

use std::sync::Arc;

use std::fs::File;
use std::path::Path;

use biaochi_app::organisations::{self, OrganisationsError, stored, write_template, write_to};
use biaochi_app::worklist::{SYSTEM_ACTOR, WorklistError};
use biaochi_organisations::{Directory, Filter, Unit, View};
use biaochi_store::{Scope, StoreError};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::open_workspace;
use crate::arguments::Global;
use crate::arguments::org::{Day, Org};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(crate) fn run(command: &Org, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Org::Template { output } => template(output, screen),
        Org::Import {
            files,
            replace,
            dry_run,
            actor,
        } => {
            let request = import::request(files, *replace, *dry_run, actor.as_deref());
            import::run(&request, global, screen)
        }
        Org::Export { output, revision } => export(output, *revision, global, screen),
        Org::List { of, filter, day } => list(of.as_deref(), filter, day, global, screen),
        Org::Show { unit, day } => {
            let directory = directory(global)?;
            let view = directory.as_of(date(day)?);
            show::run(&view, &resolve(&view, unit)?, screen)
        }
        Org::Tree {
            unit,
            departments,
            day,
        } => {
            let directory = directory(global)?;
            let view = directory.as_of(date(day)?);
            tree::run(&view, &resolve(&view, unit)?, *departments, screen)
        }
        Org::History => history(global, screen),
    }
}

/// A failure of this command; what does not exist has an exit code of its own.
fn failed(error: OrganisationsError) -> Failure {
    let exit = match error {
        OrganisationsError::Store(WorklistError::Store(StoreError::NotFound { .. })) => {
            Exit::NotFound
        }
        _ => Exit::Failed,
    };
    Failure::of(exit, &error)
}

fn directory(global: &Global) -> Result<Arc<Directory>, Failure> {
    let workspace = open_workspace(global)?;
    organisations::directory(&workspace, &Scope::All).map_err(failed)
}

fn date(day: &Day) -> Result<Date, Failure> {
    let Some(text) = &day.as_of else {
        return Ok(organisations::today());
    };
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是日期，应写作 2024-03-31"),
            format!("{text:?} is no day; write it as 2024-03-31"),
        )
    })
}

/// The unit that a text names: written as a unit, or by code or name.
fn resolve(view: &View<'_>, text: &str) -> Result<Unit, Failure> {
    if let Ok(unit) = text.parse::<Unit>()
        && view.name(&unit).is_some()
    {
        return Ok(unit);
    }
    let day = view.day();
    match &view.find(text)[..] {
        [unit] => Ok(unit.clone()),
        [] => Err(Failure::new(
            Exit::NotFound,
            format!(
                "{day} 没有“{text}”这个单位。用 biaochi org tree 查看有哪些单位，或用 --as-of 换一天"
            ),
            format!(
                "there is no unit {text:?} on {day}; biaochi org tree lists them, --as-of takes another day"
            ),
        )),
        several => {
            let texts: Vec<_> = several.iter().map(Unit::to_string).collect();
            Err(Failure::new(
                Exit::NotFound,
                format!("“{text}”可以是 {}，请写其中一个", texts.join("、")),
                format!("{text:?} may be {}; write one of them", texts.join(", ")),
            ))
        }
    }
}

fn template(output: &Path, screen: &Screen) -> Outcome {
    let file = File::create(output).map_err(|error| Failure::file(output, &error))?;
    write_template(file).map_err(|error| Failure::file(output, &error))?;
    written(output, screen)
}

fn export(output: &Path, revision: Option<u64>, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let stored = stored(&workspace, &Scope::All, revision).map_err(failed)?;
    write_to(&stored.rows, output).map_err(failed)?;
    written(output, screen)
}

fn written(output: &Path, screen: &Screen) -> Outcome {
    let shown = output.display().to_string();
    if screen.json() {
        screen.value(&json!({ "output": shown }))?;
    } else {
        screen.line(&format!("{}{shown}", screen.say("已写出 ", "wrote ")))?;
    }
    Ok(Exit::Done)
}

fn list(
    of: Option<&str>,
    words: &[String],
    day: &Day,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let filter = Filter::parse(words).map_err(|error| Failure::of(Exit::Usage, &error))?;
    let directory = directory(global)?;
    let view = directory.as_of(date(day)?);
    let unit = of.map_or(Ok(Unit::All), |of| resolve(&view, of))?;
    let mut found = view.institutions_of(&unit).unwrap_or_default();
    found.retain(|institution| view.matches(&filter, &institution.code));
    if screen.json() {
        let values: Vec<Value> = found
            .iter()
            .map(|institution| show::institution_value(institution))
            .collect();
        screen.value(&json!({ "as_of": view.day().to_string(), "institutions": values }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let division = view.division(&one.division);
            vec![
                one.code.to_string(),
                one.name.clone(),
                show::grade(one),
                one.kind.word().to_owned(),
                one.ownership.word().to_owned(),
                division.map_or_else(|| one.division.to_string(), |own| own.name.clone()),
            ]
        })
        .collect();
    let titles = [
        screen.say("机构代码", "code"),
        screen.say("名称", "name"),
        screen.say("级别", "level"),
        screen.say("类别", "type"),
        screen.say("举办性质", "ownership"),
        screen.say("区划", "division"),
    ];
    let columns = titles.map(|title| (title, Align::Left));
    screen.line(&screen.table(&columns, &rows))?;
    let (number, day) = (count(found.len() as u64), view.day());
    let zh = format!("{day} 共 {number} 家");
    let en = format!("{number} institutions on {day}");
    screen.note(screen.say(&zh, &en));
    Ok(Exit::Done)
}

fn history(global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let revisions = organisations::revisions(&workspace, &Scope::All)?;
    let at = |at| biaochi_app::beijing::shown(at);
    if screen.json() {
        let values: Vec<Value> = revisions
            .iter()
            .map(|one| {
                json!({
                    "revision": one.revision, "actor": one.actor, "at": at(one.at), "note": one.note,
                    "added": one.added, "removed": one.removed,
                })
            })
            .collect();
        screen.value(&Value::Array(values))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = revisions
        .iter()
        .map(|one| {
            let (added, removed) = (count(one.added), count(one.removed));
            let actor = one.actor.clone();
            vec![
                one.revision.to_string(),
                at(one.at),
                actor,
                added,
                removed,
                one.note.clone(),
            ]
        })
        .collect();
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("次数", "revision"), right),
        (screen.say("时间", "at"), left),
        (screen.say("操作人", "actor"), left),
        (screen.say("增加行", "added"), right),
        (screen.say("减少行", "removed"), right),
        (screen.say("来源", "from"), left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

/// Who acts when nobody is named.
fn actor(actor: Option<&str>) -> &str {
    actor.unwrap_or(SYSTEM_ACTOR)
}

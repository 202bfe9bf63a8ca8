//! Who pulls a target down.

use biaochi_app::plans::{Judge, Makeup, MemberLine, Members, members};
use biaochi_domain::{Language, Localized as _};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{day_or_today, failure, note_day, number, plan, target, unit};
use crate::arguments::Global;
use crate::arguments::plan::Members as Command;
use crate::commands::files::write_csv;
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn run(command: &Command, global: &Global, screen: &Screen) -> Outcome {
    let on = day_or_today(command.on.as_ref())?;
    let unit = unit(&command.unit)?;
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let plan = plan(&content, &command.plan)?;
    let target = target(&plan, &command.target)?;
    note_day(&plan, on, screen);
    let judge = Judge::new(&workspace, &content, &plan, on);
    let judge = judge.map_err(|error| failure(&error))?;
    judge.known(&unit).map_err(|error| failure(&error))?;
    let found = members(&judge, target, &unit).map_err(|error| failure(&error))?;
    if screen.json() {
        screen.value(&value(&found, &plan.id))?;
        return Ok(Exit::Done);
    }
    let heading = headings(&found, screen);
    if command.csv {
        let exact = |value: Decimal, _: u32| value.normalize().to_string();
        let rows: Vec<Vec<String>> = found
            .lines
            .iter()
            .map(|line| {
                let mut cells = vec![line.unit.to_string()];
                cells.extend(row(line, found.decimals, &exact, screen));
                cells
            })
            .collect();
        let mut titles = vec![screen.say("对象", "unit")];
        titles.extend(heading);
        write_csv(screen, &titles, &rows)?;
        return Ok(Exit::Done);
    }
    head(&found, screen)?;
    let columns: Vec<(&str, Align)> = heading
        .iter()
        .enumerate()
        .map(|(place, title)| {
            let align = if place == 0 {
                Align::Left
            } else {
                Align::Right
            };
            (*title, align)
        })
        .collect();
    if found.lines.is_empty() {
        screen.line(&undivided(&found, screen.language()))?;
        version(&found, screen)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .lines
        .iter()
        .map(|line| row(line, found.decimals, &number, screen))
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    foot(&found, screen)?;
    Ok(Exit::Done)
}

fn headings<'a>(found: &Members<'_>, screen: &'a Screen) -> [&'a str; 7] {
    let pull = match found.makeup {
        Makeup::Rate => screen.say("影响", "pull"),
        Makeup::Sum => screen.say("贡献", "contribution"),
        Makeup::Apart => screen.say("有无之差", "difference it makes"),
    };
    [
        screen.say("名称", "name"),
        screen.say("值", "value"),
        screen.say("占比%", "share %"),
        pull,
        screen.say("没有它时", "without it"),
        screen.say("水平效应", "rate effect"),
        screen.say("构成效应", "mix effect"),
    ]
}

fn row(
    line: &MemberLine,
    places: u32,
    write: &dyn Fn(Decimal, u32) -> String,
    screen: &Screen,
) -> Vec<String> {
    let text = |value: Option<Decimal>, places| {
        let text = value.map(|value| write(value, places));
        text.unwrap_or_default()
    };
    let percent = line.share.map(|share| share * Decimal::ONE_HUNDRED);
    vec![
        line.name.clone(),
        match &line.value {
            Ok(value) => write(*value, places),
            Err(why) => format!("—（{}）", why.text(screen.language())),
        },
        text(percent, 2),
        text(line.pull, places + 2),
        text(line.without, places + 2),
        text(line.rate, places + 2),
        text(line.mix, places + 2),
    ]
}

/// What the table is about.
fn head(found: &Members<'_>, screen: &Screen) -> Result<(), Failure> {
    let Members {
        target,
        name,
        period,
        ..
    } = found;
    let language = screen.language();
    screen.line(&format!("{} {}  {name}  {period}", target.id, target.title))?;
    let value = number(found.value, found.decimals);
    let rolled = found.rolled.as_ref();
    let rolled = rolled.map_or_else(String::new, |rolled| {
        format!("（{}）", rolled.text(language))
    });
    let wanted = match language {
        Language::Zh => target.asked(),
        Language::En => target.wanted(language),
    };
    let before = found.before.map(|(period, value)| match language {
        Language::Zh => format!("，上年同期（{period}）{}", number(value, found.decimals)),
        Language::En => format!(
            ", a year before ({period}) {}",
            number(value, found.decimals)
        ),
    });
    let before = before.unwrap_or_default();
    screen.line(&match language {
        Language::Zh => format!("值 {value}{rolled}，{wanted}{before}"),
        Language::En => format!("value {value}{rolled}, wanted {wanted}{before}"),
    })
}

/// What stands in place of a table without rows: the unit has a value that none of its members speaks for.
fn undivided(found: &Members<'_>, language: Language) -> String {
    let (name, unit) = (&found.name, &found.unit);
    match language {
        Language::Zh => format!(
            "这个值由{name}（{unit}）自己填报的数得出，所辖机构不填，不能再往下分；填报的内容：biaochi dataset show"
        ),
        Language::En => format!(
            "{name} ({unit}) entered what this value comes from; its institutions have no part in it. \
             The entry: biaochi dataset show"
        ),
    }
}

fn version(found: &Members<'_>, screen: &Screen) -> Result<(), Failure> {
    let version = found.version;
    screen.line(&match screen.language() {
        Language::Zh => format!("数据版本 {version}"),
        Language::En => format!("data version {version}"),
    })
}

/// How the table is to be read.
fn foot(found: &Members<'_>, screen: &Screen) -> Result<(), Failure> {
    let level = number(found.level, found.decimals);
    let gap = number(found.value - found.level, found.decimals + 2);
    let told = match (found.makeup, screen.language()) {
        (Makeup::Rate, Language::Zh) => {
            format!("影响以 {level} 为准，各家之和 {gap}；负数把总值往下拉，正数往上拉")
        }
        (Makeup::Rate, Language::En) => {
            format!("pulls are measured from {level} and add up to {gap}; below zero pulls down")
        }
        (Makeup::Sum, Language::Zh) => "总值是各家之和，贡献是它自己的值".to_owned(),
        (Makeup::Sum, Language::En) => "the value is the sum of the members' values".to_owned(),
        (Makeup::Apart, Language::Zh) => {
            "总值不能由各家的值加成（去重、中位数、增幅、取最大一类），有无之差是总值减去没有它时的值".to_owned()
        }
        (Makeup::Apart, Language::En) => {
            "members' values do not add up; the difference is the value less that without the member"
                .to_owned()
        }
    };
    screen.line(&told)?;
    if found.silent > 0 {
        let silent = found.silent;
        screen.line(&match screen.language() {
            Language::Zh => format!("另有 {silent} 家本期没有病案或填报"),
            Language::En => format!("{silent} more have neither records nor entries"),
        })?;
    }
    version(found, screen)
}

fn value(found: &Members<'_>, plan: &str) -> Value {
    let text = |value: Decimal| value.normalize().to_string();
    let lines = found.lines.iter().map(|line| {
        json!({
            "unit": line.unit.to_string(),
            "name": line.name,
            "value": line.value.as_ref().ok().map(|value| text(*value)),
            "why_none": line.value.as_ref().err().map(|why| why.text(Language::Zh)),
            "share": line.share.map(text),
            "pull": line.pull.map(text),
            "without": line.without.map(text),
            "rate_effect": line.rate.map(text),
            "mix_effect": line.mix.map(text),
        })
    });
    let makeup = match found.makeup {
        Makeup::Rate => "rate",
        Makeup::Sum => "sum",
        Makeup::Apart => "apart",
    };
    json!({
        "plan": plan,
        "target": found.target.id,
        "title": found.target.title,
        "unit": found.unit.to_string(),
        "name": found.name,
        "on": found.on.to_string(),
        "version": found.version,
        "period": found.period.to_string(),
        "value": text(found.value),
        "level": text(found.level),
        "before": found.before.map(|(period, value)| json!({
            "period": period.to_string(), "value": text(value),
        })),
        "makeup": makeup,
        "rolled": found.rolled.as_ref().map(|rolled| json!({
            "how": rolled.how.code(), "members": rolled.members,
        })),
        "members": lines.collect::<Vec<_>>(),
        "without_values": found.silent,
    })
}

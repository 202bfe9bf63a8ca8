//! `biaochi explain`

use biaochi_app::explain::{Located, Selector, find_in_file};
use biaochi_app::{lookup, stay_of};
use biaochi_domain::{Language, Localized as _, with_sign};
use biaochi_grouper::{Change, analysis_notice};
use serde_json::{Value, json};

use super::{content, named_scheme, named_weights, open_workspace};
use crate::arguments::Global;
use crate::arguments::group::Explain;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(crate) fn run(command: &Explain, global: &Global, screen: &Screen) -> Outcome {
    if let Some(organisation) = &command.organisation {
        let asked = (command.record.as_str(), organisation.as_str());
        let item = command.item.as_deref();
        return super::assess::explain(asked, item, command.phase.as_deref(), global, screen);
    }
    let (records, defaults) = match &command.file {
        Some(path) => {
            let found = find_in_file(path, &Selector::parse(&command.record))?;
            let records: Result<Vec<Located>, _> = found.into_iter().collect();
            let records = records.map_err(|error| Failure::of(Exit::NotFound, &error))?;
            (records, biaochi_app::Config::default())
        }
        None => {
            let workspace = open_workspace(global)?;
            (
                lookup::find(&workspace, &content(global)?, &command.record)?,
                workspace.config().clone(),
            )
        }
    };
    if records.is_empty() {
        return Err(not_found(command));
    }
    let content = content(global)?;
    let scheme_id = command.scheme.as_ref().unwrap_or(&defaults.scheme);
    let scheme = named_scheme(&content, scheme_id, screen)?;
    let named = command.weights.as_deref().or(defaults.weights.as_deref());
    let weights = named_weights(&content, named, scheme_id)?;
    let weight = |drg: &str| weights.as_ref().and_then(|table| table.get(drg));
    let mut values = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let stay = stay_of(&record.page, command.translate || defaults.translate);
        let explanation = scheme.scheme.explain(&stay);
        let changes = if command.what_if {
            scheme.scheme.what_if(&stay, &weight)
        } else {
            Vec::new()
        };
        if screen.json() {
            let mut value = json!({
                "record": record.page.medical_record_number.as_str(),
                "line": record.line,
                "explanation": explanation.report(),
            });
            if command.what_if {
                value["what_if"] = json!({
                    "notice": analysis_notice(screen.language()),
                    "changes": changes,
                });
            }
            values.push(value);
            continue;
        }
        if index > 0 {
            screen.line("")?;
        }
        screen.line(&heading(record, screen.language()))?;
        screen.line(&explanation.text(screen.language()))?;
        if command.what_if {
            screen.line(&what_if(&changes, screen))?;
        }
    }
    if screen.json() {
        screen.value(&Value::Array(values))?;
    }
    Ok(Exit::Done)
}

fn not_found(command: &Explain) -> Failure {
    let record = &command.record;
    match &command.file {
        Some(path) => Failure::new(
            Exit::NotFound,
            format!("文件“{}”中没有记录“{record}”。行号写作 :12", path.display()),
            format!(
                "{} has no record {record:?}; write :12 for line 12",
                path.display()
            ),
        ),
        None => Failure::new(
            Exit::NotFound,
            format!("工作区中没有病案号或记录键为“{record}”的记录"),
            format!("the workspace has no record with number or key {record:?}"),
        ),
    }
}

fn heading(record: &Located, language: Language) -> String {
    let number = &record.page.medical_record_number;
    let time = record
        .page
        .discharge_time
        .map(|time| time.strftime("%Y-%m-%d").to_string());
    match (language, time) {
        (Language::Zh, Some(day)) => format!("病案号 {number}，{day} 出院"),
        (Language::Zh, None) => format!("记录 {number}，第 {} 行", record.line),
        (Language::En, Some(day)) => format!("record {number}, discharged {day}"),
        (Language::En, None) => format!("record {number}, line {}", record.line),
    }
}

fn what_if(changes: &[Change<'_>], screen: &Screen) -> String {
    let zh = screen.language() == Language::Zh;
    let title = screen.say(
        "会改变分组的单项变化",
        "single changes that lead to another group",
    );
    let notice = analysis_notice(screen.language());
    if changes.is_empty() {
        let none = screen.say(
            "没有单项变化会改变分组。",
            "no single change leads to another group.",
        );
        return format!("\n{title}（{notice}）\n  {none}");
    }
    let titles = if zh {
        ["变化", "编码", "病组", "状态", "权重", "权重差"]
    } else {
        ["change", "code", "group", "status", "weight", "difference"]
    };
    let aligns = [
        Align::Left,
        Align::Left,
        Align::Left,
        Align::Left,
        Align::Right,
        Align::Right,
    ];
    let columns: Vec<(&str, Align)> = titles.into_iter().zip(aligns).collect();
    let decimal = |value: Option<_>| {
        value.map_or_else(
            || "—".to_owned(),
            |value: rust_decimal::Decimal| value.to_string(),
        )
    };
    let rows: Vec<Vec<String>> = changes
        .iter()
        .map(|change| {
            vec![
                change.kind.text(screen.language()),
                change.code.to_string(),
                change.after.drg.to_owned(),
                change.after.status.label().to_owned(),
                decimal(change.weight_after),
                change
                    .weight_difference()
                    .map_or_else(|| "—".to_owned(), |value| with_sign(&value.to_string())),
            ]
        })
        .collect();
    format!("\n{title}（{notice}）\n{}", screen.table(&columns, &rows))
}

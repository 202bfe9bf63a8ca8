//! `biaochi correct`

mod suggestions;
mod words;

use biaochi_app::check::CompiledPack;
use biaochi_app::correct::{
    Amended, CorrectError, Corrector, RecordCorrection, apply_suggestions, correct_record, history,
    place_name, reapply, shown,
};
use biaochi_app::{Content, Workspace, beijing};
use biaochi_domain::Language;
use serde_json::{Value, json};

use self::words::{corrected_text, difference, footer, value};
use super::import::checks_of;
use super::{content, month, open_workspace};
use crate::arguments::correct::{ApplySuggestions, Correct, History, Reapply, Record};
use crate::arguments::{Global, Writer};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, count};

/// Digits of a record key that are shown: enough to find it.
const KEY_DIGITS: usize = 12;
/// Values that are listed when many were corrected.
const LISTED: usize = 20;

pub(crate) fn run(command: &Correct, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Correct::Suggest(command) => suggestions::run(command, global, screen),
        Correct::Record(command) => record(command, global, screen),
        Correct::ApplySuggestions(command) => apply(command, global, screen),
        Correct::Reapply(command) => again(command, global, screen),
        Correct::History(command) => versions(command, global, screen),
    }
}

/// A correction that was not made: what was typed, what does not exist, or what failed.
fn failure(error: &CorrectError) -> Failure {
    let exit = if error.is_busy() {
        Exit::Busy
    } else if error.is_not_found() {
        Exit::NotFound
    } else if error.is_usage() {
        Exit::Usage
    } else {
        Exit::Failed
    };
    Failure::of(exit, error)
}

fn corrector<'a>(
    workspace: &'a Workspace,
    content: &'a Content,
    checks: Option<&'a CompiledPack>,
    writer: &'a Writer,
) -> Corrector<'a> {
    Corrector {
        workspace,
        content,
        checks,
        actor: writer.actor(),
        when_locked: writer.when_locked(),
    }
}

fn short(key: &str) -> &str {
    key.get(..KEY_DIGITS).unwrap_or(key)
}

fn record(command: &Record, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let checks = checks_of(&workspace, &content)?;
    let corrector = corrector(&workspace, &content, checks.as_ref(), &command.writer);
    let wanted = RecordCorrection {
        organisation: command.organisation.clone(),
        record: command.record.clone(),
        sets: command.sets.clone(),
        reason: command.reason.clone(),
        checks: command.checks.clone(),
        based_on: command.based_on,
    };
    let corrected = correct_record(corrector, &wanted).map_err(|error| failure(&error))?;
    if screen.json() {
        let mut value = value(&corrected.amended);
        value["record_key"] = json!(corrected.record_key);
        value["drg_before"] = json!(corrected.drg_before);
        value["drg_after"] = json!(corrected.drg_after);
        let findings = corrected.findings.iter();
        let findings = findings.map(|(check, text)| json!({"check": check, "message": text}));
        value["findings"] = Value::Array(findings.collect());
        screen.value(&value)?;
    } else {
        screen.line(&corrected_text(&corrected, screen))?;
    }
    Ok(Exit::Done)
}

fn apply(command: &ApplySuggestions, global: &Global, screen: &Screen) -> Outcome {
    let wanted = month(&command.month)?;
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let checks = checks_of(&workspace, &content)?;
    let corrector = corrector(&workspace, &content, checks.as_ref(), &command.writer);
    let amended = apply_suggestions(corrector, command.organisation.as_deref(), wanted)
        .map_err(|error| failure(&error))?;
    many(&amended, screen)
}

fn again(command: &Reapply, global: &Global, screen: &Screen) -> Outcome {
    let wanted = command.month.as_deref().map(month).transpose()?;
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let checks = checks_of(&workspace, &content)?;
    let corrector = corrector(&workspace, &content, checks.as_ref(), &command.writer);
    let amended = reapply(corrector, command.organisation.as_deref(), wanted)
        .map_err(|error| failure(&error))?;
    many(&amended, screen)
}

/// What many corrections came to; those that do not fit any more make it a partial success.
fn many(amended: &Amended, screen: &Screen) -> Outcome {
    let exit = if amended.stale.is_empty() {
        Exit::Done
    } else {
        Exit::Partial
    };
    if screen.json() {
        screen.value(&value(amended))?;
        return Ok(exit);
    }
    let zh = screen.language() == Language::Zh;
    let mut lines = Vec::new();
    if amended.version.is_none() {
        lines.push(
            screen
                .say(
                    "没有需要更正的，数据未变",
                    "nothing to correct; the records are as before",
                )
                .to_owned(),
        );
    }
    if !amended.made.is_empty() {
        let values = amended
            .made
            .iter()
            .map(|made| made.differences.len() as u64);
        let (records, values) = (count(amended.made.len() as u64), count(values.sum()));
        lines.push(match zh {
            true => format!("更正了 {records} 份病案的 {values} 个值"),
            false => format!("{values} values of {records} records corrected"),
        });
        for made in amended.made.iter().take(LISTED) {
            let key = short(&made.record_key);
            let texts = made.differences.iter().map(|one| difference(one, screen));
            lines.extend(texts.map(|text| format!("  {key}{text}")));
        }
        if amended.made.len() > LISTED {
            lines.push("  …".to_owned());
        }
    }
    lines.extend(footer(amended, screen));
    screen.line(&lines.join("\n"))?;
    Ok(exit)
}

fn versions(command: &History, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let (key, corrections) = history(&workspace, &content, &command.organisation, &command.record)
        .map_err(|error| failure(&error))?;
    if screen.json() {
        let versions = corrections.iter().map(|correction| {
            let changes = correction.changes.iter().map(|change| {
                json!({
                    "field": change.field, "index": change.index + 1,
                    "before": change.before.as_ref().map(|one| shown(Some(one))),
                    "after": change.after.as_ref().map(|one| shown(Some(one))),
                })
            });
            json!({
                "version": correction.version, "actor": correction.actor,
                "at": correction.at.to_string(), "reason": correction.reason,
                "changes": changes.collect::<Vec<_>>(),
            })
        });
        screen.value(&json!({"record_key": key, "versions": versions.collect::<Vec<_>>()}))?;
        return Ok(Exit::Done);
    }
    if corrections.is_empty() {
        screen.line(screen.say("这份病案没有更正过", "this record was never corrected"))?;
    }
    let empty = screen.say("（空）", "(empty)");
    for correction in &corrections {
        screen.line(&match screen.language() {
            Language::Zh => format!(
                "第 {} 版  {}  {}  {}",
                correction.version,
                beijing::shown(correction.at),
                correction.actor,
                correction.reason
            ),
            Language::En => format!(
                "version {}  {}  {}  {}",
                correction.version,
                beijing::shown(correction.at),
                correction.actor,
                correction.reason
            ),
        })?;
        for change in &correction.changes {
            let text = |one: &Option<_>| match shown(one.as_ref()) {
                text if text.is_empty() => empty.to_owned(),
                text => text,
            };
            let name = place_name(&change.field, change.index as usize, screen.language());
            screen.line(&format!(
                "  {name}：{} → {}",
                text(&change.before),
                text(&change.after)
            ))?;
        }
    }
    Ok(Exit::Done)
}

//! `biaochi audit`

use std::fs::File;
use std::path::Path;

use biaochi_access::Resource;
use biaochi_app::worklist::{SYSTEM_ACTOR, with_store};
use biaochi_app::{audit, beijing};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{
    Actor, AuditAction, AuditEntry, AuditFilter, AuditOutcome, NewAuditEntry, Scope, Store,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::audit::{Audit, Which};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(crate) fn run(command: &Audit, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Audit::List {
            which,
            limit,
            before,
        } => list(&filter(which)?, *before, *limit, global, screen),
        Audit::Verify { noted } => verify(noted.as_deref(), global, screen),
        Audit::Export {
            output,
            which,
            exported_by,
        } => {
            let actor = exported_by.as_deref().unwrap_or(SYSTEM_ACTOR);
            export(output, &filter(which)?, actor, global, screen)
        }
    }
}

fn filter(which: &Which) -> Result<AuditFilter, Failure> {
    let mut actions = Vec::with_capacity(which.action.len());
    for text in &which.action {
        actions.push(word(text, AuditAction::ALL, AuditAction::code)?);
    }
    let resource = which.resource.as_deref();
    let resource = resource.map(|text| word(text, Resource::ALL, Resource::code));
    let until = which.until.as_deref().map(day).transpose()?;
    Ok(AuditFilter {
        actor: which.actor.clone(),
        actions,
        resource: resource.transpose()?,
        subject: which.subject.clone(),
        text: None,
        organisation_code: which.organisation.clone(),
        outcome: which.refused.then_some(AuditOutcome::Refused),
        from: which.from.as_deref().map(day).transpose()?.map(begin),
        until: until.and_then(|day| day.tomorrow().ok()).map(begin),
    })
}

/// One of the words that there are.
fn word<T: Copy>(text: &str, all: &[T], code: impl Fn(T) -> &'static str) -> Result<T, Failure> {
    let found = all.iter().copied().find(|one| code(*one) == text);
    found.ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|one| code(*one)).collect();
        Failure::new(
            Exit::Usage,
            format!("没有“{text}”。可用的有：{}", known.join("、")),
            format!("{text:?} is none of {}", known.join(", ")),
        )
    })
}

fn day(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是日期，应写作 2024-03-31"),
            format!("{text:?} is no day; write it as 2024-03-31"),
        )
    })
}

/// When a day begins in China.
fn begin(day: Date) -> Timestamp {
    beijing::begin_of(day)
}

fn value(entry: &AuditEntry) -> Value {
    let told = &entry.entry;
    json!({
        "number": entry.number, "at": entry.at.to_string(), "actor": entry.actor,
        "origin": entry.origin, "action": told.action.code(), "resource": told.resource.code(),
        "subject": told.subject, "organisation": told.organisation_code,
        "outcome": told.outcome.code(), "before": told.before, "after": told.after,
        "reason": told.reason, "previous": entry.previous, "hash": entry.hash,
    })
}

fn list(
    filter: &AuditFilter,
    before: Option<u64>,
    limit: u32,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let page = audit::list(&workspace, &Scope::All, filter, before, limit)?;
    if screen.json() {
        let entries: Vec<Value> = page.entries.iter().map(value).collect();
        screen.value(&json!({ "entries": entries, "next": page.next }))?;
        return Ok(Exit::Done);
    }
    let language = screen.language();
    let roles = content(global)?.role_library().load()?;
    let rows: Vec<Vec<String>> = page
        .entries
        .iter()
        .map(|entry| {
            let told = &entry.entry;
            let refused = match told.outcome {
                AuditOutcome::Refused => told.outcome.text(language),
                AuditOutcome::Done => String::new(),
            };
            vec![
                entry.number.to_string(),
                beijing::shown_to_the_second(entry.at),
                entry.actor.clone(),
                entry.origin.clone(),
                told.action.text(language),
                told.subject.clone(),
                refused,
                match audit::change(told, &roles, language) {
                    (before, after) if before.is_empty() => after,
                    (before, after) => format!("{before} → {after}"),
                },
                told.reason.clone(),
            ]
        })
        .collect();
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("序号", "number"), right),
        (screen.say("时间", "at"), left),
        (screen.say("操作人", "actor"), left),
        (screen.say("来源", "from"), left),
        (screen.say("操作", "action"), left),
        (screen.say("对象", "subject"), left),
        (screen.say("结果", "outcome"), left),
        (screen.say("变化", "change"), left),
        (screen.say("理由", "reason"), left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    if let Some(next) = page.next {
        let zh = format!("还有更早的：加 --before {next}");
        let en = format!("there is more: add --before {next}");
        screen.note(screen.say(&zh, &en));
    }
    Ok(Exit::Done)
}

fn verify(noted: Option<&str>, global: &Global, screen: &Screen) -> Outcome {
    let noted = noted.map(noted_end).transpose()?;
    let workspace = open_workspace(global)?;
    let found = audit::verify(&workspace, noted)?;
    let exit = match found.faults.is_empty() {
        true => Exit::Done,
        false => Exit::Partial,
    };
    let end = format!("{}:{}", found.number, found.hash);
    let faults: Vec<String> = found
        .faults
        .iter()
        .map(|fault| fault.text(screen.language()))
        .collect();
    if screen.json() {
        let value = json!({
            "entries": found.entries, "faults": faults, "end": end, "whole": found.faults.is_empty(),
        });
        screen.value(&value)?;
        return Ok(exit);
    }
    for fault in &faults {
        screen.line(fault)?;
    }
    let number = count(found.entries);
    screen.line(&match (screen.language(), faults.len()) {
        (Language::Zh, 0) => format!("审计日志完整：{number} 条，没有改动、缺失或调换。末尾 {end}"),
        (Language::Zh, wrong) => format!("审计日志有 {wrong} 处不符（共 {number} 条）。末尾 {end}"),
        (Language::En, 0) => format!("the audit trail is whole: {number} rows, ending {end}"),
        (Language::En, wrong) => format!("{wrong} faults in {number} rows, ending {end}"),
    })?;
    Ok(exit)
}

/// What was noted of an earlier verification.
fn noted_end(text: &str) -> Result<(u64, &str), Failure> {
    audit::noted_end(text).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是核验结果的末尾，应写作 序号:64 位哈希"),
            format!("{text:?} is no end of a verification; write number:hash"),
        )
    })
}

fn export(
    output: &Path,
    filter: &AuditFilter,
    actor: &str,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let entries = audit::rows(&workspace, &Scope::All, filter)?;
    let roles = content(global)?.role_library().load()?;
    let is_workbook = output
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    let number = entries.len() as u64;
    // Taking the trail out is itself something that the trail tells, before anybody has the file.
    let file = File::create(output).map_err(|error| Failure::file(output, &error))?;
    with_store(&workspace, async |store: &Store| {
        let entry = NewAuditEntry::done(AuditAction::Exported, Resource::Audit, "audit")
            .change("", number.to_string());
        Ok(store.record_audit(&Actor::now(actor), &[entry]).await?)
    })?;
    let written = match is_workbook {
        true => audit::write_workbook(&entries, &roles, file),
        false => audit::write_csv(&entries, &roles, file),
    };
    written.map_err(|error| Failure::file(output, &error))?;
    let shown = output.display().to_string();
    if screen.json() {
        screen.value(&json!({ "output": shown, "entries": number }))?;
    } else {
        let zh = format!("已写出 {shown}（{} 条）", count(number));
        let en = format!("wrote {shown} ({} rows)", count(number));
        screen.line(screen.say(&zh, &en))?;
    }
    Ok(Exit::Done)
}

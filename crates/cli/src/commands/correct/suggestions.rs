//! `biaochi correct suggest`

use std::path::Path;

use biaochi_app::correct::{SuggestedRecord, suggest_in_file, suggest_in_lake};
use biaochi_domain::{Language, Localized as _};
use serde_json::{Value, json};

use super::super::{content, month, open_workspace};
use super::{failure, short};
use crate::arguments::Global;
use crate::arguments::correct::Suggest;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen, Unit, count};

pub(super) fn run(command: &Suggest, global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let bar = screen.progress(None, Unit::Records);
    bar.set_message(screen.say("查找", "looking").to_owned());
    let mut found: Vec<SuggestedRecord> = Vec::new();
    let (mut records, mut values) = (0u64, 0u64);
    let mut take = |record: SuggestedRecord| {
        records += 1;
        let room = match command.limit {
            0 => usize::MAX,
            limit => limit.saturating_sub(usize::try_from(values).unwrap_or(usize::MAX)),
        };
        values += record.suggestions.len() as u64;
        if room > 0 {
            found.push(record);
        }
    };
    let looked_at = match &command.file {
        Some(path) => suggest_in_file(&content, path, &mut take),
        None => {
            let wanted = command.month.as_deref().map(month).transpose()?;
            let workspace = open_workspace(global)?;
            let organisation = command.organisation.as_deref();
            suggest_in_lake(&workspace, &content, organisation, wanted, &mut take)
        }
    };
    bar.finish_and_clear();
    let looked_at = looked_at.map_err(|error| failure(&error))?;
    if screen.json() {
        let listed: Vec<Value> = found.iter().map(suggested).collect();
        screen.value(&json!({
            "looked_at": looked_at, "records": records, "values": values, "suggestions": listed,
        }))?;
        return Ok(Exit::Done);
    }
    if !found.is_empty() {
        screen.line(&suggestions(&found, command.file.as_deref(), screen))?;
    }
    let [looked_at, records, values] = [looked_at, records, values].map(count);
    screen.line(&match screen.language() {
        Language::Zh => {
            format!("查看 {looked_at} 份病案，{records} 份有 {values} 处可以有把握地更正")
        }
        Language::En => {
            format!("{looked_at} records looked at, {records} with {values} certain corrections")
        }
    })?;
    Ok(Exit::Done)
}

fn suggested(record: &SuggestedRecord) -> Value {
    let values = record.suggestions.iter().map(|one| {
        json!({
            "field": one.place.field.info().id, "index": one.place.index + 1,
            "before": one.before.as_deref().map(|text| one.shown(Some(text))),
            "after": one.after.as_deref().map(|text| one.shown(Some(text))),
            "kind": one.kind.id(),
        })
    });
    json!({
        "organisation_code": record.organisation_code, "record_key": record.record_key,
        "row": record.row, "medical_record_number": record.medical_record_number,
        "values": values.collect::<Vec<_>>(),
    })
}

fn suggestions(found: &[SuggestedRecord], file: Option<&Path>, screen: &Screen) -> String {
    let left = Align::Left;
    let columns = [
        match file {
            Some(_) => (screen.say("行号", "row"), Align::Right),
            None => (screen.say("记录键", "record key"), left),
        },
        (screen.say("病案号", "record number"), left),
        (screen.say("字段", "field"), left),
        (screen.say("现在", "now"), left),
        (screen.say("应为", "should be"), left),
        (screen.say("依据", "why"), left),
    ];
    let mut rows = Vec::new();
    for record in found {
        for one in &record.suggestions {
            rows.push(vec![
                match file {
                    Some(_) => record.row.to_string(),
                    None => short(&record.record_key).to_owned(),
                },
                record.medical_record_number.clone(),
                match screen.language() {
                    Language::Zh => one.place.name_zh(),
                    Language::En => one.place.name(),
                },
                one.shown(one.before.as_deref()),
                one.shown(one.after.as_deref()),
                one.kind.text(screen.language()),
            ]);
        }
    }
    screen.table(&columns, &rows)
}

//! `biaochi dataset list` and `show`

use biaochi_app::beijing;
use biaochi_app::datasets as app;
use biaochi_datasets::{Certainty, DataSet};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{Submission, SubmissionKey, SubmissionStep};
use serde_json::{Value, json};

use super::{compiled, failed, finding, period, scope, value};
use crate::arguments::Global;
use crate::arguments::dataset::Whose;
use crate::commands::open_workspace;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn list(global: &Global, screen: &Screen) -> Outcome {
    let sets = compiled(global)?;
    if screen.json() {
        let all: Vec<Value> = sets
            .loaded()
            .map(|loaded| {
                let set = &loaded.set;
                json!({
                    "id": set.id, "title": set.title, "pack": loaded.pack,
                    "frequency": set.frequency.code(), "filled_by": set.filled_by.code(),
                    "filler": set.filler, "approver": set.approver, "due_day": set.due_day,
                    "fields": set.fields.len(), "rules": set.rules.len(),
                    "certainty": set.citation.certainty.code(),
                })
            })
            .collect();
        screen.value(&Value::Array(all))?;
        return Ok(Exit::Done);
    }
    let left = Align::Left;
    let columns = [
        (screen.say("标识", "id"), left),
        (screen.say("名称", "title"), left),
        (screen.say("频率", "frequency"), left),
        (screen.say("填报", "filled by"), left),
        (screen.say("审核", "approved by"), left),
        (screen.say("期末后几天截止", "due days"), Align::Right),
        (screen.say("字段", "fields"), Align::Right),
        (screen.say("口径", "certainty"), left),
    ];
    let language = screen.language();
    let rows: Vec<Vec<String>> = sets
        .sets()
        .map(|set| {
            vec![
                set.id.clone(),
                set.title.clone(),
                set.frequency.text(language),
                format!("{} {}", set.filled_by.text(language), set.filler),
                set.approver.clone(),
                set.due_day.to_string(),
                set.fields.len().to_string(),
                set.citation.certainty.text(language),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

pub(super) fn show(
    id: &str,
    whose: &Whose,
    history: bool,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let sets = compiled(global)?;
    let set = &sets.get(id).map_err(failed)?.0.set;
    let (Some(organisation), Some(text)) = (&whose.organisation, &whose.period) else {
        if whose.organisation.is_some() || whose.period.is_some() {
            return Err(Failure::new(
                Exit::Usage,
                "看一份填报要同时写 --organisation 和 --period；都不写则看数据集的口径",
                "give both --organisation and --period, or neither for the definition",
            ));
        }
        return definition(set, screen);
    };
    let workspace = open_workspace(global)?;
    let key = SubmissionKey {
        organisation_code: organisation.clone(),
        dataset: set.id.clone(),
        period: period(set, text)?,
    };
    let scope = scope(Some(organisation));
    if history {
        let steps = app::history(&workspace, &scope, &key).map_err(failed)?;
        let versions = app::versions(&workspace, &scope, &key).map_err(failed)?;
        return course(&steps, &versions, screen);
    }
    let submission = app::submission(&workspace, &scope, &key).map_err(failed)?;
    if screen.json() {
        screen.value(&value(&submission))?;
        return Ok(Exit::Done);
    }
    content(set, &submission, screen)
}

/// What the data set asks.
fn definition(set: &DataSet, screen: &Screen) -> Outcome {
    let language = screen.language();
    if screen.json() {
        screen.value(&json!({
            "id": set.id, "title": set.title, "purpose": set.purpose,
            "frequency": set.frequency.code(), "filled_by": set.filled_by.code(),
            "filler": set.filler, "approver": set.approver, "due_day": set.due_day,
            "applies_to": set.applies_to, "certainty": set.citation.certainty.code(),
            "breakdown": set.breakdown.as_ref().map(|breakdown| json!({
                "id": breakdown.id, "title": breakdown.title, "choices": breakdown.choices,
            })),
            "fields": set.fields.iter().map(|field| json!({
                "id": field.id, "title": field.title, "type": field.kind.code(),
                "unit": field.unit, "required": field.required, "definition": field.definition,
                "sum_of": field.sum_of, "part_of": field.part_of,
                "certainty": field.citation.certainty.code(),
            })).collect::<Vec<_>>(),
            "rules": set.rules.iter().map(|rule| json!({
                "id": rule.id, "when": rule.when, "severity": rule.severity.code(),
            })).collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Done);
    }
    let (title, purpose) = (&set.title, &set.purpose);
    screen.line(&format!("{title}（{}）\n{purpose}", set.id))?;
    screen.line(&match language {
        Language::Zh => format!(
            "{}；{}填报，{}审核；期末后 {} 天截止",
            set.frequency.text(language),
            set.filler,
            set.approver,
            set.due_day
        ),
        Language::En => format!(
            "{}; filled in by {}, approved by {}; due {} days after the period",
            set.frequency.text(language),
            set.filler,
            set.approver,
            set.due_day
        ),
    })?;
    let left = Align::Left;
    let columns = [
        (screen.say("字段", "field"), left),
        (screen.say("名称", "title"), left),
        (screen.say("单位", "unit"), left),
        (screen.say("必填", "required"), left),
        (screen.say("口径", "definition"), left),
    ];
    let rows: Vec<Vec<String>> = set
        .fields
        .iter()
        .map(|field| {
            let mut definition = field.definition.clone();
            if field.citation.certainty != Certainty::Confirmed {
                definition.push_str(&format!("（{}）", field.citation.certainty.text(language)));
            }
            vec![
                field.id.clone(),
                field.title.clone(),
                field.unit.clone(),
                if field.required { "√" } else { "" }.to_owned(),
                definition,
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

/// What was filled in.
fn content(set: &DataSet, submission: &Submission, screen: &Screen) -> Outcome {
    let language = screen.language();
    let key = &submission.key;
    screen.line(&format!(
        "{}（{}） {} {} v{} {}",
        set.title,
        set.id,
        key.organisation_code,
        key.period,
        submission.version,
        submission.state.text(language)
    ))?;
    let persons = [
        (
            screen.say("填报", "filled in"),
            &submission.filler,
            beijing::shown(submission.filled_at),
        ),
        (
            screen.say("提交", "submitted"),
            &submission.submitter,
            submission
                .submitted_at
                .map(beijing::shown)
                .unwrap_or_default(),
        ),
        (
            screen.say("审核", "approved"),
            &submission.approver,
            submission
                .approved_at
                .map(beijing::shown)
                .unwrap_or_default(),
        ),
    ];
    for (what, who, when) in persons {
        if !who.is_empty() {
            screen.line(&format!("{what}：{who} {when}"))?;
        }
    }
    if !submission.comment.is_empty() {
        screen.line(&format!(
            "{}：{}",
            screen.say("说明", "comment"),
            submission.comment
        ))?;
    }
    let left = Align::Left;
    let mut columns = vec![];
    if let Some(breakdown) = &set.breakdown {
        columns.push((breakdown.title.as_str(), left));
    }
    columns.extend([
        (screen.say("项目", "field"), left),
        (screen.say("数值", "value"), Align::Right),
        (screen.say("单位", "unit"), left),
    ]);
    let mut rows = Vec::new();
    for row in &submission.content {
        for field in &set.fields {
            let shown = match (row.values.get(&field.id), row.unread.get(&field.id)) {
                (Some(value), _) => value.clone(),
                (None, Some(text)) => format!("？{text}"),
                (None, None) => continue,
            };
            let mut cells = vec![];
            if set.breakdown.is_some() {
                cells.push(row.breakdown.clone());
            }
            cells.extend([field.title.clone(), shown, field.unit.clone()]);
            rows.push(cells);
        }
    }
    screen.line(&screen.table(&columns, &rows))?;
    for one in &submission.findings {
        screen.line(&finding(one, screen))?;
    }
    Ok(Exit::Done)
}

/// What happened to it, and its versions.
fn course(steps: &[SubmissionStep], versions: &[Submission], screen: &Screen) -> Outcome {
    let language = screen.language();
    if screen.json() {
        screen.value(&json!({
            "steps": steps.iter().map(|step| json!({
                "version": step.version, "revision": step.revision, "actor": step.actor,
                "at": step.at.to_string(), "step": step.step.code(),
                "before": step.before.map(|state| state.code()), "after": step.after.code(),
                "comment": step.comment,
            })).collect::<Vec<_>>(),
            "versions": versions.iter().map(value).collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Done);
    }
    let left = Align::Left;
    let columns = [
        (screen.say("版本", "version"), Align::Right),
        (screen.say("时间", "at"), left),
        (screen.say("操作人", "actor"), left),
        (screen.say("操作", "step"), left),
        (screen.say("之后", "after"), left),
        (screen.say("说明", "comment"), left),
    ];
    let rows: Vec<Vec<String>> = steps
        .iter()
        .map(|step| {
            vec![
                step.version.to_string(),
                beijing::shown(step.at),
                step.actor.clone(),
                step.step.text(language),
                step.after.text(language),
                step.comment.clone(),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

//! `biaochi assess events`

use std::collections::BTreeMap;
use std::path::PathBuf;

use biaochi_app::assessment::{
    AssessmentError, Event, Subject, decide_event, events, report_event,
};
use biaochi_domain::Localized as _;
use biaochi_store::{AssessmentEvent, EventState, Scope};
use serde_json::{Value, json};

use super::act::evidences;
use super::{actor, failed, load};
use crate::arguments::Global;
use crate::arguments::assess::{AssessEvents, EventReport, EventStep};
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn run(command: &AssessEvents, global: &Global, screen: &Screen) -> Outcome {
    match command {
        AssessEvents::List { scheme } => {
            let workspace = open_workspace(global)?;
            let found = events(&workspace, &Scope::All, scheme.as_deref()).map_err(failed)?;
            tell(&found, screen)
        }
        AssessEvents::Report(event) => report(event, global, screen),
        AssessEvents::Approve { event } => decide(event, EventState::Approved, global, screen),
        AssessEvents::Refuse { event } => decide(event, EventState::Refused, global, screen),
        AssessEvents::Withdraw { event } => decide(event, EventState::Withdrawn, global, screen),
    }
}

fn report(command: &EventReport, global: &Global, screen: &Screen) -> Outcome {
    let EventReport {
        scheme,
        organisation,
        rule,
        level,
        date,
        title,
        matter,
        issuer,
        number,
        wording,
        evidence: file,
        who,
    } = command;
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let loaded = load(&content, scheme, &BTreeMap::new())?;
    let Subject::Scheme(scheme) = &loaded.subject else {
        let id = scheme.clone();
        return Err(failed(AssessmentError::NotAScheme { id }));
    };
    let date = date.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{date}”不是日期，应写作 2021-05-12"),
            format!("{date:?} is no date; write it as 2021-05-12"),
        )
    })?;
    let paths: Vec<PathBuf> = file.iter().cloned().collect();
    let place = [organisation.as_str(), scheme.id.as_str(), "events"];
    let file = evidences(&workspace, place, &paths)?.pop();
    let file = file.unwrap_or_default();
    let event = Event {
        number: 0,
        rule: rule.clone(),
        level: level.clone(),
        matter: matter.clone(),
        title: title.clone(),
        date,
        issuer: issuer.clone(),
        document_number: number.clone(),
        wording: wording.clone(),
        file: file.name,
        file_hash: file.sha256,
        approved_by: String::new(),
    };
    let actor = actor(who);
    let stored = report_event(
        &workspace,
        &Scope::All,
        &actor,
        scheme,
        organisation,
        &event,
    );
    tell(&[stored.map_err(failed)?], screen)
}

fn decide(step: &EventStep, state: EventState, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let at = (step.organisation.as_str(), step.number);
    let actor = actor(&step.who);
    let decided = decide_event(&workspace, &Scope::All, &actor, at, state, &step.note);
    tell(&[decided.map_err(failed)?], screen)
}

fn content_of(event: &AssessmentEvent) -> Value {
    serde_json::from_str(&event.event.content).unwrap_or(Value::Null)
}

fn tell(events: &[AssessmentEvent], screen: &Screen) -> Outcome {
    if screen.json() {
        let values = events.iter().map(|one| {
            json!({
                "organisation_code": one.event.organisation_code, "number": one.number,
                "version": one.version, "scheme": one.event.scheme_id,
                "date": one.event.happened_on.to_string(), "state": one.state.code(),
                "event": content_of(one), "reporter": one.reporter, "actor": one.actor,
                "note": one.note,
            })
        });
        screen.value(&values.collect())?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = events
        .iter()
        .map(|one| {
            let content = content_of(one);
            let text = |key: &str| content[key].as_str().unwrap_or_default().to_owned();
            vec![
                one.event.organisation_code.clone(),
                one.number.to_string(),
                text("rule"),
                text("level"),
                one.event.happened_on.to_string(),
                text("title"),
                text("document_number"),
                one.state.text(screen.language()),
                one.reporter.clone(),
                one.actor.clone(),
            ]
        })
        .collect();
    let columns = [
        (screen.say("机构", "institution"), Align::Left),
        (screen.say("编号", "number"), Align::Right),
        (screen.say("事项", "rule"), Align::Left),
        (screen.say("层级", "level"), Align::Left),
        (screen.say("日期", "date"), Align::Left),
        (screen.say("事由", "title"), Align::Left),
        (screen.say("文号", "document"), Align::Left),
        (screen.say("状态", "state"), Align::Left),
        (screen.say("报告人", "reported by"), Align::Left),
        (screen.say("经办人", "by"), Align::Left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

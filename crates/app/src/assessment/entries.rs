//! What people enter and report.

use biaochi_assessment::{Event, Scheme, Vetoes};
use biaochi_store::{
    Actor, AssessmentEntry, AssessmentEvent, EntryKind, EventState, NewEntry, NewEvent, Scope,
};
use rust_decimal::Decimal;

use super::files::LARGEST;
use super::{AssessmentError, canonical};
use crate::Workspace;
use crate::worklist::with_store;

/// Enters scores of phases, results of other assessments and values of items. What the scheme does not know is
/// refused.
pub fn enter(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    scheme: &Scheme,
    entries: &[NewEntry],
) -> Result<Vec<AssessmentEntry>, AssessmentError> {
    for entry in entries {
        known(scheme, entry)?;
    }
    Ok(with_store(workspace, async |store| {
        Ok(store.enter(scope, actor, entries).await?)
    })?)
}

/// Enters one of these by somebody who saw a version of it, 0 where there was none. The score of a phase has to lie
/// within its scale.
pub fn enter_seen(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    scheme: &Scheme,
    (entry, seen): (&NewEntry, u64),
) -> Result<AssessmentEntry, AssessmentError> {
    known(scheme, entry)?;
    let key = &entry.key;
    let phase = match key.kind {
        EntryKind::Phase => scheme.phase(&key.name),
        EntryKind::Item | EntryKind::Attribute => None,
    };
    let to: Option<Decimal> = entry.value.parse().ok();
    if let (Some(phase), Some(to)) = (phase, to)
        && !(Decimal::ZERO..=phase.scale).contains(&to)
    {
        return Err(AssessmentError::OutOfRange {
            subject: format!("阶段“{}”", phase.title),
            to: to.normalize(),
            low: Decimal::ZERO,
            high: phase.scale.normalize(),
        });
    }
    if key.kind == EntryKind::Item && !key.phase.is_empty() && scheme.phase(&key.phase).is_none() {
        return Err(AssessmentError::NoPhase {
            scheme: scheme.id.clone(),
            phase: key.phase.clone(),
            known: scheme.phases().map(|phase| phase.id.clone()).collect(),
        });
    }
    Ok(with_store(workspace, async |store| {
        Ok(store.enter_seen(scope, actor, entry, seen).await?)
    })?)
}

/// What was entered for a scheme and period, withdrawn entries included: those have no value.
pub fn entries(
    workspace: &Workspace,
    scope: &Scope,
    scheme: &str,
    period: &str,
) -> Result<Vec<AssessmentEntry>, AssessmentError> {
    Ok(with_store(workspace, async |store| {
        Ok(store.newest_entries(scope, scheme, period).await?)
    })?)
}

fn known(scheme: &Scheme, entry: &NewEntry) -> Result<(), AssessmentError> {
    let key = &entry.key;
    let keys: Vec<String> = match key.kind {
        EntryKind::Phase => scheme.phases().map(|phase| phase.id.clone()).collect(),
        EntryKind::Attribute => {
            let conditions = scheme.gates.iter().flat_map(|gate| &gate.conditions);
            conditions.map(|condition| condition.key.clone()).collect()
        }
        EntryKind::Item => {
            let items = scheme.tables.iter().flat_map(|table| table.items());
            let mut keys: Vec<String> = items
                .filter_map(|item| match &item.source {
                    biaochi_assessment::Source::Entered(key) => Some(key.clone()),
                    _ => None,
                })
                .collect();
            keys.sort();
            keys.dedup();
            keys
        }
    };
    if !keys.contains(&key.name) {
        return Err(AssessmentError::NoItem {
            scheme: scheme.id.clone(),
            organisation: key.organisation_code.clone(),
            item: key.name.clone(),
            known: keys,
        });
    }
    let number = key.kind != EntryKind::Attribute && !entry.value.is_empty();
    let fits = |value: &str| {
        let number: Option<Decimal> = value.parse().ok();
        number.is_some_and(|number| number.abs() <= LARGEST)
    };
    if number && !fits(&entry.value) {
        let value = entry.value.clone();
        return Err(AssessmentError::Beyond { value });
    }
    Ok(())
}

/// Reports a bonus, deduction or veto of an institution.
pub fn report_event(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    scheme: &Scheme,
    organisation_code: &str,
    event: &Event,
) -> Result<AssessmentEvent, AssessmentError> {
    check_event(scheme, event)?;
    let new = new_event(scheme, organisation_code, event)?;
    Ok(with_store(workspace, async |store| {
        Ok(store.report_event(scope, actor, &new).await?)
    })?)
}

/// Puts other words in the place of an event that does not count yet, by who reported it and saw this version.
pub fn correct_event(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    scheme: &Scheme,
    (organisation_code, number, version): (&str, u64, u64),
    event: &Event,
) -> Result<AssessmentEvent, AssessmentError> {
    check_event(scheme, event)?;
    let new = new_event(scheme, organisation_code, event)?;
    let at = (number, version);
    Ok(with_store(workspace, async |store| {
        Ok(store.correct_event(scope, actor, at, &new).await?)
    })?)
}

/// Refuses an event of a kind or level that the scheme does not know.
fn check_event(scheme: &Scheme, event: &Event) -> Result<(), AssessmentError> {
    let rule = scheme.events.iter().find(|rule| rule.id == event.rule);
    let veto = scheme.vetoes.rules.iter().any(|rule| rule.id == event.rule);
    if rule.is_none() && !veto && event.rule != Vetoes::OTHER {
        let events = scheme.events.iter().map(|rule| rule.id.clone());
        let vetoes = scheme.vetoes.rules.iter().map(|rule| rule.id.clone());
        return Err(AssessmentError::NoEvent {
            scheme: scheme.id.clone(),
            event: event.rule.clone(),
            known: events.chain(vetoes).collect(),
        });
    }
    if let Some(rule) = rule
        && !rule.levels.iter().any(|level| level.id == event.level)
    {
        return Err(AssessmentError::NoEvent {
            scheme: scheme.id.clone(),
            event: format!("{}/{}", event.rule, event.level),
            known: rule.levels.iter().map(|level| level.id.clone()).collect(),
        });
    }
    Ok(())
}

fn new_event(
    scheme: &Scheme,
    organisation_code: &str,
    event: &Event,
) -> Result<NewEvent, AssessmentError> {
    Ok(NewEvent {
        organisation_code: organisation_code.to_owned(),
        scheme_id: scheme.id.clone(),
        happened_on: event.date,
        content: canonical::text(event)?,
    })
}

/// What was reported, as the engine reads it.
pub fn content_of(event: &AssessmentEvent) -> Result<Event, AssessmentError> {
    let unreadable = |source| AssessmentError::Unreadable {
        subject: format!("{} 事件 {}", event.event.organisation_code, event.number),
        source,
    };
    serde_json::from_str(&event.event.content).map_err(unreadable)
}

/// Approves an event, refuses it or takes it back.
pub fn decide_event(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    (organisation_code, number): (&str, u64),
    state: EventState,
    note: &str,
) -> Result<AssessmentEvent, AssessmentError> {
    Ok(with_store(workspace, async |store| {
        let history = store
            .event_history(scope, organisation_code, number)
            .await?;
        let version = history.last().map_or(0, |event| event.version);
        let at = (organisation_code, number, version);
        Ok(store.decide_event(scope, actor, at, state, note).await?)
    })?)
}

/// The same for somebody who saw this version of it, and no other.
pub fn decide_event_seen(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    at: (&str, u64, u64),
    state: EventState,
    note: &str,
) -> Result<AssessmentEvent, AssessmentError> {
    Ok(with_store(workspace, async |store| {
        Ok(store.decide_event(scope, actor, at, state, note).await?)
    })?)
}

/// The events of institutions of the scope.
pub fn events(
    workspace: &Workspace,
    scope: &Scope,
    scheme: Option<&str>,
) -> Result<Vec<AssessmentEvent>, AssessmentError> {
    Ok(with_store(workspace, async |store| {
        Ok(store.assessment_events(scope, scheme).await?)
    })?)
}

//! What people enter and report.

use biaochi_assessment::{Event, Scheme, Vetoes};
use biaochi_store::{
    Actor, AssessmentEntry, AssessmentEvent, EntryKind, EventState, NewEntry, NewEvent, Scope,
};

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
        let number: Option<rust_decimal::Decimal> = value.parse().ok();
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
    let new = NewEvent {
        organisation_code: organisation_code.to_owned(),
        scheme_id: scheme.id.clone(),
        happened_on: event.date,
        content: canonical::text(event)?,
    };
    Ok(with_store(workspace, async |store| {
        Ok(store.report_event(scope, actor, &new).await?)
    })?)
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

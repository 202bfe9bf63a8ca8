//! Puts together what is frozen of each institution.

use std::collections::{BTreeMap, HashMap};

use biaochi_assessment::{
    Assessed, Entry, Event, PhaseScoring, Reading, Scheme, Source, UnitInputs,
};
use biaochi_domain::Period;
use biaochi_store::{AssessmentEntry, AssessmentEvent, EntryKind, EventState};

use super::entries::content_of;
use super::files::LARGEST;
use super::{AssessmentError, Values};

/// What is known of the institutions for a period: values of the items of their tables, what people entered,
/// and reported events. `values` is asked once for each source and span.
pub fn collect(
    scheme: &Scheme,
    period: Period,
    units: &[Assessed],
    values: &dyn Values,
    entries: &[AssessmentEntry],
    events: &[AssessmentEvent],
) -> Result<Vec<UnitInputs>, AssessmentError> {
    let mut of_unit: HashMap<&str, Vec<&AssessmentEntry>> = HashMap::new();
    for entry in entries {
        let code = entry.entry.key.organisation_code.as_str();
        of_unit.entry(code).or_default().push(entry);
    }
    let mut events_of: HashMap<&str, Vec<&AssessmentEvent>> = HashMap::new();
    for event in events {
        let code = event.event.organisation_code.as_str();
        events_of.entry(code).or_default().push(event);
    }
    units
        .iter()
        .map(|unit| {
            let entries = of_unit
                .get(unit.code.as_str())
                .map_or(&[][..], Vec::as_slice);
            let mut inputs = UnitInputs::new(unit.clone());
            for entry in entries {
                let name = entry.entry.key.name.clone();
                match entry.entry.key.kind {
                    EntryKind::Phase => inputs.phase_scores.insert(name, entered(entry)),
                    EntryKind::Attribute => inputs.attributes.insert(name, entered(entry)),
                    EntryKind::Item => None,
                };
            }
            (inputs.readings, inputs.absent) = readings(scheme, period, unit, values, entries)?;
            let events = events_of.get(unit.code.as_str()).into_iter().flatten();
            for event in events {
                inputs.events.extend(read_event(event)?);
            }
            Ok(inputs)
        })
        .collect()
}

fn entered(entry: &AssessmentEntry) -> Entry {
    let files: Vec<String> = entry
        .entry
        .evidence
        .iter()
        .map(|file| format!("{} {}", file.name, file.sha256))
        .collect();
    Entry {
        value: entry.entry.value.clone(),
        actor: entry.actor.clone(),
        evidence: files.join("；"),
    }
}

/// By phase and item.
type ByItem<T> = BTreeMap<String, BTreeMap<String, T>>;

/// Values, and why there are none.
fn readings(
    scheme: &Scheme,
    period: Period,
    unit: &Assessed,
    values: &dyn Values,
    entries: &[&AssessmentEntry],
) -> Result<(ByItem<Reading>, ByItem<String>), AssessmentError> {
    let (mut found, mut absent) = (ByItem::new(), ByItem::new());
    let Some(table) = scheme.table_for(&unit.classes) else {
        return Ok((found, absent));
    };
    for phase in scheme.phases() {
        let Some(span) = phase.span.of(period) else {
            continue;
        };
        if phase.scoring != PhaseScoring::Items {
            continue;
        }
        let mut of_phase = BTreeMap::new();
        for item in table.items() {
            if !item.phases.is_empty() && !item.phases.contains(&phase.id) {
                continue;
            }
            let own = match &item.source {
                Source::Entered(key) => item_entry(entries, &phase.id, key)?,
                _ => None,
            };
            let reading = match own {
                Some(reading) => Some(reading),
                None => values.read(unit, &item.source, span),
            };
            if reading.is_none()
                && let Some(why) = values.why_none(unit, &item.source, span)
            {
                let of_phase: &mut BTreeMap<String, String> =
                    absent.entry(phase.id.clone()).or_default();
                of_phase.insert(item.id.clone(), why);
            }
            if let Some(mut reading) = reading {
                let most = |value: &rust_decimal::Decimal| value.abs() <= LARGEST;
                if !most(&reading.value) {
                    return Err(AssessmentError::Beyond {
                        value: format!("{} {} {}", unit.code, item.id, reading.value),
                    });
                }
                // The same number has the same text, however it was computed.
                reading.value = reading.value.normalize();
                reading.numerator = reading.numerator.map(|value| value.normalize());
                reading.denominator = reading.denominator.map(|value| value.normalize());
                reading.target = reading.target.map(|value| value.normalize());
                of_phase.insert(item.id.clone(), reading);
            }
        }
        found.insert(phase.id.clone(), of_phase);
    }
    Ok((found, absent))
}

/// The value that a person entered for a phase, or for all phases.
fn item_entry(
    entries: &[&AssessmentEntry],
    phase: &str,
    key: &str,
) -> Result<Option<Reading>, AssessmentError> {
    let of = |wanted: &str| {
        entries.iter().find(|entry| {
            let own = &entry.entry.key;
            own.kind == EntryKind::Item && own.name == key && own.phase == wanted
        })
    };
    let Some(entry) = of(phase).or_else(|| of("")) else {
        return Ok(None);
    };
    let value = &entry.entry.value;
    let value = value.parse().map_err(|_| AssessmentError::Beyond {
        value: value.clone(),
    })?;
    Ok(Some(Reading {
        value,
        origin: format!("entered:{key} {}", entry.actor),
        ..Reading::default()
    }))
}

/// The event as the engine reads it; one that was taken back does not exist.
fn read_event(event: &AssessmentEvent) -> Result<Option<Event>, AssessmentError> {
    if matches!(event.state, EventState::Withdrawn | EventState::Refused) {
        return Ok(None);
    }
    let read = content_of(event)?;
    let approved = event.state == EventState::Approved;
    Ok(Some(Event {
        number: event.number,
        date: event.event.happened_on,
        approved_by: match approved {
            true => event.actor.clone(),
            false => String::new(),
        },
        ..read
    }))
}

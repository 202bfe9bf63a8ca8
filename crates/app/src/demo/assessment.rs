//! The assessment of the county's institutions in the demonstration: what the records and data sets answer is read
//! from them; what people would enter is made up from the seed and goes the way that people's entries go.

use std::collections::BTreeMap;

use biaochi_assessment::{Assessed, Event, Scheme, Source};
use biaochi_domain::Period;
use biaochi_organisations::Unit;
use biaochi_packs::assessment::Subject;
use biaochi_store::{
    Actor, AssessmentRun, EntryKey, EntryKind, EventState, NewEntry, Scope, Store,
};
use jiff::civil::date;

use crate::assessment::{
    AssessmentError, FirstOf, FreezeRequest, LakeValues, NoValues, compute, decide_event, enter,
    events, freeze, hash_of, institutions, report_event,
};
use crate::worklist::with_store;
use crate::{Content, Workspace};

/// The scheme: Wanshan's, with tables that were made up for the demonstration.
pub const ASSESSMENT: &str = "wanshan-2021-demo";

/// Who enters and who decides; the names say that nothing of it happened.
const ASSESSORS: &str = "合成考核组";
const OFFICE: &str = "合成考核办";
/// What every made-up entry says of itself.
const NOTE: &str = "合成数据，仅供演示";
/// Of this many institutions one is not judged in the assessments that others make: its grade stays open.
const OPEN: u64 = 16;

/// Assesses the institutions of a unit for some years, the earliest first, and gives the runs.
pub fn assess(
    workspace: &Workspace,
    content: &Content,
    seed: u64,
    unit: &Unit,
    years: &[Period],
) -> Result<Vec<AssessmentRun>, AssessmentError> {
    let all = &Scope::All;
    let given = BTreeMap::new();
    let loaded = content.assessment_library().load(ASSESSMENT, &given)?;
    let Subject::Scheme(scheme) = &loaded.subject else {
        let id = ASSESSMENT.to_owned();
        return Err(AssessmentError::NotAScheme { id });
    };
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return Ok(Vec::new());
    };
    let span = Period::between(first.first(), last.last()).unwrap_or(*last);
    let lake = LakeValues::load(workspace, content, &loaded.sources_of_values(), span)?;
    let mut runs = Vec::with_capacity(years.len());
    for year in years {
        let units = institutions(workspace, all, unit, *year)?;
        entries(workspace, scheme, seed, *year, &units)?;
        praise(workspace, scheme, *year, &units)?;
        let values = match &lake {
            Some(lake) => FirstOf(vec![lake, &NoValues]),
            None => FirstOf(vec![&NoValues]),
        };
        let request = FreezeRequest {
            scheme: ASSESSMENT,
            period: Some(*year),
            given: &given,
            run_id: None,
            units: &units,
            values: &values,
        };
        let office = Actor::now(OFFICE);
        let run = freeze(workspace, content, all, &office, &request)?;
        let (run, _) = compute(workspace, content, all, &office, &run.run.run_id)?;
        runs.push(run);
    }
    Ok(runs)
}

/// A number that depends on nothing but seed and subject.
fn made_up(seed: u64, subject: &str) -> u64 {
    let hash = hash_of(format!("{seed}/{subject}").as_bytes());
    let digits = hash.get(..12).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or_default()
}

/// Enters the results of other assessments and the items that nothing answers. What is there already is left.
fn entries(
    workspace: &Workspace,
    scheme: &Scheme,
    seed: u64,
    year: Period,
    units: &[Assessed],
) -> Result<(), AssessmentError> {
    let mut wanted = Vec::new();
    for unit in units {
        let key = |kind, phase: &str, name: &str| EntryKey {
            organisation_code: unit.code.clone(),
            scheme_id: scheme.id.clone(),
            period: year.to_string(),
            kind,
            phase: phase.to_owned(),
            name: name.to_owned(),
        };
        let number = |what: &str| made_up(seed, &format!("{}/{year}/{what}", unit.code));
        let mut add = |key: EntryKey, value: String| {
            wanted.push(NewEntry {
                key,
                value,
                evidence: Vec::new(),
                note: NOTE.to_owned(),
            });
        };
        if !number("open").is_multiple_of(OPEN) {
            for condition in scheme.gates.iter().flat_map(|gate| &gate.conditions) {
                let value = match number(&condition.key) % 6 {
                    0 => "较好",
                    _ => "好",
                };
                let name = &condition.key;
                add(key(EntryKind::Attribute, "", name), value.to_owned());
            }
        }
        let items = scheme.table_for(&unit.classes);
        let items = items.into_iter().flat_map(|table| table.items());
        for item in items {
            let Source::Entered(name) = &item.source else {
                continue;
            };
            // Each half of the year has what its quarters have, and perhaps one more.
            let one = |what: &str| number(&format!("{name}/{what}")) % 2;
            let (first, third) = (one("q1"), one("q3"));
            let half = first + one("q2");
            let values = [
                ("q1", first),
                ("q3", third),
                ("half", half),
                ("end", half + third + one("q4")),
            ];
            for (phase, value) in values {
                if scheme.phase(phase).is_some() {
                    add(key(EntryKind::Item, phase, name), value.to_string());
                }
            }
        }
    }
    let known = with_store(workspace, async |store: &Store| {
        let period = year.to_string();
        Ok(store
            .assessment_entries(&Scope::All, &scheme.id, &period)
            .await?)
    })?;
    wanted.retain(|new| {
        let mut entries = known.iter().map(|old| &old.entry);
        !entries.any(|old| old.key == new.key && old.value == new.value)
    });
    if !wanted.is_empty() {
        let assessors = Actor::now(ASSESSORS);
        enter(workspace, &Scope::All, &assessors, scheme, &wanted)?;
    }
    Ok(())
}

/// One commendation of the first hospital, reported and approved by two persons.
fn praise(
    workspace: &Workspace,
    scheme: &Scheme,
    year: Period,
    units: &[Assessed],
) -> Result<(), AssessmentError> {
    let all = &Scope::All;
    let Some(unit) = units.first() else {
        return Ok(());
    };
    let day = date(year.first().year(), 5, 12);
    let known = events(workspace, all, Some(&scheme.id))?;
    if known.iter().any(|event| event.event.happened_on == day) {
        return Ok(());
    }
    let rule = scheme.events.iter().find(|rule| rule.id == "commendation");
    let has_level =
        |level: &str| rule.is_some_and(|rule| rule.levels.iter().any(|known| known.id == level));
    if !has_level("district") {
        return Ok(());
    }
    let event = Event {
        number: 0,
        rule: "commendation".to_owned(),
        level: "district".to_owned(),
        matter: String::new(),
        title: format!("护理工作先进集体（{NOTE}）"),
        date: day,
        issuer: "县委、县政府".to_owned(),
        document_number: format!("云发〔{}〕0号", year.first().year()),
        wording: String::new(),
        file: String::new(),
        file_hash: String::new(),
        approved_by: String::new(),
    };
    let reported = report_event(
        workspace,
        all,
        &Actor::now(ASSESSORS),
        scheme,
        &unit.code,
        &event,
    )?;
    let at = (unit.code.as_str(), reported.number);
    decide_event(
        workspace,
        all,
        &Actor::now(OFFICE),
        at,
        EventState::Approved,
        NOTE,
    )?;
    Ok(())
}

//! The meaning of a definition, written down as plainly as possible: no tables, no short cuts.
//! The compiled scheme must agree with it on every scheme and every stay.

use std::collections::BTreeSet;

use biaochi_grouper::Stay;
use biaochi_grouper::definition::{Field, Level, Number, Rule, SchemeDefinition, Walk};

type TextStay<'a> = Stay<'a, String, String>;

/// The result code of a stay; `None` when it is ungrouped. Checks and translation are left out.
pub(crate) fn result(definition: &SchemeDefinition, stay: &TextStay<'_>) -> Option<String> {
    for category in &definition.categories {
        if !holds(definition, stay, &category.rule) {
            continue;
        }
        for entry in &category.entries {
            if !holds(definition, stay, &entry.rule) {
                continue;
            }
            let drg = entry
                .drgs
                .iter()
                .find(|drg| holds(definition, stay, &drg.rule));
            if let Some(code) = drg.map(|drg| &drg.drg).or(entry.fallback.as_ref()) {
                return Some(code.clone());
            }
        }
        let stops = definition.walk == Walk::StopUnlessUnconditional;
        if stops && category.rule != Rule::Constant(true) {
            return None;
        }
    }
    None
}

fn codes<'a>(stay: &TextStay<'a>, field: Field) -> Vec<&'a str> {
    let all = if field.is_diagnosis() {
        stay.diagnoses
    } else {
        stay.procedures
    };
    let kept = match field {
        Field::PrincipalDiagnosis | Field::PrincipalProcedure => 0..all.len().min(1),
        Field::AnyDiagnosis | Field::AnyProcedure => 0..all.len(),
        Field::SecondaryDiagnosis | Field::SecondaryProcedure => all.len().min(1)..all.len(),
    };
    all[kept].iter().map(String::as_str).collect()
}

fn class<'d>(definition: &'d SchemeDefinition, set: &str, code: &str) -> Option<&'d str> {
    let members = &definition.sets[set].members;
    members
        .iter()
        .rev()
        .find(|(member, _)| member == code)
        .map(|(_, class)| class.as_str())
}

fn holds(definition: &SchemeDefinition, stay: &TextStay<'_>, rule: &Rule) -> bool {
    match rule {
        Rule::Constant(value) => *value,
        Rule::And(rules) => rules.iter().all(|rule| holds(definition, stay, rule)),
        Rule::Or(rules) => rules.iter().any(|rule| holds(definition, stay, rule)),
        Rule::Not(rule) => !holds(definition, stay, rule),
        Rule::In(field, set) => codes(stay, *field)
            .iter()
            .any(|code| class(definition, set, code).is_some()),
        Rule::InClass(field, set, wanted) => codes(stay, *field)
            .iter()
            .any(|code| class(definition, set, code) == Some(wanted)),
        Rule::Classes(field, set, least) => {
            let found = codes(stay, *field);
            let classes: BTreeSet<_> = found
                .iter()
                .filter_map(|code| class(definition, set, code))
                .collect();
            classes.len() >= *least as usize
        }
        Rule::Count(field, set, comparison, number) => {
            let found = codes(stay, *field);
            let different: BTreeSet<_> = found
                .iter()
                .filter(|code| class(definition, set, code).is_some())
                .collect();
            comparison.holds(different.len(), *number as usize)
        }
        Rule::Has(level) => has(definition, stay, *level),
        Rule::Sex(sex) => stay.sex == Some(*sex),
        Rule::Compare(number, comparison, value) => {
            let found = match number {
                Number::Age => stay.age,
                Number::AgeDays => {
                    let stale = definition.age_days_only_under_one && stay.age > Some(0);
                    stay.age_days.filter(|_| !stale)
                }
                Number::Weight => stay.weight,
                Number::LengthOfStay => stay.length_of_stay,
                Number::IcuHours => stay.icu_hours,
                Number::VentilatorHours => stay.ventilator_hours,
            };
            found.is_some_and(|found| comparison.holds(i64::from(found), *value))
        }
        Rule::Department(text) => stay.department == text,
        Rule::Disposition(texts) => texts.iter().any(|text| stay.disposition == text),
        Rule::DiagnosisPrefix(prefix) => stay
            .diagnoses
            .iter()
            .any(|code| code.starts_with(prefix.as_str())),
    }
}

fn has(definition: &SchemeDefinition, stay: &TextStay<'_>, level: Level) -> bool {
    let Some(principal) = stay.diagnoses.first() else {
        return false;
    };
    stay.diagnoses[1..].iter().any(|code| {
        definition.complications.iter().any(|complication| {
            let excluding = complication.table.as_ref().and_then(|table| {
                definition
                    .exclusions
                    .get(table)
                    .filter(|codes| codes.iter().any(|member| member == principal))
            });
            complication.code == code && complication.level == level && excluding.is_none()
        })
    })
}

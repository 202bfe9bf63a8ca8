//! What a data set says about its own parts.

use std::collections::HashSet;

use biaochi_datasets::{DataSet, Field, RollUp, is_id, is_reserved_field, is_reserved_set};

use crate::problem::{Noun, Problem};

const ID: &str = "小写字母开头，只含小写字母、数字和下划线，至多 48 个，且不是表或公共列的名字 \
                  a name of lower-case letters, digits and _, and none of a table or common column";

/// Everything that does not fit together: owner, key and problem, owners as the reader names them.
pub(super) fn check(
    set: &DataSet,
    sources: &HashSet<String>,
) -> Vec<(String, &'static str, Problem)> {
    let mut found = Vec::new();
    let mut add = |owner: &str, key, problem| found.push((owner.to_owned(), key, problem));
    if !is_id(&set.id) || is_reserved_set(&set.id) {
        add("", "id", bad("dataset.id"));
    }
    if set.valid_to < set.valid_from && set.valid_to.is_some() {
        let expected = "不早于 valid_from not before valid_from".to_owned();
        let key = "dataset.valid_to".to_owned();
        add("", "valid_to", Problem::BadValue { key, expected });
    }
    if set.fields.is_empty() {
        let key = "field".to_owned();
        add("", "id", Problem::MissingKey { key });
    }
    let mut ids = HashSet::new();
    for field in &set.fields {
        let owner = format!(".{}", field.id);
        if !is_id(&field.id) || is_reserved_field(&field.id) {
            add(&owner, "id", bad("field.id"));
        }
        if !ids.insert(field.id.as_str()) {
            add(&owner, "id", twice(Noun::Field, &field.id));
        }
        for (key, problem) in relations(set, field) {
            add(&owner, key, problem);
        }
        // A field that names no source has that of the data set, which is told once.
        let source = &field.citation.source;
        if *source != set.citation.source && !sources.contains(source) {
            add(&owner, "source", missing(Noun::Source, source));
        }
    }
    if let Some(breakdown) = &set.breakdown
        && (!is_id(&breakdown.id)
            || is_reserved_field(&breakdown.id)
            || ids.contains(&*breakdown.id))
    {
        add("breakdown", "id", bad("breakdown.id"));
    }
    let mut rules = HashSet::new();
    for rule in &set.rules {
        if !rules.insert(rule.id.as_str()) {
            add(&format!("/{}", rule.id), "id", twice(Noun::Rule, &rule.id));
        }
    }
    if !sources.contains(&set.citation.source) {
        add("", "source", missing(Noun::Source, &set.citation.source));
    }
    found
}

/// Sums and parts name other numbers of the data set, and nothing is part of itself.
fn relations(set: &DataSet, field: &Field) -> Vec<(&'static str, Problem)> {
    let mut found = Vec::new();
    if let RollUp::Weighted(id) = &field.roll_up {
        match set.field(id) {
            None => found.push(("weight", missing(Noun::Field, id))),
            Some(other) if other.id == field.id || !other.kind.is_number() => {
                let key = "field.weight".to_owned();
                let expected = "另一个数字字段 another field that is a number".to_owned();
                found.push(("weight", Problem::BadValue { key, expected }));
            }
            Some(_) => {}
        }
    }
    let parts = field.sum_of.iter().map(|id| ("sum_of", id));
    for (key, id) in parts.chain(field.part_of.iter().map(|id| ("part_of", id))) {
        match set.field(id) {
            None => found.push((key, missing(Noun::Field, id))),
            Some(other) => {
                let fits = other.kind.is_number()
                    && field.kind.is_number()
                    && other.unit == field.unit
                    && !reaches(set, other, &field.id, key);
                if !fits {
                    let expected = "同一单位的其他数字字段，不循环 other numbers of the same unit, not in a circle";
                    let key_text = format!("field.{key}");
                    let problem = Problem::BadValue {
                        key: key_text,
                        expected: expected.to_owned(),
                    };
                    found.push((key, problem));
                }
            }
        }
    }
    found
}

/// Whether one comes from a field to another by its sums or its wholes.
fn reaches(set: &DataSet, from: &Field, to: &str, key: &str) -> bool {
    let mut waiting = vec![from];
    let mut seen = HashSet::new();
    while let Some(field) = waiting.pop() {
        if field.id == to {
            return true;
        }
        if !seen.insert(field.id.as_str()) {
            continue;
        }
        let next: Vec<&String> = if key == "sum_of" {
            field.sum_of.iter().collect()
        } else {
            field.part_of.iter().collect()
        };
        waiting.extend(next.into_iter().filter_map(|id| set.field(id)));
    }
    false
}

fn bad(key: &str) -> Problem {
    Problem::BadValue {
        key: key.to_owned(),
        expected: ID.to_owned(),
    }
}

fn twice(what: Noun, name: &str) -> Problem {
    Problem::Duplicate {
        what,
        name: name.to_owned(),
    }
}

fn missing(what: Noun, name: &str) -> Problem {
    Problem::NotThere {
        what,
        name: name.to_owned(),
    }
}

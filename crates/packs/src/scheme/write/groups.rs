//! `groups.txt`, whole or as changes.

use std::collections::BTreeSet;

use biaochi_grouper::definition::{Category, DrgRule, Entry, SchemeDefinition};

use super::{Out, line};
use crate::text::rule::write_rule;

pub(super) fn groups(scheme: &SchemeDefinition, fallback_to_adrg: bool) -> String {
    let mut out = Out(String::new());
    for category in &scheme.categories {
        line!(out, "{} : {}", category.code, write_rule(&category.rule));
        for entry in &category.entries {
            entry_line(&mut out, "", "", entry, fallback_to_adrg);
            drg_lines(&mut out, &entry.drgs);
        }
    }
    out.0
}

fn names_of(entry: &Entry) -> String {
    if entry.id == entry.adrg {
        entry.id.clone()
    } else {
        format!("{} {}", entry.id, entry.adrg)
    }
}

fn is_usual(entry: &Entry, fallback_to_adrg: bool) -> bool {
    entry.fallback.as_deref() == fallback_to_adrg.then_some(entry.adrg.as_str())
}

fn entry_line(out: &mut Out, marker: &str, position: &str, entry: &Entry, fallback_to_adrg: bool) {
    let alternative = match &entry.fallback {
        _ if is_usual(entry, fallback_to_adrg) => String::new(),
        None => " else nothing".to_owned(),
        Some(code) => format!(" else {code}"),
    };
    let rule = write_rule(&entry.rule);
    line!(
        out,
        "  {marker}{}{position} : {rule}{alternative}",
        names_of(entry)
    );
}

fn drg_lines(out: &mut Out, drgs: &[DrgRule]) {
    for drg in drgs {
        line!(out, "    {} : {}", drg.drg, write_rule(&drg.rule));
    }
}

pub(super) fn group_changes(
    (base, base_usual): (&[Category], bool),
    (target, usual): (&[Category], bool),
) -> String {
    let mut out = Out(String::new());
    let wanted: BTreeSet<&str> = target
        .iter()
        .map(|category| category.code.as_str())
        .collect();
    let mut order: Vec<&str> = Vec::new();
    for category in base {
        if wanted.contains(category.code.as_str()) {
            order.push(&category.code);
        } else {
            line!(out, "- {}", category.code);
        }
    }
    for (index, category) in target.iter().enumerate() {
        let code = category.code.as_str();
        let position = match index.checked_sub(1).map(|before| &target[before].code) {
            None => " first".to_owned(),
            Some(before) => format!(" after {before}"),
        };
        let old = base.iter().find(|old| old.code == code);
        let Some(old) = old else {
            line!(out, "+ {code}{position} : {}", write_rule(&category.rule));
            order.insert(index, code);
            for entry in &category.entries {
                entry_line(&mut out, "+ ", "", entry, usual);
                drg_lines(&mut out, &entry.drgs);
            }
            continue;
        };
        if order.get(index) != Some(&code) {
            line!(out, "> {code}{position}");
            order.retain(|other| *other != code);
            order.insert(index, code);
        }
        let entries = entry_changes((&old.entries, base_usual), (&category.entries, usual));
        if old.rule != category.rule {
            line!(out, "~ {code} : {}", write_rule(&category.rule));
        } else if !entries.is_empty() {
            line!(out, "{code}");
        }
        out.0 += &entries;
    }
    out.0
}

fn entry_changes(
    (base, base_usual): (&[Entry], bool),
    (target, usual): (&[Entry], bool),
) -> String {
    let mut out = Out(String::new());
    let wanted: BTreeSet<&str> = target.iter().map(|entry| entry.id.as_str()).collect();
    let mut order: Vec<&str> = Vec::new();
    for entry in base {
        if wanted.contains(entry.id.as_str()) {
            order.push(&entry.id);
        } else {
            line!(out, "  - {}", entry.id);
        }
    }
    for (index, entry) in target.iter().enumerate() {
        let id = entry.id.as_str();
        let position = match index.checked_sub(1).map(|before| &target[before].id) {
            None => " first".to_owned(),
            Some(before) => format!(" after {before}"),
        };
        let Some(old) = base.iter().find(|old| old.id == id) else {
            order.insert(index, id);
            entry_line(&mut out, "+ ", &position, entry, usual);
            drg_lines(&mut out, &entry.drgs);
            continue;
        };
        if order.get(index) != Some(&id) {
            line!(out, "  > {id}{position}");
            order.retain(|other| *other != id);
            order.insert(index, id);
        }
        // "Usual" follows the parameter of the pack on top, in inherited entries as well.
        let same_fallback = if is_usual(old, base_usual) {
            is_usual(entry, usual)
        } else {
            old.fallback == entry.fallback
        };
        let same_head = old.rule == entry.rule && old.adrg == entry.adrg && same_fallback;
        let same_drgs = old.drgs == entry.drgs;
        match (same_head, same_drgs) {
            (true, true) => continue,
            (true, false) if !entry.drgs.is_empty() => line!(out, "  ~ {id}"),
            (false, true) => {
                entry_line(&mut out, "~ ", "", entry, usual);
                continue;
            }
            _ => entry_line(&mut out, "= ", "", entry, usual),
        }
        drg_lines(&mut out, &entry.drgs);
    }
    out.0
}

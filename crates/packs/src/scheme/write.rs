//! Writes a definition as the tables of a pack: whole, or as changes to another definition.

mod groups;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use biaochi_grouper::definition::{Code, CodeSet, Level, SchemeDefinition};
use compact_str::CompactString;

use super::complications::{NEVER, ROLES};
use super::maps::Map;
use super::resolve::HINTS;
use crate::text::code_list::write_codes;
use groups::{group_changes, groups};

/// Text being written. Writing into a string cannot fail, so results are dropped.
struct Out(String);

impl Out {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.0.write_fmt(text);
        self.0.push('\n');
    }
}

macro_rules! line {
    ($out:expr, $($piece:tt)*) => { $out.line(format_args!($($piece)*)) };
}
use line;

/// The tables of a scheme by file name (`groups.txt`, …), with the heading of each. With a base,
/// each is written as changes or as a whole, whichever is shorter, and left out when nothing
/// changes. `fallback_to_adrg` is the parameter that `pack.toml` will have, and the base's.
pub(crate) fn write_tables(
    scheme: &SchemeDefinition,
    base: Option<&SchemeDefinition>,
    fallback_to_adrg: bool,
    base_fallback_to_adrg: bool,
) -> BTreeMap<&'static str, String> {
    let mut files = BTreeMap::new();
    let whole = [
        ("groups", groups(scheme, fallback_to_adrg)),
        ("sets", sets(&scheme.sets)),
        ("complications", complications(&tables_of(scheme))),
        ("diagnosis-map", map(&scheme.diagnosis_map)),
        ("procedure-map", map(&scheme.procedure_map)),
        ("names", names(&scheme.names)),
        ("hints", sets(&hint_sets(scheme))),
    ];
    let changes = base.map(|base| {
        [
            group_changes(
                (&base.categories, base_fallback_to_adrg),
                (&scheme.categories, fallback_to_adrg),
            ),
            set_changes(&base.sets, &scheme.sets),
            complication_changes(&tables_of(base), &tables_of(scheme)),
            map_changes(&base.diagnosis_map, &scheme.diagnosis_map),
            map_changes(&base.procedure_map, &scheme.procedure_map),
            name_changes(&base.names, &scheme.names),
            set_changes(&hint_sets(base), &hint_sets(scheme)),
        ]
    });
    for (index, (kind, whole)) in whole.into_iter().enumerate() {
        let text = match changes.as_ref().map(|changes| &changes[index]) {
            Some(changes) if changes.is_empty() => continue,
            Some(changes) if changes.len() < whole.len() => format!("@{kind} 1 changes\n{changes}"),
            None if whole.is_empty() => continue,
            _ => format!("@{kind} 1\n{whole}"),
        };
        files.insert(kind, text);
    }
    files
}

// Sets and hints.

type SetMap = BTreeMap<String, CodeSet>;

fn hint_sets(scheme: &SchemeDefinition) -> SetMap {
    let mut sets = SetMap::new();
    for (kind, name) in HINTS {
        if let Some(codes) = scheme.hints.get(&kind) {
            let members = codes
                .iter()
                .map(|code| (code.clone(), CompactString::default()))
                .collect();
            sets.insert(name.to_owned(), CodeSet { members });
        }
    }
    sets
}

/// Codes by class, both sorted; the last class of a repeated code counts.
fn by_class(set: &CodeSet) -> BTreeMap<&str, Vec<&str>> {
    let last: BTreeMap<&str, &str> = set
        .members
        .iter()
        .map(|(code, class)| (code.as_str(), class.as_str()))
        .collect();
    let mut classes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (code, class) in last {
        classes.entry(class).or_default().push(code);
    }
    classes
}

fn member_lines(out: &mut Out, marker: &str, class: &str, codes: &[&str]) {
    let colon = if class.is_empty() { "" } else { ": " };
    for list in write_codes(codes.iter().copied()) {
        line!(out, "  {marker}{class}{colon}{list}");
    }
}

fn whole_set(out: &mut Out, marker: &str, name: &str, set: &CodeSet) {
    line!(out, "{marker}{name}");
    for (class, codes) in by_class(set) {
        member_lines(out, "", class, &codes);
    }
}

fn sets(sets: &SetMap) -> String {
    let mut out = Out(String::new());
    for (name, set) in sets {
        whole_set(&mut out, "", name, set);
    }
    out.0
}

fn set_changes(base: &SetMap, target: &SetMap) -> String {
    let mut out = Out(String::new());
    for name in base.keys().filter(|name| !target.contains_key(*name)) {
        line!(out, "- {name}");
    }
    for (name, set) in target {
        let Some(old) = base.get(name) else {
            whole_set(&mut out, "+ ", name, set);
            continue;
        };
        let before: BTreeMap<_, _> = old
            .members
            .iter()
            .map(|(code, class)| (code, class))
            .collect();
        let after: BTreeMap<_, _> = set
            .members
            .iter()
            .map(|(code, class)| (code, class))
            .collect();
        if before == after {
            continue;
        }
        let mut changes = Out(format!("{name}\n"));
        let gone: Vec<&str> = before
            .keys()
            .filter(|code| !after.contains_key(*code))
            .map(|code| code.as_str())
            .collect();
        member_lines(&mut changes, "- ", "", &gone);
        for (marker, wanted) in [("+ ", false), ("~ ", true)] {
            for (class, codes) in by_class(set) {
                let codes: Vec<&str> = codes
                    .into_iter()
                    .filter(|code| match before.get(&Code::new(code)) {
                        None => !wanted,
                        Some(old) => wanted && old.as_str() != class,
                    })
                    .collect();
                member_lines(&mut changes, marker, class, &codes);
            }
        }
        let mut whole = Out(String::new());
        whole_set(&mut whole, "= ", name, set);
        out.0 += if changes.0.len() < whole.0.len() {
            &changes.0
        } else {
            &whole.0
        };
    }
    out.0
}

// Complications.

/// Codes by role, sorted, of each exclusion table.
type TableMap<'a> = BTreeMap<&'a str, [BTreeSet<&'a str>; 3]>;

fn tables_of(scheme: &SchemeDefinition) -> TableMap<'_> {
    let mut tables = TableMap::new();
    for complication in &scheme.complications {
        let role = usize::from(complication.level == Level::Cc);
        let name = complication.table.as_deref().unwrap_or(NEVER);
        tables.entry(name).or_default()[role].insert(&complication.code);
    }
    for (name, codes) in &scheme.exclusions {
        tables.entry(name).or_default()[2].extend(codes.iter().map(CompactString::as_str));
    }
    tables
}

fn role_lines(out: &mut Out, marker: &str, codes: &[BTreeSet<&str>; 3]) {
    for (role, word) in ROLES {
        for list in write_codes(codes[role as usize].iter().copied()) {
            line!(out, "  {marker}{word} {list}");
        }
    }
}

fn complications(tables: &TableMap<'_>) -> String {
    let mut out = Out(String::new());
    for (name, codes) in tables {
        line!(out, "{name}");
        role_lines(&mut out, "", codes);
    }
    out.0
}

fn complication_changes(base: &TableMap<'_>, target: &TableMap<'_>) -> String {
    let mut out = Out(String::new());
    for name in base.keys().filter(|name| !target.contains_key(*name)) {
        line!(out, "- {name}");
    }
    for (name, codes) in target {
        let mut whole = Out(String::new());
        let Some(old) = base.get(name) else {
            line!(out, "+ {name}");
            role_lines(&mut out, "", codes);
            continue;
        };
        if old == codes {
            continue;
        }
        line!(whole, "= {name}");
        role_lines(&mut whole, "", codes);
        let less = |left: &[BTreeSet<_>; 3], right: &[BTreeSet<_>; 3]| {
            [0, 1, 2].map(|role| left[role].difference(&right[role]).copied().collect())
        };
        let mut changes = Out(format!("{name}\n"));
        role_lines(&mut changes, "- ", &less(old, codes));
        role_lines(&mut changes, "+ ", &less(codes, old));
        out.0 += if changes.0.len() < whole.0.len() {
            &changes.0
        } else {
            &whole.0
        };
    }
    out.0
}

// Translations and names.

fn map_rows<'a>(out: &mut Out, rows: impl Iterator<Item = (&'a Code, &'a Option<Code>)>) {
    let mut same = Vec::new();
    let mut changed = Vec::new();
    for (from, to) in rows {
        match to {
            None => same.push(from.as_str()),
            Some(to) => changed.push((from, to)),
        }
    }
    for list in write_codes(same) {
        line!(out, "= {list}");
    }
    for (from, to) in changed {
        let quote = if to.contains(' ') { "\"" } else { "" };
        line!(out, "{from} > {quote}{to}{quote}");
    }
}

fn map(map: &Map) -> String {
    let mut out = Out(String::new());
    map_rows(&mut out, map.iter());
    out.0
}

fn map_changes(base: &Map, target: &Map) -> String {
    let mut out = Out(String::new());
    let gone = base.keys().filter(|code| !target.contains_key(*code));
    for list in write_codes(gone.map(CompactString::as_str)) {
        line!(out, "- {list}");
    }
    map_rows(
        &mut out,
        target
            .iter()
            .filter(|(from, to)| base.get(*from) != Some(*to)),
    );
    out.0
}

fn names(names: &BTreeMap<String, String>) -> String {
    let mut out = Out(String::new());
    for (code, name) in names {
        line!(out, "{code} {name}");
    }
    out.0
}

fn name_changes(base: &BTreeMap<String, String>, target: &BTreeMap<String, String>) -> String {
    let mut out = Out(String::new());
    for code in base.keys().filter(|code| !target.contains_key(*code)) {
        line!(out, "- {code}");
    }
    for (code, name) in target
        .iter()
        .filter(|(code, name)| base.get(*code) != Some(*name))
    {
        line!(out, "{code} {name}");
    }
    out.0
}

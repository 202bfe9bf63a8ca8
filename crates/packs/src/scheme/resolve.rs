//! A scheme from its own pack and those it is based on.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use biaochi_grouper::definition::{
    Category, Check, CodeSet, Complication, DrgRule, Entry, HintKind, Level, SchemeDefinition, Walk,
};
use sha2::{Digest as _, Sha256};

use super::complications::{self, NEVER, Tables};
use super::groups::{self, CategoryNode, Fallback};
use super::manifest::{Manifest, Parameters};
use super::maps::{self, Map};
use super::names;
use super::sets::{self, Sets};
use crate::files::PackFiles;
use crate::problem::{PackProblem, Problem, ProblemList};
use crate::text::lines::{Mode, read_table};

/// The tables a scheme pack may have: file name below `tables/` and the kind in its heading.
pub(crate) const TABLES: [&str; 7] = [
    "groups",
    "sets",
    "complications",
    "diagnosis-map",
    "procedure-map",
    "names",
    "hints",
];

/// Names of the sets in `hints.txt`.
pub(crate) const HINTS: [(HintKind, &str); 4] = [
    (HintKind::GreyDiagnosis, "grey-diagnosis"),
    (HintKind::GreyProcedure, "grey-procedure"),
    (HintKind::NotPrincipal, "not-principal"),
    (HintKind::NotGrouping, "not-grouping"),
];

/// A pack with its manifest.
#[derive(Debug, Clone)]
pub(crate) struct SchemePack {
    pub files: PackFiles,
    pub manifest: Manifest,
}

/// A scheme with all overlays applied, still knowing where things are written.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    pub manifest: Manifest,
    pub parameters: Parameters,
    pub categories: Vec<CategoryNode>,
    pub sets: Sets,
    pub tables: Tables,
    pub diagnosis_map: Map,
    pub procedure_map: Map,
    pub names: BTreeMap<String, String>,
    pub hints: Sets,
}

/// The tables that take longest to read.
const LARGE: [&str; 3] = ["complications", "diagnosis-map", "procedure-map"];

/// Reads tables of a chain of packs, the complete one first, each changing those before it. The
/// largest are read beside the others: no table asks another.
pub(crate) fn resolve(
    chain: &[&SchemePack],
    kinds: &[&'static str],
    problems: &mut ProblemList,
) -> Resolved {
    let (large, others): (Vec<_>, Vec<_>) = kinds.iter().partition(|kind| LARGE.contains(kind));
    let read = |kinds: Vec<&'static str>| {
        let mut problems = ProblemList::default();
        let resolved = tables(chain, &kinds, &mut problems);
        (resolved, problems)
    };
    let (mut resolved, large) = std::thread::scope(|scope| {
        let large = (!large.is_empty()).then(|| scope.spawn(|| read(large)));
        let others = read(others);
        let large = large.map(|large| match large.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        (others, large)
    });
    for problem in resolved.1.into_vec() {
        problems.add(problem);
    }
    if let Some((large, found)) = large {
        for problem in found.into_vec() {
            problems.add(problem);
        }
        resolved.0.tables = large.tables;
        resolved.0.diagnosis_map = large.diagnosis_map;
        resolved.0.procedure_map = large.procedure_map;
    }
    let mut resolved = resolved.0;
    for pack in chain {
        overlay_parameters(&mut resolved.parameters, &pack.manifest.parameters);
        resolved.manifest = pack.manifest.clone();
    }
    resolved
}

fn tables(chain: &[&SchemePack], kinds: &[&'static str], problems: &mut ProblemList) -> Resolved {
    let mut resolved = Resolved::default();
    for &kind in kinds {
        let texts: Vec<(usize, Arc<str>, Cow<'static, [u8]>)> = chain
            .iter()
            .enumerate()
            .filter_map(|(index, pack)| {
                let (name, bytes) = read(&pack.files, kind, problems)?;
                Some((index, name, bytes))
            })
            .collect();
        // A whole table makes those before it irrelevant.
        let whole = format!("@{kind} 1");
        let start = texts
            .iter()
            .rposition(|(_, _, bytes)| first_line(bytes) == whole.as_bytes())
            .unwrap_or(0);
        for (index, file, bytes) in texts.get(start..).unwrap_or_default() {
            let mut found = problems.file(file);
            let Ok(text) = std::str::from_utf8(bytes) else {
                found.add(0, 0, Problem::NotUtf8);
                continue;
            };
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let Some((mode, lines)) = read_table(text, kind, &mut found) else {
                continue;
            };
            if mode == Mode::Changes && *index == 0 {
                found.add(1, 1, Problem::ChangesWithoutBase);
                continue;
            }
            match kind {
                "groups" => groups::apply(&mut resolved.categories, mode, &lines, file, &mut found),
                "sets" => sets::apply(&mut resolved.sets, mode, &lines, file, &mut found),
                "complications" => {
                    complications::apply(&mut resolved.tables, mode, &lines, &mut found);
                }
                "diagnosis-map" => {
                    maps::apply(&mut resolved.diagnosis_map, mode, &lines, &mut found);
                }
                "procedure-map" => {
                    maps::apply(&mut resolved.procedure_map, mode, &lines, &mut found);
                }
                "names" => names::apply(&mut resolved.names, mode, &lines, &mut found),
                _ => sets::apply(&mut resolved.hints, mode, &lines, file, &mut found),
            }
        }
        if let Some(pack) = chain.first()
            && texts.is_empty()
            && matches!(kind, "groups" | "sets")
        {
            problems.add(PackProblem {
                file: pack.files.display(&format!("tables/{kind}.txt")),
                line: 0,
                column: 0,
                problem: Problem::MissingFile,
            });
        }
    }
    resolved
}

fn read(
    files: &PackFiles,
    kind: &str,
    problems: &mut ProblemList,
) -> Option<(Arc<str>, Cow<'static, [u8]>)> {
    let path = format!("tables/{kind}.txt");
    let name = files.display(&path);
    match files.read(&path) {
        Ok(found) => found.map(|bytes| (Arc::from(name), bytes)),
        Err(error) => {
            problems.file(&name).add(
                0,
                0,
                Problem::Unreadable {
                    reason: error.to_string(),
                },
            );
            None
        }
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn overlay_parameters(base: &mut Parameters, own: &Parameters) {
    fn set<T: Clone>(base: &mut Option<T>, own: &Option<T>) {
        if own.is_some() {
            base.clone_from(own);
        }
    }
    set(&mut base.checks, &own.checks);
    set(&mut base.walk, &own.walk);
    set(
        &mut base.retry_single_procedure,
        &own.retry_single_procedure,
    );
    set(&mut base.ungrouped_code, &own.ungrouped_code);
    set(&mut base.blank_on_failure, &own.blank_on_failure);
    set(&mut base.columns, &own.columns);
    set(
        &mut base.age_days_only_under_one,
        &own.age_days_only_under_one,
    );
    set(&mut base.fallback_to_adrg, &own.fallback_to_adrg);
}

/// What the checks are when no pack of the chain says: those of the published groupers.
const USUAL_CHECKS: [Check; 5] = [
    Check::Sex,
    Check::Age,
    Check::AgeDays,
    Check::WeightUpToDays(28),
    Check::Diagnosis,
];

impl Resolved {
    /// The definition that the grouper compiles.
    pub(crate) fn into_definition(self) -> SchemeDefinition {
        let parameters = self.parameters;
        let to_adrg = parameters.fallback_to_adrg.unwrap_or(false);
        let mut complications = Vec::new();
        let mut exclusions = BTreeMap::new();
        for (name, table) in self.tables {
            let [mcc, cc, principal] = table.codes;
            let label = (name != NEVER).then(|| name.clone());
            for (level, codes) in [(Level::Mcc, mcc), (Level::Cc, cc)] {
                complications.extend(codes.into_iter().map(|code| Complication {
                    code,
                    level,
                    table: label.clone(),
                }));
            }
            if !principal.is_empty() {
                exclusions.insert(name, principal);
            }
        }
        complications.sort_by(|left, right| left.code.cmp(&right.code));
        let hint = |name: &str| HINTS.iter().find(|hint| hint.1 == name).map(|hint| hint.0);
        SchemeDefinition {
            id: self.manifest.id,
            title: self.manifest.title,
            content_hash: String::new(),
            categories: self
                .categories
                .into_iter()
                .map(|category| Category {
                    code: category.code,
                    rule: category.rule.rule,
                    entries: category
                        .entries
                        .into_iter()
                        .map(|entry| Entry {
                            fallback: match entry.fallback {
                                Fallback::Usual => to_adrg.then(|| entry.adrg.clone()),
                                Fallback::Nothing => None,
                                Fallback::Code(code) => Some(code),
                            },
                            id: entry.id,
                            adrg: entry.adrg,
                            rule: entry.rule.rule,
                            drgs: entry
                                .drgs
                                .into_iter()
                                .map(|drg| DrgRule {
                                    drg: drg.drg,
                                    rule: drg.rule.rule,
                                })
                                .collect(),
                        })
                        .collect(),
                })
                .collect(),
            sets: self
                .sets
                .into_iter()
                .map(|(name, set)| {
                    (
                        name,
                        CodeSet {
                            members: set.members,
                        },
                    )
                })
                .collect(),
            complications,
            exclusions,
            names: self.names,
            diagnosis_map: self.diagnosis_map,
            procedure_map: self.procedure_map,
            checks: parameters.checks.unwrap_or_else(|| USUAL_CHECKS.to_vec()),
            walk: parameters.walk.unwrap_or(Walk::Continue),
            retry_single_procedure: parameters.retry_single_procedure.unwrap_or(false),
            ungrouped_code: parameters
                .ungrouped_code
                .unwrap_or_else(|| "0000".to_owned()),
            blank_on_failure: parameters.blank_on_failure.unwrap_or(false),
            columns: parameters.columns.unwrap_or_default(),
            age_days_only_under_one: parameters.age_days_only_under_one.unwrap_or(false),
            hints: self
                .hints
                .into_iter()
                .filter_map(|(name, set)| {
                    let codes = set.members.into_iter().map(|member| member.0).collect();
                    Some((hint(&name)?, codes))
                })
                .collect(),
        }
    }
}

/// SHA-256, in hexadecimal, over everything that decides groups: the hash of the base, then name,
/// length and content of `pack.toml` and of each table.
pub(crate) fn content_hash(pack: &SchemePack, base: Option<&str>) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    hash.update(base.unwrap_or_default());
    let tables = TABLES.map(|kind| format!("tables/{kind}.txt"));
    for name in std::iter::once("pack.toml").chain(tables.iter().map(String::as_str)) {
        if let Some(bytes) = pack.files.read(name)? {
            hash.update(format!("{name}\0{}\0", bytes.len()));
            hash.update(&bytes);
        }
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

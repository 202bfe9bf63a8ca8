//! What a scheme must have to be grouped by: rules that name sets that exist, and so on.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_grouper::definition::Rule;

use super::complications;
use super::groups::{EntryNode, Fallback, PlacedRule};
use super::resolve::{HINTS, Resolved};
use crate::problem::{Noun, PackProblem, Problem, ProblemList};

/// Checks a resolved scheme. Errors make it unusable; warnings are for the person who edits it.
pub(crate) fn validate(scheme: &Resolved, complications_file: &str, problems: &mut ProblemList) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut entries: BTreeMap<&str, &EntryNode> = BTreeMap::new();
    let results = Results {
        names: &scheme.names,
    };
    for category in &scheme.categories {
        check_sets(scheme, &category.rule, &category.code, &mut used, problems);
        for entry in &category.entries {
            check_sets(scheme, &entry.rule, &entry.id, &mut used, problems);
            if entries.insert(&entry.id, entry).is_some() {
                let name = entry.id.clone();
                add(
                    problems,
                    &entry.rule,
                    0,
                    Problem::Duplicate {
                        what: Noun::Group,
                        name,
                    },
                );
            }
            results.check_entry(entry, problems);
            for drg in &entry.drgs {
                check_sets(scheme, &drg.rule, &drg.drg, &mut used, problems);
            }
        }
    }
    for (name, set) in &scheme.sets {
        let problem = if set.members.is_empty() {
            Problem::EmptySet { set: name.clone() }
        } else if !used.contains(name.as_str()) {
            Problem::UnusedSet { set: name.clone() }
        } else {
            continue;
        };
        let file = set.place.file.to_string();
        problems.add(PackProblem {
            file,
            line: set.place.line,
            column: 0,
            problem,
        });
    }
    for (name, set) in &scheme.hints {
        if !HINTS.iter().any(|hint| hint.1 == name) {
            let file = set.place.file.to_string();
            let problem = Problem::NotThere {
                what: Noun::Set,
                name: name.clone(),
            };
            problems.add(PackProblem {
                file,
                line: set.place.line,
                column: 1,
                problem,
            });
        }
    }
    for code in complications::repeated(&scheme.tables) {
        let problem = Problem::TwiceComplication {
            code: code.to_string(),
        };
        problems.file(complications_file).add(0, 0, problem);
    }
}

fn add(problems: &mut ProblemList, at: &PlacedRule, column: u32, problem: Problem) {
    let (file, line) = (at.place.file.to_string(), at.place.line);
    problems.add(PackProblem {
        file,
        line,
        column,
        problem,
    });
}

fn check_sets<'a>(
    scheme: &Resolved,
    rule: &'a PlacedRule,
    group: &str,
    used: &mut BTreeSet<&'a str>,
    problems: &mut ProblemList,
) {
    for (set, column) in &rule.sets {
        if scheme.sets.contains_key(set) {
            used.insert(set);
        } else {
            let problem = Problem::UnknownSet {
                set: set.clone(),
                group: group.to_owned(),
            };
            add(problems, rule, *column, problem);
        }
    }
}

struct Results<'a> {
    names: &'a BTreeMap<String, String>,
}

impl Results<'_> {
    fn check_entry(&self, entry: &EntryNode, problems: &mut ProblemList) {
        let mut always: Option<&str> = None;
        for drg in &entry.drgs {
            self.check_code(&drg.drg, &drg.rule, problems);
            if let Some(behind) = always
                && drg.drg != behind
            {
                let problem = Problem::Unreachable {
                    drg: drg.drg.clone(),
                    behind: behind.to_owned(),
                };
                add(problems, &drg.rule, 0, problem);
            }
            if drg.rule.rule == Rule::Constant(true) {
                always = always.or(Some(&drg.drg));
            }
        }
        if let Fallback::Code(code) = &entry.fallback {
            self.check_code(code, &entry.rule, problems);
        }
    }

    fn check_code(&self, code: &str, at: &PlacedRule, problems: &mut ProblemList) {
        let good = code.len() >= 3
            && code.is_ascii()
            && code.starts_with(|first: char| first.is_ascii_uppercase() || first == '0');
        if !good {
            add(
                problems,
                at,
                0,
                Problem::BadResultCode {
                    code: code.to_owned(),
                },
            );
        } else if !self.names.contains_key(code) && !code.ends_with("QY") {
            add(
                problems,
                at,
                0,
                Problem::NoName {
                    code: code.to_owned(),
                },
            );
        }
    }
}

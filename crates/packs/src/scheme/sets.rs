//! `tables/sets.txt`: the code sets that rules name; `tables/hints.txt` has the same form.
//!
//! ```text
//! @sets 1
//! BB1/px
//!   01.{2100,2400x0{01,02}}
//! MDCZ/sites
//!   头颈部: S00.{000,100}
//!   胸部: S20.{000,100}
//! ```
//!
//! A line of codes may begin with their class and a colon. In a file of changes a set is opened by
//! its name and changed by lines `+ codes`, `- codes` and `~ class: codes` (another class);
//! `+ name` adds a set, `- name` removes one, `= name` replaces one.

use std::collections::BTreeMap;
use std::sync::Arc;

use biaochi_grouper::definition::Code;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::groups::Place;
use crate::problem::{Noun, Problem, Problems};
use crate::text::code_list::read_codes;
use crate::text::lines::{Line, Mode};

/// The members of a set and where it is written (last).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetNode {
    pub place: Place,
    /// Code and class, in the order of the file until [`apply`] has sorted them.
    pub members: Vec<(Code, CompactString)>,
}

/// Sets by name.
pub(crate) type Sets = BTreeMap<String, SetNode>;

/// Applies a table of sets to those of the base.
pub(crate) fn apply(
    sets: &mut Sets,
    mode: Mode,
    lines: &[Line<'_>],
    file: &Arc<str>,
    problems: &mut Problems<'_>,
) {
    if mode == Mode::Whole {
        sets.clear();
    }
    let mut at = 0;
    while at < lines.len() {
        let head = &lines[at];
        if head.indent != 0 {
            problems.add(head.number, 1, Problem::BadIndent);
            at += 1;
            continue;
        }
        let end = lines[at + 1..]
            .iter()
            .position(|line| line.indent == 0)
            .map_or(lines.len(), |next| at + 1 + next);
        section(sets, mode, head, &lines[at + 1..end], file, problems);
        at = end;
    }
}

fn section(
    sets: &mut Sets,
    mode: Mode,
    head: &Line<'_>,
    body: &[Line<'_>],
    file: &Arc<str>,
    problems: &mut Problems<'_>,
) {
    let (marker, name) = match mode {
        Mode::Whole => (None, head.text),
        Mode::Changes => head.marker(),
    };
    let column = head.column(name);
    if name.contains(' ') || name.is_empty() {
        let expected = "the name of a set".to_owned();
        return problems.add(head.number, column, Problem::BadLine { expected });
    }
    let place = Place {
        file: Arc::clone(file),
        line: head.number,
    };
    let what = Noun::Set;
    let owned = name.to_owned();
    match (mode, marker, sets.contains_key(name)) {
        (Mode::Whole, _, true) => {
            problems.add(
                head.number,
                column,
                Problem::Duplicate { what, name: owned },
            );
        }
        (Mode::Changes, Some('+'), true) => {
            problems.add(
                head.number,
                column,
                Problem::AlreadyThere { what, name: owned },
            );
        }
        (Mode::Changes, marker, false) if marker != Some('+') => {
            problems.add(head.number, column, Problem::NotThere { what, name: owned });
        }
        (Mode::Changes, Some('-'), true) => {
            sets.remove(name);
            if let Some(line) = body.first() {
                problems.add(line.number, 1, Problem::BadIndent);
            }
        }
        (Mode::Changes, None, true) => {
            let mut members = sets
                .remove(name)
                .map(|node| node.members)
                .unwrap_or_default();
            change(&mut members, body, problems);
            sets.insert(owned, SetNode { place, members });
        }
        (Mode::Changes, Some('~' | '>'), _) => {
            let expected = "NAME / + NAME / - NAME / = NAME".to_owned();
            problems.add(head.number, column, Problem::BadLine { expected });
        }
        _ => {
            let members = read_members(body, problems);
            sets.insert(owned, SetNode { place, members });
        }
    }
}

/// The class before a colon, if there is one, and the codes.
fn class_and_codes(text: &str) -> (&str, &str) {
    match text.split_once(": ") {
        Some((class, codes)) => (class, codes),
        None => ("", text),
    }
}

/// Members of a whole set, sorted by code; a repeated code is a problem.
fn read_members(body: &[Line<'_>], problems: &mut Problems<'_>) -> Vec<(Code, CompactString)> {
    let mut found: Vec<(Code, CompactString, u32, u32)> = Vec::new();
    let mut lines = body.iter();
    for line in &mut lines {
        let (class, codes) = class_and_codes(line.text);
        let class = CompactString::new(class);
        let number = line.number;
        read_codes(line, codes, problems, |code, column| {
            found.push((code, class.clone(), number, column));
        });
    }
    if !found.is_sorted_by(|left, right| left.0 < right.0) {
        found.sort_by(|left, right| left.0.cmp(&right.0));
        for pair in found.windows(2) {
            if pair[0].0 == pair[1].0 {
                let name = pair[1].0.to_string();
                problems.add(
                    pair[1].2,
                    pair[1].3,
                    Problem::Duplicate {
                        what: Noun::Code,
                        name,
                    },
                );
            }
        }
    }
    found
        .into_iter()
        .map(|(code, class, _, _)| (code, class))
        .collect()
}

fn change(
    members: &mut Vec<(Code, CompactString)>,
    body: &[Line<'_>],
    problems: &mut Problems<'_>,
) {
    let mut classes: FxHashMap<Code, CompactString> = members.drain(..).collect();
    let mut touched: FxHashSet<Code> = FxHashSet::default();
    for line in body {
        let (marker, text) = line.marker();
        let (class, codes) = class_and_codes(text);
        let mut wrong = Vec::new();
        read_codes(line, codes, problems, |code, column| {
            let name = code.to_string();
            let there = classes.contains_key(&code);
            let what = Noun::Code;
            if !touched.insert(code.clone()) {
                wrong.push((column, Problem::Duplicate { what, name }));
                return;
            }
            match (marker, there) {
                (Some('+'), false) | (Some('~'), true) => {
                    classes.insert(code, class.into());
                }
                (Some('-'), true) => {
                    classes.remove(&code);
                }
                (Some('+'), true) => wrong.push((column, Problem::AlreadyThere { what, name })),
                (Some('-' | '~'), false) => wrong.push((column, Problem::NotThere { what, name })),
                _ => {
                    let expected = "+ codes / - codes / ~ class: codes".to_owned();
                    wrong.push((line.indent + 1, Problem::BadLine { expected }));
                }
            }
        });
        wrong.dedup();
        for (column, problem) in wrong {
            problems.add(line.number, column, problem);
        }
    }
    members.extend(classes);
    members.sort();
}

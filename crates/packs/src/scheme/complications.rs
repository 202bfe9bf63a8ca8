//! `tables/complications.txt`: MCC and CC codes by exclusion table, and the principal diagnoses
//! under which a table's codes do not count.
//!
//! ```text
//! @complications 1
//! 12
//!   mcc A19.{000,100,200}
//!   cc A16.{200,300}
//!   principal A15.{000,100}
//! -
//!   mcc R57.000
//! ```
//!
//! The table `-` is never excluded. In a file of changes a table is opened by its number and
//! changed by lines `+ mcc codes`, `- principal codes` and so on; `+ 12` adds a table, `- 12`
//! removes one, `= 12` replaces one.

use std::collections::BTreeMap;

use biaochi_grouper::definition::Code;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::problem::{Noun, Problem, Problems};
use crate::text::code_list::read_codes;
use crate::text::lines::{Line, Mode};

/// The name of the table whose codes are never excluded.
pub(crate) const NEVER: &str = "-";

/// What a code has to do with an exclusion table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Mcc,
    Cc,
    Principal,
}

pub(crate) const ROLES: [(Role, &str); 3] = [
    (Role::Mcc, "mcc"),
    (Role::Cc, "cc"),
    (Role::Principal, "principal"),
];

/// One exclusion table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TableNode {
    /// Codes by [`Role`], in this order; each sorted.
    pub codes: [Vec<Code>; 3],
}

/// Exclusion tables by name.
pub(crate) type Tables = BTreeMap<CompactString, TableNode>;

/// Applies a table of complications to that of the base.
pub(crate) fn apply(
    tables: &mut Tables,
    mode: Mode,
    lines: &[Line<'_>],
    problems: &mut Problems<'_>,
) {
    if mode == Mode::Whole {
        tables.clear();
    }
    // The table that lines belong to, and whether lines are changes to it.
    let mut open: Option<(CompactString, bool)> = None;
    let mut touched: FxHashSet<CompactString> = FxHashSet::default();
    for line in lines {
        if line.indent == 0 {
            open = head(tables, mode, line, &mut touched, problems);
            continue;
        }
        let Some((name, changes)) = &open else {
            if line.indent != 2 {
                problems.add(line.number, 1, Problem::BadIndent);
            }
            continue;
        };
        let Some(table) = tables.get_mut(name) else {
            continue;
        };
        codes_line(table, *changes, line, problems);
    }
    for table in tables.values_mut() {
        for codes in &mut table.codes {
            if !codes.is_sorted() {
                codes.sort();
            }
        }
    }
}

fn head(
    tables: &mut Tables,
    mode: Mode,
    line: &Line<'_>,
    touched: &mut FxHashSet<CompactString>,
    problems: &mut Problems<'_>,
) -> Option<(CompactString, bool)> {
    let (marker, name) = match mode {
        Mode::Whole => (None, line.text),
        Mode::Changes => line.marker(),
    };
    let column = line.column(name);
    let key = CompactString::new(name);
    let (what, owned) = (Noun::Table, name.to_owned());
    if !touched.insert(key.clone()) {
        problems.add(
            line.number,
            column,
            Problem::Duplicate { what, name: owned },
        );
        return None;
    }
    match (mode, marker, tables.contains_key(&key)) {
        (Mode::Changes, Some('+'), true) => {
            problems.add(
                line.number,
                column,
                Problem::AlreadyThere { what, name: owned },
            );
            None
        }
        (Mode::Changes, None | Some('-' | '='), false) => {
            problems.add(line.number, column, Problem::NotThere { what, name: owned });
            None
        }
        (Mode::Changes, Some('-'), true) => {
            tables.remove(&key);
            None
        }
        (Mode::Changes, None, true) => Some((key, true)),
        (Mode::Changes, Some('~' | '>'), _) => {
            let expected = "12 / + 12 / - 12 / = 12".to_owned();
            problems.add(line.number, column, Problem::BadLine { expected });
            None
        }
        _ => {
            tables.insert(key.clone(), TableNode::default());
            Some((key, false))
        }
    }
}

fn codes_line(table: &mut TableNode, changes: bool, line: &Line<'_>, problems: &mut Problems<'_>) {
    let (marker, text) = if changes {
        line.marker()
    } else {
        (None, line.text)
    };
    let (word, list) = text.split_once(' ').unwrap_or((text, ""));
    let role = ROLES.iter().find(|role| role.1 == word).map(|role| role.0);
    let wanted = if changes {
        "+ / - mcc / cc / principal …"
    } else {
        "mcc / cc / principal …"
    };
    let (Some(role), false) = (role, changes && !matches!(marker, Some('+' | '-'))) else {
        let problem = Problem::BadLine {
            expected: wanted.to_owned(),
        };
        return problems.add(line.number, line.column(text), problem);
    };
    let codes = &mut table.codes[role as usize];
    if !changes {
        return read_codes(line, list, problems, |code, _| codes.push(code));
    }
    let mut there: FxHashSet<Code> = codes.drain(..).collect();
    let mut wrong = Vec::new();
    read_codes(line, list, problems, |code, column| {
        let (what, name) = (Noun::Code, code.to_string());
        let adds = marker == Some('+');
        let done = if adds {
            there.insert(code)
        } else {
            there.remove(&code)
        };
        if !done && adds {
            wrong.push((column, Problem::AlreadyThere { what, name }));
        } else if !done {
            wrong.push((column, Problem::NotThere { what, name }));
        }
    });
    codes.extend(there);
    for (column, problem) in wrong {
        problems.add(line.number, column, problem);
    }
}

/// Codes that stand in two exclusion tables as complications, or twice in one list. A code may be
/// MCC and CC at once, as one published table has it; a principal diagnosis may stand in several
/// tables.
pub(crate) fn repeated(tables: &Tables) -> Vec<Code> {
    let mut seen: FxHashMap<&Code, &str> = FxHashMap::default();
    let mut repeated = Vec::new();
    for (name, table) in tables {
        for code in table.codes.iter().take(2).flatten() {
            if seen.insert(code, name).is_some_and(|other| other != name) {
                repeated.push(code.clone());
            }
        }
        for codes in &table.codes {
            repeated.extend(
                codes
                    .windows(2)
                    .filter(|pair| pair[0] == pair[1])
                    .map(|pair| pair[0].clone()),
            );
        }
    }
    repeated
}

//! `tables/diagnosis-map.txt` and `tables/procedure-map.txt`: from the clinical edition of the
//! codes (国家临床版) to the insurance edition (医保版).
//!
//! ```text
//! @diagnosis-map 1
//! = A00.{000,100}             these stay as they are
//! A01.000x002 > A01.003
//! ```
//!
//! A target with a blank in it, a slip of the published table, is put in double quotes. In a file of
//! changes both forms add or replace, and `- codes` removes.

use std::collections::BTreeMap;

use biaochi_grouper::definition::Code;
use rustc_hash::FxHashSet;

use crate::problem::{Noun, Problem, Problems};
use crate::text::code_list::read_codes;
use crate::text::lines::{Line, Mode};

/// Clinical code to insurance code; `None`: unchanged.
pub(crate) type Map = BTreeMap<Code, Option<Code>>;

/// Applies a table of translations to that of the base.
pub(crate) fn apply(map: &mut Map, mode: Mode, lines: &[Line<'_>], problems: &mut Problems<'_>) {
    let mut rows: Vec<(Code, Option<Code>)> = Vec::new();
    let mut touched: FxHashSet<Code> = FxHashSet::default();
    for line in lines {
        if line.indent != 0 {
            problems.add(line.number, 1, Problem::BadIndent);
            continue;
        }
        let mut twice = Vec::new();
        match line.marker() {
            (Some('='), codes) => read_codes(line, codes, problems, |code, column| {
                if touched.insert(code.clone()) {
                    rows.push((code, None));
                } else {
                    twice.push((column, code));
                }
            }),
            (Some('-'), codes) if mode == Mode::Changes => {
                let mut missing = Vec::new();
                read_codes(line, codes, problems, |code, column| {
                    if !touched.insert(code.clone()) {
                        twice.push((column, code));
                    } else if map.remove(&code).is_none() {
                        missing.push((column, code));
                    }
                });
                for (column, code) in missing {
                    let problem = Problem::NotThere {
                        what: Noun::Translation,
                        name: code.to_string(),
                    };
                    problems.add(line.number, column, problem);
                }
            }
            (None, text) => match text.split_once(" > ") {
                Some((from, to)) if is_code(from.trim()) && is_code(unquoted(to)) => {
                    let from = Code::new(from.trim());
                    if touched.insert(from.clone()) {
                        rows.push((from, Some(Code::new(unquoted(to)))));
                    } else {
                        twice.push((line.column(text), from));
                    }
                }
                _ => bad(line, problems),
            },
            _ => bad(line, problems),
        }
        for (column, code) in twice {
            let problem = Problem::Duplicate {
                what: Noun::Translation,
                name: code.to_string(),
            };
            problems.add(line.number, column, problem);
        }
    }
    match mode {
        Mode::Whole => *map = rows.into_iter().collect(),
        Mode::Changes => map.extend(rows),
    }
}

/// A target as it is meant: what stands in quotes, or the text without the blanks around it.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text)
}

fn is_code(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['{', '}', ',', '"'])
}

fn bad(line: &Line<'_>, problems: &mut Problems<'_>) {
    let expected = "= CODES / CODE > CODE / - CODES".to_owned();
    problems.add(
        line.number,
        line.column(line.text),
        Problem::BadLine { expected },
    );
}

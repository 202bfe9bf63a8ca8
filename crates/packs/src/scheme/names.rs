//! `tables/names.txt`: Chinese names of categories, groups and DRGs, one `CODE name` a line. In a
//! file of changes a line adds or replaces a name and `- CODE` removes one.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{Noun, Problem, Problems};
use crate::text::lines::{Line, Mode};

/// Applies a table of names to that of the base.
pub(crate) fn apply(
    names: &mut BTreeMap<String, String>,
    mode: Mode,
    lines: &[Line<'_>],
    problems: &mut Problems<'_>,
) {
    if mode == Mode::Whole {
        names.clear();
    }
    let mut touched = BTreeSet::new();
    for line in lines {
        let (marker, text) = match mode {
            Mode::Whole => (None, line.text),
            Mode::Changes => line.marker(),
        };
        let (code, name) = text.split_once(' ').unwrap_or((text, ""));
        let column = line.column(code);
        let what = Noun::Name;
        if !touched.insert(code) {
            let name = code.to_owned();
            problems.add(line.number, column, Problem::Duplicate { what, name });
        }
        match marker {
            Some('-') if name.is_empty() => {
                if names.remove(code).is_none() {
                    let name = code.to_owned();
                    problems.add(line.number, column, Problem::NotThere { what, name });
                }
            }
            None if !name.is_empty() && line.indent == 0 => {
                names.insert(code.to_owned(), name.trim().to_owned());
            }
            _ => {
                let expected = "CODE 名称 name".to_owned();
                problems.add(line.number, column, Problem::BadLine { expected });
            }
        }
    }
}

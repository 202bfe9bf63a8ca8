//! The rows of each table of a code pack.

use std::collections::BTreeMap;

use biaochi_terminology::{
    Certainty, CodeSystemBuilder, Concept, ConceptMap, Edition, Member, Status, ValueSet, fold_name,
};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::manifest::bad_value;
use super::table::{Row, read_table};
use crate::problem::{Noun, Problem, Problems};

/// Headings of `codes.csv`.
const CODE_COLUMNS: &[&str] = &["code", "name", "edition", "status"];
const EDITIONS: [(&str, Edition); 5] = [
    ("both", Edition::Both),
    ("insurance", Edition::Insurance),
    ("clinical", Edition::Clinical),
    ("local", Edition::Local),
    ("scheme", Edition::Scheme),
];
const STATUSES: [(&str, Status); 3] = [
    ("active", Status::Active),
    ("grey", Status::Grey),
    ("retired", Status::Retired),
];
const CERTAINTIES: [(&str, Certainty); 4] = [
    ("implementation", Certainty::Implementation),
    ("confirmed", Certainty::Confirmed),
    ("partly-general", Certainty::PartlyGeneral),
    ("general", Certainty::General),
];

/// The code of a row; a row without one is a problem.
fn code_of<'a>(row: &Row<'a>, problems: &mut Problems<'_>) -> Option<&'a str> {
    let code = row.value(0);
    if code.is_empty() || code.contains(char::is_whitespace) {
        problems.add(row.line, row.column(0), bad_value("code", "编码 a code"));
        return None;
    }
    Some(code)
}

/// One of a few words in a column; `None`, with a problem, for any other word.
fn word<T: Copy>(
    row: &Row<'_>,
    column: usize,
    key: &str,
    words: &[(&str, T)],
    problems: &mut Problems<'_>,
) -> Option<T> {
    let found = words
        .iter()
        .find(|word| word.0 == row.value(column))
        .map(|word| word.1);
    if found.is_none() {
        let expected: Vec<&str> = words.iter().map(|word| word.0).collect();
        problems.add(
            row.line,
            row.column(column),
            bad_value(key, &expected.join(" / ")),
        );
    }
    found
}

fn duplicate(code: &str) -> Problem {
    Problem::Duplicate {
        what: Noun::Code,
        name: code.to_owned(),
    }
}

fn not_there(code: &str) -> Problem {
    Problem::NotThere {
        what: Noun::Code,
        name: code.to_owned(),
    }
}

/// Codes of a system; those of the clinical edition come back.
pub(super) fn read_codes(
    bytes: &[u8],
    usual: Edition,
    system: &mut CodeSystemBuilder,
    problems: &mut Problems<'_>,
) -> Vec<CompactString> {
    let mut clinical = Vec::new();
    let mut seen = FxHashSet::default();
    read_table(bytes, CODE_COLUMNS, 2, problems, |row, problems| {
        let Some(code) = code_of(&row, problems) else {
            return;
        };
        if !seen.insert(CompactString::new(code)) {
            return problems.add(row.line, row.column(0), duplicate(code));
        }
        let edition = match row.value(2) {
            "" => Some(usual),
            _ => word(&row, 2, "edition", &EDITIONS, problems),
        };
        let status = match row.value(3) {
            "" => Some(Status::Active),
            _ => word(&row, 3, "status", &STATUSES, problems),
        };
        let (Some(edition), Some(status)) = (edition, status) else {
            return;
        };
        if row.value(1).is_empty() && !matches!(edition, Edition::Clinical | Edition::Scheme) {
            return problems.add(row.line, row.column(1), bad_value("name", "名称 a name"));
        }
        if matches!(edition, Edition::Both | Edition::Clinical) {
            clinical.push(CompactString::new(code));
        }
        system.add(Concept::new(code, row.value(1), edition).with_status(status));
    });
    clinical
}

pub(super) fn read_other_names(
    bytes: &[u8],
    system: &mut CodeSystemBuilder,
    problems: &mut Problems<'_>,
) {
    read_table(
        bytes,
        &["code", "name", "used_by"],
        2,
        problems,
        |row, problems| {
            let Some(code) = code_of(&row, problems) else {
                return;
            };
            if !system.contains(code) {
                problems.add(row.line, row.column(0), not_there(code));
            } else if row.value(1).is_empty() {
                problems.add(row.line, row.column(1), bad_value("name", "名称 a name"));
            } else {
                system.add_name(code, row.value(1), row.value(2));
            }
        },
    );
}

pub(super) fn read_status(
    bytes: &[u8],
    system: &mut CodeSystemBuilder,
    problems: &mut Problems<'_>,
) {
    read_table(bytes, &["code", "status"], 2, problems, |row, problems| {
        let Some(code) = code_of(&row, problems) else {
            return;
        };
        let Some(status) = word(&row, 1, "status", &STATUSES, problems) else {
            return;
        };
        if !system.set_status(code, status) {
            problems.add(row.line, row.column(0), not_there(code));
        }
    });
}

/// Words of names that say the same as others.
pub(super) fn read_words(
    bytes: &[u8],
    system: &mut CodeSystemBuilder,
    problems: &mut Problems<'_>,
) {
    let mut seen = FxHashSet::default();
    read_table(bytes, &["word", "same_as"], 2, problems, |row, problems| {
        let columns = ["word", "same_as"];
        let says_nothing = |column: &usize| fold_name(row.value(*column)).is_empty();
        if let Some(column) = [0, 1].iter().find(|column| says_nothing(column)) {
            let problem = bad_value(columns[*column], "词语 a word");
            return problems.add(row.line, row.column(*column), problem);
        }
        let pair = [0, 1].map(|column| fold_name(row.value(column)));
        if pair[0] == pair[1] || !seen.insert(pair) {
            return problems.add(row.line, row.column(0), duplicate(row.value(0)));
        }
        system.add_words(row.value(0), row.value(1));
    });
}

/// The codes of a list.
pub(super) fn read_list(bytes: &[u8], problems: &mut Problems<'_>) -> Vec<CompactString> {
    let mut codes = Vec::new();
    read_table(bytes, &["code"], 1, problems, |row, problems| {
        codes.extend(code_of(&row, problems).map(Into::into));
    });
    codes
}

/// The codes that an edition of a map lacks.
pub(super) fn read_gaps(bytes: &[u8], edition: &str, problems: &mut Problems<'_>) -> Vec<String> {
    let mut gaps = Vec::new();
    read_table(
        bytes,
        &["code", "missing_in"],
        2,
        problems,
        |row, problems| {
            let Some(code) = code_of(&row, problems) else {
                return;
            };
            if row.value(1).split(' ').any(|word| word == edition) {
                gaps.push(code.to_owned());
            }
        },
    );
    gaps
}

/// Rows of a map; a blank target means unchanged.
pub(super) fn read_map(bytes: &[u8], map: &mut ConceptMap, problems: &mut Problems<'_>) {
    let mut seen = FxHashSet::default();
    read_table(bytes, &["code", "target"], 2, problems, |row, problems| {
        let Some(code) = code_of(&row, problems) else {
            return;
        };
        if !seen.insert(CompactString::new(code)) {
            return problems.add(row.line, row.column(0), duplicate(code));
        }
        match row.value(1) {
            "" => map.insert(code, None),
            target => map.insert(code, Some(target)),
        }
    });
}

pub(super) fn read_values(
    bytes: &[u8],
    sets: &mut BTreeMap<String, ValueSet>,
    problems: &mut Problems<'_>,
) {
    let columns = ["code", "set", "name", "name_en", "basis"];
    let mut seen = FxHashSet::default();
    read_table(bytes, &columns, 3, problems, |row, problems| {
        let Some(code) = code_of(&row, problems) else {
            return;
        };
        let Some(set) = sets.get_mut(row.value(1)) else {
            let (what, name) = (Noun::Set, row.value(1).to_owned());
            return problems.add(row.line, row.column(1), Problem::NotThere { what, name });
        };
        if !seen.insert((row.value(1).to_owned(), code.to_owned())) {
            return problems.add(row.line, row.column(0), duplicate(code));
        }
        let certainty = match row.value(4) {
            "" => Some(Certainty::General),
            _ => word(&row, 4, "basis", &CERTAINTIES, problems),
        };
        let Some(certainty) = certainty else { return };
        let member = Member {
            code: code.to_owned(),
            name: row.value(2).to_owned(),
            name_en: row.value(3).to_owned(),
            certainty,
        };
        match set.members.iter_mut().find(|known| known.code == code) {
            Some(known) => *known = member,
            None => set.members.push(member),
        }
    });
}

//! Reading the files of a pack: their texts, their hash, and where in them definitions stand.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};

use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList};
use crate::text::toml_reader::place;

/// A place in the files of a pack, turned into line and column only when something is wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    file: usize,
    offset: usize,
}

/// Where definitions and their keys stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    files: Vec<(String, String)>,
    places: HashMap<(String, &'static str), Place>,
}

impl Places {
    /// Remembers where a key of a definition has its value.
    pub(crate) fn note(&mut self, owner: &str, key: &'static str, file: usize, offset: usize) {
        let place = Place { file, offset };
        self.places.insert((owner.to_owned(), key), place);
    }

    /// A problem at a key of a definition, at a line and column of its text if they are known; at the
    /// pack as a whole when the definition is not known.
    pub(crate) fn problem(
        &self,
        owner: &str,
        key: &'static str,
        within: Option<(u32, u32)>,
        problem: Problem,
        pack: &str,
    ) -> PackProblem {
        let place = self.places.get(&(owner.to_owned(), key));
        let place = place.and_then(|place| Some((self.files.get(place.file)?, place.offset)));
        let (file, line, column) = match place {
            Some(((file, text), offset)) => {
                let (line, column) = match within {
                    Some(within) => place_within(text, offset, within),
                    None => self::place(text, offset),
                };
                (file.clone(), line, column)
            }
            None => (pack.to_owned(), 0, 0),
        };
        PackProblem {
            file,
            line,
            column,
            problem,
        }
    }
}

/// Line and column in a file of a place within a TOML string that begins at an offset. In a string of
/// one line, escapes before the place shift it.
fn place_within(text: &str, offset: usize, (line, column): (u32, u32)) -> (u32, u32) {
    let value = text.get(offset..).unwrap_or("");
    let quotes = if value.starts_with("'''") || value.starts_with("\"\"\"") {
        3
    } else {
        1
    };
    // A line end right behind the opening quotes is no part of the string.
    let own = value.get(quotes..).unwrap_or("");
    let begin = match own.strip_prefix("\r\n").or_else(|| own.strip_prefix('\n')) {
        Some(rest) => text.len() - rest.len(),
        None => offset + quotes,
    };
    let (first_line, first_column) = place(text, begin);
    if line <= 1 {
        (first_line, first_column + column.saturating_sub(1))
    } else {
        (first_line + line - 1, column)
    }
}

/// What the files of a pack, or of a chain of packs, say.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) places: Places,
    /// Ids of the sources that definitions may cite.
    pub(crate) sources: HashSet<String>,
    hash: Sha256,
}

impl Reading {
    /// Takes a file of a pack up; its text, and its number for places.
    pub(crate) fn file(
        &mut self,
        files: &PackFiles,
        name: &str,
        problems: &mut ProblemList,
    ) -> Option<(usize, String, String)> {
        let text = text_of(files, name, problems)?;
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(&text);
        let shown = files.display(name);
        self.places.files.push((shown.clone(), text.clone()));
        Some((self.places.files.len() - 1, shown, text))
    }

    /// The hash of all that was read, and the places.
    pub(crate) fn finish(self) -> (String, Places) {
        let hash = self.hash.finalize();
        let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        (hash, self.places)
    }
}

/// Notes that something is there twice.
pub(crate) fn twice(problems: &mut ProblemList, at: (&str, &str, usize), what: Noun, name: &str) {
    let name = name.to_owned();
    add(problems, at, Problem::Duplicate { what, name });
}

/// Notes a problem at a byte offset of a file.
pub(crate) fn add(
    problems: &mut ProblemList,
    (file, text, offset): (&str, &str, usize),
    problem: Problem,
) {
    let (line, column) = place(text, offset);
    problems.add(PackProblem {
        file: file.to_owned(),
        line,
        column,
        problem,
    });
}

/// The text of a file of a pack; `None` when there is none or, with a problem, when it is no text.
pub(crate) fn text_of(files: &PackFiles, name: &str, problems: &mut ProblemList) -> Option<String> {
    let shown = files.display(name);
    let mut found = problems.file(&shown);
    let bytes = match files.read(name) {
        Ok(bytes) => bytes?.into_owned(),
        Err(error) => {
            let reason = error.to_string();
            found.add(0, 0, Problem::Unreadable { reason });
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => Some(
            text.strip_prefix('\u{feff}')
                .map(str::to_owned)
                .unwrap_or(text),
        ),
        Err(_) => {
            found.add(0, 0, Problem::NotUtf8);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, within: (u32, u32), expected: &str) {
        let offset = text.find("= ").expect("a key") + 2;
        let (line, column) = place_within(text, offset, within);
        let found = text.lines().nth(line as usize - 1).expect("a line");
        let rest: String = found.chars().skip(column as usize - 1).collect();
        assert!(rest.starts_with(expected), "{line}:{column} {rest:?}");
    }

    #[test]
    fn places_within_a_string_are_places_of_the_file() {
        let several = "a = 1\n\nquery = '''\nselect 甲,\n  nothing\nfrom stay'''\n";
        let several = several.strip_prefix("a = 1\n").expect("it begins so");
        check(several, (1, 8), "甲");
        check(several, (2, 3), "nothing");
        check(several, (3, 6), "stay");
        check("q = \"select nothing\"", (1, 8), "nothing");
        check("q = '''select\n x'''", (1, 1), "select");
        check("q = '''select\n x'''", (2, 2), "x");
    }
}

//! Finds packs of checks, lays overlays over their bases, and notes what does not fit together.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use biaochi_checks::{Check, CheckSet, Standard};
use sha2::{Digest as _, Sha256};

use super::cases::Case;
use super::check::{ReadCheck, Subject};
use super::manifest::Manifest;
use super::{Place, check, shared};
use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList};
use crate::sources;
use crate::text::toml_reader::place;

/// The packs of checks that can be used, by id.
#[derive(Debug, Clone, Default)]
pub struct CheckLibrary {
    packs: BTreeMap<String, (PackFiles, Manifest)>,
}

/// A set of checks, with its cases and the places of its expressions.
#[derive(Debug, Clone)]
pub struct LoadedChecks {
    /// The checks.
    pub set: CheckSet,
    /// Cases by check, in the order of the files.
    pub cases: Vec<(String, Vec<Case>)>,
    files: Vec<(String, String)>,
    places: HashMap<(String, &'static str), Place>,
}

impl CheckLibrary {
    /// The packs compiled into the program.
    pub fn embedded() -> Self {
        let mut library = Self::default();
        for files in PackFiles::embedded() {
            library.add(files);
        }
        library
    }

    /// Adds the packs of a folder; one with a known id takes the place of the other.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, PackError> {
        let found = PackFiles::below(folder).map_err(|source| PackError::Io {
            path: folder.display().to_string(),
            source,
        })?;
        for files in found {
            self.add(files);
        }
        Ok(self)
    }

    fn add(&mut self, files: PackFiles) {
        if let Some(text) = text_of(&files, "pack.toml", &mut ProblemList::default())
            && let Some(manifest) =
                Manifest::read(&text, &mut ProblemList::default().file("pack.toml"))
        {
            self.packs.insert(manifest.id.clone(), (files, manifest));
        }
    }

    /// Ids of all packs, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.packs.keys().map(String::as_str)
    }

    /// Id, title and version of all packs, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let manifests = self.packs.values().map(|(_, manifest)| manifest);
        manifests.map(|one| (one.id.as_str(), one.title.as_str(), one.version.as_str()))
    }

    /// Reads a pack with all it is laid over. Fails, with every mistake, when there is any.
    pub fn load(&self, id: &str) -> Result<LoadedChecks, PackError> {
        let chain = self.chain(id)?;
        let mut problems = ProblemList::default();
        let loaded = read(&chain, &mut problems);
        match loaded {
            Some(loaded) if !problems.has_errors() => Ok(loaded),
            _ => Err(PackError::Broken {
                id: id.to_owned(),
                problems: problems.into_vec(),
            }),
        }
    }

    /// Reads the pack of a folder while a person edits it: what could be read, and every mistake.
    /// `None` when the folder holds no pack of checks.
    pub fn check_folder(&self, folder: &Path) -> Option<(Option<LoadedChecks>, Vec<PackProblem>)> {
        let files = PackFiles::Folder(folder.to_path_buf());
        let mut problems = ProblemList::default();
        let text = text_of(&files, "pack.toml", &mut problems)?;
        let name = files.display("pack.toml");
        let manifest = Manifest::read(&text, &mut problems.file(&name))?;
        let mut library = self.clone();
        let id = manifest.id.clone();
        library.packs.insert(id.clone(), (files, manifest));
        let loaded = match library.chain(&id) {
            Ok(chain) => read(&chain, &mut problems),
            Err(PackError::Broken {
                problems: found, ..
            }) => {
                found.into_iter().for_each(|problem| problems.add(problem));
                None
            }
            Err(_) => None,
        };
        Some((loaded, problems.into_vec()))
    }

    /// The pack and those it is laid over, the lowest first.
    fn chain(&self, id: &str) -> Result<Vec<&(PackFiles, Manifest)>, PackError> {
        let mut chain: Vec<&(PackFiles, Manifest)> = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(pack) = self.packs.get(id) else {
                return Err(match chain.last() {
                    None => PackError::UnknownChecks {
                        id: id.to_owned(),
                        known: self.packs.keys().cloned().collect(),
                    },
                    Some(above) => broken(above, Problem::UnknownBase { id: id.to_owned() }),
                });
            };
            if chain.iter().any(|(_, manifest)| manifest.id == id) {
                return Err(broken(pack, Problem::CircularBase { id: id.to_owned() }));
            }
            chain.push(pack);
            next = pack.1.base.as_deref();
        }
        chain.reverse();
        Ok(chain)
    }
}

fn broken((files, manifest): &(PackFiles, Manifest), problem: Problem) -> PackError {
    PackError::Broken {
        id: manifest.id.clone(),
        problems: vec![PackProblem {
            file: files.display("pack.toml"),
            line: 0,
            column: 0,
            problem,
        }],
    }
}

impl LoadedChecks {
    /// A problem at a key of a check or term.
    pub fn problem(&self, owner: &str, key: &'static str, problem: Problem) -> PackProblem {
        self.problem_within(owner, key, None, problem)
    }

    /// A problem within the text of a key, at a line and column of that text, both from one.
    pub fn problem_within(
        &self,
        owner: &str,
        key: &'static str,
        within: Option<(u32, u32)>,
        problem: Problem,
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
            None => (self.set.id.clone(), 0, 0),
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

/// What the files of a chain of packs say.
#[derive(Default)]
struct Reading {
    files: Vec<(String, String)>,
    places: HashMap<(String, &'static str), Place>,
    sources: HashSet<String>,
    hash: Sha256,
}

impl Reading {
    /// Takes a file of a pack up; its text, and its number for places.
    fn file(
        &mut self,
        files: &PackFiles,
        name: &str,
        problems: &mut ProblemList,
    ) -> Option<(usize, String, String)> {
        let text = text_of(files, name, problems)?;
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(&text);
        let shown = files.display(name);
        self.files.push((shown.clone(), text.clone()));
        Some((self.files.len() - 1, shown, text))
    }
}

fn read(chain: &[&(PackFiles, Manifest)], problems: &mut ProblemList) -> Option<LoadedChecks> {
    let top = &chain.last()?.1;
    let mut set = CheckSet {
        id: top.id.clone(),
        title: top.title.clone(),
        version: top.version.clone(),
        standard: Standard::default(),
        terms: Vec::new(),
        lists: Vec::new(),
        groups: Vec::new(),
        grades: Vec::new(),
        checks: Vec::new(),
        across: Vec::new(),
        content_hash: String::new(),
    };
    let mut reading = Reading::default();
    let mut cases = Vec::new();
    for (files, manifest) in chain {
        if let Some(standard) = &manifest.standard {
            set.standard = standard.clone();
        }
        let sources = sources::read(files, problems);
        reading
            .sources
            .extend(sources.into_iter().map(|source| source.id));
        read_shared(files, &mut set, &mut reading, problems);
        read_checks(files, &mut set, &mut cases, &mut reading, problems);
    }
    set.content_hash = reading
        .hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(LoadedChecks {
        set,
        cases,
        files: reading.files,
        places: reading.places,
    })
}

fn read_shared(
    files: &PackFiles,
    set: &mut CheckSet,
    reading: &mut Reading,
    problems: &mut ProblemList,
) {
    if let Some((file, shown, text)) = reading.file(files, "terms.toml", problems)
        && let Some((terms, lists)) = shared::terms(&text, &mut problems.file(&shown))
    {
        for (term, offset) in terms {
            let known = set.terms.iter().any(|other| other.id == term.id);
            if known {
                twice(problems, (&shown, &text, offset), Noun::Term, &term.id);
            }
            let place = Place { file, offset };
            reading.places.insert((term.id.clone(), "sql"), place);
            set.terms.push(term);
        }
        set.lists
            .retain(|list| lists.iter().all(|new| new.id != list.id));
        set.lists.extend(lists);
    }
    if let Some((_, shown, text)) = reading.file(files, "groups.toml", problems) {
        let groups = shared::groups(&text, &mut problems.file(&shown));
        set.groups.extend(groups.unwrap_or_default());
    }
    if let Some((_, shown, text)) = reading.file(files, "grades.toml", problems)
        && let Some(grades) = shared::grades(&text, &mut problems.file(&shown))
    {
        set.grades = grades;
    }
}

fn read_checks(
    files: &PackFiles,
    set: &mut CheckSet,
    cases: &mut Vec<(String, Vec<Case>)>,
    reading: &mut Reading,
    problems: &mut ProblemList,
) {
    let names = files.list("checks").unwrap_or_default();
    let mut adjustments = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(".toml")) {
        let Some((file, shown, text)) = reading.file(files, &format!("checks/{name}"), problems)
        else {
            continue;
        };
        let Some(read) = check::read(&text, &mut problems.file(&shown)) else {
            continue;
        };
        let adjusted = read.adjustments.into_iter();
        adjustments
            .extend(adjusted.map(|(change, offset)| (change, shown.clone(), text.clone(), offset)));
        for read in read.checks {
            take(read, file, (&shown, &text), set, cases, reading, problems);
        }
    }
    for (adjustment, shown, text, offset) in adjustments {
        let last = |checks: &[Check]| {
            checks
                .iter()
                .rposition(|check| check.id == adjustment.check)
        };
        let found = match last(&set.checks) {
            Some(index) => Some((&mut set.checks, index)),
            None => last(&set.across).map(|index| (&mut set.across, index)),
        };
        let Some((checks, index)) = found else {
            let name = adjustment.check;
            let problem = Problem::NotThere {
                what: Noun::Check,
                name,
            };
            add(problems, (&shown, &text, offset), problem);
            continue;
        };
        match adjustment.apply(&checks[index]) {
            Ok(parts) => {
                checks.splice(index..=index, parts);
            }
            Err(_) => {
                let problem = Problem::BadValue {
                    key: "adjust".to_owned(),
                    expected: "界线只能用于有 measure 的检查 a check with measure".to_owned(),
                };
                add(problems, (&shown, &text, offset), problem);
            }
        }
    }
}

/// Takes a check into the set and looks whether what it names is there.
fn take(
    read: ReadCheck,
    file: usize,
    (shown, text): (&str, &str),
    set: &mut CheckSet,
    cases: &mut Vec<(String, Vec<Case>)>,
    reading: &mut Reading,
    problems: &mut ProblemList,
) {
    let ReadCheck {
        check,
        subject,
        cases: own,
        offsets,
    } = read;
    let offset = |key: &str| {
        let found = offsets.iter().find(|(known, _)| *known == key);
        found.map_or(0, |(_, offset)| *offset)
    };
    if set.get(&check.id).is_some() {
        twice(
            problems,
            (shown, text, offset("id")),
            Noun::Check,
            &check.id,
        );
    }
    if let Some(group) = &check.group
        && !set.groups.iter().any(|known| known.id == *group)
    {
        let name = group.clone();
        let problem = Problem::NotThere {
            what: Noun::CheckGroup,
            name,
        };
        add(problems, (shown, text, offset("group")), problem);
    }
    if !reading.sources.contains(&check.source) {
        let name = check.source.clone();
        let problem = Problem::NotThere {
            what: Noun::Source,
            name,
        };
        add(problems, (shown, text, offset("source")), problem);
    }
    for (key, offset) in offsets {
        let place = Place { file, offset };
        reading.places.insert((check.id.clone(), key), place);
    }
    cases.push((check.id.clone(), own));
    match subject {
        Subject::Record => set.checks.push(check),
        Subject::Stays => set.across.push(check),
    }
}

fn twice(problems: &mut ProblemList, at: (&str, &str, usize), what: Noun, name: &str) {
    let name = name.to_owned();
    add(problems, at, Problem::Duplicate { what, name });
}

fn add(problems: &mut ProblemList, (file, text, offset): (&str, &str, usize), problem: Problem) {
    let (line, column) = place(text, offset);
    problems.add(PackProblem {
        file: file.to_owned(),
        line,
        column,
        problem,
    });
}

/// The text of a file of a pack; `None` when there is none or, with a problem, when it is no text.
fn text_of(files: &PackFiles, name: &str, problems: &mut ProblemList) -> Option<String> {
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

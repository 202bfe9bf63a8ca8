//! Finds packs of checks, lays overlays over their bases, and notes what does not fit together.

use std::path::Path;

use biaochi_checks::{Check, CheckSet, Standard};

use super::cases::Case;
use super::check::{ReadCheck, Subject};
use super::manifest::Manifest;
use super::{check, shared};
use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList};
use crate::reading::{Places, Reading, add, twice};
use crate::shelf::{Pack, Shelf};
use crate::sources;

/// The packs of checks that can be used, by id.
#[derive(Debug, Clone, Default)]
pub struct CheckLibrary {
    packs: Shelf<Manifest>,
}

/// A set of checks, with its cases and the places of its expressions.
#[derive(Debug, Clone)]
pub struct LoadedChecks {
    /// The checks.
    pub set: CheckSet,
    /// Cases by check, in the order of the files.
    pub cases: Vec<(String, Vec<Case>)>,
    places: Places,
}

impl CheckLibrary {
    /// The packs compiled into the program.
    pub fn embedded() -> Self {
        Self {
            packs: Shelf::embedded(),
        }
    }

    /// Adds the packs of a folder; one with a known id takes the place of the other.
    pub fn with_folder(self, folder: &Path) -> Result<Self, PackError> {
        let packs = self.packs.with_folder(folder)?;
        Ok(Self { packs })
    }

    /// Ids of all packs, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.packs().map(|(id, ..)| id)
    }

    /// Id, title and version of all packs, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.packs.heads()
    }

    /// Reads a pack with all it is laid over. Fails, with every mistake, when there is any.
    pub fn load(&self, id: &str) -> Result<LoadedChecks, PackError> {
        self.packs.load(id, read)
    }

    /// Reads the pack of a folder while a person edits it: what could be read, and every mistake.
    /// `None` when the folder holds no pack of checks.
    pub fn check_folder(&self, folder: &Path) -> Option<(Option<LoadedChecks>, Vec<PackProblem>)> {
        self.packs.check_folder(folder, read)
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
        self.places
            .problem(owner, key, within, problem, &self.set.id)
    }
}

fn read(chain: &[&Pack<Manifest>], problems: &mut ProblemList) -> Option<LoadedChecks> {
    let top = &chain.last()?.head;
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
    for pack in chain {
        let files = &pack.files;
        if let Some(standard) = &pack.own.standard {
            set.standard = standard.clone();
        }
        let sources = sources::read(files, problems);
        reading
            .sources
            .extend(sources.into_iter().map(|source| source.id));
        read_shared(files, &mut set, &mut reading, problems);
        read_checks(files, &mut set, &mut cases, &mut reading, problems);
    }
    let (content_hash, places) = reading.finish();
    set.content_hash = content_hash;
    Some(LoadedChecks { set, cases, places })
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
            reading.places.note(&term.id, "sql", file, offset);
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
        reading.places.note(&check.id, key, file, offset);
    }
    cases.push((check.id.clone(), own));
    match subject {
        Subject::Record => set.checks.push(check),
        Subject::Stays => set.across.push(check),
    }
}

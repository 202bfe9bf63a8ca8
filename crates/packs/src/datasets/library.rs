//! Finds packs of data sets and puts together what is in force.

use std::path::Path;
use std::sync::Arc;

use biaochi_datasets::DataSet;
use sha2::{Digest as _, Sha256};

use super::manifest::Manifest;
use super::{checked, dataset};
use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList};
use crate::reading::{Places, Reading, add};
use crate::shelf::{Head, Pack, Shelf};
use crate::sources;

/// The packs of data sets that can be used, by id.
#[derive(Debug, Clone, Default)]
pub struct DataSetLibrary {
    packs: Shelf<Manifest>,
}

/// A data set and the pack that it comes from.
#[derive(Debug, Clone)]
pub struct LoadedDataSet {
    /// What it asks.
    pub set: Arc<DataSet>,
    /// Id of the pack.
    pub pack: String,
    /// Hash of its file: what a submission was filled in and checked against.
    pub content_hash: String,
}

/// The data sets in force.
#[derive(Debug, Clone, Default)]
pub struct DataSets {
    sets: Vec<LoadedDataSet>,
    places: Places,
}

impl DataSets {
    /// All data sets, by id.
    pub fn all(&self) -> &[LoadedDataSet] {
        &self.sets
    }

    /// One data set.
    pub fn get(&self, id: &str) -> Option<&LoadedDataSet> {
        self.sets.iter().find(|loaded| loaded.set.id == id)
    }

    /// Id, then the ids of all data sets, for a message.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.sets.iter().map(|loaded| loaded.set.id.as_str())
    }

    /// A problem at a key of a data set itself.
    pub fn set_problem(&self, set: &str, key: &'static str, problem: Problem) -> PackProblem {
        self.places.problem(set, key, None, problem, set)
    }

    /// A problem at a key of a rule of a data set.
    pub fn rule_problem(
        &self,
        set: &str,
        rule: &str,
        key: &'static str,
        problem: Problem,
    ) -> PackProblem {
        let owner = format!("{set}/{rule}");
        self.places.problem(&owner, key, None, problem, set)
    }
}

impl DataSetLibrary {
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

    /// Id, title and version of all packs, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.packs.heads()
    }

    /// Reads all packs. Fails, with every mistake, when there is any.
    pub fn load(&self) -> Result<DataSets, PackError> {
        let mut problems = ProblemList::default();
        let sets = self.read(None, &mut problems);
        if problems.has_errors() {
            return Err(PackError::Broken {
                id: "datasets".to_owned(),
                problems: problems.into_vec(),
            });
        }
        Ok(sets)
    }

    /// Reads the pack of a folder while a person edits it, together with those it is used with: what
    /// could be read of it, and every mistake in it. `None` when the folder holds no pack of data sets.
    pub fn check_folder(&self, folder: &Path) -> Option<(DataSets, Vec<PackProblem>)> {
        let mut problems = ProblemList::default();
        let (packs, id) = self.packs.with_pack(folder, &mut problems)?;
        let files = PackFiles::Folder(folder.to_path_buf());
        if files.read("README.md").ok().flatten().is_none() {
            let file = files.display("README.md");
            problems.file(&file).add(0, 0, Problem::MissingFile);
        }
        let sets = Self { packs }.read(Some(&id), &mut problems);
        Some((sets, problems.into_vec()))
    }

    /// Reads all packs, each behind its base; with `only`, the data sets and mistakes of one are given.
    fn read(&self, only: Option<&str>, problems: &mut ProblemList) -> DataSets {
        let mut reading = Reading::default();
        let mut sets: Vec<LoadedDataSet> = Vec::new();
        for pack in self.in_order(only, problems) {
            let (files, head) = (&pack.files, &pack.head);
            let mut own = ProblemList::default();
            let sources = sources::read(files, &mut own);
            reading.sources = sources.into_iter().map(|source| source.id).collect();
            for name in files.list("datasets").unwrap_or_default() {
                let path = format!("datasets/{name}");
                if !name.ends_with(".toml") {
                    let file = files.display(&path);
                    own.file(&file).add(0, 0, Problem::UnknownFile);
                } else if let Some(placed) = one(files, &path, head, &mut reading, &mut own) {
                    take(placed, head, &mut sets, &mut own);
                }
            }
            if only.is_none_or(|only| only == head.id) {
                own.into_vec()
                    .into_iter()
                    .for_each(|problem| problems.add(problem));
            }
        }
        if let Some(only) = only {
            sets.retain(|loaded| loaded.pack == only);
        }
        sets.sort_by(|one, other| one.set.id.cmp(&other.set.id));
        let (_, places) = reading.finish();
        DataSets { sets, places }
    }

    /// The packs, each behind its base; with `only`, without those that lie over it, which say nothing
    /// about it.
    fn in_order(&self, only: Option<&str>, problems: &mut ProblemList) -> Vec<&Pack<Manifest>> {
        let mut ordered: Vec<&Pack<Manifest>> = Vec::new();
        for pack in self.packs.packs() {
            let chain = match self.packs.chain(&pack.head.id) {
                Ok(chain) => chain,
                Err(error) => {
                    if let PackError::Broken {
                        problems: found, ..
                    } = error
                        && only.is_none_or(|only| only == pack.head.id)
                    {
                        found.into_iter().for_each(|problem| problems.add(problem));
                    }
                    continue;
                }
            };
            let is = |pack: &Pack<Manifest>| Some(pack.head.id.as_str()) == only;
            if !is(pack) && chain.iter().any(|below| is(below)) {
                continue;
            }
            for pack in chain {
                if !ordered.iter().any(|known| known.head.id == pack.head.id) {
                    ordered.push(pack);
                }
            }
        }
        ordered
    }
}

/// A data set, with the place of its id.
type Placed = (LoadedDataSet, (String, String, usize));

/// Reads one file.
fn one(
    files: &PackFiles,
    path: &str,
    head: &Head,
    reading: &mut Reading,
    problems: &mut ProblemList,
) -> Option<Placed> {
    let (file, shown, text) = reading.file(files, path, problems)?;
    let read = dataset::read(&text, &mut problems.file(&shown))?;
    let (set, offsets) = (read.set, read.offsets);
    let find = |owner: &str, key: &str| {
        let found = offsets
            .iter()
            .rfind(|(of, known, _)| of == owner && *known == key);
        found.map_or(0, |(_, _, offset)| *offset)
    };
    for (owner, key, problem) in checked::check(&set, &reading.sources) {
        add(problems, (&shown, &text, find(&owner, key)), problem);
    }
    let stem = path
        .trim_start_matches("datasets/")
        .trim_end_matches(".toml");
    if stem != set.id {
        let problem = Problem::BadValue {
            key: "dataset.id".to_owned(),
            expected: format!("文件名 {stem} the name of the file"),
        };
        add(problems, (&shown, &text, find("", "id")), problem);
    }
    for (owner, key, offset) in &offsets {
        let owner = format!("{}{owner}", set.id);
        reading.places.note(&owner, key, file, *offset);
    }
    let hash = Sha256::digest(text.as_bytes());
    let place = (shown, text, find("", "id"));
    let loaded = LoadedDataSet {
        set: Arc::new(set),
        pack: head.id.clone(),
        content_hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    Some((loaded, place))
}

/// Takes a data set in: instead of that of the base, or as a new one.
fn take(
    (loaded, (shown, text, offset)): Placed,
    head: &Head,
    sets: &mut Vec<LoadedDataSet>,
    problems: &mut ProblemList,
) {
    let known = sets.iter().position(|other| other.set.id == loaded.set.id);
    match known {
        None => sets.push(loaded),
        Some(place) if head.base.as_deref() == Some(&sets[place].pack) => sets[place] = loaded,
        Some(_) => {
            let problem = Problem::Duplicate {
                what: Noun::DataSet,
                name: loaded.set.id.clone(),
            };
            add(problems, (&shown, &text, offset), problem);
        }
    }
}

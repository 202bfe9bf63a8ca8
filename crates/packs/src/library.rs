//! The packs at hand: those compiled into the program and those in folders of the user.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use biaochi_grouper::definition::SchemeDefinition;

use crate::error::PackError;
use crate::files::PackFiles;
use crate::info::{SchemeCounts, SchemeInfo, SchemeStatus};
use crate::problem::{Noun, PackProblem, Problem, ProblemList};
use crate::scheme::manifest::Manifest;
use crate::scheme::resolve::{Resolved, SchemePack, TABLES, content_hash, resolve};
use crate::scheme::validate::validate;
use crate::sources;
use crate::weights::{self, WeightPack, WeightProvenance, WeightTable};

/// The packs that can be used, by id.
#[derive(Debug, Default)]
pub struct Library {
    schemes: BTreeMap<String, SchemeSlot>,
    weights: BTreeMap<String, WeightPack>,
    /// What was wrong with packs that were left out.
    problems: Vec<PackProblem>,
}

#[derive(Debug)]
struct SchemeSlot {
    pack: SchemePack,
    hash: OnceLock<String>,
}

impl Library {
    /// The packs compiled into the program.
    pub fn embedded() -> Self {
        let mut library = Self::default();
        for files in PackFiles::embedded() {
            library.add(files, false);
        }
        library
    }

    /// Adds the packs of a folder and its sub-folders. A pack with the id of one that is already
    /// there takes its place. Packs with mistakes in their `pack.toml` are left out and told by
    /// [`Library::problems`].
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, PackError> {
        let found = PackFiles::below(folder).map_err(|source| PackError::Io {
            path: folder.display().to_string(),
            source,
        })?;
        let mut new = BTreeSet::new();
        for files in found {
            if let Some(id) = self.add(files.clone(), true)
                && !new.insert(id.clone())
            {
                let file = files.display("pack.toml");
                let problem = Problem::DuplicatePack { id };
                self.problems.push(PackProblem {
                    file,
                    line: 0,
                    column: 0,
                    problem,
                });
            }
        }
        for slot in self.schemes.values_mut() {
            // A base may have been replaced.
            slot.hash = OnceLock::new();
        }
        Ok(self)
    }

    /// Reads the manifest of a pack and takes the pack in if it is a scheme.
    fn add(&mut self, files: PackFiles, replace: bool) -> Option<String> {
        let mut problems = ProblemList::default();
        let manifest = read_manifest(&files, &mut problems);
        let failed = problems.has_errors();
        self.problems.extend(problems.into_vec());
        let manifest = match manifest {
            Some(AnyManifest::Scheme(manifest)) if !failed => *manifest,
            Some(AnyManifest::Weights(pack)) if !failed => {
                let id = pack.id.clone();
                self.weights.insert(id.clone(), pack);
                return Some(id);
            }
            _ => return None,
        };
        let id = manifest.id.clone();
        if !replace && self.schemes.contains_key(&id) {
            let file = files.display("pack.toml");
            let problem = Problem::DuplicatePack { id };
            self.problems.push(PackProblem {
                file,
                line: 0,
                column: 0,
                problem,
            });
            return None;
        }
        let slot = SchemeSlot {
            pack: SchemePack { files, manifest },
            hash: OnceLock::new(),
        };
        self.schemes.insert(id.clone(), slot);
        Some(id)
    }

    /// What was wrong with packs that were left out.
    pub fn problems(&self) -> &[PackProblem] {
        &self.problems
    }

    /// Ids of all schemes, sorted.
    pub fn scheme_ids(&self) -> impl Iterator<Item = &str> {
        self.schemes.keys().map(String::as_str)
    }

    /// All schemes, sorted by id. Schemes whose groups cannot be read are left out; loading them
    /// tells why.
    pub fn schemes(&self) -> Vec<SchemeInfo> {
        self.schemes
            .keys()
            .filter_map(|id| self.scheme(id).ok())
            .collect()
    }

    /// What is known of one scheme.
    pub fn scheme(&self, id: &str) -> Result<SchemeInfo, PackError> {
        let chain = self.chain(id)?;
        let mut problems = ProblemList::default();
        let resolved = resolve(&chain, &["groups"], &mut problems);
        if problems.has_errors() {
            return Err(broken(id, problems));
        }
        let content_hash = self.hash(&chain).map_err(|source| PackError::Io {
            path: id.to_owned(),
            source,
        })?;
        let Some(pack) = chain.last() else {
            return Err(self.unknown(id));
        };
        let manifest = &pack.manifest;
        let status = if manifest.mends.is_empty() {
            if manifest.damages.is_empty() {
                SchemeStatus::Published
            } else {
                SchemeStatus::Damaged
            }
        } else {
            SchemeStatus::Mended
        };
        Ok(SchemeInfo {
            id: manifest.id.clone(),
            title: manifest.title.clone(),
            version: manifest.version.clone(),
            place: manifest.place.clone(),
            base: manifest.base.clone(),
            status,
            recommended: manifest
                .recommended
                .clone()
                .unwrap_or_else(|| manifest.id.clone()),
            damages: manifest.damages.clone(),
            notes: manifest.notes.clone(),
            mends: manifest.mends.clone(),
            document: manifest.document.clone(),
            sources: sources::read(&pack.files, &mut ProblemList::default()),
            licence: manifest.licence.clone(),
            effective: manifest.effective.clone(),
            counts: counts(&resolved),
            content_hash,
            files: pack.files.clone(),
        })
    }

    /// Reads a scheme with all its overlays. Fails, with every mistake, when there is any.
    pub fn load_scheme(&self, id: &str) -> Result<SchemeDefinition, PackError> {
        let chain = self.chain(id)?;
        let mut problems = ProblemList::default();
        let resolved = resolve(&chain, &TABLES, &mut problems);
        check_resolved(&chain, &resolved, &mut problems);
        if problems.has_errors() {
            return Err(broken(id, problems));
        }
        let content_hash = self.hash(&chain).map_err(|source| PackError::Io {
            path: id.to_owned(),
            source,
        })?;
        Ok(SchemeDefinition {
            content_hash,
            ..resolved.into_definition()
        })
    }

    /// All weight tables, those that belong to no scheme included.
    pub fn weight_tables(&self) -> Vec<WeightProvenance> {
        let packs = self.weights.values();
        packs
            .flat_map(|pack| pack.tables.iter().map(|table| table.1.clone()))
            .collect()
    }

    /// The weights of a scheme in a year: the table for that year, else one without a stated year,
    /// else `None`. A mended scheme has the weights of the published one.
    pub fn weights(&self, scheme: &str, year: i16) -> Result<Option<WeightTable>, PackError> {
        let mended = self
            .schemes
            .get(scheme)
            .filter(|slot| !slot.pack.manifest.mends.is_empty());
        let published = mended.and_then(|slot| slot.pack.manifest.base.as_deref());
        let fits = |table: &WeightProvenance| {
            let of = table.scheme.as_deref();
            of == Some(scheme) || of.is_some() && of == published
        };
        let find = |wanted: &dyn Fn(&WeightProvenance) -> bool| {
            self.weights.values().find_map(|pack| {
                let index = pack
                    .tables
                    .iter()
                    .position(|(_, table)| fits(table) && wanted(table))?;
                Some((pack, index))
            })
        };
        let found = find(&|table| table.years.contains(&year))
            .or_else(|| find(&|table| table.years.is_empty()));
        let Some((pack, index)) = found else {
            return Ok(None);
        };
        read_weights(pack, index).map(Some)
    }

    /// The weight table with this id, `None` when there is none.
    pub fn weight_table(&self, id: &str) -> Result<Option<WeightTable>, PackError> {
        let found = self.weights.values().find_map(|pack| {
            let index = pack.tables.iter().position(|(_, table)| table.id == id)?;
            Some((pack, index))
        });
        found
            .map(|(pack, index)| read_weights(pack, index))
            .transpose()
    }

    /// SHA-256, in hexadecimal, over everything that decides the groups of a scheme.
    pub fn content_hash(&self, id: &str) -> Result<String, PackError> {
        let chain = self.chain(id)?;
        self.hash(&chain).map_err(|source| PackError::Io {
            path: id.to_owned(),
            source,
        })
    }

    /// The pack of a scheme and those it is based on, the complete one first.
    pub(crate) fn chain(&self, id: &str) -> Result<Vec<&SchemePack>, PackError> {
        let mut chain: Vec<&SchemePack> = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(slot) = self.schemes.get(id) else {
                return Err(match chain.last() {
                    None => self.unknown(id),
                    Some(above) => {
                        let problem = Problem::UnknownBase { id: id.to_owned() };
                        manifest_problem(above, problem)
                    }
                });
            };
            if chain.iter().any(|pack| pack.manifest.id == id) {
                return Err(manifest_problem(
                    &slot.pack,
                    Problem::CircularBase { id: id.to_owned() },
                ));
            }
            chain.push(&slot.pack);
            next = slot.pack.manifest.base.as_deref();
        }
        chain.reverse();
        Ok(chain)
    }

    fn hash(&self, chain: &[&SchemePack]) -> io::Result<String> {
        let mut below: Option<String> = None;
        for pack in chain {
            let slot = self.schemes.get(&pack.manifest.id);
            let known = slot.and_then(|slot| slot.hash.get()).cloned();
            let hash = match known {
                Some(hash) => hash,
                None => content_hash(pack, below.as_deref())?,
            };
            if let Some(slot) = slot {
                // Another thread may have been faster; its value is the same.
                let _ = slot.hash.set(hash.clone());
            }
            below = Some(hash);
        }
        Ok(below.unwrap_or_default())
    }

    fn unknown(&self, id: &str) -> PackError {
        PackError::Unknown {
            what: Noun::Scheme,
            id: id.to_owned(),
            known: self.schemes.keys().cloned().collect(),
        }
    }
}

fn read_weights(pack: &WeightPack, index: usize) -> Result<WeightTable, PackError> {
    pack.read(index).map_err(|problems| PackError::Broken {
        id: pack.id.clone(),
        problems,
    })
}

fn counts(resolved: &Resolved) -> SchemeCounts {
    let entries = || {
        resolved
            .categories
            .iter()
            .flat_map(|category| &category.entries)
    };
    let adrgs: BTreeSet<&str> = entries().map(|entry| entry.adrg.as_str()).collect();
    let drgs: BTreeSet<&str> = entries()
        .flat_map(|entry| &entry.drgs)
        .map(|drg| drg.drg.as_str())
        .collect();
    SchemeCounts {
        categories: resolved.categories.len(),
        entries: entries().count(),
        adrgs: adrgs.len(),
        drgs: drgs.len(),
    }
}

pub(crate) fn check_resolved(
    chain: &[&SchemePack],
    resolved: &Resolved,
    problems: &mut ProblemList,
) {
    let file = chain
        .last()
        .map(|pack| pack.files.display("tables/complications.txt"))
        .unwrap_or_default();
    validate(resolved, &file, problems);
}

fn broken(id: &str, problems: ProblemList) -> PackError {
    let problems = problems
        .into_vec()
        .into_iter()
        .filter(PackProblem::is_error)
        .collect();
    PackError::Broken {
        id: id.to_owned(),
        problems,
    }
}

fn manifest_problem(pack: &SchemePack, problem: Problem) -> PackError {
    let file = pack.files.display("pack.toml");
    let problems = vec![PackProblem {
        file,
        line: 0,
        column: 0,
        problem,
    }];
    PackError::Broken {
        id: pack.manifest.id.clone(),
        problems,
    }
}

/// A manifest of one of the kinds that this library keeps.
pub(crate) enum AnyManifest {
    Scheme(Box<Manifest>),
    Weights(WeightPack),
}

/// The manifest of a pack; `None` for one of another kind or, with problems, when it cannot be read.
pub(crate) fn read_manifest(files: &PackFiles, problems: &mut ProblemList) -> Option<AnyManifest> {
    let name = files.display("pack.toml");
    let mut found = problems.file(&name);
    let bytes = match files.read("pack.toml") {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            found.add(0, 0, Problem::MissingFile);
            return None;
        }
        Err(error) => {
            found.add(
                0,
                0,
                Problem::Unreadable {
                    reason: error.to_string(),
                },
            );
            return None;
        }
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        found.add(0, 0, Problem::NotUtf8);
        return None;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let kind = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "kind").then(|| value.trim().trim_matches('"'))
    });
    match kind {
        Some("drg-weights") => {
            weights::read_manifest(text, files, &mut found).map(AnyManifest::Weights)
        }
        // A missing kind is told as one.
        Some("drg-scheme") | None => {
            Manifest::read(text, &mut found).map(|manifest| AnyManifest::Scheme(Box::new(manifest)))
        }
        Some(_) => None,
    }
}

static EMBEDDED: LazyLock<Library> = LazyLock::new(Library::embedded);

/// The packs compiled into the program, read once.
pub fn library() -> &'static Library {
    &EMBEDDED
}

/// Loads a scheme that is compiled into the program.
pub fn load_scheme(id: &str) -> Result<SchemeDefinition, PackError> {
    library().load_scheme(id)
}

/// The weights of a scheme in a year, from the packs compiled into the program; see
/// [`Library::weights`].
pub fn weights(scheme: &str, year: i16) -> Result<Option<WeightTable>, PackError> {
    library().weights(scheme, year)
}

/// The schemes compiled into the program.
pub fn schemes() -> Vec<SchemeInfo> {
    library().schemes()
}

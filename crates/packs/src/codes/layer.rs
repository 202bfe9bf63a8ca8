//! Puts code packs over each other and checks them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use biaochi_terminology::{CodeList, CodeSystem, CodeSystemBuilder, ConceptMap, Edition, ValueSet};
use sha2::{Digest, Sha256};

use super::manifest::{ListHead, Manifest, MapHead, SystemHead, ValueSetHead, is_code_pack};
use super::rows::{
    read_codes, read_gaps, read_list, read_map, read_other_names, read_status, read_values,
    read_words,
};
use super::{CodePack, Codes};
use crate::files::PackFiles;
use crate::problem::{PackProblem, Problem, ProblemList};

const MANIFEST: &str = "pack.toml";
const CODES: &str = "tables/codes.csv";
const OTHER_NAMES: &str = "tables/other-names.csv";
const STATUS: &str = "tables/status.csv";
const WORDS: &str = "tables/words.csv";
const VALUE_SETS: &str = "tables/value-sets.csv";

/// See [`Codes::load`].
pub(super) fn load(folders: &[PathBuf]) -> Result<Codes, Vec<PackProblem>> {
    let mut content = Content::default();
    for (files, manifest) in find(folders, &mut content) {
        content.add(&files, &manifest);
    }
    content.finish()
}

/// See [`Codes::are_below`].
pub(super) fn are_below(folders: &[PathBuf]) -> bool {
    folders.iter().any(|folder| {
        let Ok(found) = PackFiles::below(folder) else {
            return true;
        };
        let mut content = Content::default();
        let mut manifests = found.iter().filter_map(|files| content.open(files));
        let is_there = manifests.next().is_some();
        is_there || !content.problems.into_vec().is_empty()
    })
}

/// The code packs in the order in which they lie over each other: those of the program that no
/// pack of the user replaces, then those of the user.
fn find(folders: &[PathBuf], content: &mut Content) -> Vec<(PackFiles, Manifest)> {
    let mut packs: Vec<(PackFiles, Manifest)> = Vec::new();
    for files in PackFiles::embedded() {
        packs.extend(content.open(&files).map(|manifest| (files, manifest)));
    }
    let of_the_program = packs.len();
    let mut replaced = vec![false; of_the_program];
    for folder in folders {
        let found = match PackFiles::below(folder) {
            Ok(found) => found,
            Err(error) => {
                let problem = Problem::Unreadable {
                    reason: error.to_string(),
                };
                content.problem(&folder.display().to_string(), problem);
                continue;
            }
        };
        for files in found {
            let Some(manifest) = content.open(&files) else {
                continue;
            };
            match packs.iter().position(|(_, known)| known.id == manifest.id) {
                Some(at) if at < of_the_program => replaced[at] = true,
                Some(_) => {
                    let id = manifest.id.clone();
                    content.problem(&files.display(MANIFEST), Problem::DuplicatePack { id });
                    continue;
                }
                None => {}
            }
            packs.push((files, manifest));
        }
    }
    let mut at = 0;
    packs.retain(|_| {
        at += 1;
        !replaced.get(at - 1).copied().unwrap_or(false)
    });
    packs
}

/// What has been read so far.
#[derive(Default)]
struct Content {
    systems: BTreeMap<String, CodeSystemBuilder>,
    lists: BTreeMap<String, CodeList>,
    value_sets: BTreeMap<String, ValueSet>,
    maps: BTreeMap<String, ConceptMap>,
    packs: Vec<CodePack>,
    problems: ProblemList,
    hash: Sha256,
}

impl Content {
    /// Reads the `pack.toml` of a code pack; `None` for packs of another kind and damaged files.
    fn open(&mut self, files: &PackFiles) -> Option<Manifest> {
        let bytes = files.read(MANIFEST).ok().flatten()?;
        // Whether a file that is no text belongs to us cannot be known: other readers tell.
        let text = std::str::from_utf8(&bytes).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let shown = files.display(MANIFEST);
        let mut problems = self.problems.file(&shown);
        if !is_code_pack(text, &mut problems) {
            return None;
        }
        Manifest::read(text, &mut problems)
    }

    fn problem(&mut self, file: &str, problem: Problem) {
        self.problems.file(file).add(0, 0, problem);
    }

    fn add(&mut self, files: &PackFiles, manifest: &Manifest) {
        self.packs.push(CodePack {
            id: manifest.id.clone(),
            title: manifest.title.clone(),
            version: manifest.version.clone(),
            licence: manifest.licence.clone(),
            place: files.display("").trim_end_matches('/').to_owned(),
        });
        self.read(files, MANIFEST, true, |_, _, _| ());
        let mut used: Vec<&str> = Vec::new();
        let mut clinical = Arc::default();
        if let Some(head) = &manifest.system {
            used.extend([CODES, OTHER_NAMES, STATUS, WORDS]);
            clinical = self.add_system(files, head);
        }
        for head in &manifest.lists {
            used.push(&head.table);
            self.add_list(files, head);
        }
        for head in &manifest.maps {
            used.push(&head.table);
            used.extend(head.gaps.as_deref());
            self.add_map(files, head, &clinical);
        }
        for head in &manifest.value_sets {
            self.add_value_set(files, head);
        }
        used.push(VALUE_SETS);
        self.add_values(files, manifest);
        for name in files.list("tables").unwrap_or_default() {
            let path = format!("tables/{name}");
            if !used.contains(&path.as_str()) {
                self.problem(&files.display(&path), Problem::UnknownFile);
            }
        }
    }

    /// Reads a file of a pack into the hash and hands it on.
    fn read(
        &mut self,
        files: &PackFiles,
        file: &str,
        needed: bool,
        take: impl FnOnce(&mut Self, &[u8], &str),
    ) {
        let shown = files.display(file);
        match files.read(file) {
            Ok(Some(bytes)) => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                self.hash.update(file.as_bytes());
                self.hash.update([0]);
                self.hash.update(length.to_le_bytes());
                self.hash.update(&bytes);
                take(self, &bytes, &shown);
            }
            Ok(None) if needed => self.problem(&shown, Problem::MissingFile),
            Ok(None) => {}
            Err(error) => self.problem(
                &shown,
                Problem::Unreadable {
                    reason: error.to_string(),
                },
            ),
        }
    }

    /// Adds the rows of a system; its clinical codes come back.
    fn add_system(&mut self, files: &PackFiles, head: &SystemHead) -> Arc<CodeList> {
        let known = self.systems.remove(&head.id);
        // Codes that lie over a system are local unless they say otherwise.
        let usual = if known.is_some() {
            Edition::Local
        } else {
            Edition::Both
        };
        let mut system = match (known, &head.title, head.kind) {
            (Some(system), ..) => system,
            (None, Some(title), Some(kind)) => CodeSystem::builder(&head.id, title, kind),
            (None, title, _) => {
                let key = if title.is_none() {
                    "system.title"
                } else {
                    "system.kind"
                };
                let problem = Problem::MissingKey {
                    key: key.to_owned(),
                };
                self.problem(&files.display(MANIFEST), problem);
                return Arc::default();
            }
        };
        let mut clinical = Vec::new();
        self.read(files, CODES, false, |content, bytes, shown| {
            clinical = read_codes(bytes, usual, &mut system, &mut content.problems.file(shown));
        });
        self.read(files, OTHER_NAMES, false, |content, bytes, shown| {
            read_other_names(bytes, &mut system, &mut content.problems.file(shown));
        });
        self.read(files, STATUS, false, |content, bytes, shown| {
            read_status(bytes, &mut system, &mut content.problems.file(shown));
        });
        self.read(files, WORDS, false, |content, bytes, shown| {
            read_words(bytes, &mut system, &mut content.problems.file(shown));
        });
        self.systems.insert(head.id.clone(), system);
        Arc::new(CodeList::new(&head.id, "", clinical))
    }

    fn add_list(&mut self, files: &PackFiles, head: &ListHead) {
        let mut codes = Vec::new();
        self.read(files, &head.table, true, |content, bytes, shown| {
            codes = read_list(bytes, &mut content.problems.file(shown));
        });
        self.lists
            .insert(head.id.clone(), CodeList::new(&head.id, &head.title, codes));
    }

    fn add_map(&mut self, files: &PackFiles, head: &MapHead, clinical: &Arc<CodeList>) {
        let mut map = match (self.maps.remove(&head.id), &head.title) {
            (Some(map), _) => map,
            (None, Some(title)) => ConceptMap::new(&head.id, title),
            (None, None) => {
                let problem = Problem::MissingKey {
                    key: "map.title".to_owned(),
                };
                return self.problem(&files.display(MANIFEST), problem);
            }
        };
        let gaps = head
            .gaps
            .as_deref()
            .map(|file| self.read_gaps(files, file, &head.edition));
        if gaps.is_some() {
            map = map.with_unchanged(Arc::clone(clinical));
        }
        self.read(files, &head.table, true, |content, bytes, shown| {
            read_map(bytes, &mut map, &mut content.problems.file(shown));
        });
        for code in gaps.iter().flatten() {
            map.remove(code);
        }
        self.maps.insert(head.id.clone(), map);
    }

    /// The codes that an edition of a map lacks.
    fn read_gaps(&mut self, files: &PackFiles, file: &str, edition: &str) -> Vec<String> {
        let mut gaps = Vec::new();
        self.read(files, file, true, |content, bytes, shown| {
            gaps = read_gaps(bytes, edition, &mut content.problems.file(shown));
        });
        gaps
    }

    fn add_value_set(&mut self, files: &PackFiles, head: &ValueSetHead) {
        if !self.value_sets.contains_key(&head.id) && head.title.is_none() {
            let problem = Problem::MissingKey {
                key: "value_set.title".to_owned(),
            };
            return self.problem(&files.display(MANIFEST), problem);
        }
        let set = self
            .value_sets
            .entry(head.id.clone())
            .or_insert_with(|| ValueSet {
                id: head.id.clone(),
                number: head.id.clone(),
                ..ValueSet::default()
            });
        let texts = [
            (&mut set.number, &head.number),
            (&mut set.title, &head.title),
            (&mut set.title_en, &head.title_en),
            (&mut set.standard, &head.standard),
        ];
        for (place, value) in texts {
            if let Some(value) = value {
                place.clone_from(value);
            }
        }
        if let Some(layouts) = &head.layouts {
            set.layouts.clone_from(layouts);
        }
        if let Some(other_values) = head.other_values {
            set.other_values = other_values;
        }
    }

    fn add_values(&mut self, files: &PackFiles, manifest: &Manifest) {
        let needed = !manifest.value_sets.is_empty();
        self.read(files, VALUE_SETS, needed, |content, bytes, shown| {
            let Self {
                value_sets,
                problems,
                ..
            } = content;
            read_values(bytes, value_sets, &mut problems.file(shown));
        });
    }

    fn finish(self) -> Result<Codes, Vec<PackProblem>> {
        let failed = self.problems.has_errors();
        let problems = self.problems.into_vec();
        if failed {
            return Err(problems);
        }
        let systems = self
            .systems
            .into_iter()
            .map(|(id, builder)| (id, builder.build()))
            .collect();
        let mut hash = String::with_capacity(64);
        for byte in self.hash.finalize() {
            // Writing into a string cannot fail.
            let _ = write!(hash, "{byte:02x}");
        }
        Ok(Codes {
            systems,
            lists: self.lists,
            value_sets: self.value_sets,
            maps: self.maps,
            packs: self.packs,
            hash,
            warnings: problems,
        })
    }
}

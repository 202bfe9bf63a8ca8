//! The packs of one kind: found in the program and in folders, by id, each with what it is laid over.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList, Problems};
use crate::reading::text_of;
use crate::text::toml_reader::TomlReader;

/// What `pack.toml` says of a pack of any kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) version: String,
    /// The pack that this one is laid over.
    pub(crate) base: Option<String>,
}

/// What `pack.toml` says beyond that in packs of one kind.
pub(crate) trait Kind: Clone {
    /// The word after `kind`.
    const WORD: &'static str;

    /// What such a pack is called when there is none with an id.
    const NOUN: Noun;

    /// Reads the keys of this kind.
    fn read(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Self;
}

/// A pack with its manifest.
#[derive(Debug, Clone)]
pub(crate) struct Pack<K> {
    pub(crate) files: PackFiles,
    pub(crate) head: Head,
    pub(crate) own: K,
}

/// Packs of one kind, by id.
#[derive(Debug, Clone)]
pub(crate) struct Shelf<K> {
    packs: BTreeMap<String, Pack<K>>,
}

impl<K> Default for Shelf<K> {
    fn default() -> Self {
        Self {
            packs: BTreeMap::new(),
        }
    }
}

impl<K: Kind> Shelf<K> {
    /// The packs compiled into the program. What cannot be read is told when it is asked for.
    pub(crate) fn embedded() -> Self {
        let mut shelf = Self::default();
        for files in PackFiles::embedded() {
            shelf.add(files, &mut ProblemList::default());
        }
        shelf
    }

    /// Adds the packs of a folder; one with a known id takes the place of the other.
    pub(crate) fn with_folder(mut self, folder: &Path) -> Result<Self, PackError> {
        let found = PackFiles::below(folder).map_err(|source| PackError::Io {
            path: folder.display().to_string(),
            source,
        })?;
        for files in found {
            self.add(files, &mut ProblemList::default());
        }
        Ok(self)
    }

    /// The shelf with the pack of a folder, and its id, while a person edits it; `None` when the folder
    /// holds no pack of this kind.
    pub(crate) fn with_pack(
        &self,
        folder: &Path,
        problems: &mut ProblemList,
    ) -> Option<(Self, String)> {
        let mut shelf = self.clone();
        let id = shelf.add(PackFiles::Folder(folder.to_path_buf()), problems)?;
        Some((shelf, id))
    }

    fn add(&mut self, files: PackFiles, problems: &mut ProblemList) -> Option<String> {
        let text = text_of(&files, "pack.toml", problems)?;
        let name = files.display("pack.toml");
        let (head, own) = read::<K>(&text, &mut problems.file(&name))?;
        let id = head.id.clone();
        self.packs.insert(id.clone(), Pack { files, head, own });
        Some(id)
    }

    /// All packs, sorted by id.
    pub(crate) fn packs(&self) -> impl Iterator<Item = &Pack<K>> {
        self.packs.values()
    }

    /// Id, title and version of all packs, sorted by id.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let heads = self.packs().map(|pack| &pack.head);
        heads.map(|head| (&*head.id, &*head.title, &*head.version))
    }

    /// The pack with this id.
    pub(crate) fn pack(&self, id: &str) -> Result<&Pack<K>, PackError> {
        self.packs.get(id).ok_or_else(|| PackError::Unknown {
            what: K::NOUN,
            id: id.to_owned(),
            known: self.packs.keys().cloned().collect(),
        })
    }

    /// The pack and those it is laid over, the lowest first.
    pub(crate) fn chain(&self, id: &str) -> Result<Vec<&Pack<K>>, PackError> {
        let mut chain = vec![self.pack(id)?];
        while let Some(above) = chain.last().copied()
            && let Some(base) = &above.head.base
        {
            let Some(pack) = self.packs.get(base) else {
                return Err(above.broken(Problem::UnknownBase { id: base.clone() }));
            };
            if chain.iter().any(|known| known.head.id == *base) {
                return Err(pack.broken(Problem::CircularBase { id: base.clone() }));
            }
            chain.push(pack);
        }
        chain.reverse();
        Ok(chain)
    }

    /// What `read` makes of a pack and all it is laid over. Fails, with every mistake, when there is any.
    pub(crate) fn load<T>(
        &self,
        id: &str,
        read: impl FnOnce(&[&Pack<K>], &mut ProblemList) -> Option<T>,
    ) -> Result<T, PackError> {
        let mut problems = ProblemList::default();
        let loaded = read(&self.chain(id)?, &mut problems);
        match loaded {
            Some(loaded) if !problems.has_errors() => Ok(loaded),
            _ => Err(PackError::Broken {
                id: id.to_owned(),
                problems: problems.into_vec(),
            }),
        }
    }

    /// What `read` makes of the pack of a folder while a person edits it, and every mistake. `None` when the
    /// folder holds no pack of this kind.
    pub(crate) fn check_folder<T>(
        &self,
        folder: &Path,
        read: impl FnOnce(&[&Pack<K>], &mut ProblemList) -> Option<T>,
    ) -> Option<(Option<T>, Vec<PackProblem>)> {
        let mut problems = ProblemList::default();
        let (shelf, id) = self.with_pack(folder, &mut problems)?;
        let loaded = match shelf.chain(&id) {
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
}

impl<K> Pack<K> {
    fn broken(&self, problem: Problem) -> PackError {
        PackError::Broken {
            id: self.head.id.clone(),
            problems: vec![PackProblem {
                file: self.files.display("pack.toml"),
                line: 0,
                column: 0,
                problem,
            }],
        }
    }
}

/// Reads a `pack.toml` of a kind; `None` for one of another kind. Mistakes become problems.
fn read<K: Kind>(text: &str, problems: &mut Problems<'_>) -> Option<(Head, K)> {
    // Other kinds have other keys: nothing of them is a mistake here.
    let kind = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "kind").then(|| value.trim().trim_matches('"'))
    });
    if kind != Some(K::WORD) {
        return None;
    }
    let table = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, table.get_ref());
    if top.integer("format", problems) != Some(1) {
        let problem = Problem::BadValue {
            key: "format".to_owned(),
            expected: "1".to_owned(),
        };
        top.at("format", problem, problems);
    }
    top.choice("kind", &[(K::WORD, ())], problems);
    let head = Head {
        id: top.required("id", problems),
        title: top.required("title", problems),
        version: top.required("version", problems),
        base: top.text("base", problems),
    };
    for key in ["licence", "owner"] {
        top.text(key, problems);
    }
    let own = K::read(&mut top, problems);
    top.finish(problems);
    Some((head, own))
}

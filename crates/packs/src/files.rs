//! Where the files of packs are: compiled into the program, or in a folder of the user.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The packs of the repository. A release build carries them inside the program; a development
/// build reads them from the checkout.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../packs"]
#[exclude = "*.cases.md"]
pub(crate) struct EmbeddedPacks;

/// Names of all files compiled in, sorted. A development build walks through the checkout for them, once.
static NAMES: LazyLock<Vec<Cow<'static, str>>> = LazyLock::new(|| {
    let mut names: Vec<_> = EmbeddedPacks::iter().collect();
    names.sort_unstable();
    names
});

/// Names of the files compiled in that begin with a path, sorted.
pub(crate) fn embedded_below(prefix: &str) -> impl Iterator<Item = &'static str> {
    let first = NAMES.partition_point(|name| name.as_ref() < prefix);
    let behind = NAMES[first..].iter().map(AsRef::as_ref);
    behind.take_while(move |name: &&str| name.starts_with(prefix))
}

/// The files of one pack, named by paths relative to it with `/` between the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackFiles {
    /// Compiled in; the path of the pack below `packs/`, such as `national/chs-drg-1.1`.
    Embedded(String),
    /// A folder on disk.
    Folder(PathBuf),
}

impl PackFiles {
    /// The content of a file, `None` when the pack does not have it.
    pub fn read(&self, file: &str) -> io::Result<Option<Cow<'static, [u8]>>> {
        match self {
            Self::Embedded(root) => {
                Ok(EmbeddedPacks::get(&format!("{root}/{file}")).map(|found| found.data))
            }
            Self::Folder(root) => match fs::read(root.join(file)) {
                Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// Names of the files directly in a folder of the pack, sorted.
    pub fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        match self {
            Self::Embedded(root) => {
                let prefix = format!("{root}/{folder}/");
                let below = embedded_below(&prefix).filter_map(|path| path.strip_prefix(&prefix));
                let own = below.filter(|name| !name.contains('/'));
                names.extend(own.map(str::to_owned));
            }
            Self::Folder(root) => match fs::read_dir(root.join(folder)) {
                Ok(entries) => {
                    for entry in entries {
                        let entry = entry?;
                        if entry.file_type()?.is_file() {
                            names.push(entry.file_name().to_string_lossy().into_owned());
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            },
        }
        names.sort();
        Ok(names)
    }

    /// How a person finds a file of the pack.
    pub fn display(&self, file: &str) -> String {
        match self {
            Self::Embedded(root) => format!("packs/{root}/{file}"),
            Self::Folder(root) => root.join(file).display().to_string(),
        }
    }

    /// All packs compiled into the program: folders with a `pack.toml`.
    pub fn embedded() -> Vec<Self> {
        let mut found: Vec<&str> = embedded_below("")
            .filter_map(|path| path.strip_suffix("/pack.toml"))
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .map(|root| Self::Embedded(root.to_owned()))
            .collect()
    }

    /// All packs in a folder and its sub-folders, at most four levels down.
    pub fn below(folder: &Path) -> io::Result<Vec<Self>> {
        let mut found = Vec::new();
        let mut waiting = vec![(folder.to_path_buf(), 0)];
        while let Some((path, depth)) = waiting.pop() {
            if path.join("pack.toml").is_file() {
                found.push(Self::Folder(path));
                continue;
            }
            if depth == 4 {
                continue;
            }
            for entry in fs::read_dir(&path)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    waiting.push((entry.path(), depth + 1));
                }
            }
        }
        found.sort_by_key(|files| files.display(""));
        Ok(found)
    }
}

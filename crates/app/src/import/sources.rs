//! The files of an import, and their fingerprints.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_ingest::{Container, detect};
use biaochi_organisations::Table;
use sha2::{Digest as _, Sha256};

use super::ImportError;

/// A file to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Size in bytes.
    pub(super) bytes: u64,
    /// Only the last part of the path is told: the rest is where the service keeps what was uploaded.
    bare: bool,
}

impl Source {
    /// Name as the person knows it.
    pub(super) fn name(&self) -> String {
        let last = self.path.file_name().filter(|_| self.bare);
        match last {
            Some(name) => name.to_string_lossy().into_owned(),
            None => self.path.display().to_string(),
        }
    }

    /// Tells only the last part of the path from now on.
    pub(super) fn bare(&mut self) {
        self.bare = true;
    }
}

/// The files below the paths, folders in alphabetical order and without hidden files.
pub(super) fn expand(paths: &[PathBuf]) -> Result<Vec<Source>, ImportError> {
    let mut sources = Vec::new();
    for path in paths {
        let before = sources.len();
        add(path, true, &mut sources)?;
        if sources.len() == before {
            return Err(ImportError::Nothing { path: path.clone() });
        }
    }
    Ok(sources)
}

fn add(path: &Path, named: bool, sources: &mut Vec<Source>) -> Result<(), ImportError> {
    let failed = |source| ImportError::Open {
        path: path.to_owned(),
        source,
    };
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        let entries = fs::read_dir(path).map_err(failed)?;
        let mut inside: Vec<_> = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        inside.sort();
        for path in inside {
            let hidden = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if !hidden {
                add(&path, false, sources)?;
            }
        }
    } else if named || is_data(path) {
        sources.push(Source {
            path: path.to_owned(),
            bytes: metadata.len(),
            bare: false,
        });
    }
    Ok(())
}

/// Files of a folder that are meant to be imported; a file that is named is always taken.
fn is_data(path: &Path) -> bool {
    const ENDINGS: [&str; 7] = ["csv", "txt", "tsv", "xlsx", "gz", "zip", "parquet"];
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    // The truth and the organisations that synthetic data brings along are no front pages.
    let truth = path.file_name().is_some_and(|name| name == "truth.csv");
    let organisations = path
        .file_stem()
        .is_some_and(|stem| Table::named(&stem.to_string_lossy()).is_some());
    !truth && !organisations && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Whether a file begins as Parquet files do.
pub(crate) fn is_parquet(path: &Path) -> io::Result<bool> {
    let mut start = Vec::with_capacity(8);
    File::open(path)?.take(8).read_to_end(&mut start)?;
    Ok(detect(&start) == Container::Parquet)
}

/// SHA-256 of a file, in lower-case hexadecimal.
pub(crate) fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(hex(hash));
        }
        hash.update(&buffer[..count]);
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A file that is hashed while it is read, so that a large one is read only once.
#[derive(Debug)]
pub(super) struct HashingFile {
    file: File,
    position: u64,
    state: Arc<Mutex<Hashed>>,
}

/// What a [`HashingFile`] has hashed: the bytes from the start up to `until`.
#[derive(Debug, Default)]
pub(super) struct Hashed {
    hash: Sha256,
    until: u64,
}

impl HashingFile {
    pub(super) fn new(file: File) -> (Self, Arc<Mutex<Hashed>>) {
        let state = Arc::<Mutex<Hashed>>::default();
        (
            Self {
                file,
                position: 0,
                state: Arc::clone(&state),
            },
            state,
        )
    }
}

/// The hash of a file that was read: what was hashed on the way, if that was all of it.
pub(super) fn finish_hash(state: &Mutex<Hashed>, source: &Source) -> io::Result<String> {
    let state = std::mem::take(&mut *state.lock().unwrap_or_else(PoisonError::into_inner));
    if state.until == source.bytes {
        Ok(hex(state.hash))
    } else {
        sha256(&source.path)
    }
}

impl Read for HashingFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let end = self.position + count as u64;
        // Only what directly follows the hashed part; readers may go back, and archives jump.
        if self.position <= state.until && state.until < end {
            let known = usize::try_from(state.until - self.position).unwrap_or(count);
            state.hash.update(&buffer[known..count]);
            state.until = end;
        }
        self.position = end;
        Ok(count)
    }
}

impl Seek for HashingFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashing_on_the_way_equals_hashing_the_file() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, vec![b'x'; 100_000]).expect("own file");
        let source = expand(std::slice::from_ref(&path))
            .expect("is there")
            .remove(0);
        let whole = sha256(&path).expect("readable");
        let (mut file, state) = HashingFile::new(File::open(&path).expect("readable"));
        let mut start = [0; 8];
        file.read_exact(&mut start).expect("long enough");
        file.rewind().expect("seekable");
        io::copy(&mut file, &mut io::sink()).expect("readable");
        assert_eq!(finish_hash(&state, &source).expect("readable"), whole);
        // A reader that stops early still gets the hash of the whole file.
        let (mut file, state) = HashingFile::new(File::open(&path).expect("readable"));
        file.seek(SeekFrom::End(-10)).expect("seekable");
        io::copy(&mut file, &mut io::sink()).expect("readable");
        assert_eq!(finish_hash(&state, &source).expect("readable"), whole);
    }

    #[test]
    fn folders_are_expanded_in_order() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for name in ["b.csv", "a.CSV", ".hidden.csv", "readme.md", "truth.csv"] {
            fs::write(folder.path().join(name), "x").expect("own file");
        }
        let sources = expand(&[folder.path().to_owned()]).expect("is there");
        let names: Vec<_> = sources
            .iter()
            .filter_map(|source| source.path.file_name()?.to_str())
            .collect();
        assert_eq!(names, ["a.CSV", "b.csv"]);
        let missing = expand(&[folder.path().join("none")]);
        assert!(matches!(missing, Err(ImportError::Open { .. })));
    }
}

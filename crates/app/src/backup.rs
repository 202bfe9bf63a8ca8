//! A backup of an installation as one consistent set, and the way back: the lake at its published version, all rows of
//! the store, the key, own packs, evidence and configuration, with a hash of every file.

mod error;
mod manifest;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use biaochi_store::Store;
use biaochi_warehouse::{WhenLocked, WriterLock, open_lake};
use sha2::{Digest as _, Sha256};

pub use error::BackupError;
pub use manifest::{BackedUpFile, MANIFEST, Manifest};

use crate::Workspace;
use crate::runtime::block_on;
use crate::workspace::CONFIG_FILE;

/// All rows of the store, a line of JSON each.
const ROWS: &str = "store.jsonl";

/// Folder of the files in a backup.
const FILES: &str = "workspace";

/// What is left out: the store's own files, whose rows are in [`ROWS`]; uploads, which jobs take in again; and documents
/// that jobs made, which last a day.
fn is_left_out(name: &str) -> bool {
    name.starts_with("store.sqlite") || matches!(name, "uploads" | "documents")
}

/// What a backup or a restoration came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BackedUp {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Rows of the store.
    pub rows: u64,
}

/// Writes a backup into a folder that is not there yet, or empty. Imports wait meanwhile; everything else goes on.
///
/// # Errors
/// The folder is not empty or lies in the workspace, or something cannot be read or written.
pub fn backup(
    workspace: &Workspace,
    target: &Path,
    progress: &dyn Fn(u64),
) -> Result<BackedUp, BackupError> {
    let root = fs::canonicalize(workspace.root()).map_err(failed(workspace.root()))?;
    make_empty(target)?;
    let target = fs::canonicalize(target).map_err(failed(target))?;
    if target.starts_with(&root) {
        // It was made just now, and is empty.
        let _ = fs::remove_dir(&target);
        return Err(BackupError::Inside { target });
    }
    let lake = workspace.lake();
    open_lake(&lake)?;
    // Nobody publishes while the tables and the rows that belong to them are written out.
    let _records = WriterLock::acquire(&lake.join("write.lock"), WhenLocked::Wait)?;
    let _sums = WriterLock::acquire(&lake.join("indicators.lock"), WhenLocked::Wait)?;
    let mut manifest = Manifest::new(biaochi_warehouse::lake_stamp(&lake));
    let rows = dump(workspace, &target.join(ROWS))?;
    manifest.add(described(&target, Path::new(ROWS))?);
    let mut paths = Vec::new();
    below(&root, Path::new(""), &mut paths)?;
    for path in paths {
        let within = Path::new(FILES).join(&path);
        copy(&root.join(&path), &target.join(&within))?;
        let file = described(&target, &within)?;
        progress(file.bytes);
        manifest.add(file);
    }
    manifest.rows = rows;
    // The manifest comes last: a backup without one was cut off.
    let text = serde_json::to_string_pretty(&manifest).map_err(io::Error::other);
    let place = target.join(MANIFEST);
    let text = text.map_err(failed(&place))?;
    write(&place, text.as_bytes())?;
    Ok(manifest.summary())
}

/// Makes a workspace of a backup, in a folder that is not there yet, or empty. Every file is compared with its hash
/// before anything is written.
///
/// # Errors
/// The backup is damaged or not whole, or there is something already where it is to go.
pub fn restore(
    source: &Path,
    target: &Path,
    progress: &dyn Fn(u64),
) -> Result<BackedUp, BackupError> {
    let manifest = Manifest::read(source)?;
    for file in &manifest.files {
        let found = described(source, &file.checked_path()?)?;
        if found != *file {
            return Err(BackupError::Damaged {
                file: file.path.clone(),
            });
        }
    }
    make_empty(target)?;
    let is_config = |path: &Path| path == Path::new(FILES).join(CONFIG_FILE);
    let mut config = None;
    for file in &manifest.files {
        let path = file.checked_path()?;
        let Ok(within) = path.strip_prefix(FILES) else {
            continue;
        };
        if is_config(&path) {
            config = Some((source.join(&path), target.join(within)));
            continue;
        }
        copy(&source.join(&path), &target.join(within))?;
        progress(file.bytes);
    }
    let (from, to) = config.ok_or_else(|| BackupError::Damaged {
        file: CONFIG_FILE.to_owned(),
    })?;
    copy(&from, &to)?;
    let restored = take_in(target, &source.join(ROWS), manifest.rows);
    if restored.is_err() {
        // Without its rows it is no workspace; the folder stays for a look, and cannot be opened by mistake.
        let _ = fs::remove_file(&to);
    }
    restored?;
    Ok(manifest.summary())
}

/// Writes all rows of the store into a file.
fn dump(workspace: &Workspace, path: &Path) -> Result<u64, BackupError> {
    let file = create(path)?;
    let mut out = BufWriter::new(file);
    let count = block_on(workspace.with_store(async |store: &Store| {
        let mut write = |line: &str| writeln!(out, "{line}");
        Ok::<_, BackupError>(store.dump(&mut write).await?)
    }))?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error);
    let file = file.map_err(failed(path))?;
    file.sync_all().map_err(failed(path))?;
    Ok(count)
}

fn take_in(target: &Path, rows: &Path, expected: u64) -> Result<(), BackupError> {
    let workspace = Workspace::open(target)?;
    let file = File::open(rows).map_err(failed(rows))?;
    let mut lines = BufReader::new(file).lines();
    let count =
        block_on(workspace.with_store(async |store: &Store| {
            Ok::<_, BackupError>(store.restore(&mut lines).await?)
        }))?;
    match count == expected {
        true => Ok(()),
        false => Err(BackupError::Damaged {
            file: ROWS.to_owned(),
        }),
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |source| BackupError::Io { path, source }
}

/// Makes a folder, unless there is something in it.
fn make_empty(folder: &Path) -> Result<(), BackupError> {
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut entries = fs::read_dir(folder).map_err(failed(folder))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(BackupError::NotEmpty {
            target: folder.to_owned(),
        }),
    }
}

/// Only the owner may read what names patients and seals.
fn create(path: &Path) -> Result<File, BackupError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(failed(path))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let mut file = create(path)?;
    file.write_all(bytes).map_err(failed(path))?;
    file.sync_all().map_err(failed(path))
}

fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut source = File::open(from).map_err(failed(from))?;
    let mut target = create(to)?;
    io::copy(&mut source, &mut target).map_err(failed(to))?;
    target.sync_all().map_err(failed(to))
}

/// The files of a folder that belong into a backup, in the order of their paths.
fn below(root: &Path, within: &Path, paths: &mut Vec<PathBuf>) -> Result<(), BackupError> {
    let folder = root.join(within);
    let entries = fs::read_dir(&folder).map_err(failed(&folder))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed(&folder))?;
        let kind = entry.file_type().map_err(failed(&folder))?;
        found.push((entry.file_name(), kind));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    for (name, kind) in found {
        let path = within.join(&name);
        let name = name.to_string_lossy();
        let is_top = within.as_os_str().is_empty();
        if (is_top && is_left_out(&name)) || name.ends_with(".lock") {
            continue;
        }
        if kind.is_dir() {
            below(root, &path, paths)?;
        } else if kind.is_file() {
            paths.push(path);
        }
    }
    Ok(())
}

/// A file of a backup with its size and hash.
fn described(root: &Path, within: &Path) -> Result<BackedUpFile, BackupError> {
    let path = root.join(within);
    let mut file = File::open(&path).map_err(failed(&path))?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = io::Read::read(&mut file, &mut buffer).map_err(failed(&path))?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    let digest: [u8; 32] = hash.finalize().into();
    let text = within
        .to_str()
        .ok_or_else(|| BackupError::Name { path: path.clone() })?;
    Ok(BackedUpFile {
        path: text.replace(std::path::MAIN_SEPARATOR, "/"),
        bytes,
        sha256: biaochi_access::secret::hex(&digest),
    })
}

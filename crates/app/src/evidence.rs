//! Files that people bring as evidence, kept in the workspace under their hash.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_store::Evidence;
use sha2::{Digest as _, Sha256};

use crate::Workspace;

/// Folder of a workspace that holds what was brought as evidence.
const FOLDER: &str = "evidence";

/// Why a file could not be taken as evidence.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum EvidenceError {
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{path} has no name of a file")]
    Unnamed { path: PathBuf },
}

impl Localized for EvidenceError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Io { path, source }, Language::Zh) => format!(
                "无法读写“{}”：{}。请检查路径、权限和磁盘空间",
                path.display(),
                io_reason(source, language)
            ),
            (Self::Unnamed { path }, Language::Zh) => {
                format!("“{}”不是文件，不能作为佐证材料", path.display())
            }
            (_, Language::En) => self.to_string(),
        }
    }
}

/// Copies files into the evidence folder of a workspace, below the folders that say whose they are. A file is
/// stored under its hash, so that another one of the same name never takes its place.
pub fn attach<P: AsRef<Path>>(
    workspace: &Workspace,
    place: [&str; 3],
    files: &[P],
) -> Result<Vec<Evidence>, EvidenceError> {
    files
        .iter()
        .map(|file| store(workspace.root(), place, file.as_ref()))
        .collect()
}

/// Puts the bytes of a file into the evidence folder of a workspace, as [`attach`] does with a file.
///
/// # Errors
/// The folder cannot be written.
pub fn attach_bytes(
    workspace: &Workspace,
    place: [&str; 3],
    name: &str,
    bytes: &[u8],
) -> Result<Evidence, EvidenceError> {
    let place = place.map(plain);
    let relative: PathBuf = place.iter().collect();
    let folder = workspace.root().join(FOLDER).join(&relative);
    let failed = |source| EvidenceError::Io {
        path: folder.clone(),
        source,
    };
    fs::create_dir_all(&folder).map_err(failed)?;
    let digest = Sha256::digest(bytes);
    let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let stored = format!("{}-{}", sha256.get(..12).unwrap_or(&sha256), plain(name));
    // Written aside first: nobody ever reads a half file.
    let mut draft = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
    draft.write_all(bytes).map_err(failed)?;
    draft.as_file().sync_all().map_err(failed)?;
    let path = folder.join(&stored);
    draft.persist(&path).map_err(|error| failed(error.error))?;
    let relative = relative.join(stored).to_string_lossy().replace('\\', "/");
    Ok(Evidence {
        name: name.to_owned(),
        size: bytes.len() as u64,
        sha256,
        path: relative,
    })
}

/// What [`attach`] and [`attach_bytes`] made of a file of this name and hash, where no more was noted of it.
pub fn kept_as(place: [&str; 3], name: &str, sha256: &str) -> Evidence {
    let short = sha256.get(..12).unwrap_or(sha256);
    let relative: PathBuf = place.map(plain).iter().collect();
    let relative = relative.join(format!("{short}-{}", plain(name)));
    Evidence {
        name: name.to_owned(),
        size: 0,
        sha256: sha256.to_owned(),
        path: relative.to_string_lossy().replace('\\', "/"),
    }
}

/// Reads a file of the evidence folder back.
///
/// # Errors
/// It was noted before files were kept, or is not there any more.
pub fn read(workspace: &Workspace, evidence: &Evidence) -> Result<Vec<u8>, EvidenceError> {
    use std::path::Component;
    let relative = Path::new(&evidence.path);
    let stays_within = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let path = workspace.root().join(FOLDER).join(relative);
    if evidence.path.is_empty() || !stays_within {
        return Err(EvidenceError::Unnamed { path });
    }
    fs::read(&path).map_err(|source| EvidenceError::Io { path, source })
}

fn store(root: &Path, place: [&str; 3], file: &Path) -> Result<Evidence, EvidenceError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| EvidenceError::Io { path, source }
    };
    let name = file
        .file_name()
        .filter(|_| file.is_file() || !file.exists());
    let Some(name) = name else {
        return Err(EvidenceError::Unnamed {
            path: file.to_owned(),
        });
    };
    let name = name.to_string_lossy().into_owned();
    let place = place.map(plain);
    let relative: PathBuf = place.iter().collect();
    let folder = root.join(FOLDER).join(&relative);
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    let draft = folder.join(format!(".{}.new", std::process::id()));
    let copied = copy(file, &draft);
    let (size, sha256) = match copied {
        Ok(copied) => copied,
        Err(error) => {
            // The half copy is of no use to anybody.
            let _ = fs::remove_file(&draft);
            return Err(failed(file)(error));
        }
    };
    let short = sha256.get(..12).unwrap_or(&sha256);
    let stored = format!("{short}-{}", plain(&name));
    let path = folder.join(&stored);
    fs::rename(&draft, &path).map_err(failed(&path))?;
    let relative = relative.join(stored).to_string_lossy().replace('\\', "/");
    Ok(Evidence {
        name,
        size,
        sha256,
        path: relative,
    })
}

/// A text that is the name of one file or folder anywhere.
fn plain(text: &str) -> String {
    let kept = |c: char| {
        if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
            '-'
        } else {
            c
        }
    };
    let text: String = text.chars().map(kept).collect();
    match text.trim_matches(['.', ' ']) {
        "" => "-".to_owned(),
        text => text.to_owned(),
    }
}

/// Copies a file and says its size and SHA-256.
fn copy(from: &Path, to: &Path) -> io::Result<(u64, String)> {
    let mut source = fs::File::open(from)?;
    let mut target = fs::File::create(to)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let count = source.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        let part = buffer.get(..count).unwrap_or_default();
        hash.update(part);
        target.write_all(part)?;
        size += count as u64;
    }
    target.sync_all()?;
    let digest = hash.finalize();
    Ok((
        size,
        digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_kept_under_their_hash_and_cannot_lead_out_of_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = ["division:522200", "..", "R01/1"];
        let file = folder.path().join("批文.pdf");
        fs::write(&file, b"abc").expect("own folder");
        let first = store(folder.path(), place, &file).expect("stored");
        assert_eq!((first.size, &*first.name), (3, "批文.pdf"));
        assert!(first.sha256.starts_with("ba7816bf8f01"));
        assert_eq!(first.path, "division-522200/-/R01-1/ba7816bf8f01-批文.pdf");
        let found = kept_as(place, &first.name, &first.sha256);
        assert_eq!(found.path, first.path);
        fs::write(&file, b"abcd").expect("own folder");
        let second = store(folder.path(), place, &file).expect("stored");
        assert_ne!(second.path, first.path);
        let kept = fs::read(folder.path().join(FOLDER).join(&first.path)).expect("kept");
        assert_eq!(kept, b"abc");
        let missing = store(folder.path(), place, &folder.path().join("nothing"));
        assert!(matches!(missing, Err(EvidenceError::Io { .. })));
        let itself = store(folder.path(), place, folder.path());
        assert!(matches!(itself, Err(EvidenceError::Unnamed { .. })));
    }
}

//! What a backup says of itself.

use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::BackedUp;
use super::error::BackupError;

/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";

/// The form of backups that this program writes, and the newest that it reads. In form 1 no line named the columns of
/// the rows.
const FORMAT: u32 = 2;

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUpFile {
    /// Its path within the backup.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl BackedUpFile {
    /// The path, which must not lead out of the backup.
    pub(super) fn checked_path(&self) -> Result<PathBuf, BackupError> {
        let path = PathBuf::from(&self.path);
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        match path.components().all(is_plain) {
            true => Ok(path),
            false => Err(BackupError::Damaged {
                file: self.path.clone(),
            }),
        }
    }
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its form.
    pub format: u32,
    /// When it was made, as RFC 3339.
    pub made_at: String,
    /// The program that made it.
    pub program: String,
    /// The newest publication of the lake.
    pub lake: String,
    /// Rows of the store.
    pub rows: u64,
    /// The files.
    pub files: Vec<BackedUpFile>,
}

impl Manifest {
    pub(super) fn new(lake: String) -> Self {
        Self {
            format: FORMAT,
            made_at: Timestamp::now().to_string(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            lake,
            rows: 0,
            files: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, file: BackedUpFile) {
        self.files.push(file);
    }

    /// Reads the manifest of a backup.
    ///
    /// # Errors
    /// There is none, or a newer program wrote it.
    pub fn read(folder: &Path) -> Result<Self, BackupError> {
        let none = || BackupError::NoBackup {
            folder: folder.to_owned(),
        };
        let text = std::fs::read_to_string(folder.join(MANIFEST)).map_err(|_| none())?;
        let manifest: Self = serde_json::from_str(&text).map_err(|_| none())?;
        match manifest.format {
            1..=FORMAT => Ok(manifest),
            format => Err(BackupError::Newer { format }),
        }
    }

    pub(super) fn summary(&self) -> BackedUp {
        BackedUp {
            files: self.files.len() as u64,
            bytes: self.files.iter().map(|file| file.bytes).sum(),
            rows: self.rows,
        }
    }
}

//! The reject file of an import; made when the first row needs it.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use biaochi_domain::Language;
use biaochi_ingest::{Problem, RejectWriter};

use super::ImportError;

/// Rows of one block that have problems.
#[derive(Debug)]
pub(super) struct Noted {
    pub(super) line: u64,
    pub(super) problems: Vec<Problem>,
    /// The row as it stands in the file; empty for rows that are kept, which the table has.
    pub(super) raw: String,
}

#[derive(Debug)]
pub(super) struct Rejects {
    path: PathBuf,
    language: Language,
    writer: Option<RejectWriter<BufWriter<File>>>,
}

impl Rejects {
    pub(super) fn new(folder: &Path, import_id: &str, language: Language) -> Self {
        Self {
            path: folder.join(format!("{import_id}.csv")),
            language,
            writer: None,
        }
    }

    pub(super) fn write(&mut self, file: &str, noted: &[Noted]) -> Result<(), ImportError> {
        if noted.is_empty() {
            return Ok(());
        }
        let path = self.path.clone();
        let mut write = || -> io::Result<()> {
            let writer = match &mut self.writer {
                Some(writer) => writer,
                none => {
                    if let Some(folder) = self.path.parent() {
                        fs::create_dir_all(folder)?;
                    }
                    let out = BufWriter::new(create_private(&self.path)?);
                    none.insert(RejectWriter::new(out, self.language)?)
                }
            };
            for row in noted {
                writer.write(file, row.line, &row.problems, &row.raw)?;
            }
            Ok(())
        };
        write().map_err(|source| ImportError::Rejects { path, source })
    }

    /// Completes the file; its path when there is one.
    pub(super) fn finish(&mut self) -> Result<Option<PathBuf>, ImportError> {
        let failed = |source| ImportError::Rejects {
            path: self.path.clone(),
            source,
        };
        match self.writer.take() {
            None => Ok(None),
            Some(writer) => {
                let out = writer.finish().map_err(failed)?;
                let file = out
                    .into_inner()
                    .map_err(|error| failed(error.into_error()))?;
                file.sync_all().map_err(failed)?;
                Ok(Some(self.path.clone()))
            }
        }
    }

    /// Takes the file away again: the import did not happen.
    pub(super) fn discard(&self) {
        // It may never have been made.
        let _ = fs::remove_file(&self.path);
    }
}

/// Original rows name patients: only the owner may read them.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

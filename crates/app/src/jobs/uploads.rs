//! What was uploaded, by the hash of its bytes: the same file lies there once, and nobody's file name decides where.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use super::error::JobError;
use super::request::{JobRequest, UploadedFile};
use crate::Workspace;

/// How long a file stays that no job needs.
const STAYS: Duration = Duration::from_secs(3600);

/// How long a file stays for a job that failed and may be tried again.
const STAYS_FOR_RETRY: Duration = Duration::from_secs(7 * 24 * 3600);

/// Characters of a name that are kept.
const NAME_CHARACTERS: usize = 80;

/// The folder of uploaded files.
#[derive(Debug, Clone)]
pub struct Uploads {
    folder: PathBuf,
}

/// A file that is being uploaded. Dropping it unfinished takes it away again.
#[derive(Debug)]
pub struct Upload {
    folder: PathBuf,
    draft: PathBuf,
    file: Option<File>,
    hash: Sha256,
    bytes: u64,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> JobError + use<> {
    let path = path.to_owned();
    move |source| JobError::Io { path, source }
}

/// A name that is nothing but a name: no folders, nothing hidden, nothing that a shell or a page would obey.
fn harmless(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_fine = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '（' | '）' | '(' | ')')
    };
    let kept: String = last
        .chars()
        .map(|letter| if is_fine(letter) { letter } else { '_' })
        .collect();
    let kept = kept.trim_start_matches('.');
    // The end says what kind of file it is.
    let letters: Vec<char> = kept.chars().collect();
    let from = letters.len().saturating_sub(NAME_CHARACTERS);
    let name: String = letters[from..].iter().collect();
    match name.is_empty() {
        true => "未命名".to_owned(),
        false => name,
    }
}

impl Uploads {
    /// The uploads of a workspace.
    pub fn of(workspace: &Workspace) -> Self {
        Self {
            folder: workspace.root().join("uploads"),
        }
    }

    /// Begins a file.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn begin(&self) -> Result<Upload, JobError> {
        fs::create_dir_all(&self.folder).map_err(failed(&self.folder))?;
        let name = format!(".{}", uuid::Uuid::new_v4().simple());
        let draft = self.folder.join(name);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        // Front pages name patients: only the service may read them.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&draft).map_err(failed(&draft))?;
        Ok(Upload {
            folder: self.folder.clone(),
            draft,
            file: Some(file),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Takes a file of this machine in, leaving it where it is.
    ///
    /// # Errors
    /// It cannot be read, or the folder cannot be written.
    pub fn take(&self, path: &Path) -> Result<UploadedFile, JobError> {
        let mut upload = self.begin()?;
        let mut file = File::open(path).map_err(failed(path))?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = io::Read::read(&mut file, &mut buffer).map_err(failed(path))?;
            if read == 0 {
                break;
            }
            upload.write(&buffer[..read])?;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        upload.finish(&name)
    }

    /// Where a file lies.
    pub(super) fn path(&self, file: &UploadedFile) -> Result<PathBuf, JobError> {
        let is_hash = file.sha256.len() == 64 && file.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        let path = self.folder.join(&file.sha256).join(harmless(&file.name));
        match is_hash && path.is_file() {
            true => Ok(path),
            false => Err(JobError::Gone {
                name: file.name.clone(),
            }),
        }
    }

    /// Takes files away that no job needs any more; `requests` are those of the jobs that may still be worked on.
    pub(super) fn tidy(&self, requests: &[String], now: SystemTime) {
        let needed: HashSet<String> = requests
            .iter()
            .filter_map(|request| serde_json::from_str::<JobRequest>(request).ok())
            .flat_map(|request| request.files().to_vec())
            .map(|file| file.sha256)
            .collect();
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            let changed = entry.metadata().and_then(|data| data.modified());
            let age = changed.map(|at| now.duration_since(at).unwrap_or_default());
            let name = entry.file_name().to_string_lossy().into_owned();
            let stays = match needed.contains(&name) {
                true => STAYS_FOR_RETRY,
                false => STAYS,
            };
            if age.is_ok_and(|age| age > stays) {
                let path = entry.path();
                // It may be gone already, or go next time.
                let _ = match path.is_dir() {
                    true => fs::remove_dir_all(&path),
                    false => fs::remove_file(&path),
                };
            }
        }
    }
}

impl Upload {
    /// Adds bytes.
    ///
    /// # Errors
    /// The disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), JobError> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes).map_err(failed(&self.draft))?;
        }
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// How many bytes there are so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts the file into its place.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn finish(mut self, name: &str) -> Result<UploadedFile, JobError> {
        if let Some(file) = self.file.take() {
            file.sync_all().map_err(failed(&self.draft))?;
        }
        let digest: [u8; 32] = std::mem::take(&mut self.hash).finalize().into();
        let uploaded = UploadedFile {
            name: harmless(name),
            sha256: biaochi_access::secret::hex(&digest),
            bytes: self.bytes,
        };
        let folder = self.folder.join(&uploaded.sha256);
        fs::create_dir_all(&folder).map_err(failed(&folder))?;
        let place = folder.join(&uploaded.name);
        fs::rename(&self.draft, &place).map_err(failed(&place))?;
        Ok(uploaded)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Finished files have another name by now.
        let _ = fs::remove_file(&self.draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn a_name_cannot_leave_the_folder() {
        for (name, expected) in [
            ("三月首页.csv", "三月首页.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\数据\\首页 (1).xlsx", "首页_(1).xlsx"),
            (".bashrc", "bashrc"),
            ("a\u{202E}b\n.csv", "a_b_.csv"),
            ("..", "未命名"),
            ("", "未命名"),
        ] {
            assert_eq!(harmless(name), expected, "{name:?}");
        }
        assert_eq!(harmless(&"长".repeat(200)).chars().count(), NAME_CHARACTERS);
    }

    #[test]
    fn files_lie_by_their_hash_and_go_when_nobody_needs_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
        let uploads = Uploads::of(&workspace);
        let mut upload = uploads.begin().expect("begun");
        upload.write(b"a,b\n").expect("written");
        upload.write(b"1,2\n").expect("written");
        let file = upload.finish("首页.csv").expect("finished");
        assert_eq!(file.bytes, 8);
        let path = uploads.path(&file).expect("is there");
        assert_eq!(fs::read(&path).expect("own file"), b"a,b\n1,2\n");
        drop(uploads.begin().expect("begun"));
        let left = fs::read_dir(folder.path().join("uploads")).expect("a folder");
        assert_eq!(left.count(), 1, "what was not finished is gone");
        let mode = crate::ImportMode::ReplaceMonth;
        let scope = biaochi_store::Scope::All;
        let request = JobRequest::import(&scope, vec![file.clone()], None, mode);
        let request = serde_json::to_string(&request).expect("JSON");
        let later = SystemTime::now() + STAYS * 2;
        uploads.tidy(&[request], later);
        assert!(uploads.path(&file).is_ok());
        uploads.tidy(&[], later);
        assert!(matches!(uploads.path(&file), Err(JobError::Gone { .. })));
        let wrong = UploadedFile {
            sha256: "../../etc".to_owned(),
            ..file
        };
        assert!(matches!(uploads.path(&wrong), Err(JobError::Gone { .. })));
    }
}

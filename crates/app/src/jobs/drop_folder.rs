//! A folder in which files appear that are to be imported: the end of an SFTP box, or of another system's export.
//!
//! A file in the folder itself may have records of all institutions; one in a subfolder named by an organisation code
//! only those of that institution. What is imported moves to `done`, what cannot be to `failed`, with the reason in a
//! text beside it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use biaochi_access::secret::fingerprint;
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{Actor, Job, JobFilter, JobState, Scope, Store, StoreError};
use biaochi_warehouse::lake::Mode;
use jiff::Timestamp;

use super::error::{FEWER_RECORDS, JobError};
use super::request::{JobRequest, WantedJob, want};
use super::uploads::Uploads;
use crate::Workspace;
use crate::runtime::block_on;

/// Who wants the imports, as jobs and audit trail name it.
const ACTOR: &str = "收件夹";

/// Where files go that were imported.
const DONE: &str = "done";
/// Where files go that could not be.
const FAILED: &str = "failed";

/// Endings of files that somebody is still writing.
const UNFINISHED: [&str; 4] = ["part", "tmp", "filepart", "crdownload"];

/// Why the folder cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the drop folder {folder}")]
pub struct DropFolderError {
    /// The folder.
    pub folder: PathBuf,
    /// Why not.
    pub source: io::Error,
}

/// A watched folder. Whoever holds it looks at it every few seconds.
#[derive(Debug)]
pub struct DropFolder {
    folder: PathBuf,
    workspace: Workspace,
    store: Store,
    /// Size and time of files when they were last looked at, and their job once there is one.
    seen: HashMap<PathBuf, Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    bytes: u64,
    changed: Option<SystemTime>,
    /// Another one for a file that was put there again, even if its content and time are as before.
    placed: i64,
    job: Option<String>,
}

impl DropFolder {
    /// Watches a folder, which is made if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(folder: &Path, workspace: Workspace, store: Store) -> Result<Self, DropFolderError> {
        for own in [folder.to_owned(), folder.join(DONE), folder.join(FAILED)] {
            fs::create_dir_all(&own).map_err(|source| DropFolderError {
                folder: own.clone(),
                source,
            })?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            workspace,
            store,
            seen: HashMap::new(),
        })
    }

    /// Looks once: files that stayed the same since the last look become jobs, and those of jobs that ended move. Says
    /// whether there are new jobs.
    pub fn look(&mut self) -> bool {
        let files = self.files();
        self.seen
            .retain(|path, _| files.iter().any(|(own, _)| own == path));
        let mut is_new = false;
        for (path, organisation) in files {
            let Ok(metadata) = fs::metadata(&path) else {
                continue;
            };
            let now = Seen {
                bytes: metadata.len(),
                changed: metadata.modified().ok(),
                placed: placed(&metadata),
                job: None,
            };
            let before = self.seen.get(&path).cloned();
            let same = before.as_ref().is_some_and(|before| {
                before.bytes == now.bytes
                    && before.changed == now.changed
                    && before.placed == now.placed
            });
            let Some(before) = before.filter(|_| same && now.bytes > 0) else {
                self.seen.insert(path, now);
                continue;
            };
            let wanted = match before.job {
                Some(job_id) => self.look_after(&path, &job_id),
                None => {
                    let wanted = self.wanted(&path, organisation.as_deref(), &now);
                    is_new |= wanted.is_ok();
                    wanted.map(|job| {
                        let job = Some(job.job_id);
                        self.seen.insert(path.clone(), Seen { job, ..now });
                    })
                }
            };
            match wanted {
                // Such a folder will never be right: the file would wait for ever, and nobody knew.
                Err(JobError::Store(error @ StoreError::Invalid { .. })) => {
                    let text = format!("{}\n", error.text(Language::Zh));
                    if let Err(error) = self.put_away(&path, FAILED, "", &text) {
                        tracing::warn!(error = %error, "a file of the drop folder was not put away");
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %error, "a file of the drop folder was not taken");
                }
                Ok(()) => {}
            }
        }
        is_new
    }

    /// Files that wait, with the organisation whose subfolder they are in.
    fn files(&self) -> Vec<(PathBuf, Option<String>)> {
        let mut files = Vec::new();
        for (path, name, is_folder) in entries(&self.folder) {
            if !is_folder {
                files.push((path, None));
            } else if name != DONE && name != FAILED {
                let inside = entries(&path).into_iter();
                let inside = inside.filter(|(_, _, is_folder)| !is_folder);
                files.extend(inside.map(|(path, _, _)| (path, Some(name.clone()))));
            }
        }
        files
    }

    fn wanted(
        &self,
        path: &Path,
        organisation: Option<&str>,
        seen: &Seen,
    ) -> Result<Job, JobError> {
        let file = Uploads::of(&self.workspace).take(path)?;
        let scope = match organisation {
            Some(code) => Scope::one(code),
            None => Scope::All,
        };
        // Two files of one content may come in the same moment, since a file's time is coarse.
        let place = path.strip_prefix(&self.folder).unwrap_or(path);
        let named = format!("{}/{:x}/{}", file.sha256, seen.placed, place.display());
        let organisation = organisation.map(str::to_owned);
        let wanted = WantedJob {
            organisation: organisation.clone().unwrap_or_default(),
            // After a restart the same file finds its job again.
            idempotency_key: Some(fingerprint(&named)),
            request: JobRequest::import(&scope, vec![file], organisation, Mode::ReplaceMonth),
        };
        let (job, _) = block_on(want(&self.store, &scope, &Actor::now(ACTOR), &wanted))?;
        Ok(job)
    }

    /// Moves the file of a job that ended.
    fn look_after(&mut self, path: &Path, job_id: &str) -> Result<(), JobError> {
        let filter = JobFilter {
            own: Some(ACTOR.to_owned()),
            ..JobFilter::default()
        };
        let job = block_on(self.store.job(&filter, job_id))?;
        if !job.state.is_final() {
            return Ok(());
        }
        let target = match job.state {
            JobState::Done => DONE,
            _ => FAILED,
        };
        let short = job_id.get(..8).unwrap_or(job_id);
        let asked = match job.result.contains(FEWER_RECORDS) {
            true => "请在“数据 → 导入病案”页面重新上传这个文件，再按提示确认替换或按更正导入\n",
            false => "",
        };
        let text = format!("{}\n{asked}作业 {job_id}\n", job.message);
        self.put_away(path, target, short, &text)
    }

    /// Moves a file to a folder, with a text beside it. `before` keeps two files of one name from taking each other's
    /// place; without one, the time does.
    fn put_away(
        &mut self,
        path: &Path,
        target: &str,
        before: &str,
        text: &str,
    ) -> Result<(), JobError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let before = match before {
            "" => Timestamp::now().as_microsecond().to_string(),
            before => before.to_owned(),
        };
        let place = self.folder.join(target).join(format!("{before}-{name}"));
        let failed = |source| JobError::Io {
            path: path.to_owned(),
            source,
        };
        fs::write(place.with_file_name(format!("{before}-{name}.txt")), text).map_err(failed)?;
        fs::rename(path, &place).map_err(failed)?;
        self.seen.remove(path);
        Ok(())
    }
}

/// When a file came to its place, in microseconds; moving it changes that, as opposed to the time of its content.
fn placed(metadata: &fs::Metadata) -> i64 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let micros = metadata.ctime_nsec() / 1000;
        metadata
            .ctime()
            .saturating_mul(1_000_000)
            .saturating_add(micros)
    }
    #[cfg(not(unix))]
    {
        let changed = metadata.modified().ok();
        let since = changed.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        since.map_or(0, |since| since.as_micros() as i64)
    }
}

/// What a folder holds, in the order of names, without what is hidden or still being written.
fn entries(folder: &Path) -> Vec<(PathBuf, String, bool)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(PathBuf, String, bool)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Links could lead anywhere.
            let kind = entry.file_type().ok()?;
            let ending = Path::new(&name).extension();
            let ending = ending.map(|ending| ending.to_string_lossy().to_lowercase());
            let unfinished = ending.is_some_and(|ending| UNFINISHED.contains(&ending.as_str()));
            let fits = (kind.is_file() || kind.is_dir()) && !name.starts_with('.') && !unfinished;
            fits.then(|| (entry.path(), name, kind.is_dir()))
        })
        .collect();
    found.sort();
    found
}

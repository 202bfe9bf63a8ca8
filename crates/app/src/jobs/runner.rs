//! Threads that take jobs from the queue and do them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use biaochi_store::{Job, JobOutcome, JobProgress, JobState, Store};
use jiff::{SignedDuration, Timestamp};

use super::document::Documents;
use super::error::JobError;
use super::request::JobRequest;
use super::uploads::Uploads;
use super::work::{Worked, reason, work};
use crate::runtime::block_on;
use crate::{Compiled, Workspace};

/// How long a job is held without a sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(20);

/// How often whoever works on a job shows a sign of life.
const BEAT: Duration = Duration::from_secs(1);

/// How often the queue is looked at when nobody says that there is something.
const PAUSE: Duration = Duration::from_secs(2);

/// How often files that nobody needs are taken away.
const TIDY: Duration = Duration::from_secs(3600);

/// Runners of jobs; they work until they are stopped.
#[derive(Debug)]
pub struct Runners {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    workspace: Workspace,
    store: Store,
    content: Box<dyn Fn() -> Arc<Compiled> + Send + Sync>,
    stopping: AtomicBool,
    /// Something may be in the queue.
    news: Mutex<bool>,
    bell: Condvar,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Runners {
    /// Starts so many runners over a workspace that shares an open store. `content` gives the content in force when a
    /// job begins.
    pub fn start(
        workspace: Workspace,
        store: Store,
        content: impl Fn() -> Arc<Compiled> + Send + Sync + 'static,
        count: usize,
    ) -> Self {
        let shared = Arc::new(Shared {
            workspace,
            store,
            content: Box::new(content),
            stopping: AtomicBool::new(false),
            news: Mutex::new(true),
            bell: Condvar::new(),
        });
        let threads = (0..count.max(1)).filter_map(|number| {
            let shared = Arc::clone(&shared);
            let builder = thread::Builder::new()
                .name(format!("job-{number}"))
                // Planning nested queries recurses deeply.
                .stack_size(8 << 20);
            builder.spawn(move || shared.run(number)).ok()
        });
        let threads = threads.collect();
        Self { shared, threads }
    }

    /// Says that there may be something in the queue.
    pub fn wake(&self) {
        self.shared.wake();
    }

    /// Stops: jobs that are under way end without effect and go back into the queue.
    pub fn stop(self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.shared.wake();
        for thread in self.threads {
            // A runner that panicked has nothing to give back; its job is taken when its lease ends.
            let _ = thread.join();
        }
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn wake(&self) {
        *held(&self.news) = true;
        self.bell.notify_all();
    }

    /// The workspace with its configuration as it is now: another pack of checks may have been named since the start.
    fn configured(&self) -> Workspace {
        match Workspace::open(self.workspace.root()) {
            Ok(now) => now.sharing(self.store.clone()),
            Err(_) => self.workspace.clone(),
        }
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    fn run(&self, number: usize) {
        let name = uuid::Uuid::new_v4().simple().to_string();
        let holder = format!("后台作业-{}", name.get(..8).unwrap_or_default());
        let mut tidied: Option<Instant> = None;
        while !self.is_stopping() {
            let taken = block_on(self.store.take_job(&holder, Timestamp::now(), LEASE));
            match taken {
                Ok(Some(job)) => self.do_job(&holder, &job),
                Ok(None) => {
                    if number == 0 && tidied.is_none_or(|at| at.elapsed() > TIDY) {
                        self.tidy();
                        tidied = Some(Instant::now());
                    }
                    self.wait();
                }
                Err(error) => {
                    tracing::warn!(error = %error, "the queue of jobs cannot be read");
                    self.wait();
                }
            }
        }
    }

    fn wait(&self) {
        let news = held(&self.news);
        let waited = self.bell.wait_timeout_while(news, PAUSE, |news| !*news);
        let (mut news, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *news = false;
    }

    fn tidy(&self) {
        Documents::of(&self.workspace).tidy(SystemTime::now());
        match block_on(self.store.open_job_requests()) {
            Ok(requests) => Uploads::of(&self.workspace).tidy(&requests, SystemTime::now()),
            Err(error) => tracing::warn!(error = %error, "uploads cannot be tidied"),
        }
    }

    /// Does a job while another thread shows signs of life.
    fn do_job(&self, holder: &str, job: &Job) {
        let began = Instant::now();
        let kind = job.kind.code();
        let span =
            tracing::info_span!("job", id = %job.job_id, kind, state = tracing::field::Empty);
        let _entered = span.enter();
        tracing::info!(attempt = job.attempts, "job begins");
        let progress = Mutex::new(Told::default());
        let (cancel, over) = (AtomicBool::new(false), AtomicBool::new(false));
        let why = Mutex::new(Why::Nothing);
        let worked = thread::scope(|scope| {
            let beat = scope.spawn(|| {
                self.show_life((holder, &job.job_id), &progress, (&cancel, &over), &why);
            });
            let worked = catch_unwind(AssertUnwindSafe(|| self.work_on(job, &progress, &cancel)));
            over.store(true, Ordering::Relaxed);
            beat.thread().unpark();
            worked
        });
        let why = *held(&why);
        let seconds = began.elapsed().as_secs_f64();
        let outcome = match worked {
            Ok(Ok(worked)) => done(worked),
            Ok(Err(error)) if error.is_cancelled() && why == Why::Stopping => {
                let back = block_on(self.store.give_jobs_back(holder));
                tracing::info!(seconds, given_back = back.is_ok(), "job goes back");
                return;
            }
            Ok(Err(error)) if error.is_cancelled() && why == Why::Lost => {
                tracing::warn!(seconds, "somebody else has the job");
                return;
            }
            Ok(Err(error)) if error.is_cancelled() => {
                ended(JobState::Cancelled, "已按要求取消，数据没有改动".to_owned())
            }
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "job failed");
                let details = error.details().map(|details| details.to_string());
                JobOutcome {
                    result: details.unwrap_or_default(),
                    ..ended(JobState::Failed, reason(&error))
                }
            }
            Err(_) => {
                tracing::error!("job panicked");
                let text = "程序出错，这项作业没有完成。请把作业编号告诉信息科";
                ended(JobState::Failed, text.to_owned())
            }
        };
        let state = outcome.state;
        let ended = self
            .store
            .finish_job((holder, &job.job_id), &outcome, Timestamp::now());
        match block_on(ended) {
            Ok(true) => tracing::info!(seconds, state = state.code(), "job ended"),
            Ok(false) => tracing::warn!(seconds, "somebody else has the job"),
            Err(error) => tracing::error!(error = %error, "the end of a job was not stored"),
        }
        // After the last line, which has it by itself: only traces ask the span.
        span.record("state", state.code());
        let labels = [("kind", kind), ("state", state.code())];
        metrics::counter!("biaochi_jobs_total", &labels).increment(1);
        metrics::histogram!("biaochi_job_seconds", &labels).record(seconds);
        // What waited for its lane may go on.
        self.wake();
    }

    fn work_on(
        &self,
        job: &Job,
        progress: &Mutex<Told>,
        cancel: &AtomicBool,
    ) -> Result<Worked, JobError> {
        let request: JobRequest = serde_json::from_str(&job.request)?;
        let content = (self.content)();
        let tell = |new: JobProgress| held(progress).tell(new);
        let workspace = self.configured();
        work(&workspace, &content, (&request, job), &tell, cancel)
    }

    /// Shows signs of life until the job is over, and learns whether it shall end.
    fn show_life(
        &self,
        job: (&str, &str),
        progress: &Mutex<Told>,
        (cancel, over): (&AtomicBool, &AtomicBool),
        why: &Mutex<Why>,
    ) {
        let end = |reason: Why| {
            let mut why = held(why);
            if *why == Why::Nothing {
                *why = reason;
            }
            cancel.store(true, Ordering::Relaxed);
        };
        while !over.load(Ordering::Relaxed) {
            if self.is_stopping() {
                end(Why::Stopping);
            }
            let now = held(progress).now();
            let told = self.store.report_job(job, &now, Timestamp::now(), LEASE);
            match block_on(told) {
                Ok(signs) if !signs.held => end(Why::Lost),
                Ok(signs) if signs.cancel_wanted => end(Why::Wanted),
                Ok(_) => {}
                Err(error) => tracing::warn!(error = %error, "a sign of life was not stored"),
            }
            thread::park_timeout(BEAT);
        }
    }
}

/// How far a job is, and since when it does what it does.
#[derive(Debug, Default)]
struct Told {
    progress: JobProgress,
    since: Option<Instant>,
}

impl Told {
    fn tell(&mut self, new: JobProgress) {
        if new.words != self.progress.words {
            self.since = Some(Instant::now());
        }
        self.progress = new;
    }

    /// Where nobody knows how much is left, the time that it takes so far is told.
    fn now(&self) -> JobProgress {
        let mut now = self.progress.clone();
        let seconds = self.since.map_or(0, |since| since.elapsed().as_secs());
        if now.total == 0 && !now.words.is_empty() && seconds > 0 {
            now.words += &format!("，已用 {seconds} 秒");
        }
        now
    }
}

/// Why a job is to end before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Nothing,
    Wanted,
    Stopping,
    Lost,
}

fn done(worked: Worked) -> JobOutcome {
    JobOutcome {
        state: JobState::Done,
        message: worked.message,
        result: worked.result.to_string(),
        reject_file: worked.reject_file,
    }
}

fn ended(state: JobState, message: String) -> JobOutcome {
    JobOutcome {
        state,
        message,
        result: String::new(),
        reject_file: String::new(),
    }
}

/// The file of rejected rows of a job, if it is there.
pub fn reject_path(workspace: &Workspace, job: &Job) -> Option<PathBuf> {
    let name = Some(job.reject_file.as_str()).filter(|name| !name.is_empty())?;
    let is_plain = !name.contains(['/', '\\']) && !name.starts_with('.');
    let path = workspace.rejects().join(name);
    (is_plain && path.is_file()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_in_sight_tells_how_long_it_takes() {
        let step = |total: u64, words: &str| JobProgress {
            done: 0,
            total,
            words: words.to_owned(),
        };
        let long_ago = || Instant::now().checked_sub(Duration::from_secs(5));
        let mut told = Told::default();
        assert_eq!(told.now(), JobProgress::default());
        told.tell(step(0, "发布"));
        told.since = long_ago();
        // The same step goes on; another one begins anew.
        told.tell(step(0, "发布"));
        let words = told.now().words;
        assert!(words.starts_with("发布，已用 "), "{words}");
        told.tell(step(0, "更新工作清单"));
        assert!(told.since.is_some_and(|since| Some(since) > long_ago()));
        told.tell(step(9, "逐份重查"));
        told.since = long_ago();
        assert_eq!(told.now().words, "逐份重查");
    }
}

//! What every request works with.

use std::any::Any;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use biaochi_app::accounts::{AccountError, Office, SingleSignOn};
use biaochi_app::jobs::Runners;
use biaochi_app::query::lake_stamp;
use biaochi_app::{Compiled, Content, ContentError, Workspace, WorkspaceError};
use biaochi_domain::{Language, Localized};
use biaochi_store::{Store, StoreError};
use tokio::sync::{Semaphore, watch};
use tracing::Instrument as _;

use crate::health::MetricsText;
use crate::limits::{Gates, Limits};
use crate::problem::{Code, Problem};
use crate::remember::Remembered;

/// How the service was set up.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The service holds synthetic data only: persons of the demonstration are offered on the sign-in page.
    pub demo: bool,
    /// The browser reaches it by TLS, so that cookies are sent by TLS only.
    pub secure: bool,
    /// Use cases that work at the same time at most; the others wait.
    pub workers: usize,
    /// Bytes that the files of an upload may have together; 0 for 2 GiB.
    pub upload_bytes: u64,
    /// What is let in, and from where.
    pub limits: Limits,
    /// Writes the metrics; without it nobody can read them.
    pub metrics: Option<MetricsText>,
    /// The identity provider that people may sign in with.
    pub single_sign_on: Option<SingleSignOn>,
}

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum ServiceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl Localized for ServiceError {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Store(error) => error.text(language),
            Self::Account(error) => error.text(language),
        }
    }
}

/// The opened workspace, content and store. Clones share them.
#[derive(Debug, Clone)]
pub struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    workspace: Settled,
    store: Store,
    /// The office with the roles of the content in force.
    office: RwLock<Office>,
    content: RwLock<Arc<Compiled>>,
    /// Folders of the institution's own packs, to load content again.
    folders: Vec<PathBuf>,
    workers: Semaphore,
    answers: Remembered,
    /// Counts how often content was read, for the keys of kept answers.
    generation: AtomicU64,
    /// Held by whoever changes packs or the configuration: one after the other.
    changing: Mutex<()>,
    gates: Gates,
    /// Becomes `true` when the service is about to end.
    closing: watch::Sender<bool>,
    runners: Mutex<Option<Runners>>,
    settings: Settings,
}

/// The workspace with its configuration as it was settled one after the other; requests that began before keep theirs.
#[derive(Debug)]
struct Settled {
    workspace: Workspace,
    next: OnceLock<Box<Settled>>,
}

impl Settled {
    fn new(workspace: Workspace) -> Self {
        Self {
            workspace,
            next: OnceLock::new(),
        }
    }

    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }

    fn settle(&self, workspace: Workspace) {
        // Whoever settles holds the lock for changes, so that the place is free.
        let _ = self.last().next.set(Box::new(Self::new(workspace)));
    }
}

impl Service {
    /// Opens the store of a workspace, which all requests share.
    ///
    /// # Errors
    /// The store cannot be opened, or the packs of roles have mistakes.
    pub async fn open(
        workspace: &Workspace,
        content: Content,
        settings: Settings,
    ) -> Result<Self, ServiceError> {
        let store = workspace.open_store().await?;
        let workspace = workspace.sharing(store.clone());
        let office = Office::new(&workspace, &content, store.clone())?;
        Ok(Self(Arc::new(Inner {
            workspace: Settled::new(workspace),
            store,
            office: RwLock::new(office),
            folders: content.folders().to_vec(),
            content: RwLock::new(Arc::new(Compiled::new(content))),
            workers: Semaphore::new(settings.workers.max(1)),
            answers: Remembered::default(),
            generation: AtomicU64::new(0),
            changing: Mutex::new(()),
            gates: Gates::new(&settings.limits),
            closing: watch::Sender::new(false),
            runners: Mutex::default(),
            settings,
        })))
    }

    /// The workspace; its use cases share the store. Its changes are told with no origin: what a person does goes
    /// through [`crate::Caller::workspace`].
    pub fn workspace(&self) -> &Workspace {
        &self.0.workspace.last().workspace
    }

    /// The office of accounts, with the roles in force now.
    pub fn office(&self) -> Office {
        let held = self.0.office.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The content in force now. A request keeps what it took.
    pub fn content(&self) -> Arc<Compiled> {
        let held = self.0.content.read();
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Does something that changes packs or the configuration; others that do wait.
    pub fn changing<T>(&self, work: impl FnOnce() -> T) -> T {
        let changing = self.0.changing.lock();
        let _held = changing.unwrap_or_else(PoisonError::into_inner);
        work()
    }

    /// Names the pack of checks that imports run from now on, in the configuration of the workspace as well. Called within
    /// [`Service::changing`].
    ///
    /// # Errors
    /// The configuration cannot be written; it stays what it was.
    pub fn set_checks(&self, id: &str) -> Result<(), WorkspaceError> {
        let mut workspace = self.workspace().clone();
        workspace.set_checks(id)?;
        self.0.workspace.settle(workspace);
        self.0.generation.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Reads the packs again, roles included; requests that began before keep the content they took.
    ///
    /// # Errors
    /// The packs cannot be read; the content stays what it was.
    pub fn reload_content(&self) -> Result<(), ContentError> {
        let mut folders = self.0.folders.clone();
        // The folder of the workspace may have been made since.
        let own = self.workspace().packs();
        if own.is_dir() && !folders.contains(&own) {
            folders.insert(0, own);
        }
        let content = Content::load(&folders)?;
        let roles = content.role_library().load()?;
        let content = Compiled::new(content);
        let office = self.office().with_roles(roles);
        *self
            .0
            .office
            .write()
            .unwrap_or_else(PoisonError::into_inner) = office;
        let mut held = self
            .0
            .content
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(content);
        self.0.generation.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// The answer to a question about the lake, made now unless it is kept: answers are kept as long as lake and content
    /// stay the same. `key` names the feature and everything that was asked, the scope included; what also depends on
    /// the store has the store's revision in it.
    ///
    /// # Errors
    /// What making it says.
    pub fn kept<T: Any + Send + Sync>(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<Arc<T>, Problem> {
        let stamp = lake_stamp(&self.workspace().lake());
        let generation = self.0.generation.load(Ordering::Relaxed);
        self.0
            .answers
            .get(format!("{generation}/{stamp}/{key}"), make)
    }

    /// How it was set up.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// What counts requests.
    pub(crate) fn gates(&self) -> &Gates {
        &self.0.gates
    }

    /// Starts so many runners of jobs, unless they run.
    pub fn start_jobs(&self, count: usize) {
        let mut runners = self.runners();
        if runners.is_none() {
            let own = self.clone();
            let content = move || own.content();
            let (workspace, store) = (self.workspace().clone(), self.store().clone());
            *runners = Some(Runners::start(workspace, store, content, count));
        }
    }

    /// Stops the runners: jobs that are under way go back into the queue. Waits until they have.
    pub fn stop_jobs(&self) {
        let runners = self.runners().take();
        if let Some(runners) = runners {
            runners.stop();
        }
    }

    /// Says that there is a new job.
    pub fn wake_jobs(&self) {
        if let Some(runners) = &*self.runners() {
            runners.wake();
        }
    }

    fn runners(&self) -> MutexGuard<'_, Option<Runners>> {
        let held = self.0.runners.lock();
        held.unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that the service is about to end: streams that would go on end now.
    pub fn begin_closing(&self) {
        self.0.closing.send_replace(true);
    }

    /// Whether the service is about to end.
    pub fn is_closing(&self) -> bool {
        *self.0.closing.borrow()
    }

    /// Waits until the service is about to end.
    pub async fn closing(&self) {
        let mut closing = self.0.closing.subscribe();
        // It can only fail when the service is gone.
        let _ = closing.wait_for(|closing| *closing).await;
    }

    /// Does the work of a use case on a thread that may wait, when one is free.
    ///
    /// # Errors
    /// What the work says; [`Code::Internal`] when it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let waiting = tracing::info_span!(target: "traces", "wait for a worker");
        let _free = self.0.workers.acquire().instrument(waiting).await;
        let service = self.clone();
        let span = tracing::Span::current();
        let done = tokio::task::spawn_blocking(move || span.in_scope(|| work(&service))).await;
        match done {
            Ok(result) => result,
            Err(error) => {
                tracing::error!(error = %error, "a use case panicked");
                Err(Problem::new(
                    Code::Internal,
                    "程序出错，没有完成这次操作。请把请求编号告诉信息科",
                ))
            }
        }
    }

    /// Closes the store; nothing may be asked afterwards.
    pub async fn close(&self) {
        self.store().clone().close().await;
    }
}

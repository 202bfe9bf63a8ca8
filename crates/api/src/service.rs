//! What every request works with.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use biaochi_app::accounts::{AccountError, Office};
use biaochi_app::{Compiled, Content, ContentError, Workspace};
use biaochi_domain::{Language, Localized};
use biaochi_store::{Store, StoreError};
use tokio::sync::Semaphore;

use crate::problem::{Code, Problem};

/// How the service was set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The service holds synthetic data only: persons of the demonstration are offered on the sign-in page.
    pub demo: bool,
    /// The browser reaches it by TLS, so that cookies are sent by TLS only.
    pub secure: bool,
    /// Use cases that work at the same time at most; the others wait.
    pub workers: usize,
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
    workspace: Workspace,
    office: Office,
    content: RwLock<Arc<Compiled>>,
    /// Folders of the institution's own packs, to load content again.
    folders: Vec<PathBuf>,
    workers: Semaphore,
    settings: Settings,
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
        let store = Store::open(&workspace.store_location()).await?;
        let workspace = workspace.sharing(store.clone());
        let office = Office::new(&workspace, &content, store)?;
        Ok(Self(Arc::new(Inner {
            workspace,
            office,
            folders: content.folders().to_vec(),
            content: RwLock::new(Arc::new(Compiled::new(content))),
            workers: Semaphore::new(settings.workers.max(1)),
            settings,
        })))
    }

    /// The workspace; its use cases share the store. Its changes are told with no origin: what a person does goes
    /// through [`crate::Caller::workspace`].
    pub fn workspace(&self) -> &Workspace {
        &self.0.workspace
    }

    /// The office of accounts.
    pub fn office(&self) -> &Office {
        &self.0.office
    }

    /// The store.
    pub fn store(&self) -> &Store {
        self.0.office.store()
    }

    /// The content in force now. A request keeps what it took.
    pub fn content(&self) -> Arc<Compiled> {
        let held = self.0.content.read();
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the packs again; requests that began before keep the content they took.
    ///
    /// # Errors
    /// The packs cannot be read; the content stays what it was.
    pub fn reload_content(&self) -> Result<(), ContentError> {
        let content = Compiled::new(Content::load(&self.0.folders)?);
        let mut held = self
            .0
            .content
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(content);
        Ok(())
    }

    /// How it was set up.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Does the work of a use case on a thread that may wait, when one is free.
    ///
    /// # Errors
    /// What the work says; [`Code::Internal`] when it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let _free = self.0.workers.acquire().await;
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

//! Directories of organisations that were read before, as long as nobody changes the organisations.

use std::sync::{Arc, Mutex, PoisonError};

use biaochi_organisations::Directory;
use biaochi_store::{Scope, Store, StoreError};

/// As many as are kept: one for everybody, and one for each group of people who see a part.
const KEPT: usize = 16;

/// Directories by what may be seen, each with the revision that it was read of. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directories(Arc<Mutex<Vec<Kept>>>);

#[derive(Debug)]
struct Kept {
    scope: Scope,
    revision: u64,
    directory: Arc<Directory>,
}

impl Directories {
    /// The directory of the newest revision: read from the store when there is a newer one than is kept.
    pub(crate) async fn newest(
        &self,
        store: &Store,
        scope: &Scope,
    ) -> Result<Arc<Directory>, StoreError> {
        let revision = store.organisations_revision().await?;
        if let Some(directory) = self.find(scope, revision) {
            return Ok(directory);
        }
        let stored = store.organisations(scope, Some(revision)).await?;
        let directory = Arc::new(Directory::new(stored.rows));
        self.keep(Kept {
            scope: scope.clone(),
            revision,
            directory: Arc::clone(&directory),
        });
        Ok(directory)
    }

    fn find(&self, scope: &Scope, revision: u64) -> Option<Arc<Directory>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut same = kept
            .iter()
            .filter(|one| one.revision == revision && one.scope == *scope);
        same.next().map(|one| Arc::clone(&one.directory))
    }

    fn keep(&self, new: Kept) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.revision == new.revision && one.scope != new.scope);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(new);
    }
}

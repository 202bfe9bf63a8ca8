//! Content with what was compiled of it: a service compiles a scheme, a pack of checks or of indicators once, not for
//! every request.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use biaochi_packs::WeightTable;
use biaochi_warehouse::checks::CompiledChecks;

use crate::check::CompiledPack;
use crate::datasets::{CompiledDataSets, DataSetError, compile};
use crate::indicators::CompiledIndicators;
use crate::{Content, ContentError, LoadedScheme, WeightsError};

/// Tells whether a value set has a code.
pub type KnownCodes = dyn Fn(&'static str, &str) -> bool + Send + Sync;

/// Content, and what was compiled of it so far. What has mistakes is compiled again when it is asked for again.
pub struct Compiled {
    content: Content,
    schemes: Kept<LoadedScheme>,
    checks: Kept<CompiledChecks>,
    check_packs: Kept<CompiledPack>,
    weights: Kept<WeightTable>,
    indicators: Kept<CompiledIndicators>,
    data_sets: Kept<CompiledDataSets>,

    known_codes: OnceLock<Arc<KnownCodes>>,
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled")
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

impl Compiled {
    /// Content of which nothing is compiled yet.
    pub fn new(content: Content) -> Self {
        Self {
            content,
            schemes: Kept::default(),
            checks: Kept::default(),
            check_packs: Kept::default(),
            weights: Kept::default(),
            known_codes: OnceLock::new(),
            indicators: Kept::default(),
            data_sets: Kept::default(),
        }
    }

    /// The content.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// A scheme, as [`Content::scheme`] loads it.
    ///
    /// # Errors
    /// There is no such scheme, or it has mistakes.
    pub fn scheme(&self, id: &str) -> Result<Arc<LoadedScheme>, ContentError> {
        self.schemes.get(id, |id| self.content.scheme(id))
    }

    /// A pack of checks, as [`Content::checks`] compiles it.
    ///
    /// # Errors
    /// There is no such pack, or it has mistakes.
    pub fn checks(&self, id: &str) -> Result<Arc<CompiledChecks>, ContentError> {
        self.checks.get(id, |id| self.content.checks(id))
    }

    /// A pack of checks with those across records, as [`Content::check_pack`] compiles it.
    ///
    /// # Errors
    /// There is no such pack, or it has mistakes.
    pub fn check_pack(&self, id: &str) -> Result<Arc<CompiledPack>, ContentError> {
        self.check_packs.get(id, |id| self.content.check_pack(id))
    }

    /// Weights of a scheme, as [`Content::weights`] reads them.
    ///
    /// # Errors
    /// There is no such table, or it has mistakes.
    pub fn weights(&self, name: &str, scheme: &str) -> Result<Arc<WeightTable>, WeightsError> {
        let both = format!("{name}\n{scheme}");
        self.weights
            .get(&both, |_| self.content.weights(name, scheme))
    }

    /// Whether a value set has a code, as [`Content::known_codes`] tells.
    pub fn known_codes(&self) -> &Arc<KnownCodes> {
        self.known_codes
            .get_or_init(|| Arc::new(self.content.known_codes()))
    }

    /// A pack of indicators, as [`Content::indicators`] compiles it.
    ///
    /// # Errors
    /// There is no such pack, or it has mistakes.
    pub fn indicators(&self, id: &str) -> Result<Arc<CompiledIndicators>, ContentError> {
        self.indicators.get(id, |id| self.content.indicators(id))
    }

    /// The data sets in force with their rules.
    ///
    /// # Errors
    /// A pack of data sets has mistakes.
    pub fn data_sets(&self) -> Result<Arc<CompiledDataSets>, DataSetError> {
        self.data_sets.get("", |_| compile(&self.content))
    }
}

/// Things that were made once, by their ids.
#[derive(Debug)]
struct Kept<T> {
    made: Mutex<HashMap<String, Arc<T>>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            made: Mutex::default(),
        }
    }
}

impl<T> Kept<T> {
    /// The thing; who asks meanwhile waits, since making it twice would take longer.
    fn get<E>(&self, id: &str, make: impl FnOnce(&str) -> Result<T, E>) -> Result<Arc<T>, E> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thing) = made.get(id) {
            return Ok(Arc::clone(thing));
        }
        let thing = Arc::new(make(id)?);
        made.insert(id.to_owned(), Arc::clone(&thing));
        Ok(thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_kept_and_what_failed_is_tried_again() {
        let kept = Kept::default();
        let failed: Result<Arc<i32>, &str> = kept.get("a", |_| Err("broken"));
        assert_eq!(failed, Err("broken"));
        let made = kept.get("a", |_| Ok::<_, &str>(1)).expect("made");
        let again = kept.get("a", |_| Ok::<_, &str>(2)).expect("kept");
        assert_eq!((*made, *again), (1, 1));
    }
}

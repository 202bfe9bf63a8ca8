use std::fmt;
use std::sync::Arc;

use biaochi_records::{CompactString, Layout};

/// Tells whether a value set (such as `RC023` or `ICD-10`) has a code.
///
/// It is asked for every filled code that has a value set, so it must be quick; for sets it does not
/// know it answers `true`.
pub type KnownCode = dyn Fn(&'static str, &str) -> bool + Send + Sync;

/// How a file is read.
#[derive(Clone)]
pub struct ReadOptions {
    /// The layout, when the caller knows better than the header.
    pub layout: Option<Layout>,
    /// Organisation code of records whose file does not say it; N041 has no such column.
    pub organisation_code: CompactString,
    /// Whether a record without a complete key (organisation, record number, admission count,
    /// discharge time) or without a principal diagnosis is rejected. The case layout is exempt.
    pub require_key: bool,
    /// Whether codes are checked against their value sets.
    pub known_code: Option<Arc<KnownCode>>,
    /// Bytes of text in a block, before decoding.
    pub block_size: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            layout: None,
            organisation_code: CompactString::default(),
            require_key: true,
            known_code: None,
            block_size: 1 << 20,
        }
    }
}

impl fmt::Debug for ReadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOptions")
            .field("layout", &self.layout)
            .field("organisation_code", &self.organisation_code)
            .field("require_key", &self.require_key)
            .field("known_code", &self.known_code.is_some())
            .field("block_size", &self.block_size)
            .finish()
    }
}

//! Loading many rows into the lake within a fixed amount of memory.

mod buffers;
mod duplicates;
mod loader;
mod merge;
mod stored;

pub(crate) use merge::read;

pub use duplicates::Duplicates;
pub use loader::{EncodedRows, LoadLimits, Loaded, Loader, ReplacedMonth};
pub use stored::read_records;

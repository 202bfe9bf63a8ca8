//! Delta tables, their atomic publication, and SQL over them.

mod error;
mod key;
pub mod lake;
mod lock;
pub mod parquet_file;
pub mod query;
pub mod tables;

pub use error::{Activity, Result, WarehouseError};
pub use key::{Sealer, WorkspaceKey};
pub use lock::{WhenLocked, WriterLock};

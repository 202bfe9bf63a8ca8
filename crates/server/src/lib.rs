//! The service: listening, TLS, logs, metrics, traces, jobs and shutdown.
//!
//! What is answered is the business of the API; what is configured that of the workspace. Here it is put together, once
//! for each process.

mod error;
mod logs;
mod memory;
mod serve;
mod shutdown;
mod traces;

pub use error::ServeError;
pub use memory::keep_small;
pub use serve::{SetUpLink, Started, serve};

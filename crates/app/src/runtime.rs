//! Asynchronous storage behind synchronous use cases.

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

/// Runs a future to its end. One runtime serves the process: connections of the store and the service's listeners
/// live on it. Within it, use cases that wait run on threads for blocking work.
///
/// # Panics
/// When the system gives no threads at all, or when called by a task of the runtime itself.
pub fn block_on<F: Future>(future: F) -> F::Output {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .enable_all()
            // Planning nested queries recurses deeply.
            .thread_stack_size(8 << 20)
            .build()
            .expect("the system gives threads")
    });
    runtime.block_on(future)
}

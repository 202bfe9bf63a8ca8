//! The end of the service, when somebody asks for it.

/// Waits until the process is asked to end: Ctrl-C, or SIGTERM from a service manager.
pub(crate) async fn asked() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the system ends the process by itself.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate() => {}
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(error) => {
            tracing::warn!(error = %error, "SIGTERM ends the service without waiting");
            std::future::pending().await
        }
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending().await
}

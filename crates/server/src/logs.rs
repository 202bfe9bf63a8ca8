//! Log lines: text for people or JSON for programs, on standard error. They hold routes and numbers of requests, never
//! queries, names or what a record says.

use biaochi_app::server_config::LogFormat;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt};

use crate::error::ServeError;
use crate::traces::BoxedLayer;

/// Begins to log, and to trace if there is a layer for it; in a process that logs already nothing changes.
pub(crate) fn begin(
    format: LogFormat,
    level: &str,
    traces: Option<BoxedLayer>,
) -> Result<(), ServeError> {
    let filter = EnvFilter::try_new(directives(level)).map_err(|_| ServeError::LogLevel {
        level: level.to_owned(),
    })?;
    let lines = fmt::layer::<Registry>()
        .with_writer(std::io::stderr)
        .log_internal_errors(true);
    let lines: BoxedLayer = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let begun = match traces {
        None => tracing_subscriber::registry()
            .with(lines)
            .with(filter)
            .try_init(),
        // What is logged and what is traced are two questions.
        Some(traces) => tracing_subscriber::registry()
            .with(vec![lines.with_filter(filter).boxed(), traces])
            .try_init(),
    };
    if begun.is_err() {
        tracing::debug!("logging was set up before");
    }
    Ok(())
}

/// A bare level is meant for this program; of the libraries only what they warn of matters.
fn directives(level: &str) -> String {
    match level {
        "error" | "warn" => level.to_owned(),
        // Deltalake warns at every read of files without statistics of a column, which it then only reads in full.
        "info" | "debug" | "trace" => {
            format!("warn,deltalake_core::kernel::snapshot::stats_projection=error,biaochi={level}")
        }
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_level_leaves_the_libraries_quiet() {
        assert_eq!(
            directives("debug"),
            "warn,deltalake_core::kernel::snapshot::stats_projection=error,biaochi=debug"
        );
        assert_eq!(directives("error"), "error");
        assert_eq!(
            directives("biaochi_api=trace,warn"),
            "biaochi_api=trace,warn"
        );
        let wrong = begin(LogFormat::Text, "biaochi=loud", None);
        assert!(matches!(wrong, Err(ServeError::LogLevel { .. })));
    }
}

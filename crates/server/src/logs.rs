//! Log lines: text for people or JSON for programs, on standard error. They hold routes and numbers of requests, never
//! queries, names or what a record says.

use biaochi_app::server_config::LogFormat;
use tracing_subscriber::EnvFilter;

use crate::error::ServeError;

/// Begins to log; in a process that logs already nothing changes.
pub(crate) fn begin(format: LogFormat, level: &str) -> Result<(), ServeError> {
    let filter = EnvFilter::try_new(directives(level)).map_err(|_| ServeError::LogLevel {
        level: level.to_owned(),
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let begun = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
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
        let wrong = begin(LogFormat::Text, "biaochi=loud");
        assert!(matches!(wrong, Err(ServeError::LogLevel { .. })));
    }
}

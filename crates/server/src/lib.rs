//! The service: configuration, listening, TLS, logs, metrics and shutdown.

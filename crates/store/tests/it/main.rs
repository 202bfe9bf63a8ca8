//! The whole suite runs on SQLite and on PostgreSQL; see `place` for how the server is found.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod assessment;
mod audit;
mod choices;
mod concurrency;
mod corrections;
mod dump;
mod hostile;
mod jobs;
mod listing;
mod migration;
mod organisations;
mod place;
mod properties;
mod sealed;
mod submissions;
mod support;
mod tasks;
mod worklist;

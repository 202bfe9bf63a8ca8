//! Integration tests of the warehouse, over real folders and processes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kill;
mod publication;
mod query;
mod tables;
mod tiny;

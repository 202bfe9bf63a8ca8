//! Indicators over a temporary lake, against a few lines of plain Rust.

mod bench;
mod looking;
mod national;
mod oracle;
mod refreshing;

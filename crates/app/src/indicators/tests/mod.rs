//! Indicators over a temporary lake, against a few lines of plain Rust.

mod bench;
mod county;
mod looking;
mod national;
mod oracle;
mod refreshing;
mod region;

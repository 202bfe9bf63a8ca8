//! Written by `cargo xtask gen` from `catalogue/`; a test keeps it up to date.

mod access;
pub(crate) mod fields;
pub(crate) mod front_page;
pub(crate) mod layouts;

//! Packs of front-page checks: `kind = "checks"`.

mod cases;
mod check;
mod library;
mod manifest;
mod shared;

pub use cases::{Case, Expected};
pub use library::{CheckLibrary, LoadedChecks};

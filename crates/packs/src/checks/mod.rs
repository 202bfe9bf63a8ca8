//! Packs of front-page checks: `kind = "checks"`.

mod cases;
mod check;
mod library;
mod manifest;
mod shared;

pub use cases::{Case, Expected};
pub use library::{CheckLibrary, LoadedChecks};

/// A place in the files of a pack, turned into line and column only when something is wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    file: usize,
    offset: usize,
}

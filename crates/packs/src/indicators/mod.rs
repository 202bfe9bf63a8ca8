//! Packs of indicators: `kind = "indicators"`.

mod cases;
mod formula;
mod indicator;
mod library;
mod manifest;
mod shared;
#[cfg(test)]
mod tests;

pub use cases::{IndicatorCase, IndicatorCases};
pub use library::{IndicatorLibrary, LoadedIndicators, MeasurePart};

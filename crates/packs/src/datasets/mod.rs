//! Packs of data sets: `kind = "datasets"`.

mod checked;
mod dataset;
mod library;
mod manifest;

pub use library::{DataSetLibrary, DataSets, LoadedDataSet};

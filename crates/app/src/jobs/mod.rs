//! Work that takes longer than a request: what is wanted goes into the store's queue, and runners do it.

mod drop_folder;
mod error;
mod request;
mod runner;
#[cfg(test)]
mod tests;
mod uploads;
mod work;

pub use drop_folder::{DropFolder, DropFolderError};
pub use error::JobError;
pub use request::{JobRequest, UploadedFile, WantedJob, want};
pub use runner::{Runners, reject_path};
pub use uploads::{Upload, Uploads};

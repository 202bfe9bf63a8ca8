//! Work that takes longer than a request: what is wanted goes into the store's queue, and runners do it.

mod document;
mod drop_folder;
mod error;
mod request;
mod runner;
#[cfg(test)]
mod tests;
mod uploads;
mod work;

pub use document::{
    DOCUMENT_STAYS, DocumentRequest, KeptDocument, has_document, kept_document, make_document,
};
pub use drop_folder::{DropFolder, DropFolderError};
pub use error::JobError;
pub use request::{Again, JobRequest, UploadedFile, WantedJob, try_again, want};
pub use runner::{Runners, reject_path};
pub use uploads::{Upload, Uploads};

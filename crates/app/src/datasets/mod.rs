//! Data sets: templates out, filled files in, the way to approval, and approved values in the lake.

mod act;
mod asked;
mod compile;
mod desk;
mod error;
mod import;
mod json;
mod judge;
mod publish;
mod status;
mod synthetic;
mod template;
mod template_sheet;
#[cfg(test)]
mod tests;

pub use act::{Acted, act, history, submission, submission_page, submissions, versions};
pub use compile::{CompiledDataSets, check_folder, compile};
pub use desk::{Draft, Form, Judged, TypedCell, check_form, form, owner, save_form, take_step};
pub use error::DataSetError;
pub use import::{Approved, ImportRequest, Imported, ImportedFile, import, import_approved};
pub use publish::{Published, publish_approved};
pub use status::{Owed, StatusRequest, asked, status};
pub use synthetic::{SyntheticRequest, Written, synthesise};
pub use template::{TemplateRequest, organisation_name, write_csv, write_template};

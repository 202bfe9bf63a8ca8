//! Explanations in sentences.

mod reasons;
mod report;
mod rules;
mod sets;
mod summary;

pub use rules::set_title;

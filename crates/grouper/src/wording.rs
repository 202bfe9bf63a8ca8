//! Explanations in sentences.

mod reasons;
mod report;
mod sets;
mod summary;

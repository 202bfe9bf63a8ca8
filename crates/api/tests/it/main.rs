//! The API as a browser or a program uses it, over a small synthetic county.

mod admin;
mod authorisation;
mod jobs;
mod service;
mod session;
mod support;

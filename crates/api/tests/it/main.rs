//! The API as a browser or a program uses it, over a small synthetic county.

mod assessment;
mod authorisation;
mod jobs;
mod plans;
mod service;
mod session;
mod support;
mod welcome;

//! The API as a browser or a program uses it, over a small synthetic county.

mod admin;
mod assessment;
mod authorisation;
mod cockpit;
mod contract;
mod data;
mod document;
mod groups;
mod indicators;
mod jobs;
mod plans;
mod reading;
mod records;
mod service;
mod session;
mod single_sign_on;
mod support;
mod welcome;

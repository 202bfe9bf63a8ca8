//! The API as a browser or a program uses it, over a small synthetic county.

mod authorisation;
mod cockpit;
mod data;
mod groups;
mod indicators;
mod records;
mod session;
mod support;
mod welcome;

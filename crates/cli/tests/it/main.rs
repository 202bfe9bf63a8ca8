//! The binary as a person or a program uses it.

mod assess;
mod check;
mod correct;
mod dataset;
mod group;
mod indicators;
mod key;
mod org;
mod plan;
mod recheck;
mod report;
mod run;
mod serve;
mod unify;
mod user;
mod workspace;

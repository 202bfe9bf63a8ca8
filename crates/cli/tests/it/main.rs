//! The binary as a person or a program uses it.

mod check;
mod correct;
mod group;
mod org;
mod recheck;
mod report;
mod run;
mod unify;
mod workspace;

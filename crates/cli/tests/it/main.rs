//! The binary as a person or a program uses it.

mod assess;
mod check;
mod correct;
mod group;
mod org;
mod recheck;
mod report;
mod run;
mod unify;
mod workspace;

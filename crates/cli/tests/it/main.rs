//! The binary as a person or a program uses it.

mod check;
mod group;
mod run;
mod workspace;

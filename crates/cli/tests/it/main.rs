//! The binary as a person or a program uses it.

mod group;
mod run;
mod workspace;

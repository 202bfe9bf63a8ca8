//! CHS-DRG grouping: one front page to its group, with the reasons.

pub mod definition;

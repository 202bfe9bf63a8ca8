//! The command line of Biaochi.
fn main() {}

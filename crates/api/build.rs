//! How tests are linked; makes the folder of the built web application where there is none, so that it is noticed as soon
//! as it is built.

use std::{env, fs, path::PathBuf};

include!("../link.rs");

fn main() {
    link();
    let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let folder = root.unwrap_or_default().join("../../web/dist");
    // Without the folder the service still builds, and says how the pages are made.
    let _ = fs::create_dir_all(&folder);
    println!("cargo::rerun-if-changed=../../web/dist");
}

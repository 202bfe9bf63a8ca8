//! Packs are embedded at compile time: a new or changed pack file must rebuild this crate.

fn main() {
    println!("cargo::rerun-if-changed=../../packs");
}

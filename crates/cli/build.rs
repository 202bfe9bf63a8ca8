//! How programs and tests are linked.

include!("../link.rs");

fn main() {
    link();
}

//! Development tasks: `cargo xtask deps [--check]`, `cargo xtask gen [--check]`.

mod dependencies;
mod generate;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    match arguments.first().map(String::as_str) {
        Some("deps") => dependencies::run(check),
        Some("gen") => generate::run(check),
        other => bail!("unknown task {other:?}; tasks: deps [--check], gen [--check]"),
    }
}

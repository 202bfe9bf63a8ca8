//! `cargo xtask gen`: the typed record, its field table and its documentation page, from the catalogue.
//!
//! The generator reads only CSV and knows no crate of ours, so it also works when they do not compile.

mod catalogue;
mod document;
mod rust;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use catalogue::Catalogue;

/// Writes the generated files, or with `check` fails when one of them is out of date.
pub(crate) fn run(check: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the workspace root")?;
    let mut stale = Vec::new();
    for (path, content) in files(root)? {
        let path = root.join(path);
        if fs::read_to_string(&path).is_ok_and(|current| current == content) {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, content).with_context(|| path.display().to_string())?;
        }
    }
    if !stale.is_empty() {
        bail!(
            "out of date, run `cargo xtask gen`:\n  {}",
            stale.join("\n  ")
        );
    }
    Ok(())
}

/// Every generated file: path within the repository and content.
fn files(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let catalogue = Catalogue::read(&root.join("crates/records/catalogue"))?;
    let generated = Path::new("crates/records/src/generated");
    Ok(vec![
        (
            generated.join("fields.rs"),
            format(&rust::fields(&catalogue))?,
        ),
        (
            generated.join("front_page.rs"),
            format(&rust::front_page(&catalogue))?,
        ),
        (
            generated.join("access.rs"),
            format(&rust::access(&catalogue))?,
        ),
        (
            generated.join("layouts.rs"),
            format(&rust::layouts(&catalogue))?,
        ),
        (
            PathBuf::from("docs/front-page-fields.md"),
            document::page(&catalogue),
        ),
    ])
}

/// Formats Rust source as `cargo fmt` would, so that formatting never makes a file out of date.
fn format(source: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=100"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt does not start; install it with `rustup component add rustfmt`")?;
    let mut input = child.stdin.take().context("rustfmt's input")?;
    let source = source.to_owned();
    let feeder = std::thread::spawn(move || input.write_all(source.as_bytes()));
    let output = child.wait_with_output()?;
    feeder
        .join()
        .map_err(|_| anyhow::anyhow!("feeding rustfmt failed"))??;
    if !output.status.success() {
        bail!("rustfmt refused generated source");
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn generated_files_are_up_to_date() {
        super::run(true).expect("run `cargo xtask gen`");
    }
}

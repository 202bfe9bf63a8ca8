//! Writes a scheme pack to a folder.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use biaochi_grouper::definition::{ResultColumns, SchemeDefinition, Walk};

use super::manifest::{Manifest, Remark, check_name};
use super::resolve::TABLES;
use super::write::write_tables;

/// The scheme that a pack changes, as it is when loaded.
#[derive(Debug, Clone, Copy)]
pub struct SaveBase<'a> {
    /// Its definition.
    pub definition: &'a SchemeDefinition,
    /// Its parameter `fallback` is `adrg`.
    pub fallback_to_adrg: bool,
}

/// Writes `pack.toml` and the tables of a scheme into a folder, which is created. Tables that a
/// pack may have and this one does not need are removed; other files are left alone. The tables are
/// changes to `base` where that is shorter.
pub fn save_scheme(
    folder: &Path,
    manifest: &Manifest,
    definition: &SchemeDefinition,
    base: Option<SaveBase<'_>>,
) -> io::Result<()> {
    let tables_folder = folder.join("tables");
    fs::create_dir_all(&tables_folder)?;
    let own = manifest.parameters.fallback_to_adrg;
    let base_usual = base.is_some_and(|base| base.fallback_to_adrg);
    let usual = own.unwrap_or(base_usual);
    let tables = write_tables(
        definition,
        base.map(|base| base.definition),
        usual,
        base_usual,
    );
    for kind in TABLES {
        let path = tables_folder.join(format!("{kind}.txt"));
        match tables.get(kind) {
            Some(text) => fs::write(path, text)?,
            None => match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            },
        }
    }
    if tables.is_empty() {
        fs::remove_dir(&tables_folder)?;
    }
    fs::write(folder.join("pack.toml"), manifest_text(manifest))
}

/// A value as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn manifest_text(manifest: &Manifest) -> String {
    let mut text = String::from("format = 1\nkind = \"drg-scheme\"\n");
    let mut key = |name: &str, value: &str| {
        let _ = writeln!(text, "{name} = {}", quoted(value));
    };
    key("id", &manifest.id);
    key("title", &manifest.title);
    key("version", &manifest.version);
    key("place", &manifest.place);
    let optional = [
        ("base", &manifest.base),
        ("recommended", &manifest.recommended),
        ("effective_from", &manifest.effective.0),
        ("effective_to", &manifest.effective.1),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            key(name, value);
        }
    }
    key("licence", &manifest.licence);
    let document = &manifest.document;
    text += "\n[document]\n";
    for (name, value) in [
        ("title", Some(&document.title)),
        ("number", Some(&document.number)),
        ("issuer", Some(&document.issuer)),
        ("issued", document.issued.as_ref()),
    ] {
        if let Some(value) = value {
            let _ = writeln!(text, "{name} = {}", quoted(value));
        }
    }
    let parameters = parameter_lines(manifest);
    if !parameters.is_empty() {
        let _ = write!(text, "\n[grouping]\n{parameters}");
    }
    for (kind, remarks) in [
        ("damage", &manifest.damages),
        ("note", &manifest.notes),
        ("mend", &manifest.mends),
    ] {
        for Remark { what, why, effect } in remarks {
            let _ = write!(
                text,
                "\n[[{kind}]]\nwhat = {}\nwhy = {}\neffect = {}\n",
                quoted(what),
                quoted(why),
                quoted(effect)
            );
        }
    }
    text
}

fn parameter_lines(manifest: &Manifest) -> String {
    let parameters = &manifest.parameters;
    let mut lines = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(lines, "{name} = {value}");
    };
    if let Some(checks) = &parameters.checks {
        let names: Vec<String> = checks
            .iter()
            .map(|check| quoted(&check_name(*check)))
            .collect();
        line("checks", format!("[{}]", names.join(", ")));
    }
    if let Some(walk) = parameters.walk {
        line(
            "walk",
            quoted(if walk == Walk::Continue {
                "continue"
            } else {
                "stop"
            }),
        );
    }
    if let Some(retry) = parameters.retry_single_procedure {
        line("retry_single_procedure", retry.to_string());
    }
    if let Some(code) = &parameters.ungrouped_code {
        line("ungrouped_code", quoted(code));
    }
    if let Some(blank) = parameters.blank_on_failure {
        line("blank_on_failure", blank.to_string());
    }
    if let Some(columns) = parameters.columns {
        let abbreviated = columns == ResultColumns::Abbreviated;
        line(
            "columns",
            quoted(if abbreviated {
                "abbreviated"
            } else {
                "published"
            }),
        );
    }
    if let Some(only) = parameters.age_days_only_under_one {
        line("age_days_only_under_one", only.to_string());
    }
    if let Some(adrg) = parameters.fallback_to_adrg {
        line("fallback", quoted(if adrg { "adrg" } else { "none" }));
    }
    lines
}

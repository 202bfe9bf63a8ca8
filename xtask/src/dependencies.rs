//! The dependency graph of our crates: printed to a committed file, and checked against the layers.
//!
//! A crate may use the rows below its own, never its own row. Some outside crates are known to one
//! or two of ours only, so that the next engine change touches one place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

const GRAPH: &str = "docs/dependencies.md";

/// Our crates from the bottom up: row number, name of the row, crates.
const LAYERS: &[(&str, &[&str])] = &[
    ("vocabulary, ground", &["biaochi-domain"]),
    (
        "vocabulary",
        &[
            "biaochi-records",
            "biaochi-terminology",
            "biaochi-organisations",
        ],
    ),
    (
        "engines",
        &[
            "biaochi-access",
            "biaochi-assessment",
            "biaochi-checks",
            "biaochi-datasets",
            "biaochi-grouper",
            "biaochi-indicators",
            "biaochi-ingest",
            "biaochi-plans",
            "biaochi-synth",
            "biaochi-typeset",
        ],
    ),
    (
        "rim",
        &[
            "biaochi-oidc",
            "biaochi-packs",
            "biaochi-store",
            "biaochi-warehouse",
        ],
    ),
    ("use cases", &["biaochi-app"]),
    ("delivery", &["biaochi-api"]),
    ("service", &["biaochi-server"]),
    ("binaries", &["biaochi-cli"]),
];

/// Development tools: they may use what they like and nothing may use them.
const TOOLS: &[&str] = &["xtask"];

/// Outside crates that only these of ours may name.
const CONFINED: &[(&str, &[&str])] = &[
    ("datafusion", &["biaochi-warehouse"]),
    ("deltalake-core", &["biaochi-warehouse"]),
    ("clap", &["biaochi-cli"]),
    ("indicatif", &["biaochi-cli"]),
    ("comfy-table", &["biaochi-cli"]),
    ("axum", &["biaochi-api", "biaochi-server"]),
    ("utoipa", &["biaochi-api"]),
    ("rust-embed", &["biaochi-packs", "biaochi-api"]),
    ("calamine", &["biaochi-ingest", "biaochi-packs"]),
    ("encoding_rs", &["biaochi-ingest"]),
    ("aes-gcm", &["biaochi-warehouse"]),
    ("argon2", &["biaochi-access"]),
    ("sqlx", &["biaochi-store"]),
    ("openidconnect", &["biaochi-oidc"]),
    ("reqwest", &["biaochi-oidc"]),
    ("typst", &["biaochi-typeset"]),
    ("typst-pdf", &["biaochi-typeset"]),
];

/// Outside crates of which exactly one version may resolve: their types meet.
const SINGLE: &[&str] = &[
    "arrow",
    "arrow-array",
    "arrow-schema",
    "compact_str",
    "datafusion",
    "deltalake-core",
    "object_store",
    "parquet",
    "rust_decimal",
];

/// Writes the graph file, or with `check` compares it; fails in either case when a rule is broken.
pub(crate) fn run(check: bool) -> Result<()> {
    let metadata = MetadataCommand::new()
        .exec()
        .context("cannot read cargo metadata")?;
    let problems = violations(&metadata);
    if !problems.is_empty() {
        bail!("layer rules are broken:\n  {}", problems.join("\n  "));
    }
    let graph = render(&metadata);
    let path = Path::new(metadata.workspace_root.as_str()).join(GRAPH);
    if check {
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        if committed != graph {
            bail!("{GRAPH} is out of date: run `cargo xtask deps` and commit the result");
        }
    } else {
        std::fs::write(&path, graph).with_context(|| format!("cannot write {GRAPH}"))?;
    }
    Ok(())
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|(_, crates)| crates.contains(&name))
}

/// What a package uses when it runs or builds; what only its tests use does not count.
fn used(package: &Package) -> BTreeSet<&str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .map(|dependency| dependency.name.as_str())
        .collect()
}

fn ours(metadata: &Metadata) -> BTreeMap<&str, BTreeSet<&str>> {
    let packages = metadata.workspace_packages();
    packages
        .into_iter()
        .map(|package| (package.name.as_str(), used(package)))
        .collect()
}

fn violations(metadata: &Metadata) -> Vec<String> {
    let crates = ours(metadata);
    let mut problems = Vec::new();
    for (&name, dependencies) in &crates {
        if TOOLS.contains(&name) {
            continue;
        }
        let Some(own) = layer(name) else {
            problems.push(format!(
                "{name} has no layer: add it to xtask/src/dependencies.rs"
            ));
            continue;
        };
        for &dependency in dependencies {
            if TOOLS.contains(&dependency) {
                problems.push(format!("{name} uses the development tool {dependency}"));
            }
            if let Some(other) = layer(dependency)
                && other >= own
            {
                problems.push(format!(
                    "{name} ({}) uses {dependency} ({}): only rows below may be used",
                    LAYERS[own].0, LAYERS[other].0
                ));
            }
            for (outside, allowed) in CONFINED {
                if dependency == *outside && !allowed.contains(&name) {
                    problems.push(format!(
                        "{name} uses {outside}, which only {allowed:?} may name"
                    ));
                }
            }
        }
    }
    for single in SINGLE {
        let versions: BTreeSet<String> = metadata
            .packages
            .iter()
            .filter(|package| package.name.as_str() == *single)
            .map(|package| package.version.to_string())
            .collect();
        if versions.len() > 1 {
            problems.push(format!(
                "{single} resolves to several versions: {versions:?}"
            ));
        }
    }
    problems
}

fn render(metadata: &Metadata) -> String {
    let crates = ours(metadata);
    let mut text = String::from(
        "# Dependencies between our crates\n\n\
         Generated by `cargo xtask deps`; `make check` fails when it is out of date or when a crate\n\
         uses its own row or one above.\n\n```mermaid\nflowchart TD\n",
    );
    let short = |name: &str| name.trim_start_matches("biaochi-").to_owned();
    for (row, (title, members)) in LAYERS.iter().enumerate().rev() {
        let _ = writeln!(text, "  subgraph row{row}[\"{row} {title}\"]");
        for member in *members {
            let _ = writeln!(text, "    {}", short(member));
        }
        text.push_str("  end\n");
    }
    for (name, dependencies) in &crates {
        for dependency in dependencies.iter().filter(|name| layer(name).is_some()) {
            if !TOOLS.contains(name) {
                let _ = writeln!(text, "  {} --> {}", short(name), short(dependency));
            }
        }
    }
    text.push_str("```\n\n| crate | uses, of ours | uses, from outside |\n|---|---|---|\n");
    for (name, dependencies) in &crates {
        let (inside, outside): (Vec<&str>, Vec<&str>) = dependencies
            .iter()
            .copied()
            .partition(|name| crates.contains_key(name));
        let inside: Vec<String> = inside.into_iter().map(short).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            short(name),
            inside.join(" "),
            outside.join(" ")
        );
    }
    text.push_str("\nOnly one version of each of these may resolve, since their types meet: ");
    text.push_str(&SINGLE.join(", "));
    text.push_str(".\n\n| outside crate | only known to |\n|---|---|\n");
    for (outside, allowed) in CONFINED {
        let allowed: Vec<String> = allowed.iter().map(|name| short(name)).collect();
        let _ = writeln!(text, "| {outside} | {} |", allowed.join(" "));
    }
    text
}

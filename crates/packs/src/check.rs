//! Checks a pack while a person edits it.

use std::path::Path;

use crate::codes::Codes;
use crate::files::PackFiles;
use crate::library::{AnyManifest, Library, check_resolved, read_manifest};
use crate::problem::{PackProblem, Problem, ProblemList};
use crate::scheme::resolve::{SchemePack, TABLES, resolve};
use crate::sources;

/// Checks a pack folder and tells every mistake and doubt at once, with file, line and column.
/// Bases are looked for among the packs of `library`.
pub fn check_pack(folder: &Path, library: &Library) -> Vec<PackProblem> {
    let files = PackFiles::Folder(folder.to_path_buf());
    let mut problems = ProblemList::default();
    let manifest = match read_manifest(&files, &mut problems) {
        Some(AnyManifest::Scheme(manifest)) => *manifest,
        Some(AnyManifest::Weights(pack)) => {
            let tables = 0..pack.tables.len();
            let wrong = tables.filter_map(|index| pack.read(index).err()).flatten();
            return problems.into_vec().into_iter().chain(wrong).collect();
        }
        // Neither a scheme nor weights: codes, or a manifest that says no kind.
        None => {
            return problems
                .into_vec()
                .into_iter()
                .chain(Codes::check(folder))
                .collect();
        }
    };
    if let Ok(names) = files.list("tables") {
        for name in names {
            let known = name
                .strip_suffix(".txt")
                .is_some_and(|kind| TABLES.contains(&kind));
            if !known && !name.starts_with('.') {
                let file = files.display(&format!("tables/{name}"));
                problems.add(PackProblem {
                    file,
                    line: 0,
                    column: 0,
                    problem: Problem::UnknownFile,
                });
            }
        }
    }
    if files.read("README.md").ok().flatten().is_none() {
        let file = files.display("README.md");
        problems.add(PackProblem {
            file,
            line: 0,
            column: 0,
            problem: Problem::MissingFile,
        });
    }
    sources::read(&files, &mut problems);
    let own = SchemePack { files, manifest };
    let mut chain = match &own.manifest.base {
        None => Vec::new(),
        Some(base) => match library.chain(base) {
            Ok(chain) => chain,
            Err(_) => {
                let file = own.files.display("pack.toml");
                let problem = Problem::UnknownBase { id: base.clone() };
                problems.add(PackProblem {
                    file,
                    line: 0,
                    column: 0,
                    problem,
                });
                return problems.into_vec();
            }
        },
    };
    chain.push(&own);
    let resolved = resolve(&chain, &TABLES, &mut problems);
    check_resolved(&chain, &resolved, &mut problems);
    let mut found = problems.into_vec();
    // Doubts about inherited tables belong to the base.
    let own_place = own.files.display("");
    found.retain(|problem| problem.is_error() || problem.file.starts_with(&own_place));
    found
}

//! Check front pages: a file without a workspace, one record while it is written, the cases of a pack.

mod batch;
mod cases;
mod file;
mod lookups;
#[cfg(test)]
mod planted;
mod record;
#[cfg(test)]
mod tests;
mod workbook;

use std::sync::Arc;

use biaochi_packs::checks::LoadedChecks;
use biaochi_packs::{Noun, PackError, PackProblem, Problem};
use biaochi_warehouse::checks::{CompileProblem, CompiledChecks, Reason};

pub(crate) use self::batch::BatchChecker;
pub use self::cases::{CasesReport, run_cases};
pub use self::file::{
    CheckError, CheckOptions, CheckSummary, CheckedRecord, RecordFinding, check_file, check_stream,
};
pub use self::lookups::CodeLookups;
pub use self::record::{RecordChecker, RecordJsonError, page_from_json};
pub use self::workbook::FindingsWorkbook;
use crate::{Content, ContentError};

/// Id of the national pack of checks.
pub const NATIONAL: &str = "front-page-checks";

impl Content {
    /// Reads a pack of checks with all it lies over, and compiles it.
    pub fn checks(&self, id: &str) -> Result<CompiledChecks, ContentError> {
        let loaded = self.check_library().load(id)?;
        compile(self, &loaded).map_err(|problems| {
            let id = id.to_owned();
            ContentError::Pack(PackError::Broken { id, problems })
        })
    }
}

/// Compiles what was read; mistakes come back with file, line and column.
pub fn compile(
    content: &Content,
    loaded: &LoadedChecks,
) -> Result<CompiledChecks, Vec<PackProblem>> {
    let set = Arc::new(loaded.set.clone());
    let lookups: Arc<dyn biaochi_warehouse::checks::Lookups> = Arc::new(CodeLookups::new(content));
    CompiledChecks::compile(&set, &lookups).map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| in_words(loaded, problem))
            .collect()
    })
}

fn in_words(loaded: &LoadedChecks, problem: CompileProblem) -> PackProblem {
    let CompileProblem { owner, key, reason } = problem;
    let problem = match reason {
        Reason::Sql(reason) => Problem::BadSql { reason },
        Reason::UnknownName(name) => Problem::NotThere {
            what: Noun::Field,
            name,
        },
        Reason::Type { expected, found } => Problem::BadValue {
            key: key.to_owned(),
            expected: match expected {
                "boolean" => format!("条件（真或假），而不是 {found} (a boolean)"),
                _ => format!("数字，而不是 {found} (a number)"),
            },
        },
        Reason::Constant { always } => Problem::Constant { always },
    };
    loaded.problem(&owner, key, problem)
}

/// Everything that is wrong with the pack of checks in a folder; `None` when it holds none. With
/// `run`, its cases are run as well.
pub fn check_folder(
    content: &Content,
    folder: &std::path::Path,
    run: bool,
) -> Option<(Vec<PackProblem>, CasesReport)> {
    let (loaded, mut problems) = content.check_library().check_folder(folder)?;
    let mut report = CasesReport::default();
    if let Some(loaded) = loaded {
        match compile(content, &loaded) {
            Ok(compiled) if run => {
                report = run_cases(&loaded, &compiled);
                problems.append(&mut report.problems);
            }
            Ok(_) => {}
            Err(found) => problems.extend(found),
        }
    }
    Some((problems, report))
}

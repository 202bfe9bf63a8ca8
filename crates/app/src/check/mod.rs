//! Check front pages: a file without a workspace, one record while it is written, the cases of a pack.

mod across_cases;
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
use biaochi_warehouse::across::{AcrossProblem, CompiledAcross};
pub use biaochi_warehouse::checks::CompiledChecks;
use biaochi_warehouse::checks::{CompileProblem, Reason};

pub(crate) use self::batch::BatchChecker;
pub(crate) use self::cases::CaseRecord;
pub use self::cases::{CasesReport, run_cases};
pub use self::file::{
    CheckError, CheckOptions, CheckSummary, CheckedRecord, RecordFinding, check_file, check_stream,
};
pub use self::lookups::CodeLookups;
pub(crate) use self::record::read as read_value;
pub use self::record::{RecordChecker, RecordJsonError, page_from_json};
pub use self::workbook::FindingsWorkbook;
use crate::runtime::block_on;
use crate::{Content, ContentError};

/// Id of the national pack of checks.
pub const NATIONAL: &str = "front-page-checks";

/// All checks of a pack, ready to run.
#[derive(Debug)]
pub struct CompiledPack {
    /// Those that look at one record.
    pub checks: CompiledChecks,
    /// Those that look across the records of a person.
    pub across: CompiledAcross,
}

impl Content {
    /// Reads a pack of checks with all it lies over, and compiles those that look at one record.
    pub fn checks(&self, id: &str) -> Result<CompiledChecks, ContentError> {
        let loaded = self.check_library().load(id)?;
        compile(self, &loaded).map_err(|problems| broken(id, problems))
    }

    /// Reads a pack of checks with all it lies over, and compiles all of them.
    pub fn check_pack(&self, id: &str) -> Result<CompiledPack, ContentError> {
        let loaded = self.check_library().load(id)?;
        compile_pack(self, &loaded).map_err(|problems| broken(id, problems))
    }
}

fn broken(id: &str, problems: Vec<PackProblem>) -> ContentError {
    let id = id.to_owned();
    ContentError::Pack(PackError::Broken { id, problems })
}

/// Compiles the checks of single records; mistakes come back with file, line and column.
pub fn compile(
    content: &Content,
    loaded: &LoadedChecks,
) -> Result<CompiledChecks, Vec<PackProblem>> {
    let set = Arc::new(loaded.set.clone());
    let lookups: Arc<dyn biaochi_warehouse::checks::Lookups> = Arc::new(CodeLookups::new(content));
    CompiledChecks::compile(&set, &lookups).map_err(|problems| {
        problems
            .into_iter()
            .map(|CompileProblem { owner, key, reason }| {
                loaded.problem(&owner, key, in_words(key, reason))
            })
            .collect()
    })
}

/// Compiles all checks; every mistake comes back, with file, line and column.
pub fn compile_pack(
    content: &Content,
    loaded: &LoadedChecks,
) -> Result<CompiledPack, Vec<PackProblem>> {
    let checks = compile(content, loaded);
    let set = match &checks {
        Ok(checks) => Arc::clone(checks.set()),
        Err(_) => Arc::new(loaded.set.clone()),
    };
    let across = block_on(CompiledAcross::compile(&set)).map_err(|problems| {
        let told = problems.into_iter().map(|problem| {
            let AcrossProblem {
                check,
                key,
                at,
                reason,
            } = problem;
            loaded.problem_within(&check, key, at, in_words(key, reason))
        });
        told.collect::<Vec<_>>()
    });
    match (checks, across) {
        (Ok(checks), Ok(across)) => Ok(CompiledPack { checks, across }),
        (checks, across) => {
            let mut problems = checks.err().unwrap_or_default();
            problems.extend(across.err().unwrap_or_default());
            Err(problems)
        }
    }
}

/// Why an expression cannot be compiled, as a problem of a pack.
pub(crate) fn in_words(key: &str, reason: Reason) -> Problem {
    match reason {
        Reason::Sql(reason) => Problem::BadSql { reason },
        Reason::UnknownName(name) => Problem::NotThere {
            what: Noun::Field,
            name,
        },
        Reason::Type { expected, found } => Problem::BadValue {
            key: key.to_owned(),
            expected: match expected {
                "boolean" => format!("条件（真或假），而不是 {found} (a boolean)"),
                "text" => format!("文字，而不是 {found} (a text)"),
                _ => format!("数字，而不是 {found} (a number)"),
            },
        },
        Reason::Constant { always } => Problem::Constant { always },
    }
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
        match compile_pack(content, &loaded) {
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

//! From a definition to flat tables.

mod candidates;
mod codes;
mod problems;
mod rules;
mod steps;

pub use problems::{CompileProblem, Place};
pub(crate) use steps::{NOTHING, Outcome, Walkway};

use crate::definition::SchemeDefinition;
use crate::scheme::Scheme;

/// Most sets of one kind that rules may name, classes counted singly. The official 3.0 workbook
/// needs about 800 in all; the limit keeps the scratch space of a grouping on the stack.
pub(crate) const MOST_SETS: usize = 64 * WIDEST_ROW;

/// Words of the widest row.
pub(crate) const WIDEST_ROW: usize = 32;

/// Compiles a definition, or says everything that is wrong with it.
pub(crate) fn compile(definition: &SchemeDefinition) -> Result<Scheme, Vec<CompileProblem>> {
    let mut problems = Vec::new();
    let rules = rules::Rules::collect(definition, &mut problems);
    problems::check(definition, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    // The two tables know nothing of each other and are most of the work.
    let (mut diagnoses, mut procedures) = std::thread::scope(|scope| {
        let procedures = scope.spawn(|| codes::procedures(definition, &rules.procedure_bits));
        let diagnoses = codes::diagnoses(definition, &rules.diagnosis_bits);
        let procedures = match procedures.join() {
            Ok(procedures) => procedures,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        (diagnoses, procedures)
    });
    let mut lowering = rules::Lowering::new(&rules);
    let walk = steps::Walkway::new(definition, &mut lowering);
    let conditions = lowering.finish();
    candidates::fill(
        &mut diagnoses,
        &conditions,
        &walk,
        candidates::Kind::Diagnosis,
    );
    candidates::fill(
        &mut procedures,
        &conditions,
        &walk,
        candidates::Kind::Procedure,
    );
    let without_procedures = candidates::without_procedures(&conditions, &walk);
    Ok(Scheme {
        id: definition.id.as_str().into(),
        title: definition.title.as_str().into(),
        content_hash: definition.content_hash.as_str().into(),
        names: definition
            .names
            .iter()
            .map(|(code, name)| (code.as_str().into(), name.as_str().into()))
            .collect(),
        exclusion_tables: codes::table_names(definition),
        checks: definition.checks.as_slice().into(),
        retry_single_procedure: definition.retry_single_procedure,
        age_days_only_under_one: definition.age_days_only_under_one,
        failure: steps::failure_columns(definition),
        ungrouped: steps::ungrouped(definition),
        diagnoses,
        procedures,
        conditions,
        walk,
        without_procedures,
    })
}

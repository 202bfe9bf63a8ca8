//! Packs of plans: `kind = "plan"`.
//!
//! `pack.toml` is the document, `clauses.toml` its places, `goals.toml`, `targets.toml` and `tasks.toml` what it
//! wants. All mistakes are told at once, with file, line, column and clause. A pack with
//! `kind = "plan-decisions"` settles in `decisions.toml` what the document of a plan leaves open.

mod check;
mod clauses;
mod decisions;
mod library;
mod manifest;
mod targets;
mod tasks;

pub use check::{KnownSubjects, KnownUnits};
pub use library::PlanLibrary;

use crate::problem::{Problem, ProblemList, Problems};
use crate::text::toml_reader::TomlReader;

/// Reads one table of a file; its problems name the clause that it belongs to.
fn of_clause<T>(
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
    read: impl FnOnce(&mut TomlReader<'_, '_>, &mut Problems<'_>) -> T,
) -> T {
    // What is wrong with the clause itself is told where it is read.
    let mut unheard = ProblemList::default();
    let clause = table.text("clause", &mut unheard.file(""));
    let mut found = ProblemList::default();
    let value = read(table, &mut found.file(""));
    for problem in found.into_vec() {
        let inner = problem.problem;
        let told = match clause.as_ref().filter(|clause| !clause.is_empty()) {
            Some(clause) => Problem::OfClause {
                clause: clause.clone(),
                problem: Box::new(inner),
            },
            None => inner,
        };
        problems.add(problem.line, problem.column, told);
    }
    value
}

/// What the kinds of files have in common: until when.
fn due(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> biaochi_plans::Due {
    use biaochi_plans::Every;
    let words = Every::ALL.map(|every| (every.word(), every));
    biaochi_plans::Due {
        text: table.text("due_text", problems).unwrap_or_default(),
        date: table.date("due", problems),
        every: table.choice("every", &words, problems),
    }
}

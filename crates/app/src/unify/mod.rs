//! Unified codes (四统一): translate what stands in a record to the insurance edition and back, remember
//! what a hospital chose, tell how much of a lake is unified.
//!
//! The engine is [`biaochi_terminology::unify`]; the code packs give it its tables
//! ([`biaochi_packs::codes::Codes::unifier`], which an EMR can ask without any workspace), the
//! operational store the choices of the hospital.

mod choices;
mod error;
mod report;
mod table;
mod table_problem;
#[cfg(test)]
mod tests;
mod workbook;

pub use choices::{Draft, choices, choose, history, review};
pub use error::UnifyError;
pub use report::{
    OrganisationUnification, Part, Shares, Standing, Tally, UnificationReport, Unmatched,
    unification,
};
pub use table::{ImportSummary, export, import};
pub use table_problem::{RowFault, RowProblem, TableError};
pub use workbook::write_workbook;

use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_store::Choice;
use biaochi_terminology::unify::{Answer, Question, Unifier};

use crate::Content;

/// The code systems whose codes are unified.
pub const SYSTEMS: [&str; 2] = [DIAGNOSES, PROCEDURES];

/// The answer of one code system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Id of the system.
    pub system: String,
    /// Its Chinese title.
    pub title: String,
    /// What it answers.
    pub answer: Answer,
}

/// Asks code systems, with the choices of one hospital, about a code or name.
pub fn ask(
    content: &Content,
    choices: &[Choice],
    systems: &[&str],
    question: &Question<'_>,
) -> Result<Vec<Told>, UnifyError> {
    let told = systems.iter().map(|system| {
        let unifier = unifier(content, system, choices)?;
        Ok(Told {
            system: (*system).to_owned(),
            title: unifier.system().title().to_owned(),
            answer: unifier.answer(question),
        })
    });
    told.collect()
}

/// Translates codes of a system, with those of the choices that are of this system.
fn unifier<'a>(
    content: &'a Content,
    system: &str,
    choices: &[Choice],
) -> Result<Unifier<'a>, UnifyError> {
    let unifier = content.codes().unifier(system);
    let unifier = unifier.ok_or_else(|| UnifyError::UnknownSystem {
        system: system.to_owned(),
        known: known_systems(content),
    })?;
    let own = choices.iter().filter(|choice| choice.key.system == system);
    Ok(unifier.with_choices(own.filter_map(choices::remembered).collect()))
}

fn known_systems(content: &Content) -> Vec<String> {
    let systems = content.codes().systems();
    systems.map(|system| system.id().to_owned()).collect()
}

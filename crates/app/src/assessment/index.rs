//! A high-quality-development index over institutions.

use std::collections::BTreeMap;

use biaochi_assessment::Assessed;
use biaochi_assessment::index::{Component, IndexOutcome, compute};
use biaochi_domain::Period;

use super::{AssessmentError, LoadedAssessment, Subject, Values, canonical};
use crate::Content;

/// What an index is computed from.
pub struct IndexRequest<'a> {
    /// The index.
    pub index: &'a str,
    /// The period.
    pub period: Period,
    /// Values of parameters.
    pub given: &'a BTreeMap<String, String>,
    /// The institutions.
    pub units: &'a [Assessed],
    /// Where values come from.
    pub values: &'a dyn Values,
}

impl std::fmt::Debug for IndexRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexRequest")
            .field("index", &self.index)
            .field("period", &self.period)
            .field("units", &self.units.len())
            .finish_non_exhaustive()
    }
}

/// Computes an index: what it says, the outcome of each class, and the hash of the outcomes.
pub fn compute_index(
    content: &Content,
    request: &IndexRequest<'_>,
) -> Result<(LoadedAssessment, Vec<IndexOutcome>, String), AssessmentError> {
    let library = content.assessment_library();
    let loaded = library.load(request.index, request.given)?;
    let Subject::Index(index) = &loaded.subject else {
        return Err(AssessmentError::NotAnIndex {
            id: loaded.id().to_owned(),
        });
    };
    let read = |unit: &Assessed, component: &Component| {
        request.values.read(unit, &component.source, request.period)
    };
    let outcomes = compute(index, request.units, &read);
    let texts: Vec<(String, String)> = outcomes
        .iter()
        .map(|outcome| Ok((outcome.class.clone(), canonical::text(outcome)?)))
        .collect::<Result<_, AssessmentError>>()?;
    let hash = canonical::hash(
        texts
            .iter()
            .map(|(class, text)| (class.as_str(), text.as_str())),
    );
    Ok((loaded, outcomes, hash))
}

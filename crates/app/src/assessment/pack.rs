//! Checks of an assessment pack beside what it takes its values from.

use std::path::Path;

use biaochi_packs::PackProblem;
use biaochi_packs::assessment::LoadedAssessment;

use crate::Content;
use crate::indicators::NATIONAL;

/// Everything that is wrong with the assessment pack in a folder, what it names and nobody defines included;
/// `None` when it holds none.
pub fn check_folder(content: &Content, folder: &Path) -> Option<Vec<PackProblem>> {
    let (loaded, mut problems) = content.assessment_library().check_folder(folder)?;
    if let Some(loaded) = loaded {
        problems.extend(unknown(content, &loaded));
    }
    Some(problems)
}

/// Indicators and fields of data sets that nobody defines. A broken pack of either is told by its own check.
fn unknown(content: &Content, loaded: &LoadedAssessment) -> Vec<PackProblem> {
    let mut problems = Vec::new();
    if let Ok(indicators) = content.indicator_library().load(NATIONAL) {
        let known = |id: &str| indicators.set.get(id).is_some();
        problems.extend(loaded.unknown_indicators(&known));
    }
    if let Ok(sets) = content.data_sets() {
        let known = |dataset: &str, field: &str| {
            let set = sets.get(dataset);
            set.is_some_and(|loaded| loaded.set.field(field).is_some())
        };
        problems.extend(loaded.unknown_fields(&known));
    }
    problems
}

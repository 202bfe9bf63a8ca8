//! A pack of indicators, read and compiled.

use std::path::Path;
use std::sync::Arc;

use biaochi_datasets::DataSet;
use biaochi_indicators::{Formula, IndicatorSet};
use biaochi_packs::datasets::DataSets;
use biaochi_packs::indicators::{LoadedIndicators, MeasurePart};
use biaochi_packs::{PackError, PackProblem};
use biaochi_warehouse::checks::Lookups;
use biaochi_warehouse::datasets::dataset_view;
use biaochi_warehouse::indicators::{CompiledMeasures, MeasureProblem, Subject};

use super::cases::{IndicatorCasesReport, run_cases};
use super::roll_up::FieldUses;
use crate::check::{CodeLookups, in_words};
use crate::runtime::block_on;
use crate::{Content, ContentError};

/// The pack of indicators that workspaces use unless they say otherwise.
pub const NATIONAL: &str = "national-indicators";

/// A pack of indicators, ready to be computed.
#[derive(Debug, Clone)]
pub struct CompiledIndicators {
    /// As it was read.
    pub loaded: Arc<LoadedIndicators>,
    /// The measures of discharges.
    pub measures: Arc<CompiledMeasures>,
    /// What its expressions may ask of the code packs.
    pub(crate) lookups: Arc<dyn Lookups>,
    /// Name and query of the view over each data set.
    pub(crate) entries: Arc<[(String, String)]>,
    /// How values of fields come together over months and institutions.
    pub(crate) fields: Arc<FieldUses>,
    /// The data sets that measures may be over.
    pub(crate) sets: Arc<[Arc<DataSet>]>,
}

impl CompiledIndicators {
    /// The indicators.
    pub fn set(&self) -> &IndicatorSet {
        &self.loaded.set
    }
}

impl Content {
    /// Reads a pack of indicators with all it lies over, and compiles it.
    pub fn indicators(&self, id: &str) -> Result<CompiledIndicators, ContentError> {
        let loaded = self.indicator_library().load(id)?;
        compile(self, loaded).map_err(|problems| {
            let id = id.to_owned();
            ContentError::Pack(PackError::Broken { id, problems })
        })
    }
}

/// Compiles a pack; every mistake comes back, with file, line and column.
pub fn compile(
    content: &Content,
    loaded: LoadedIndicators,
) -> Result<CompiledIndicators, Vec<PackProblem>> {
    let lookups: Arc<dyn Lookups> = Arc::new(CodeLookups::new(content));
    let set = Arc::new(loaded.set.clone());
    let mut problems = Vec::new();
    let measures = CompiledMeasures::compile(&set, &lookups);
    if let Err(found) = &measures {
        problems.extend(found.iter().map(|problem| told(&loaded, problem)));
    }
    for indicator in set.indicators() {
        if let Formula::Exact(exact) = &indicator.formula
            && let Err(reason) = block_on(CompiledMeasures::check_exact(&set, &lookups, exact))
        {
            problems.push(loaded.problem(&indicator.id, "exact", in_words("exact", reason)));
        }
    }
    match measures {
        Ok(measures) if problems.is_empty() => Ok(CompiledIndicators {
            entries: data_sets(content).map(|set| dataset_view(set)).collect(),
            fields: Arc::new(FieldUses::of(content)),
            sets: data_sets(content).cloned().collect(),
            loaded: Arc::new(loaded),
            measures: Arc::new(measures),
            lookups,
        }),
        _ => Err(problems),
    }
}

/// All data sets. A broken pack of data sets keeps nobody from counting records.
fn data_sets(content: &Content) -> impl Iterator<Item = &Arc<DataSet>> {
    let sets = content.data_sets().map(DataSets::all).unwrap_or_default();
    sets.iter().map(|loaded| &loaded.set)
}

fn told(loaded: &LoadedIndicators, problem: &MeasureProblem) -> PackProblem {
    let reason = problem.reason.clone();
    match &problem.subject {
        Subject::Term(id) => loaded.problem(id, "sql", in_words("sql", reason)),
        Subject::Own(id) => {
            loaded.measure_problem(*id, MeasurePart::Own, in_words("count / sum", reason))
        }
        Subject::Filter(id) => {
            loaded.measure_problem(*id, MeasurePart::Filter, in_words("where", reason))
        }
        Subject::Exclude(id) => {
            loaded.measure_problem(*id, MeasurePart::Exclude, in_words("exclude", reason))
        }
    }
}

/// Everything that is wrong with the pack of indicators in a folder; `None` when it holds none. With
/// `run`, its cases are run as well.
pub fn check_folder(
    content: &Content,
    folder: &Path,
    run: bool,
) -> Option<(Vec<PackProblem>, IndicatorCasesReport)> {
    let (loaded, mut problems) = content.indicator_library().check_folder(folder)?;
    let mut report = IndicatorCasesReport::default();
    if let Some(loaded) = loaded {
        match compile(content, loaded) {
            Ok(compiled) if run => {
                report = run_cases(&compiled);
                problems.append(&mut report.problems);
            }
            Ok(_) => {}
            Err(found) => problems.extend(found),
        }
    }
    Some((problems, report))
}

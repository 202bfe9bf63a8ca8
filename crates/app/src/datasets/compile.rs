//! The data sets in force with their rules, ready to run.

use std::path::Path;
use std::sync::Arc;

use biaochi_datasets::DataSet;
use biaochi_organisations::Filter;
use biaochi_packs::datasets::{DataSets, LoadedDataSet};
use biaochi_packs::{PackError, PackProblem, Problem};
use biaochi_warehouse::datasets::CompiledRules;

use super::DataSetError;
use crate::check::in_words;
use crate::{Content, ContentError};

/// The data sets in force with their rules.
#[derive(Debug)]
pub struct CompiledDataSets {
    sets: Vec<(LoadedDataSet, CompiledRules)>,
}

impl CompiledDataSets {
    /// All data sets, by id.
    pub fn sets(&self) -> impl Iterator<Item = &Arc<DataSet>> {
        self.sets.iter().map(|(loaded, _)| &loaded.set)
    }

    /// All data sets with the packs they come from, by id.
    pub fn loaded(&self) -> impl Iterator<Item = &LoadedDataSet> {
        self.sets.iter().map(|(loaded, _)| loaded)
    }

    /// A data set with its rules.
    pub fn get(&self, id: &str) -> Result<(&LoadedDataSet, &CompiledRules), DataSetError> {
        let found = self.sets.iter().find(|(loaded, _)| loaded.set.id == id);
        let found = found.map(|(loaded, rules)| (loaded, rules));
        found.ok_or_else(|| DataSetError::Unknown {
            id: id.to_owned(),
            known: self.sets().map(|set| set.id.clone()).collect(),
        })
    }
}

/// Reads the data sets in force and compiles their rules.
pub fn compile(content: &Content) -> Result<CompiledDataSets, DataSetError> {
    let loaded = content.data_sets()?;
    let (sets, problems) = compile_all(loaded);
    if problems.is_empty() {
        return Ok(CompiledDataSets { sets });
    }
    let id = "datasets".to_owned();
    Err(ContentError::Pack(PackError::Broken { id, problems }).into())
}

fn compile_all(loaded: &DataSets) -> (Vec<(LoadedDataSet, CompiledRules)>, Vec<PackProblem>) {
    let (mut sets, mut problems) = (Vec::new(), Vec::new());
    for one in loaded.all() {
        match CompiledRules::compile(&one.set) {
            Ok(rules) => sets.push((one.clone(), rules)),
            Err(found) => problems.extend(found.into_iter().map(|problem| {
                let words = in_words(problem.key, problem.reason);
                loaded.rule_problem(&one.set.id, &problem.rule, problem.key, words)
            })),
        }
    }
    (sets, problems)
}

/// Everything that is wrong with the pack of data sets in a folder; `None` when it holds none.
pub fn check_folder(content: &Content, folder: &Path) -> Option<Vec<PackProblem>> {
    let (loaded, mut problems) = content.data_set_library().check_folder(folder)?;
    problems.extend(compile_all(&loaded).1);
    for one in loaded.all() {
        if let Err(unknown) = Filter::parse(&one.set.applies_to) {
            let problem = Problem::BadValue {
                key: "dataset.applies_to".to_owned(),
                expected: unknown.words.join("、") + " 以外、描述机构的词 words about institutions",
            };
            problems.push(loaded.set_problem(&one.set.id, "applies_to", problem));
        }
    }
    problems.sort();
    Some(problems)
}

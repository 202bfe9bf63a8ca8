//! Looks whether what the parts of a plan name is there, and which known name was probably meant.

use std::collections::{BTreeSet, HashSet};

use biaochi_datasets::DataSet;
use biaochi_plans::{Binding, Plan, Target};

use super::clauses::Placed;
use crate::datasets::DataSets;
use crate::files::PackFiles;
use crate::indicators::IndicatorLibrary;
use crate::near::nearest;
use crate::problem::{Noun, Problem, ProblemList, Problems};
use crate::reading::{self, Reading};

/// What can answer a target, as other packs define it, and the organisations that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownSubjects {
    /// Ids of indicators.
    pub indicators: BTreeSet<String>,
    /// Fields of data sets, as `finance.outpatient_income`.
    pub fields: BTreeSet<String>,
    /// The organisations of a workspace, if there are any.
    pub units: Option<KnownUnits>,
}

/// The organisations that plans may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownUnits {
    /// Codes of divisions.
    pub divisions: BTreeSet<String>,
    /// Names of institutions, other names among them.
    pub institutions: BTreeSet<String>,
}

impl KnownSubjects {
    /// Adds every indicator of the packs that can be read.
    pub fn with_indicators(mut self, library: &IndicatorLibrary) -> Self {
        for pack in library.ids().filter_map(|id| library.load(id).ok()) {
            let ids = pack.set.indicators().iter().map(|one| one.id.clone());
            self.indicators.extend(ids);
        }
        self
    }

    /// Adds every field of the data sets in force.
    pub fn with_data_sets(mut self, sets: &DataSets) -> Self {
        for loaded in sets.all() {
            let set: &DataSet = &loaded.set;
            let fields = set.fields.iter();
            self.fields
                .extend(fields.map(|field| format!("{}.{}", set.id, field.id)));
        }
        self
    }
}

pub(super) fn missing(what: Noun, name: &str) -> Problem {
    Problem::NotThere {
        what,
        name: name.to_owned(),
    }
}

/// A problem with a name, and the known name that was probably meant.
pub(super) fn near<'a>(
    problem: Problem,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Problem {
    match nearest(name, known) {
        Some(near) => Problem::Near {
            problem: Box::new(problem),
            near: near.to_owned(),
        },
        None => problem,
    }
}

/// A file of a pack and what was found in it.
pub(super) struct File<T> {
    pub(super) shown: String,
    pub(super) text: String,
    pub(super) found: Vec<Placed<T>>,
}

/// Reads a file of a pack.
pub(super) fn file<T>(
    (name, is_needed): (&str, bool),
    files: &PackFiles,
    reading: &mut Reading,
    problems: &mut ProblemList,
    read: impl FnOnce(&str, &mut Problems<'_>) -> Vec<Placed<T>>,
) -> File<T> {
    let Some((_, shown, text)) = reading.file(files, name, problems) else {
        let shown = files.display(name);
        // One that is there and cannot be read was told as that.
        if is_needed && matches!(files.read(name), Ok(None)) {
            problems.file(&shown).add(0, 0, Problem::MissingFile);
        }
        return File {
            shown,
            text: String::new(),
            found: Vec::new(),
        };
    };
    File {
        found: read(&text, &mut problems.file(&shown)),
        shown,
        text,
    }
}

/// Byte offsets of keys.
pub(super) type Offsets = [(&'static str, usize)];

/// Looks whether what the parts of a plan name is there.
pub(super) struct Check<'a> {
    pub(super) plan: &'a Plan,
    pub(super) problems: &'a mut ProblemList,
}

impl Check<'_> {
    pub(super) fn ids<T>(&mut self, what: Noun, file: &File<T>, id: impl Fn(&T) -> &String) {
        let mut seen = HashSet::new();
        for (value, offsets) in &file.found {
            let id = id(value);
            if !seen.insert(id.clone()) {
                let name = id.clone();
                self.at(file, offsets, "id", Problem::Duplicate { what, name });
            }
        }
    }

    pub(super) fn clause<T>(&mut self, file: &File<T>, offsets: &Offsets, clause: &str) {
        // One that is not written at all was told before.
        if self.plan.clause(clause).is_none() && !clause.is_empty() {
            let known = self.plan.clauses.iter().map(|clause| clause.id.as_str());
            let problem = near(missing(Noun::Clause, clause), clause, known);
            self.at(file, offsets, "clause", problem);
        }
    }

    /// The targets that a task serves.
    pub(super) fn served<T>(
        &mut self,
        file: &File<T>,
        offsets: &Offsets,
        clause: &str,
        targets: &[String],
    ) {
        let plan = self.plan;
        for id in targets.iter().filter(|id| plan.target(id).is_none()) {
            let known = plan.targets.iter().map(|target| target.id.as_str());
            let problem = near(missing(Noun::Target, id), id, known);
            self.of_clause(file, offsets, "targets", clause, problem);
        }
    }

    /// What a target is bound to. Where nothing is known of indicators or of data sets, nothing is looked for.
    pub(super) fn subjects(
        &mut self,
        file: &File<Target>,
        offsets: &Offsets,
        target: &Target,
        known: &KnownSubjects,
    ) {
        let unknown = |what, name: &str, ids: &BTreeSet<String>| {
            let problem = Problem::UnknownSubject {
                what,
                name: name.to_owned(),
            };
            let is_missing = !ids.is_empty() && !ids.contains(name);
            is_missing.then(|| near(problem, name, ids.iter().map(String::as_str)))
        };
        let indicator = |id: &str| unknown(Noun::Indicator, id, &known.indicators);
        let bound = match &target.binding {
            Binding::Indicator(id) => indicator(id).map(|problem| ("indicator", problem)),
            Binding::Dataset { dataset, field } => {
                let name = format!("{dataset}.{field}");
                let problem = unknown(Noun::DatasetField, &name, &known.fields);
                problem.map(|problem| ("dataset", problem))
            }
            Binding::Milestone(_) => None,
        };
        let related = target.related.iter();
        let related = related.filter_map(|id| Some(("related", indicator(id)?)));
        for (key, problem) in bound.into_iter().chain(related) {
            self.of_clause(file, offsets, key, &target.clause, problem);
        }
    }

    /// The words and names of a target's scope. A plan of another place names nobody in the directory.
    pub(super) fn scope(
        &mut self,
        file: &File<Target>,
        offsets: &Offsets,
        target: &Target,
        units: Option<&KnownUnits>,
    ) {
        for word in target.scope.unknown_words() {
            let word = word.to_owned();
            let problem = Problem::UnknownScopeWord { word };
            self.of_clause(file, offsets, "scope", &target.clause, problem);
        }
        let division = &self.plan.document.division;
        let Some(units) = units.filter(|units| units.divisions.contains(division)) else {
            return;
        };
        for name in &target.scope.names {
            // Documents call a hospital by a part of its name.
            if units.institutions.iter().any(|known| known.contains(name)) {
                continue;
            }
            let problem = Problem::NotInDirectory {
                what: Noun::Institution,
                name: name.clone(),
            };
            let known = units.institutions.iter().map(String::as_str);
            let problem = near(problem, name, known);
            self.of_clause(file, offsets, "scope", &target.clause, problem);
        }
    }

    pub(super) fn of_clause<T>(
        &mut self,
        file: &File<T>,
        offsets: &Offsets,
        key: &str,
        clause: &str,
        problem: Problem,
    ) {
        let clause = clause.to_owned();
        let problem = Box::new(problem);
        self.at(file, offsets, key, Problem::OfClause { clause, problem });
    }

    pub(super) fn at<T>(&mut self, file: &File<T>, offsets: &Offsets, key: &str, problem: Problem) {
        let offset = offsets.iter().find(|(known, _)| *known == key);
        let offset = offset.map_or(0, |(_, offset)| *offset);
        reading::add(self.problems, (&file.shown, &file.text, offset), problem);
    }
}

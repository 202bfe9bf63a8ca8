//! Finds packs of plans, reads them, and notes what does not fit together.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use biaochi_plans::{Binding, Document, Plan, Target};

use super::clauses::Placed;
use super::manifest::Manifest;
use super::{clauses, targets, tasks};
use crate::error::PackError;
use crate::files::PackFiles;
use crate::indicators::IndicatorLibrary;
use crate::problem::{Noun, PackProblem, Problem, ProblemList, Problems};
use crate::reading::{self, Reading, text_of};
use crate::shelf::{Pack, Shelf};
use crate::sources;

/// The packs of plans that can be used, by id.
#[derive(Debug, Clone, Default)]
pub struct PlanLibrary {
    packs: Shelf<Manifest>,
}

/// What can answer a target, as other packs define it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownSubjects {
    /// Ids of indicators.
    pub indicators: BTreeSet<String>,
    /// Fields of data sets, as `finance.outpatient_income`.
    pub fields: BTreeSet<String>,
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
}

impl PlanLibrary {
    /// The packs compiled into the program.
    pub fn embedded() -> Self {
        Self {
            packs: Shelf::embedded(),
        }
    }

    /// Adds the packs of a folder; one with a known id takes the place of the other.
    pub fn with_folder(self, folder: &Path) -> Result<Self, PackError> {
        let packs = self.packs.with_folder(folder)?;
        Ok(Self { packs })
    }

    /// Ids of all plans, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.packs().map(|(id, ..)| id)
    }

    /// Id, title and version of all plans, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let heads = self.packs.packs().map(|pack| &pack.head);
        heads.map(|head| (&*head.id, &*head.title, &*head.version))
    }

    /// Reads a plan. Fails, with every mistake, when there is any. What its targets are bound to is
    /// checked against `known`, if given.
    pub fn load(&self, id: &str, known: Option<&KnownSubjects>) -> Result<Plan, PackError> {
        let mut problems = ProblemList::default();
        let plan = self.read(self.packs.pack(id)?, known, &mut problems);
        if problems.has_errors() {
            return Err(PackError::Broken {
                id: id.to_owned(),
                problems: problems.into_vec(),
            });
        }
        Ok(plan)
    }

    /// Reads the plan of a folder while a person edits it: what could be read, and every mistake. `None`
    /// when the folder holds no plan.
    pub fn check_folder(
        &self,
        folder: &Path,
        known: Option<&KnownSubjects>,
    ) -> Option<(Plan, Vec<PackProblem>)> {
        let mut problems = ProblemList::default();
        let (packs, id) = self.packs.with_pack(folder, &mut problems)?;
        let library = Self { packs };
        let pack = library.packs.pack(&id).ok()?;
        let plan = library.read(pack, known, &mut problems);
        if pack.files.read("README.md").ok().flatten().is_none() {
            let file = pack.files.display("README.md");
            problems.file(&file).add(0, 0, Problem::MissingFile);
        }
        Some((plan, problems.into_vec()))
    }

    fn read(
        &self,
        pack: &Pack<Manifest>,
        known: Option<&KnownSubjects>,
        problems: &mut ProblemList,
    ) -> Plan {
        let Pack { files, head, own } = pack;
        let mut reading = Reading::default();
        // Its mistakes were told when it was found.
        reading.file(files, "pack.toml", problems);
        if let Err(PackError::Broken {
            problems: found, ..
        }) = self.packs.chain(&head.id)
        {
            found.into_iter().for_each(|problem| problems.add(problem));
        }
        let sources = sources::read(files, problems);
        reading
            .sources
            .extend(sources.into_iter().map(|source| source.id));
        let clauses = file(
            ("clauses.toml", true),
            files,
            &mut reading,
            problems,
            clauses::clauses,
        );
        let goals = file(
            ("goals.toml", false),
            files,
            &mut reading,
            problems,
            clauses::goals,
        );
        let targets = file(
            ("targets.toml", true),
            files,
            &mut reading,
            problems,
            targets::targets,
        );
        let tasks = file(
            ("tasks.toml", false),
            files,
            &mut reading,
            problems,
            tasks::tasks,
        );
        let sources = std::mem::take(&mut reading.sources);
        let (content_hash, _) = reading.finish();
        let plan = Plan {
            id: head.id.clone(),
            version: head.version.clone(),
            parent: head.base.clone(),
            document: Document {
                title: head.title.clone(),
                ..own.document.clone()
            },
            clauses: values(&clauses.found),
            goals: values(&goals.found),
            targets: values(&targets.found),
            tasks: values(&tasks.found),
            escalation: own.escalation.clone(),
            content_hash,
        };
        let mut check = Check {
            plan: &plan,
            problems,
        };
        check.ids(Noun::Clause, &clauses, |clause| &clause.id);
        check.ids(Noun::Goal, &goals, |goal| &goal.id);
        check.ids(Noun::Target, &targets, |target| &target.id);
        check.ids(Noun::Task, &tasks, |task| &task.id);
        for (clause, offsets) in &clauses.found {
            if !sources.contains(&clause.source) {
                let problem = missing(Noun::Source, &clause.source);
                check.at(&clauses, offsets, "source", problem);
            }
        }
        for (goal, offsets) in &goals.found {
            check.clause(&goals, offsets, &goal.clause);
        }
        for (target, offsets) in &targets.found {
            check.clause(&targets, offsets, &target.clause);
            check.subjects(&targets, offsets, target, known);
            self.follows(&mut check, &targets, offsets, target);
        }
        for (task, offsets) in &tasks.found {
            check.clause(&tasks, offsets, &task.clause);
            for id in task.targets.iter().filter(|id| plan.target(id).is_none()) {
                let problem = missing(Noun::Target, id);
                check.of_clause(&tasks, offsets, "targets", &task.clause, problem);
            }
        }
        plan
    }

    /// Looks whether the target above is there.
    fn follows(
        &self,
        check: &mut Check<'_>,
        file: &File<Target>,
        offsets: &[(&'static str, usize)],
        target: &Target,
    ) {
        let Some(follows) = &target.follows else {
            return;
        };
        let found = follows.split_once('/').and_then(|(plan, id)| {
            let files = &self.packs.pack(plan).ok()?.files;
            let mut unheard = ProblemList::default();
            let text = text_of(files, "targets.toml", &mut unheard)?;
            let above = targets::targets(&text, &mut unheard.file(""));
            above.into_iter().find(|(above, _)| above.id == id)
        });
        if found.is_none() {
            let problem = missing(Noun::Target, follows);
            check.of_clause(file, offsets, "follows", &target.clause, problem);
        }
    }
}

fn values<T: Clone>(found: &[Placed<T>]) -> Vec<T> {
    found.iter().map(|(value, _)| value.clone()).collect()
}

fn missing(what: Noun, name: &str) -> Problem {
    Problem::NotThere {
        what,
        name: name.to_owned(),
    }
}

/// A file of a pack and what was found in it.
struct File<T> {
    shown: String,
    text: String,
    found: Vec<Placed<T>>,
}

/// Reads a file of a pack.
fn file<T>(
    (name, is_needed): (&str, bool),
    files: &PackFiles,
    reading: &mut Reading,
    problems: &mut ProblemList,
    read: impl FnOnce(&str, &mut Problems<'_>) -> Vec<Placed<T>>,
) -> File<T> {
    let Some((_, shown, text)) = reading.file(files, name, problems) else {
        let shown = files.display(name);
        if is_needed {
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

/// Looks whether what the parts of a plan name is there.
struct Check<'a> {
    plan: &'a Plan,
    problems: &'a mut ProblemList,
}

impl Check<'_> {
    fn ids<T>(&mut self, what: Noun, file: &File<T>, id: impl Fn(&T) -> &String) {
        let mut seen = HashSet::new();
        for (value, offsets) in &file.found {
            let id = id(value);
            if !seen.insert(id.clone()) {
                let name = id.clone();
                self.at(file, offsets, "id", Problem::Duplicate { what, name });
            }
        }
    }

    fn clause<T>(&mut self, file: &File<T>, offsets: &[(&'static str, usize)], clause: &str) {
        // One that is not written at all was told before.
        if self.plan.clause(clause).is_none() && !clause.is_empty() {
            self.at(file, offsets, "clause", missing(Noun::Clause, clause));
        }
    }

    fn subjects(
        &mut self,
        file: &File<Target>,
        offsets: &[(&'static str, usize)],
        target: &Target,
        known: Option<&KnownSubjects>,
    ) {
        let Some(known) = known else {
            return;
        };
        let unknown = |what, name: &str| Problem::UnknownSubject {
            what,
            name: name.to_owned(),
        };
        let problem = match &target.binding {
            Binding::Indicator(id) if !known.indicators.contains(id) => {
                Some(("indicator", unknown(Noun::Indicator, id)))
            }
            Binding::Dataset { dataset, field } => {
                let name = format!("{dataset}.{field}");
                let is_known = known.fields.contains(&name);
                (!is_known).then(|| ("dataset", unknown(Noun::DatasetField, &name)))
            }
            _ => None,
        };
        let related = target
            .related
            .iter()
            .filter(|id| !known.indicators.contains(*id))
            .map(|id| ("related", unknown(Noun::Indicator, id)));
        for (key, problem) in problem.into_iter().chain(related) {
            self.of_clause(file, offsets, key, &target.clause, problem);
        }
    }

    fn of_clause<T>(
        &mut self,
        file: &File<T>,
        offsets: &[(&'static str, usize)],
        key: &str,
        clause: &str,
        problem: Problem,
    ) {
        let clause = clause.to_owned();
        let problem = Box::new(problem);
        self.at(file, offsets, key, Problem::OfClause { clause, problem });
    }

    fn at<T>(
        &mut self,
        file: &File<T>,
        offsets: &[(&'static str, usize)],
        key: &str,
        problem: Problem,
    ) {
        let offset = offsets.iter().find(|(known, _)| *known == key);
        let offset = offset.map_or(0, |(_, offset)| *offset);
        reading::add(self.problems, (&file.shown, &file.text, offset), problem);
    }
}

#[cfg(test)]
mod tests;

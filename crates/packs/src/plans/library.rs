//! Finds packs of plans and of decisions, reads them, and notes what does not fit together.

use std::path::Path;

use biaochi_plans::{Document, Plan, Target};

use super::check::{Check, File, KnownSubjects, Offsets, file, missing, near};
use super::clauses::Placed;
use super::decisions::{self, Decisions};
use super::manifest::Manifest;
use super::{clauses, targets, tasks};
use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList};
use crate::reading::{self, Reading, text_of};
use crate::shelf::{Pack, Shelf};
use crate::sources;

/// The packs of plans that can be used, by id, and those of decisions about them.
#[derive(Debug, Clone, Default)]
pub struct PlanLibrary {
    packs: Shelf<Manifest>,
    decisions: Shelf<Decisions>,
}

/// The line of a manifest that names the base.
fn base_line(files: &PackFiles, problems: &mut ProblemList) -> u32 {
    let text = text_of(files, "pack.toml", problems).unwrap_or_default();
    let names_base = |line: &str| {
        let (key, _) = line.split_once('=').unwrap_or_default();
        key.trim() == "base"
    };
    let line = text.lines().position(names_base);
    line.and_then(|line| u32::try_from(line + 1).ok())
        .unwrap_or(0)
}

impl PlanLibrary {
    /// The packs compiled into the program.
    pub fn embedded() -> Self {
        Self {
            packs: Shelf::embedded(),
            decisions: Shelf::embedded(),
        }
    }

    /// Adds the packs of a folder; one with a known id takes the place of the other.
    pub fn with_folder(self, folder: &Path) -> Result<Self, PackError> {
        let packs = self.packs.with_folder(folder)?;
        let decisions = self.decisions.with_folder(folder)?;
        Ok(Self { packs, decisions })
    }

    /// Ids of all plans, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.packs().map(|(id, ..)| id)
    }

    /// Id, title and version of all plans, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.packs.heads()
    }

    /// Id, title and version of all packs of decisions, sorted by id.
    pub fn decision_packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.decisions.heads()
    }

    /// Reads a plan, settled by the decisions about it. Fails, with every mistake, when there is any. What
    /// its targets are bound to is checked against `known`, if given.
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
        let decisions = self.decisions.clone();
        let library = Self { packs, decisions };
        let pack = library.packs.pack(&id).ok()?;
        let plan = library.read(pack, known, &mut problems);
        if pack.files.read("README.md").ok().flatten().is_none() {
            let file = pack.files.display("README.md");
            problems.file(&file).add(0, 0, Problem::MissingFile);
        }
        Some((plan, problems.into_vec()))
    }

    /// Reads the decisions of a folder while a person edits them: every mistake. `None` when the folder holds
    /// no such pack.
    pub fn check_decisions(&self, folder: &Path) -> Option<Vec<PackProblem>> {
        let mut problems = ProblemList::default();
        let (decisions, id) = self.decisions.with_pack(folder, &mut problems)?;
        let packs = self.packs.clone();
        let library = Self { packs, decisions };
        let pack = library.decisions.pack(&id).ok()?;
        if pack.files.read("README.md").ok().flatten().is_none() {
            let file = pack.files.display("README.md");
            problems.file(&file).add(0, 0, Problem::MissingFile);
        }
        let plan = &pack.own.plan;
        match library.packs.pack(plan) {
            Ok(plan) => {
                let mut found = ProblemList::default();
                library.read(plan, None, &mut found);
                // What is wrong with the plan itself, or with other decisions, is told there.
                let own = pack.files.display("");
                let found = found.into_vec().into_iter();
                found
                    .filter(|problem| problem.file.starts_with(&own))
                    .for_each(|problem| problems.add(problem));
            }
            // One that is not written at all was told before.
            Err(_) if plan.is_empty() => {}
            Err(_) => {
                let problem = near(missing(Noun::Plan, plan), plan, library.ids());
                let text = text_of(&pack.files, "pack.toml", &mut problems).unwrap_or_default();
                let shown = pack.files.display("pack.toml");
                let at = (shown.as_str(), text.as_str(), pack.own.plan_at);
                reading::add(&mut problems, at, problem);
            }
        }
        Some(problems.into_vec())
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
        let manifest = reading.file(files, "pack.toml", problems);
        if let Err(PackError::Broken {
            problems: found, ..
        }) = self.packs.chain(&head.id)
        {
            for mut found in found {
                if let Problem::UnknownBase { id } = &found.problem {
                    let id = id.clone();
                    found.problem = near(found.problem, &id, self.ids());
                    if found.file == files.display("pack.toml") {
                        found.line = base_line(files, problems);
                    }
                }
                problems.add(found);
            }
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
        let rulings = decisions::of_plan(&self.decisions, &head.id, &mut reading, problems);
        let (content_hash, _) = reading.finish();
        let mut plan = Plan {
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
        let units = known.and_then(|known| known.units.as_ref());
        for (target, offsets) in &targets.found {
            check.clause(&targets, offsets, &target.clause);
            if let Some(known) = known {
                check.subjects(&targets, offsets, target, known);
            }
            check.scope(&targets, offsets, target, units);
            self.follows(&mut check, &targets, offsets, target);
        }
        for (task, offsets) in &tasks.found {
            check.clause(&tasks, offsets, &task.clause);
            check.served(&tasks, offsets, &task.clause, &task.targets);
        }
        let division = &plan.document.division;
        if let (Some(units), Some((_, shown, text))) = (units, &manifest)
            && !division.is_empty()
            && !units.divisions.contains(division)
        {
            let problem = Problem::NotInDirectory {
                what: Noun::Division,
                name: division.clone(),
            };
            reading::add(problems, (shown, text, own.division_at), problem);
        }
        decisions::settle(&mut plan, &rulings, problems);
        plan
    }

    /// Looks whether the target above is there.
    fn follows(
        &self,
        check: &mut Check<'_>,
        file: &File<Target>,
        offsets: &Offsets,
        target: &Target,
    ) {
        let Some(follows) = &target.follows else {
            return;
        };
        let found = follows.split_once('/').map(|(plan, id)| {
            let mut unheard = ProblemList::default();
            let pack = self.packs.pack(plan).ok();
            let text = pack.and_then(|pack| text_of(&pack.files, "targets.toml", &mut unheard));
            let above = targets::targets(&text.unwrap_or_default(), &mut unheard.file(""));
            let above = above
                .into_iter()
                .map(|(above, _)| format!("{plan}/{}", above.id));
            // A slip in the name of the plan is one in all of its targets.
            let others = self.ids().map(|other| format!("{other}/{id}"));
            let above: Vec<String> = above.collect();
            match above.is_empty() {
                true => (false, others.collect()),
                false => (above.contains(follows), above),
            }
        });
        let (is_there, known) = found.unwrap_or_default();
        if !is_there {
            let known = known.iter().map(String::as_str);
            let problem = near(missing(Noun::Target, follows), follows, known);
            check.of_clause(file, offsets, "follows", &target.clause, problem);
        }
    }
}

fn values<T: Clone>(found: &[Placed<T>]) -> Vec<T> {
    found.iter().map(|(value, _)| value.clone()).collect()
}

#[cfg(test)]
mod tests;

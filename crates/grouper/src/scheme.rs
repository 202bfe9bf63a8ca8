use rustc_hash::FxHashMap;

use crate::code_facts::{CodeFacts, Facts};
use crate::compile::{self, CompileProblem, NOTHING, Outcome, Walkway};
use crate::condition::Conditions;
use crate::definition::{Check, SchemeDefinition};

/// A scheme ready for grouping: immutable, and shared freely between threads.
#[derive(Debug)]
pub struct Scheme {
    pub(crate) id: Box<str>,
    pub(crate) title: Box<str>,
    pub(crate) content_hash: Box<str>,
    pub(crate) names: FxHashMap<Box<str>, Box<str>>,
    pub(crate) exclusion_tables: Box<[Box<str>]>,
    pub(crate) checks: Box<[Check]>,
    pub(crate) retry_single_procedure: bool,
    pub(crate) age_days_only_under_one: bool,
    /// Columns after a failed check.
    pub(crate) failure: Outcome,
    pub(crate) ungrouped: Outcome,
    pub(crate) diagnoses: CodeFacts,
    pub(crate) procedures: CodeFacts,
    pub(crate) conditions: Conditions,
    pub(crate) walk: Walkway,
    /// Steps that a stay without any procedure can reach.
    pub(crate) without_procedures: Box<[u64]>,
}

impl Scheme {
    /// Compiles a definition, or says everything that is wrong with it.
    pub fn compile(definition: &SchemeDefinition) -> Result<Self, Vec<CompileProblem>> {
        compile::compile(definition)
    }

    /// Stable id, such as `chs_drg_11`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Chinese title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Hash of the content the scheme was read from, as the definition gave it.
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// Chinese name of an MDC, ADRG or DRG.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(AsRef::as_ref)
    }

    /// Category codes in the order in which they are tried.
    pub fn mdcs(&self) -> impl Iterator<Item = &str> {
        self.walk.categories.iter().map(|category| &*category.code)
    }

    /// ADRG codes, each once, in the order in which they are first tried.
    pub fn adrgs(&self) -> impl Iterator<Item = &str> {
        let mut seen = rustc_hash::FxHashSet::default();
        let adrgs = self.walk.steps.iter().map(|step| &*step.adrg);
        adrgs.filter(move |&adrg| !adrg.is_empty() && seen.insert(adrg))
    }

    /// DRG codes that a rule or a fallback can give, each once, in the order of their entries; QY
    /// codes among them.
    pub fn drgs(&self) -> impl Iterator<Item = &str> {
        let mut seen = vec![false; self.walk.outcomes.len()];
        let results = self
            .walk
            .steps
            .iter()
            .filter(|step| !step.entry.is_empty())
            .flat_map(|step| {
                let drgs = &self.walk.drgs[step.first_drg as usize..][..step.drgs as usize];
                let fallback = (step.fallback != NOTHING).then_some(step.fallback);
                drgs.iter().map(|drg| drg.outcome).chain(fallback)
            });
        results
            .filter(move |&outcome| !std::mem::replace(&mut seen[outcome as usize], true))
            .map(|outcome| &*self.walk.outcomes[outcome as usize].drg)
    }

    /// Whether some table of the scheme names this diagnosis. Others match nothing.
    pub fn is_known_diagnosis(&self, code: &str) -> bool {
        self.diagnoses.codes.get(code).is_some()
    }

    /// Whether some table of the scheme names this procedure. Others match nothing.
    pub fn is_known_procedure(&self, code: &str) -> bool {
        self.procedures.codes.get(code).is_some()
    }

    /// The insurance-edition code of a clinical-edition diagnosis, if it has one.
    pub fn translate_diagnosis<'t>(&'t self, code: &'t str) -> Option<&'t str> {
        self.diagnoses.translated(code).map(|(target, _)| target)
    }

    /// The insurance-edition code of a clinical-edition procedure, if it has one.
    pub fn translate_procedure<'t>(&'t self, code: &'t str) -> Option<&'t str> {
        self.procedures.translated(code).map(|(target, _)| target)
    }

    /// Bytes of memory that the scheme's tables occupy, roughly.
    pub fn memory(&self) -> usize {
        self.diagnoses.memory() + self.procedures.memory()
    }

    #[inline]
    pub(crate) fn diagnosis(&self, code: &str, translate: bool) -> &Facts {
        facts(&self.diagnoses, code, translate)
    }

    #[inline]
    pub(crate) fn procedure(&self, code: &str, translate: bool) -> &Facts {
        facts(&self.procedures, code, translate)
    }

    /// A diagnosis as the rules see it.
    pub(crate) fn diagnosis_text<'t>(&'t self, code: &'t str, translate: bool) -> &'t str {
        let target = if translate {
            self.translate_diagnosis(code)
        } else {
            None
        };
        target.unwrap_or(code)
    }

    /// A procedure as the rules see it.
    pub(crate) fn procedure_text<'t>(&'t self, code: &'t str, translate: bool) -> &'t str {
        let target = if translate {
            self.translate_procedure(code)
        } else {
            None
        };
        target.unwrap_or(code)
    }
}

/// Facts of a code as it is grouped; codes without a translation have none.
#[inline]
fn facts<'s>(codes: &'s CodeFacts, code: &str, translate: bool) -> &'s Facts {
    match translate {
        false => codes.of(code),
        true => codes
            .translated(code)
            .map_or(&codes.facts[0], |(_, facts)| facts),
    }
}

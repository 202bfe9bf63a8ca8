//! Code packs: code systems, lists of codes, value sets and maps between editions.
//!
//! A code pack is a folder whose `pack.toml` says `kind = "codes"`. Those in the program are below
//! `packs/codes/`; a hospital adds its own. A pack with the id of one in the program takes its
//! place; a pack with another id lies over the others: it may add codes and names to their systems,
//! values to their value sets and rows to their maps. `docs/codes.md` shows how.

mod layer;
mod manifest;
mod rows;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use biaochi_terminology::unify::Unifier;
use biaochi_terminology::{CodeList, CodeSystem, ConceptMap, ValueSet};

use crate::problem::PackProblem;

/// Id of the diagnosis codes.
pub const DIAGNOSES: &str = "icd-10";
/// Id of the procedure codes.
pub const PROCEDURES: &str = "icd-9-cm-3";
/// Id of the newest map of diagnoses from the clinical to the insurance edition.
pub const DIAGNOSIS_MAP: &str = "icd-10/clinical-to-insurance";
/// Id of the newest map of procedures from the clinical to the insurance edition.
pub const PROCEDURE_MAP: &str = "icd-9-cm-3/clinical-to-insurance";

/// All code packs together, as one immutable content.
#[derive(Debug)]
pub struct Codes {
    systems: BTreeMap<String, CodeSystem>,
    lists: BTreeMap<String, CodeList>,
    value_sets: BTreeMap<String, ValueSet>,
    maps: BTreeMap<String, ConceptMap>,
    packs: Vec<CodePack>,
    hash: String,
    warnings: Vec<PackProblem>,
}

/// One pack that the content is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePack {
    /// Stable id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version as its makers name it.
    pub version: String,
    /// Licence of its tables.
    pub licence: String,
    /// Where it is.
    pub place: String,
}

impl Codes {
    /// The content of the packs in the program, read at the first call.
    ///
    /// # Panics
    /// When a pack in the program is damaged, which the tests of this crate exclude.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Codes> = OnceLock::new();
        EMBEDDED.get_or_init(|| match Self::load(&[]) {
            Ok(codes) => codes,
            Err(problems) => panic!("the packs in the program are damaged: {problems:?}"),
        })
    }

    /// The content of the packs in the program and those below the folders, later ones over
    /// earlier ones. With errors nothing is loaded; all of them come back.
    pub fn load(folders: &[PathBuf]) -> Result<Self, Vec<PackProblem>> {
        layer::load(folders)
    }

    /// Whether a folder has a code pack, or what cannot be told from one: without, [`Self::embedded`] is all there is,
    /// and nothing need be read before it is asked.
    pub fn are_below(folders: &[PathBuf]) -> bool {
        layer::are_below(folders)
    }

    /// What is wrong or doubtful with the code packs in a folder when they lie over those in the
    /// program; empty when nothing is.
    pub fn check(folder: &Path) -> Vec<PackProblem> {
        match Self::load(&[folder.to_path_buf()]) {
            Ok(codes) => codes.warnings,
            Err(problems) => problems,
        }
    }

    /// All code systems by id.
    pub fn systems(&self) -> impl Iterator<Item = &CodeSystem> {
        self.systems.values()
    }

    /// A code system by id.
    pub fn system(&self, id: &str) -> Option<&CodeSystem> {
        self.systems.get(id)
    }

    /// All lists of codes by id.
    pub fn lists(&self) -> impl Iterator<Item = &CodeList> {
        self.lists.values()
    }

    /// A list of codes by id, such as `icd-10/not-principal`.
    pub fn list(&self, id: &str) -> Option<&CodeList> {
        self.lists.get(id)
    }

    /// All value sets by id.
    pub fn value_sets(&self) -> impl Iterator<Item = &ValueSet> {
        self.value_sets.values()
    }

    /// A value set by its unique id, such as `RC019` or `RC028@tcm2019`.
    pub fn value_set(&self, id: &str) -> Option<&ValueSet> {
        self.value_sets.get(id)
    }

    /// What a number such as `RC028` means in a layout such as `tcm2019`.
    pub fn value_set_in(&self, number: &str, layout: &str) -> Option<&ValueSet> {
        self.value_sets
            .values()
            .find(|set| set.number == number && set.applies_to(layout))
    }

    /// All maps by id.
    pub fn maps(&self) -> impl Iterator<Item = &ConceptMap> {
        self.maps.values()
    }

    /// A map by id, such as [`DIAGNOSIS_MAP`].
    pub fn map(&self, id: &str) -> Option<&ConceptMap> {
        self.maps.get(id)
    }

    /// Translates codes and names of a system ([`DIAGNOSES`], [`PROCEDURES`]) between the clinical and
    /// the insurance edition; `None` when no pack has the system. No file, table or database is asked,
    /// so it may run while a physician types.
    ///
    /// ```
    /// use biaochi_packs::codes::{Codes, DIAGNOSES};
    /// use biaochi_terminology::unify::{Means, Question, Verdict};
    ///
    /// let diagnoses = Codes::embedded().unifier(DIAGNOSES).expect("codes of the program");
    ///
    /// // A code of the clinical edition.
    /// let answer = diagnoses.answer(&Question::of("A16.502", ""));
    /// let code = answer.decided().expect("the map has it");
    /// assert_eq!((&*code.code, code.means), ("A16.500x004", Means::Map));
    ///
    /// // What a physician wrote, without any code.
    /// let answer = diagnoses.answer(&Question::of("", "急性阑尾炎"));
    /// assert_eq!(answer.verdict, Verdict::Exact);
    /// assert_eq!(&*answer.candidates[0].code, "K35.800x001");
    ///
    /// // Nothing certain: candidates for a person, the best first, each with its score.
    /// let answer = diagnoses.answer(&Question::of("", "急性阑尾炎发作期"));
    /// assert_eq!(answer.verdict, Verdict::Suggested);
    /// assert!(answer.candidates[0].score.is_some());
    /// ```
    pub fn unifier(&self, system: &str) -> Option<Unifier<'_>> {
        let map = self.map(&format!("{system}/clinical-to-insurance"));
        Some(Unifier::new(self.system(system)?, map))
    }

    /// The packs in the order in which they lie over each other.
    pub fn packs(&self) -> &[CodePack] {
        &self.packs
    }

    /// SHA-256, in hexadecimal, of everything that was read: equal content, equal hash.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What a person should look at although the packs can be used.
    pub fn warnings(&self) -> &[PackProblem] {
        &self.warnings
    }
}

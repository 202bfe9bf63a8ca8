//! Unified codes (四统一): from what stands in a record to the insurance edition, and back.
//!
//! A code, a written name, or both go in. Out come the codes of the other edition, how sure that is
//! ([`Verdict`]), and for each candidate by what means it was found ([`Means`]), what it says compared
//! with what was asked ([`Relation`]) and how alike the names are ([`Score`]). The means are believed
//! in this order, and the first that finds something decides:
//!
//! 1. what the hospital chose, confirmed by a second person (an unconfirmed choice is a candidate);
//! 2. the code: the map of the editions, a code that already is one of the wanted edition, the
//!    short international code with its places filled up;
//! 3. the name itself, then another name of the code;
//! 4. where the code stands: the one from which it was extended, or the finer ones below it;
//! 5. likeness of the names, which only ever suggests.
//!
//! Which edition the data use is told by who delivers them ([`Source`]), never guessed code by code:
//! some 250 codes exist in both editions with different meanings.
//!
//! ```
//! use biaochi_terminology::unify::{Means, Question, Unifier, Verdict};
//! use biaochi_terminology::{CodeSystem, Concept, ConceptMap, Edition, Kind};
//!
//! let mut builder = CodeSystem::builder("icd-10", "疾病诊断编码", Kind::Diagnosis);
//! builder.add(Concept::new("A16.500x004", "结核性胸膜炎", Edition::Both));
//! builder.add(Concept::new("A16.502", "", Edition::Clinical));
//! let system = builder.build();
//! let mut map = ConceptMap::new("icd-10/clinical-to-insurance", "国临版→医保版");
//! map.insert("A16.502", Some("A16.500x004"));
//!
//! let unifier = Unifier::new(&system, Some(&map));
//! let answer = unifier.answer(&Question::of("a16.502", ""));
//! assert_eq!(answer.verdict, Verdict::Exact);
//! let code = answer.decided().expect("one code");
//! assert_eq!((&*code.code, code.means), ("A16.500x004", Means::Map));
//! ```

mod answer;
mod arrive;
mod memory;
mod opposed;
mod places;
mod search;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Candidate, Means, Relation, Remark, Verdict};
pub use memory::Choice;

use crate::concept_map::ConceptMap;
use crate::score::Score;
use crate::system::CodeSystem;
use memory::Memory;

/// Names less alike than this are not suggested, and a name less like those of its code is told.
pub const LEAST_ALIKE: Score = Score::per_mille(500);

/// Into which edition is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// From the clinical edition (国临版) to the insurance edition (医保版).
    #[default]
    ToInsurance,
    /// From the insurance edition back to the clinical edition.
    ToClinical,
}

/// Which edition the codes of a record are of, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Source {
    /// The clinical edition: every code goes through the map.
    Clinical,
    /// Not said, or the insurance edition: a code of the insurance edition stays as it is, others go
    /// through the map.
    #[default]
    Unstated,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'q> {
    /// The code, empty where there is only a name.
    pub code: &'q str,
    /// The written name, empty where there is only a code.
    pub name: &'q str,
    /// Into which edition.
    pub direction: Direction,
    /// Which edition the record uses.
    pub source: Source,
    /// Whether names that are only alike are looked for, which takes some milliseconds.
    pub likeness: bool,
    /// How many candidates at most.
    pub limit: usize,
}

impl<'q> Question<'q> {
    /// The insurance code of a code, a name or both, with up to ten candidates.
    pub fn of(code: &'q str, name: &'q str) -> Self {
        Self {
            code,
            name,
            direction: Direction::default(),
            source: Source::default(),
            likeness: true,
            limit: 10,
        }
    }

    /// The same, back to the clinical edition.
    #[must_use]
    pub fn back(self) -> Self {
        Self {
            direction: Direction::ToClinical,
            ..self
        }
    }

    /// The same about a record of which the edition is known, or not.
    #[must_use]
    pub fn from(self, source: Source) -> Self {
        Self { source, ..self }
    }
}

/// Translates the codes of one system, for one hospital.
#[derive(Debug, Clone)]
pub struct Unifier<'a> {
    system: &'a CodeSystem,
    map: Option<&'a ConceptMap>,
    memory: Memory,
}

impl<'a> Unifier<'a> {
    /// Translates with a code system and the map from the clinical to the insurance edition.
    pub fn new(system: &'a CodeSystem, map: Option<&'a ConceptMap>) -> Self {
        Self {
            system,
            map,
            memory: Memory::default(),
        }
    }

    /// The same for a hospital that chose translations of its own.
    #[must_use]
    pub fn with_choices(self, choices: Vec<Choice>) -> Self {
        Self {
            memory: Memory::new(choices),
            ..self
        }
    }

    /// The code system.
    pub fn system(&self) -> &'a CodeSystem {
        self.system
    }

    /// Translates a code, a name or both.
    pub fn answer(&self, question: &Question<'_>) -> Answer {
        search::Search::new(self, question).run()
    }
}

//! Where a code leads in the other edition, and what is known about the codes there.

use super::answer::{Candidate, Means, Relation, Remark};
use super::opposed::opposed;
use super::search::Search;
use super::{Direction, Source};
use crate::concept::{Concept, Edition, Status};
use crate::concept_map::Translation;
use crate::fold::fold_name;
use crate::score::Score;

/// Where one code leads.
#[derive(Default)]
pub(super) struct Arrival {
    pub(super) decided: Vec<Candidate>,
    pub(super) others: Vec<Candidate>,
    pub(super) two_meanings: Option<Remark>,
}

impl<'u> Search<'u, '_> {
    /// Where a code leads: through the map, or nowhere because it is there already.
    pub(super) fn arrive(&self, code: &str) -> Arrival {
        match self.question.direction {
            Direction::ToInsurance => self.arrive_in_insurance(code),
            Direction::ToClinical => self.arrive_in_clinical(code),
        }
    }

    fn arrive_in_insurance(&self, code: &str) -> Arrival {
        let mut arrival = Arrival::default();
        let own = self.wanted(code);
        let mapped = match self.unifier.map.map(|map| map.translate(code)) {
            Some(Translation::To(target)) => self.wanted(target),
            _ => None,
        };
        match (own, mapped) {
            (Some(own), Some(mapped)) if self.question.source == Source::Unstated => {
                arrival.decided.push(self.exact(own, Means::Same));
                arrival.others.push(self.mapped(mapped));
                arrival.two_meanings = Some(Remark::TwoMeanings {
                    as_clinical: mapped.code().into(),
                });
            }
            (_, Some(mapped)) => arrival.decided.push(self.mapped(mapped)),
            (Some(own), None) => arrival.decided.push(self.exact(own, Means::Same)),
            (None, None) => {}
        }
        arrival
    }

    /// The insurance code to which the map leads. Several clinical codes that lead to it make it
    /// broader, unless it has the very name that was asked for.
    fn mapped(&self, target: &Concept) -> Candidate {
        let candidate = self.exact(target, Means::Map);
        let sources = self
            .unifier
            .map
            .map_or(0, |map| map.sources_of(target.code()).len());
        if sources > 1 && candidate.score != Some(Score::ONE) {
            let relation = Relation::Broader;
            return Candidate {
                relation,
                ..candidate
            };
        }
        candidate
    }

    fn arrive_in_clinical(&self, code: &str) -> Arrival {
        let mut arrival = Arrival::default();
        let sources = self
            .unifier
            .map
            .map_or_else(Vec::new, |map| map.sources_of(code));
        let unchanged = sources.contains(&code);
        let relation = match sources.len() {
            1 => Relation::Exact,
            _ => Relation::Narrower,
        };
        for source in &sources {
            if *source == code {
                let own = self.candidate(code, Relation::Exact, Means::Map);
                arrival.decided.push(own);
            } else {
                let candidate = self.candidate(source, relation, Means::Map);
                let list = if unchanged {
                    &mut arrival.others
                } else {
                    &mut arrival.decided
                };
                list.push(candidate);
            }
        }
        if sources.is_empty()
            && let Some(own) = self.wanted(code)
        {
            arrival.decided.push(self.exact(own, Means::Same));
        }
        arrival
    }

    /// Whether a code is one of the wanted edition.
    pub(super) fn wants(&self, concept: &Concept) -> bool {
        let edition = match self.question.direction {
            Direction::ToInsurance => Edition::Insurance,
            Direction::ToClinical => Edition::Clinical,
        };
        concept.status() != Status::Retired
            && (concept.edition() == Edition::Both || concept.edition() == edition)
    }

    fn wanted(&self, code: &str) -> Option<&'u Concept> {
        self.unifier
            .system
            .get(code)
            .filter(|concept| self.wants(concept))
    }

    pub(super) fn exact(&self, concept: &Concept, means: Means) -> Candidate {
        self.candidate(concept.code(), Relation::Exact, means)
    }

    pub(super) fn candidate(&self, code: &str, relation: Relation, means: Means) -> Candidate {
        let concept = self.unifier.system.get(code);
        let names = self.names_of(code);
        let best = names
            .iter()
            .filter(|_| !self.name.is_empty())
            .map(|name| {
                (
                    self.unifier.system.likeness(self.question.name, name),
                    *name,
                )
            })
            .max_by_key(|(score, _)| *score);
        Candidate {
            code: code.into(),
            name: names.first().map(|name| (*name).into()),
            relation,
            means,
            score: best.map(|(score, _)| score),
            grey: concept.is_some_and(|concept| concept.status() == Status::Grey),
            opposed: best.and_then(|(_, name)| opposed(&self.name, &fold_name(name))),
        }
    }

    /// The names of a code in the wanted edition. Names are those of the insurance edition: a
    /// clinical code with another meaning has none.
    fn names_of(&self, code: &str) -> Vec<&'u str> {
        let system = self.unifier.system;
        let renamed = || {
            let map = self.unifier.map;
            matches!(map.map(|map| map.translate(code)), Some(Translation::To(_)))
        };
        if self.question.direction == Direction::ToClinical && renamed() {
            return Vec::new();
        }
        let preferred = system.get(code).and_then(Concept::name);
        let others = system.other_names(code).iter();
        preferred
            .into_iter()
            .chain(others.map(|other| &*other.name))
            .collect()
    }
}

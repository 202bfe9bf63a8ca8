//! Answers one question: each means after the other, until one decides.

use std::cmp::Reverse;

use rustc_hash::FxHashSet;

use super::answer::{Answer, Candidate, Means, Relation, Remark, Verdict};
use super::{Direction, LEAST_ALIKE, Question, Unifier, places};
use crate::concept::Concept;
use crate::fold::fold_name;
use crate::score::Score;

/// The work on one question.
pub(super) struct Search<'u, 'q> {
    pub(super) unifier: &'u Unifier<'u>,
    pub(super) question: Question<'q>,
    /// The name asked for, folded; empty where it says nothing.
    pub(super) name: String,
    /// Candidates that decide the verdict.
    pub(super) decided: Vec<Candidate>,
    /// Candidates that a person may choose instead.
    pub(super) others: Vec<Candidate>,
    pub(super) remarks: Vec<Remark>,
}

impl<'u, 'q> Search<'u, 'q> {
    pub(super) fn new(unifier: &'u Unifier<'_>, question: &Question<'q>) -> Self {
        let code = question.code.trim();
        Self {
            unifier,
            question: Question { code, ..*question },
            name: fold_name(question.name),
            decided: Vec::new(),
            others: Vec::new(),
            remarks: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Answer {
        let (code, name) = (!self.question.code.is_empty(), !self.name.is_empty());
        let to_insurance = self.question.direction == Direction::ToInsurance;
        if to_insurance {
            self.by_choice();
        }
        if self.decided.is_empty() && code {
            self.by_code();
        }
        if !to_insurance && code {
            self.by_choice_back();
        }
        if self.decided.is_empty() && name {
            self.by_name();
        }
        if self.decided.is_empty() && code {
            self.by_place();
        }
        let unsure = match self.decided.first() {
            Some(first) => first.means == Means::Above,
            None => true,
        };
        if unsure && name && self.question.likeness {
            self.by_likeness();
        }
        self.compare_name();
        self.look_below_grey();
        self.finish()
    }

    /// What the hospital chose for this code or name.
    fn by_choice(&mut self) {
        let unifier = self.unifier;
        let Question { code, name, .. } = self.question;
        for choice in unifier.memory.of_source(code, name) {
            let target = unifier.system.find(&choice.target);
            let Some(target) = target.filter(|concept| self.wants(concept)) else {
                let code = choice.target.as_str().into();
                self.remarks.push(Remark::ChoiceGone { code });
                continue;
            };
            self.chosen(target.code(), choice.confirmed, choice.same, true);
        }
    }

    /// The hospital's own codes that were chosen for this insurance code.
    fn by_choice_back(&mut self) {
        let unifier = self.unifier;
        let decides = self.decided.is_empty();
        for choice in unifier.memory.of_target(self.question.code) {
            if !choice.code.is_empty() {
                self.chosen(&choice.code, choice.confirmed, choice.same, decides);
            }
        }
    }

    fn chosen(&mut self, code: &str, confirmed: bool, same: bool, decides: bool) {
        let relation = if same {
            Relation::Exact
        } else {
            Relation::Nearest
        };
        if confirmed {
            let candidate = self.candidate(code, relation, Means::Confirmed);
            let list = if decides {
                &mut self.decided
            } else {
                &mut self.others
            };
            list.push(candidate);
        } else {
            let candidate = self.candidate(code, relation, Means::Proposed);
            self.others.push(candidate);
        }
    }

    /// The code itself, as it is or with its places filled up.
    fn by_code(&mut self) {
        let written = self.question.code;
        let found = self.unifier.system.find(written);
        let code = found.map_or(written, Concept::code);
        let mut arrival = self.arrive(code);
        if !arrival.decided.is_empty() && code != written {
            let code = code.into();
            self.remarks.push(Remark::Respelled { code });
        }
        if arrival.decided.is_empty()
            && let Some(padded) = places::plain(written).and_then(|code| places::padded(&code))
            && let Some(concept) = self.unifier.system.find(&padded)
        {
            arrival = self.arrive(concept.code());
            for candidate in &mut arrival.decided {
                candidate.means = Means::Padded;
            }
        }
        self.decided.extend(arrival.decided);
        self.others.extend(arrival.others);
        self.remarks.extend(arrival.two_meanings);
    }

    /// Names that are the one asked for; names of the code itself before other ones.
    fn by_name(&mut self) {
        let found = self.named();
        let code = self.question.code;
        let category = places::category(code).filter(|category| {
            let mut known = self.unifier.system.starting_with(category);
            known.next().is_some()
        });
        if let (Some(category), Some(first)) = (category, found.first())
            && places::category(&first.code).is_some_and(|other| other != category)
        {
            self.remarks.push(Remark::OtherCategory);
        }
        self.decided.extend(found);
    }

    fn named(&self) -> Vec<Candidate> {
        let system = self.unifier.system;
        let mut hits: Vec<(bool, u32)> = system
            .names()
            .exact(self.question.name)
            .map(|hit| (hit.other.is_some(), hit.concept))
            .collect();
        hits.sort_unstable();
        let mut found: Vec<Candidate> = Vec::new();
        for (other, at) in hits {
            let means = if other { Means::OtherName } else { Means::Name };
            if found.first().is_some_and(|first| first.means != means) {
                break;
            }
            for mut candidate in self.reached(system.concept(at)) {
                candidate.means = means;
                if found.iter().all(|known| known.code != candidate.code) {
                    found.push(candidate);
                }
            }
        }
        if found.iter().any(|candidate| !candidate.grey) {
            found.retain(|candidate| !candidate.grey);
        }
        found
    }

    /// The codes of the wanted edition for a concept that was found by its name, which is the name of
    /// the insurance edition or a local one.
    fn reached(&self, concept: &Concept) -> Vec<Candidate> {
        if self.question.direction == Direction::ToInsurance && self.wants(concept) {
            return vec![self.exact(concept, Means::Name)];
        }
        self.arrive(concept.code()).decided
    }

    /// The finer codes below an incomplete one, or the code from which an unknown one was extended.
    fn by_place(&mut self) {
        let Some(folded) = places::plain(self.question.code) else {
            return;
        };
        let below = self.below(&folded);
        if !below.is_empty() {
            self.decided.extend(below);
            return;
        }
        for above in places::above(&folded) {
            let Some(concept) = self.unifier.system.find(&above) else {
                continue;
            };
            let reached = self.arrive(concept.code()).decided;
            if !reached.is_empty() {
                self.decided
                    .extend(reached.into_iter().map(|candidate| Candidate {
                        relation: Relation::Broader,
                        means: Means::Above,
                        ..candidate
                    }));
                return;
            }
        }
    }

    /// Finer codes that may be used, or if there is none, grey ones.
    fn below(&self, folded: &str) -> Vec<Candidate> {
        let codes = self.unifier.system.starting_with(folded);
        let mut below: Vec<Candidate> = codes
            .filter(|concept| self.wants(concept))
            .map(|concept| self.candidate(concept.code(), Relation::Narrower, Means::Below))
            .collect();
        if below.iter().any(|candidate| !candidate.grey) {
            below.retain(|candidate| !candidate.grey);
        }
        below
    }

    /// Names that share much with the one asked for.
    fn by_likeness(&mut self) {
        let system = self.unifier.system;
        // Score, whether words were exchanged for it, concept.
        let mut hits: Vec<(Reverse<u16>, bool, u32)> = Vec::new();
        let least = LEAST_ALIKE.thousandths();
        system
            .names()
            .similar(self.question.name, least, |hit, per_mille| {
                hits.push((Reverse(per_mille), false, hit.concept));
            });
        for name in system.reworded(self.question.name) {
            system.names().similar(&name, least, |hit, per_mille| {
                hits.push((Reverse(per_mille), true, hit.concept));
            });
        }
        hits.sort_unstable();
        // More than are shown, since those whose words exclude each other fall behind.
        hits.truncate(self.question.limit.saturating_mul(4).max(20));
        let mut found = Vec::new();
        for (Reverse(per_mille), reworded, at) in hits {
            let means = if reworded {
                Means::Reworded
            } else {
                Means::Likeness
            };
            for candidate in self.reached(system.concept(at)) {
                found.push(Candidate {
                    relation: Relation::Alike,
                    means,
                    score: Some(Score::per_mille(per_mille)),
                    ..candidate
                });
            }
        }
        self.others.extend(found);
    }

    /// Tells when the written name is not that of the code, and what the name would lead to.
    fn compare_name(&mut self) {
        let [only] = &self.decided[..] else { return };
        let by_code = matches!(only.means, Means::Map | Means::Same | Means::Padded);
        let Some(score) = only.score.filter(|score| by_code && *score < LEAST_ALIKE) else {
            return;
        };
        self.remarks.push(Remark::NameDiffers { score });
        let named = self.named();
        self.others.extend(named);
    }

    /// A grey code is in the edition but not for settlement: its finer codes are.
    fn look_below_grey(&mut self) {
        let [only] = &self.decided[..] else { return };
        if !only.grey || self.question.direction == Direction::ToClinical {
            return;
        }
        self.remarks.push(Remark::Grey);
        if let Some(folded) = places::plain(&only.code) {
            let below = self.below(places::stem(&folded));
            self.others.extend(below);
        }
    }

    fn finish(mut self) -> Answer {
        self.decided.sort_by_key(|candidate| {
            let Candidate { score, grey, .. } = *candidate;
            let opposed = candidate.opposed.is_some();
            (opposed, Reverse(score), grey, candidate.code.clone())
        });
        self.others.sort_by_key(|candidate| {
            let Candidate {
                means, score, grey, ..
            } = *candidate;
            let opposed = candidate.opposed.is_some();
            let proposed = means == Means::Proposed;
            // What is alike is ordered by how much, with or without synonyms.
            let means = means.min(Means::Likeness);
            (
                !proposed,
                means,
                opposed,
                Reverse(score),
                grey,
                candidate.code.clone(),
            )
        });
        let mut seen = FxHashSet::default();
        self.decided
            .retain(|candidate| seen.insert(candidate.code.clone()));
        self.others
            .retain(|candidate| seen.insert(candidate.code.clone()));
        let verdict = match &self.decided[..] {
            [] if self.others.is_empty() => Verdict::None,
            [] => Verdict::Suggested,
            [only] => verdict_of(only.relation),
            _ => Verdict::OneToMany,
        };
        let mut candidates = self.decided;
        candidates.extend(self.others);
        let left_out = candidates.len().saturating_sub(self.question.limit.max(1));
        if left_out > 0 {
            candidates.truncate(candidates.len() - left_out);
            self.remarks.push(Remark::More { left_out });
        }
        self.remarks.sort();
        self.remarks.dedup();
        Answer {
            verdict,
            candidates,
            remarks: self.remarks,
        }
    }
}

fn verdict_of(relation: Relation) -> Verdict {
    match relation {
        Relation::Exact => Verdict::Exact,
        Relation::Broader => Verdict::Broader,
        Relation::Narrower => Verdict::Narrower,
        Relation::Nearest => Verdict::Nearest,
        Relation::Alike => Verdict::Suggested,
    }
}

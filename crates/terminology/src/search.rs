//! One search box for code, name, initials and likeness.

use biaochi_domain::Localized;

use crate::concept::{Concept, Edition, Status};
use crate::fold::{fold_code, fold_name};
use crate::name_index::{Extent, NameHit};
use crate::reason::Reason;
use crate::system::CodeSystem;

/// Names less alike than this are not worth showing.
const LEAST_SIMILAR: u16 = 400;

/// A code that was found, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The code.
    pub concept: &'a Concept,
    /// Why it was found.
    pub reason: Reason,
    /// The text that matched: the code or one of the names.
    pub matched: &'a str,
}

/// A candidate and its rank; smaller is better.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    rank: (Reason, u16, u8, u32),
    concept: u32,
    name: Matched,
}

#[derive(Debug, Clone, Copy)]
enum Matched {
    Code,
    Name(Option<u16>),
}

impl CodeSystem {
    /// The best `limit` codes for what someone typed: a code or its beginning, a name or part of
    /// it, several words, pinyin initials, or a name written differently.
    ///
    /// Sorted by reason, then codes that may be used before grey ones, then by length of the name
    /// and code. A code occurs once, with its best reason.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        let mut search = Search::literal(self, query);
        if search.candidates.len() < limit && !query.is_ascii() {
            search.by_likeness(query);
        }
        search.best(limit)
    }

    /// The same without names written differently, which takes a comparison with every name.
    pub fn search_literal(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        Search::literal(self, query).best(limit)
    }
}

struct Search<'a> {
    system: &'a CodeSystem,
    candidates: Vec<Candidate>,
}

impl<'a> Search<'a> {
    fn literal(system: &'a CodeSystem, query: &str) -> Self {
        let mut search = Self {
            system,
            candidates: Vec::new(),
        };
        search.by_code(query);
        search.by_name(query);
        search.by_words(query);
        search.by_initials(query);
        search
    }

    fn by_code(&mut self, query: &str) {
        let code = fold_code(query);
        if code.is_empty() || !code.is_ascii() {
            return;
        }
        for (at, whole) in self.system.folded_range(&code) {
            let reason = if whole {
                Reason::Code
            } else {
                Reason::CodeStart
            };
            let length = place_in(self.system.concept(at).code().len());
            self.push(reason, 0, at, length, Matched::Code);
        }
    }

    fn by_name(&mut self, query: &str) {
        self.system.names().containing(query, |hit, extent| {
            let reason = match (extent, hit.other) {
                (Extent::Whole, None) => Reason::Name,
                (Extent::Whole, Some(_)) => Reason::OtherName,
                (Extent::Start, _) => Reason::NameStart,
                (Extent::Part, _) => Reason::NamePart,
            };
            self.push_name(reason, 0, hit);
        });
    }

    fn by_words(&mut self, query: &str) {
        let words: Vec<&str> = query
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'))
            .filter(|word| !word.is_empty())
            .collect();
        self.system
            .names()
            .containing_all(&words, |hit| self.push_name(Reason::AllWords, 0, hit));
    }

    fn by_initials(&mut self, query: &str) {
        let typed = fold_name(query);
        // One letter finds too much to be of use, digits alone are codes.
        if typed.len() < 2 || !typed.bytes().any(|b| b.is_ascii_alphabetic()) {
            return;
        }
        self.system
            .names()
            .by_initials(&typed, |hit, extent, other_reading| {
                let reason = match extent {
                    Extent::Whole => Reason::Initials,
                    Extent::Start => Reason::InitialsStart,
                    Extent::Part if other_reading => Reason::OtherReading,
                    Extent::Part => Reason::InitialsPart,
                };
                self.push_name(reason, u16::from(other_reading), hit);
            });
    }

    fn by_likeness(&mut self, query: &str) {
        self.system
            .names()
            .similar(query, LEAST_SIMILAR, |hit, per_mille| {
                self.push_name(Reason::Similar { per_mille }, 1000 - per_mille, hit);
            });
    }

    fn push_name(&mut self, reason: Reason, within: u16, hit: NameHit) {
        self.push(
            reason,
            within,
            hit.concept,
            hit.length,
            Matched::Name(hit.other),
        );
    }

    fn push(&mut self, reason: Reason, within: u16, at: u32, length: u32, name: Matched) {
        let concept = self.system.concept(at);
        let status = match concept.status() {
            Status::Active => 0,
            Status::Grey => 2,
            Status::Retired => 4,
        };
        let edition = match concept.edition() {
            Edition::Both | Edition::Insurance | Edition::Local => 0,
            Edition::Clinical | Edition::Scheme => 1,
        };
        // Likeness is ordered by `within`, from large to small.
        let kind = if let Reason::Similar { .. } = reason {
            SIMILAR
        } else {
            reason
        };
        let rank = (kind, within, status + edition, length);
        self.candidates.push(Candidate {
            rank,
            concept: at,
            name,
        });
    }

    fn best(mut self, limit: usize) -> Vec<Hit<'a>> {
        // Concepts are sorted by code, so their index breaks ties by code.
        let key = |candidate: &Candidate| (candidate.rank, candidate.concept);
        // A concept has several candidates: one by code, two or three by each name.
        let enough = limit.saturating_mul(8);
        if enough < self.candidates.len() {
            self.best_of_each_concept();
        }
        if limit < self.candidates.len() && enough < self.candidates.len() {
            self.candidates.select_nth_unstable_by_key(limit, key);
            self.candidates.truncate(limit);
        }
        self.candidates.sort_unstable_by_key(key);
        let mut hits: Vec<Hit<'a>> = Vec::with_capacity(limit.min(self.candidates.len()));
        let mut seen = rustc_hash::FxHashSet::default();
        for candidate in &self.candidates {
            if hits.len() == limit {
                break;
            }
            if seen.insert(candidate.concept) {
                hits.push(self.hit(candidate));
            }
        }
        hits
    }

    /// Keeps only the best candidate of each concept.
    fn best_of_each_concept(&mut self) {
        self.candidates
            .sort_unstable_by_key(|candidate| (candidate.concept, candidate.rank));
        self.candidates.dedup_by_key(|candidate| candidate.concept);
    }

    fn hit(&self, candidate: &Candidate) -> Hit<'a> {
        let concept = self.system.concept(candidate.concept);
        let matched = match candidate.name {
            Matched::Code => concept.code(),
            Matched::Name(None) => concept.name().unwrap_or_default(),
            Matched::Name(Some(other)) => self
                .system
                .other_names_at(candidate.concept)
                .get(usize::from(other))
                .map_or("", |name| &name.name),
        };
        let reason = match candidate.rank {
            (Reason::Similar { .. }, within, ..) => Reason::Similar {
                per_mille: 1000 - within,
            },
            (reason, ..) => reason,
        };
        Hit {
            concept,
            reason,
            matched,
        }
    }
}

const SIMILAR: Reason = Reason::Similar { per_mille: 0 };

fn place_in(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Localized for Hit<'_> {
    fn text(&self, language: biaochi_domain::Language) -> String {
        let name = self.concept.name().unwrap_or("—");
        format!(
            "{} {} · {}",
            self.concept.code(),
            name,
            self.reason.text(language)
        )
    }
}

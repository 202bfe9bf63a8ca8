//! Finds packs of indicators, lays overlays over their bases, and notes what does not fit together.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use biaochi_checks::CodeRanges;
use biaochi_indicators::{
    Algorithm, Formula, Indicator, IndicatorSet, Kind, Measure, MeasureId, SetParts, Term,
    lists_named,
};

use super::cases::IndicatorCases;
use super::formula::{ReadFormula, ReadTerm};
use super::indicator::{self, ReadIndicator};
use super::manifest::Manifest;
use super::shared;
use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList};
use crate::reading::{Places, Reading, add, twice};
use crate::shelf::{Pack, Shelf};
use crate::sources;

/// The packs of indicators that can be used, by id.
#[derive(Debug, Clone, Default)]
pub struct IndicatorLibrary {
    packs: Shelf<Manifest>,
}

/// A set of indicators, with its cases and the places of its expressions.
#[derive(Debug, Clone)]
pub struct LoadedIndicators {
    /// The indicators.
    pub set: IndicatorSet,
    /// Titles of the sources, by id.
    pub sources: BTreeMap<String, String>,
    /// Cases by indicator, in the order of the files.
    pub cases: Vec<(String, IndicatorCases)>,
    places: Places,
}

impl IndicatorLibrary {
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

    /// Ids of all packs, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.packs().map(|(id, ..)| id)
    }

    /// Id, title and version of all packs, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.packs.heads()
    }

    /// Reads a pack with all it is laid over. Fails, with every mistake, when there is any.
    pub fn load(&self, id: &str) -> Result<LoadedIndicators, PackError> {
        self.packs.load(id, read)
    }

    /// Reads the pack of a folder while a person edits it: what could be read, and every mistake.
    /// `None` when the folder holds no pack of indicators.
    pub fn check_folder(
        &self,
        folder: &Path,
    ) -> Option<(Option<LoadedIndicators>, Vec<PackProblem>)> {
        self.packs.check_folder(folder, read)
    }
}

impl LoadedIndicators {
    /// A problem at a key of an indicator (`id`, `source`, `exact`, `cases`) or of a term (`sql`).
    pub fn problem(&self, owner: &str, key: &'static str, problem: Problem) -> PackProblem {
        self.places
            .problem(owner, key, None, problem, self.set.id())
    }

    /// Code lists that expressions name and nobody has declared.
    fn unknown_lists(&self) -> Vec<PackProblem> {
        let unknown = |sql: &str| -> Vec<Problem> {
            let names = lists_named(sql).filter(|name| self.set.list(name).is_none());
            let what = Noun::CodeRange;
            names
                .map(|name| Problem::NotThere {
                    what,
                    name: name.to_owned(),
                })
                .collect()
        };
        let mut found = Vec::new();
        for term in self.set.terms() {
            let own = unknown(&term.sql).into_iter();
            found.extend(own.map(|problem| self.problem(&term.id, "sql", problem)));
        }
        for (place, measure) in self.set.measures().iter().enumerate() {
            let (Kind::Count(own) | Kind::Sum(own)) = &measure.kind;
            for (part, sql) in [
                (MeasurePart::Own, Some(own)),
                (MeasurePart::Filter, measure.filter.as_ref()),
                (MeasurePart::Exclude, measure.exclude.as_ref()),
            ] {
                let own = sql.map(|sql| unknown(sql)).unwrap_or_default().into_iter();
                found.extend(
                    own.map(|problem| self.measure_problem(MeasureId(place), part, problem)),
                );
            }
        }
        for indicator in self.set.indicators() {
            if let Formula::Exact(exact) = &indicator.formula {
                let own = unknown(&exact.sql).into_iter();
                found.extend(own.map(|problem| self.problem(&indicator.id, "exact", problem)));
            }
        }
        found
    }

    /// A problem in an expression of a measure, at the first indicator that names the measure.
    pub fn measure_problem(
        &self,
        measure: MeasureId,
        part: MeasurePart,
        problem: Problem,
    ) -> PackProblem {
        let owner = measure_owner(measure.0);
        self.places
            .problem(&owner, part.key(), None, problem, self.set.id())
    }
}

/// An expression of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasurePart {
    /// What a row adds.
    Own,
    /// Which rows count.
    Filter,
    /// Which rows never count.
    Exclude,
}

impl MeasurePart {
    fn key(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Filter => "where",
            Self::Exclude => "exclude",
        }
    }
}

/// Under which name the places of a measure are kept; no indicator can have it.
fn measure_owner(measure: usize) -> String {
    format!("measure {measure}")
}

/// What a chain of packs comes to, while it is read.
#[derive(Default)]
struct Gathered {
    parts: SetParts,
    sources: BTreeMap<String, String>,
    cases: Vec<(String, IndicatorCases)>,
    reading: Reading,
    /// Growth and algorithms name indicators and lists that may follow.
    named: Vec<(Noun, String, (String, String, usize))>,
}

fn read(chain: &[&Pack<Manifest>], problems: &mut ProblemList) -> Option<LoadedIndicators> {
    let top = &chain.last()?.head;
    let mut gathered = Gathered::default();
    for pack in chain {
        let files = &pack.files;
        let sources = sources::read(files, problems).into_iter();
        let sources = sources.map(|source| (source.id, source.title));
        for (id, title) in sources {
            gathered.reading.sources.insert(id.clone());
            gathered.sources.insert(id, title);
        }
        gathered.read_shared(files, problems);
        gathered.read_indicators(files, problems);
    }
    let Gathered {
        mut parts,
        sources,
        cases,
        reading,
        named,
    } = gathered;
    for (what, name, (shown, text, offset)) in named {
        let known = match what {
            Noun::CodeRange => parts.lists.iter().any(|list| list.id == name),
            _ => parts
                .indicators
                .iter()
                .any(|indicator| indicator.id == name),
        };
        if !known {
            let problem = Problem::NotThere { what, name };
            add(problems, (&shown, &text, offset), problem);
        }
    }
    let (content_hash, places) = reading.finish();
    parts.id = top.id.clone();
    parts.title = top.title.clone();
    parts.version = top.version.clone();
    parts.content_hash = content_hash;
    let loaded = LoadedIndicators {
        set: IndicatorSet::new(parts),
        sources,
        cases,
        places,
    };
    for problem in loaded.unknown_lists() {
        problems.add(problem);
    }
    Some(loaded)
}

impl Gathered {
    fn read_shared(&mut self, files: &PackFiles, problems: &mut ProblemList) {
        let Some((file, shown, text)) = self.reading.file(files, "terms.toml", problems) else {
            return;
        };
        let Some(read) = shared::read(&text, &mut problems.file(&shown)) else {
            return;
        };
        let mut own = HashSet::new();
        for (term, id_offset, offset) in read.terms {
            if !own.insert(term.id.clone()) {
                twice(problems, (&shown, &text, id_offset), Noun::Term, &term.id);
            }
            self.reading.places.note(&term.id, "sql", file, offset);
            // In the place of the one below, so that terms between them see it.
            match self
                .parts
                .terms
                .iter_mut()
                .find(|known| known.id == term.id)
            {
                Some(known) => *known = term,
                None => self.parts.terms.push(term),
            }
        }
        own.clear();
        for (read, offset) in read.lists {
            let mut list = read.list;
            if !own.insert(list.id.clone()) {
                twice(problems, (&shown, &text, offset), Noun::CodeRange, &list.id);
            }
            if !list.source.is_empty() && !self.reading.sources.contains(&list.source) {
                let (what, name) = (Noun::Source, list.source.clone());
                add(
                    problems,
                    (&shown, &text, offset),
                    Problem::NotThere { what, name },
                );
            }
            if let Some((name, offset)) = read.table {
                match self.reading.file(files, &name, problems) {
                    Some((_, shown, text)) => {
                        list.codes = shared::codes_of(&text, &mut problems.file(&shown));
                    }
                    None => {
                        let what = Noun::Table;
                        add(
                            problems,
                            (&shown, &text, offset),
                            Problem::NotThere { what, name },
                        );
                    }
                }
            }
            debug_assert!(CodeRanges::parse(&list.codes).is_ok());
            self.parts.lists.retain(|known| known.id != list.id);
            self.parts.lists.push(list);
        }
    }

    fn read_indicators(&mut self, files: &PackFiles, problems: &mut ProblemList) {
        let names = files.list("indicators").unwrap_or_default();
        let mut own = HashSet::new();
        let mut withdrawn = Vec::new();
        for name in names.iter().filter(|name| name.ends_with(".toml")) {
            let name = format!("indicators/{name}");
            let Some((file, shown, text)) = self.reading.file(files, &name, problems) else {
                continue;
            };
            let Some(read) = indicator::read(&text, &mut problems.file(&shown)) else {
                continue;
            };
            let out = read.withdrawn.into_iter();
            withdrawn.extend(out.map(|(id, offset)| (id, shown.clone(), text.clone(), offset)));
            for read in read.indicators {
                if !own.insert(read.id.clone()) {
                    let offset = offset_of(&read, "id");
                    twice(problems, (&shown, &text, offset), Noun::Indicator, &read.id);
                }
                self.take(read, file, (&shown, &text), problems);
            }
        }
        for (id, shown, text, offset) in withdrawn {
            let before = self.parts.indicators.len();
            self.parts.indicators.retain(|known| known.id != id);
            self.cases.retain(|(known, _)| *known != id);
            if self.parts.indicators.len() == before {
                let (what, name) = (Noun::Indicator, id);
                add(
                    problems,
                    (&shown, &text, offset),
                    Problem::NotThere { what, name },
                );
            }
        }
    }

    /// Takes an indicator into the set and looks whether what it names is there.
    fn take(
        &mut self,
        read: ReadIndicator,
        file: usize,
        (shown, text): (&str, &str),
        problems: &mut ProblemList,
    ) {
        if !self.reading.sources.contains(&read.source) {
            let (what, name) = (Noun::Source, read.source.clone());
            let at = (shown, text, offset_of(&read, "source"));
            add(problems, at, Problem::NotThere { what, name });
        }
        for (key, offset) in &read.offsets {
            self.reading.places.note(&read.id, key, file, *offset);
        }
        let exclude = offset_of(&read, "exclude");
        let formula = match read.formula {
            ReadFormula::Ratio {
                numerator,
                denominator,
            } => Formula::Ratio {
                numerator: self.terms(numerator, exclude, file),
                denominator: self.terms(denominator, exclude, file),
            },
            ReadFormula::Exact(exact, offset) => {
                self.reading.places.note(&read.id, "exact", file, offset);
                Formula::Exact(exact)
            }
            ReadFormula::Growth {
                of,
                against,
                offset,
            } => {
                let at = (shown.to_owned(), text.to_owned(), offset);
                self.named.push((Noun::Indicator, of.clone(), at));
                Formula::Growth { of, against }
            }
            ReadFormula::Algorithm(algorithm) => {
                if let Algorithm::LowRiskMortality(settings) = &algorithm
                    && let Some(list) = &settings.list
                {
                    let offset = offset_of_key(&read.offsets, "algorithm");
                    let at = (shown.to_owned(), text.to_owned(), offset);
                    self.named.push((Noun::CodeRange, list.clone(), at));
                }
                Formula::Algorithm(algorithm)
            }
            ReadFormula::Entered { dataset, field } => Formula::Entered { dataset, field },
        };
        self.parts.indicators.retain(|known| known.id != read.id);
        self.cases.retain(|(known, _)| *known != read.id);
        self.cases
            .extend(read.cases.map(|cases| (read.id.clone(), cases)));
        self.parts.indicators.push(Indicator {
            id: read.id,
            title: read.title,
            why: read.why,
            dimension: read.dimension,
            direction: read.direction,
            unit: read.unit,
            scale: read.scale,
            decimals: read.decimals,
            band: read.band,
            formula,
            applies_to: read.applies_to,
            minimum: read.minimum,
            source: read.source,
            clause: read.clause,
            certainty: read.certainty,
            note: read.note,
            valid_from: read.valid_from,
            valid_to: read.valid_to,
        });
    }

    /// Terms with the places of their measures, new ones added.
    fn terms(&mut self, read: Vec<ReadTerm>, exclude: usize, file: usize) -> Vec<Term> {
        let place = |read: ReadTerm| {
            let measure = self.measure(
                read.measure,
                [read.offsets[0], read.offsets[1], exclude],
                file,
            );
            Term {
                measure,
                minus: read.minus,
                times: read.times,
            }
        };
        read.into_iter().map(place).collect()
    }

    fn measure(&mut self, measure: Measure, offsets: [usize; 3], file: usize) -> MeasureId {
        let known = self
            .parts
            .measures
            .iter()
            .position(|known| *known == measure);
        MeasureId(known.unwrap_or_else(|| {
            let place = self.parts.measures.len();
            let parts = [MeasurePart::Own, MeasurePart::Filter, MeasurePart::Exclude];
            for (part, offset) in parts.into_iter().zip(offsets) {
                let owner = measure_owner(place);
                self.reading.places.note(&owner, part.key(), file, offset);
            }
            self.parts.measures.push(measure);
            place
        }))
    }
}

fn offset_of(read: &ReadIndicator, key: &str) -> usize {
    offset_of_key(&read.offsets, key)
}

fn offset_of_key(offsets: &[(&'static str, usize)], key: &str) -> usize {
    let found = offsets.iter().find(|(known, _)| *known == key);
    found.map_or(0, |(_, offset)| *offset)
}

//! Finds assessment packs, lays overlays over their bases, and reads them.

use std::collections::BTreeMap;
use std::path::Path;

use biaochi_assessment::index::{Index, Trial};
use biaochi_assessment::{
    EventTerms, MissingPhase, Parameter, Rounding, Scheme, Source as ValueSource, Total, Vetoes,
};
use rust_decimal::Decimal;

use super::fault::{AssessmentFault, Thing};
use super::manifest::Manifest;
use super::parameters::Parameters;
use super::rule::Known;
use super::validate::Offsets;
use super::{events, index, scheme, tables, validate};
use crate::error::PackError;
use crate::problem::{PackProblem, Problem, ProblemList};
use crate::reading::{Places, Reading, add};
use crate::shelf::{Head, Pack, Shelf};
use crate::sources::{self, Source};

/// The name under which values given for one run are told.
const GIVEN: &str = "--set";

/// The assessment packs that can be used, by id.
#[derive(Debug, Clone, Default)]
pub struct AssessmentLibrary {
    packs: Shelf<Manifest>,
}

/// What an assessment pack says.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A scheme that scores and grades.
    Scheme(Box<Scheme>),
    /// An index that compares.
    Index(Box<Index>),
}

/// Somebody who takes part in an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their id.
    pub id: String,
    /// Their name.
    pub title: String,
    /// What they do.
    pub role: String,
    /// Where that stands.
    pub clause: String,
}

/// An assessment pack, read.
#[derive(Debug, Clone)]
pub struct LoadedAssessment {
    /// What it says.
    pub subject: Subject,
    /// Who takes part.
    pub actors: Vec<Actor>,
    /// Where its content comes from.
    pub sources: Vec<Source>,
    /// The packs that it is made of, the lowest first.
    pub packs: Vec<String>,
    places: Places,
}

impl LoadedAssessment {
    /// Its id.
    pub fn id(&self) -> &str {
        match &self.subject {
            Subject::Scheme(scheme) => &scheme.id,
            Subject::Index(index) => &index.id,
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        match &self.subject {
            Subject::Scheme(scheme) => &scheme.title,
            Subject::Index(index) => &index.title,
        }
    }

    /// SHA-256 over the files and parameter values that decide it.
    pub fn content_hash(&self) -> &str {
        match &self.subject {
            Subject::Scheme(scheme) => &scheme.content_hash,
            Subject::Index(index) => &index.content_hash,
        }
    }

    /// Its parameters.
    pub fn parameters(&self) -> &[Parameter] {
        match &self.subject {
            Subject::Scheme(scheme) => &scheme.parameters,
            Subject::Index(index) => &index.parameters,
        }
    }

    /// Where values of items or components come from, each with the place of its owner.
    fn used(&self) -> Vec<(String, &ValueSource)> {
        match &self.subject {
            Subject::Scheme(scheme) => scheme
                .tables
                .iter()
                .flat_map(|table| {
                    let at = |id: &str| format!("{}/{id}", table.id);
                    table.items().map(move |item| (at(&item.id), &item.source))
                })
                .collect(),
            Subject::Index(index) => index
                .components
                .iter()
                .map(|component| (component.id.clone(), &component.source))
                .collect(),
        }
    }

    /// Where values of items or components come from.
    pub fn sources_of_values(&self) -> Vec<ValueSource> {
        let used = self.used().into_iter();
        used.map(|(_, source)| source.clone()).collect()
    }

    /// A problem for each indicator that nobody defines.
    pub fn unknown_indicators(&self, known: &dyn Fn(&str) -> bool) -> Vec<PackProblem> {
        let unknown = |source: &ValueSource| match source {
            ValueSource::Indicator(id) if !known(id) => Some(id.clone()),
            _ => None,
        };
        self.unknown(Thing::Indicator, "indicator", &unknown)
    }

    /// A problem for each field of a data set that nobody defines: `known` is asked for data set and field.
    pub fn unknown_fields(&self, known: &dyn Fn(&str, &str) -> bool) -> Vec<PackProblem> {
        let unknown = |source: &ValueSource| match source {
            ValueSource::Fact { dataset, field } if !known(dataset, field) => {
                Some(format!("{dataset}.{field}"))
            }
            _ => None,
        };
        self.unknown(Thing::Field, "dataset", &unknown)
    }

    fn unknown(
        &self,
        what: Thing,
        key: &'static str,
        unknown: &dyn Fn(&ValueSource) -> Option<String>,
    ) -> Vec<PackProblem> {
        let told = |(owner, source): (String, &ValueSource)| {
            let name = unknown(source)?;
            let problem = Problem::Assessment(AssessmentFault::Unknown { what, name });
            Some(self.places.problem(&owner, key, None, problem, self.id()))
        };
        self.used().into_iter().filter_map(told).collect()
    }
}

impl AssessmentLibrary {
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

    /// Id, title and version of all packs, sorted by id.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.packs.heads()
    }

    /// Reads a pack with all it is laid over, with values of parameters given for this once. Fails, with
    /// every mistake, when there is any.
    pub fn load(
        &self,
        id: &str,
        given: &BTreeMap<String, String>,
    ) -> Result<LoadedAssessment, PackError> {
        self.packs
            .load(id, |chain, problems| read(chain, given, problems))
    }

    /// Reads the pack of a folder while a person edits it: what could be read, and every mistake.
    /// `None` when the folder holds no assessment pack.
    pub fn check_folder(
        &self,
        folder: &Path,
    ) -> Option<(Option<LoadedAssessment>, Vec<PackProblem>)> {
        self.packs.check_folder(folder, |chain, problems| {
            read(chain, &BTreeMap::new(), problems)
        })
    }
}

fn read(
    chain: &[&Pack<Manifest>],
    given: &BTreeMap<String, String>,
    problems: &mut ProblemList,
) -> Option<LoadedAssessment> {
    let top = chain.last()?;
    let mut reading = Reading::default();
    let mut all_sources = Vec::new();
    for files in chain.iter().map(|pack| &pack.files) {
        let own = sources::read(files, problems);
        reading
            .sources
            .extend(own.iter().map(|source| source.id.clone()));
        all_sources.extend(own);
    }
    let parameters = read_parameters(chain, given, &mut reading, problems);
    let sources = reading.sources.clone();
    let known = Known {
        parameters: &parameters,
        sources: &sources,
    };
    let mut offsets = Offsets::default();
    let mut scheme = empty_scheme(&top.head);
    let mut index = empty_index(&top.head);
    let mut actors = Vec::new();
    let (mut is_scheme, mut weights) = (false, None);
    for files in chain.iter().map(|pack| &pack.files) {
        if let Some((file, shown, text)) = reading.file(files, "scheme.toml", problems) {
            is_scheme = true;
            let found = &mut problems.file(&shown);
            scheme::read(&text, known, &mut scheme, &mut actors, &mut offsets, found);
            note(&mut offsets, file, (&shown, &text), &mut reading, problems);
        }
        if let Some((file, shown, text)) = reading.file(files, "events.toml", problems) {
            let found = &mut problems.file(&shown);
            events::read(&text, known, &mut scheme, &mut offsets, found);
            note(&mut offsets, file, (&shown, &text), &mut reading, problems);
        }
        for name in files.list("tables").unwrap_or_default() {
            if !name.ends_with(".toml") {
                continue;
            }
            let name = format!("tables/{name}");
            if let Some((file, shown, text)) = reading.file(files, &name, problems) {
                let found = &mut problems.file(&shown);
                scheme
                    .tables
                    .extend(tables::read(&text, known, &mut offsets, found));
                note(&mut offsets, file, (&shown, &text), &mut reading, problems);
            }
        }
        if let Some((file, shown, text)) = reading.file(files, "index.toml", problems) {
            let found = &mut problems.file(&shown);
            weights = index::read(&text, known, &mut index, &mut offsets, found);
            weights = weights.or(Some(Decimal::ONE_HUNDRED));
            note(&mut offsets, file, (&shown, &text), &mut reading, problems);
        }
    }
    let fault = match (is_scheme, weights.is_some()) {
        (false, false) => Some(AssessmentFault::NothingThere),
        (true, true) => Some(AssessmentFault::Both),
        _ => None,
    };
    if let Some(fault) = fault {
        problems.add(PackProblem {
            file: top.files.display("pack.toml"),
            line: 0,
            column: 0,
            problem: Problem::Assessment(fault),
        });
        return None;
    }
    let (content_hash, places) = reading.finish();
    // Values decide as much as the files do.
    let content_hash = parameters.hash_with(&content_hash);
    let shown = top.files.display("pack.toml");
    let subject = match weights {
        Some(weights) => {
            index.parameters = parameters.list;
            index.content_hash = content_hash;
            for problem in validate::index(&index, weights, &places, &shown) {
                problems.add(problem);
            }
            Subject::Index(Box::new(index))
        }
        None => {
            scheme.parameters = parameters.list;
            scheme.content_hash = content_hash;
            for problem in validate::scheme(&scheme, &places, &shown) {
                problems.add(problem);
            }
            Subject::Scheme(Box::new(scheme))
        }
    };
    Some(LoadedAssessment {
        subject,
        actors,
        sources: all_sources,
        packs: chain.iter().map(|pack| pack.head.id.clone()).collect(),
        places,
    })
}

fn read_parameters(
    chain: &[&Pack<Manifest>],
    given: &BTreeMap<String, String>,
    reading: &mut Reading,
    problems: &mut ProblemList,
) -> Parameters {
    let mut parameters = Parameters::default();
    for pack in chain {
        if let Some((_, shown, text)) = reading.file(&pack.files, "parameters.toml", problems) {
            parameters.read(&text, &pack.head.id, &mut problems.file(&shown));
        }
    }
    for (id, value) in given {
        if let Err(fault) = parameters.set(id, value.clone(), GIVEN, false) {
            problems.add(PackProblem {
                file: GIVEN.to_owned(),
                line: 0,
                column: 0,
                problem: Problem::Assessment(fault),
            });
        }
    }
    parameters
}

/// Hands the places of a file over and tells what stands there twice.
fn note(
    offsets: &mut Offsets,
    file: usize,
    (shown, text): (&str, &str),
    reading: &mut Reading,
    problems: &mut ProblemList,
) {
    offsets.of_file(file, reading);
    for (what, name, offset) in offsets.duplicates() {
        let problem = Problem::Assessment(AssessmentFault::Twice { what, name });
        add(problems, (shown, text, offset), problem);
    }
}

fn empty_scheme(head: &Head) -> Scheme {
    Scheme {
        id: head.id.clone(),
        title: head.title.clone(),
        version: head.version.clone(),
        issuer: String::new(),
        period: None,
        full: Decimal::ONE_HUNDRED,
        parts: Vec::new(),
        missing_phase: MissingPhase::Refuse,
        tables: Vec::new(),
        events: Vec::new(),
        event_terms: EventTerms::default(),
        vetoes: Vetoes::default(),
        total: Total::default(),
        rounding: Rounding::default(),
        bands: Vec::new(),
        gates: Vec::new(),
        links: Vec::new(),
        parameters: Vec::new(),
        content_hash: String::new(),
    }
}

fn empty_index(head: &Head) -> Index {
    Index {
        id: head.id.clone(),
        title: head.title.clone(),
        version: head.version.clone(),
        issuer: String::new(),
        scale: Decimal::ONE_HUNDRED,
        decimals: 2,
        dimensions: Vec::new(),
        classes: Vec::new(),
        components: Vec::new(),
        least_coverage: Decimal::ZERO,
        shifts: Vec::new(),
        trial: Trial::default(),
        links: Vec::new(),
        parameters: Vec::new(),
        content_hash: String::new(),
    }
}

//! What must fit together: sums, bands, references.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_assessment::index::Index;
use biaochi_assessment::{Band, Coefficient, Lower, PhaseScoring, Scheme, Total, Upper};
use rust_decimal::Decimal;

use super::fault::{AssessmentFault, Thing};
use crate::problem::{PackProblem, Problem};
use crate::reading::{Places, Reading};

/// Where the definitions of a file stand, until the file's number is known.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    notes: Vec<(&'static str, String, usize)>,
    seen: BTreeSet<(&'static str, String)>,
    twice: Vec<(&'static str, String, usize)>,
}

impl Offsets {
    /// Remembers where something stands; what was there before stays, and being there twice is noted.
    pub(super) fn note(&mut self, kind: &'static str, id: &str, offset: usize) {
        if self.seen.insert((kind, id.to_owned())) {
            self.notes.push((kind, id.to_owned(), offset));
        } else {
            self.twice.push((kind, id.to_owned(), offset));
        }
    }

    /// Hands the places of a file over.
    pub(super) fn of_file(&mut self, file: usize, reading: &mut Reading) {
        for (kind, id, offset) in self.notes.drain(..) {
            reading.places.note(&id, kind, file, offset);
        }
    }

    /// What stands there twice: what, which, byte offset.
    pub(super) fn duplicates(&mut self) -> Vec<(Thing, String, usize)> {
        let duplicates = self.twice.drain(..);
        duplicates
            .filter_map(|(kind, id, offset)| Some((thing(kind)?, name(&id), offset)))
            .collect()
    }
}

fn thing(kind: &str) -> Option<Thing> {
    Some(match kind {
        "part" => Thing::Part,
        "phase" => Thing::Phase,
        "table" => Thing::Table,
        "section" => Thing::Section,
        "item" => Thing::Item,
        "event" => Thing::Event,
        "level" => Thing::Level,
        "veto" => Thing::Veto,
        "band" => Thing::Grade,
        "gate" => Thing::Gate,
        "link" => Thing::Link,
        "actor" => Thing::Actor,
        "class" => Thing::Class,
        "dimension" => Thing::Dimension,
        "component" => Thing::Component,
        _ => return None,
    })
}

/// The id without that of what it belongs to.
fn name(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}

/// Collects faults at their places.
struct Faults<'p> {
    places: &'p Places,
    pack: &'p str,
    found: Vec<PackProblem>,
}

impl Faults<'_> {
    fn add(&mut self, kind: &'static str, id: &str, fault: AssessmentFault) {
        let problem = Problem::Assessment(fault);
        let problem = self.places.problem(id, kind, None, problem, self.pack);
        self.found.push(problem);
    }

    fn unknown(&mut self, kind: &'static str, id: &str, what: Thing, name: &str) {
        let name = name.to_owned();
        self.add(kind, id, AssessmentFault::Unknown { what, name });
    }
}

/// What does not fit together in a scheme.
pub(super) fn scheme(scheme: &Scheme, places: &Places, pack: &str) -> Vec<PackProblem> {
    let mut faults = Faults {
        places,
        pack,
        found: Vec::new(),
    };
    let weights: Decimal = scheme.parts.iter().map(|part| part.weight).sum();
    if weights != Decimal::ONE {
        let fault = AssessmentFault::Sum {
            of: "各部分权重".to_owned(),
            expected: Decimal::ONE,
            found: weights.normalize(),
        };
        faults.add("parts", "", fault);
    }
    tables(scheme, &mut faults);
    bands(&scheme.bands, &scheme.total, &mut faults);
    grades(scheme, &mut faults);
    faults.found
}

fn tables(scheme: &Scheme, faults: &mut Faults<'_>) {
    let mut words: BTreeMap<&str, &str> = BTreeMap::new();
    for table in &scheme.tables {
        for word in &table.applies_to {
            if let Some(other) = words.insert(word, &table.id) {
                let (word, table_id) = (word.clone(), other.to_owned());
                let fault = AssessmentFault::SameClass {
                    word,
                    table: table_id,
                };
                faults.add("table", &table.id, fault);
            }
        }
        for item in table.items() {
            for phase in item.phases.iter().filter(|id| scheme.phase(id).is_none()) {
                let at = format!("{}/{}", table.id, item.id);
                faults.unknown("item_phases", &at, Thing::Phase, phase);
            }
        }
    }
    for phase in scheme.phases() {
        if phase.scoring != PhaseScoring::Items {
            continue;
        }
        let mut some = false;
        for table in &scheme.tables {
            let counts = |item: &&biaochi_assessment::Item| {
                item.phases.is_empty() || item.phases.contains(&phase.id)
            };
            let mut items = table.items().filter(counts).peekable();
            some |= items.peek().is_some();
            let points: Decimal = items.map(|item| item.points).sum();
            if points != phase.scale {
                let fault = AssessmentFault::Sum {
                    of: format!("指标表“{}”在“{}”的分值", table.title, phase.title),
                    expected: phase.scale,
                    found: points.normalize(),
                };
                faults.add("table", &table.id, fault);
            }
        }
        if !some {
            let fault = AssessmentFault::NoItems {
                phase: phase.id.clone(),
            };
            faults.add("phase", &phase.id, fault);
        }
    }
}

/// Gaps and overlaps of bands, from the lowest to the highest.
fn bands(bands: &[Band], total: &Total, faults: &mut Faults<'_>) {
    if bands.is_empty() {
        return;
    }
    let value = |lower: Option<Lower>| match lower {
        None => Decimal::MIN,
        Some(Lower::AtLeast(bound) | Lower::Above(bound)) => bound,
    };
    let mut sorted: Vec<&Band> = bands.iter().collect();
    sorted.sort_by_key(|band| {
        (
            value(band.lower),
            matches!(band.lower, Some(Lower::Above(_))),
        )
    });
    if let Some(lowest) = sorted.first() {
        let closed = match lowest.lower {
            None => true,
            Some(Lower::AtLeast(bound)) => total.floor.is_some_and(|floor| bound <= floor),
            Some(Lower::Above(bound)) => total.floor.is_some_and(|floor| bound < floor),
        };
        if !closed {
            faults.add(
                "band",
                &lowest.grade,
                AssessmentFault::OpenEnd { below: true },
            );
        }
    }
    if let Some(highest) = sorted.last() {
        let closed = match highest.upper {
            None => true,
            Some(Upper::AtMost(bound)) => total.cap.is_some_and(|cap| bound >= cap),
            Some(Upper::Below(bound)) => total.cap.is_some_and(|cap| bound > cap),
        };
        if !closed {
            faults.add(
                "band",
                &highest.grade,
                AssessmentFault::OpenEnd { below: false },
            );
        }
    }
    for pair in sorted.windows(2) {
        let [lower, upper] = pair else { continue };
        let to = value(upper.lower);
        let overlap = AssessmentFault::Overlap {
            lower: lower.grade.clone(),
            upper: upper.grade.clone(),
            from: to,
        };
        let gap = |from| AssessmentFault::Gap {
            lower: lower.grade.clone(),
            upper: upper.grade.clone(),
            from,
            to,
        };
        let fault = match (lower.upper, upper.lower) {
            (None, _) | (_, None) => Some(overlap),
            (Some(Upper::Below(end) | Upper::AtMost(end)), _) if end < to => Some(gap(end)),
            (Some(Upper::Below(end) | Upper::AtMost(end)), _) if end > to => Some(overlap),
            (Some(Upper::AtMost(_)), Some(Lower::AtLeast(_))) => Some(overlap),
            (Some(Upper::Below(end)), Some(Lower::Above(_))) => Some(gap(end)),
            _ => None,
        };
        if let Some(fault) = fault {
            faults.add("band", &upper.grade, fault);
        }
    }
}

fn grades(scheme: &Scheme, faults: &mut Faults<'_>) {
    let known = |grade: &str| scheme.bands.iter().any(|band| band.grade == grade);
    for gate in &scheme.gates {
        if !known(&gate.grade) {
            faults.unknown("gate_grade", &gate.id, Thing::Grade, &gate.grade);
        }
        if !known(&gate.otherwise) {
            faults.unknown("gate_otherwise", &gate.id, Thing::Grade, &gate.otherwise);
        }
    }
    let vetoes = &scheme.vetoes;
    if (!vetoes.rules.is_empty() || vetoes.open_list) && !known(&vetoes.grade) {
        faults.unknown("veto_grade", "", Thing::Grade, &vetoes.grade);
    }
    for link in &scheme.links {
        if let Coefficient::ByGrade(grades) = &link.coefficient {
            for (grade, _) in grades.iter().filter(|(grade, _)| !known(grade)) {
                let at = format!("{}/{grade}", link.id);
                faults.unknown("link_grade", &at, Thing::Grade, grade);
            }
        }
    }
}

/// What does not fit together in an index whose weights have to add up.
pub(super) fn index(
    index: &Index,
    weights: Decimal,
    places: &Places,
    pack: &str,
) -> Vec<PackProblem> {
    let mut faults = Faults {
        places,
        pack,
        found: Vec::new(),
    };
    for component in &index.components {
        let dimension = &component.dimension;
        if !index.dimensions.iter().any(|known| known.id == *dimension) {
            let what = Thing::Dimension;
            faults.unknown("component_dimension", &component.id, what, dimension);
        }
        for class in component.weights.keys() {
            if !index.classes.iter().any(|known| known.id == *class) {
                let at = format!("{}/{class}", component.id);
                faults.unknown("weight", &at, Thing::Class, class);
            }
        }
    }
    for class in &index.classes {
        let components = index.components.iter();
        let found: Decimal = components
            .filter_map(|component| component.weights.get(&class.id))
            .sum();
        if found != weights {
            let fault = AssessmentFault::Sum {
                of: format!("“{}”的权重", class.title),
                expected: weights,
                found: found.normalize(),
            };
            faults.add("class", &class.id, fault);
        }
    }
    faults.found
}

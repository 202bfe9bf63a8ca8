//! From what was frozen to outcomes.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::events::weigh;
use crate::grade::grade;
use crate::inputs::{Adjusted, Frozen, UnitInputs};
use crate::outcome::{Outcome, PartScore, PhaseScore, ScoreOrigin};
use crate::scheme::{MissingPhase, Part, Phase, PhaseScoring, Scheme, Table};
use crate::table::{self, Peers};

/// Scores every institution. Outcomes come in the order of the organisation codes.
pub fn assess(scheme: &Scheme, frozen: &Frozen) -> Vec<Outcome> {
    let mut units: Vec<&UnitInputs> = frozen.units.iter().collect();
    units.sort_by(|one, other| one.unit.code.cmp(&other.unit.code));
    let mut by_table: BTreeMap<&str, Vec<&UnitInputs>> = BTreeMap::new();
    for unit in &units {
        let table = scheme.table_for(&unit.unit.classes);
        let id = table.map_or("", |table| table.id.as_str());
        by_table.entry(id).or_default().push(unit);
    }
    let mut peers = BTreeMap::new();
    for (id, units) in &by_table {
        let Some(table) = scheme.table(id) else {
            continue;
        };
        for phase in scheme.phases() {
            if phase.scoring == PhaseScoring::Items {
                peers.insert((*id, phase.id.as_str()), Peers::of(table, phase, units));
            }
        }
    }
    let mut outcomes: Vec<Outcome> = units
        .iter()
        .map(|unit| {
            let table = scheme.table_for(&unit.unit.classes);
            outcome(scheme, frozen, unit, table, &peers)
        })
        .collect();
    place(&mut outcomes);
    outcomes
}

/// What institutions are compared with, by table and phase.
type AllPeers<'a> = BTreeMap<(&'a str, &'a str), Peers>;

fn outcome(
    scheme: &Scheme,
    frozen: &Frozen,
    unit: &UnitInputs,
    table: Option<&Table>,
    peers: &AllPeers<'_>,
) -> Outcome {
    let parts: Vec<PartScore> = scheme
        .parts
        .iter()
        .map(|part| score_part(scheme, frozen, unit, part, table, peers))
        .collect();
    let weighted = parts
        .iter()
        .map(|part| part.contribution)
        .sum::<Option<Decimal>>()
        .map(|sum| sum.normalize());
    let events = weigh(
        &scheme.events,
        &scheme.vetoes,
        &scheme.event_terms,
        &unit.events,
        frozen.period,
    );
    let exact = weighted.and_then(|weighted| {
        let more = weighted.checked_add(events.bonus)?;
        Some(more.checked_sub(events.deduction)?.normalize())
    });
    let bounded = exact.map(|exact| {
        let capped = scheme.total.cap.map_or(exact, |cap| exact.min(cap));
        scheme.total.floor.map_or(capped, |floor| capped.max(floor))
    });
    let rounding = &scheme.rounding;
    let score = bounded.map(|score| rounding.rule.apply(score, rounding.total));
    let graded = if rounding.grade_by_rounded {
        score
    } else {
        bounded
    };
    let grade = grade(
        (&scheme.bands, &scheme.gates, &scheme.vetoes),
        graded,
        &events.vetoes,
        &unit.attributes,
    );
    let links = scheme
        .links
        .iter()
        .map(|link| link.outcome(grade.grade.as_deref(), score, scheme.full))
        .collect();
    Outcome {
        unit: unit.unit.clone(),
        table: table.map(|table| table.id.clone()).unwrap_or_default(),
        parts,
        weighted,
        events,
        exact,
        score,
        grade,
        links,
        place: None,
        of: 0,
    }
}

fn score_part(
    scheme: &Scheme,
    frozen: &Frozen,
    unit: &UnitInputs,
    part: &Part,
    table: Option<&Table>,
    peers: &AllPeers<'_>,
) -> PartScore {
    let phases: Vec<PhaseScore> = part
        .phases
        .iter()
        .map(|phase| score_phase(scheme, frozen, unit, phase, table, peers))
        .collect();
    // On the scale of the full mark; multiplied first, so that what divides evenly stays exact.
    let scores = phases.iter().map(|phase| {
        let score = phase.score?.checked_mul(scheme.full)?;
        score.checked_div(phase.scale)
    });
    let scores: Vec<Option<Decimal>> = scores.collect();
    let mean = match scheme.missing_phase {
        MissingPhase::Refuse => mean(scores.into_iter().collect::<Option<Vec<_>>>()),
        MissingPhase::Zero => mean(Some(
            scores.into_iter().map(Option::unwrap_or_default).collect(),
        )),
        MissingPhase::Others => mean(Some(scores.into_iter().flatten().collect())),
    };
    PartScore {
        part: part.id.clone(),
        weight: part.weight,
        phases,
        mean,
        contribution: mean
            .and_then(|mean| mean.checked_mul(part.weight))
            .map(|contribution| contribution.normalize()),
    }
}

fn mean(scores: Option<Vec<Decimal>>) -> Option<Decimal> {
    let scores = scores.filter(|scores| !scores.is_empty())?;
    let sum: Decimal = scores.iter().sum();
    let mean = sum.checked_div(Decimal::from(scores.len()))?;
    Some(mean.normalize())
}

fn score_phase(
    scheme: &Scheme,
    frozen: &Frozen,
    unit: &UnitInputs,
    phase: &Phase,
    table: Option<&Table>,
    peers: &AllPeers<'_>,
) -> PhaseScore {
    let rounding = &scheme.rounding;
    let mut score = PhaseScore {
        phase: phase.id.clone(),
        period: phase
            .span
            .of(frozen.period)
            .map(|period| period.to_string())
            .unwrap_or_default(),
        origin: ScoreOrigin::Missing,
        entry: None,
        sections: Vec::new(),
        scale: phase.scale,
        score: None,
        before: None,
    };
    if phase.scoring == PhaseScoring::Items
        && let Some(table) = table
        && let Some(peers) = peers.get(&(table.id.as_str(), phase.id.as_str()))
    {
        let (sections, sum) = table::score(table, phase, unit, peers, rounding);
        score.sections = sections;
        score.score = sum;
        score.origin = match sum {
            Some(_) => ScoreOrigin::Items,
            None => ScoreOrigin::Missing,
        };
    }
    if let Some(entry) = unit.phase_scores.get(&phase.id) {
        let number = entry.value.trim().parse::<Decimal>().ok();
        let number = number.filter(|number| *number >= Decimal::ZERO && *number <= phase.scale);
        score.origin = match number {
            Some(_) => ScoreOrigin::Entered,
            None => ScoreOrigin::Unreadable,
        };
        score.before = score.score;
        score.score = number;
        score.entry = Some(entry.clone());
    }
    if let Some(decided) = unit.adjustment(&phase.id, None, Adjusted::Points) {
        score.before = score.score;
        score.score = Some(decided.to.clamp(Decimal::ZERO, phase.scale));
        score.origin = ScoreOrigin::Decided {
            number: decided.number,
        };
    }
    score.score = score
        .score
        .map(|exact| rounding.at(exact, rounding.phase).normalize());
    score
}

/// Gives every outcome its place among those of the same table.
fn place(outcomes: &mut [Outcome]) {
    let mut scores: BTreeMap<String, Vec<Decimal>> = BTreeMap::new();
    for outcome in outcomes.iter() {
        if let Some(score) = outcome.score {
            scores.entry(outcome.table.clone()).or_default().push(score);
        }
    }
    for scores in scores.values_mut() {
        scores.sort();
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    for outcome in outcomes {
        let Some(scores) = scores.get(&outcome.table) else {
            continue;
        };
        outcome.of = count(scores.len());
        outcome.place = outcome.score.map(|score| {
            let not_better = scores.partition_point(|other| *other <= score);
            count(scores.len() - not_better + 1)
        });
    }
}

//! Bonuses, deductions and vetoes: events that need proof and approval before they count.

use biaochi_domain::Period;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::scheme::Cite;

/// What an event does to the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Adds points (加分).
    Bonus,
    /// Takes points (扣分).
    Deduction,
}

/// Proof that an event must bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The number of the formal document (正式文号).
    DocumentNumber,
    /// The words of the leader.
    Wording,
    /// A file.
    File,
}

/// A kind of event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRule {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it does.
    pub effect: Effect,
    /// What has to be proved.
    pub proof: Vec<Proof>,
    /// Points by level of the issuer.
    pub levels: Vec<Level>,
    /// Where it stands.
    pub cite: Cite,
}

/// A level of issuers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its id.
    pub id: String,
    /// Who belongs to it, in words.
    pub title: String,
    /// Points, never negative; `None` while the document leaves them open.
    pub points: Option<Decimal>,
    /// Parameters that the points come from.
    pub parameters: Vec<String>,
}

/// Whether several events add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stacking {
    /// They do.
    #[default]
    Sum,
    /// Only the one with the most points counts.
    Highest,
}

/// What happens when one matter is recognised by several issuers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SameMatter {
    /// It counts once, with the most points.
    #[default]
    Once,
    /// It counts each time.
    Each,
}

/// How events add up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventTerms {
    /// The most points that all bonuses give.
    pub bonus_cap: Option<Decimal>,
    /// The most points that all deductions take.
    pub deduction_cap: Option<Decimal>,
    /// Several events of one effect.
    pub stacking: Stacking,
    /// One matter, several issuers.
    pub same_matter: SameMatter,
    /// Where that stands.
    pub cite: Cite,
}

/// Events that decide alone (一票否决).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vetoes {
    /// The kinds.
    pub rules: Vec<VetoRule>,
    /// The grade that any of them leads to.
    pub grade: String,
    /// Whether events of a kind that is not listed count, too.
    pub open_list: bool,
    /// Where that stands.
    pub cite: Cite,
}

/// A kind of event that decides alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VetoRule {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What has to be proved.
    pub proof: Vec<Proof>,
    /// Where it stands.
    pub cite: Cite,
}

impl Vetoes {
    /// Rule id of an event of a kind that is not listed.
    pub const OTHER: &'static str = "veto-other";
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number among those of the institution.
    pub number: u64,
    /// Id of the event or veto rule.
    pub rule: String,
    /// Id of the level; empty for vetoes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// The matter that it is about; events of one matter may count once. Empty: a matter of its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub matter: String,
    /// What happened, in words.
    pub title: String,
    /// The day.
    pub date: Date,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issuer: String,
    /// Number of the formal document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document_number: String,
    /// Words of the leader.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wording: String,
    /// Name of the evidence file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// SHA-256 of the evidence file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file_hash: String,
    /// Who approved it; empty while nobody has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approved_by: String,
}

impl Event {
    /// The first proof that is lacking.
    fn lacks(&self, proof: &[Proof]) -> Option<Proof> {
        proof.iter().copied().find(|proof| match proof {
            Proof::DocumentNumber => self.document_number.trim().is_empty(),
            Proof::Wording => self.wording.trim().is_empty(),
            Proof::File => self.file_hash.is_empty(),
        })
    }
}

/// Whether an event counts, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the reasons")]
pub enum Weighed {
    /// It counts.
    Counted,
    /// Nobody approved it.
    NotApproved,
    /// It did not happen in the assessed period.
    OutsidePeriod,
    /// A proof is lacking.
    NoProof { proof: Proof },
    /// The scheme has no such rule.
    UnknownRule,
    /// The rule has no such level.
    UnknownLevel,
    /// The document leaves the points open.
    PointsOpen { parameters: Vec<String> },
    /// The same matter counts through another event.
    SameMatter { counted: u64 },
    /// Only the event with the most points counts.
    NotHighest { counted: u64 },
}

/// An event, weighed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventOutcome {
    /// The event.
    pub event: Event,
    /// What it does; `None` for a veto or an unknown rule.
    pub effect: Option<Effect>,
    /// Points of its level; `None` when they are open or it is a veto.
    pub points: Option<Decimal>,
    /// Whether it counts.
    pub weighed: Weighed,
}

/// All events of an institution, weighed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventsOutcome {
    /// One by one.
    pub events: Vec<EventOutcome>,
    /// Points added, within the cap.
    pub bonus: Decimal,
    /// Points added before the cap.
    pub bonus_sum: Decimal,
    /// Points taken, within the cap.
    pub deduction: Decimal,
    /// Points taken before the cap.
    pub deduction_sum: Decimal,
    /// Numbers of the vetoes that count.
    pub vetoes: Vec<u64>,
}

/// Weighs the events of an institution.
pub(crate) fn weigh(
    rules: &[EventRule],
    vetoes: &Vetoes,
    terms: &EventTerms,
    events: &[Event],
    period: Period,
) -> EventsOutcome {
    let mut outcome = EventsOutcome::default();
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_by_key(|event| event.number);
    for event in sorted {
        outcome.events.push(weigh_one(rules, vetoes, event, period));
    }
    if terms.same_matter == SameMatter::Once {
        for effect in [Effect::Bonus, Effect::Deduction] {
            once_per_matter(&mut outcome.events, effect);
        }
    }
    if terms.stacking == Stacking::Highest {
        for effect in [Effect::Bonus, Effect::Deduction] {
            let best = highest(&outcome.events, |one| one.effect == Some(effect));
            set_aside(
                &mut outcome.events,
                best,
                |one| one.effect == Some(effect),
                |counted| Weighed::NotHighest { counted },
            );
        }
    }
    let sum = |effect| -> Decimal {
        let counted = outcome
            .events
            .iter()
            .filter(|one| one.weighed == Weighed::Counted);
        counted
            .filter(|one| one.effect == Some(effect))
            .filter_map(|one| one.points)
            .sum()
    };
    let (bonus, deduction) = (sum(Effect::Bonus), sum(Effect::Deduction));
    outcome.bonus_sum = bonus;
    outcome.bonus = terms.bonus_cap.map_or(bonus, |cap| bonus.min(cap));
    outcome.deduction_sum = deduction;
    outcome.deduction = terms
        .deduction_cap
        .map_or(deduction, |cap| deduction.min(cap));
    outcome.vetoes = outcome
        .events
        .iter()
        .filter(|one| one.weighed == Weighed::Counted && one.effect.is_none())
        .map(|one| one.event.number)
        .collect();
    outcome
}

fn weigh_one(rules: &[EventRule], vetoes: &Vetoes, event: &Event, period: Period) -> EventOutcome {
    let rule = rules.iter().find(|rule| rule.id == event.rule);
    let veto = vetoes.rules.iter().find(|rule| rule.id == event.rule);
    let level = rule.and_then(|rule| rule.levels.iter().find(|level| level.id == event.level));
    let other = event.rule == Vetoes::OTHER && vetoes.open_list;
    let proof: &[Proof] = match (rule, veto) {
        (Some(rule), _) => &rule.proof,
        (None, Some(veto)) => &veto.proof,
        (None, None) => &[Proof::DocumentNumber],
    };
    let in_period = biaochi_domain::Month::new(
        event.date.year(),
        u8::try_from(event.date.month()).unwrap_or(1),
    )
    .is_some_and(|month| period.contains(month));
    let points = level.and_then(|level| level.points);
    let weighed = if rule.is_none() && veto.is_none() && !other {
        Weighed::UnknownRule
    } else if rule.is_some() && level.is_none() {
        Weighed::UnknownLevel
    } else if !in_period {
        Weighed::OutsidePeriod
    } else if let Some(proof) = event.lacks(proof) {
        Weighed::NoProof { proof }
    } else if event.approved_by.is_empty() {
        Weighed::NotApproved
    } else if let Some(level) = level.filter(|level| level.points.is_none()) {
        Weighed::PointsOpen {
            parameters: level.parameters.clone(),
        }
    } else {
        Weighed::Counted
    };
    EventOutcome {
        event: event.clone(),
        effect: rule.map(|rule| rule.effect),
        points,
        weighed,
    }
}

/// Number of the counted event with the most points, the first of several.
fn highest(events: &[EventOutcome], wanted: impl Fn(&EventOutcome) -> bool) -> Option<u64> {
    let counted = events.iter().filter(|one| one.weighed == Weighed::Counted);
    counted
        .filter(|one| wanted(one))
        .max_by_key(|one| (one.points, std::cmp::Reverse(one.event.number)))
        .map(|one| one.event.number)
}

/// Lets none of the wanted events count but the best.
fn set_aside(
    events: &mut [EventOutcome],
    best: Option<u64>,
    wanted: impl Fn(&EventOutcome) -> bool,
    instead: impl Fn(u64) -> Weighed,
) {
    let Some(best) = best else { return };
    for one in events {
        if one.weighed == Weighed::Counted && wanted(one) && one.event.number != best {
            one.weighed = instead(best);
        }
    }
}

fn once_per_matter(events: &mut [EventOutcome], effect: Effect) {
    let matters: std::collections::BTreeSet<String> = events
        .iter()
        .filter(|one| one.effect == Some(effect) && !one.event.matter.is_empty())
        .map(|one| one.event.matter.clone())
        .collect();
    for matter in matters {
        let of_matter =
            |one: &EventOutcome| one.effect == Some(effect) && one.event.matter == matter;
        let best = highest(events, of_matter);
        set_aside(events, best, of_matter, |counted| Weighed::SameMatter {
            counted,
        });
    }
}

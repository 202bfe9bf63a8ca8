//! Assessment schemes: values in, scores with every reason out.
//!
//! A [`Scheme`] says what counts: indicator tables with scoring [`Shape`]s, parts with weights, events,
//! vetoes, bands and gates. [`assess`] takes it and what was frozen of the assessed institutions
//! ([`Frozen`]) and gives an [`Outcome`] for each, in which every number names the rule and the clause that
//! it came from. Weights and limits are data; the shapes are a closed list. An [`index::Index`] compares
//! institutions of a class with each other.
//!
//! Nothing here does I/O or knows the time: the same values give the same bytes.

mod assess;
mod events;
mod grade;
pub mod index;
mod inputs;
mod links;
mod outcome;
mod rounding;
mod scheme;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use assess::assess;
pub use events::{
    Effect, Event, EventOutcome, EventRule, EventTerms, EventsOutcome, Level, Proof, SameMatter,
    Stacking, VetoRule, Vetoes, Weighed,
};
pub use grade::{
    Band, Condition, Gate, GateMissing, GateOutcome, GradeOutcome, Lower, Upper, band_of,
};
pub use inputs::{Adjusted, Adjustment, Assessed, Entry, Frozen, Reading, UnitInputs};
pub use links::{Coefficient, Link, LinkOutcome};
pub use outcome::{ItemScore, Loss, Outcome, PartScore, PhaseScore, ScoreOrigin, SectionScore};
pub use rounding::{Rounding, RoundingRule};
pub use scheme::{
    Cite, Item, MissingPhase, Parameter, Part, Phase, PhaseScoring, Scheme, Section, Source, Span,
    Table, Total,
};
pub use shape::{Comparator, Direction, Limit, Missing, RankStep, Row, Shape, Target, Why};
pub use words::{
    Line, NextGrade, event_line, item_lines, lowered_by, next_grade, outcome_lines, percent_text,
    points_text, reason, rule, scored_lines,
};

//! What a scheme says: parts, phases, indicator tables, parameters.

use std::fmt;

use biaochi_domain::Period;
use rust_decimal::Decimal;

use crate::events::{EventRule, EventTerms, Vetoes};
use crate::grade::{Band, Gate};
use crate::links::Link;
use crate::rounding::Rounding;
use crate::shape::{Direction, Missing, Shape};

/// Where a rule stands, and which of its values the document leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cite {
    /// Id of the document among the pack's sources; may be empty.
    pub source: String,
    /// The clause in it; may be empty.
    pub clause: String,
    /// Parameters whose values the rule uses.
    pub parameters: Vec<String>,
}

/// A value that the document leaves open, or that a region may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its id, such as `total.cap`.
    pub id: String,
    /// What it decides.
    pub title: String,
    /// The value in force, as text; empty while nothing is decided.
    pub value: String,
    /// The document does not fix it: the value is an assumption until somebody confirms it.
    pub assumed: bool,
    /// What the document leaves open; empty when it does not.
    pub question: String,
    /// Who set the value: the pack, an overlay, or the person who ran the assessment.
    pub set_by: String,
    /// Where it stands.
    pub cite: Cite,
}

/// A scheme of assessment, with the values of its parameters put in.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Who issued the document.
    pub issuer: String,
    /// The year that is assessed, where the document names one.
    pub period: Option<Period>,
    /// The full mark.
    pub full: Decimal,
    /// Parts of the score, with weights.
    pub parts: Vec<Part>,
    /// What happens to a part when a phase has no score.
    pub missing_phase: MissingPhase,
    /// Indicator tables, one for each class of institution.
    pub tables: Vec<Table>,
    /// Bonuses and deductions.
    pub events: Vec<EventRule>,
    /// How several events add up.
    pub event_terms: EventTerms,
    /// Events that decide alone.
    pub vetoes: Vetoes,
    /// Limits of the whole score.
    pub total: Total,
    /// How scores are rounded.
    pub rounding: Rounding,
    /// Grades by score, the best first.
    pub bands: Vec<Band>,
    /// Further conditions of a grade.
    pub gates: Vec<Gate>,
    /// What the result is used for.
    pub links: Vec<Link>,
    /// All parameters, in the order of the document.
    pub parameters: Vec<Parameter>,
    /// SHA-256 over the files and parameter values that make the scheme.
    pub content_hash: String,
}

/// Limits of the whole score.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Total {
    /// The most it can be.
    pub cap: Option<Decimal>,
    /// The least it can be.
    pub floor: Option<Decimal>,
    /// Where that stands.
    pub cite: Cite,
}

/// A part of the score: the mean of its phases, times its weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its weight; the weights of all parts add up to 1.
    pub weight: Decimal,
    /// Its phases.
    pub phases: Vec<Phase>,
    /// Where it stands.
    pub cite: Cite,
}

/// A round of scoring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The months that it looks at.
    pub span: Span,
    /// Where its score comes from.
    pub scoring: PhaseScoring,
    /// The full mark of its score.
    pub scale: Decimal,
    /// The day by which it is due, as the document writes it; empty when it says none.
    pub due: String,
    /// Who agrees, one after the other.
    pub approval: Vec<String>,
    /// Where it stands.
    pub cite: Cite,
}

/// A span within the assessed year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// A quarter, 1 to 4.
    Quarter(u8),
    /// A half, 1 or 2.
    Half(u8),
    /// The whole year.
    Year,
}

impl Span {
    /// Its months in the year that a period begins in; the period itself for the whole year.
    pub fn of(self, assessed: Period) -> Option<Period> {
        let year = assessed.first().year();
        match self {
            Self::Quarter(quarter) => Period::quarter(year, quarter),
            Self::Half(half) => Period::half(year, half),
            Self::Year => Some(assessed),
        }
    }

    /// Reads `Q1`, `H1`, `year`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Q1" => Some(Self::Quarter(1)),
            "Q2" => Some(Self::Quarter(2)),
            "Q3" => Some(Self::Quarter(3)),
            "Q4" => Some(Self::Quarter(4)),
            "H1" => Some(Self::Half(1)),
            "H2" => Some(Self::Half(2)),
            "year" => Some(Self::Year),
            _ => None,
        }
    }
}

/// Where the score of a phase comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseScoring {
    /// The people who assess enter it.
    Entered,
    /// The items of the institution's table give it, unless one is entered.
    Items,
}

/// What happens when a phase has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingPhase {
    /// There is no score of the year until it is there.
    #[default]
    Refuse,
    /// It counts as zero.
    Zero,
    /// The mean of the other phases of the part; a part without any refuses.
    Others,
}

/// The indicator table of a class of institutions.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Words of the class; an institution with one of them is scored by this table. Empty: every one.
    pub applies_to: Vec<String>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// Where it stands.
    pub cite: Cite,
}

impl Table {
    /// Its items, section by section.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// The points of its items that count.
    pub fn points(&self) -> Decimal {
        self.items()
            .filter(|item| !item.shape.is_monitor())
            .map(|item| item.points)
            .sum()
    }
}

/// A group of items.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The most it can give, where that is less than its items.
    pub cap: Option<Decimal>,
    /// The least it can give.
    pub floor: Option<Decimal>,
    /// Its items.
    pub items: Vec<Item>,
}

/// One thing that is scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its id, unique in the table.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its full points; zero for what is only watched.
    pub points: Decimal,
    /// Where its value comes from.
    pub source: Source,
    /// Unit of the value, for people.
    pub unit: String,
    /// Which way is better.
    pub direction: Direction,
    /// How the value becomes points.
    pub shape: Shape,
    /// What happens without a value.
    pub missing: Missing,
    /// Phases in which it counts; empty: all.
    pub phases: Vec<String>,
    /// The least points it can give; zero unless the scheme says otherwise.
    pub floor: Decimal,
    /// The most points it can give, where that is not the full points.
    pub cap: Option<Decimal>,
    /// Where it stands.
    pub cite: Cite,
    /// What else there is to say.
    pub note: String,
}

/// Where the value of an item comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// An indicator, by id.
    Indicator(String),
    /// A field of an approved data set.
    Fact {
        /// The data set.
        dataset: String,
        /// Its field.
        field: String,
    },
    /// The people who assess enter it, under this key.
    Entered(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Indicator(id) => write!(f, "indicator:{id}"),
            Self::Fact { dataset, field } => write!(f, "fact:{dataset}.{field}"),
            Self::Entered(key) => write!(f, "entered:{key}"),
        }
    }
}

impl Scheme {
    /// The phases of all parts.
    pub fn phases(&self) -> impl Iterator<Item = &Phase> {
        self.parts.iter().flat_map(|part| &part.phases)
    }

    /// A phase by id.
    pub fn phase(&self, id: &str) -> Option<&Phase> {
        self.phases().find(|phase| phase.id == id)
    }

    /// The table that an institution with these words of class is scored by.
    pub fn table_for(&self, classes: &[String]) -> Option<&Table> {
        let fits = |table: &&Table| {
            table.applies_to.is_empty()
                || table.applies_to.iter().any(|word| classes.contains(word))
        };
        self.tables.iter().find(fits)
    }

    /// A table by id.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// A parameter by id.
    pub fn parameter(&self, id: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.id == id)
    }

    /// Parameters whose values nobody has confirmed.
    pub fn assumptions(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.assumed)
    }
}

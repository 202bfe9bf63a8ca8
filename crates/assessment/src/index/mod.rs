//! A high-quality-development index: institutions of a class compared with each other.

mod compute;
mod random;
mod standardise;
mod weights;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::links::Link;
use crate::scheme::{Cite, Parameter, Source};

pub use compute::{ComponentScore, IndexOutcome, Standing, compute};
pub use standardise::{Standardisation, Values, standardise};
pub use weights::{Shift, Stability, sensitivity, stability};

/// An index: components, weights by class, a standardisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// Who issued it.
    pub issuer: String,
    /// The value of an institution that is best in everything.
    pub scale: Decimal,
    /// Decimals of the index.
    pub decimals: u32,
    /// Groups of components.
    pub dimensions: Vec<Dimension>,
    /// Classes of institutions, compared among themselves.
    pub classes: Vec<Class>,
    /// What is compared.
    pub components: Vec<Component>,
    /// The least share of the weights, in per cent, that an institution must have values for.
    pub least_coverage: Decimal,
    /// Shifts of a weight, in per cent of it, whose effect on the places is told.
    pub shifts: Vec<Decimal>,
    /// How the stability of the places is tried.
    pub trial: Trial,
    /// What the result is used for.
    pub links: Vec<Link>,
    /// All parameters.
    pub parameters: Vec<Parameter>,
    /// SHA-256 over the files and parameter values that make the index.
    pub content_hash: String,
}

/// A group of components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A class of institutions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Words of which an institution must have all.
    pub words: Vec<String>,
}

/// Something that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The dimension that it belongs to.
    pub dimension: String,
    /// Where its value comes from.
    pub source: Source,
    /// What is good.
    pub good: Good,
    /// How it is made comparable.
    pub standardisation: Standardisation,
    /// What happens without a value.
    pub missing: MissingComponent,
    /// Weights by class; a class without one does not use it.
    pub weights: BTreeMap<String, Decimal>,
    /// Where it stands.
    pub cite: Cite,
}

/// What is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// Much.
    High,
    /// Little.
    Low,
    /// To lie between two bounds, or near them.
    Between(Decimal, Decimal),
}

/// What happens without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingComponent {
    /// The others stand for its weight.
    #[default]
    Exclude,
    /// It counts as the worst.
    Worst,
}

/// How the stability of the places is tried: every weight is drawn anew, many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// How far a weight may be drawn from its own value, in per cent of it.
    pub spread: u32,
    /// How often.
    pub draws: u32,
    /// Where the draws begin; the same number gives the same draws.
    pub seed: u64,
}

impl Default for Trial {
    fn default() -> Self {
        Self {
            spread: 20,
            draws: 1000,
            seed: 1,
        }
    }
}

impl Index {
    /// The title of a class; its id when it has none.
    pub fn class_title<'a>(&'a self, id: &'a str) -> &'a str {
        let class = self.classes.iter().find(|class| class.id == id);
        class.map_or(id, |class| class.title.as_str())
    }

    /// The title of a component; its id when it has none.
    pub fn component_title<'a>(&'a self, id: &'a str) -> &'a str {
        let component = self.components.iter().find(|one| one.id == id);
        component.map_or(id, |one| one.title.as_str())
    }

    /// The class of an institution with these words: the first whose words it has all.
    pub fn class_of(&self, words: &[String]) -> Option<&Class> {
        let has = |class: &&Class| class.words.iter().all(|word| words.contains(word));
        self.classes.iter().find(has)
    }
}

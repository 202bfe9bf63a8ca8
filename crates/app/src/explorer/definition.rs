//! What a group is, in words: the way into its category, its adjacent group, and its own condition.

use std::collections::BTreeMap;

use biaochi_domain::{Language, Localized as _};
use biaochi_grouper::definition::{Entry, Field, Level, Rule, SchemeDefinition};
use biaochi_grouper::set_title;
use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_terminology::CodeSystem;

use super::ExplorerError;
use crate::{Content, ContentError};

/// Codes of a set that are shown.
const MOST_CODES: usize = 300;

/// The definitions of a scheme, read once.
#[derive(Debug)]
pub struct Definitions {
    definition: SchemeDefinition,
}

/// What a group is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The category.
    pub mdc: String,
    /// The way into the category.
    pub mdc_condition: String,
    /// The adjacent group.
    pub adrg: String,
    /// The ways into it, any of which is enough.
    pub entries: Vec<EntryWords>,
    /// The sets that conditions name, with their codes.
    pub sets: Vec<CodeSetTitle>,
    /// How many diagnoses raise severity as MCC and as CC.
    pub complications: (usize, usize),
}

/// A way into an adjacent group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryWords {
    /// Its id, mostly the adjacent group's code.
    pub id: String,
    /// Its condition.
    pub condition: String,
    /// Groups in the order in which they are tried.
    pub groups: Vec<Sibling>,
}

/// A group of an adjacent group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// The group.
    pub drg: String,
    /// Its condition; `None` for what is taken when no other holds.
    pub condition: Option<String>,
}

/// A set of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeSetTitle {
    /// What people call it.
    pub title: String,
    /// How many codes it has.
    pub size: usize,
    /// Codes with names, not more than some hundred.
    pub codes: Vec<(String, Option<String>)>,
}

/// Reads the definitions of a scheme; keep the answer, it takes a while.
///
/// # Errors
/// There is no such scheme, or it has mistakes.
pub fn definitions(content: &Content, scheme: &str) -> Result<Definitions, ExplorerError> {
    let definition = content.library().load_scheme(scheme);
    Ok(Definitions {
        definition: definition.map_err(ContentError::from)?,
    })
}

impl Definitions {
    /// All groups with the adjacent group and category in which they stand, sorted.
    pub fn groups(&self) -> BTreeMap<String, (String, String)> {
        let mut groups = BTreeMap::new();
        for category in &self.definition.categories {
            for entry in &category.entries {
                let drgs = entry.drgs.iter().map(|rule| &rule.drg);
                for drg in drgs.chain(&entry.fallback) {
                    let place = (entry.adrg.clone(), category.code.clone());
                    groups.entry(drg.clone()).or_insert(place);
                }
            }
        }
        groups
    }

    /// Name of a group, adjacent group or category.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.definition.names.get(code).map(String::as_str)
    }

    /// The conditions under which a stay comes into each group, as one text to compare with another scheme's.
    pub fn conditions(&self) -> BTreeMap<String, String> {
        let text = |rule: &Rule| rule.text(Language::Zh);
        let mut conditions = BTreeMap::<String, String>::new();
        for category in &self.definition.categories {
            for entry in &category.entries {
                let mut add = |drg: &str, own: &str| {
                    let whole = format!("{}｜{own}", text(&entry.rule));
                    let known = conditions.entry(drg.to_owned()).or_default();
                    known.push_str(&whole);
                    known.push('\n');
                };
                for rule in &entry.drgs {
                    add(&rule.drg, &text(&rule.rule));
                }
                if let Some(drg) = &entry.fallback {
                    add(drg, "");
                }
            }
        }
        conditions
    }

    /// What a group is; `None` when the scheme has no such group.
    pub fn of(&self, content: &Content, drg: &str) -> Option<Definition> {
        let has = |entry: &Entry| {
            entry.drgs.iter().any(|rule| rule.drg == drg) || entry.fallback.as_deref() == Some(drg)
        };
        let mut categories = self.definition.categories.iter();
        let category = categories.find(|one| one.entries.iter().any(has))?;
        let entries: Vec<_> = category.entries.iter().filter(|one| has(one)).collect();
        let adrg = entries.first()?.adrg.clone();
        let rules = entries.iter().flat_map(|entry| {
            let drgs = entry.drgs.iter().map(|rule| &rule.rule);
            std::iter::once(&entry.rule).chain(drgs)
        });
        let mut named: Vec<(Field, &str)> = Vec::new();
        for (field, set) in rules.flat_map(Rule::sets) {
            if !named.iter().any(|(_, known)| *known == set) {
                named.push((field, set));
            }
        }
        let sets = named
            .into_iter()
            .filter_map(|(field, set)| self.set(content, field, set));
        let complications = &self.definition.complications;
        let mcc = complications.iter().filter(|one| one.level == Level::Mcc);
        let mcc = mcc.count();
        Some(Definition {
            mdc: category.code.clone(),
            mdc_condition: category.rule.text(Language::Zh),
            adrg,
            entries: entries.iter().map(|entry| words(entry)).collect(),
            sets: sets.collect(),
            complications: (mcc, complications.len() - mcc),
        })
    }

    fn set(&self, content: &Content, field: Field, set: &str) -> Option<CodeSetTitle> {
        let members = &self.definition.sets.get(set)?.members;
        let system = content.codes().system(match field.is_diagnosis() {
            true => DIAGNOSES,
            false => PROCEDURES,
        });
        let name = |code: &str| {
            let concept = system.and_then(|system: &CodeSystem| system.get(code))?;
            concept.name().map(str::to_owned)
        };
        let codes = members.iter().take(MOST_CODES);
        Some(CodeSetTitle {
            title: set_title(field, set, Language::Zh),
            size: members.len(),
            codes: codes
                .map(|(code, _)| (code.to_string(), name(code)))
                .collect(),
        })
    }
}

fn words(entry: &Entry) -> EntryWords {
    let groups = entry.drgs.iter().map(|rule| Sibling {
        drg: rule.drg.clone(),
        condition: Some(rule.rule.text(Language::Zh)),
    });
    let fallback = entry.fallback.iter().map(|drg| Sibling {
        drg: drg.clone(),
        condition: None,
    });
    EntryWords {
        id: entry.id.clone(),
        condition: entry.rule.text(Language::Zh),
        groups: groups.chain(fallback).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_group_is_told_in_words() {
        let content = Content::load(&[]).expect("the packs of the program");
        let definitions = definitions(&content, "chs_drg_11").expect("the national scheme");
        let groups = definitions.groups();
        assert!(groups.len() > 500, "{}", groups.len());
        let (drg, (adrg, mdc)) = groups
            .iter()
            .find(|(drg, _)| drg.starts_with("GB2"))
            .expect("a group of GB2");
        let definition = definitions.of(&content, drg).expect("a definition");
        assert_eq!((&definition.adrg, &definition.mdc), (adrg, mdc));
        assert!(!definition.entries.is_empty());
        assert!(
            definition
                .entries
                .iter()
                .all(|entry| !entry.condition.is_empty())
        );
        assert!(
            definition.sets.iter().any(|set| set.size > 0),
            "{definition:?}"
        );
        assert!(definitions.of(&content, "ZZ99").is_none());
    }
}

//! Code tables: which sets a code is in, and how severe it is.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::rules::Bits;
use crate::code_facts::{CC, CodeFacts, Facts, GREY, MCC, STAYS, Target, Translation, UNSUITABLE};
use crate::code_table::CodeTable;
use crate::definition::{Code, HintKind, Level, SchemeDefinition};

/// Codes of one kind while their facts come together.
struct Builder<'d> {
    ids: FxHashMap<&'d str, u32>,
    codes: Vec<&'d str>,
    words: usize,
    /// Rows of `words` words, one per code.
    rows: Vec<u64>,
    facts: Vec<Facts>,
}

impl<'d> Builder<'d> {
    fn new(bits: &Bits<'d>) -> Self {
        Self {
            ids: FxHashMap::default(),
            codes: Vec::new(),
            words: bits.len().div_ceil(64).max(1),
            rows: Vec::new(),
            facts: Vec::new(),
        }
    }

    fn id(&mut self, code: &'d str) -> usize {
        let next = self.codes.len() as u32;
        let id = *self.ids.entry(code).or_insert(next);
        if id == next {
            self.codes.push(code);
            self.rows.resize(self.rows.len() + self.words, 0);
            self.facts.push(Facts::default());
        }
        id as usize
    }

    fn set_bit(&mut self, id: usize, bit: u32) {
        self.rows[id * self.words + bit as usize / 64] |= 1 << (bit % 64);
    }

    fn add_sets(&mut self, definition: &'d SchemeDefinition, bits: &Bits<'d>) {
        for (membership, &bit) in bits {
            let Some(set) = definition.sets.get(membership.set) else {
                continue;
            };
            match membership.class {
                None => {
                    for (code, _) in &set.members {
                        let id = self.id(code);
                        self.set_bit(id, bit);
                    }
                }
                Some(class) => {
                    // A repeated code counts with its last class only.
                    let last: FxHashMap<&str, &str> = set
                        .members
                        .iter()
                        .map(|(code, class)| (code.as_str(), class.as_str()))
                        .collect();
                    for (code, of) in last {
                        let id = self.id(code);
                        if of == class {
                            self.set_bit(id, bit);
                        }
                    }
                }
            }
        }
    }

    fn add_hints(&mut self, definition: &'d SchemeDefinition, kind: HintKind, hint: u8) {
        for code in definition
            .hints
            .get(&kind)
            .map(Vec::as_slice)
            .unwrap_or_default()
        {
            let id = self.id(code);
            self.facts[id].hints |= hint;
        }
    }

    /// Stores equal rows and equal facts once and builds the look-up tables.
    fn finish(mut self, tables_of: Vec<u32>, map: &'d BTreeMap<Code, Option<Code>>) -> CodeFacts {
        let words = self.words;
        let mut rows = vec![0; words];
        let mut row_ids: FxHashMap<&[u64], u32> = FxHashMap::default();
        let empty = vec![0; words];
        row_ids.insert(&empty, 0);
        for (facts, row) in self.facts.iter_mut().zip(self.rows.chunks_exact(words)) {
            facts.row = *row_ids.entry(row).or_insert_with(|| {
                rows.extend_from_slice(row);
                (rows.len() / words) as u32 - 1
            });
        }
        let mut facts = vec![Facts::default()];
        let mut fact_ids: FxHashMap<Facts, u32> = FxHashMap::default();
        fact_ids.insert(Facts::default(), 0);
        let numbers: Vec<u32> = self
            .facts
            .iter()
            .map(|found| {
                *fact_ids.entry(*found).or_insert_with(|| {
                    facts.push(*found);
                    facts.len() as u32 - 1
                })
            })
            .collect();
        let number = |code: &str| self.ids.get(code).map(|&id| numbers[id as usize]);
        let mut stays = vec![0; numbers.len()];
        for (code, target) in map {
            if target.as_ref().is_none_or(|target| target == code)
                && let Some(&id) = self.ids.get(code.as_str())
            {
                stays[id as usize] = STAYS;
            }
        }
        let values = numbers
            .iter()
            .zip(&stays)
            .map(|(number, stays)| number | stays);
        CodeFacts {
            codes: CodeTable::new(self.codes.iter().copied().zip(values)),
            facts,
            rows,
            words,
            candidates: Vec::new(),
            tables_of,
            translation: translation(map, &number),
        }
    }
}

pub(super) fn diagnoses<'d>(definition: &'d SchemeDefinition, bits: &Bits<'d>) -> CodeFacts {
    let mut builder = Builder::new(bits);
    builder.add_sets(definition, bits);
    let tables: FxHashMap<&str, u32> = table_numbers(definition).collect();
    for complication in &definition.complications {
        let id = builder.id(&complication.code);
        let facts = &mut builder.facts[id];
        facts.severity |= match complication.level {
            Level::Cc => CC,
            Level::Mcc => MCC,
        };
        let table = complication.table.as_deref();
        facts.table = table
            .and_then(|table| tables.get(table))
            .copied()
            .unwrap_or(0);
    }
    // A principal diagnosis mostly stands in one table; equal lists are stored once.
    let mut members: Vec<(usize, u32)> = Vec::new();
    for (table, codes) in &definition.exclusions {
        let Some(&table) = tables.get(table.as_str()) else {
            continue;
        };
        members.extend(codes.iter().map(|code| (builder.id(code), table)));
    }
    members.sort_unstable();
    members.dedup();
    let mut tables_of: Vec<u32> = Vec::new();
    let mut lists: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
    for group in members.chunk_by(|left, right| left.0 == right.0) {
        let list: Vec<u32> = group.iter().map(|&(_, table)| table).collect();
        let length = list.len() as u32;
        let first = *lists.entry(list).or_insert_with_key(|list| {
            tables_of.extend_from_slice(list);
            tables_of.len() as u32 - length
        });
        let facts = &mut builder.facts[group[0].0];
        facts.first_exclusion = first;
        facts.exclusions = length;
    }
    builder.add_hints(definition, HintKind::GreyDiagnosis, GREY);
    builder.add_hints(definition, HintKind::NotPrincipal, UNSUITABLE);
    builder.finish(tables_of, &definition.diagnosis_map)
}

pub(super) fn procedures<'d>(definition: &'d SchemeDefinition, bits: &Bits<'d>) -> CodeFacts {
    let mut builder = Builder::new(bits);
    builder.add_sets(definition, bits);
    builder.add_hints(definition, HintKind::GreyProcedure, GREY);
    builder.add_hints(definition, HintKind::NotGrouping, UNSUITABLE);
    builder.finish(Vec::new(), &definition.procedure_map)
}

/// Names of the exclusion tables; a table's number is its place plus one.
pub(super) fn table_names(definition: &SchemeDefinition) -> Box<[Box<str>]> {
    let mut names: Vec<(&str, u32)> = table_numbers(definition).collect();
    names.sort_unstable_by_key(|&(_, number)| number);
    names.into_iter().map(|(name, _)| name.into()).collect()
}

/// Exclusion tables with their numbers, from 1: those with members and those only named.
fn table_numbers(definition: &SchemeDefinition) -> impl Iterator<Item = (&str, u32)> {
    let named = definition
        .complications
        .iter()
        .filter_map(|found| found.table.as_deref());
    let held = definition.exclusions.keys().map(|table| table.as_str());
    let tables: BTreeSet<&str> = held.chain(named).collect();
    tables.into_iter().zip(1..)
}

/// The part of a translation that the marks on known codes do not say.
fn translation(
    map: &BTreeMap<Code, Option<Code>>,
    number: &impl Fn(&str) -> Option<u32>,
) -> Translation {
    let mut targets: Vec<Target> = Vec::new();
    let mut target_ids: FxHashMap<&str, u32> = FxHashMap::default();
    let mut numbers: Vec<(&str, u32)> = Vec::new();
    for (source, target) in map {
        let target = target.as_ref().unwrap_or(source);
        if target == source && number(source).is_some() {
            continue;
        }
        let id = *target_ids.entry(target).or_insert_with(|| {
            targets.push(Target {
                code: target.clone(),
                facts: number(target).unwrap_or(0),
            });
            targets.len() as u32 - 1
        });
        numbers.push((source, id));
    }
    Translation {
        codes: CodeTable::new(numbers.into_iter()),
        targets,
    }
}

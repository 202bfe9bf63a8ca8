//! Which sets the rules name, and the rules themselves as nodes.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::problems::{self, CompileProblem, Place};
use crate::condition::{Conditions, Node, NodeId, Run, SetId, SetName};
use crate::definition::{Field, Rule, SchemeDefinition};

/// A bit of a row: membership in a set, or in a set with a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Membership<'d> {
    pub(super) set: &'d str,
    pub(super) class: Option<&'d str>,
}

/// The bits of one kind of codes. The classes of a set follow one another.
pub(super) type Bits<'d> = FxHashMap<Membership<'d>, u32>;

/// The sets that the rules of a definition name.
pub(super) struct Rules<'d> {
    pub(super) diagnosis_bits: Bits<'d>,
    pub(super) procedure_bits: Bits<'d>,
}

impl<'d> Rules<'d> {
    /// Goes through all rules, gives every set its bit and reports sets that do not exist.
    pub(super) fn collect(
        definition: &'d SchemeDefinition,
        problems: &mut Vec<CompileProblem>,
    ) -> Self {
        let mut uses = Uses {
            definition,
            diagnosis: BTreeSet::new(),
            procedure: BTreeSet::new(),
            problems,
        };
        for category in &definition.categories {
            uses.add(&category.rule, &|| Place::Category(category.code.clone()));
            for entry in &category.entries {
                uses.add(&entry.rule, &|| Place::Entry(entry.id.clone()));
                for drg in &entry.drgs {
                    uses.add(&drg.rule, &|| Place::Drg {
                        entry: entry.id.clone(),
                        drg: drg.drg.clone(),
                    });
                }
            }
        }
        let Uses {
            diagnosis,
            procedure,
            problems,
            ..
        } = uses;
        problems::check_width(diagnosis.len(), problems);
        problems::check_width(procedure.len(), problems);
        // The order of the tree puts the classes of a set next to one another.
        let number = |memberships: BTreeSet<Membership<'d>>| memberships.into_iter().zip(0..);
        Self {
            diagnosis_bits: number(diagnosis).collect(),
            procedure_bits: number(procedure).collect(),
        }
    }

    pub(super) fn bits(&self, field: Field) -> &Bits<'d> {
        if field.is_diagnosis() {
            &self.diagnosis_bits
        } else {
            &self.procedure_bits
        }
    }
}

struct Uses<'d, 'p> {
    definition: &'d SchemeDefinition,
    diagnosis: BTreeSet<Membership<'d>>,
    procedure: BTreeSet<Membership<'d>>,
    problems: &'p mut Vec<CompileProblem>,
}

impl<'d> Uses<'d, '_> {
    fn add(&mut self, rule: &'d Rule, place: &dyn Fn() -> Place) {
        match rule {
            Rule::And(rules) | Rule::Or(rules) => {
                rules.iter().for_each(|rule| self.add(rule, place));
            }
            Rule::Not(rule) => self.add(rule, place),
            Rule::In(field, set) | Rule::Count(field, set, ..) => {
                self.add_set(*field, set, &[], place);
            }
            Rule::InClass(field, set, class) => {
                self.add_set(*field, set, &[class.as_str()], place);
            }
            Rule::Classes(field, set, _) => {
                let definition = self.definition;
                let members = definition.sets.get(set).map(|set| set.members.as_slice());
                let classes: Vec<&str> = members
                    .unwrap_or_default()
                    .iter()
                    .map(|(_, class)| class.as_str())
                    .collect();
                self.add_set(*field, set, &classes, place);
            }
            Rule::Sex(sex) if !matches!(sex, 1 | 2) => {
                self.problems.push(CompileProblem::UnknownSex {
                    place: place(),
                    sex: *sex,
                });
            }
            Rule::Constant(_)
            | Rule::Has(_)
            | Rule::Sex(_)
            | Rule::Compare(..)
            | Rule::Department(_)
            | Rule::Disposition(_)
            | Rule::DiagnosisPrefix(_) => {}
        }
    }

    /// Notes the membership in the set, or in these classes of it.
    fn add_set(
        &mut self,
        field: Field,
        set: &'d str,
        classes: &[&'d str],
        place: &dyn Fn() -> Place,
    ) {
        if !self.definition.sets.contains_key(set) {
            let set = set.to_owned();
            self.problems.push(CompileProblem::UnknownSet {
                place: place(),
                set,
            });
            return;
        }
        let memberships = if field.is_diagnosis() {
            &mut self.diagnosis
        } else {
            &mut self.procedure
        };
        if classes.is_empty() {
            memberships.insert(Membership { set, class: None });
        }
        memberships.extend(classes.iter().map(|&class| Membership {
            set,
            class: Some(class),
        }));
    }
}

/// Turns rules into nodes.
pub(super) struct Lowering<'r, 'd> {
    rules: &'r Rules<'d>,
    conditions: Conditions,
    sets: FxHashMap<SetName, SetId>,
}

impl<'r, 'd> Lowering<'r, 'd> {
    pub(super) fn new(rules: &'r Rules<'d>) -> Self {
        let mut conditions = Conditions::default();
        for (is_diagnosis, bits) in [
            (true, &rules.diagnosis_bits),
            (false, &rules.procedure_bits),
        ] {
            let classes = bits.iter().filter_map(|(membership, &bit)| {
                Some(((is_diagnosis, bit), Box::from(membership.class?)))
            });
            conditions.classes.extend(classes);
        }
        Self {
            rules,
            conditions,
            sets: FxHashMap::default(),
        }
    }

    pub(super) fn finish(self) -> Conditions {
        self.conditions
    }

    /// Adds a rule; its sets are known to exist.
    pub(super) fn add(&mut self, rule: &Rule) -> NodeId {
        let node = match rule {
            Rule::Constant(value) => Node::Constant(*value),
            Rule::And(rules) => Node::And(self.add_all(rules)),
            Rule::Or(rules) => Node::Or(self.add_all(rules)),
            Rule::Not(rule) => Node::Not(self.add(rule)),
            Rule::In(field, set) => {
                let (bit, set) = self.bit(*field, set, None);
                Node::In {
                    field: *field,
                    bit,
                    set,
                }
            }
            Rule::InClass(field, set, class) => {
                let (bit, set) = self.bit(*field, set, Some(class));
                Node::In {
                    field: *field,
                    bit,
                    set,
                }
            }
            Rule::Classes(field, set, least) => {
                let classes =
                    self.rules.bits(*field).iter().filter(|(membership, _)| {
                        membership.set == set && membership.class.is_some()
                    });
                let (first_bit, bits) = classes.fold((u32::MAX, 0), |(first, count), (_, &bit)| {
                    (first.min(bit), count + 1)
                });
                // A set without members has no classes; its run is empty and stands nowhere.
                let first_bit = if bits == 0 { 0 } else { first_bit };
                let set = self.set(set, None);
                Node::Classes {
                    field: *field,
                    first_bit,
                    bits,
                    least: *least,
                    set,
                }
            }
            Rule::Count(field, set, comparison, number) => {
                let (bit, set) = self.bit(*field, set, None);
                let comparison = *comparison;
                Node::Count {
                    field: *field,
                    bit,
                    comparison,
                    number: *number,
                    set,
                }
            }
            Rule::Has(level) => Node::Has(*level),
            Rule::Sex(sex) => Node::Sex(*sex),
            Rule::Compare(number, comparison, value) => Node::Compare(*number, *comparison, *value),
            Rule::Department(text) => Node::Department(self.texts(std::slice::from_ref(text))),
            Rule::Disposition(texts) => Node::Disposition(self.texts(texts)),
            Rule::DiagnosisPrefix(text) => {
                Node::DiagnosisPrefix(self.texts(std::slice::from_ref(text)))
            }
        };
        self.conditions.nodes.push(node);
        self.conditions.nodes.len() as NodeId - 1
    }

    fn add_all(&mut self, rules: &[Rule]) -> Run {
        let children: Vec<NodeId> = rules.iter().map(|rule| self.add(rule)).collect();
        let first = self.conditions.children.len() as u32;
        self.conditions.children.extend_from_slice(&children);
        Run {
            first,
            length: children.len() as u32,
        }
    }

    fn bit(&mut self, field: Field, set: &str, class: Option<&str>) -> (u32, SetId) {
        let bit = *self
            .rules
            .bits(field)
            .get(&Membership { set, class })
            .expect("every set that a rule names was given a bit when the rules were collected");
        (bit, self.set(set, class))
    }

    fn set(&mut self, set: &str, class: Option<&str>) -> SetId {
        let name = SetName {
            set: set.into(),
            class: class.map(Into::into),
        };
        let sets = &mut self.conditions.sets;
        *self.sets.entry(name).or_insert_with_key(|name| {
            sets.push(name.clone());
            sets.len() as SetId - 1
        })
    }

    fn texts(&mut self, texts: &[String]) -> u32 {
        self.conditions
            .texts
            .push(texts.iter().map(|text| text.as_str().into()).collect());
        self.conditions.texts.len() as u32 - 1
    }
}

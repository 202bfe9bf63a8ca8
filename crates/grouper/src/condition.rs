//! Rules in the form in which they are evaluated: one flat list of nodes.

use rustc_hash::FxHashMap;

use crate::definition::{Comparison, Field, Level, Number};

/// Index into [`Conditions::nodes`].
pub(crate) type NodeId = u32;

/// All rules of a scheme.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) nodes: Vec<Node>,
    /// Children of the connectives, next to one another.
    pub(crate) children: Vec<NodeId>,
    /// Sets by [`SetId`], for wording.
    pub(crate) sets: Vec<SetName>,
    pub(crate) texts: Vec<Box<[Box<str>]>>,
    /// Names of the classes that have a bit, of diagnoses (`true`) and procedures, for wording.
    pub(crate) classes: FxHashMap<(bool, u32), Box<str>>,
}

/// Index into [`Conditions::sets`].
pub(crate) type SetId = u32;

/// What a set condition is called in the definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SetName {
    pub(crate) set: Box<str>,
    /// The class that is asked for, if one is.
    pub(crate) class: Option<Box<str>>,
}

/// A run of [`Conditions::children`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) first: u32,
    pub(crate) length: u32,
}

/// One condition.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node {
    Constant(bool),
    And(Run),
    Or(Run),
    Not(NodeId),
    /// Some code of the field has this bit in its row.
    In {
        field: Field,
        bit: u32,
        set: SetId,
    },
    /// The codes of the field together have at least so many bits of a run.
    Classes {
        field: Field,
        first_bit: u32,
        bits: u32,
        least: u32,
        set: SetId,
    },
    /// The number of different codes of the field with this bit, compared.
    Count {
        field: Field,
        bit: u32,
        comparison: Comparison,
        number: u32,
        set: SetId,
    },
    Has(Level),
    Sex(u8),
    Compare(Number, Comparison, i64),
    /// The department is the only text of this list.
    Department(u32),
    /// The way of leaving is one of the texts of this list.
    Disposition(u32),
    /// Some diagnosis begins with the only text of this list.
    DiagnosisPrefix(u32),
}

impl Conditions {
    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> Node {
        self.nodes[id as usize]
    }

    #[inline]
    pub(crate) fn children(&self, run: Run) -> &[NodeId] {
        &self.children[run.first as usize..(run.first + run.length) as usize]
    }

    /// Name of the class that a bit stands for.
    pub(crate) fn class(&self, field: Field, bit: u32) -> &str {
        self.classes
            .get(&(field.is_diagnosis(), bit))
            .map_or("", AsRef::as_ref)
    }

    /// The texts of a department, disposition or prefix condition.
    #[inline]
    pub(crate) fn texts(&self, list: u32) -> &[Box<str>] {
        &self.texts[list as usize]
    }
}

/// Whether a rule can hold, as far as one code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Holds,
    Fails,
    Open,
}

impl Conditions {
    /// The verdict when the verdicts of the simple conditions are known from elsewhere.
    pub(crate) fn verdict(&self, id: NodeId, leaf: &impl Fn(Node) -> Verdict) -> Verdict {
        let all = |run, decisive, otherwise| {
            let mut verdict = otherwise;
            for &child in self.children(run) {
                match self.verdict(child, leaf) {
                    found if found == decisive => return decisive,
                    Verdict::Open => verdict = Verdict::Open,
                    _ => {}
                }
            }
            verdict
        };
        match self.node(id) {
            Node::Constant(true) => Verdict::Holds,
            Node::Constant(false) => Verdict::Fails,
            Node::And(run) => all(run, Verdict::Fails, Verdict::Holds),
            Node::Or(run) => all(run, Verdict::Holds, Verdict::Fails),
            Node::Not(inner) => match self.verdict(inner, leaf) {
                Verdict::Holds => Verdict::Fails,
                Verdict::Fails => Verdict::Holds,
                Verdict::Open => Verdict::Open,
            },
            simple => leaf(simple),
        }
    }
}

//! Which steps a stay can reach at all, as far as one of its codes tells.
//!
//! A stay of a scheme with 400 entries can usually end in a handful of them. For every row of the
//! principal diagnosis and for every row of the first procedure the steps that are not ruled out
//! are marked in a bit mask; grouping tries only what both masks have in common.

use super::steps::Walkway;
use crate::code_facts::CodeFacts;
use crate::condition::{Conditions, Node, Verdict};
use crate::definition::Field;

/// Diagnoses or procedures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Diagnosis,
    Procedure,
}

/// Fills the masks of one kind.
pub(super) fn fill(codes: &mut CodeFacts, conditions: &Conditions, walk: &Walkway, kind: Kind) {
    let (first, any) = match kind {
        Kind::Diagnosis => (Field::PrincipalDiagnosis, Field::AnyDiagnosis),
        Kind::Procedure => (Field::PrincipalProcedure, Field::AnyProcedure),
    };
    let rows = codes.rows.len() / codes.words;
    let mut masks = Vec::with_capacity(rows * walk.mask_words());
    for row in 0..rows as u32 {
        let leaf = |node| match node {
            Node::In { field, bit, .. } if field == first => {
                if codes.has_bit(row, bit) {
                    Verdict::Holds
                } else {
                    Verdict::Fails
                }
            }
            Node::In { field, bit, .. } if field == any && codes.has_bit(row, bit) => {
                Verdict::Holds
            }
            _ => Verdict::Open,
        };
        extend(&mut masks, conditions, walk, &leaf);
    }
    codes.candidates = masks;
}

/// The mask of a stay without any procedure.
pub(super) fn without_procedures(conditions: &Conditions, walk: &Walkway) -> Box<[u64]> {
    let mut mask = Vec::new();
    let leaf = |node| match node {
        Node::In { field, .. } if !field.is_diagnosis() => Verdict::Fails,
        _ => Verdict::Open,
    };
    extend(&mut mask, conditions, walk, &leaf);
    mask.into()
}

/// Appends the mask that follows from what is known about the simple conditions.
fn extend(
    masks: &mut Vec<u64>,
    conditions: &Conditions,
    walk: &Walkway,
    leaf: &impl Fn(Node) -> Verdict,
) {
    let start = masks.len();
    masks.resize(start + walk.mask_words(), 0);
    for category in &walk.categories {
        if conditions.verdict(category.rule, leaf) == Verdict::Fails {
            continue;
        }
        let steps = category.first_step as usize..(category.first_step + category.steps) as usize;
        for (at, step) in steps.clone().zip(&walk.steps[steps]) {
            if conditions.verdict(step.rule, leaf) != Verdict::Fails {
                masks[start + at / 64] |= 1 << (at % 64);
            }
        }
    }
}

impl Walkway {
    /// Words of a mask over all steps.
    pub(crate) fn mask_words(&self) -> usize {
        self.steps.len().div_ceil(64).max(1)
    }
}

//! What the code packs tell the checks.

use std::fmt;

use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_terminology::{Status, fold_name};
use biaochi_warehouse::checks::Lookups;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Content;

/// Id of the list of diagnoses that cannot be principal ones.
const NOT_PRINCIPAL: &str = "icd-10/not-principal";

type KnownCodes = dyn Fn(&'static str, &str) -> bool + Send + Sync;

/// The code packs, quick to ask.
pub struct CodeLookups {
    known: Box<KnownCodes>,
    /// Names by code, folded; for diagnoses and procedures.
    names: [FxHashMap<Box<str>, Vec<Box<str>>>; 2],
    /// Diagnoses that cannot be principal ones: those listed, and grey codes.
    not_principal: FxHashSet<Box<str>>,
}

impl fmt::Debug for CodeLookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeLookups")
    }
}

impl CodeLookups {
    /// Reads the code packs of the content.
    pub fn new(content: &Content) -> Self {
        let codes = content.codes();
        let names = [DIAGNOSES, PROCEDURES].map(|id| {
            let mut names = FxHashMap::<Box<str>, Vec<Box<str>>>::default();
            let Some(system) = codes.system(id) else {
                return names;
            };
            for concept in system.concepts() {
                let others = system.other_names(concept.code()).iter();
                let all = concept
                    .name()
                    .into_iter()
                    .chain(others.map(|other| &*other.name));
                let all = all.map(|name| fold_name(name).into_boxed_str());
                names.insert(concept.code().into(), all.collect());
            }
            names
        });
        let list = codes.list(NOT_PRINCIPAL);
        let diagnoses = codes.system(DIAGNOSES).into_iter();
        let grey = diagnoses
            .flat_map(|system| system.concepts())
            .filter(|concept| concept.status() == Status::Grey)
            .map(|concept| concept.code());
        Self {
            known: Box::new(content.known_codes()),
            names,
            not_principal: list
                .into_iter()
                .flat_map(|list| list.codes())
                .chain(grey)
                .map(Into::into)
                .collect(),
        }
    }

    fn names(&self, system: &str) -> &FxHashMap<Box<str>, Vec<Box<str>>> {
        &self.names[usize::from(system == PROCEDURES)]
    }
}

impl Lookups for CodeLookups {
    fn in_value_set(&self, set: &'static str, code: &str) -> bool {
        (self.known)(set, code)
    }

    fn known_code(&self, system: &str, code: &str) -> bool {
        self.names(system).contains_key(code)
    }

    fn name_matches(&self, system: &str, code: &str, name: &str) -> Option<bool> {
        let names = self.names(system).get(code)?;
        if names.is_empty() {
            return None;
        }
        let same = names.iter().any(|known| **known == *name);
        Some(
            same || {
                let folded = fold_name(name);
                names.iter().any(|known| **known == *folded)
            },
        )
    }

    fn invalid_principal(&self, code: &str) -> bool {
        self.not_principal.contains(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_without_a_known_name_is_neither_right_nor_wrong() {
        let content = Content::load(&[]).expect("the program's packs");
        let lookups = CodeLookups::new(&content);
        for (code, name, expected) in [
            ("K66.002", "肠粘连", Some(true)),
            ("K66.002", " 肠 粘连", Some(true)),
            ("K66.002", "肠梗阻", Some(false)),
            // Of the clinical edition only: the sources give no name.
            ("A16.502", "结核性胸膜炎", None),
            ("I21.999", "随便写的", None),
        ] {
            let found = lookups.name_matches(DIAGNOSES, code, name);
            assert_eq!(found, expected, "{code} {name}");
        }
    }
}

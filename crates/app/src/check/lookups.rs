//! What the code packs tell the checks.

use std::fmt;

use biaochi_packs::codes::DIAGNOSES;
use biaochi_terminology::{Status, fold_name};
use biaochi_warehouse::checks::Lookups;
use rustc_hash::FxHashSet;

use crate::Content;
use crate::content::LoadedCodes;

/// Id of the list of diagnoses that cannot be principal ones.
const NOT_PRINCIPAL: &str = "icd-10/not-principal";

type KnownCodes = dyn Fn(&'static str, &str) -> bool + Send + Sync;

/// The code packs as checks ask them.
pub struct CodeLookups {
    known: Box<KnownCodes>,
    codes: LoadedCodes,
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
        let list = codes.list(NOT_PRINCIPAL);
        let diagnoses = codes.system(DIAGNOSES).into_iter();
        let grey = diagnoses
            .flat_map(|system| system.concepts())
            .filter(|concept| concept.status() == Status::Grey)
            .map(|concept| concept.code());
        Self {
            known: Box::new(content.known_codes()),
            codes: content.shared_codes(),
            not_principal: list
                .into_iter()
                .flat_map(|list| list.codes())
                .chain(grey)
                .map(Into::into)
                .collect(),
        }
    }
}

impl Lookups for CodeLookups {
    fn in_value_set(&self, set: &'static str, code: &str) -> bool {
        (self.known)(set, code)
    }

    fn known_code(&self, system: &str, code: &str) -> bool {
        let system = self.codes.system(system);
        system.is_some_and(|system| system.get(code).is_some())
    }

    fn name_matches(&self, system: &str, code: &str, name: &str) -> Option<bool> {
        let system = self.codes.system(system)?;
        let own = system.get(code)?.name();
        let others = system.other_names(code).iter().map(|other| &*other.name);
        let names = || own.into_iter().chain(others.clone());
        names().next()?;
        // Most names are written as they stand in the code system.
        let same = names().any(|known| known == name);
        Some(
            same || {
                let folded = fold_name(name);
                names().any(|known| fold_name(known) == folded)
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

//! Whether a code that stands in a front page is one.

use biaochi_packs::codes::{Codes, DIAGNOSES, PROCEDURES};
use biaochi_terminology::ValueSet;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Content;

/// One value set, quick to ask.
enum Known {
    /// Exactly the codes of this system.
    System(&'static str),
    /// These codes, and others that the set describes.
    Open(FxHashSet<Box<str>>, ValueSet),
}

impl Known {
    fn contains(&self, systems: &Codes, code: &str) -> bool {
        match self {
            Self::System(id) => systems
                .system(id)
                .is_none_or(|system| system.get(code).is_some()),
            Self::Open(codes, set) => codes.contains(code) || set.contains(code),
        }
    }
}

impl Content {
    /// Tells for every filled code of a record whether its value set has it, as reading files asks.
    ///
    /// Diagnoses and procedures may be of either national edition. A set that no pack describes
    /// (morphology, Chinese medicine) knows every code.
    pub fn known_codes(&self) -> impl Fn(&'static str, &str) -> bool + Send + Sync + use<> {
        let mut sets: FxHashMap<String, Known> = FxHashMap::default();
        for set in self.codes().value_sets() {
            let codes = set
                .members
                .iter()
                .map(|member| member.code.as_str().into())
                .collect();
            sets.insert(set.id.clone(), Known::Open(codes, set.clone()));
        }
        for (name, id) in [("ICD-10", DIAGNOSES), ("ICD-9-CM-3", PROCEDURES)] {
            sets.insert(name.to_owned(), Known::System(id));
        }
        let codes = self.shared_codes();
        move |set, code| {
            sets.get(set)
                .is_none_or(|known| known.contains(&codes, code))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_codes() {
        let known = Content::load(&[])
            .expect("the program's packs")
            .known_codes();
        let cases = [
            ("RC001", "1", true),
            ("RC001", "7", false),
            ("RC028@tcm2019", "1", true),
            ("RC028@tcm2019", "8", false),
            ("RC014-1", "9", false),
            ("ICD-10", "I10.x00x002", true),
            ("ICD-10", "I10.nonsense", false),
            ("ICD-9-CM-3", "47.0100", true),
            ("TCM95", "anything", true),
        ];
        for (set, code, expected) in cases {
            assert_eq!(known(set, code), expected, "{set} {code}");
        }
    }
}

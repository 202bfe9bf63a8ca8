//! The code packs, as suggestions ask them.

use std::sync::Arc;

use biaochi_checks::KnownCodes;
use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_terminology::{CodeSystem, fold_name};

use crate::Content;
use crate::compiled::KnownCodes as Known;

/// The code packs of a content.
pub(super) struct PackCodes<'a> {
    content: &'a Content,
    known: Arc<Known>,
}

impl<'a> PackCodes<'a> {
    pub(super) fn new(content: &'a Content) -> Self {
        Self {
            content,
            known: Arc::new(content.known_codes()),
        }
    }

    /// The same with what is known of its value sets.
    pub(super) fn with(content: &'a Content, known: &Arc<Known>) -> Self {
        let known = Arc::clone(known);
        Self { content, known }
    }

    fn system(&self, set: &str) -> Option<&CodeSystem> {
        let id = match set {
            "ICD-10" => DIAGNOSES,
            "ICD-9-CM-3" => PROCEDURES,
            _ => return None,
        };
        self.content.codes().system(id)
    }
}

impl KnownCodes for PackCodes<'_> {
    fn has(&self, set: &'static str, code: &str) -> bool {
        (self.known)(set, code)
    }

    fn in_other_case(&self, set: &'static str, code: &str) -> Option<String> {
        let found = self.system(set)?.find(code)?.code();
        found.eq_ignore_ascii_case(code).then(|| found.to_owned())
    }

    fn is_name_of(&self, set: &'static str, code: &str, name: &str) -> bool {
        let Some(system) = self.system(set) else {
            return false;
        };
        let wanted = fold_name(name);
        let own = system.get(code).and_then(|concept| concept.name());
        let others = system.other_names(code).iter().map(|other| &*other.name);
        own.into_iter()
            .chain(others)
            .any(|known| fold_name(known) == wanted)
    }
}

//! Codes that may stand in a field, found by code, name or initials.

use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_records::Layout;

use crate::Content;

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeChoice {
    /// The code.
    pub code: String,
    /// Its Chinese name; empty when it has none.
    pub name: String,
}

/// The best codes of a value set of a layout for what somebody typed; all of a small set when nothing was typed.
pub fn code_choices(
    content: &Content,
    set: &str,
    layout: Layout,
    text: &str,
    limit: usize,
) -> Vec<CodeChoice> {
    let text = text.trim();
    if let Some(id) = system_of(set) {
        let system = content.codes().system(id);
        let hits = system.map(|system| system.search(text, limit));
        let hits = hits.unwrap_or_default().into_iter();
        return hits
            .map(|hit| CodeChoice {
                code: hit.concept.code().to_owned(),
                name: hit.concept.name().unwrap_or_default().to_owned(),
            })
            .collect();
    }
    let codes = content.codes();
    let set = codes
        .value_set(set)
        .or_else(|| codes.value_set_in(set, layout.id()));
    let members = set.into_iter().flat_map(|set| &set.members);
    let typed = text.to_lowercase();
    let fits = |code: &str, name: &str| {
        typed.is_empty()
            || code.to_lowercase().starts_with(&typed)
            || name.contains(text)
            || biaochi_terminology::initials(name)
                .to_lowercase()
                .starts_with(&typed)
    };
    members
        .filter(|member| fits(&member.code, &member.name))
        .take(limit)
        .map(|member| CodeChoice {
            code: member.code.clone(),
            name: member.name.clone(),
        })
        .collect()
}

/// What a code means, as far as the packs know.
pub(super) fn name_of(content: &Content, set: &str, code: &str) -> Option<String> {
    let codes = content.codes();
    if let Some(id) = system_of(set) {
        let concept = codes.system(id)?.get(code)?;
        return concept.name().map(str::to_owned);
    }
    codes.value_set(set)?.name_of(code).map(str::to_owned)
}

fn system_of(set: &str) -> Option<&'static str> {
    match set {
        "ICD-10" => Some(DIAGNOSES),
        "ICD-9-CM-3" => Some(PROCEDURES),
        _ => None,
    }
}

/// Beginnings of codes that somebody means: what looks like a code is one, everything else a name or initials. `None`
/// when nothing is known by that name.
pub(super) fn meant(content: &Content, set: &str, text: &str, most: usize) -> Option<Vec<String>> {
    let text = text.trim();
    if text.is_ascii() && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Some(vec![text.to_uppercase().replace('|', "")]);
    }
    let system = content.codes().system(system_of(set)?)?;
    let hits = system.search_literal(text, most).into_iter();
    let codes: Vec<String> = hits.map(|hit| hit.concept.code().to_owned()).collect();
    (!codes.is_empty()).then_some(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_code_name_and_initials() {
        let content = Content::load(&[]).expect("the program's packs");
        let sexes = code_choices(&content, "RC001", Layout::Hqms811, "", 10);
        assert!(sexes.iter().any(|one| one.code == "1"), "{sexes:?}");
        let found = code_choices(&content, "ICD-10", Layout::Hqms811, "高血压", 10);
        assert!(
            found.iter().any(|one| one.code.starts_with("I10")),
            "{found:?}"
        );
        assert_eq!(
            meant(&content, "ICD-10", "i21", 10),
            Some(vec!["I21".to_owned()])
        );
        let initials = meant(&content, "ICD-10", "gxy", 50).expect("known");
        assert!(
            initials.iter().any(|code| code.starts_with("I1")),
            "{initials:?}"
        );
        assert_eq!(meant(&content, "ICD-10", "没有这样的病名啊", 50), None);
    }
}

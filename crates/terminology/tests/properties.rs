//! What holds for any code system and any query.

use biaochi_terminology::{
    CodeList, CodeSystem, Concept, ConceptMap, Edition, Kind, Reason, Translation, fold_code,
    fold_name, initials,
};
use proptest::prelude::*;

/// Names of few characters, so that they often share parts; with polyphones, letters and signs.
const NAME: &str = "[急慢性肺心肾炎重长行血0-2a-cⅡβ（）, ]{1,9}";

fn any_system() -> impl Strategy<Value = (CodeSystem, Vec<(String, String)>)> {
    let rows = prop::collection::btree_map("[A-D][0-9]{2}\\.[0-9x]{1,3}", NAME, 1..40);
    rows.prop_map(|rows| {
        let mut builder = CodeSystem::builder("test", "测试", Kind::Diagnosis);
        for (code, name) in &rows {
            builder.add(Concept::new(code, name, Edition::Both));
        }
        (builder.build(), rows.into_iter().collect())
    })
}

proptest! {
    #[test]
    fn own_name_and_own_code_come_first((system, rows) in any_system()) {
        for (code, name) in &rows {
            let folded = fold_name(name);
            if !folded.is_empty() {
                let hits = system.search(name, rows.len());
                prop_assert!(hits.iter().any(|hit| hit.concept.code() == code), "{}", name);
                // A short name of letters and digits can also be the beginning of a code.
                if !folded.is_ascii() {
                    prop_assert_eq!(hits[0].reason, Reason::Name);
                    prop_assert_eq!(fold_name(hits[0].matched), folded);
                }
            }
            let hits = system.search(code, rows.len());
            prop_assert_eq!((hits[0].concept.code(), hits[0].reason), (code.as_str(), Reason::Code));
            prop_assert_eq!(system.find(&fold_code(code)).map(Concept::code), Some(code.as_str()));
        }
    }

    #[test]
    fn initials_find_the_name((system, rows) in any_system()) {
        for (code, name) in &rows {
            let typed = initials(name);
            if typed.len() >= 2 && typed.bytes().any(|b| b.is_ascii_alphabetic()) {
                let hits = system.search(&typed, rows.len());
                prop_assert!(hits.iter().any(|hit| hit.concept.code() == code), "{} {}", name, typed);
            }
        }
    }

    #[test]
    fn results_are_distinct_ordered_and_within_the_limit(
        (system, _) in any_system(),
        query in prop_oneof![NAME.prop_map(String::from), "\\PC{0,20}".prop_map(String::from)],
        limit in 0..12usize,
    ) {
        let hits = system.search(&query, limit);
        prop_assert!(hits.len() <= limit);
        let mut codes: Vec<&str> = hits.iter().map(|hit| hit.concept.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        prop_assert_eq!(codes.len(), hits.len());
        let likeness = |reason| match reason {
            Reason::Similar { per_mille } => i32::from(per_mille),
            _ => 1001,
        };
        for pair in hits.windows(2) {
            prop_assert!(likeness(pair[0].reason) >= likeness(pair[1].reason));
            if likeness(pair[1].reason) > 1000 {
                prop_assert!(pair[0].reason <= pair[1].reason);
            }
        }
        // More places never lose a result.
        let more = system.search(&query, limit + 5);
        prop_assert_eq!(&more[..hits.len().min(more.len())], &hits[..]);
    }

    #[test]
    fn a_map_gives_back_what_went_in(
        rows in prop::collection::btree_map("[a-e]", prop::option::of("[a-e]"), 0..5),
        kept in prop::collection::btree_set("[a-e]", 0..5),
        removed in prop::collection::btree_set("[a-e]", 0..3),
    ) {
        let shared = CodeList::new("kept", "", kept.iter().map(String::as_str));
        let mut map = ConceptMap::new("test", "测试").with_unchanged(shared.into());
        for code in &removed {
            map.remove(code);
        }
        for (source, target) in &rows {
            map.insert(source, target.as_deref());
        }
        for code in ["a", "b", "c", "d", "e", "f"] {
            let expected = match rows.get(code) {
                Some(Some(target)) if target != code => Translation::To(target),
                Some(_) => Translation::Unchanged,
                None if kept.contains(code) && !removed.contains(code) => Translation::Unchanged,
                None => Translation::None,
            };
            prop_assert_eq!(map.translate(code), expected);
            for (source, target) in map.rows() {
                let leads_here = target.unwrap_or(source) == code;
                prop_assert_eq!(map.sources_of(code).contains(&source), leads_here);
            }
        }
        prop_assert_eq!(map.rows().len(), map.len());
    }
}

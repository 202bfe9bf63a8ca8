//! What holds for any code system and any query.

use biaochi_terminology::unify::{Choice, Means, Question, Relation, Source, Unifier, Verdict};
use biaochi_terminology::{
    CodeList, CodeSystem, Concept, ConceptMap, Edition, Kind, Reason, Score, Translation,
    fold_code, fold_name, initials,
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
        let literal = hits.iter().filter(|hit| likeness(hit.reason) > 1000);
        let literal: Vec<_> = literal.copied().collect();
        prop_assert_eq!(system.search_literal(&query, limit), literal);
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

    #[test]
    fn likeness_is_symmetric_and_within_bounds(
        (system, _) in any_system(),
        one in prop_oneof![NAME.prop_map(String::from), "\\PC{0,80}".prop_map(String::from)],
        other in prop_oneof![NAME.prop_map(String::from), "\\PC{0,80}".prop_map(String::from)],
    ) {
        let score = system.likeness(&one, &other);
        prop_assert_eq!(score, system.likeness(&other, &one));
        prop_assert!(score <= Score::ONE);
        let same = fold_name(&one) == fold_name(&other) && !fold_name(&one).is_empty();
        prop_assert_eq!(score == Score::ONE, same);
        let itself = system.likeness(&one, &one);
        prop_assert_eq!(itself == Score::ONE, !fold_name(&one).is_empty());
    }

    #[test]
    fn a_search_by_likeness_tells_the_likeness((system, rows) in any_system(), query in NAME) {
        let names: std::collections::BTreeMap<_, _> = rows.into_iter().collect();
        for hit in system.search(&query, 40) {
            if let Reason::Similar { per_mille } = hit.reason {
                let name = &names[hit.concept.code()];
                prop_assert_eq!(system.likeness(&query, name), Score::per_mille(per_mille));
            }
        }
    }

    #[test]
    fn unified_codes_stay_and_one_to_one_codes_come_back(
        (system, rows) in any_system(),
        targets in prop::collection::vec(prop::option::of(0..40usize), 40),
        name in NAME,
    ) {
        // Half of the codes are in the map, each kept or led to some other code.
        let mut map = ConceptMap::new("test", "测试");
        for (at, (code, _)) in rows.iter().enumerate() {
            if let Some(target) = targets[at] {
                map.insert(code, rows.get(target).map(|row| row.0.as_str()));
            }
        }
        let unifier = Unifier::new(&system, Some(&map));
        for (code, _) in &rows {
            // Whatever name stands beside it.
            let answer = unifier.answer(&Question::of(code, &name));
            prop_assert_eq!(answer.verdict, Verdict::Exact);
            prop_assert_eq!(&*answer.decided().expect("exact").code, code.as_str());

            let there = unifier.answer(&Question::of(code, "").from(Source::Clinical));
            let first = there.decided().expect("every code is known");
            let back = Question::of(&first.code, "").back();
            let back = unifier.answer(&back);
            let sources = map.sources_of(&first.code);
            if first.means == Means::Map && sources.len() == 1 {
                prop_assert_eq!(there.verdict, Verdict::Exact);
                prop_assert_eq!(back.verdict, Verdict::Exact);
            }
            if first.means == Means::Map {
                let ways_back = back.candidates.iter().filter(|way| &*way.code == code.as_str());
                // Ten candidates are shown; with fewer sources each of them is one.
                prop_assert!(sources.len() > 10 || ways_back.count() == 1);
            }
        }
    }

    #[test]
    fn every_answer_is_consistent(
        (system, rows) in any_system(),
        code in prop_oneof!["[A-D][0-9]{2}\\.[0-9x]{1,3}".prop_map(String::from), "\\PC{0,12}".prop_map(String::from)],
        name in prop_oneof![NAME.prop_map(String::from), "\\PC{0,12}".prop_map(String::from)],
        choices in prop::collection::vec((0..60usize, any::<bool>(), any::<bool>()), 0..4),
        limit in 0..6usize,
        back in any::<bool>(),
    ) {
        let choices = choices.into_iter().map(|(at, confirmed, same)| Choice {
            code: code.clone(),
            name: name.clone(),
            target: rows.get(at).map_or_else(|| "Z99".to_owned(), |row| row.0.clone()),
            confirmed,
            same,
        });
        let unifier = Unifier::new(&system, None).with_choices(choices.collect());
        let question = Question { limit, ..Question::of(&code, &name) };
        let answer = unifier.answer(&if back { question.back() } else { question });
        prop_assert!(answer.candidates.len() <= limit.max(1));
        prop_assert_eq!(answer.candidates.is_empty(), answer.verdict == Verdict::None);
        prop_assert_eq!(answer.decided().is_some(), answer.verdict.is_decided());
        if let Some(decided) = answer.decided() {
            prop_assert!(decided.relation != Relation::Alike && decided.means != Means::Proposed);
        }
        let mut codes: Vec<_> = answer.candidates.iter().map(|found| &*found.code).collect();
        codes.sort_unstable();
        codes.dedup();
        prop_assert_eq!(codes.len(), answer.candidates.len());
    }
}

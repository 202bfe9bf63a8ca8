//! The code packs and the scheme packs speak of the same codes.

use std::collections::BTreeSet;

use biaochi_grouper::definition::{Code, SchemeDefinition};
use biaochi_packs::codes::{Codes, DIAGNOSES, PROCEDURES};
use biaochi_terminology::ConceptMap;

/// What published schemes hold that is no code: a name glued to one, a code glued to itself, a
/// blank before one. They match nothing and are kept as published.
const SLIPS: [&str; 3] = [
    "18.2900x018耳后瘘管切除术",
    "42.4200.42.4200x001",
    " B06.801+J17.1*",
];

fn codes_of(scheme: &SchemeDefinition) -> impl Iterator<Item = &Code> {
    let sets = scheme
        .sets
        .values()
        .flat_map(|set| set.members.iter().map(|member| &member.0));
    let severe = scheme
        .complications
        .iter()
        .map(|complication| &complication.code);
    let maps = scheme.diagnosis_map.iter().chain(&scheme.procedure_map);
    sets.chain(severe)
        .chain(scheme.exclusions.values().flatten())
        .chain(maps.flat_map(|(source, target)| std::iter::once(source).chain(target)))
        .chain(scheme.hints.values().flatten())
}

#[test]
fn every_code_of_every_scheme_is_known() {
    let codes = Codes::embedded();
    let systems = [DIAGNOSES, PROCEDURES].map(|id| codes.system(id).expect("a system"));
    let mut unknown = BTreeSet::new();
    let mut slips = BTreeSet::new();
    let mut schemes = 0;
    for info in biaochi_packs::schemes() {
        let scheme = biaochi_packs::load_scheme(&info.id).expect("a scheme of the program");
        schemes += 1;
        for code in codes_of(&scheme) {
            let known = systems.iter().any(|system| system.get(code).is_some());
            match SLIPS.iter().find(|slip| **slip == code.as_str()) {
                Some(slip) => _ = slips.insert(*slip),
                None if !known => _ = unknown.insert((info.id.clone(), code.to_string())),
                None => {}
            }
        }
    }
    assert!(schemes >= 32, "{schemes}");
    assert_eq!(unknown, BTreeSet::new());
    assert_eq!(slips, BTreeSet::from(SLIPS));
}

#[test]
fn translations_are_those_of_the_schemes() {
    let codes = Codes::embedded();
    for (scheme, edition) in [
        ("chs_drg_20", ""),
        ("chs_drg_11", "-2022"),
        ("suzhou_2023", "-2022-suzhou"),
    ] {
        let scheme = biaochi_packs::load_scheme(scheme).expect("a scheme of the program");
        for (id, theirs) in [
            (DIAGNOSES, &scheme.diagnosis_map),
            (PROCEDURES, &scheme.procedure_map),
        ] {
            let map: &ConceptMap = codes
                .map(&format!("{id}/clinical-to-insurance{edition}"))
                .expect("a map");
            let ours = map.rows();
            assert_eq!(ours.len(), theirs.len(), "{id}{edition}");
            for ((source, target), (their_source, their_target)) in ours.into_iter().zip(theirs) {
                assert_eq!(source, their_source);
                // The blank before one target in the schemes is a slip of their source.
                let their_target = their_target.as_deref().map(str::trim);
                assert_eq!(
                    target,
                    their_target.filter(|code| *code != source),
                    "{source}"
                );
            }
        }
    }
}

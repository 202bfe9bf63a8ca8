//! Any two schemes: the second, saved as changes to the first, reads as itself.

use std::collections::BTreeMap;

use biaochi_grouper::definition::{
    Category, Check, Code, CodeSet, Comparison, Complication, DrgRule, Entry, Field, HintKind,
    Level, Number, Rule, SchemeDefinition,
};
use biaochi_packs::{Document, Library, Manifest, SaveBase, save_scheme};
use proptest::prelude::*;
use tempfile::TempDir;

const SETS: [&str; 4] = ["A/dx", "A/px", "B/sites", "@valid"];
const CODES: [&str; 8] = [
    "A01.000",
    "A01.000x001",
    "A01.001",
    "A54.202+N51.0*",
    "B02",
    "S00.100",
    "00.6600x004",
    "96.7201",
];
const TABLES: [&str; 3] = ["1", "12", "999"];

fn any_code() -> impl Strategy<Value = Code> {
    prop::sample::select(CODES.as_slice()).prop_map(Code::new)
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let set = prop::sample::select(SETS.as_slice()).prop_map(str::to_owned);
    prop_oneof![
        any::<bool>().prop_map(Rule::Constant),
        set.prop_map(|set| Rule::In(Field::AnyDiagnosis, set)),
        (0..99_i64).prop_map(|age| Rule::Compare(Number::Age, Comparison::LessOrEqual, age)),
        Just(Rule::Or(vec![Rule::Has(Level::Mcc), Rule::Has(Level::Cc)])),
    ]
}

fn any_entry(id: String) -> impl Strategy<Value = Entry> {
    let adrg: String = id.chars().take(3).collect();
    let fallback = prop_oneof![
        Just(None),
        Just(Some(adrg.clone())),
        Just(Some("AQY".to_owned()))
    ];
    let drgs = prop::collection::vec((0..4_u8, any_rule()), 0..4);
    (any_rule(), drgs, fallback).prop_map(move |(rule, drgs, fallback)| Entry {
        id: id.clone(),
        adrg: adrg.clone(),
        rule,
        drgs: drgs
            .into_iter()
            .map(|(last, rule)| DrgRule {
                drg: format!("{adrg}{last}"),
                rule,
            })
            .collect(),
        fallback,
    })
}

/// Some of the entries `AA1`, `AB1_1`, `AB1_2`, `AC1` in any order.
fn any_category(letter: char) -> impl Strategy<Value = Category> {
    let ids = ["A1", "B1_1", "B1_2", "C1", "D1"].map(|rest| format!("{letter}{rest}"));
    prop::sample::subsequence(ids.to_vec(), 0..=5)
        .prop_shuffle()
        .prop_flat_map(|ids| ids.into_iter().map(any_entry).collect::<Vec<_>>())
        .prop_flat_map(move |entries| (any_rule(), Just(entries)))
        .prop_map(move |(rule, entries)| Category {
            code: format!("MDC{letter}"),
            rule,
            entries,
        })
}

fn any_set() -> impl Strategy<Value = CodeSet> {
    let class = prop::sample::select(["", "1", "头颈部"].as_slice());
    prop::collection::btree_map(any_code(), class, 0..8).prop_map(|members| CodeSet {
        members: members
            .into_iter()
            .map(|(code, class)| (code, class.into()))
            .collect(),
    })
}

fn any_scheme() -> impl Strategy<Value = SchemeDefinition> {
    let categories = prop::sample::subsequence(vec!['A', 'B', 'C'], 1..=3)
        .prop_shuffle()
        .prop_flat_map(|letters| letters.into_iter().map(any_category).collect::<Vec<_>>());
    let table = prop::option::of(prop::sample::select(TABLES.as_slice()));
    let level = prop_oneof![Just(Level::Mcc), Just(Level::Cc)];
    let exclusions = prop::collection::btree_map(
        prop::sample::select(TABLES.as_slice()),
        prop::collection::btree_set(any_code(), 1..4),
        0..3,
    );
    let map = || prop::collection::btree_map(any_code(), prop::option::of(any_code()), 0..6);
    let names = prop::collection::btree_map("[A-C][A-D]1", "[伴不症，（）a-z]{1,6}", 0..5);
    (
        categories,
        SETS.map(|_| any_set()),
        prop::collection::btree_map(any_code(), (level, table), 0..6),
        exclusions,
        (map(), map()),
        names,
        prop::collection::btree_set(any_code(), 1..4),
    )
        .prop_map(
            |(categories, sets, complications, exclusions, maps, names, grey)| SchemeDefinition {
                categories,
                sets: SETS.map(str::to_owned).into_iter().zip(sets).collect(),
                complications: complications
                    .into_iter()
                    .map(|(code, (level, table))| Complication {
                        code,
                        level,
                        table: table.map(Into::into),
                    })
                    .collect(),
                exclusions: exclusions
                    .into_iter()
                    .map(|(table, codes)| (table.into(), codes.into_iter().collect()))
                    .collect(),
                diagnosis_map: maps.0,
                procedure_map: maps.1,
                names,
                checks: vec![Check::Sex],
                ungrouped_code: "0000".to_owned(),
                hints: BTreeMap::from([(HintKind::GreyDiagnosis, grey.into_iter().collect())]),
                ..SchemeDefinition::default()
            },
        )
}

fn manifest(id: &str, base: Option<&str>, fallback_to_adrg: Option<bool>) -> Manifest {
    let mut manifest = Manifest {
        id: id.to_owned(),
        title: "测试 \"一\"".to_owned(),
        version: "1".to_owned(),
        place: "本院".to_owned(),
        base: base.map(str::to_owned),
        licence: "CC0-1.0".to_owned(),
        document: Document {
            title: "无".to_owned(),
            number: "无".to_owned(),
            issuer: "无".to_owned(),
            issued: Some("2026-09-02".to_owned()),
        },
        ..Manifest::default()
    };
    manifest.parameters.checks = Some(vec![Check::Sex]);
    manifest.parameters.fallback_to_adrg = fallback_to_adrg;
    manifest
}

fn same(mut found: SchemeDefinition, expected: &SchemeDefinition) -> Result<(), TestCaseError> {
    found.id.clear();
    found.title.clear();
    found.content_hash.clear();
    prop_assert_eq!(&found, expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn one_scheme_as_changes_to_another(
        base in any_scheme(),
        target in any_scheme(),
        base_to_adrg in any::<bool>(),
        to_adrg in prop::option::of(any::<bool>()),
    ) {
        let folder = TempDir::new().unwrap();
        let save = |id: &str, definition, base: Option<(&str, SaveBase<'_>)>, to_adrg| {
            let manifest = manifest(id, base.map(|base| base.0), to_adrg);
            save_scheme(&folder.path().join(id), &manifest, definition, base.map(|base| base.1)).unwrap();
        };
        save("base", &base, None, Some(base_to_adrg));
        let changes = SaveBase { definition: &base, fallback_to_adrg: base_to_adrg };
        save("target", &target, Some(("base", changes)), to_adrg);
        let library = Library::default().with_folder(folder.path()).unwrap();
        prop_assert_eq!(library.problems(), []);
        same(library.load_scheme("base").unwrap(), &base)?;
        same(library.load_scheme("target").unwrap(), &target)?;
    }
}

use std::collections::BTreeMap;

use biaochi_grouper::definition::{
    Category, CodeSet, Comparison, Complication, DrgRule, Entry, Field, Level, Number, Rule,
    SchemeDefinition, Walk,
};
use biaochi_grouper::{Scheme, Status, Stay};
use proptest::prelude::*;
use proptest::sample::select;

use crate::reference;
use crate::small_scheme;

/// Codes of random schemes and stays; two of them no scheme ever lists.
const CODES: [&str; 10] = [
    "A00",
    "A01.000",
    "A01.000x001",
    "B20.1",
    "C34.900x001+D63.0*",
    "51.2300",
    "E11.900",
    "I10.x00x002",
    "unknown",
    "",
];
const SETS: [&str; 4] = ["S0", "S1", "S2", "S3"];
const CLASSES: [&str; 3] = ["1", "2", "3"];

/// The parts of a stay, owned.
#[derive(Debug, Clone)]
struct Record {
    diagnoses: Vec<String>,
    procedures: Vec<String>,
    numbers: [Option<i32>; 6],
    sex: Option<u8>,
    department: &'static str,
    disposition: &'static str,
}

impl Record {
    fn stay(&self) -> Stay<'_, String, String> {
        let [
            age,
            age_days,
            weight,
            length_of_stay,
            icu_hours,
            ventilator_hours,
        ] = self.numbers;
        Stay {
            sex: self.sex,
            age,
            age_days,
            weight,
            length_of_stay,
            icu_hours,
            ventilator_hours,
            department: self.department,
            disposition: self.disposition,
            ..Stay::new(&self.diagnoses, &self.procedures)
        }
    }
}

fn records(codes: Vec<String>) -> impl Strategy<Value = Record> {
    let list = |least| prop::collection::vec(select(codes.clone()), least..6);
    let number = prop::option::weighted(0.8, 0..4);
    (
        list(0),
        list(0),
        prop::array::uniform6(number),
        prop::option::weighted(0.9, 0_u8..4),
        select(vec!["", "ICU", "0203"]),
        select(vec!["", "1", "5"]),
    )
        .prop_map(
            |(diagnoses, procedures, numbers, sex, department, disposition)| Record {
                diagnoses,
                procedures,
                numbers,
                sex,
                department,
                disposition,
            },
        )
}

fn random_codes() -> Vec<String> {
    CODES.map(str::to_owned).to_vec()
}

fn fields() -> impl Strategy<Value = Field> {
    select(vec![
        Field::PrincipalDiagnosis,
        Field::AnyDiagnosis,
        Field::SecondaryDiagnosis,
        Field::PrincipalProcedure,
        Field::AnyProcedure,
        Field::SecondaryProcedure,
    ])
}

fn comparisons() -> impl Strategy<Value = Comparison> {
    select(vec![
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
        Comparison::Equal,
        Comparison::NotEqual,
    ])
}

fn numbers() -> impl Strategy<Value = Number> {
    select(vec![
        Number::Age,
        Number::AgeDays,
        Number::Weight,
        Number::LengthOfStay,
        Number::IcuHours,
        Number::VentilatorHours,
    ])
}

fn rules() -> impl Strategy<Value = Rule> {
    let set = || select(&SETS[..]).prop_map(str::to_owned);
    let simple = prop_oneof![
        1 => any::<bool>().prop_map(Rule::Constant),
        8 => (fields(), set()).prop_map(|(field, set)| Rule::In(field, set)),
        2 => (fields(), set(), select(&CLASSES[..]))
            .prop_map(|(field, set, class)| Rule::InClass(field, set, class.into())),
        2 => (fields(), set(), 0..3_u32)
            .prop_map(|(field, set, least)| Rule::Classes(field, set, least)),
        2 => (fields(), set(), comparisons(), 0..3_u32)
            .prop_map(|(field, set, comparison, n)| Rule::Count(field, set, comparison, n)),
        3 => select(vec![Level::Cc, Level::Mcc]).prop_map(Rule::Has),
        1 => select(vec![1, 2]).prop_map(Rule::Sex),
        3 => (numbers(), comparisons(), 0..4_i64)
            .prop_map(|(number, comparison, value)| Rule::Compare(number, comparison, value)),
        1 => Just(Rule::Department("ICU".into())),
        1 => Just(Rule::Disposition(vec!["4".into(), "5".into()])),
        1 => select(vec!["A", "A01", ""]).prop_map(|prefix| Rule::DiagnosisPrefix(prefix.into())),
    ];
    simple.prop_recursive(3, 12, 3, |inner| {
        let several = || prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            several().prop_map(Rule::And),
            several().prop_map(Rule::Or),
            inner.clone().prop_map(|rule| Rule::Not(Box::new(rule))),
        ]
    })
}

fn sets() -> impl Strategy<Value = BTreeMap<String, CodeSet>> {
    let member = (select(&CODES[..8]), select(&CLASSES[..]))
        .prop_map(|(code, class)| (code.into(), class.into()));
    prop::collection::vec(prop::collection::vec(member, 0..6), SETS.len()).prop_map(|sets| {
        let named = SETS.iter().map(|&name| name.to_owned());
        named
            .zip(sets)
            .map(|(name, members)| (name, CodeSet { members }))
            .collect()
    })
}

/// Each category: its rule; each entry: its rule, its DRG rules, whether it has a fallback.
fn definitions() -> impl Strategy<Value = SchemeDefinition> {
    let entry = (rules(), prop::collection::vec(rules(), 0..3), any::<bool>());
    let category = (rules(), prop::collection::vec(entry, 0..5));
    let complication = (select(&[Level::Cc, Level::Mcc][..]), prop::option::of(0..3));
    (
        prop::collection::vec(category, 1..5),
        sets(),
        prop::collection::btree_map(select(&CODES[..8]), complication, 0..5),
        prop::collection::btree_map(0..3, prop::collection::vec(select(&CODES[..8]), 0..4), 0..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(categories, sets, complications, exclusions, stops, stale)| {
                let category = |(letter, (rule, entries)): (char, (Rule, Vec<_>))| Category {
                    code: format!("MDC{letter}"),
                    rule,
                    entries: ('A'..)
                        .zip(entries)
                        .map(|found| numbered_entry(letter, found))
                        .collect(),
                };
                SchemeDefinition {
                    categories: ('A'..).zip(categories).map(category).collect(),
                    sets,
                    complications: complications
                        .into_iter()
                        .map(|(code, (level, table))| Complication {
                            code: code.into(),
                            level,
                            table: table.map(|table: i32| table.to_string().into()),
                        })
                        .collect(),
                    exclusions: exclusions
                        .into_iter()
                        .map(|(table, codes): (i32, Vec<&str>)| {
                            let codes = codes.into_iter().map(Into::into).collect();
                            (table.to_string().into(), codes)
                        })
                        .collect(),
                    walk: if stops {
                        Walk::StopUnlessUnconditional
                    } else {
                        Walk::Continue
                    },
                    age_days_only_under_one: stale,
                    ungrouped_code: "0000".into(),
                    ..SchemeDefinition::default()
                }
            },
        )
}

fn numbered_entry(
    category: char,
    (letter, (rule, drgs, fallback)): (char, (Rule, Vec<Rule>, bool)),
) -> Entry {
    let adrg = format!("{category}{letter}1");
    Entry {
        id: adrg.clone(),
        drgs: ('1'..)
            .zip(drgs)
            .map(|(digit, rule)| DrgRule {
                drg: format!("{adrg}{digit}"),
                rule,
            })
            .collect(),
        fallback: fallback.then(|| adrg.clone()),
        adrg,
        rule,
    }
}

/// Stays of the small scheme: its own codes and some that it does not know.
fn small_records() -> impl Strategy<Value = Record> {
    let codes = [
        "K80.100x003",
        "K81.000",
        "K85.900",
        "N40.x00",
        "S06.200",
        "S27.000",
        "P07.100",
        "A41.900",
        "E11.900",
        "I10.x00x002",
        "51.2300",
        "50.5100",
        "85.4100",
        "85.7000",
        "88.7200",
        "unknown",
    ];
    records(codes.map(str::to_owned).to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// The compiled tables and their short cuts mean what the definition says.
    #[test]
    fn compiled_schemes_agree_with_the_plain_reading(
        definition in definitions(),
        records in prop::collection::vec(records(random_codes()), 1..20),
    ) {
        let scheme = Scheme::compile(&definition).expect("random schemes are sound");
        for record in &records {
            let stay = record.stay();
            let found = scheme.group(&stay);
            let expected = reference::result(&definition, &stay);
            prop_assert_eq!(found.status == Status::Grouped, expected.is_some());
            prop_assert_eq!(found.drg, expected.as_deref().unwrap_or("0000"), "{:?}", record);
            prop_assert_eq!(scheme.explain(&stay).grouping(), found);
        }
    }

    /// Every stay ends in exactly one outcome, and its trace ends in the same one.
    #[test]
    fn every_stay_ends_in_one_outcome_with_its_trace(record in small_records()) {
        let scheme = small_scheme::scheme();
        let stay = record.stay();
        let grouping = scheme.group(&stay);
        let explanation = scheme.explain(&stay);
        prop_assert_eq!(explanation.grouping(), grouping);
        let report = explanation.report();
        let entries = report.passes.iter().flat_map(|pass| &pass.categories);
        let results: Vec<&str> =
            entries.flat_map(|category| &category.entries).filter_map(|entry| entry.result).collect();
        match grouping.status {
            Status::Grouped | Status::UnrelatedProcedure => {
                prop_assert_eq!(results, [grouping.drg]);
                prop_assert!(scheme.drgs().any(|drg| drg == grouping.drg));
                prop_assert_eq!(&grouping.mdc[3..], &grouping.drg[..1]);
            }
            Status::Ungrouped => prop_assert!(results.is_empty() && explanation.decisions() > 0),
            _ => prop_assert_eq!(explanation.decisions(), 0),
        }
    }

    #[test]
    fn the_order_of_secondary_diagnoses_never_changes_the_group(
        (record, shuffled) in small_records().prop_flat_map(|record| {
            let rest = record.diagnoses.get(1..).unwrap_or_default().to_vec();
            (Just(record), Just(rest).prop_shuffle())
        }),
    ) {
        let scheme = small_scheme::scheme();
        let mut other = record.clone();
        if let Some(rest) = other.diagnoses.get_mut(1..) {
            rest.clone_from_slice(&shuffled);
        }
        prop_assert_eq!(scheme.group(&record.stay()), scheme.group(&other.stay()));
    }

    #[test]
    fn repeated_codes_have_no_effect(record in small_records(), at in any::<prop::sample::Index>()) {
        let scheme = small_scheme::scheme();
        let mut longer = record.clone();
        // A repeated principal diagnosis becomes a secondary one, so it is left alone.
        if record.diagnoses.len() > 1 {
            let repeated = record.diagnoses[1 + at.index(record.diagnoses.len() - 1)].clone();
            longer.diagnoses.push(repeated);
        }
        if !record.procedures.is_empty() {
            let repeated = record.procedures[at.index(record.procedures.len())].clone();
            longer.procedures.push(repeated);
        }
        prop_assert_eq!(scheme.group(&record.stay()), scheme.group(&longer.stay()));
    }

    #[test]
    fn rules_survive_the_json_form(rule in rules()) {
        prop_assert_eq!(Rule::from_json(&rule.to_json()), Ok(rule));
    }

    #[test]
    fn no_text_makes_the_rule_readers_panic(text in ".{0,60}") {
        let _ = Rule::from_json(&text);
        let _ = biaochi_grouper::parse_workbook_rule(&text);
    }
}

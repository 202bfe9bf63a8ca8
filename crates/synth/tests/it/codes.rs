//! Every code of the content tables has exactly the name that the code packs give it.

use std::collections::{HashMap, HashSet};

use biaochi_records::{FIELDS, ValueRef};
use biaochi_synth::{DefectRates, Options, Population};

/// Names by code of a table of the code packs; quotes surround names with commas.
fn names(table: &'static str) -> HashMap<&'static str, &'static str> {
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let (code, rest) = line.split_once(',')?;
            let (name, _) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => rest.split_once(',')?,
            };
            Some((code, name))
        })
        .collect()
}

fn check(content: &str, pack: &'static str) {
    let names = names(pack);
    for line in content.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let &[code, name, clinical, clinical_name] = cells.as_slice() else {
            panic!("four cells: {line}");
        };
        assert_eq!(names.get(code), Some(&name), "{line}");
        // The source names no codes that only the clinical edition has.
        let expected = match names.get(clinical) {
            Some(&"") => "",
            Some(&other) if other != name => other,
            Some(_) => "",
            None => panic!("no such code: {line}"),
        };
        assert_eq!(clinical_name, expected, "{line}");
    }
}

#[test]
fn codes_have_the_names_of_the_packs() {
    check(
        include_str!("../../content/diagnosis_codes.csv"),
        include_str!("../../../../packs/codes/icd-10/tables/codes.csv"),
    );
    check(
        include_str!("../../content/procedure_codes.csv"),
        include_str!("../../../../packs/codes/icd-9-cm-3/tables/codes.csv"),
    );
}

#[test]
fn less_exact_codes_are_not_for_settlement_and_principal_ones_are() {
    let grey: HashMap<_, _> = include_str!("../../../../packs/codes/icd-10/tables/status.csv")
        .lines()
        .filter_map(|line| line.split_once(','))
        .collect();
    for line in include_str!("../../content/unspecific_codes.csv")
        .lines()
        .skip(1)
    {
        let code = line.split(',').nth(1).unwrap_or_default();
        assert_eq!(grey.get(code), Some(&"grey"), "{line}");
    }
    let refused: Vec<&str> =
        include_str!("../../../../packs/codes/icd-10/tables/not-principal.csv")
            .lines()
            .collect();
    for line in include_str!("../../content/principal_diagnoses.csv")
        .lines()
        .skip(1)
    {
        let code = line.split(',').nth(1).unwrap_or_default();
        assert!(
            !grey.contains_key(code) && !refused.contains(&code),
            "{line}"
        );
    }
}

#[test]
fn coded_values_are_in_their_value_sets() {
    let sets: HashSet<(&str, &str)> =
        include_str!("../../../../packs/codes/front-page/tables/value-sets.csv")
            .lines()
            .skip(1)
            .filter_map(|line| {
                let (set, rest) = line.split_once(',')?;
                Some((set, rest.split_once(',')?.0))
            })
            .collect();
    let listed: HashSet<&str> = sets.iter().map(|&(set, _)| set).collect();
    let options = Options {
        seed: 41,
        discharges: 6_000,
        defects: DefectRates::none(),
        ..Options::default()
    };
    let mut checked = HashSet::new();
    for file in Population::new(options)
        .expect("valid options")
        .month_files()
    {
        let layout = file.layout();
        let fields: Vec<_> = FIELDS
            .iter()
            .filter_map(|info| Some((info, info.value_set(layout)?)))
            .filter(|(_, set)| listed.contains(set))
            .collect();
        for stay in file {
            for &(info, set) in &fields {
                for index in 0..stay.page.count(info.group).max(1) {
                    let codes = match stay.page.get(info.field, index) {
                        Some(ValueRef::Text(code)) => vec![code],
                        Some(ValueRef::Codes(codes)) => codes.iter().map(|c| c.as_str()).collect(),
                        _ => continue,
                    };
                    for code in codes {
                        assert!(sets.contains(&(set, code)), "{} {layout}: {code}", info.id);
                        checked.insert(info.id);
                    }
                }
            }
        }
    }
    assert!(checked.len() > 30, "{checked:?}");
}

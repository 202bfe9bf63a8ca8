use biaochi_grouper::definition::{Check, HintKind, ResultColumns, SchemeDefinition, Walk};
use biaochi_grouper::{Scheme, Status, Stay};

use crate::small_scheme::{adult, category, compiled, definition, entry, scheme, set};

/// Groups and compares `status mdc adrg drg`.
#[track_caller]
fn check(scheme: &Scheme, stay: Stay<'_, &str, &str>, expected: &str) {
    let found = scheme.group(&stay);
    let line = format!(
        "{} {} {} {}",
        found.status.name(),
        found.mdc,
        found.adrg,
        found.drg
    );
    assert_eq!(line.trim_end(), expected, "{stay:?}");
}

#[track_caller]
fn check_codes(diagnoses: &[&str], procedures: &[&str], expected: &str) {
    check(&scheme(), adult(diagnoses, procedures), expected);
}

#[test]
fn the_first_entry_that_gives_a_code_decides() {
    check_codes(&["K80.100x003"], &["50.5100"], "grouped MDCA AB1 AB19");
    check_codes(&["K80.100x003"], &["51.2300"], "grouped MDCH HC2 HC25");
    check_codes(&["K80.100x003"], &[], "grouped MDCH HZ1 HZ19");
    check_codes(&["K80.000x001+K87.0*"], &[], "grouped MDCH HZ1 HZ19");
    check_codes(
        &["K80.100x003"],
        &["88.7200", "51.2300"],
        "grouped MDCH HZ1 HZ19",
    );
}

#[test]
fn surgery_that_does_not_fit_is_told_apart() {
    check_codes(
        &["K80.100x003"],
        &["85.3100"],
        "unrelated_procedure MDCH QY HQY",
    );
}

#[test]
fn stays_without_a_group_are_ungrouped() {
    check_codes(&["Z99.900"], &["51.2300"], "ungrouped 0000 00 0000");
    check_codes(&["K76.800"], &[], "ungrouped 0000 00 0000");
    // A female stay does not get into MDCM.
    check_codes(&["N40.x00"], &[], "ungrouped 0000 00 0000");
}

#[test]
fn codes_are_compared_whole_and_exactly() {
    check_codes(&["k80.100x003"], &[], "ungrouped 0000 00 0000");
    check_codes(&["K80.100x003 "], &[], "ungrouped 0000 00 0000");
    check_codes(&["K80.100"], &[], "ungrouped 0000 00 0000");
}

#[test]
fn severity_counts_unless_the_principal_diagnosis_excludes_it() {
    let surgery = ["51.2300"];
    check_codes(
        &["K80.100x003", "A41.900"],
        &surgery,
        "grouped MDCH HC2 HC21",
    );
    check_codes(
        &["K80.100x003", "E11.900"],
        &surgery,
        "grouped MDCH HC2 HC23",
    );
    // K85.900 excludes table 4, K81.000 tables 4 and 23.
    check_codes(&["K85.900", "A41.900"], &surgery, "grouped MDCH HC2 HC25");
    check_codes(
        &["K81.000", "E11.900", "A41.900"],
        &surgery,
        "grouped MDCH HC2 HC25",
    );
    // An excluded code does not stop another; tables nobody stands under never exclude.
    check_codes(
        &["K85.900", "A41.900", "J96.000"],
        &surgery,
        "grouped MDCH HC2 HC21",
    );
    check_codes(
        &["K81.000", "A41.900", "I10.x00x002"],
        &surgery,
        "grouped MDCH HC2 HC23",
    );
    check_codes(&["K81.000", "Z94.100"], &surgery, "grouped MDCH HC2 HC23");
    // The principal diagnosis itself is no complication.
    check_codes(
        &["A41.900", "K80.100x003"],
        &surgery,
        "ungrouped 0000 00 0000",
    );
}

#[test]
fn an_entry_without_a_result_leads_on_and_a_fallback_ends_it() {
    let child = |age| Stay {
        age: Some(age),
        ..adult(&["K81.000"], &[])
    };
    check(&scheme(), child(6), "grouped MDCH HU1 HU1C");
    check(&scheme(), child(7), "grouped MDCH HU1 HU1");
    check_codes(&["K81.000", "I10.x00x002"], &[], "grouped MDCH HU1 HU13");
    let man = Stay {
        sex: Some(1),
        ..adult(&["N40.x00"], &[])
    };
    check(&scheme(), man, "grouped MDCM MZ1 MZ1");
    check(
        &scheme(),
        Stay {
            disposition: "5",
            ..man
        },
        "grouped MDCM MZ1 MZ1D",
    );
    check(
        &scheme(),
        Stay {
            disposition: "1",
            ..man
        },
        "grouped MDCM MZ1 MZ1",
    );
}

#[test]
fn classes_of_procedures_count_wherever_they_stand() {
    let diagnosis = ["K80.100x003"];
    check_codes(&diagnosis, &["85.4100", "85.7000"], "grouped MDCH HD1 HD19");
    check_codes(
        &diagnosis,
        &["88.7200", "85.7000", "85.4100"],
        "grouped MDCH HD1 HD19",
    );
    check_codes(
        &diagnosis,
        &["85.4100", "85.3100"],
        "unrelated_procedure MDCH QY HQY",
    );
    check_codes(&diagnosis, &["88.7200", "99.9900"], "grouped MDCH HD1 HD19");
}

#[test]
fn a_code_under_two_sites_counts_for_the_last_one() {
    check_codes(&["S06.200", "S27.000"], &[], "grouped MDCZ ZZ1 ZZ19");
    // Were S27.000 head as well, it alone would hit two sites.
    check_codes(&["S27.000"], &[], "ungrouped 0000 00 0000");
    check_codes(&["S27.000", "S27.000"], &[], "ungrouped 0000 00 0000");
    check_codes(&["S36.100", "S27.000"], &[], "grouped MDCZ ZZ1 ZZ19");
}

#[test]
fn newborns_need_a_weight_and_zero_is_one() {
    let newborn = Stay {
        age: Some(0),
        age_days: Some(3),
        weight: Some(1400),
        ..adult(&["P22.000", "P07.100"], &[])
    };
    check(&scheme(), newborn, "grouped MDCP PS1 PS19");
    check(
        &scheme(),
        Stay {
            weight: Some(0),
            ..newborn
        },
        "ungrouped 0000 00 0000",
    );
    check(
        &scheme(),
        Stay {
            weight: None,
            ..newborn
        },
        "weight_missing 0000 00 0000",
    );
    let older = Stay {
        weight: None,
        age_days: Some(29),
        ..newborn
    };
    check(&scheme(), older, "ungrouped 0000 00 0000");
}

#[test]
fn the_first_failing_check_is_named() {
    let stay = adult(&["K80.100x003"], &[]);
    let check_in_order = |stay, expected: &str| {
        check(&scheme(), stay, &format!("{expected} 0000 00 0000"));
    };
    check_in_order(
        Stay {
            sex: None,
            age: None,
            ..stay
        },
        "sex_missing",
    );
    check_in_order(
        Stay {
            sex: Some(9),
            ..stay
        },
        "sex_invalid",
    );
    check_in_order(Stay { age: None, ..stay }, "age_missing");
    check_in_order(
        Stay {
            age: Some(0),
            ..stay
        },
        "age_days_missing",
    );
    check_in_order(adult(&[], &[]), "diagnosis_missing");
    check_in_order(adult(&["", "K80.100x003"], &[]), "diagnosis_missing");
}

#[test]
fn checks_are_those_of_the_scheme() {
    let lenient = compiled(&SchemeDefinition {
        checks: vec![Check::Sex],
        ..definition()
    });
    check(
        &lenient,
        Stay {
            age: None,
            ..adult(&["K81.000"], &[])
        },
        "grouped MDCH HU1 HU1",
    );
    check(&lenient, adult(&[], &[]), "ungrouped 0000 00 0000");
}

#[test]
fn translation_comes_first_and_fails_as_a_whole() {
    let translated = |diagnoses, procedures| Stay {
        translate: true,
        ..adult(diagnoses, procedures)
    };
    let scheme = scheme();
    check(
        &scheme,
        translated(&["K80.101", "A41.900"], &["51.2301"]),
        "grouped MDCH HC2 HC21",
    );
    check(
        &scheme,
        translated(&["K81.000"], &[]),
        "grouped MDCH HU1 HU1",
    );
    let status = |diagnoses, procedures| scheme.group(&translated(diagnoses, procedures)).status;
    // K80.100x003 is a target, no source: translation is applied once.
    assert_eq!(
        status(&["K80.100x003"], &["99"]),
        Status::UntranslatableDiagnosis
    );
    assert_eq!(
        status(&["K80.101"], &["51.2300"]),
        Status::UntranslatableProcedure
    );
    let without_sex = Stay {
        sex: None,
        ..translated(&["X"], &[])
    };
    assert_eq!(
        scheme.group(&without_sex).status,
        Status::UntranslatableDiagnosis
    );
}

#[test]
fn some_schemes_write_other_columns() {
    let definition = SchemeDefinition {
        blank_on_failure: true,
        ungrouped_code: "0000A".into(),
        ..definition()
    };
    let scheme = compiled(&definition);
    check(&scheme, adult(&["Z99.900"], &[]), "ungrouped 0000 00 0000A");
    check(
        &scheme,
        Stay {
            sex: None,
            ..adult(&["Z99.900"], &[])
        },
        "sex_missing",
    );
}

#[test]
fn one_scheme_tries_each_further_procedure_alone() {
    let mut definition = definition();
    definition
        .categories
        .retain(|category| category.code == "MDCA");
    let diagnoses = ["Z99.900"];
    let stay = adult(&diagnoses, &["51.2200", "88.7200", "50.5100"]);
    check(&compiled(&definition), stay, "ungrouped 0000 00 0000");
    definition.retry_single_procedure = true;
    check(&compiled(&definition), stay, "grouped MDCA AB1 AB19");
}

/// The walk of scheme 3.0: categories are final, and a last row closes each.
pub(crate) fn final_categories() -> SchemeDefinition {
    let sets = [
        ("DI_B00", set(&["G40.900", "G35.x00", "G93.500"])),
        ("DI_BV1", set(&["G40.900"])),
        ("DI_C00", set(&["G40.900", "G93.500"])),
        ("OP_AA1", set(&["33.6x00"])),
        ("OP_ALL", set(&["33.6x00", "01.2401", "47.0100"])),
        ("OP_BC2", set(&["01.2401", "47.0100"])),
    ];
    let two = r#"["and",["count","px","OP_BC2",">=",2],["px0","OP_BC2"]]"#;
    let newborn = r#"["and",["dx0","DI_BV1"],["age_days","<",29]]"#;
    SchemeDefinition {
        id: "final".into(),
        walk: Walk::StopUnlessUnconditional,
        columns: ResultColumns::Published,
        age_days_only_under_one: true,
        checks: vec![Check::Sex, Check::Age],
        ungrouped_code: "0000".into(),
        sets: sets
            .into_iter()
            .map(|(name, set)| (name.to_owned(), set))
            .collect(),
        categories: vec![
            category(
                "MDCA",
                "true",
                vec![entry(
                    "AA1",
                    r#"["px0","OP_AA1"]"#,
                    &[("AA19", "true")],
                    None,
                )],
            ),
            category(
                "MDCB",
                r#"["dx0","DI_B00"]"#,
                vec![
                    entry("BC2", two, &[("BC29", "true")], None),
                    entry("BQY", r#"["px0","OP_ALL"]"#, &[("BQY", "true")], None),
                    entry("BN1", newborn, &[("BN19", "true")], None),
                    entry("BV1", r#"["dx0","DI_BV1"]"#, &[("BV19", "true")], None),
                    entry("B00", r#"["dx0","DI_C00"]"#, &[("B000", "true")], None),
                ],
            ),
            category(
                "MDCC",
                r#"["dx0","DI_B00"]"#,
                vec![entry("CZ1", "true", &[("CZ19", "true")], None)],
            ),
        ],
        hints: [(HintKind::GreyProcedure, vec!["00.0000".into()])].into(),
        ..SchemeDefinition::default()
    }
}

#[test]
fn an_entered_category_is_final_in_the_newest_scheme() {
    let scheme = compiled(&final_categories());
    check(
        &scheme,
        adult(&["G40.900"], &["33.6x00"]),
        "grouped MDCA AA1 AA19",
    );
    check(&scheme, adult(&["G40.900"], &[]), "grouped MDCB BV1 BV19");
    check(
        &scheme,
        adult(&["G40.900"], &["47.0100"]),
        "unrelated_procedure MDCB BQY BQY",
    );
    // The row that closes the category, and a category that nothing closes.
    check(&scheme, adult(&["G93.500"], &[]), "ungrouped MDCB B00 B000");
    check(&scheme, adult(&["G35.x00"], &[]), "ungrouped MDCB 000 0000");
    check(&scheme, adult(&["Z99.900"], &[]), "ungrouped 0000 000 0000");
}

#[test]
fn different_codes_are_counted_once_each() {
    let scheme = compiled(&final_categories());
    let diagnosis = ["G40.900"];
    check(
        &scheme,
        adult(&diagnosis, &["47.0100", "47.0100"]),
        "unrelated_procedure MDCB BQY BQY",
    );
    check(
        &scheme,
        adult(&diagnosis, &["47.0100", "00.0000", "01.2401"]),
        "grouped MDCB BC2 BC29",
    );
}

#[test]
fn a_stale_age_in_days_can_count_as_missing() {
    let stale = Stay {
        age_days: Some(5),
        ..adult(&["G40.900"], &[])
    };
    check(
        &compiled(&final_categories()),
        stale,
        "grouped MDCB BV1 BV19",
    );
    let trusting = compiled(&SchemeDefinition {
        age_days_only_under_one: false,
        ..final_categories()
    });
    check(&trusting, stale, "grouped MDCB BN1 BN19");
    let newborn = Stay {
        age: Some(0),
        ..stale
    };
    check(
        &compiled(&final_categories()),
        newborn,
        "grouped MDCB BN1 BN19",
    );
}

#[test]
fn a_front_page_with_very_many_codes_is_no_problem() {
    let mut diagnoses = vec!["K80.100x003"; 500];
    diagnoses.push("A41.900");
    let procedures = vec!["51.2300"; 500];
    check(
        &scheme(),
        adult(&diagnoses, &procedures),
        "grouped MDCH HC2 HC21",
    );
}

#[test]
fn a_scheme_says_what_it_knows() {
    let scheme = scheme();
    assert_eq!(
        (scheme.id(), scheme.title(), scheme.content_hash()),
        ("small", "小方案", "abc")
    );
    assert_eq!(
        scheme.mdcs().collect::<Vec<_>>(),
        ["MDCA", "MDCP", "MDCZ", "MDCM", "MDCH"]
    );
    let adrgs: Vec<&str> = scheme.adrgs().collect();
    assert_eq!(
        adrgs,
        [
            "AB1", "PS1", "ZZ1", "MZ1", "HC2", "HD1", "HQY", "HU1", "HZ1"
        ]
    );
    let drgs: Vec<&str> = scheme.drgs().collect();
    let expected = [
        "AB19", "PS19", "ZZ19", "MZ1D", "MZ1", "HC21", "HC23", "HC25", "HD19", "HQY", "HU1C",
        "HU13", "HU1", "HZ19",
    ];
    assert_eq!(drgs, expected);
    assert_eq!(
        scheme.name("HC25"),
        Some("胆囊切除手术，不伴并发症或合并症")
    );
    assert!(scheme.is_known_diagnosis("A41.900") && !scheme.is_known_diagnosis("51.2300"));
    assert!(scheme.is_known_procedure("51.2300") && !scheme.is_known_procedure("A41.900"));
    assert_eq!(scheme.translate_diagnosis("K81.000"), Some("K81.000"));
    assert_eq!(scheme.translate_procedure("51.2300"), None);
}

use biaochi_domain::{Language, Localized};
use biaochi_grouper::{Candidates, Stay, analysis_notice};
use rust_decimal::Decimal;

use crate::small_scheme::{adult, scheme};

/// HC25 has no weight.
fn weights(drg: &str) -> Option<Decimal> {
    match drg {
        "HC21" => Some(Decimal::new(212, 2)),
        "HC23" => Some(Decimal::new(150, 2)),
        "HZ19" => Some(Decimal::new(61, 2)),
        "AB19" => Some(Decimal::new(2275, 2)),
        _ => None,
    }
}

#[track_caller]
fn check(stay: Stay<'_, &str, &str>, candidates: Candidates<'_>, expected: &[&str]) {
    let scheme = scheme();
    let changes = scheme.what_if_with(&stay, candidates, &weights);
    let found: Vec<String> = changes
        .iter()
        .map(|change| change.text(Language::Zh))
        .collect();
    assert_eq!(found, expected);
    for change in changes {
        assert_ne!(change.before, change.after);
        assert_eq!(change.before, scheme.group(&stay));
    }
}

#[test]
fn every_single_change_that_moves_the_stay_is_listed() {
    let diagnoses = ["K80.100x003", "A41.900", "K85.900", "E66.900"];
    let procedures = ["51.2300", "50.5100"];
    check(
        adult(&diagnoses, &procedures),
        Candidates::default(),
        &[
            "改作主要诊断 A41.900：HC21 → 0000（无法入组），权重 2.12 → 缺失",
            "改作主要诊断 K85.900：HC21 → HC25，权重 2.12 → 缺失",
            "改作主要诊断 E66.900：HC21 → 0000（无法入组），权重 2.12 → 缺失",
            "去掉诊断 K80.100x003：HC21 → 0000（无法入组），权重 2.12 → 缺失",
            "去掉诊断 A41.900：HC21 → HC25，权重 2.12 → 缺失",
            "改作主要手术 50.5100：HC21 → AB19，权重 2.12 → 22.75",
            "去掉手术 51.2300：HC21 → AB19，权重 2.12 → 22.75",
        ],
    );
}

#[test]
fn candidates_are_added_and_a_missing_weight_stays_missing() {
    let candidates = Candidates {
        diagnoses: &["E11.900", "K80.100x003"],
        procedures: &["85.3100", "51.2200"],
    };
    check(
        adult(&["K80.100x003"], &[]),
        candidates,
        &[
            "增加手术 85.3100：HZ19 → HQY（歧义病案），权重 0.61 → 缺失",
            "增加手术 51.2200：HZ19 → HC25，权重 0.61 → 缺失",
        ],
    );
    check(
        adult(&["K80.100x003"], &["51.2200"]),
        candidates,
        &[
            "增加诊断 E11.900：HC25 → HC23，权重 缺失 → 1.50",
            "去掉手术 51.2200：HC25 → HZ19，权重 缺失 → 0.61",
        ],
    );
}

#[test]
fn differences_need_both_weights() {
    let scheme = scheme();
    let stay = adult(&["K80.100x003", "A41.900", "E11.900"], &["51.2300"]);
    let changes = scheme.what_if(&stay, &weights);
    let without_mcc = changes.iter().find(|change| change.after.drg == "HC23");
    let difference = without_mcc.and_then(|change| change.weight_difference());
    assert_eq!(difference, Some(Decimal::new(-62, 2)));
    let ungrouped = changes.iter().find(|change| change.after.drg == "0000");
    assert_eq!(
        ungrouped.and_then(|change| change.weight_difference()),
        None
    );
}

#[test]
fn stays_that_fail_a_check_and_lone_diagnoses_have_no_changes() {
    check(
        Stay {
            sex: None,
            ..adult(&["K80.100x003"], &[])
        },
        Candidates::default(),
        &[],
    );
    check(adult(&["K80.100x003"], &[]), Candidates::default(), &[]);
}

#[test]
fn changes_are_marked_as_analysis() {
    assert!(analysis_notice(Language::Zh).contains("不是编码建议"));
    assert!(analysis_notice(Language::En).contains("no advice"));
}

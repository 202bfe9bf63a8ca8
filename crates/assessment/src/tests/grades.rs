//! Weights, bands, gate and veto as in a district's scheme of 2021.

use super::*;

/// Quarters, half year and year end are entered; 5, 5 and 90 per cent.
pub(crate) fn district() -> Scheme {
    let mut small = scheme(Vec::new());
    let entered = |id: &str, span| Phase {
        scoring: PhaseScoring::Entered,
        ..phase(id, span)
    };
    small.parts = vec![
        part(
            "quarters",
            "0.05",
            vec![
                entered("q1", Span::Quarter(1)),
                entered("q3", Span::Quarter(3)),
            ],
        ),
        part("half", "0.05", vec![entered("half", Span::Half(1))]),
        part("end", "0.90", vec![entered("end", Span::Year)]),
    ];
    small.total.cap = Some(d("100"));
    small.total.floor = Some(d("0"));
    let band = |grade: &str, lower: Option<&str>, upper: Option<&str>| Band {
        grade: grade.to_owned(),
        lower: lower.map(|bound| Lower::AtLeast(d(bound))),
        upper: upper.map(|bound| Upper::Below(d(bound))),
        cite: Cite::default(),
    };
    small.bands = vec![
        band("好", Some("90"), None),
        band("较好", Some("80"), Some("90")),
        band("一般", Some("70"), Some("80")),
        band("差", None, Some("70")),
    ];
    let condition = |key: &str| Condition {
        key: key.to_owned(),
        title: key.to_owned(),
        accepts: vec!["好".to_owned()],
    };
    small.gates = vec![Gate {
        id: "party".to_owned(),
        title: "政治素质考核和党建工作成效考核均为好".to_owned(),
        grade: "好".to_owned(),
        conditions: vec![condition("politics"), condition("party")],
        otherwise: "较好".to_owned(),
        missing: GateMissing::Fail,
        cite: Cite::default(),
    }];
    small.vetoes = Vetoes {
        rules: vec![VetoRule {
            id: "accident".to_owned(),
            title: "重特大医疗事故".to_owned(),
            proof: vec![Proof::DocumentNumber],
            cite: Cite::default(),
        }],
        grade: "差".to_owned(),
        open_list: false,
        cite: Cite::default(),
    };
    small
}

pub(crate) fn scored(scores: [&str; 4]) -> UnitInputs {
    let mut unit = unit("1");
    let phases = ["q1", "q3", "half", "end"];
    for (phase, score) in phases.into_iter().zip(scores) {
        unit.phase_scores.insert(phase.to_owned(), entry(score));
    }
    for key in ["politics", "party"] {
        unit.attributes.insert(key.to_owned(), entry("好"));
    }
    unit
}

pub(crate) fn accident() -> Event {
    Event {
        number: 7,
        rule: "accident".to_owned(),
        level: String::new(),
        matter: String::new(),
        title: "通报".to_owned(),
        date: jiff::civil::date(2021, 5, 1),
        issuer: String::new(),
        document_number: "万卫通〔2021〕3 号".to_owned(),
        wording: String::new(),
        file: String::new(),
        file_hash: String::new(),
        approved_by: "领导小组".to_owned(),
    }
}

#[track_caller]
fn check(unit: UnitInputs, score: &str, grade: &str) {
    let outcome = run(&district(), vec![unit]).remove(0);
    assert_eq!(outcome.score, Some(d(score)));
    assert_eq!(outcome.grade.grade.as_deref(), Some(grade));
}

#[test]
fn the_worked_examples() {
    check(scored(["90", "90", "90", "90"]), "90", "好");
    check(scored(["80", "90", "88", "90"]), "89.65", "较好");
    check(scored(["100", "100", "100", "88"]), "89.2", "较好");
    check(scored(["80", "80", "80", "80"]), "80", "较好");
    check(scored(["70", "70", "70", "70"]), "70", "一般");
    check(scored(["60", "80", "70", "69"]), "69.1", "差");
    let mut gated = scored(["95", "95", "95", "95"]);
    gated.attributes.insert("party".to_owned(), entry("较好"));
    check(gated, "95", "较好");
    let mut vetoed = scored(["95", "95", "95", "95"]);
    vetoed.events.push(accident());
    check(vetoed, "95", "差");
}

#[test]
fn just_below_a_bound_is_the_lower_grade() {
    // 89.99 exactly, by weights of 5, 5 and 90 per cent.
    check(
        scored(["89.99", "89.99", "89.99", "89.99"]),
        "89.99",
        "较好",
    );
    check(
        scored(["79.99", "79.99", "79.99", "79.99"]),
        "79.99",
        "一般",
    );
    check(scored(["69.99", "69.99", "69.99", "69.99"]), "69.99", "差");
    check(scored(["0", "0", "0", "0"]), "0", "差");
    check(scored(["100", "100", "100", "100"]), "100", "好");
}

#[test]
fn grades_go_by_the_rounded_score_or_the_exact_one() {
    // 89.996 rounds to 90.00.
    let unit = || vec![scored(["89.996", "89.996", "89.996", "89.996"])];
    let mut small = district();
    let grade = |small: &Scheme| run(small, unit()).remove(0).grade.grade;
    assert_eq!(grade(&small).as_deref(), Some("好"));
    small.rounding.grade_by_rounded = false;
    assert_eq!(grade(&small).as_deref(), Some("较好"));
}

#[test]
fn a_gate_only_guards_its_grade() {
    let mut unit = scored(["85", "85", "85", "85"]);
    unit.attributes.clear();
    let outcome = run(&district(), vec![unit]).remove(0);
    assert_eq!(outcome.grade.grade.as_deref(), Some("较好"));
    assert!(outcome.grade.gates.is_empty());
}

#[test]
fn a_result_that_is_not_known_fails_or_waits() {
    let mut unit = scored(["95", "95", "95", "95"]);
    unit.attributes.remove("party");
    let mut small = district();
    let grade = |small: &Scheme, unit: &UnitInputs| run(small, vec![unit.clone()]).remove(0).grade;
    assert_eq!(grade(&small, &unit).grade.as_deref(), Some("较好"));
    small.gates[0].missing = GateMissing::Pending;
    let waiting = grade(&small, &unit);
    assert_eq!(
        (waiting.grade, waiting.by_band.as_deref()),
        (None, Some("好"))
    );
    // One that was refused decides without the other.
    unit.attributes.insert("politics".to_owned(), entry("一般"));
    assert_eq!(grade(&small, &unit).grade.as_deref(), Some("较好"));
}

#[test]
fn a_veto_comes_before_gate_and_missing_scores() {
    let mut unit = unit("1");
    unit.events.push(accident());
    let outcome = run(&district(), vec![unit]).remove(0);
    assert_eq!(
        (outcome.score, outcome.grade.grade.as_deref()),
        (None, Some("差"))
    );
    assert_eq!(outcome.grade.vetoes, [7]);
}

#[test]
fn a_link_without_coefficient_stays_without() {
    let mut small = district();
    let link = |id: &str, coefficient| Link {
        id: id.to_owned(),
        title: id.to_owned(),
        coefficient,
        cite: Cite::default(),
    };
    small.links = vec![
        link("salary", Coefficient::None),
        link(
            "grade",
            Coefficient::ByGrade(vec![("好".to_owned(), d("1.1"))]),
        ),
        link("score", Coefficient::ByScore(d("1.2"))),
    ];
    let outcome = run(&small, vec![scored(["90", "90", "90", "90"])]).remove(0);
    let found: Vec<_> = outcome.links.iter().map(|link| link.coefficient).collect();
    assert_eq!(found, [None, Some(d("1.1")), Some(d("1.08"))]);
}

//! Missing values, sections, phases, adjustments, places.

use std::collections::BTreeMap;

use super::*;

fn half_or_full(id: &str, points: &str, missing: Missing) -> Item {
    let mut item = item(
        id,
        points,
        Shape::Linear {
            zero: d("0"),
            full: d("100"),
        },
    );
    item.missing = missing;
    item
}

fn score(small: &Scheme, units: Vec<UnitInputs>) -> Vec<Option<Decimal>> {
    let outcomes = run(small, units);
    outcomes.iter().map(|outcome| outcome.score).collect()
}

#[test]
fn each_rule_for_a_missing_value() {
    let expected = [
        (Missing::Refuse, None),
        (Missing::Zero, Some("30")),
        (Missing::Full, Some("70")),
        // 30 of the 60 points that count, on the scale of 100.
        (Missing::Exclude, Some("50")),
        // The only peer with a value has 20 of 40.
        (Missing::PeerMean, Some("50")),
    ];
    for (missing, expected) in expected {
        let small = scheme(vec![
            half_or_full("A", "60", Missing::Refuse),
            half_or_full("B", "40", missing),
        ]);
        let units = vec![
            with("1", &[("A", "50")]),
            with("2", &[("A", "100"), ("B", "50")]),
        ];
        let scores = score(&small, units);
        assert_eq!(scores, [expected.map(d), Some(d("80"))], "{missing:?}");
    }
}

#[test]
fn all_values_missing_is_no_score() {
    let small = scheme(vec![half_or_full("A", "100", Missing::Exclude)]);
    assert_eq!(score(&small, vec![unit("1")]), [None]);
    let small = scheme(vec![half_or_full("A", "100", Missing::PeerMean)]);
    assert_eq!(score(&small, vec![unit("1")]), [None]);
}

#[test]
fn sections_have_limits() {
    let mut small = scheme(vec![half_or_full("A", "60", Missing::Zero)]);
    small.tables[0].sections[0].cap = Some(d("40"));
    assert_eq!(
        score(&small, vec![with("1", &[("A", "100")])]),
        [Some(d("40"))]
    );
    small.tables[0].sections[0].floor = Some(d("15"));
    assert_eq!(
        score(&small, vec![with("1", &[("A", "1")])]),
        [Some(d("15"))]
    );
}

#[test]
fn rounding_is_where_and_how_the_scheme_says() {
    let mut small = scheme(vec![half_or_full("A", "100", Missing::Zero)]);
    let value = || vec![with("1", &[("A", "89.995")])];
    assert_eq!(score(&small, value()), [Some(d("90.00"))]);
    small.rounding.rule = RoundingRule::Truncate;
    assert_eq!(score(&small, value()), [Some(d("89.99"))]);
    small.rounding.rule = RoundingRule::HalfEven;
    small.rounding.total = 0;
    assert_eq!(
        score(&small, vec![with("1", &[("A", "80.5")])]),
        [Some(d("80"))]
    );
    small.rounding.item = Some(0);
    small.rounding.rule = RoundingRule::HalfUp;
    small.rounding.total = 2;
    assert_eq!(
        score(&small, vec![with("1", &[("A", "80.5")])]),
        [Some(d("81"))]
    );
}

#[test]
fn phases_that_are_missing() {
    let mut small = scheme(vec![half_or_full("A", "100", Missing::Refuse)]);
    small.parts = vec![
        part(
            "q",
            "0.5",
            vec![phase("q1", Span::Quarter(1)), phase("q3", Span::Quarter(3))],
        ),
        part("y", "0.5", vec![phase("year", Span::Year)]),
    ];
    let half = || {
        let mut unit = with("1", &[("A", "60")]);
        unit.phase_scores.insert("q1".to_owned(), entry("80"));
        vec![unit]
    };
    assert_eq!(score(&small, half()), [None]);
    small.missing_phase = MissingPhase::Zero;
    assert_eq!(score(&small, half()), [Some(d("50"))]);
    small.missing_phase = MissingPhase::Others;
    assert_eq!(score(&small, half()), [Some(d("70"))]);
    let mut nothing = half();
    nothing[0].phase_scores.clear();
    assert_eq!(score(&small, nothing), [None]);
    let mut unreadable = half();
    unreadable[0]
        .phase_scores
        .insert("q3".to_owned(), entry("101"));
    let outcomes = run(&small, unreadable);
    let phase = outcomes[0].phase("q3").map(|phase| phase.origin);
    assert_eq!(phase, Some(ScoreOrigin::Unreadable));
}

#[test]
fn phases_look_at_their_own_months() {
    let mut small = scheme(Vec::new());
    small.parts = vec![part(
        "all",
        "1",
        vec![
            phase("q3", Span::Quarter(3)),
            phase("h1", Span::Half(1)),
            phase("year", Span::Year),
        ],
    )];
    let outcomes = run(&small, vec![unit("1")]);
    let periods = outcomes[0].parts[0]
        .phases
        .iter()
        .map(|phase| phase.period.as_str());
    assert_eq!(periods.collect::<Vec<_>>(), ["2021Q3", "2021H1", "2021"]);
}

#[test]
fn decisions_replace_values_points_and_phases_and_the_last_counts() {
    let small = scheme(vec![
        half_or_full("A", "60", Missing::Refuse),
        half_or_full("B", "40", Missing::Refuse),
    ]);
    let adjustment = |number, item: Option<&str>, what, to: &str| Adjustment {
        number,
        phase: "year".to_owned(),
        item: item.map(str::to_owned),
        what,
        to: d(to),
        reason: "申诉成立".to_owned(),
        decided: "领导小组".to_owned(),
    };
    let mut unit = with("1", &[("A", "50"), ("B", "50")]);
    let decided = |unit: &UnitInputs| run(&small, vec![unit.clone()]).remove(0);
    unit.adjustments
        .push(adjustment(1, Some("A"), Adjusted::Reading, "100"));
    assert_eq!(decided(&unit).score, Some(d("80")));
    unit.adjustments
        .push(adjustment(3, Some("A"), Adjusted::Reading, "75"));
    unit.adjustments
        .push(adjustment(2, Some("A"), Adjusted::Reading, "0"));
    assert_eq!(decided(&unit).score, Some(d("65")));
    unit.adjustments
        .push(adjustment(4, Some("B"), Adjusted::Points, "1000"));
    let outcome = decided(&unit);
    assert_eq!(outcome.score, Some(d("85")));
    let (_, b) = outcome.items("B").next().expect("it was scored");
    assert_eq!(b.why, Why::Decided { number: 4 });
    assert!(b.decided.is_some());
    unit.adjustments
        .push(adjustment(5, None, Adjusted::Points, "12.5"));
    let outcome = decided(&unit);
    assert_eq!(outcome.score, Some(d("12.5")));
    assert_eq!(outcome.parts[0].phases[0].before, Some(d("85")));
}

#[test]
fn places_are_given_within_a_table() {
    let mut small = scheme(vec![half_or_full("A", "100", Missing::Refuse)]);
    let mut other = small.tables[0].clone();
    small.tables[0].applies_to = vec!["医院".to_owned()];
    other.id = "township".to_owned();
    other.applies_to = vec!["卫生院".to_owned()];
    small.tables.push(other);
    let mut township = with("4", &[("A", "10")]);
    township.unit.classes = vec!["卫生院".to_owned()];
    let mut neither = with("5", &[("A", "10")]);
    neither.unit.classes = vec!["诊所".to_owned()];
    let outcomes = run(
        &small,
        vec![
            neither,
            with("3", &[("A", "70")]),
            with("2", &[("A", "90")]),
            with("1", &[("A", "70")]),
            township,
        ],
    );
    let places: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.unit.code.as_str(), outcome.place, outcome.of))
        .collect();
    assert_eq!(
        places,
        [
            ("1", Some(2), 3),
            ("2", Some(1), 3),
            ("3", Some(2), 3),
            ("4", Some(1), 1),
            ("5", None, 0)
        ]
    );
    assert_eq!(outcomes[4].table, "");
}

#[test]
fn losses_are_told_in_points_of_the_whole_score() {
    let mut small = scheme(vec![
        half_or_full("A", "60", Missing::Exclude),
        half_or_full("B", "40", Missing::Exclude),
    ]);
    small.parts = vec![
        part("first", "0.25", vec![phase("h1", Span::Half(1))]),
        part("second", "0.75", vec![phase("year", Span::Year)]),
    ];
    let reading = |value: &str| Reading {
        value: d(value),
        ..Reading::default()
    };
    let mut one = unit("1");
    let of_phase = |values: &[(&str, &str)]| {
        let values = values.iter();
        values
            .map(|(item, value)| ((*item).to_owned(), reading(value)))
            .collect()
    };
    one.readings
        .insert("h1".to_owned(), of_phase(&[("A", "50")]));
    one.readings
        .insert("year".to_owned(), of_phase(&[("A", "90"), ("B", "80")]));
    let outcome = run(&small, vec![one]).remove(0);
    let losses: Vec<_> = outcome
        .losses(small.full)
        .into_iter()
        .map(|loss| (loss.item, loss.points, loss.phase))
        .collect();
    // In the half-year A stands for B as well: 50 of 100 points at 25 %. In the year 6 and 8 points at 75 %.
    let expected = [("A", "17", "h1"), ("B", "6", "year")];
    let expected =
        expected.map(|(item, points, phase)| (item.to_owned(), d(points), phase.to_owned()));
    assert_eq!(losses, expected);
    let lost: Decimal = losses.iter().map(|(_, points, _)| *points).sum();
    assert_eq!(outcome.score, Some((d("100") - lost).round_dp(2)));
}

#[test]
fn a_value_that_is_not_there_says_why() {
    let small = scheme(vec![half_or_full("A", "100", Missing::Zero)]);
    let mut one = unit("1");
    let why = BTreeMap::from([("A".to_owned(), "本期没有病案".to_owned())]);
    one.absent.insert("year".to_owned(), why);
    let outcome = run(&small, vec![one]).remove(0);
    let absent: Vec<_> = outcome
        .absent_items()
        .map(|(phase, item)| (phase.phase.as_str(), item.absent.as_deref()))
        .collect();
    assert_eq!(absent, [("year", Some("本期没有病案"))]);
    let lines = item_lines(&small, &outcome, "A", biaochi_domain::Language::Zh);
    assert_eq!(lines[2].text, "没有值：本期没有病案（人工录入）");
}

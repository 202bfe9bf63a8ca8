//! Each shape at its bounds, and just beside them.

use super::*;

/// The points of a value under a shape of 10 points.
#[track_caller]
fn check(shape: Shape, direction: Direction, cases: &[(&str, &str)]) {
    for (value, expected) in cases {
        let mut item = item("A", "10", shape.clone());
        item.direction = direction;
        let outcomes = run(&scheme(vec![item]), vec![with("1", &[("A", value)])]);
        assert_eq!(
            outcomes[0].score,
            Some(d(expected)),
            "{value} under {shape:?}"
        );
    }
}

#[test]
fn an_interval_gives_all_within_and_less_outside() {
    let shape = Shape::Interval {
        low: Some(d("80")),
        high: Some(d("93")),
        every: d("2"),
        lose: d("1.5"),
        whole: false,
    };
    check(
        shape.clone(),
        Direction::Higher,
        &[
            ("80", "10"),
            ("93", "10"),
            ("79", "9.25"),
            ("95", "8.5"),
            ("0", "0"),
        ],
    );
    let Shape::Interval {
        low,
        high,
        every,
        lose,
        ..
    } = shape
    else {
        return;
    };
    let whole = Shape::Interval {
        low,
        high,
        every,
        lose,
        whole: true,
    };
    check(
        whole,
        Direction::Higher,
        &[
            ("79", "10"),
            ("78", "8.5"),
            ("76.01", "8.5"),
            ("95", "8.5"),
            ("96.99", "8.5"),
        ],
    );
}

#[test]
fn a_line_runs_between_its_bounds_either_way() {
    let up = Shape::Linear {
        zero: d("50"),
        full: d("90"),
    };
    check(
        up,
        Direction::Higher,
        &[
            ("49", "0"),
            ("50", "0"),
            ("70", "5"),
            ("90", "10"),
            ("99", "10"),
        ],
    );
    let down = Shape::Linear {
        zero: d("9"),
        full: d("8"),
    };
    check(
        down,
        Direction::Lower,
        &[
            ("9", "0"),
            ("8.5", "5"),
            ("8", "10"),
            ("7", "10"),
            ("9.1", "0"),
        ],
    );
}

#[test]
fn a_ratio_stops_at_its_most() {
    let ratio = |most: &str| Shape::Ratio {
        target: Target::Fixed(d("80")),
        most: d(most),
    };
    check(
        ratio("1"),
        Direction::Higher,
        &[("60", "7.5"), ("80", "10"), ("88", "10"), ("-1", "0")],
    );
    let mut more = item("A", "10", ratio("1.2"));
    more.cap = Some(d("12"));
    let outcomes = run(&scheme(vec![more]), vec![with("1", &[("A", "88")])]);
    assert_eq!(outcomes[0].score, Some(d("11")));
    check(
        ratio("1"),
        Direction::Lower,
        &[("100", "8"), ("80", "10"), ("0", "10"), ("160", "5")],
    );
}

#[test]
fn a_third_of_a_third_comes_out_even() {
    // 15 × 1 ÷ 3 is 5, not 4.999….
    let shape = Shape::Ratio {
        target: Target::Fixed(d("3")),
        most: d("1"),
    };
    let outcomes = run(
        &scheme(vec![item("A", "15", shape)]),
        vec![with("1", &[("A", "1")])],
    );
    assert_eq!(outcomes[0].weighted, Some(d("5")));
}

#[test]
fn rows_are_tried_in_their_order() {
    let limit = |comparator, value: &str| Limit {
        comparator,
        value: d(value),
    };
    let shape = Shape::Steps {
        rows: vec![
            Row {
                limits: vec![limit(Comparator::AtLeast, "90")],
                points: d("10"),
            },
            Row {
                limits: vec![
                    limit(Comparator::AtLeast, "80"),
                    limit(Comparator::Below, "90"),
                ],
                points: d("6"),
            },
        ],
        otherwise: d("1"),
    };
    check(
        shape,
        Direction::Higher,
        &[("90", "10"), ("89.99", "6"), ("80", "6"), ("79.99", "1")],
    );
}

#[test]
fn full_points_or_none() {
    let limit = Limit {
        comparator: Comparator::AtMost,
        value: d("0.5"),
    };
    let shape = Shape::FullOrNothing { limit };
    check(shape, Direction::Lower, &[("0.5", "10"), ("0.51", "0")]);
}

#[test]
fn events_cost_points_down_to_the_floor() {
    let shape = Shape::Deduct {
        each: d("2.5"),
        free: d("1"),
    };
    check(
        shape.clone(),
        Direction::Lower,
        &[
            ("0", "10"),
            ("1", "10"),
            ("2", "7.5"),
            ("5", "0"),
            ("9", "0"),
        ],
    );
    let mut item = item("A", "10", shape);
    item.floor = d("-4");
    let outcomes = run(&scheme(vec![item]), vec![with("1", &[("A", "9")])]);
    assert_eq!(outcomes[0].weighted, Some(d("-4")));
}

#[test]
fn a_place_is_among_the_peers_and_ties_share_it() {
    let shape = Shape::Rank {
        steps: Vec::new(),
        least_peers: 2,
    };
    let units = vec![
        with("1", &[("A", "9")]),
        with("2", &[("A", "7")]),
        with("3", &[("A", "7")]),
        with("4", &[("A", "1")]),
        unit("5"),
    ];
    let mut refuses = item("A", "10", shape);
    refuses.missing = Missing::Zero;
    let scores = |item: Item| -> Vec<Option<Decimal>> {
        let outcomes = run(&scheme(vec![item]), units.clone());
        outcomes.iter().map(|outcome| outcome.score).collect()
    };
    let points = ["10", "5", "5", "0", "0"].map(|points| Some(d(points)));
    assert_eq!(scores(refuses.clone()), points);
    refuses.direction = Direction::Lower;
    let points = ["0", "5", "5", "10", "0"].map(|points| Some(d(points)));
    assert_eq!(scores(refuses.clone()), points);
    refuses.direction = Direction::Higher;
    refuses.shape = Shape::Rank {
        steps: vec![
            RankStep {
                best_percent: d("25"),
                points: d("10"),
            },
            RankStep {
                best_percent: d("50"),
                points: d("8"),
            },
        ],
        least_peers: 2,
    };
    let points = ["10", "8", "8", "0", "0"].map(|points| Some(d(points)));
    assert_eq!(scores(refuses.clone()), points);
    refuses.shape = Shape::Rank {
        steps: Vec::new(),
        least_peers: 5,
    };
    let outcomes = run(&scheme(vec![refuses]), units.clone());
    let why = outcomes[0]
        .items("A")
        .next()
        .map(|(_, item)| item.why.clone());
    assert_eq!(
        why,
        Some(Why::FewPeers {
            peers: 4,
            least: 5,
            then: Missing::Zero
        })
    );
}

#[test]
fn what_is_watched_is_worth_nothing() {
    let watched = item("B", "0", Shape::Monitor);
    let limit = Limit {
        comparator: Comparator::AtLeast,
        value: d("1"),
    };
    let counted = item("A", "10", Shape::FullOrNothing { limit });
    let small = scheme(vec![counted, watched]);
    assert_eq!(small.tables[0].points(), d("10"));
    let outcomes = run(&small, vec![with("1", &[("A", "1")])]);
    assert_eq!(outcomes[0].score, Some(d("10")));
}

#[test]
fn numbers_beyond_reason_are_told_and_nothing_breaks() {
    let huge = "79228162514264337593543950335";
    for shape in [
        Shape::Ratio {
            target: Target::Fixed(d("0.0001")),
            most: d("1"),
        },
        Shape::Linear {
            zero: d("-79228162514264337593543950335"),
            full: d(huge),
        },
        Shape::Deduct {
            each: d("2"),
            free: d("0"),
        },
        Shape::Interval {
            low: None,
            high: Some(d("1")),
            every: d("0.01"),
            lose: d("5"),
            whole: false,
        },
    ] {
        let mut item = item("A", "10", shape.clone());
        item.missing = Missing::Zero;
        let outcomes = run(&scheme(vec![item]), vec![with("1", &[("A", huge)])]);
        let why = outcomes[0]
            .items("A")
            .next()
            .map(|(_, item)| item.why.clone());
        assert_eq!(
            why,
            Some(Why::TooLarge {
                then: Missing::Zero
            }),
            "{shape:?}"
        );
        assert_eq!(outcomes[0].score, Some(d("0")));
    }
}

//! What holds for every scheme and value.

use proptest::prelude::*;

use super::*;

fn any_shape() -> impl Strategy<Value = Shape> {
    let number = || (-2000_i64..2000, 0_u32..3).prop_map(|(n, scale)| Decimal::new(n, scale));
    let positive = || (1_i64..2000, 0_u32..3).prop_map(|(n, scale)| Decimal::new(n, scale));
    prop_oneof![
        (number(), positive(), positive(), positive(), any::<bool>()).prop_map(
            |(low, width, every, lose, whole)| Shape::Interval {
                low: Some(low),
                high: Some(low + width),
                every,
                lose,
                whole,
            }
        ),
        (number(), positive()).prop_map(|(zero, range)| Shape::Linear {
            zero,
            full: zero + range,
        }),
        positive().prop_map(|target| Shape::Ratio {
            target: Target::Fixed(target),
            most: Decimal::ONE,
        }),
        Just(Shape::Rank {
            steps: Vec::new(),
            least_peers: 1,
        }),
        positive().prop_map(|each| Shape::Deduct {
            each,
            free: Decimal::ZERO,
        }),
    ]
}

proptest! {
    #[test]
    fn points_lie_between_nothing_and_full(
        shape in any_shape(),
        values in proptest::collection::vec((-100_000_i64..100_000, 0_u32..4), 1..8),
    ) {
        let small = scheme(vec![item("A", "10", shape)]);
        let units = values.iter().enumerate().map(|(index, (value, scale))| {
            with(&index.to_string(), &[("A", &Decimal::new(*value, *scale).to_string())])
        });
        for outcome in run(&small, units.collect()) {
            let score = outcome.score.expect("a value is there");
            prop_assert!(score >= Decimal::ZERO && score <= d("10"), "{score}");
        }
    }

    #[test]
    fn better_values_never_score_less(
        shape in any_shape().prop_filter("both sides cost", |shape| !matches!(shape, Shape::Interval { .. } | Shape::Deduct { .. })),
        one in -10_000_i64..10_000,
        more in 0_i64..10_000,
    ) {
        let small = scheme(vec![item("A", "10", shape)]);
        let values = [one, one + more].map(|value| value.to_string());
        let units = vec![with("1", &[("A", &values[0])]), with("2", &[("A", &values[1])])];
        let outcomes = run(&small, units);
        prop_assert!(outcomes[0].score <= outcomes[1].score);
    }

    #[test]
    fn the_order_of_the_institutions_changes_no_byte(
        values in proptest::collection::vec(-100_i64..100, 2..10),
        turn in 0_usize..10,
    ) {
        let small = scheme(vec![item("A", "10", Shape::Rank { steps: Vec::new(), least_peers: 1 })]);
        let mut units: Vec<UnitInputs> = values
            .iter()
            .enumerate()
            .map(|(index, value)| with(&format!("{index:03}"), &[("A", &value.to_string())]))
            .collect();
        let text = |units: Vec<UnitInputs>| serde_json::to_string(&run(&small, units)).expect("JSON");
        let straight = text(units.clone());
        let turn = turn % units.len();
        units.rotate_left(turn);
        prop_assert_eq!(&text(units), &straight);
        // What was stored reads back as it was.
        let read: Vec<Outcome> = serde_json::from_str(&straight).expect("outcomes");
        prop_assert_eq!(serde_json::to_string(&read).expect("JSON"), straight);
    }
}

//! Lists in order and page by page, and the figures over them.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use biaochi_checks::{Severity, Stage};
use biaochi_store::{
    Cursor, Dimension, Filter, Finding, Order, Price, Scope, State, Step, StoreError,
};
use jiff::SignedDuration;
use jiff::civil::date;
use rust_decimal::Decimal;

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, all, finding, key, month, sync, time};

on_both!(
    thousands_of_items_are_listed_in_order_and_completely,
    filters_narrow_lists_and_counts,
    pages_go_on_where_they_ended_while_items_come_and_go,
    turnaround_and_repeats,
);

/// A finding with ranks that repeat, so that ties must be broken.
fn varied(number: u64) -> Finding {
    // Multiplying by an odd constant scatters neighbours.
    let scattered = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let mut finding = finding(
        &format!("{scattered:011x}"),
        &format!("CP{:03}", number % 7),
        "v",
    );
    finding.due = date(2024, 4, 1 + (scattered % 28) as i8);
    finding.severity = Severity::ALL[(scattered % 3) as usize];
    finding.stage = Stage::ALL[1 + (scattered % 2) as usize];
    finding.department = format!("科室{}", number % 5);
    finding.price = (!scattered.is_multiple_of(4)).then(|| Price {
        weight: Some(Decimal::new((scattered % 50) as i64 - 25, 4)),
        payment: (scattered % 4 > 1).then(|| Decimal::new((scattered % 90) as i64 - 45, 2)),
        changes_group: scattered.is_multiple_of(2),
    });
    finding
}

async fn thousands_of_items_are_listed_in_order_and_completely(place: &Place) {
    const MANY: u64 = 5_000;
    let store = place.store().await;
    let findings: Vec<_> = (0..MANY).map(varied).collect();
    let mut expected: Vec<_> = findings
        .iter()
        .map(|finding| (finding.record_key.clone(), finding.check_id.clone()))
        .collect();
    expected.sort();
    assert_eq!(sync(&store, 0, findings).await.opened, MANY);

    for (order, limit) in [
        (Order::Price, 1000),
        (Order::Due, 999),
        (Order::Severity, 640),
    ] {
        let items = all(&store, &Filter::default(), order, limit).await;

        let place_of = |item: &biaochi_store::Item| {
            let finding = &item.finding;
            let price = finding.price.clone().unwrap_or_default();
            let dear = |value: Option<Decimal>| -value.unwrap_or_default().abs();
            let (payment, weight) = (dear(price.payment), dear(price.weight));
            let due = finding.due;
            let first = match order {
                Order::Price => (payment, weight, due, finding.severity),
                // Constants keep the other columns out of the comparison.
                Order::Due => (Decimal::ZERO, Decimal::ZERO, due, finding.severity),
                Order::Severity => (
                    Decimal::from(finding.severity as i32),
                    Decimal::ZERO,
                    due,
                    finding.severity,
                ),
            };
            (first, payment, finding.record_key.clone())
        };
        for pair in items.windows(2) {
            let (one, two) = (place_of(&pair[0]), place_of(&pair[1]));
            match order {
                // Severity plays no part in the order of prices.
                Order::Price => assert!(
                    (one.0.0, one.0.1, one.0.2, &one.2) < (two.0.0, two.0.1, two.0.2, &two.2),
                    "{order:?}: {one:?} {two:?}"
                ),
                _ => assert!(one < two, "{order:?}: {one:?} {two:?}"),
            }
        }
        let mut found: Vec<_> = items
            .into_iter()
            .map(|item| (item.finding.record_key, item.finding.check_id))
            .collect();
        found.sort();

        assert!(found == expected, "{order:?} is not complete");
    }

    let by_department = store
        .counts(&Scope::All, &Filter::default(), Dimension::Department)
        .await
        .unwrap();
    assert_eq!(by_department.len(), 5);
    assert_eq!(by_department.iter().map(|c| c.items).sum::<u64>(), MANY);
    assert!(by_department.windows(2).all(|w| w[0].items >= w[1].items));

    // All of them are gone in one go as well.
    assert_eq!(sync(&store, 10, vec![]).await.closed, MANY);
}

async fn filters_narrow_lists_and_counts(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let mut findings: Vec<_> = (0..60).map(varied).collect();
    findings[0].coder = String::new();
    findings[1].physician = "D02".into();
    let record = findings[2].record_key.clone();
    sync(&store, 0, findings.clone()).await;
    let first = key(&findings[0].record_key, &findings[0].check_id);
    let seen = store.item(&scope, &first).await.unwrap().seen();
    let assign = Step::Assign {
        to: "李编码".into(),
    };
    store
        .act(&scope, &actor("组长", 1), &seen, &assign)
        .await
        .unwrap();

    let text = |text: &str| Some(text.to_owned());
    let with = |change: &dyn Fn(&mut Filter)| {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    };
    let count = |wanted: &dyn Fn(&Finding) -> bool| {
        findings.iter().filter(|finding| wanted(finding)).count()
    };
    let cases: Vec<(Filter, usize)> = vec![
        (Filter::default(), 60),
        (Filter::unsettled(), 60),
        (with(&|f| f.organisation_code = text(HOSPITAL)), 60),
        (with(&|f| f.month = Some(month("2024-03"))), 60),
        (with(&|f| f.month = Some(month("2024-04"))), 0),
        (with(&|f| f.coder = text("")), 1),
        (with(&|f| f.coder = text("C01")), 59),
        (with(&|f| f.physician = text("D02")), 1),
        (with(&|f| f.record_key = text(&record)), 1),
        (with(&|f| f.assignee = text("李编码")), 1),
        (with(&|f| f.assignee = text("")), 59),
        (with(&|f| f.states = vec![State::Assigned]), 1),
        (with(&|f| f.states = vec![State::Open]), 59),
        (with(&|f| f.states = vec![State::Closed]), 0),
        (
            with(&|f| f.severity = Some(Severity::Warning)),
            count(&|f| f.severity == Severity::Warning),
        ),
        (
            with(&|f| f.stage = Some(Stage::Enforced)),
            count(&|f| f.stage == Stage::Enforced),
        ),
        (
            with(&|f| f.check_id = text("CP003")),
            count(&|f| f.check_id == "CP003"),
        ),
        (
            with(&|f| f.department = text("科室2")),
            count(&|f| f.department == "科室2"),
        ),
        (
            with(&|f| f.due_before = Some(date(2024, 4, 10))),
            count(&|f| f.due < date(2024, 4, 10)),
        ),
    ];
    for (filter, expected) in cases {
        let page = store
            .list(&scope, &filter, Order::Price, None, 1000)
            .await
            .unwrap();
        assert_eq!(page.items.len(), expected, "{filter:?}");
        let counted = store.count(&scope, &filter).await.unwrap();
        assert_eq!(counted, expected as u64, "{filter:?}");
    }

    for (dimension, values) in [
        (Dimension::Organisation, 1),
        (Dimension::Month, 1),
        (Dimension::Department, 5),
        (Dimension::Physician, 2),
        (Dimension::Coder, 2),
        (Dimension::Check, 7),
        (Dimension::State, 2),
        (Dimension::Severity, 3),
        (Dimension::Stage, 2),
        (Dimension::Assignee, 2),
    ] {
        let counts = store
            .counts(&scope, &Filter::default(), dimension)
            .await
            .unwrap();
        assert_eq!(counts.len(), values, "{dimension:?}");
        assert_eq!(counts.iter().map(|count| count.items).sum::<u64>(), 60);
        if dimension == Dimension::Severity {
            let named: BTreeSet<_> = counts.iter().map(|c| c.value.as_str()).collect();
            assert_eq!(named, BTreeSet::from(["error", "suspect", "warning"]));
        }
    }
    // Several at once say the same as one after the other.
    let filter = with(&|filter| filter.severity = Some(Severity::Error));
    let all = Dimension::ALL;
    let together = store.counts_by(&scope, &filter, &all).await.unwrap();
    assert_eq!(together.len(), all.len());
    for (dimension, counts) in all.into_iter().zip(together) {
        assert_eq!(Dimension::from_code(dimension.code()), Some(dimension));
        let alone = store.counts(&scope, &filter, dimension).await.unwrap();
        assert_eq!(counts, alone, "{dimension:?}");
        assert!(!alone.is_empty());
    }
    let none = store.counts_by(&scope, &filter, &[]).await.unwrap();
    assert!(none.is_empty());
}

async fn pages_go_on_where_they_ended_while_items_come_and_go(place: &Place) {
    let store = place.store().await;
    let findings: Vec<_> = (0..100).map(varied).collect();
    sync(&store, 0, findings.clone()).await;
    let filter = Filter::unsettled();
    let list = |after: Option<Cursor>| {
        let (store, filter) = (&store, &filter);
        async move {
            store
                .list(&Scope::All, filter, Order::Due, after.as_ref(), 40)
                .await
                .unwrap()
        }
    };
    let first = list(None).await;
    assert_eq!(first.items.len(), 40);
    // The cursor goes through an address and comes back.
    let cursor = first.next.unwrap().to_string();
    let cursor = Cursor::from_str(&cursor).unwrap();

    // The first page's items vanish: an offset would now skip forty others.
    let gone: BTreeSet<_> = first.items.iter().map(|item| item.key()).collect();
    let rest: Vec<_> = findings
        .into_iter()
        .filter(|finding| !gone.contains(&key(&finding.record_key, &finding.check_id)))
        .collect();
    sync(&store, 1, rest).await;
    let second = list(Some(cursor.clone())).await;
    let third = list(second.next.clone()).await;
    assert_eq!((second.items.len(), third.items.len()), (40, 20));
    assert_eq!(third.next, None);

    let other_order = store
        .list(&Scope::All, &filter, Order::Price, Some(&cursor), 40)
        .await;
    assert!(matches!(other_order, Err(StoreError::Cursor)));
    for text in ["", "{}", "1' OR 1=1", "[1]", "{\"order\":\"due\"}"] {
        assert!(matches!(Cursor::from_str(text), Err(StoreError::Cursor)));
    }
    // Limits are kept within reason.
    for (limit, expected) in [(0, 1), (1, 1), (u32::MAX, 60)] {
        let page = store.list(&Scope::All, &filter, Order::Price, None, limit);
        assert_eq!(page.await.unwrap().items.len(), expected);
    }
}

async fn turnaround_and_repeats(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let by_check = |check: &str, count: usize| -> Vec<Finding> {
        (0..count)
            .map(|n| finding(&format!("{n:02x}"), check, "v"))
            .collect()
    };
    let hours = |hours: i64| hours * 3600;
    let both = |one: usize, two: usize| {
        let mut findings = by_check("CP001", one);
        findings.extend(by_check("CP002", two));
        findings
    };
    // Four of one check and two of another; they close after 1, 2, 3 and 10 hours.
    sync(&store, 0, both(4, 2)).await;
    sync(&store, hours(1), both(3, 2)).await;
    sync(&store, hours(2), both(2, 2)).await;
    // One that is accepted takes no part, whenever it vanishes.
    let seen = store
        .item(&scope, &key("01", "CP002"))
        .await
        .unwrap()
        .seen();
    let accept = Step::Accept {
        reason: "已核对".into(),
    };
    store
        .act(&scope, &actor("coder", hours(2)), &seen, &accept)
        .await
        .unwrap();
    sync(&store, hours(3), both(1, 1)).await;
    sync(&store, hours(10), vec![]).await;

    let everything = Filter::default();
    let from = time(0);
    let until = time(hours(100));
    let figures = |by: Option<Dimension>, until| {
        let (store, scope, everything) = (&store, &scope, &everything);
        async move {
            let figures = store.turnaround(scope, everything, from, until, by).await;
            figures
                .unwrap()
                .into_iter()
                .map(|row| (row.value, row.closed, row.median, row.p90))
                .collect::<Vec<_>>()
        }
    };
    let after = |minutes: i64| SignedDuration::from_mins(minutes);
    assert_eq!(
        figures(Some(Dimension::Check), until).await,
        [
            ("CP001".to_owned(), 4, after(150), after(600)),
            ("CP002".to_owned(), 1, after(600), after(600)),
        ]
    );
    assert_eq!(
        figures(None, until).await,
        [(String::new(), 5, after(180), after(600))]
    );
    // The end of the period is not part of it.
    assert_eq!(
        figures(None, time(hours(3))).await,
        [(String::new(), 2, after(90), after(120))]
    );
    assert_eq!(figures(None, time(1)).await, []);

    // They come back, one of them twice.
    sync(&store, hours(20), both(2, 0)).await;
    sync(&store, hours(21), vec![]).await;
    sync(&store, hours(22), both(1, 0)).await;
    let repeats = store
        .repeats(&scope, &everything, Dimension::Check)
        .await
        .unwrap();
    let told: Vec<_> = repeats
        .iter()
        .map(|row| (row.value.as_str(), row.items, row.repeated, row.times))
        .collect();
    assert_eq!(told, [("CP001", 4, 2, 3)]);
    // The second round is counted from when it came back.
    assert_eq!(
        figures(Some(Dimension::Check), until).await[0],
        ("CP001".to_owned(), 6, after(90), after(600))
    );
}

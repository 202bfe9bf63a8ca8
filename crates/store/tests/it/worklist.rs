//! Findings become items, people settle them, the next check has the last word.

use biaochi_domain::{Language, Localized as _};
use biaochi_store::{
    ActionKind, Change, Filter, Item, ItemKey, NewCorrection, Order, Recorded, Scope, State, Step,
    Store, StoreError,
};
use jiff::SignedDuration;

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, MARCH, actor, finding, key, march, month, sync, time};

on_both!(
    a_fault_from_beginning_to_end,
    accepted_and_reopened_as_the_table_says,
    the_same_findings_again_change_nothing,
    every_month_is_its_own,
    an_older_check_is_refused,
    findings_that_cannot_be_stored_change_nothing,
    a_step_goes_to_all_or_to_none,
    what_lies_outside_the_scope_is_refused,
);

pub(crate) fn correction(record: &str, based_on: u64, checks: &[&str]) -> NewCorrection {
    NewCorrection {
        organisation_code: HOSPITAL.to_owned(),
        record_key: record.to_owned(),
        month: month(MARCH),
        based_on,
        reason: "按分娩记录补填".to_owned(),
        changes: vec![Change {
            field: "birth_weights.grams".to_owned(),
            index: 0,
            before: None,
            after: Some(Recorded::Plain("3250".to_owned())),
        }],
        checks: checks.iter().map(|id| (*id).to_owned()).collect(),
    }
}

async fn item(store: &Store, key: &ItemKey) -> Item {
    store.item(&Scope::All, key).await.unwrap()
}

async fn act(store: &Store, second: i64, key: &ItemKey, step: Step) -> Result<Item, StoreError> {
    let seen = item(store, key).await.seen();
    store
        .act(
            &Scope::one(HOSPITAL),
            &actor("王编码", second),
            &seen,
            &step,
        )
        .await
}

async fn a_fault_from_beginning_to_end(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let key = key("aa01", "CP002");
    let found = || vec![finding("aa01", "CP002", "v1")];

    let summary = sync(&store, 0, found()).await;
    assert_eq!(summary.opened, 1);
    let opened = item(&store, &key).await;
    assert_eq!(opened.finding, finding("aa01", "CP002", "v1"));
    assert_eq!((opened.state, opened.revision), (State::Open, 1));
    assert_eq!(opened.month, month(MARCH));
    assert_eq!(opened.opened_at, time(0));

    let to = "李编码".to_owned();
    let assigned = act(&store, 10, &key, Step::Assign { to }).await.unwrap();
    assert_eq!(assigned.assignee.as_deref(), Some("李编码"));
    assert_eq!(assigned, item(&store, &key).await);

    let (_, waiting) = store
        .correct(
            &scope,
            &actor("李编码", 20),
            &correction("aa01", 0, &["CP002"]),
        )
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0], item(&store, &key).await);
    assert_eq!(waiting[0].state, State::Corrected);

    assert_eq!(sync(&store, 30, found()).await.found_again, 1);
    let again = item(&store, &key).await;
    assert_eq!((again.state, again.times_found), (State::Assigned, 2));

    assert_eq!(sync(&store, 3600, vec![]).await.closed, 1);
    let closed = item(&store, &key).await;
    assert_eq!(closed.state, State::Closed);
    assert_eq!(closed.closed_at, Some(time(3600)));

    let text = "原始病历已核对".to_owned();
    act(&store, 3700, &key, Step::Note { text }).await.unwrap();

    let history = store.history(&scope, &key).await.unwrap();
    let told: Vec<_> = history
        .iter()
        .map(|action| (action.revision, action.kind, action.before, action.after))
        .collect();
    use ActionKind as A;
    use State as S;
    assert_eq!(
        told,
        [
            (1, A::Opened, None, S::Open),
            (2, A::Assigned, Some(S::Open), S::Assigned),
            (3, A::Corrected, Some(S::Assigned), S::Corrected),
            (4, A::FoundAgain, Some(S::Corrected), S::Assigned),
            (5, A::ClosedByRecheck, Some(S::Assigned), S::Closed),
            (6, A::Noted, Some(S::Closed), S::Closed),
        ]
    );
    assert_eq!(history[1].note, "李编码");
    assert_eq!(history[1].actor, "王编码");
    assert_eq!(history[2].note, "按分娩记录补填");
    assert_eq!(history[4].elapsed, Some(SignedDuration::from_hours(1)));
    assert_eq!(history[5].elapsed, None);
}

/// Plays a scene with one item, a word a step, and looks at the item.
///
/// `found=X` is a check that finds it with the values X, `gone` one that does not; `late=X` is a check
/// that read the record before the last step.
async fn check(store: &Store, number: usize, scene: &str, expected: (State, u64)) {
    let record = format!("case{number}");
    let key = key(&record, "CP002");
    let month = month(&format!("2023-{:02}", number % 12 + 1));
    for (step, word) in scene.split(' ').enumerate() {
        // Scenes of one month follow each other: the newer check may not be older.
        let second = (number * 1000 + step * 10) as i64;
        let mut recheck = march(second);
        recheck.month = month;
        let (verb, value) = word.split_once('=').unwrap_or((word, ""));
        let reason = || "已核对".to_owned();
        let step = match verb {
            "found" | "gone" | "late" => {
                if verb == "late" {
                    recheck.as_of = time(second - 11);
                }
                let findings = match verb {
                    "gone" => vec![],
                    _ => vec![finding(&record, "CP002", value)],
                };
                store
                    .sync(&Scope::All, &actor("recheck", second), &recheck, findings)
                    .await
                    .unwrap();
                continue;
            }
            "correct" => {
                let based_on = store
                    .corrections_of(&Scope::All, HOSPITAL, &record)
                    .await
                    .unwrap()
                    .len() as u64;
                store
                    .correct(
                        &Scope::All,
                        &actor("coder", second),
                        &correction(&record, based_on, &["CP002"]),
                    )
                    .await
                    .unwrap();
                continue;
            }
            "assign" => Step::Assign {
                to: value.to_owned(),
            },
            "release" => Step::Release,
            "accept" => Step::Accept { reason: reason() },
            "back" => Step::SendBack { reason: reason() },
            other => panic!("no step {other}"),
        };
        act(store, second, &key, step).await.unwrap();
    }
    let found = item(store, &key).await;
    assert_eq!((found.state, found.times_found), expected, "{scene}");
    // What the item says agrees with the last line of its history.
    let history = store.history(&Scope::All, &key).await.unwrap();
    assert_eq!(history.last().unwrap().after, found.state, "{scene}");
    assert!(
        history
            .windows(2)
            .all(|pair| Some(pair[0].after) == pair[1].before)
    );
}

async fn accepted_and_reopened_as_the_table_says(place: &Place) {
    use State::{Accepted, Assigned, Closed, Corrected, Open};
    let store = place.store().await;
    let table: &[(&str, (State, u64))] = &[
        ("found=a", (Open, 1)),
        ("found=a found=b", (Open, 1)),
        ("found=a gone", (Closed, 1)),
        ("found=a gone gone", (Closed, 1)),
        ("found=a gone found=a", (Open, 2)),
        ("found=a gone found=a gone found=b", (Open, 3)),
        ("found=a assign=x gone found=a", (Assigned, 2)),
        ("found=a assign=x release gone found=a", (Open, 2)),
        ("found=a correct", (Corrected, 1)),
        ("found=a correct late=a", (Corrected, 1)),
        ("found=a correct late=a found=a", (Open, 2)),
        ("found=a correct gone", (Closed, 1)),
        ("found=a correct gone found=a", (Open, 2)),
        (
            "found=a assign=x correct found=a correct found=a",
            (Assigned, 3),
        ),
        ("found=a assign=x correct back", (Assigned, 1)),
        ("found=a correct back", (Open, 1)),
        ("found=a accept", (Accepted, 1)),
        ("found=a accept found=a", (Accepted, 1)),
        ("found=a accept found=b", (Open, 1)),
        ("found=a assign=x accept found=b", (Assigned, 1)),
        ("found=a accept found=b found=a", (Open, 1)),
        ("found=a accept back found=a", (Open, 1)),
        ("found=a accept gone", (Closed, 1)),
        ("found=a accept gone found=a", (Accepted, 1)),
        ("found=a accept gone found=b", (Open, 2)),
        ("found=a accept back gone found=a", (Open, 2)),
        ("found=a accept correct found=a", (Accepted, 1)),
        ("found=a correct accept found=a", (Accepted, 1)),
    ];
    // Scenes whose last check is older than another scene's would be refused: each has its own month,
    // or comes after the one before.
    for (number, (scene, expected)) in table.iter().enumerate() {
        check(&store, number, scene, *expected).await;
    }
}

async fn the_same_findings_again_change_nothing(place: &Place) {
    let store = place.store().await;
    let findings = || {
        (0..300)
            .map(|n| finding(&format!("{n:04x}"), "CP002", "v"))
            .collect::<Vec<_>>()
    };
    let first = sync(&store, 0, findings()).await;
    assert_eq!(first.opened, 300);
    let before = all_items(&store).await;
    let second = sync(&store, 100, findings()).await;
    assert_eq!((second.opened, second.still_open), (0, 300));
    assert_eq!(all_items(&store).await, before);
    let history = place.number("SELECT COUNT(*) FROM worklist_action").await;
    assert_eq!(history, Some(300));
}

async fn all_items(store: &Store) -> Vec<Item> {
    crate::support::all(store, &Filter::default(), Order::Due, 1000).await
}

async fn every_month_is_its_own(place: &Place) {
    let store = place.store().await;
    sync(&store, 0, vec![finding("aa01", "CP002", "v")]).await;
    let mut april = march(5);
    april.month = month("2024-04");
    let summary = store
        .sync(&Scope::All, &actor("recheck", 5), &april, vec![])
        .await
        .unwrap();
    assert_eq!(summary.closed, 0);
    // A record whose month of discharge was corrected takes its items along.
    let moved = vec![finding("aa01", "CP002", "v"), finding("aa02", "CP002", "v")];
    let summary = store
        .sync(&Scope::All, &actor("recheck", 6), &april, moved)
        .await
        .unwrap();
    assert_eq!((summary.opened, summary.still_open), (1, 1));
    assert_eq!(sync(&store, 7, vec![]).await.closed, 0);
    let item = item(&store, &key("aa01", "CP002")).await;
    assert_eq!((item.month, item.state), (month("2024-04"), State::Open));
    let history = store.history(&Scope::All, &item.key()).await.unwrap();
    assert_eq!(history.len(), 1);
}

async fn an_older_check_is_refused(place: &Place) {
    let store = place.store().await;
    sync(&store, 100, vec![finding("aa01", "CP002", "v")]).await;
    let refused = store
        .sync(&Scope::All, &actor("recheck", 200), &march(99), vec![])
        .await;
    match refused {
        Err(StoreError::Outdated { as_of, newest, .. }) => {
            assert_eq!((as_of, newest), (time(99), time(100)));
        }
        other => panic!("{other:?}"),
    }
    let item = item(&store, &key("aa01", "CP002")).await;
    assert_eq!(item.state, State::Open);
    let as_of = store.checked_as_of(&Scope::All, HOSPITAL, month(MARCH));
    assert_eq!(as_of.await.unwrap(), Some(time(100)));
    let never = store.checked_as_of(&Scope::All, HOSPITAL, month("2024-04"));
    assert_eq!(never.await.unwrap(), None);
}

async fn findings_that_cannot_be_stored_change_nothing(place: &Place) {
    let store = place.store().await;
    let good = || finding("aa01", "CP002", "v");
    let twice = vec![good(), finding("aa02", "CP002", "v"), good()];
    let long = "9".repeat(65);
    let cases = [
        (twice, "报告了两次"),
        (vec![good(), finding("", "CP002", "v")], "病案标识没有填写"),
        (vec![good(), finding("aa02", " ", "v")], "检查编号没有填写"),
        (vec![good(), finding(&long, "CP002", "v")], "超过 64 个字"),
    ];
    for (findings, expected) in cases {
        let error = store
            .sync(&Scope::All, &actor("recheck", 0), &march(0), findings)
            .await
            .unwrap_err();
        assert!(error.text(Language::Zh).contains(expected), "{error}");
    }
    assert_eq!(
        store.count(&Scope::All, &Filter::default()).await.unwrap(),
        0
    );
    let as_of = store.checked_as_of(&Scope::All, HOSPITAL, month(MARCH));
    assert_eq!(as_of.await.unwrap(), None);
}

async fn a_step_goes_to_all_or_to_none(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let records = ["aa01", "aa02", "aa03"];
    let findings = records.map(|record| finding(record, "CP002", "v")).to_vec();
    sync(&store, 0, findings).await;
    let mut seen = Vec::new();
    for record in records {
        seen.push(item(&store, &key(record, "CP002")).await.seen());
    }
    let assign = Step::Assign {
        to: "李编码".into(),
    };
    let coder = actor("组长", 10);
    let items = store
        .act_on_all(&scope, &coder, &seen, &assign)
        .await
        .unwrap();
    assert!(items.iter().all(|item| item.state == State::Assigned));
    let now: Vec<_> = items.iter().map(Item::seen).collect();

    // One of them was changed by somebody else.
    act(&store, 20, &now[2].key, Step::Release).await.unwrap();
    let release = store.act_on_all(&scope, &coder, &now, &Step::Release).await;
    match release {
        Err(StoreError::Conflict {
            expected, found, ..
        }) => assert_eq!((expected, found), (2, 3)),
        other => panic!("{other:?}"),
    }
    assert_eq!(item(&store, &now[0].key).await.state, State::Assigned);

    // One of them is in a state that does not fit.
    let mut mixed = now.clone();
    mixed[2].revision = 3;
    let release = store
        .act_on_all(&scope, &coder, &mixed, &Step::Release)
        .await;
    let error = release.unwrap_err();
    assert!(matches!(error, StoreError::StepNotPossible { .. }));
    assert_eq!(
        error.text(Language::Zh),
        "这一条的状态是“待处理”，不能取消分派。请刷新查看最新状态。"
    );
    assert_eq!(item(&store, &now[0].key).await.state, State::Assigned);

    let missing = store.item(&scope, &key("zz", "CP002")).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    let empty = Step::Accept {
        reason: "  ".into(),
    };
    let refused = store.act(&scope, &coder, &now[0], &empty).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })));
}

async fn what_lies_outside_the_scope_is_refused(place: &Place) {
    let store = place.store().await;
    sync(&store, 0, vec![finding("aa01", "CP002", "v")]).await;
    let key = key("aa01", "CP002");
    let seen = item(&store, &key).await.seen();
    let stranger = Scope::one("other");
    let who = actor("x", 1);
    let theirs = Filter {
        organisation_code: Some(HOSPITAL.to_owned()),
        ..Filter::default()
    };
    let refused = [
        store.item(&stranger, &key).await.err(),
        store.history(&stranger, &key).await.err(),
        store
            .act(&stranger, &who, &seen, &Step::Release)
            .await
            .err(),
        store.sync(&stranger, &who, &march(1), vec![]).await.err(),
        store
            .correct(&stranger, &who, &correction("aa01", 0, &[]))
            .await
            .err(),
        store
            .corrections_of(&stranger, HOSPITAL, "aa01")
            .await
            .err(),
        store
            .corrections_of_month(&stranger, HOSPITAL, month(MARCH))
            .await
            .err(),
        store.count(&stranger, &theirs).await.err(),
        store
            .checked_as_of(&stranger, HOSPITAL, month(MARCH))
            .await
            .err(),
    ];
    for (number, error) in refused.into_iter().enumerate() {
        assert!(
            matches!(error, Some(StoreError::OutOfScope { .. })),
            "{number}: {error:?}"
        );
    }
    // Without naming a hospital, a list shows what the scope holds and nothing else.
    let everything = Filter::default();
    for (scope, expected) in [
        (stranger, 0),
        (Scope::Organisations([].into()), 0),
        (Scope::one(HOSPITAL), 1),
        (Scope::All, 1),
    ] {
        assert_eq!(store.count(&scope, &everything).await.unwrap(), expected);
        let page = store.list(&scope, &everything, Order::Due, None, 10).await;
        assert_eq!(page.unwrap().items.len() as u64, expected);
    }
}

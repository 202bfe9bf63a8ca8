//! Several at once: no update is lost, and whoever comes second is told.

use std::collections::BTreeSet;

use biaochi_store::{Filter, Order, Scope, State, Step, Store, StoreError};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, all, finding, in_states, key, march, sync};
use crate::worklist::correction;

on_both!(
    two_checks_at_once,
    two_people_at_once,
    people_work_while_checks_come_in,
    two_corrections_of_one_record_at_once,
    many_first_starts_at_once,
);

async fn two_checks_at_once(place: &Place) {
    let (one, two) = (place.store().await, place.store().await);
    let older = |n: usize| finding(&format!("{n:04x}"), "CP001", "v");
    let newer = |n: usize| finding(&format!("{:04x}", n + 100), "CP001", "v");
    for round in 0..10 {
        let second = round * 10;
        let take = |store: &Store, second, findings: Vec<_>| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .sync(
                        &Scope::All,
                        &actor("recheck", second),
                        &march(second),
                        findings,
                    )
                    .await
            })
        };
        let first = take(&one, second, (0..200).map(older).collect());
        let last = take(&two, second + 5, (0..200).map(newer).collect());
        let (first, last) = (first.await.unwrap(), last.await.unwrap());
        // The older one comes first or not at all; the newer one always has the last word.
        assert!(
            matches!(first, Ok(_) | Err(StoreError::Outdated { .. })),
            "{first:?}"
        );
        last.unwrap();
        let expected: Vec<_> = (0..200)
            .map(newer)
            .map(|finding| (finding.record_key, finding.check_id))
            .collect();
        assert_eq!(in_states(&one, &[State::Open]).await, expected);
    }
    history_is_whole(place, &one).await;
}

async fn two_people_at_once(place: &Place) {
    let (one, two) = (place.store().await, place.store().await);
    sync(&one, 0, vec![finding("aa01", "CP001", "v")]).await;
    let key = key("aa01", "CP001");
    for revision in 1..=20 {
        let seen = one.item(&Scope::All, &key).await.unwrap().seen();
        assert_eq!(seen.revision, revision);
        let act = |store: &Store, who: &str| {
            let (store, seen) = (store.clone(), seen.clone());
            let who = actor(who, 1);
            tokio::spawn(async move {
                let step = Step::Assign {
                    to: who.name.clone(),
                };
                store.act(&Scope::All, &who, &seen, &step).await
            })
        };
        let (first, second) = (act(&one, "甲"), act(&two, "乙"));
        let results = [first.await.unwrap(), second.await.unwrap()];
        let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1), "{won:?} {lost:?}");
        match lost.into_iter().next().unwrap() {
            Err(StoreError::Conflict {
                expected, found, ..
            }) => {
                assert_eq!((expected, found), (revision, revision + 1));
            }
            other => panic!("{other:?}"),
        }
        let now = one.item(&Scope::All, &key).await.unwrap();
        let winner = won.into_iter().next().unwrap().unwrap();
        assert_eq!(now, winner);
    }
    history_is_whole(place, &one).await;
}

async fn people_work_while_checks_come_in(place: &Place) {
    let store = place.store().await;
    let findings = || -> Vec<_> {
        (0..120)
            .map(|n| finding(&format!("{n:04x}"), "CP001", "v"))
            .collect()
    };
    sync(&store, 0, findings()).await;
    let checks = {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 1..=8 {
                // Every other check finds half of them only.
                let mut found = findings();
                found.truncate(if round % 2 == 0 { 120 } else { 60 });
                sync(&store, round * 10, found).await;
            }
        })
    };
    let mut people = Vec::new();
    for person in 0..3 {
        let store = store.clone();
        people.push(tokio::spawn(async move {
            let mut done = 0;
            let mut beaten = 0;
            for n in 0..60 {
                let key = key(&format!("{:04x}", 119 - n), "CP001");
                let seen = store.item(&Scope::All, &key).await.unwrap().seen();
                let step = Step::Note {
                    text: format!("{person} {n}"),
                };
                let who = actor(&format!("p{person}"), 1);
                match store.act(&Scope::All, &who, &seen, &step).await {
                    Ok(_) => done += 1,
                    Err(StoreError::Conflict { .. }) => beaten += 1,
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(done + beaten, 60);
            done
        }));
    }
    let mut done = 0;
    for person in people {
        done += person.await.unwrap();
    }
    checks.await.unwrap();
    // Each note that was confirmed is there.
    let notes = place
        .number("SELECT COUNT(*) FROM worklist_action WHERE action = 'noted'")
        .await;
    assert_eq!(notes, Some(done));
    assert_eq!(in_states(&store, &[State::Open]).await.len(), 120);
    history_is_whole(place, &store).await;
}

/// Every item's history has one line for each revision that was no mere refresh, each begins where the
/// one before ended, and the last one ends where the item stands.
async fn history_is_whole(place: &Place, store: &Store) {
    for item in all(store, &Filter::default(), Order::Due, 1000).await {
        let history = store.history(&Scope::All, &item.key()).await.unwrap();
        let revisions: BTreeSet<_> = history.iter().map(|action| action.revision).collect();
        assert_eq!(revisions, (1..=item.revision).collect());
        assert_eq!(history.last().unwrap().after, item.state);
        assert!(
            history
                .windows(2)
                .all(|pair| Some(pair[0].after) == pair[1].before)
        );
    }
    let orphans = place
        .number(
            "SELECT COUNT(*) FROM worklist_action a LEFT JOIN worklist_item i ON \
             a.organisation_code = i.organisation_code AND a.record_key = i.record_key AND \
             a.check_id = i.check_id WHERE i.revision IS NULL",
        )
        .await;
    assert_eq!(orphans, Some(0));
}

async fn two_corrections_of_one_record_at_once(place: &Place) {
    let (one, two) = (place.store().await, place.store().await);
    sync(&one, 0, vec![finding("aa01", "CP001", "v")]).await;
    for version in 0..10 {
        let correct = |store: &Store, second| {
            let store = store.clone();
            tokio::spawn(async move {
                let who = actor("coder", second);
                let correction = correction("aa01", version, &["CP001"]);
                store.correct(&Scope::All, &who, &correction).await
            })
        };
        let (first, second) = (correct(&one, 1), correct(&two, 2));
        let results = [first.await.unwrap(), second.await.unwrap()];
        let lost = results.iter().find_map(|result| result.as_ref().err());
        assert!(
            matches!(lost, Some(StoreError::Conflict { .. })),
            "{lost:?}"
        );
        assert!(results.iter().any(Result::is_ok));
    }
    let stored = one
        .corrections_of(&Scope::All, HOSPITAL, "aa01")
        .await
        .unwrap();
    let versions: Vec<_> = stored.iter().map(|correction| correction.version).collect();
    assert_eq!(versions, (1..=10).collect::<Vec<_>>());
}

async fn many_first_starts_at_once(place: &Place) {
    let location = place.location();
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let location = location.clone();
            tokio::spawn(async move { Store::open_with(&location, 1).await })
        })
        .collect();
    for start in starts {
        let store = start.await.unwrap().unwrap();
        assert_eq!(
            store.count(&Scope::All, &Filter::default()).await.unwrap(),
            0
        );
        store.close().await;
    }
}

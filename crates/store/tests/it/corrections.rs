//! A correction is a new version of a record.

use biaochi_store::{Change, Recorded, Scope, State, StoreError};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, MARCH, actor, finding, in_states, month, sync};
use crate::worklist::correction;

on_both!(
    versions_follow_each_other,
    a_correction_that_cannot_be_stored_changes_nothing,
    what_was_settled_in_the_meantime_stays,
    sealed_values_come_back_and_are_never_printed,
    several_records_are_corrected_together_or_not_at_all,
);

async fn versions_follow_each_other(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let who = actor("coder", 1);
    let (first, items) = store
        .correct(&scope, &who, &correction("aa02", 0, &[]))
        .await
        .unwrap();
    assert_eq!((first.version, items.len()), (1, 0));
    let (second, _) = store
        .correct(&scope, &who, &correction("aa02", 1, &[]))
        .await
        .unwrap();
    let (other, _) = store
        .correct(&scope, &who, &correction("aa01", 0, &[]))
        .await
        .unwrap();
    assert_eq!((second.version, other.version), (2, 1));

    for (based_on, newest) in [(0, 2), (1, 2), (3, 2), (u64::MAX, 2)] {
        let late = store
            .correct(&scope, &who, &correction("aa02", based_on, &[]))
            .await;
        match late {
            Err(StoreError::Conflict {
                expected, found, ..
            }) => {
                assert_eq!((expected, found), (based_on, newest));
            }
            other => panic!("{other:?}"),
        }
    }
    let of_record = store.corrections_of(&scope, HOSPITAL, "aa02").await;
    assert_eq!(of_record.unwrap(), [first.clone(), second.clone()]);
    let of_month = store.corrections_of_month(&scope, HOSPITAL, month(MARCH));
    assert_eq!(of_month.await.unwrap(), [other, first, second]);
    let elsewhere = store.corrections_of_month(&scope, HOSPITAL, month("2024-04"));
    assert_eq!(elsewhere.await.unwrap(), []);
}

async fn a_correction_that_cannot_be_stored_changes_nothing(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let who = actor("coder", 1);
    sync(&store, 0, vec![finding("aa01", "CP002", "v")]).await;
    let mut nothing = correction("aa01", 0, &["CP002"]);
    nothing.changes.clear();
    let refused = store.correct(&scope, &who, &nothing).await;
    assert!(matches!(refused, Err(StoreError::NothingChanged)));
    // The record's version and the item belong together: one fault too many takes both back.
    let unknown = correction("aa01", 0, &["CP002", "CP999"]);
    let refused = store.correct(&scope, &who, &unknown).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    let mut silent = correction("aa01", 0, &["CP002"]);
    silent.reason = String::new();
    let refused = store.correct(&scope, &who, &silent).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })));
    let stored = store.corrections_of(&scope, HOSPITAL, "aa01").await;
    assert_eq!(stored.unwrap(), []);
    assert_eq!(in_states(&store, &[State::Open]).await.len(), 1);
}

async fn what_was_settled_in_the_meantime_stays(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    sync(
        &store,
        0,
        vec![finding("aa01", "CP001", "v"), finding("aa01", "CP002", "v")],
    )
    .await;
    sync(&store, 1, vec![finding("aa01", "CP002", "v")]).await;
    let both = correction("aa01", 0, &["CP002", "CP001", "CP002"]);
    let (_, items) = store
        .correct(&scope, &actor("coder", 2), &both)
        .await
        .unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].finding.check_id, "CP002");
    assert_eq!(in_states(&store, &[State::Closed]).await.len(), 1);
}

async fn sealed_values_come_back_and_are_never_printed(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let mut sealed = correction("aa01", 0, &[]);
    sealed.changes = vec![Change {
        field: "id_number".to_owned(),
        index: 0,
        before: Some(Recorded::Sealed("01ab34".to_owned())),
        after: Some(Recorded::Sealed("01cd56".to_owned())),
    }];
    let (stored, _) = store
        .correct(&scope, &actor("coder", 1), &sealed)
        .await
        .unwrap();
    let read = store
        .corrections_of(&scope, HOSPITAL, "aa01")
        .await
        .unwrap();
    assert_eq!(read, [stored]);
    assert_eq!(read[0].changes, sealed.changes);
    let printed = format!("{read:?}");
    assert!(printed.contains("Sealed(***)") && !printed.contains("01cd56"));
}

async fn several_records_are_corrected_together_or_not_at_all(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let who = actor("coder", 1);
    let both = [correction("aa02", 0, &[]), correction("aa01", 0, &[])];
    let stored = store.correct_all(&scope, &who, &both).await.unwrap();
    let keys: Vec<_> = stored
        .iter()
        .map(|(correction, _)| (correction.record_key.as_str(), correction.version))
        .collect();
    assert_eq!(keys, [("aa01", 1), ("aa02", 1)]);
    // The second one is based on a version that is no longer the newest: the first is not kept either.
    let late = [correction("aa01", 1, &[]), correction("aa02", 0, &[])];
    let refused = store.correct_all(&scope, &who, &late).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let stored = store.corrections_of(&scope, HOSPITAL, "aa01").await;
    assert_eq!(stored.unwrap().len(), 1);
}

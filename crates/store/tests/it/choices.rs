//! A hospital's own translations of codes.

use biaochi_store::{
    Certainty, Choice, ChoiceFilter, ChoiceKey, Fault, Named, Proposal, Review, Scope, Store,
    StoreError,
};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor};

on_both!(
    the_latest_wins_and_history_is_kept,
    choices_that_are_refused,
);

fn proposal(code: &str, name: &str, target: &str, based_on: u64) -> Proposal {
    Proposal {
        key: ChoiceKey {
            organisation_code: HOSPITAL.to_owned(),
            system: "icd-10".to_owned(),
            source_code: code.to_owned(),
            source_name: name.to_owned(),
        },
        based_on,
        target_code: target.to_owned(),
        certainty: Certainty::Likely,
        note: "院内习惯写法".to_owned(),
    }
}

async fn choose(store: &Store, proposal: &Proposal) -> Result<Choice, StoreError> {
    store
        .choose(&Scope::one(HOSPITAL), &actor("coder", 1), proposal)
        .await
}

fn targets(choices: &[Choice]) -> Vec<(&str, &str, u64)> {
    choices
        .iter()
        .map(|choice| {
            (
                choice.key.source_code.as_str(),
                choice.target_code.as_str(),
                choice.version,
            )
        })
        .collect()
}

async fn the_latest_wins_and_history_is_kept(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let first = choose(&store, &proposal("I21.900x", "急性心梗", "I21.900", 0))
        .await
        .unwrap();
    assert_eq!((first.version, first.review), (1, Review::Proposed));
    let second = choose(&store, &proposal("I21.900x", "急性心梗", "I21.901", 1))
        .await
        .unwrap();
    choose(&store, &proposal("", "高血压病3级", "I10.x00x032", 0))
        .await
        .unwrap();
    let boss = actor("组长", 5);
    let confirmed = store
        .review(&scope, &boss, &second.key, 2, Review::Confirmed, "同意")
        .await
        .unwrap();
    assert_eq!((confirmed.version, &*confirmed.target_code), (3, "I21.901"));
    assert_eq!((&*confirmed.actor, &*confirmed.note), ("组长", "同意"));

    let list = |change: fn(&mut ChoiceFilter)| {
        let (store, scope) = (&store, &scope);
        async move {
            let mut filter = ChoiceFilter::default();
            change(&mut filter);
            store.choices(scope, &filter).await.unwrap()
        }
    };
    let all = list(|_| {}).await;
    assert_eq!(
        targets(&all),
        [("", "I10.x00x032", 1), ("I21.900x", "I21.901", 3)]
    );
    let confirmed_only = list(|filter| filter.reviews = vec![Review::Confirmed]).await;
    assert_eq!(confirmed_only, std::slice::from_ref(&confirmed));
    let by_target = list(|filter| filter.target_code = Some("I21.900".to_owned())).await;
    assert_eq!(by_target, []);
    let by_source = list(|filter| filter.source_code = Some("I21.900x".to_owned())).await;
    assert_eq!(by_source.len(), 1);
    assert_eq!(
        list(|filter| filter.system = Some("icd-9".to_owned())).await,
        []
    );

    let history = store.choice_history(&scope, &second.key).await.unwrap();
    assert_eq!(history, [first, second, confirmed]);
    let other = Scope::one("other");
    let theirs = store.choices(&other, &ChoiceFilter::default()).await;
    assert_eq!(theirs.unwrap(), []);
}

async fn choices_that_are_refused(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let first = choose(&store, &proposal("A00", "", "A00.000", 0))
        .await
        .unwrap();
    for based_on in [0, 2, u64::MAX] {
        let late = choose(&store, &proposal("A00", "", "A00.900", based_on)).await;
        assert!(matches!(late, Err(StoreError::Conflict { found: 1, .. })));
    }
    let who = actor("x", 1);
    let late = store
        .review(&scope, &who, &first.key, 2, Review::Confirmed, "")
        .await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })));
    let missing = ChoiceKey {
        source_code: "A01".to_owned(),
        ..first.key.clone()
    };
    let missing = store
        .review(&scope, &who, &missing, 1, Review::Confirmed, "")
        .await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));

    let long = "长".repeat(401);
    for (proposal, named, fault) in [
        (proposal("", " ", "A00", 0), Named::SourceName, Fault::Empty),
        (proposal("A00", "", "", 0), Named::TargetCode, Fault::Empty),
        (
            proposal("A00", &long, "A00", 0),
            Named::SourceName,
            Fault::TooLong(400),
        ),
    ] {
        match choose(&store, &proposal).await {
            Err(StoreError::Invalid { named: n, fault: f }) => assert_eq!((n, f), (named, fault)),
            other => panic!("{other:?}"),
        }
    }
    // The longest names that are allowed fit into the key of the table, even four bytes a character.
    let longest = "𠮷".repeat(400);
    let code = "𠮷".repeat(64);
    let stored = choose(&store, &proposal(&code, &longest, "A00", 0)).await;
    let stored = stored.unwrap();
    let read = store.choice_history(&scope, &stored.key).await.unwrap();
    assert_eq!(read, [stored]);
    let outside = store
        .choose(&Scope::one("other"), &who, &proposal("B", "", "B00", 0))
        .await;
    assert!(matches!(outside, Err(StoreError::OutOfScope { .. })));
    let stranger = Scope::one("other");
    let review = store
        .review(&stranger, &who, &first.key, 1, Review::Withdrawn, "")
        .await;
    assert!(matches!(review, Err(StoreError::OutOfScope { .. })));
    let history = store.choice_history(&stranger, &first.key).await;
    assert!(matches!(history, Err(StoreError::OutOfScope { .. })));
    let theirs = ChoiceFilter {
        organisation_code: Some(HOSPITAL.to_owned()),
        ..ChoiceFilter::default()
    };
    let list = store.choices(&stranger, &theirs).await;
    assert!(matches!(list, Err(StoreError::OutOfScope { .. })));
    assert_eq!(store.choices(&Scope::All, &theirs).await.unwrap().len(), 2);
}

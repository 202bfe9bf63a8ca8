//! Sealed values are handed out with their places, and replaced all together.

use biaochi_access::Resource;
use biaochi_store::{
    AuditAction, AuditFilter, AuditOrder, Change, NewAuditEntry, Recorded, Scope, SealedPlace,
    Store, StoreError,
};

use crate::accounts::made;
use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor};
use crate::worklist::correction;

on_both!(
    every_sealed_value_is_shown_with_its_place,
    sealed_values_are_replaced_together_and_told,
    one_that_cannot_be_replaced_leaves_all_as_they_are,
);

/// An account with a second factor and a draft, one without, and corrections of which some have identifiers.
async fn filled(place: &Place) -> Store {
    let store = place.store().await;
    made(&store, "zhang").await;
    made(&store, "li").await;
    place
        .run("UPDATE account SET totp = '01aa', totp_draft = '01bb' WHERE name = 'zhang'")
        .await;
    let scope = Scope::one(HOSPITAL);
    for (record, version, sealed) in [("aa01", 0, true), ("aa01", 1, false), ("aa02", 0, true)] {
        let mut new = correction(record, version, &[]);
        if sealed {
            let value = |text: &str| Some(Recorded::Sealed(format!("01{text}")));
            new.changes.push(Change {
                field: "patient_name".to_owned(),
                index: 0,
                before: (record == "aa02").then(|| value("00")).flatten(),
                after: value("ff"),
            });
        }
        let who = actor("coder", 1);
        store.correct(&scope, &who, &new).await.unwrap();
    }
    store
}

async fn shown(store: &Store) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |place: SealedPlace<'_>, sealed: &str| {
        found.push(match place {
            SealedPlace::SecondFactor { account } => format!("{account} {sealed}"),
            SealedPlace::Correction { record_key } => format!("{record_key} {sealed}"),
        });
    };
    store.sealed_values(&mut look).await.unwrap();
    found
}

async fn every_sealed_value_is_shown_with_its_place(place: &Place) {
    let store = filled(place).await;
    let expected = [
        "zhang 01aa",
        "zhang 01bb",
        "aa01 01ff",
        "aa02 0100",
        "aa02 01ff",
    ];
    assert_eq!(shown(&store).await, expected);
}

async fn sealed_values_are_replaced_together_and_told(place: &Place) {
    let store = filled(place).await;
    let mut seal = |_: SealedPlace<'_>, sealed: &str| -> Result<Option<String>, StoreError> {
        Ok((sealed != "01bb").then(|| sealed.replacen("01", "02", 1)))
    };
    let entries = |count: u64| {
        let told = NewAuditEntry::done(AuditAction::KeyRotated, Resource::System, "store");
        vec![told.because(count.to_string())]
    };
    let who = actor("系统", 9);
    let count = store
        .reseal::<StoreError>(&who, &mut seal, entries)
        .await
        .unwrap();
    assert_eq!(count, 4);
    let expected = [
        "zhang 02aa",
        "zhang 01bb",
        "aa01 02ff",
        "aa02 0200",
        "aa02 02ff",
    ];
    assert_eq!(shown(&store).await, expected);
    // What is not sealed stands as it was.
    let scope = Scope::one(HOSPITAL);
    let of_record = store
        .corrections_of(&scope, HOSPITAL, "aa01")
        .await
        .unwrap();
    let plain = correction("aa01", 0, &[]).changes;
    assert_eq!(of_record[0].changes[..1], plain[..]);
    assert_eq!(of_record[1].changes, plain);
    let filter = AuditFilter {
        actions: vec![AuditAction::KeyRotated],
        ..AuditFilter::default()
    };
    let order = AuditOrder::NewestFirst;
    let page = store.audit(&Scope::All, &filter, order, None, 10).await;
    let told = page.unwrap().entries;
    assert_eq!((told.len(), told[0].entry.reason.as_str()), (1, "4"));
}

async fn one_that_cannot_be_replaced_leaves_all_as_they_are(place: &Place) {
    let store = filled(place).await;
    let before = shown(&store).await;
    let mut seal = |_: SealedPlace<'_>, sealed: &str| match sealed {
        "0100" => Err(StoreError::NothingChanged),
        _ => Ok(Some("02".to_owned())),
    };
    let who = actor("系统", 9);
    let refused = store
        .reseal::<StoreError>(&who, &mut seal, |_| Vec::new())
        .await;
    assert!(matches!(refused, Err(StoreError::NothingChanged)));
    assert_eq!(shown(&store).await, before);
}

//! The directory of organisations and its revisions.

use biaochi_organisations::{Rows, Table};
use biaochi_store::{Scope, Store, StoreError};

use crate::place::{Place, on_both};
use crate::support::actor;

on_both!(
    every_revision_can_be_read_again,
    a_scope_sees_and_changes_its_own_rows,
    who_was_slower_is_told,
    many_rows_are_stored,
);

fn put(rows: &mut Rows, table: Table, text: &str) {
    let mut cells: Vec<String> = text.split(',').map(str::to_owned).collect();
    cells.resize(table.columns().len(), String::new());
    rows.push(table, &cells).unwrap();
}

/// At least one row in every table.
fn region() -> Rows {
    let mut rows = Rows::default();
    for (table, text) in [
        (Table::Divisions, "9901,望舒市,市"),
        (Table::Divisions, "990121,云泽县,县,9901,2011-10-22"),
        (Table::Commissions, "WJ,云泽县卫生健康局,990121"),
        (
            Table::Institutions,
            "A,云泽县人民医院,,县医院、总医院,二级,甲等,综合医院,,政府办,990121,WJ,试点,,2023-12-31",
        ),
        (
            Table::Institutions,
            "A,云泽县人民医院,,县医院,三级,,综合医院,,政府办,990121,WJ,,2024-01-01",
        ),
        (
            Table::Institutions,
            "B,白鹭乡卫生院,,,一级,,乡镇卫生院,,政府办,990121",
        ),
        (Table::Campuses, "A,1,本部,990121"),
        (Table::Departments, "A,0301,呼吸内科,,,临床,1"),
        (Table::Departments, "B,02,全科,,,临床"),
        (Table::Wards, "A,1病区,一病区,0301,1"),
        (Table::Staff, "A,s1,张三,0301,医师,正高,呼吸,博士"),
        (Table::Beds, "A,0301,,实有床位,40"),
        (Table::Beds, "B,,,实有床位,20"),
        (Table::Populations, "990121,2024,常住人口,299000"),
        (Table::Alliances, "county,云泽县医共体,县域医共体,A,990121"),
        (Table::Members, "county,A,紧密型"),
        (Table::Members, "county,B,紧密型,2023-07-01"),
    ] {
        put(&mut rows, table, text);
    }
    rows.sort();
    rows
}

async fn save(store: &Store, based_on: u64, rows: &Rows) -> Result<u64, StoreError> {
    let who = actor("信息科", 3);
    store
        .save_organisations(&Scope::All, &who, based_on, rows, "机构.xlsx")
        .await
}

async fn every_revision_can_be_read_again(place: &Place) {
    let store = place.store().await;
    let empty = store.organisations(&Scope::All, None).await.unwrap();
    assert_eq!((empty.revision, empty.rows), (0, Rows::default()));

    let first = region();
    assert_eq!(save(&store, 0, &first).await.unwrap(), 1);
    let stored = store.organisations(&Scope::All, None).await.unwrap();
    assert_eq!((stored.revision, &stored.rows), (1, &first));
    // The same again is no new revision.
    assert_eq!(save(&store, 1, &first).await.unwrap(), 1);

    let mut second = first.clone();
    second.beds[0].number = 45;
    second.staff.clear();
    put(
        &mut second,
        Table::Departments,
        "A,0304,心血管内科,,,临床,1",
    );
    second.sort();
    assert_eq!(save(&store, 1, &second).await.unwrap(), 2);
    // What was there before comes back with the same key.
    assert_eq!(save(&store, 2, &first).await.unwrap(), 3);

    for (revision, expected) in [
        (0, &Rows::default()),
        (1, &first),
        (2, &second),
        (3, &first),
    ] {
        let read = store
            .organisations(&Scope::All, Some(revision))
            .await
            .unwrap();
        assert_eq!((read.revision, &read.rows), (revision, expected));
    }
    let none = store.organisations(&Scope::All, Some(4)).await;
    assert!(matches!(none, Err(StoreError::NotFound { .. })));

    let revisions = store.organisation_revisions(&Scope::All).await.unwrap();
    let told: Vec<_> = revisions
        .iter()
        .map(|one| (one.revision, one.added, one.removed, &*one.actor))
        .collect();
    assert_eq!(
        told,
        [
            (3, 2, 2, "信息科"),
            (2, 2, 2, "信息科"),
            (1, 17, 0, "信息科")
        ]
    );
    assert_eq!(revisions[2].note, "机构.xlsx");
}

async fn a_scope_sees_and_changes_its_own_rows(place: &Place) {
    let store = place.store().await;
    save(&store, 0, &region()).await.unwrap();
    let scope = Scope::one("B");
    let own = store.organisations(&scope, None).await.unwrap();
    let counts: Vec<_> = Table::ALL
        .iter()
        .map(|table| own.rows.count(*table))
        .collect();
    assert_eq!(counts, [2, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1]);

    let who = actor("卫生院", 5);
    let save =
        async |scope: &Scope, rows: &Rows| store.save_organisations(scope, &who, 1, rows, "").await;
    let mut foreign = own.rows.clone();
    put(&mut foreign, Table::Beds, "A,,,编制床位,999");
    let refused = save(&scope, &foreign).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::OutOfScope { organisation_code } if organisation_code == "A")
    );
    let mut general = own.rows.clone();
    general.divisions.clear();
    let refused = save(&scope, &general).await.unwrap_err();
    let needs_all = StoreError::NeedsAll {
        table: Table::Divisions,
    };
    assert_eq!(refused.to_string(), needs_all.to_string());

    let mut mended = own.rows.clone();
    mended.beds[0].number = 25;
    assert_eq!(save(&scope, &mended).await.unwrap(), 2);
    let all = store.organisations(&Scope::All, None).await.unwrap();
    let mut expected = region();
    expected.beds[1].number = 25;
    assert_eq!(all.rows, expected);
}

async fn who_was_slower_is_told(place: &Place) {
    let store = place.store().await;
    let rows = region();
    for based_on in [1, u64::MAX] {
        let early = save(&store, based_on, &rows).await;
        assert!(matches!(early, Err(StoreError::Conflict { found: 0, .. })));
    }
    let mut other = rows.clone();
    other.staff.clear();
    let (one, two) = tokio::join!(save(&store, 0, &rows), save(&store, 0, &other));
    let lost = match (&one, &two) {
        (Ok(1), Err(lost)) | (Err(lost), Ok(1)) => lost,
        _ => panic!("{one:?} {two:?}"),
    };
    assert!(
        matches!(
            lost,
            StoreError::Conflict {
                expected: 0,
                found: 1,
                ..
            }
        ),
        "{lost:?}"
    );
    let stored = store.organisations(&Scope::All, None).await.unwrap();
    assert_eq!(stored.revision, 1);
    assert_eq!(stored.rows, if one.is_ok() { rows } else { other });
}

async fn many_rows_are_stored(place: &Place) {
    let store = place.store().await;
    let mut rows = region();
    for number in 0..1000 {
        put(
            &mut rows,
            Table::Staff,
            &format!("A,n{number:04},,0301,护士,初级"),
        );
    }
    rows.sort();
    assert_eq!(save(&store, 0, &rows).await.unwrap(), 1);
    let stored = store.organisations(&Scope::All, None).await.unwrap();
    assert_eq!(stored.rows, rows);
    // All of them change: each ends, and its successor begins.
    let mut promoted = region();
    for number in 0..1000 {
        put(
            &mut promoted,
            Table::Staff,
            &format!("A,n{number:04},,0301,护士,中级"),
        );
    }
    promoted.sort();
    assert_eq!(save(&store, 1, &promoted).await.unwrap(), 2);
    // And some of them go.
    let mut fewer = promoted.clone();
    fewer.staff.truncate(301);
    assert_eq!(save(&store, 2, &fewer).await.unwrap(), 3);
    for (revision, expected) in [(1, &rows), (2, &promoted), (3, &fewer)] {
        let read = store.organisations(&Scope::All, Some(revision)).await;
        assert_eq!(read.unwrap().rows, *expected, "{revision}");
    }
    let revisions = store.organisation_revisions(&Scope::All).await.unwrap();
    let told: Vec<_> = revisions
        .iter()
        .map(|one| (one.added, one.removed))
        .collect();
    assert_eq!(told[..2], [(0, 700), (1000, 1000)]);
}

//! The schema comes up to date, or everything stays as it was.

use biaochi_domain::{Language, Localized as _};
use biaochi_store::{Filter, Location, Order, Scope, Store, StoreError};

use crate::place::{Place, on_both};
use crate::support::{finding, sync};

on_both!(
    opening_again_is_harmless,
    a_migration_that_fails_half_way_leaves_nothing,
    a_schema_of_a_newer_program_is_left_alone,
    a_schema_that_was_tampered_with_is_told,
);

async fn opening_again_is_harmless(place: &Place) {
    let store = place.store().await;
    sync(&store, 0, vec![finding("aa01", "CP001", "v")]).await;
    store.close().await;
    let again = place.store().await;
    assert_eq!(
        again.count(&Scope::All, &Filter::default()).await.unwrap(),
        1
    );
    let applied = place.number("SELECT COUNT(*) FROM _sqlx_migrations").await;
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    assert_eq!(applied, i64::try_from(files.count()).ok());
}

async fn a_migration_that_fails_half_way_leaves_nothing(place: &Place) {
    // The first migration makes its first tables and then finds a name taken.
    place
        .run("CREATE TABLE record_correction (something BIGINT)")
        .await;
    let error = Store::open(&place.location()).await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { .. }), "{error:?}");
    let text = error.text(Language::Zh);
    assert!(
        text.contains("已恢复原样") && text.contains("record_correction"),
        "{text}"
    );
    for table in [
        "SELECT COUNT(*) FROM worklist_item",
        "SELECT COUNT(*) FROM worklist_action",
        "SELECT COUNT(*) FROM code_choice",
        "SELECT COUNT(*) FROM submission",
    ] {
        assert_eq!(place.number(table).await, None, "{table}");
    }
    // Once the obstacle is away, the next start does it all.
    place.run("DROP TABLE record_correction").await;
    let store = place.store().await;
    sync(&store, 0, vec![finding("aa01", "CP001", "v")]).await;
}

async fn a_schema_of_a_newer_program_is_left_alone(place: &Place) {
    place.store().await.close().await;
    place
        .run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 999, 'later', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
    let error = Store::open(&place.location()).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Newer { version: 999 }),
        "{error:?}"
    );
}

async fn a_schema_that_was_tampered_with_is_told(place: &Place) {
    place.store().await.close().await;
    // A migration that was marked as begun and never as done, as other tools leave it.
    place
        .run("UPDATE _sqlx_migrations SET success = (1 = 0) WHERE version = 2")
        .await;
    let error = Store::open(&place.location()).await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { .. }), "{error:?}");
    place
        .run("UPDATE _sqlx_migrations SET success = (1 = 1) WHERE version = 2")
        .await;
    place.store().await.close().await;
    // A row whose state this program never writes.
    let store = place.store().await;
    sync(&store, 0, vec![finding("aa01", "CP001", "v")]).await;
    place.run("UPDATE worklist_item SET state = 'lost'").await;
    let everything = Filter::default();
    let list = store.list(&Scope::All, &everything, Order::Due, None, 1);
    let error = list.await.unwrap_err();
    assert!(
        matches!(error, StoreError::Damaged { what: "state", .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_place_that_is_none_is_told_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not-a-database");
    std::fs::write(&file, "这不是数据库文件，只是一些文字。".repeat(100)).unwrap();
    let nobody = "postgres://coder:secret@127.0.0.1:1/none";
    for location in [
        Location::File(folder.path().to_owned()),
        Location::File(file),
        Location::parse(nobody),
    ] {
        let error = Store::open(&location).await.unwrap_err();
        let text = error.text(Language::Zh);
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains("数据库"), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/store.db");
    let store = Store::open(&Location::File(path.clone())).await.unwrap();
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
    store.close().await;
}

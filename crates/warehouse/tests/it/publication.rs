use biaochi_warehouse::WarehouseError;
use biaochi_warehouse::lake::Selector;

use crate::tiny::{MONTHS, complete, content, files_of, import, lake, record, runtime, stage};

#[test]
fn a_month_is_replaced_and_older_versions_stay_readable() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        let first = import(folder, 1, &MONTHS).await.unwrap();
        assert_eq!(first.version, 1);
        let between = jiff::Timestamp::now();
        let second = import(folder, 2, &MONTHS[1..2]).await.unwrap();
        assert_eq!(second.version, 2);
        let now = content(folder, Selector::Newest).await.unwrap();
        let expected = [
            "outcome 2024-01 1 2000",
            "outcome 2024-02 2 2000",
            "outcome 2024-03 1 2000",
            "stay 2024-01 1 2000",
            "stay 2024-02 2 2000",
            "stay 2024-03 1 2000",
        ];
        assert_eq!(now, expected);
        assert_eq!(
            content(folder, Selector::Version(1)).await.unwrap(),
            complete(1)
        );
        assert_eq!(
            content(folder, Selector::AsOf(between)).await.unwrap(),
            complete(1)
        );
        assert!(
            content(folder, Selector::Version(0))
                .await
                .unwrap()
                .is_empty()
        );
        let unknown = content(folder, Selector::Version(3)).await;
        assert!(matches!(
            unknown,
            Err(WarehouseError::UnknownVersion {
                requested: 3,
                newest: 2
            })
        ));
        let early = content(folder, Selector::AsOf(jiff::Timestamp::UNIX_EPOCH)).await;
        assert!(matches!(early, Err(WarehouseError::NothingAsOf { .. })));
        let history = lake(folder).history(10).await.unwrap();
        assert_eq!(history, [second, first]);
    });
}

#[test]
fn an_import_that_stopped_after_committing_one_table_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        import(folder, 1, &MONTHS).await.unwrap();
        // Commits `outcome` (first in order), then fails on a file of `stay` that is not there.
        let (writer, mut changes) = stage(folder, 2, &MONTHS).await.unwrap();
        let stay = changes.remove("stay").unwrap();
        let path = folder.join("lake/stay/_delta_log/00000000000000000002.json");
        std::fs::create_dir_all(&path).unwrap();
        changes.insert("stay", stay);
        assert!(writer.publish(changes, record(2)).await.is_err());
        // Taking back also removes empty folders.
        let _ = std::fs::remove_dir_all(&path);
        assert_eq!(
            content(folder, Selector::Newest).await.unwrap(),
            complete(1)
        );
        // The next import works and leaves nothing of the failed one.
        import(folder, 3, &MONTHS).await.unwrap();
        assert_eq!(
            content(folder, Selector::Newest).await.unwrap(),
            complete(3)
        );
        assert_eq!(
            files_of(folder, "import-2"),
            Vec::<std::path::PathBuf>::new()
        );
    });
}

#[test]
fn an_abandoned_import_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        import(folder, 1, &MONTHS).await.unwrap();
        let (writer, _) = stage(folder, 2, &MONTHS).await.unwrap();
        assert!(!files_of(folder, "import-2").is_empty());
        writer.abandon().await;
        assert!(files_of(folder, "import-2").is_empty());
        assert_eq!(
            content(folder, Selector::Newest).await.unwrap(),
            complete(1)
        );
    });
}

#[test]
fn a_second_importer_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        let (writer, changes) = stage(folder, 1, &MONTHS).await.unwrap();
        let second = stage(folder, 2, &MONTHS).await;
        assert!(matches!(second, Err(WarehouseError::Locked { .. })));
        writer.publish(changes, record(1)).await.unwrap();
        import(folder, 2, &MONTHS).await.unwrap();
    });
}

#[test]
fn a_foreign_commit_during_the_import_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        import(folder, 1, &MONTHS).await.unwrap();
        let (writer, changes) = stage(folder, 2, &MONTHS).await.unwrap();
        // Somebody without the lock restores the table to its empty version.
        let url = lake(folder).root().join("stay/").unwrap();
        let table = deltalake_core::open_table(url).await.unwrap();
        table.restore().with_version_to_restore(0).await.unwrap();
        let failed = writer.publish(changes, record(2)).await;
        assert!(
            matches!(failed, Err(WarehouseError::ConcurrentChange { .. })),
            "{failed:?}"
        );
        assert_eq!(
            content(folder, Selector::Newest).await.unwrap(),
            complete(1)
        );
    });
}

#[test]
fn no_lake_is_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let missing = content(folder.path(), Selector::Newest).await;
        assert!(
            matches!(missing, Err(WarehouseError::NoLake { .. })),
            "{missing:?}"
        );
    });
}

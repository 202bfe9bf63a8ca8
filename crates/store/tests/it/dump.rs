//! Everything written out and taken in again.

use std::io;

use biaochi_access::secret::fingerprint;
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{JobKind, NewJob, Scope, Store, StoreError};
use serde_json::{Value, json};

use crate::accounts::{made, session};
use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, finding, sync};

on_both!(
    what_was_written_out_is_taken_in_again,
    rows_of_an_older_schema_are_taken_in,
    what_does_not_fit_is_named,
);

/// What columns later migrations added to tables that were there.
const LATE: [(&str, &str); 2] = [("audit_event", "seal"), ("account_session", "by_provider")];

async fn written(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    let mut write = |line: &str| -> io::Result<()> {
        lines.push(line.to_owned());
        Ok(())
    };
    let count = store.dump(&mut write).await.unwrap();
    let rows = lines.iter().filter(|line| line.contains("\"row\":"));
    assert_eq!(count, rows.count() as u64);
    lines
}

async fn lines(store: &Store) -> Vec<String> {
    let mut lines = written(store).await;
    lines.sort();
    lines
}

/// What a store wrote out in which somebody signed in.
async fn of_a_session() -> Vec<Value> {
    let place = Place::sqlite();
    let store = place.store().await;
    made(&store, "zhang").await;
    let new = session("zhang", "one", None);
    assert!(store.open_session(&actor("zhang", 1), &new).await.unwrap());
    let lines = written(&store).await;
    store.close().await;
    place.finish().await;
    let read = |line: &String| serde_json::from_str(line).unwrap();
    lines.iter().map(read).collect()
}

async fn restored(store: &Store, lines: &[Value]) -> Result<u64, StoreError> {
    let mut lines = lines.iter().map(|line| Ok(line.to_string()));
    store.restore(&mut lines).await
}

/// The columns of a table, as the line before its rows names them.
fn columns<'a>(lines: &'a mut [Value], table: &str) -> &'a mut Vec<Value> {
    let head = lines
        .iter_mut()
        .find(|line| line["table"] == table && line["columns"].is_array());
    head.unwrap()["columns"].as_array_mut().unwrap()
}

/// The same rows as a program wrote them that knew none of the late columns.
fn without_late(lines: &[Value]) -> Vec<Value> {
    let mut older = lines.to_vec();
    for (table, column) in LATE {
        let place = columns(&mut older, table)
            .iter()
            .position(|name| name == column)
            .unwrap();
        for line in older.iter_mut().filter(|line| line["table"] == table) {
            for part in ["columns", "row"] {
                if let Some(values) = line.get_mut(part).and_then(Value::as_array_mut) {
                    values.remove(place);
                }
            }
        }
    }
    older
}

async fn rows_of_an_older_schema_are_taken_in(place: &Place) {
    let now = of_a_session().await;
    let older = without_late(&now);
    assert_ne!(older, now);
    let store = place.store().await;
    let count = restored(&store, &older).await.unwrap();
    let mut expected: Vec<String> = now.iter().map(Value::to_string).collect();
    expected.sort();
    assert_eq!(lines(&store).await, expected);
    let found = store.session(&fingerprint("one")).await.unwrap().unwrap();
    assert!(!found.by_provider && found.ended_at.is_none());
    let verified = store.verify_audit(None).await.unwrap();
    assert!(verified.faults.is_empty());
    store.close().await;
    // The first form of backups named no columns; and names tell the place, not their order.
    let is_row = |line: &&Value| line["columns"].is_null();
    let unnamed: Vec<Value> = older.iter().filter(is_row).cloned().collect();
    let mut turned = now.clone();
    for line in &mut turned {
        for part in ["columns", "row"] {
            if let Some(values) = line.get_mut(part).and_then(Value::as_array_mut) {
                values.reverse();
            }
        }
    }
    for lines_of_another in [unnamed, turned] {
        let other = Place::sqlite();
        let store = other.store().await;
        assert_eq!(restored(&store, &lines_of_another).await.unwrap(), count);
        assert_eq!(lines(&store).await, expected);
        store.close().await;
        other.finish().await;
    }
}

async fn what_does_not_fit_is_named(place: &Place) {
    let store = place.store().await;
    let untouched = lines(&store).await;
    let now = of_a_session().await;
    let mut newer = now.clone();
    columns(&mut newer, "account").push(json!("shoe_size"));
    let refused = restored(&store, &newer).await.unwrap_err();
    let text = refused.text(Language::Zh);
    assert!(
        text.contains("表 account 的列 shoe_size") && text.contains("更新的程序"),
        "{text}"
    );
    let mut elsewhere = now.clone();
    elsewhere.push(json!({ "table": "shoe", "row": [1] }));
    let refused = restored(&store, &elsewhere).await.unwrap_err();
    let text = refused.text(Language::Zh);
    assert!(text.contains("表 shoe"), "{text}");
    // A row of more values than the table has columns, where none are named.
    let is_account = |line: &&Value| line["table"] == "account" && line["row"].is_array();
    let mut longer: Vec<Value> = now.iter().filter(is_account).cloned().collect();
    longer[0]["row"].as_array_mut().unwrap().push(json!(1));
    let refused = restored(&store, &longer).await;
    assert!(
        matches!(&refused, Err(StoreError::UnknownInBackup { table, column: Some(_) }) if table == "account"),
        "{refused:?}"
    );
    // Nothing is made up for a column that the table always had.
    let mut shorter = now.clone();
    columns(&mut shorter, "account").retain(|name| name != "title");
    let refused = restored(&store, &shorter).await;
    assert!(
        matches!(&refused, Err(StoreError::Damaged { value, .. }) if value == "account.title"),
        "{refused:?}"
    );
    assert_eq!(lines(&store).await, untouched);
    store.close().await;
}

async fn what_was_written_out_is_taken_in_again(place: &Place) {
    let store = place.store().await;
    sync(
        &store,
        1,
        (0..70)
            .map(|n| finding(&format!("r{n}"), "CP001", "v"))
            .collect(),
    )
    .await;
    let new = NewJob {
        job_id: "j1".to_owned(),
        kind: JobKind::Import,
        organisation_code: HOSPITAL.to_owned(),
        subject: "引号\"和\n换行".to_owned(),
        lane: String::new(),
        request: "{}".to_owned(),
        idempotency_key: None,
    };
    let made = store
        .enqueue_job(&Scope::All, &actor("coder", 2), &new)
        .await;
    made.unwrap();
    let before = lines(&store).await;
    // SQLite takes in what either database wrote.
    let other = Place::sqlite();
    let restored = other.store().await;
    let written = written(&store).await;
    let mut read = written.iter().cloned().map(Ok);
    let count = restored.restore(&mut read).await.unwrap();
    let rows = written.iter().filter(|line| line.contains("\"row\":"));
    assert_eq!(count, rows.count() as u64);
    assert_eq!(lines(&restored).await, before);
    let verified = restored.verify_audit(None).await.unwrap();
    assert!(verified.faults.is_empty());
    // Never over something, and never half.
    let mut again = written.iter().cloned().map(Ok);
    let twice = restored.restore(&mut again).await;
    assert!(matches!(twice, Err(StoreError::NotEmpty)));
    let third = Place::sqlite();
    let broken = third.store().await;
    let mut damaged = written.iter().cloned().map(Ok).chain([Ok("{}".to_owned())]);
    let refused = broken.restore(&mut damaged).await;
    assert!(matches!(refused, Err(StoreError::Damaged { .. })));
    // Only the end of the trail, and what names its columns.
    assert_eq!(lines(&broken).await.len(), 2);
    broken.close().await;
    restored.close().await;
    third.finish().await;
    other.finish().await;
}

//! Everything written out and taken in again.

use std::io;

use biaochi_store::{JobKind, NewJob, Scope, Store, StoreError};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, finding, sync};

on_both!(what_was_written_out_is_taken_in_again);

async fn lines(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    let mut write = |line: &str| -> io::Result<()> {
        lines.push(line.to_owned());
        Ok(())
    };
    let count = store.dump(&mut write).await.unwrap();
    assert_eq!(count, lines.len() as u64);
    lines.sort();
    lines
}

async fn what_was_written_out_is_taken_in_again(place: &Place) {
    let store = place.store().await;
    sync(&store, 1, (0..70).map(|n| finding(&format!("r{n}"), "CP001", "v")).collect()).await;
    let new = NewJob {
        job_id: "j1".to_owned(),
        kind: JobKind::Import,
        organisation_code: HOSPITAL.to_owned(),
        subject: "引号\"和\n换行".to_owned(),
        lane: String::new(),
        request: "{}".to_owned(),
        idempotency_key: None,
    };
    let made = store.enqueue_job(&Scope::All, &actor("coder", 2), &new).await;
    made.unwrap();
    let before = lines(&store).await;
    // SQLite takes in what either database wrote.
    let other = Place::sqlite();
    let restored = other.store().await;
    let mut written = Vec::new();
    let mut write = |line: &str| -> io::Result<()> {
        written.push(line.to_owned());
        Ok(())
    };
    store.dump(&mut write).await.unwrap();
    let mut read = written.iter().cloned().map(Ok);
    let count = restored.restore(&mut read).await.unwrap();
    assert_eq!(count, written.len() as u64);
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
    assert_eq!(lines(&broken).await.len(), 1, "only the end of the trail");
    broken.close().await;
    restored.close().await;
    third.finish().await;
    other.finish().await;
}

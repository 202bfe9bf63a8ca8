//! A backup is restored and compared.

use std::fs;
use std::sync::atomic::AtomicBool;

use biaochi_store::{Actor, JobKind, NewJob, Scope, Store};
use biaochi_synth::Options;

use super::*;
use crate::import::{DeliverRequest, deliver};
use crate::query::rows;
use crate::synthesise::{Files, SINGLE_FILE, synthesise};
use crate::{Compiled, Config, Content, ImportMode, OutputEncoding};

fn made(root: &Path) -> (Workspace, Content) {
    let workspace = Workspace::init(&root.join("workspace"), Config::default()).expect("new");
    let content = Content::load(&[]).expect("built in");
    let month = |text: &str| text.parse().expect("a month");
    let options = Options {
        discharges: 60,
        from: month("2025-01"),
        to: month("2025-02"),
        ..Options::default()
    };
    let files = root.join("files");
    let encoding = OutputEncoding::Utf8;
    synthesise(options, &files, Files::Single, encoding, &|_| {}).expect("files");
    let request = DeliverRequest {
        scope: &Scope::All,
        bare_names: true,
        paths: &[files.join(SINGLE_FILE)],
        organisation: None,
        mode: ImportMode::ReplaceMonth,
        allow_fewer: false,
        when_locked: WhenLocked::Wait,
        actor: "系统",
    };
    let cancel = AtomicBool::new(false);
    let compiled = Compiled::new(Content::load(&[]).expect("built in"));
    deliver(&workspace, &compiled, &request, &|_| {}, &cancel).expect("imported");
    let new = NewJob {
        job_id: "j1".to_owned(),
        kind: JobKind::Import,
        organisation_code: String::new(),
        subject: "首页.csv".to_owned(),
        lane: String::new(),
        request: "{}".to_owned(),
        idempotency_key: None,
    };
    block_on(workspace.with_store(async |store: &Store| {
        store
            .enqueue_job(&Scope::All, &Actor::now("coder"), &new)
            .await
    }))
    .expect("a job");
    (workspace, content)
}

/// What is in the store, sorted, and what is in the lake.
fn everything(workspace: &Workspace, content: &Content) -> (Vec<String>, Vec<serde_json::Value>) {
    let mut lines = Vec::new();
    block_on(workspace.with_store(async |store: &Store| {
        let mut write = |line: &str| -> io::Result<()> {
            lines.push(line.to_owned());
            Ok(())
        };
        store.dump(&mut write).await
    }))
    .expect("rows");
    lines.sort();
    let sql = "select record_key, drg, discharge_month from discharge_grouped order by record_key";
    let records = rows(workspace, content, sql).expect("records");
    (lines, records)
}

#[test]
fn a_restored_backup_is_what_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let (workspace, content) = made(root);
    let before = everything(&workspace, &content);
    assert!(!before.1.is_empty());
    let target = root.join("backup");
    let done = backup(&workspace, &target, &|_| {}).expect("backed up");
    assert!(done.rows > 0 && done.files > 3, "{done:?}");
    let again = root.join("again");
    let back = restore(&target, &again, &|_| {}).expect("restored");
    assert_eq!(back, done);
    let restored = Workspace::open(&again).expect("a workspace");
    assert_eq!(everything(&restored, &content), before);
    let key = |workspace: &Workspace| fs::read(workspace.key_file()).expect("a key");
    assert_eq!(key(&restored), key(&workspace));
}

#[test]
fn nothing_is_overwritten_and_a_damaged_backup_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let (workspace, _) = made(root);
    let within = workspace.root().join("b");
    let inside = backup(&workspace, &within, &|_| {});
    assert!(matches!(inside, Err(BackupError::Inside { .. })) && !within.exists());
    let target = root.join("backup");
    backup(&workspace, &target, &|_| {}).expect("backed up");
    let twice = backup(&workspace, &target, &|_| {});
    assert!(matches!(twice, Err(BackupError::NotEmpty { .. })));
    let over = restore(&target, workspace.root(), &|_| {});
    assert!(matches!(over, Err(BackupError::NotEmpty { .. })));
    let rows = target.join(ROWS);
    let text = fs::read_to_string(&rows).expect("own file");
    fs::write(&rows, text.replacen("首页.csv", "首页.CSV", 1)).expect("written");
    let damaged = restore(&target, &root.join("again"), &|_| {});
    assert!(matches!(damaged, Err(BackupError::Damaged { file }) if file == ROWS));
    assert!(!root.join("again").exists());
    fs::remove_file(target.join(MANIFEST)).expect("removed");
    let cut_off = restore(&target, &root.join("again"), &|_| {});
    assert!(matches!(cut_off, Err(BackupError::NoBackup { .. })));
}

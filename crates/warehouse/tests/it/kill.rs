//! An import killed at any instant leaves the lake as before or as after.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use biaochi_warehouse::lake::Selector;

use crate::tiny::{MONTHS, complete, content, files_of, import, runtime};

const FOLDER: &str = "BIAOCHI_TEST_FOLDER";
const GENERATION: &str = "BIAOCHI_TEST_GENERATION";
/// Instants at which an import is killed, spread over its whole duration and a little beyond.
const POINTS: i64 = 60;

/// The process that is killed; does nothing when the test runner meets it by itself.
#[test]
fn importer() {
    let (Ok(folder), Ok(generation)) = (std::env::var(FOLDER), std::env::var(GENERATION)) else {
        return;
    };
    let generation = generation.parse().unwrap();
    runtime().block_on(async {
        eprintln!("begin");
        import(Path::new(&folder), generation, &MONTHS)
            .await
            .unwrap();
        eprintln!("end");
    });
}

/// Starts an import in a process of its own and returns when it begins.
fn start(folder: &Path, generation: i64) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::importer",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, folder)
        .env(GENERATION, generation.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap());
    let mut line = String::new();
    while !line.contains("begin") {
        line.clear();
        assert_ne!(
            lines.read_line(&mut line).unwrap(),
            0,
            "the importer ended early"
        );
    }
    child
}

#[test]
fn killed_at_any_instant_the_lake_is_as_before_or_as_after() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let runtime = runtime();
    runtime.block_on(import(folder, 1, &MONTHS)).unwrap();
    // A whole import, to know how long one takes.
    let began = Instant::now();
    assert!(start(folder, 2).wait().unwrap().success());
    let duration = began.elapsed();
    let (mut current, mut before, mut after) = (2, 0, 0);
    for point in 0..POINTS {
        let generation = 3 + point;
        let mut child = start(folder, generation);
        let instant = duration.mul_f64(point as f64 / POINTS as f64);
        std::thread::sleep(instant.max(Duration::from_micros(10)));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = runtime.block_on(content(folder, Selector::Newest)).unwrap();
        if found == complete(generation) {
            current = generation;
            after += 1;
        } else {
            assert_eq!(found, complete(current), "killed after {instant:?}");
            before += 1;
        }
    }
    eprintln!("{before} as before, {after} as after");
    assert!(
        before > 0,
        "no import was cut off: the instants prove nothing"
    );
    runtime.block_on(async {
        import(folder, 1000, &MONTHS).await.unwrap();
        assert_eq!(
            content(folder, Selector::Newest).await.unwrap(),
            complete(1000)
        );
        // Every published version is whole, and nothing is left of the others.
        let history = crate::tiny::lake(folder).history(usize::MAX).await.unwrap();
        let published: Vec<_> = history
            .iter()
            .filter_map(|entry| entry.record.as_ref())
            .map(|record| record.import_id.clone())
            .collect();
        for generation in 3..3 + POINTS {
            let id = format!("import-{generation}");
            let files = files_of(folder, &format!("{id}-"));
            assert_eq!(
                !files.is_empty(),
                published.contains(&id),
                "{id}: {files:?}"
            );
        }
    });
}

/// With a file size limit in the place of a full disk: both end a write with an error.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_in_an_error_and_an_unharmed_lake() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let runtime = runtime();
    runtime.block_on(import(folder, 1, &MONTHS)).unwrap();
    // 512-byte blocks; the signal is ignored so that the write returns an error.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::importer",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, folder)
        .env(GENERATION, "2")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{told}");
    assert!(told.contains("StorageFull"), "{told}");
    runtime.block_on(async {
        assert_eq!(
            content(folder, Selector::Newest).await.unwrap(),
            complete(1)
        );
        import(folder, 3, &MONTHS).await.unwrap();
        assert_eq!(
            content(folder, Selector::Newest).await.unwrap(),
            complete(3)
        );
        assert!(files_of(folder, "import-2").is_empty());
    });
}

//! Every scheme gives the published answers: 1,200 stays of each, covering every status and every
//! DRG that occurs in the 5,000 from which they were chosen (source: see NOTICE).

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::cases::{group, rows, scheme};

/// The ids for which labelled cases exist.
fn labelled() -> Vec<(String, PathBuf)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/labelled-cases");
    let mut found: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let name = path
                .file_name()?
                .to_str()?
                .strip_suffix(".csv.gz")?
                .to_owned();
            Some((name, path))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn all_labelled_cases_agree() {
    let labelled = labelled();
    assert_eq!(labelled.len(), 32);
    let mut wrong = Vec::new();
    let mut total = 0;
    for (id, path) in &labelled {
        let scheme = scheme(id);
        let rows = rows(&fs::read(path).unwrap());
        assert!(rows.len() >= 1000, "{id} has only {} cases", rows.len());
        for row in &rows {
            let fields: Vec<&str> = row.iter().collect();
            let found = group(scheme, &fields[1..12]);
            if found != fields[12..16] {
                wrong.push(format!(
                    "{id} {}: expected {:?}, found {found:?}",
                    fields[0],
                    &fields[12..]
                ));
            }
            total += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {total} disagree:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

/// The cases would be no test if they met only a few groups.
#[test]
fn labelled_cases_reach_most_groups() {
    for (id, path) in labelled() {
        let reached: BTreeSet<String> = rows(&fs::read(path).unwrap())
            .iter()
            .map(|row| row[15].to_owned())
            .collect();
        let counts = biaochi_packs::library().scheme(&id).unwrap().counts;
        // Damaged tables have groups that no stay reaches (in liaocheng_2022 every second one).
        let least = if id == "liaocheng_2022" {
            counts.drgs / 2
        } else {
            counts.drgs * 9 / 10
        };
        assert!(
            reached.len() >= least,
            "{id}: {} of {} DRGs",
            reached.len(),
            counts.drgs
        );
    }
}

//! Re-checks with the same pack, with an overlay, with other checks; cut off and refused ones.

use std::sync::atomic::{AtomicBool, Ordering};

use biaochi_domain::{Language, Localized as _};
use biaochi_records::FrontPage;
use biaochi_warehouse::{WhenLocked, WriterLock};

use super::bench::{BASE, Bench, OTHER_CHECKS, TRIAL, WITHOUT_T1, key, stay};
use crate::recheck::{CheckDifference, Months, RecheckError, Step};

/// Two hospitals and two months, with something for every kind of check.
fn county() -> Vec<FrontPage> {
    let mut pages = vec![
        stay("A", "P1", 1, (1, 2, 9), (1, 5, 10)),
        // A copy of the first under another number.
        stay("A", "P1", 2, (1, 2, 9), (1, 5, 10)),
        // Overlaps with nothing, in the next month.
        stay("A", "P1", 3, (2, 2, 9), (2, 5, 10)),
        // At the same time in another hospital.
        stay("B", "P1", 1, (2, 3, 9), (2, 9, 10)),
        stay("B", "P2", 1, (2, 3, 9), (2, 9, 10)),
        stay("A", "P3", 1, (1, 2, 9), (1, 5, 10)),
        stay("B", "P3", 1, (2, 20, 9), (2, 25, 10)),
    ];
    pages[4].patient_name = "李".into();
    pages[4].length_of_stay = Some(61);
    pages[5].patient_name = "王".into();
    pages[5].length_of_stay = Some(45);
    pages[6].discharge_department.clear();
    pages[6].sex = "2".into();
    pages
}

fn delivered() -> Bench {
    let bench = Bench::new();
    bench.deliver(&county(), &bench.pack(BASE));
    bench
}

#[test]
fn the_same_checks_find_the_same_and_nothing_is_touched() {
    let bench = delivered();
    let (results, files) = (bench.results(), bench.files());
    assert!(
        results.contains("AC001") && results.contains("T1"),
        "{results}"
    );
    let rechecked = bench
        .recheck(&bench.pack(BASE), &Months::default(), false)
        .expect("checks");
    assert!(rechecked.difference.is_none(), "{rechecked:?}");
    assert_eq!((rechecked.difference.pages, rechecked.version), (7, None));
    assert_eq!(rechecked.months.len(), 3);
    let (new, gone, same) = rechecked.difference.totals();
    assert_eq!((new, gone), (0, 0));
    assert!(same >= 5, "{same}");
    assert_eq!((bench.results(), bench.files()), (results, files));
}

#[test]
fn a_check_that_is_switched_off_is_all_that_differs() {
    let bench = delivered();
    let pages = county();
    let rechecked = bench
        .recheck(&bench.pack(WITHOUT_T1), &Months::default(), false)
        .expect("checks");
    let changed: Vec<_> = rechecked
        .difference
        .checks
        .iter()
        .filter(|(_, check)| check.new + check.gone > 0)
        .collect();
    let mut examples = vec![key(&pages[4]), key(&pages[5])];
    let mut found = changed[0].1.gone_examples.clone();
    examples.sort();
    found.sort();
    assert_eq!(found, examples);
    let expected = CheckDifference {
        gone: 2,
        gone_examples: changed[0].1.gone_examples.clone(),
        ..CheckDifference::default()
    };
    assert_eq!(changed, [(&"T1".to_owned(), &expected)]);
    assert_eq!(rechecked.difference.changed(), 0);
    assert_eq!(rechecked.difference.scores_changed, 2);
    // A: four pages, one of which had lost 20 points; B: three, one had lost 21.
    let hospital = |code: &str| {
        let hospital = &rechecked.difference.hospitals[code];
        let mean = |mean: Option<rust_decimal::Decimal>| mean.map(|mean| mean.to_string());
        let shown = (mean(hospital.before.mean()), mean(hospital.after.mean()));
        let grade = |scores: &crate::recheck::Scores| scores.grades.get("甲").copied();
        (shown, grade(&hospital.before), grade(&hospital.after))
    };
    let means = |before: &str, after: &str| (Some(before.to_owned()), Some(after.to_owned()));
    assert_eq!(hospital("A"), (means("95.00", "100.00"), Some(3), Some(4)));
    assert_eq!(hospital("B"), (means("93.00", "99.67"), Some(2), Some(3)));
}

#[test]
fn another_stage_is_a_difference_although_the_same_is_found() {
    let bench = delivered();
    let pack = bench.pack(TRIAL);
    let told = bench
        .recheck(&pack, &Months::default(), true)
        .expect("checks");
    assert_eq!(told.difference.totals().0 + told.difference.totals().1, 0);
    assert_eq!(told.difference.checks["AC001"].changed, 2);
    assert_eq!(
        (told.difference.changed(), told.difference.is_none()),
        (2, false)
    );
    let stages = "SELECT DISTINCT stage FROM finding WHERE check_id = 'AC001'";
    assert_eq!(bench.sql(stages), "stage\ntrial\n");
}

#[test]
fn what_is_activated_is_what_an_import_with_that_pack_gives() {
    for pack in [WITHOUT_T1, OTHER_CHECKS, BASE] {
        let bench = delivered();
        let version = bench.sql("SELECT count(*) AS n FROM import_journal");
        let rechecked = bench
            .recheck(&bench.pack(pack), &Months::default(), true)
            .expect("checks");
        assert!(rechecked.version.is_some());
        let fresh = Bench::new();
        fresh.deliver(&county(), &fresh.pack(pack));
        assert_eq!(bench.results(), fresh.results(), "{pack}");
        assert_ne!(
            bench.sql("SELECT count(*) AS n FROM import_journal"),
            version
        );
        let mode = "SELECT mode, rows_read FROM import_journal ORDER BY published_at DESC LIMIT 1";
        assert_eq!(bench.sql(mode), "mode,rows_read\nrecheck,7\n");
        // Records and groups are those that were there.
        for table in ["discharge", "grouping"] {
            let keys = format!("SELECT record_key FROM {table} ORDER BY record_key");
            assert_eq!(bench.sql(&keys), fresh.sql(&keys));
        }
        // And nothing is left to tell.
        let again = bench.recheck(&bench.pack(pack), &Months::default(), false);
        assert!(again.expect("checks").difference.is_none());
    }
}

#[test]
fn an_import_of_the_same_file_is_still_recognised_after_a_re_check() {
    let bench = delivered();
    let pack = bench.pack(BASE);
    bench
        .recheck(&pack, &Months::default(), true)
        .expect("checks");
    let again = bench.import(&county(), &pack);
    assert!(again.already_there);
    assert_eq!(bench.look_across(&again, &pack).version, None);
}

#[test]
fn a_part_is_checked_as_it_would_be_with_everything() {
    let months = Months {
        organisation: Some("A".to_owned()),
        from: Some("2024-02".parse().expect("a month")),
        to: Some("2024-02".parse().expect("a month")),
    };
    let bench = delivered();
    let before = bench.results();
    let rechecked = bench
        .recheck(&bench.pack(BASE), &months, true)
        .expect("checks");
    assert_eq!(rechecked.months, [("A".to_owned(), "2024-02".to_owned())]);
    assert!(rechecked.difference.is_none(), "{rechecked:?}");
    assert_eq!(
        bench.results(),
        before,
        "other hospitals are seen, not touched"
    );
    let nobody = Months {
        organisation: Some("C".to_owned()),
        ..Months::default()
    };
    let files = bench.files();
    for activate in [false, true] {
        let refused = bench.recheck(&bench.pack(BASE), &nobody, activate);
        assert!(matches!(refused, Err(RecheckError::Nothing)), "{refused:?}");
    }
    assert_eq!(bench.files(), files);
}

#[test]
fn a_re_check_that_is_cut_off_leaves_everything_as_it_was() {
    let bench = delivered();
    let (results, files) = (bench.results(), bench.files());
    for at in [Step::Across, Step::Records, Step::Publishing] {
        let cancel = AtomicBool::new(false);
        let progress = |progress: crate::recheck::Progress| {
            if progress.step == at {
                cancel.store(true, Ordering::Relaxed);
            }
        };
        let pack = bench.pack(OTHER_CHECKS);
        let cut = bench.recheck_with(&pack, &Months::default(), true, &progress, &cancel);
        assert!(
            matches!(cut, Err(RecheckError::Cancelled)),
            "{at:?} {cut:?}"
        );
        assert_eq!(bench.results(), results);
        assert_eq!(bench.files(), files, "{at:?}");
    }
}

#[test]
fn without_the_key_or_the_lock_nothing_is_checked() {
    let bench = delivered();
    let pack = bench.pack(BASE);
    let lake = bench.workspace.lake();
    let lock = WriterLock::acquire(&lake.join("write.lock"), WhenLocked::Refuse).expect("free");
    let busy = bench.recheck(&pack, &Months::default(), true);
    assert!(busy.as_ref().is_err_and(RecheckError::is_busy), "{busy:?}");
    bench
        .recheck(&pack, &Months::default(), false)
        .expect("looking needs no lock");
    drop(lock);
    let key = bench.workspace.key_file();
    std::fs::rename(&key, key.with_extension("away")).expect("own folder");
    let missing = bench.recheck(&pack, &Months::default(), false);
    assert!(
        matches!(missing, Err(RecheckError::NoKey { .. })),
        "{missing:?}"
    );
    assert!(!key.exists(), "a new key would open nothing");
    // Another workspace's key opens nothing either, and says so with its path.
    biaochi_warehouse::WorkspaceKey::open_or_create(&key, false).expect("made");
    let wrong = bench.recheck(&pack, &Months::default(), true);
    let text = wrong.expect_err("another key").text(Language::Zh);
    assert!(
        text.contains("workspace.key") && text.contains("不同"),
        "{text}"
    );
}

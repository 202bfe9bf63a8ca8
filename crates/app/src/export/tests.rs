//! A month with planted faults is imported, corrected, exported, and imported elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::Path;

use biaochi_ingest::{Input, OutputEncoding, ReadOptions, Row, RowParser};
use biaochi_records::{FrontPage, Layout};
use biaochi_synth::{DefectRates, Options};

use super::*;
use crate::correct::tests::{Bench, key};
use crate::synthesise::{Files, SINGLE_FILE, synthesise};

const ENFORCED: &str = "select distinct record_key, check_id from finding
    where stage = 'enforced' and places > 0 order by 1, 2";

/// A month of the county: all in the national layout, or each hospital in its own.
fn options(layout: Layout) -> Options {
    let month = "2025-03".parse().expect("a month");
    let all = layout == Layout::Hqms811;
    Options {
        discharges: if all { 260 } else { 900 },
        seed: 3,
        from: month,
        to: month,
        layout: all.then_some(layout),
        defects: DefectRates::usual_times(1_500),
        ..Options::default()
    }
}

/// What the file would say without a fault, by record.
fn clean(layout: Layout, folder: &Path) -> BTreeMap<String, FrontPage> {
    let options = Options {
        defects: DefectRates::none(),
        ..options(layout)
    };
    let files = Files::MonthByMonth;
    synthesise(options, folder, files, OutputEncoding::Utf8, &|_| ()).expect("own folder");
    let mut pages = BTreeMap::new();
    for path in data_files(folder) {
        let file = File::open(&path).expect("own folder");
        let mut input = Input::open("f", file, &ReadOptions::default()).expect("readable");
        while let Some(mut table) = input.next_table().expect("a header") {
            let mut parser = RowParser::new(table.header());
            while let Some(block) = table.next_block().expect("readable") {
                parser.parse(&block, |row| {
                    if let Row::Record { page, .. } = row {
                        pages.insert(key(page), page.clone());
                    }
                });
            }
        }
    }
    pages
}

/// Record and check of findings.
type Findings = BTreeSet<(String, String)>;

fn enforced(bench: &Bench) -> Findings {
    let found = bench.sql(ENFORCED);
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().expect(name).to_owned();
    found
        .iter()
        .map(|row| (text(row, "record_key"), text(row, "check_id")))
        .collect()
}

/// Corrects every record with an enforced finding to what the generator meant, and exports.
fn corrected(bench: &Bench, file: &Path, layout: Layout) -> (Exported, Vec<u8>) {
    bench.import(file);
    let found = enforced(bench);
    let records: BTreeSet<&String> = found.iter().map(|(record, _)| record).collect();
    assert!(records.len() > 5, "{} records to correct", records.len());
    let truth = clean(layout, &bench.path("clean"));
    let told: Vec<_> = found
        .iter()
        .filter(|(record, _)| !truth.contains_key(record))
        .collect();
    assert!(
        told.is_empty(),
        "records that the generator does not know: {told:?}"
    );
    let amended = crate::correct::tests::correct_to(bench, |record| {
        records
            .contains(&record.to_owned())
            .then(|| truth[record].clone())
    });
    assert_eq!(amended.made.len(), records.len());
    assert_eq!(enforced(bench), Findings::new());
    let request = ExportRequest {
        file,
        organisation: None,
        tidy: false,
    };
    let mut out = Cursor::new(Vec::new());
    let exported = export(&bench.workspace, &request, &mut out).expect("exports");
    assert_eq!(exported.corrected, records.len() as u64);
    let lost: Vec<_> = exported
        .entries
        .iter()
        .filter(|entry| entry.outcome != Outcome::Written)
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
    (exported, out.into_inner())
}

#[track_caller]
fn check(layout: Layout, encoding: OutputEncoding) {
    let bench = Bench::new();
    let folder = bench.path("d");
    let files = match layout {
        Layout::Hqms811 => Files::Single,
        _ => Files::MonthByMonth,
    };
    synthesise(options(layout), &folder, files, encoding, &|_| ()).expect("own folder");
    let file = match files {
        Files::Single => folder.join(SINGLE_FILE),
        Files::MonthByMonth => largest(&folder, layout),
    };
    let (exported, bytes) = corrected(&bench, &file, layout);
    // Rows of other records are the same, byte by byte.
    let delivered = fs::read(&file).expect("own folder");
    let (old, new) = (lines(&delivered), lines(&bytes));
    assert_eq!(old.len(), new.len());
    let rows: BTreeSet<u64> = exported.entries.iter().map(|entry| entry.row).collect();
    let mut changed = 0;
    for (row, (old, new)) in (1..).zip(old.iter().zip(&new)) {
        if rows.contains(&row) {
            changed += u64::from(old != new);
        } else {
            assert_eq!(old, new, "row {row}");
        }
    }
    assert_eq!(changed, exported.changed_rows);
    // A workspace that never saw the faults finds none that would stop the report.
    let fresh = Bench::new();
    let target = fresh.path("corrected.csv");
    fs::write(&target, bytes).expect("own folder");
    let record = fresh.import(&target);
    assert_eq!(record.counts.rejected, exported.rejects);
    assert_eq!(enforced(&fresh), Findings::new());
    let workbook = Cursor::new(Vec::new());
    write_summary(&exported, workbook).expect("a workbook");
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

fn data_files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("own folder").flatten();
    let files = files.map(|entry| entry.path());
    files
        .filter(|path| path.is_file())
        .filter(|path| path.file_name().is_some_and(|name| name != "truth.csv"))
        .collect()
}

/// The largest file of a layout.
fn largest(folder: &Path, layout: Layout) -> PathBuf {
    let first = layout.columns()[0].name;
    let is_wanted = |path: &PathBuf| {
        let bytes = fs::read(path).expect("own folder");
        let start = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        start.starts_with(format!("{first},").as_bytes())
    };
    let files = data_files(folder).into_iter().filter(is_wanted);
    files
        .max_by_key(|path| fs::metadata(path).map_or(0, |data| data.len()))
        .expect("files")
}

#[test]
fn the_corrected_month_comes_in_elsewhere_without_enforced_findings() {
    check(Layout::Hqms811, OutputEncoding::Utf8);
}

#[test]
fn other_layouts_and_encodings_come_back_as_they_were_delivered() {
    check(Layout::N041, OutputEncoding::Gb18030);
    check(Layout::Tcm2019, OutputEncoding::Utf8WithBom);
}

#[test]
fn only_the_file_that_was_imported_last_is_exported() {
    let bench = Bench::new();
    let folder = bench.path("d");
    let mut few = options(Layout::Hqms811);
    few.discharges = 12;
    synthesise(few, &folder, Files::Single, OutputEncoding::Utf8, &|_| ()).expect("own folder");
    let file = folder.join(SINGLE_FILE);
    let request = ExportRequest {
        file: &file,
        organisation: None,
        tidy: false,
    };
    let run = || {
        let mut out = Cursor::new(Vec::new());
        export(&bench.workspace, &request, &mut out).map(|exported| (exported, out.into_inner()))
    };
    bench.import(&file);
    let delivered = fs::read(&file).expect("own folder");
    let (exported, bytes) = run().expect("exports");
    assert_eq!(bytes, delivered, "nothing was corrected");
    assert_eq!((exported.changed_rows, exported.entries.len()), (0, 0));
    // Another file replaces the month.
    let other = bench.path("other.csv");
    fs::write(&other, [&delivered[..], b"\n"].concat()).expect("own folder");
    bench.import(&other);
    let superseded = run();
    assert!(
        matches!(superseded, Err(ExportError::Superseded { .. })),
        "{superseded:?}"
    );
    fs::write(&file, [&delivered[..], b"\n\n"].concat()).expect("own folder");
    let unknown = run();
    assert!(
        matches!(unknown, Err(ExportError::NotImported { .. })),
        "{unknown:?}"
    );
}

//! Imports from files to tables, in a temporary workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use biaochi_domain::{Language, Localized as _};
use biaochi_ingest::{LayoutWriter, OutputFormat};
use biaochi_records::{Decimal2, Diagnosis, FrontPage, Layout, Procedure};
use biaochi_warehouse::lake::{Mode, Selector};
use biaochi_warehouse::query::{self, Queries, drg_group, write_result};
use biaochi_warehouse::{WarehouseError, WhenLocked, open_lake};
use jiff::civil::{date, datetime};
use rust_decimal::Decimal;

use super::{
    ENOUGH_TO_ASK, FewerRecords, ImportError, ImportRequest, ImportWeights, Imported, Places,
    Progress, Stage, import,
};
use crate::{Content, LoadedScheme, stay_of};

/// A workspace folder and a scheme.
struct Bench {
    folder: tempfile::TempDir,
    scheme: LoadedScheme,
}

fn page(number: u32, month: i8, total: i64) -> FrontPage {
    let mut page = FrontPage {
        organisation_code: "45010000-1".into(),
        organisation_name: "测试县人民医院".into(),
        medical_record_number: format!("{number:08}").into(),
        admission_count: Some(1),
        admission_time: Some(datetime(2024, month, 3, 9, 0, 0, 0)),
        discharge_time: Some(datetime(2024, month, 8, 10, 30, 0, 0)),
        patient_name: "张三".into(),
        id_number: "11010119600306001X".into(),
        sex: "1".into(),
        birth_date: Some(date(1960, 3, 6)),
        age_years: Some(63),
        length_of_stay: Some(5),
        discharge_department: "03".into(),
        discharge_disposition: "1".into(),
        ..FrontPage::default()
    };
    page.diagnoses = vec![Diagnosis::from("J18.900"), Diagnosis::from("I10.x00x002")];
    page.charges.total_charges = Some(Decimal2::from_hundredths(total));
    page
}

fn pages(numbers: std::ops::Range<u32>, month: i8, total: i64) -> Vec<FrontPage> {
    numbers.map(|number| page(number, month, total)).collect()
}

fn weight(drg: &str) -> Option<Decimal> {
    drg.starts_with('E').then(|| Decimal::new(15_000, 4))
}

impl Bench {
    fn new() -> Self {
        let content = Content::load(&[]).expect("built in");
        let scheme = content.scheme("chs_drg_11").expect("built in");
        Self {
            folder: tempfile::tempdir().expect("temporary folder"),
            scheme,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, pages: &[FrontPage]) -> PathBuf {
        let mut writer = LayoutWriter::new(Layout::Hqms811, OutputFormat::default());
        let mut bytes = Vec::new();
        writer.header(&mut bytes);
        for page in pages {
            writer.row(page, &mut bytes);
        }
        let path = self.path(name);
        fs::write(&path, bytes).expect("own folder");
        path
    }

    fn request<'a>(&'a self, paths: &'a [PathBuf], mode: Mode) -> ImportRequest<'a> {
        ImportRequest {
            paths,
            scheme: &self.scheme,
            weights: Some(ImportWeights {
                id: "test",
                content_hash: "1",
                weight: &weight,
            }),
            translate: false,
            organisation: None,
            mode,
            allow_fewer: false,
            when_locked: WhenLocked::Refuse,
            known_code: None,
            checks: None,
            language: Language::Zh,
        }
    }

    fn run(
        &self,
        request: &ImportRequest<'_>,
        cancel: &AtomicBool,
    ) -> Result<Imported, ImportError> {
        let places = Places {
            lake: &self.path("lake"),
            rejects: &self.path("rejects"),
            key_file: &self.path("workspace.key"),
        };
        import(places, request, &|_| {}, cancel)
    }

    fn import(&self, paths: &[PathBuf], mode: Mode) -> Imported {
        self.run(&self.request(paths, mode), &AtomicBool::new(false))
            .expect("imports")
    }

    /// A query's result as CSV.
    fn sql(&self, sql: &str) -> String {
        String::from_utf8(self.query(sql, query::OutputFormat::Csv)).expect("text")
    }

    fn query(&self, sql: &str, format: query::OutputFormat) -> Vec<u8> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("threads").block_on(async {
            let lake = open_lake(&self.path("lake")).expect("own folder");
            let publication = lake.select(Selector::Newest).await.expect("a lake");
            let schemes = |id: &str| {
                let content = Content::load(&[]).map_err(|error| error.to_string())?;
                let loaded = content.scheme(id).map_err(|error| error.to_string())?;
                Ok(Arc::new(loaded.scheme))
            };
            let functions = vec![drg_group(Arc::new(schemes))];
            let queries = Queries::open(&lake, publication, functions)
                .await
                .expect("opens");
            let result = queries.query(sql).await.expect(sql);
            let mut out = Vec::new();
            write_result(result, format, &mut out)
                .await
                .expect("writes");
            out
        })
    }

    /// The sums that are kept are those that the records give.
    #[track_caller]
    fn check_cells(&self) {
        let sums = "organisation_code, discharge_month, scheme, status, drg";
        let kept = self.sql(&format!("SELECT * FROM drg_cell ORDER BY {sums}"));
        let counted = self.sql(&format!(
            "SELECT organisation_code, discharge_month, scheme, status,
                    CASE WHEN status = 'grouped' THEN drg END AS drg, count(*) AS cases,
                    count(weight) AS weighted_cases, sum(weight) AS weight,
                    count(length_of_stay) AS timed_cases, sum(length_of_stay) AS days,
                    count(total_charges) AS charged_cases, sum(total_charges) AS charges
             FROM grouping GROUP BY 1, 2, 3, 4, 5 ORDER BY {sums}"
        ));
        assert_eq!(kept, counted);
        assert!(kept.lines().count() > 1);
    }

    fn files(&self, folder: &str) -> usize {
        fn count(folder: &Path) -> usize {
            fs::read_dir(folder).map_or(0, |entries| {
                entries
                    .flatten()
                    .map(|entry| {
                        if entry.path().is_dir() {
                            count(&entry.path())
                        } else {
                            1
                        }
                    })
                    .sum()
            })
        }
        count(&self.path(folder))
    }
}

#[track_caller]
fn changes(imported: &Imported, came: u64, went: u64, changed: u64, unchanged: u64) {
    let counts = imported.record.counts;
    let found = (counts.came, counts.went, counts.changed, counts.unchanged);
    assert_eq!(
        found,
        (came, went, changed, unchanged),
        "came, went, changed, unchanged"
    );
}

#[test]
fn a_month_replaces_a_month_a_correction_changes_records_and_the_same_file_nothing() {
    let bench = Bench::new();
    let mut all = pages(0..10, 1, 10_000);
    all.extend(pages(10..20, 2, 10_000));
    let both = bench.write("a.csv", &all);
    let first = bench.import(std::slice::from_ref(&both), Mode::ReplaceMonth);
    changes(&first, 20, 0, 0, 0);
    assert_eq!((first.version, first.record.counts.grouped), (1, 20));
    assert_eq!(first.rejects, None);

    let again = bench.import(std::slice::from_ref(&both), Mode::ReplaceMonth);
    assert!(again.already_there);
    assert_eq!((again.version, &again.record), (1, &first.record));

    // January comes again: one record fewer, one other, one with another total.
    let mut january = pages(1..10, 1, 10_000);
    january.push(page(30, 1, 10_000));
    january[0].charges.total_charges = Some(Decimal2::from_hundredths(20_000));
    let january = bench.write("january.csv", &january);
    let second = bench.import(&[january], Mode::ReplaceMonth);
    changes(&second, 1, 1, 1, 8);
    let counts = "discharge_month,n,total\n2024-01,10,1100.00\n2024-02,10,1000.00\n";
    let sql = "SELECT discharge_month, count(*) AS n, sum(charges['total_charges']) AS total
               FROM discharge GROUP BY 1 ORDER BY 1";
    assert_eq!(bench.sql(sql), counts);
    bench.check_cells();

    // Not the same any more: January was replaced since, so the old file counts again.
    let back = bench.import(std::slice::from_ref(&both), Mode::ReplaceMonth);
    assert!(!back.already_there);
    changes(&back, 1, 1, 1, 18);

    // A correction touches what it names.
    let correction = [page(12, 2, 30_000), page(40, 2, 10_000)];
    let correction = bench.write("correction.csv", &correction);
    let corrected = bench.import(&[correction], Mode::Correction);
    changes(&corrected, 1, 0, 1, 0);
    let counts = "discharge_month,n,total\n2024-01,10,1000.00\n2024-02,11,1300.00\n";
    assert_eq!(bench.sql(sql), counts);
    bench.check_cells();
    let grouped = bench.sql(
        "SELECT count(*) AS n, count(drg) AS g, count(DISTINCT record_key) AS k FROM discharge_grouped",
    );
    assert_eq!(grouped, "n,g,k\n21,21,21\n");
    let journal = bench
        .sql("SELECT came, went, changed, unchanged FROM import_journal ORDER BY published_at");
    assert_eq!(
        journal,
        "came,went,changed,unchanged\n20,0,0,0\n1,1,1,8\n1,1,1,18\n1,0,1,0\n"
    );
}

#[test]
fn of_repeated_rows_the_first_is_kept_and_bad_rows_are_told() {
    let bench = Bench::new();
    let mut rows = pages(0..3, 1, 10_000);
    rows.push(page(1, 1, 99_900));
    let mut keyless = page(7, 1, 10_000);
    keyless.medical_record_number.clear();
    rows.push(keyless);
    let path = bench.write("a.csv", &rows);
    let imported = bench.import(&[path], Mode::ReplaceMonth);
    let counts = imported.record.counts;
    assert_eq!(
        (counts.read, counts.came, counts.rejected, counts.duplicates),
        (5, 3, 2, 1)
    );
    assert_eq!(counts.grouped + counts.not_grouped, 3);
    let rejects = fs::read_to_string(imported.rejects.expect("two rows")).expect("own folder");
    assert!(rejects.contains("同一次住院"), "{rejects}");
    assert_eq!(
        bench.sql("SELECT max(charges['total_charges']) AS m FROM discharge"),
        "m\n100.00\n"
    );
}

#[test]
fn nobody_is_named_in_the_tables() {
    let bench = Bench::new();
    let path = bench.write("a.csv", &pages(0..3, 1, 10_000));
    bench.import(&[path], Mode::ReplaceMonth);
    let all = bench.sql("SELECT * FROM discharge");
    assert!(
        !all.contains("张三") && !all.contains("11010119600306001X"),
        "{all}"
    );
    assert_eq!(
        bench.sql("SELECT count(DISTINCT person_key) AS p FROM discharge"),
        "p\n1\n"
    );
    for entry in walk(&bench.path("lake")) {
        let bytes = fs::read(&entry).expect("own folder");
        let clear = "张三".as_bytes();
        assert!(
            !bytes.windows(clear.len()).any(|part| part == clear),
            "{}",
            entry.display()
        );
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("own folder").flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn the_function_groups_like_the_library_and_figures_are_exact() {
    let bench = Bench::new();
    let mut rows = pages(0..4, 1, 10_000);
    // An operation that has nothing to do with the diagnosis, and a code that no scheme knows.
    rows[1].procedures.push(Procedure::from("51.2300"));
    rows[3].diagnoses[0] = Diagnosis::from("unknown");
    rows[2].charges.total_charges = Some(Decimal2::from_hundredths(50_000));
    let path = bench.write("a.csv", &rows);
    bench.import(&[path], Mode::ReplaceMonth);
    let sql = "SELECT d.medical_record_number AS m, x['status'] AS s, x['drg'] AS f, g.drg AS t FROM
        (SELECT *, drg_group('chs_drg_11', diagnoses, procedures, sex, age_years, age_days,
            newborn_admission_weight, length_of_stay, discharge_department, discharge_disposition) AS x
         FROM discharge) d JOIN grouping g ON d.record_key = g.record_key ORDER BY m";
    let mut expected = String::from("m,s,f,t\n");
    for page in &rows {
        let stay = stay_of(page, false);
        let grouping = bench.scheme.scheme.group(&stay);
        let (status, drg) = (grouping.status.name(), grouping.drg);
        expected += &format!("{},{status},{drg},{drg}\n", page.medical_record_number);
    }
    assert_eq!(bench.sql(sql), expected);
    let literal = bench.sql(
        "SELECT drg_group('chs_drg_11', ['J18.900', 'I10.x00x002'], [], '1', 63)['drg'] AS drg",
    );
    let page = page(0, 1, 0);
    assert_eq!(
        literal,
        format!(
            "drg\n{}\n",
            bench.scheme.scheme.group(&stay_of(&page, false)).drg
        )
    );
    // Of the three records with a known diagnosis, those that are grouped share one group: the
    // references are their own means, so both indices are exactly one.
    let grouped = rows
        .iter()
        .filter(|page| {
            bench
                .scheme
                .scheme
                .group(&stay_of(page, false))
                .is_grouped()
        })
        .count();
    assert!(grouped >= 2, "{expected}");
    bench.check_cells();
    let figures =
        bench.sql("SELECT discharges, grouped, cost_index, time_index, cmi FROM hospital_month");
    let line = figures.lines().nth(1).unwrap_or_default();
    let numbers: Vec<Decimal> = line
        .split(',')
        .map(|number| number.parse().expect("a number"))
        .collect();
    let cmi = Decimal::new(15, 1);
    assert_eq!(
        numbers,
        [4.into(), grouped.into(), Decimal::ONE, Decimal::ONE, cmi]
    );
}

#[test]
fn a_cancelled_or_failed_import_leaves_everything_as_it_was() {
    let bench = Bench::new();
    let good = bench.write("a.csv", &pages(0..3, 1, 10_000));
    bench.import(std::slice::from_ref(&good), Mode::ReplaceMonth);
    let (files, before) = (
        bench.files("lake"),
        bench.sql("SELECT * FROM discharge ORDER BY record_key"),
    );
    let cancel = AtomicBool::new(false);
    cancel.store(true, Ordering::Relaxed);
    let other = bench.write("b.csv", &pages(0..9, 1, 20_000));
    let paths = [other.clone()];
    let cancelled = bench.run(&bench.request(&paths, Mode::ReplaceMonth), &cancel);
    let is_cancelled = matches!(
        cancelled,
        Err(ImportError::Warehouse(WarehouseError::Cancelled))
    );
    assert!(is_cancelled, "{cancelled:?}");
    // A good file and one that is none: nothing of either comes in.
    let broken = bench.path("c.csv");
    fs::write(&broken, "not,a,front,page\n1,2,3,4\n").expect("own folder");
    let paths = [other, broken];
    let failed = bench.run(
        &bench.request(&paths, Mode::ReplaceMonth),
        &AtomicBool::new(false),
    );
    assert!(matches!(failed, Err(ImportError::File(_))), "{failed:?}");
    assert_eq!(
        bench.sql("SELECT * FROM discharge ORDER BY record_key"),
        before
    );
    assert_eq!(bench.files("lake"), files);
    assert_eq!(bench.files("rejects"), 0);
}

#[test]
fn parquet_files_come_in_like_text() {
    let bench = Bench::new();
    let csv = bench.write("a.csv", &pages(0..5, 1, 12_345));
    let first = bench.import(std::slice::from_ref(&csv), Mode::ReplaceMonth);
    let parquet = bench.path("a.parquet");
    fs::write(
        &parquet,
        bench.query(&as_query(&csv), query::OutputFormat::Parquet),
    )
    .expect("own folder");
    let second = bench.import(&[parquet], Mode::ReplaceMonth);
    assert_eq!(second.record.files[0].layout, "hqms811");
    changes(&second, 0, 0, 0, 5);
    assert_eq!(first.record.counts.grouped, second.record.counts.grouped);
}

/// A query that gives the lines of a CSV without quotes, every value as text.
fn as_query(csv: &Path) -> String {
    let text = fs::read_to_string(csv).expect("own folder");
    let mut lines = text.lines();
    let headings: Vec<_> = lines.next().expect("a header").split(',').collect();
    let rows = lines.map(|line| {
        let values = line.split(',').zip(&headings);
        let columns: Vec<_> = values
            .map(|(value, heading)| format!("'{value}' AS \"{heading}\""))
            .collect();
        format!("SELECT {}", columns.join(","))
    });
    rows.collect::<Vec<_>>().join(" UNION ALL ")
}

#[test]
fn a_month_is_not_replaced_by_far_fewer_records_unasked() {
    let bench = Bench::new();
    let most = ENOUGH_TO_ASK as u32;
    let mut both = pages(0..most, 1, 10_000);
    both.extend(pages(0..most - 1, 2, 10_000));
    let both = bench.write("a.csv", &both);
    bench.import(std::slice::from_ref(&both), Mode::ReplaceMonth);
    let counts = "SELECT discharge_month, count(*) AS n FROM discharge GROUP BY 1 ORDER BY 1";
    let before = bench.sql(counts);
    let files = bench.files("lake");

    // One record fewer than half of January, and as good as nothing of February, which is too small to be asked about.
    let mut part = pages(0..most / 2 - 1, 1, 20_000);
    part.push(page(0, 2, 20_000));
    let part = bench.write("part.csv", &part);
    let never = AtomicBool::new(false);
    let paths = [part];
    let mut request = bench.request(&paths, Mode::ReplaceMonth);
    let stopped = bench.run(&request, &never).expect_err("asks first");
    let expected = FewerRecords {
        organisation: "45010000-1".to_owned(),
        month: "2024-01".to_owned(),
        before: ENOUGH_TO_ASK,
        after: u64::from(most) / 2 - 1,
    };
    assert_eq!(stopped.fewer(), Some(&[expected][..]));
    let text = stopped.text(Language::Zh);
    for told in [
        "45010000-1",
        "2024-01",
        "50 份",
        "24 份",
        "--mode correction",
        "--allow-fewer",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert_eq!(bench.sql(counts), before);
    assert_eq!(bench.files("lake"), files);
    assert_eq!(bench.files("rejects"), 0);

    // Half of it needs no word, nor does a correction; what was confirmed is done.
    let half = bench.write("half.csv", &pages(0..most / 2, 1, 30_000));
    let corrected = bench.import(&paths, Mode::Correction);
    changes(&corrected, 0, 0, u64::from(most) / 2, 0);
    let halved = bench.import(std::slice::from_ref(&half), Mode::ReplaceMonth);
    changes(&halved, 0, u64::from(most) / 2, u64::from(most) / 2, 0);
    bench.import(&[both], Mode::ReplaceMonth);
    request.allow_fewer = true;
    bench.run(&request, &never).expect("was confirmed");
    assert_eq!(
        bench.sql(counts),
        "discharge_month,n\n2024-01,24\n2024-02,1\n"
    );
}

#[test]
fn an_import_says_what_it_does_once_everything_is_read() {
    let bench = Bench::new();
    let path = bench.write("a.csv", &pages(0..3, 1, 10_000));
    let told = Mutex::new(Vec::new());
    let places = Places {
        lake: &bench.path("lake"),
        rejects: &bench.path("rejects"),
        key_file: &bench.path("workspace.key"),
    };
    let tell = |progress: Progress| told.lock().expect("no panic").push(progress);
    let paths = [path];
    let request = bench.request(&paths, Mode::ReplaceMonth);
    import(places, &request, &tell, &AtomicBool::new(false)).expect("imports");
    let told = told.into_inner().expect("no panic");
    let mut stages: Vec<Stage> = told.iter().map(|progress| progress.stage).collect();
    stages.dedup();
    assert_eq!(
        stages,
        [Stage::Reading, Stage::Comparing, Stage::Publishing]
    );
    assert!(told.iter().all(|progress| progress.rows == 3), "{told:?}");
}

//! Jobs from the queue to their end, in a workspace of the test's own.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use biaochi_ingest::{LayoutWriter, OutputFormat};
use biaochi_records::{Decimal2, Diagnosis, FrontPage, Layout};
use biaochi_store::{Actor, Job, JobFilter, JobKind, JobState, Scope, Store};
use jiff::civil::{date, datetime};
use jiff::{SignedDuration, Timestamp};

use super::document::Documents;
use super::work::work;
use super::*;
use crate::runtime::block_on;
use crate::{Compiled, Config, Content, ImportMode, Workspace};

const HOSPITAL: &str = "45010000-1";

struct Bench {
    workspace: Workspace,
    store: Store,
    content: Arc<Compiled>,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("workspace");
        let workspace = Workspace::init(&root, Config::default()).expect("a workspace");
        let store = block_on(Store::open(&workspace.store_location())).expect("a store");
        Self {
            workspace: workspace.sharing(store.clone()),
            store,
            content: Arc::new(Compiled::new(Content::load(&[]).expect("built in"))),
            folder,
        }
    }

    fn runners(&self) -> Runners {
        let content = Arc::clone(&self.content);
        let content = move || Arc::clone(&content);
        Runners::start(self.workspace.clone(), self.store.clone(), content, 2)
    }

    fn ended(&self, job_id: &str) -> Job {
        let begin = Instant::now();
        loop {
            let job = block_on(self.store.job(&all(), job_id)).expect("the job");
            if job.state.is_final() {
                return job;
            }
            assert!(begin.elapsed() < Duration::from_secs(120), "{job:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Wants the file of the month that [`file`] is about.
    fn month_export(&self) -> Job {
        let wanted = WantedJob {
            organisation: HOSPITAL.to_owned(),
            request: JobRequest::document(
                &Scope::one(HOSPITAL),
                DocumentRequest::Month {
                    organisation: HOSPITAL.to_owned(),
                    month: "2024-03".parse().expect("a month"),
                    gb18030: false,
                },
            ),
            idempotency_key: None,
        };
        let coder = Actor::now("coder");
        let job = block_on(want(&self.store, &Scope::All, &coder, &wanted));
        job.expect("queued").0
    }

    /// Files of documents, drafts included.
    fn documents(&self) -> usize {
        let folder = self.workspace.root().join("documents");
        fs::read_dir(folder).map_or(0, Iterator::count)
    }

    fn import(&self, scope: &Scope, bytes: &[u8], key: Option<&str>) -> Job {
        let mut upload = Uploads::of(&self.workspace).begin().expect("begun");
        upload.write(bytes).expect("written");
        let file = upload.finish("三月首页.csv").expect("finished");
        let request = JobRequest::import(scope, vec![file], None, ImportMode::ReplaceMonth);
        let wanted = WantedJob {
            organisation: String::new(),
            request,
            idempotency_key: key.map(str::to_owned),
        };
        let coder = Actor::now("coder");
        let job = block_on(want(&self.store, scope, &coder, &wanted));
        job.expect("queued").0
    }
}

fn all() -> JobFilter {
    JobFilter {
        visible: JobKind::ALL
            .iter()
            .map(|kind| (*kind, Scope::All))
            .collect(),
        ..JobFilter::default()
    }
}

/// A file of front pages; the last line has no record number and is rejected.
fn file(records: u32) -> Vec<u8> {
    let mut writer = LayoutWriter::new(Layout::Hqms811, OutputFormat::default());
    let mut bytes = Vec::new();
    writer.header(&mut bytes);
    for number in 0..=records {
        let mut page = FrontPage {
            organisation_code: HOSPITAL.into(),
            organisation_name: "测试县人民医院".into(),
            medical_record_number: match number {
                0 => String::new().into(),
                number => format!("{number:08}").into(),
            },
            admission_count: Some(1),
            admission_time: Some(datetime(2024, 3, 3, 9, 0, 0, 0)),
            discharge_time: Some(datetime(2024, 3, 8, 10, 30, 0, 0)),
            patient_name: "张三".into(),
            sex: "1".into(),
            birth_date: Some(date(1960, 3, 6)),
            age_years: Some(63),
            length_of_stay: Some(5),
            discharge_department: "03".into(),
            discharge_disposition: "1".into(),
            ..FrontPage::default()
        };
        page.diagnoses = vec![Diagnosis::from("J18.900")];
        page.charges.total_charges = Some(Decimal2::from_hundredths(120_000));
        writer.row(&page, &mut bytes);
    }
    bytes
}

#[test]
fn an_upload_becomes_records_and_its_rejects_are_kept() {
    let bench = Bench::new();
    let queued = bench.import(&Scope::All, &file(5), None);
    assert_eq!(queued.state, JobState::Queued);
    let runners = bench.runners();
    let job = bench.ended(&queued.job_id);
    assert_eq!(job.state, JobState::Done, "{}", job.message);
    let result: serde_json::Value = serde_json::from_str(&job.result).expect("JSON");
    assert_eq!(
        (result["came"].as_u64(), result["rejected"].as_u64()),
        (Some(5), Some(1))
    );
    let rejects = reject_path(&bench.workspace, &job).expect("a reject file");
    let rejects = fs::read_to_string(rejects).expect("own file");
    assert!(
        rejects.contains("三月首页.csv") && !rejects.contains("uploads"),
        "{rejects}"
    );
    // The same again, by the same name and by none.
    let same = bench.import(&Scope::All, &file(5), Some("k"));
    assert_eq!(
        bench.import(&Scope::All, &file(5), Some("k")).job_id,
        same.job_id
    );
    let job = bench.ended(&same.job_id);
    assert_eq!(job.state, JobState::Done, "{}", job.message);
    runners.stop();
}

#[test]
fn a_part_of_a_month_waits_for_a_word() {
    let bench = Bench::new();
    let runners = bench.runners();
    let whole = bench.import(&Scope::All, &file(60), None);
    let whole = bench.ended(&whole.job_id);
    assert_eq!(whole.state, JobState::Done, "{}", whole.message);
    let coder = Actor::now("coder");
    for (records, how, expected) in [
        (3, Again::AsCorrection, (0, 0)),
        (4, Again::AllowFewer, (0, 56)),
    ] {
        let part = bench.import(&Scope::All, &file(records), None);
        runners.wake();
        let part = bench.ended(&part.job_id);
        assert_eq!(part.state, JobState::Failed, "{}", part.message);
        let told: serde_json::Value = serde_json::from_str(&part.result).expect("JSON");
        assert_eq!(told["code"], "fewer_records");
        let month = &told["months"][0];
        assert_eq!(month["organisation"], HOSPITAL);
        assert_eq!(month["month"], "2024-03");
        assert_eq!(
            (month["before"].as_u64(), month["after"].as_u64()),
            (Some(60), Some(u64::from(records)))
        );
        // The same again is asked again.
        let again = try_again(&bench.store, &coder, &part, Some(part.revision), None);
        let again = block_on(again).expect("queued");
        assert_eq!(again.result, "");
        runners.wake();
        let again = bench.ended(&part.job_id);
        assert_eq!(again.state, JobState::Failed, "{}", again.message);
        let confirmed = try_again(&bench.store, &coder, &again, None, Some(how));
        block_on(confirmed).expect("queued");
        runners.wake();
        let done = bench.ended(&part.job_id);
        assert_eq!(done.state, JobState::Done, "{}", done.message);
        let result: serde_json::Value = serde_json::from_str(&done.result).expect("JSON");
        assert_eq!(
            (result["came"].as_u64(), result["went"].as_u64()),
            (Some(expected.0), Some(expected.1))
        );
    }
    // What is no import has nothing to confirm.
    let month = bench.month_export();
    let refused = try_again(&bench.store, &coder, &month, None, Some(Again::AllowFewer));
    assert!(matches!(block_on(refused), Err(JobError::NoImport)));
    runners.stop();
}

#[test]
fn nobody_delivers_for_another_hospital() {
    let bench = Bench::new();
    let runners = bench.runners();
    let queued = bench.import(&Scope::one("另一家"), &file(2), None);
    let job = bench.ended(&queued.job_id);
    assert_eq!(job.state, JobState::Failed);
    assert!(job.message.contains(HOSPITAL), "{}", job.message);
    runners.stop();
}

#[test]
fn records_are_checked_again_and_indicators_computed() {
    let bench = Bench::new();
    let runners = bench.runners();
    let import = bench.import(&Scope::All, &file(3), None);
    bench.ended(&import.job_id);
    let again = JobRequest::recheck(&Scope::All, None, (None, None)).expect("a request");
    let indicators = JobRequest::Indicators {
        pack: crate::indicators::NATIONAL.to_owned(),
    };
    for request in [again, indicators] {
        let wanted = WantedJob {
            organisation: String::new(),
            request,
            idempotency_key: None,
        };
        let queued = block_on(want(
            &bench.store,
            &Scope::All,
            &Actor::now("quality"),
            &wanted,
        ));
        runners.wake();
        let job = bench.ended(&queued.expect("queued").0.job_id);
        assert_eq!(job.state, JobState::Done, "{}", job.message);
    }
    runners.stop();
    let beyond = JobRequest::recheck(&Scope::one("A"), None, (None, None));
    assert!(matches!(beyond, Err(JobError::BeyondScope)));
}

#[test]
fn a_document_is_kept_for_a_day() {
    let bench = Bench::new();
    let runners = bench.runners();
    let import = bench.import(&Scope::All, &file(3), None);
    bench.ended(&import.job_id);
    let queued = bench.month_export();
    runners.wake();
    let job = bench.ended(&queued.job_id);
    assert_eq!(job.state, JobState::Done, "{}", job.message);
    runners.stop();
    let now = Timestamp::now();
    let (kept, path) = kept_document(&bench.workspace, &job, now).expect("a document");
    assert!(
        kept.file.ends_with(".csv") && kept.about.contains('3'),
        "{kept:?}"
    );
    let text = fs::read_to_string(&path).expect("own file");
    assert_eq!(text.lines().count(), 4, "{text}");
    // A day later it cannot be fetched, tidied or not, and then it is gone.
    let documents = Documents::of(&bench.workspace);
    documents.tidy(SystemTime::now());
    assert!(path.is_file());
    let later = now + DOCUMENT_STAYS + SignedDuration::from_secs(60);
    assert_eq!(kept_document(&bench.workspace, &job, later), None);
    documents.tidy(later.into());
    assert_eq!(bench.documents(), 0);
}

#[test]
fn a_document_whose_runner_died_is_made_by_the_next() {
    let bench = Bench::new();
    let runners = bench.runners();
    let import = bench.import(&Scope::All, &file(3), None);
    bench.ended(&import.job_id);
    runners.stop();
    let queued = bench.month_export();
    // Somebody takes it and is never heard of again.
    let lease = SignedDuration::from_millis(1);
    let taken = block_on(bench.store.take_job("gone", Timestamp::now(), lease));
    assert_eq!(
        taken.expect("taken").map(|job| job.job_id),
        Some(queued.job_id.clone())
    );
    let runners = bench.runners();
    let job = bench.ended(&queued.job_id);
    assert_eq!(
        (job.state, job.attempts),
        (JobState::Done, 2),
        "{}",
        job.message
    );
    assert!(kept_document(&bench.workspace, &job, Timestamp::now()).is_some());
    runners.stop();
}

#[test]
fn a_document_that_is_cancelled_leaves_no_file() {
    let bench = Bench::new();
    let job = bench.month_export();
    let request: JobRequest = serde_json::from_str(&job.request).expect("JSON");
    // What an attempt left that was interrupted just before its end.
    let left = crate::document::Made::new("a.csv".to_owned(), b"x".to_vec());
    let documents = Documents::of(&bench.workspace);
    documents.keep(&job.job_id, &left).expect("kept");
    assert_eq!(bench.documents(), 1);
    let cancel = AtomicBool::new(true);
    let ended = work(
        &bench.workspace,
        &bench.content,
        (&request, &job),
        &|_| {},
        &cancel,
    );
    assert!(ended.is_err_and(|error| error.is_cancelled()));
    assert_eq!(bench.documents(), 0);
    let queued = block_on(bench.store.cancel_job(
        &Scope::All,
        &Actor::now("coder"),
        &job.job_id,
        None,
    ));
    let cancelled = queued.expect("cancelled");
    assert_eq!(
        kept_document(&bench.workspace, &cancelled, Timestamp::now()),
        None
    );
}

#[test]
fn what_is_wanted_is_read_as_it_was_written() {
    let bulletin = JobRequest::document(
        &Scope::All,
        DocumentRequest::Plan {
            plan: "national-2021".to_owned(),
            unit: "division:990121".parse().expect("a unit"),
            on: date(2025, 12, 31),
            month: "2025-12".parse().expect("a month"),
            form: crate::document::Form::Pdf,
            issuer: None,
        },
    );
    let text = serde_json::to_string(&bulletin).expect("JSON");
    assert!(
        text.contains("\"division:990121\"") && text.contains("\"2025-12-31\""),
        "{text}"
    );
    assert_eq!(
        serde_json::from_str::<JobRequest>(&text).expect("JSON"),
        bulletin
    );
}

#[test]
fn a_file_that_is_no_table_fails_with_its_reason() {
    let bench = Bench::new();
    let runners = bench.runners();
    let queued = bench.import(&Scope::All, b"\x00\x01\x02 no table", None);
    let job = bench.ended(&queued.job_id);
    assert_eq!(job.state, JobState::Failed);
    assert!(!job.message.contains("uploads"), "{}", job.message);
    runners.stop();
}

#[test]
fn files_of_the_drop_folder_are_imported_and_put_away() {
    let bench = Bench::new();
    let inbox = bench.folder.path().join("收件");
    let runners = bench.runners();
    let (workspace, store) = (bench.workspace.clone(), bench.store.clone());
    let mut folder = DropFolder::new(&inbox, workspace, store).expect("a folder");
    fs::write(inbox.join("三月.csv"), file(2)).expect("written");
    fs::write(inbox.join("半截.csv.part"), file(2)).expect("written");
    fs::create_dir_all(inbox.join("45010000-2")).expect("made");
    fs::write(inbox.join("45010000-2").join("不是我的.csv"), file(2)).expect("written");
    let count = |name: &str| entries_of(&inbox.join(name)).len();
    let begin = Instant::now();
    while count("done") < 2 || count("failed") < 2 {
        folder.look();
        runners.wake();
        std::thread::sleep(Duration::from_millis(100));
        assert!(begin.elapsed() < Duration::from_secs(120));
    }
    let failed = entries_of(&inbox.join("failed"));
    let reason = failed
        .iter()
        .find(|name| name.ends_with(".txt"))
        .expect("a reason");
    let reason = fs::read_to_string(inbox.join("failed").join(reason)).expect("own file");
    assert!(reason.contains(HOSPITAL), "{reason}");
    assert!(inbox.join("半截.csv.part").exists());
    // A part of a month is put away, with what to do about it.
    let whole = bench.import(&Scope::All, &file(60), None);
    runners.wake();
    bench.ended(&whole.job_id);
    fs::write(inbox.join("部分.csv"), file(3)).expect("written");
    while count("failed") < 4 {
        folder.look();
        runners.wake();
        std::thread::sleep(Duration::from_millis(100));
        assert!(begin.elapsed() < Duration::from_secs(120));
    }
    let failed = entries_of(&inbox.join("failed"));
    let reason = failed.iter().find(|name| name.ends_with("部分.csv.txt"));
    let reason = fs::read_to_string(inbox.join("failed").join(reason.expect("a reason")));
    let reason = reason.expect("own file");
    assert!(
        reason.contains("60 份") && reason.contains("重新上传"),
        "{reason}"
    );
    runners.stop();
}

fn entries_of(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

//! The queue of jobs.

use biaochi_store::{
    Job, JobCursor, JobFilter, JobKind, JobOutcome, JobProgress, JobState, NewJob, Scope, Store,
    StoreError,
};
use jiff::SignedDuration;

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, time};

on_both!(
    a_job_goes_its_way,
    one_lane_runs_one_job_at_a_time,
    a_silent_worker_loses_its_job_and_a_hopeless_one_ends,
    sending_a_key_twice_makes_one_job,
    waiting_and_running_jobs_are_cancelled_and_tried_again,
    others_do_not_see_a_job,
    many_runners_share_a_queue,
);

const LEASE: SignedDuration = SignedDuration::from_secs(20);

fn new(id: &str, lane: &str) -> NewJob {
    NewJob {
        job_id: id.to_owned(),
        kind: JobKind::Import,
        organisation_code: HOSPITAL.to_owned(),
        subject: "三月首页.csv".to_owned(),
        lane: lane.to_owned(),
        request: "{}".to_owned(),
        idempotency_key: None,
    }
}

async fn enqueued(store: &Store, id: &str, lane: &str, second: i64) -> Job {
    let scope = Scope::one(HOSPITAL);
    let made = store
        .enqueue_job(&scope, &actor("coder", second), &new(id, lane))
        .await;
    made.unwrap().0
}

async fn take(store: &Store, holder: &str, second: i64) -> Option<String> {
    let taken = store.take_job(holder, time(second), LEASE).await.unwrap();
    taken.map(|job| job.job_id)
}

fn outcome(state: JobState) -> JobOutcome {
    JobOutcome {
        state,
        message: "入库 3 条".to_owned(),
        result: "{\"stored\":3}".to_owned(),
        reject_file: String::new(),
    }
}

fn all() -> JobFilter {
    JobFilter {
        visible: vec![(JobKind::Import, Scope::All)],
        ..JobFilter::default()
    }
}

async fn a_job_goes_its_way(place: &Place) {
    let store = place.store().await;
    assert_eq!(take(&store, "one", 0).await, None);
    let job = enqueued(&store, "j1", "lake", 0).await;
    assert_eq!((job.state, job.revision), (JobState::Queued, 1));
    let taken = store
        .take_job("one", time(1), LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((taken.state, taken.attempts), (JobState::Running, 1));
    let progress = JobProgress {
        done: 5,
        total: 10,
        words: "读取 5 行".to_owned(),
    };
    let signs = store
        .report_job(("one", "j1"), &progress, time(2), LEASE)
        .await;
    let signs = signs.unwrap();
    assert!(signs.held && !signs.cancel_wanted);
    // Somebody else cannot end it.
    let stolen = store
        .finish_job(("two", "j1"), &outcome(JobState::Done), time(3))
        .await;
    assert!(!stolen.unwrap());
    let ended = store
        .finish_job(("one", "j1"), &outcome(JobState::Done), time(3))
        .await;
    assert!(ended.unwrap());
    let job = store.job(&all(), "j1").await.unwrap();
    assert_eq!(
        (job.state, job.done, job.message.as_str()),
        (JobState::Done, 5, "入库 3 条")
    );
    assert_eq!(job.finished_at, Some(time(3)));
    let verified = store.verify_audit(None).await.unwrap();
    assert!(verified.faults.is_empty());
}

async fn one_lane_runs_one_job_at_a_time(place: &Place) {
    let store = place.store().await;
    enqueued(&store, "j1", "lake", 0).await;
    enqueued(&store, "j2", "lake", 1).await;
    enqueued(&store, "j3", "", 2).await;
    assert_eq!(take(&store, "one", 3).await.as_deref(), Some("j1"));
    assert_eq!(take(&store, "two", 3).await.as_deref(), Some("j3"));
    assert_eq!(take(&store, "three", 3).await, None);
    store
        .finish_job(("one", "j1"), &outcome(JobState::Failed), time(4))
        .await
        .unwrap();
    assert_eq!(take(&store, "three", 5).await.as_deref(), Some("j2"));
}

async fn a_silent_worker_loses_its_job_and_a_hopeless_one_ends(place: &Place) {
    let store = place.store().await;
    enqueued(&store, "j1", "lake", 0).await;
    assert_eq!(take(&store, "one", 0).await.as_deref(), Some("j1"));
    assert_eq!(take(&store, "two", 19).await, None);
    assert_eq!(take(&store, "two", 21).await.as_deref(), Some("j1"));
    let signs = store
        .report_job(("one", "j1"), &JobProgress::default(), time(22), LEASE)
        .await;
    assert!(!signs.unwrap().held);
    // Stopping in an orderly way does not count.
    assert_eq!(store.give_jobs_back("two").await.unwrap(), 1);
    for (attempt, holder) in ["a", "b", "c"].into_iter().enumerate() {
        let second = 100 * (attempt as i64 + 1);
        assert_eq!(
            take(&store, holder, second).await.as_deref(),
            Some("j1"),
            "{holder}"
        );
    }
    assert_eq!(take(&store, "d", 1000).await, None);
    let job = store.job(&all(), "j1").await.unwrap();
    assert_eq!(job.state, JobState::Failed);
    assert!(job.message.contains("服务几次"), "{}", job.message);
}

async fn sending_a_key_twice_makes_one_job(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let send = async |id: &str, who: &str, kind: JobKind| {
        let new = NewJob {
            kind,
            idempotency_key: Some("三月".to_owned()),
            ..new(id, "lake")
        };
        store.enqueue_job(&scope, &actor(who, 0), &new).await
    };
    let (first, is_new) = send("j1", "coder", JobKind::Import).await.unwrap();
    assert!(is_new);
    let (again, is_new) = send("j2", "coder", JobKind::Import).await.unwrap();
    assert_eq!((again.job_id, is_new), (first.job_id, false));
    let (other, is_new) = send("j3", "quality", JobKind::Import).await.unwrap();
    assert_eq!((other.job_id.as_str(), is_new), ("j3", true));
    let differs = send("j4", "coder", JobKind::Recheck).await;
    assert!(matches!(differs, Err(StoreError::Conflict { .. })));
    let beyond = NewJob {
        organisation_code: "另一家".to_owned(),
        ..new("j5", "")
    };
    let beyond = store.enqueue_job(&scope, &actor("coder", 0), &beyond).await;
    assert!(matches!(beyond, Err(StoreError::OutOfScope { .. })));
}

async fn waiting_and_running_jobs_are_cancelled_and_tried_again(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    enqueued(&store, "j1", "lake", 0).await;
    let seen = Some(7);
    let stale = store
        .cancel_job(&scope, &actor("coder", 1), "j1", seen)
        .await;
    assert!(matches!(stale, Err(StoreError::Conflict { found: 1, .. })));
    let job = store
        .cancel_job(&scope, &actor("coder", 1), "j1", Some(1))
        .await;
    assert_eq!(job.unwrap().state, JobState::Cancelled);
    let twice = store
        .cancel_job(&scope, &actor("coder", 1), "j1", None)
        .await;
    assert!(matches!(twice, Err(StoreError::JobOver { .. })));
    let again = store
        .retry_job(&scope, &actor("coder", 2), "j1", None)
        .await;
    assert_eq!(again.unwrap().state, JobState::Queued);
    assert_eq!(take(&store, "one", 3).await.as_deref(), Some("j1"));
    let job = store
        .cancel_job(&scope, &actor("coder", 4), "j1", None)
        .await;
    assert_eq!(job.unwrap().state, JobState::Running);
    let signs = store
        .report_job(("one", "j1"), &JobProgress::default(), time(5), LEASE)
        .await;
    assert!(signs.unwrap().cancel_wanted);
    // Whoever falls silent over a job that shall end does not get it back.
    assert_eq!(take(&store, "two", 100).await, None);
    let job = store.job(&all(), "j1").await.unwrap();
    assert_eq!(job.state, JobState::Cancelled);
}

async fn others_do_not_see_a_job(place: &Place) {
    let store = place.store().await;
    for number in 0..3 {
        enqueued(&store, &format!("j{number}"), "lake", number).await;
    }
    let ids = async |filter: &JobFilter, after: Option<&JobCursor>| {
        let page = store.jobs(filter, after, 2).await.unwrap();
        let ids: Vec<String> = page.jobs.into_iter().map(|job| job.job_id).collect();
        (ids, page.next)
    };
    let (first, next) = ids(&all(), None).await;
    assert_eq!(first, ["j2", "j1"]);
    let next: JobCursor = next.expect("more").to_string().parse().unwrap();
    assert_eq!(
        ids(&all(), Some(&next)).await,
        (vec!["j0".to_owned()], None)
    );
    let elsewhere = JobFilter {
        own: Some("stranger".to_owned()),
        visible: vec![
            (JobKind::Import, Scope::one("另一家")),
            (JobKind::Recheck, Scope::All),
        ],
        ..JobFilter::default()
    };
    assert_eq!(ids(&elsewhere, None).await, (Vec::new(), None));
    let hidden = store.job(&elsewhere, "j1").await;
    assert!(matches!(hidden, Err(StoreError::NotFound { .. })));
    let own = JobFilter {
        own: Some("coder".to_owned()),
        ..JobFilter::default()
    };
    assert_eq!(store.job(&own, "j1").await.unwrap().job_id, "j1");
    let scope = Scope::one("另一家");
    let acted = store
        .cancel_job(&scope, &actor("stranger", 9), "j1", None)
        .await;
    assert!(matches!(acted, Err(StoreError::NotFound { .. })));
}

async fn many_runners_share_a_queue(place: &Place) {
    let store = place.store().await;
    for number in 0..12 {
        let lane = if number % 3 == 0 { "lake" } else { "" };
        enqueued(&store, &format!("j{number:02}"), lane, number).await;
    }
    let mut runners = Vec::new();
    for runner in 0..4 {
        let store = store.clone();
        runners.push(tokio::spawn(async move {
            let holder = format!("runner-{runner}");
            let mut taken = Vec::new();
            while let Some(job) = store.take_job(&holder, time(100), LEASE).await.unwrap() {
                taken.push((job.job_id, job.lane));
            }
            taken
        }));
    }
    let mut all = Vec::new();
    for runner in runners {
        all.extend(runner.await.unwrap());
    }
    // Nobody finished, so of the lane only one was taken, and of the others each once.
    assert_eq!(all.iter().filter(|(_, lane)| lane == "lake").count(), 1);
    let mut others: Vec<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
    others.sort_unstable();
    others.dedup();
    assert_eq!((others.len(), all.len()), (9, 9));
}

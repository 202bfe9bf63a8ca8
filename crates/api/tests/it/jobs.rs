//! Uploads and other long work, from the request to its end.

use std::fs;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use biaochi_app::demo;
use biaochi_app::synthesise::SINGLE_FILE;
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded, own};
use crate::support::{OTHER_HOSPITAL, Place, Session, demo as county, scratch, sign_in};

pub(crate) const GUARDED: &[Guarded] = &[
    // What is sent is no form, which is told only to those who may upload.
    guarded("POST", "/imports", "coder", "president"),
    own("GET", "/jobs"),
    own("GET", "/jobs/{id}").called("/jobs/none"),
    own("POST", "/jobs/{id}/cancel")
        .called("/jobs/none/cancel")
        .sending("{}"),
    own("POST", "/jobs/{id}/retry")
        .called("/jobs/none/retry")
        .sending("{}"),
    own("GET", "/jobs/{id}/events").called("/jobs/none/events"),
    own("GET", "/jobs/{id}/rejects").called("/jobs/none/rejects"),
    own("GET", "/jobs/{id}/document").called("/jobs/none/document"),
    guarded("POST", "/rechecks", "quality", "coder").sending("{}"),
    guarded("POST", "/indicator-runs", "performance", "coder").sending("{}"),
];

/// The county's file as far as it is about one hospital: its header and these lines.
fn file(place: &Place, hospital: &str, records: usize) -> Vec<u8> {
    let path = demo::files(place.service.workspace()).join(SINGLE_FILE);
    let text = fs::read_to_string(path).expect("the county's file");
    let mut lines = text.lines();
    let header = lines.next().expect("a header").to_owned();
    let own = lines.filter(|line| line.contains(hospital)).take(records);
    own.fold(header + "\n", |file, line| file + line + "\n")
        .into_bytes()
}

fn ended(session: &Session, id: &str) -> Value {
    let begin = Instant::now();
    loop {
        let (status, job) = session.get(&format!("/jobs/{id}"));
        assert_eq!(status, StatusCode::OK, "{job}");
        let state = job["state"].as_str().expect("a state");
        if !["queued", "running"].contains(&state) {
            return job;
        }
        assert!(begin.elapsed() < Duration::from_secs(120), "{job}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn id(job: &Value) -> String {
    job["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_coder_uploads_a_file_and_follows_it_to_its_end() {
    let place = scratch();
    let coder = sign_in(&place, "coder");
    let mut bytes = file(&place, demo::HOSPITAL, 5);
    bytes.extend(b"x,,,\n");
    let again = coder.with("idempotency-key", "three");
    let (status, job) = again.upload("/imports", &[("mode", "correction")], ("首页.csv", &bytes));
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    assert_eq!(
        (&job["state"], &job["subject"]),
        (&json!("queued"), &json!("首页.csv"))
    );
    assert_eq!(job["organisation"], demo::HOSPITAL);
    // Sent twice, done once.
    let (_, twice) = again.upload("/imports", &[("mode", "correction")], ("首页.csv", &bytes));
    assert_eq!(twice["id"], job["id"]);
    place.service.start_jobs(1);
    let job = ended(&coder, &id(&job));
    assert_eq!(job["state"], "done", "{job}");
    let rejected = job["result"]["rejected"].as_u64();
    assert!(rejected >= Some(1), "{job}");
    assert_eq!(job["has_rejects"], true);
    let events = coder.download(&format!("/jobs/{}/events", id(&job)));
    assert_eq!(events.status, StatusCode::OK);
    assert!(events.text().contains("event: job") && events.text().contains("\"done\""));
    let rejects = coder.download(&format!("/jobs/{}/rejects", id(&job)));
    assert_eq!(rejects.status, StatusCode::OK);
    assert!(rejects.text().contains("首页.csv"), "{}", rejects.text());
    let (_, page) = coder.get("/jobs?own=true&state=done,failed&kind=import");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
    // A colleague sees the job; the rows as they were delivered only with a reason, and some never.
    let quality = sign_in(&place, "quality");
    assert_eq!(
        quality.get(&format!("/jobs/{}", id(&job))).0,
        StatusCode::OK
    );
    let refused = quality.download(&format!("/jobs/{}/rejects", id(&job)));
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    let president = sign_in(&place, "president");
    let hidden = president.get(&format!("/jobs/{}", id(&job)));
    assert_eq!(hidden.0, StatusCode::NOT_FOUND, "{}", hidden.1);
    place.service.stop_jobs();
}

#[test]
fn nobody_uploads_for_another_hospital() {
    let place = scratch();
    place.service.start_jobs(1);
    let coder = sign_in(&place, "coder");
    let bytes = file(&place, OTHER_HOSPITAL, 3);
    let asked = [("organisation", OTHER_HOSPITAL)];
    let (status, body) = coder.upload("/imports", &asked, ("首页.csv", &bytes));
    assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
    // Neither by saying nothing about it.
    let (status, job) = coder.upload("/imports", &[], ("首页.csv", &bytes));
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    let job = ended(&coder, &id(&job));
    assert_eq!(job["state"], "failed", "{job}");
    assert!(
        job["message"]
            .as_str()
            .is_some_and(|text| text.contains("不属于")),
        "{job}"
    );
    place.service.stop_jobs();
}

#[test]
fn what_is_no_upload_is_told() {
    let place = scratch();
    let coder = sign_in(&place, "coder");
    let (status, body) = coder.post("/imports", &json!({}));
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{body}");
    let (status, body) = coder.upload("/imports", &[], ("空.csv", b""));
    assert_eq!(
        (status, &body["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("file"))
    );
    let (status, body) = coder.upload("/imports", &[("mode", "all")], ("a.csv", b"x"));
    assert_eq!(
        (status, &body["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("mode"))
    );
    let fewer = [("allow_fewer", "maybe")];
    let (status, body) = coder.upload("/imports", &fewer, ("a.csv", b"x"));
    assert_eq!(
        (status, &body["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("allow_fewer"))
    );
    let (status, body) = sign_in(&place, "viewer").upload("/imports", &[], ("a.csv", b"x"));
    assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
}

#[test]
fn a_waiting_job_is_cancelled_and_tried_again() {
    let place = scratch();
    let quality = sign_in(&place, "quality");
    let (status, job) = quality.post("/rechecks", &json!({ "from": "2025-12", "to": "2025-12" }));
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    assert_eq!(job["organisation"], demo::HOSPITAL);
    let path = |step: &str| format!("/jobs/{}/{step}", id(&job));
    let (status, body) = quality.post(&path("cancel"), &json!({ "revision": 9 }));
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::CONFLICT, &json!("conflict"))
    );
    // A colleague sees it and may not end it.
    let (status, body) = sign_in(&place, "coder").post(&path("cancel"), &json!({}));
    assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
    let (status, body) = quality.post(&path("cancel"), &json!({ "revision": 1 }));
    assert_eq!(
        (status, &body["state"]),
        (StatusCode::OK, &json!("cancelled"))
    );
    // A re-check has nothing to confirm.
    for (sent, field) in [
        (json!({ "allow_fewer": true }), "mode"),
        (json!({ "mode": "all" }), "mode"),
    ] {
        let (status, body) = quality.post(&path("retry"), &sent);
        assert_eq!(
            (status, &body["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{body}"
        );
    }
    let (status, body) = quality.post(&path("retry"), &json!({}));
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("queued")));
    place.service.start_jobs(1);
    let job = ended(&quality, &id(&job));
    assert_eq!(job["state"], "done", "{job}");
    place.service.stop_jobs();
}

#[test]
fn months_and_filters_are_checked() {
    let quality = sign_in(&county(), "quality");
    let wrong = quality.post("/rechecks", &json!({ "from": "去年" }));
    assert_eq!(
        (wrong.0, &wrong.1["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("from"))
    );
    for query in ["kind=x", "state=x", "cursor=x"] {
        let (status, body) = quality.get(&format!("/jobs?{query}"));
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {body}");
    }
    let pack = sign_in(&county(), "performance").post("/indicator-runs", &json!({ "pack": "x" }));
    assert_eq!(pack.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", pack.1);
}

fn query(organisation: &str) -> String {
    format!("organisation={organisation}&period=2025&format=xlsx")
}

#[test]
fn a_document_is_made_as_a_job_and_fetched_by_whoever_wanted_it() {
    let place = scratch();
    place.service.start_jobs(1);
    let county = sign_in(&place, "county");
    let division = format!("division:{}", demo::COUNTY);
    let bulletin = format!("/plans/{}/bulletin?{}", demo::PLAN, query(&division));
    let (status, job) = county.post(&bulletin, &json!({}));
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    assert_eq!(
        (&job["kind"], &job["has_document"]),
        (&json!("document"), &json!(false))
    );
    let job = ended(&county, &id(&job));
    assert_eq!(
        (&job["state"], &job["has_document"]),
        (&json!("done"), &json!(true)),
        "{job}"
    );
    let file = format!("/jobs/{}/document", id(&job));
    let fetched = county.download(&file);
    assert_eq!(fetched.status, StatusCode::OK, "{}", fetched.text());
    // A workbook is an archive; what was asked for at once is one of the same name.
    assert!(fetched.body.starts_with(b"PK"));
    let at_once = county.download(&bulletin);
    assert_eq!(
        fetched.headers.get("content-disposition"),
        at_once.headers.get("content-disposition")
    );
    // Whoever else may read bulletins does not get this one.
    for other in ["president", "quality", "viewer"] {
        let refused = sign_in(&place, other).download(&file);
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{other}");
    }
    place.service.stop_jobs();
}

#[test]
fn every_kind_of_document_can_be_a_job() {
    let place = scratch();
    place.service.start_jobs(2);
    let coder = sign_in(&place, "coder").because("上报");
    let quality = sign_in(&place, "quality");
    let county = sign_in(&place, "county");
    let (_, runs) = county.get("/assessments");
    let run = runs[0]["run"].as_str().expect("a run").to_owned();
    let hospital = demo::HOSPITAL;
    let month = format!("/exports/month?organisation={hospital}&month=2025-12");
    let wanted = [
        (&coder, month),
        (&quality, format!("/quality/bulletin?{}", query(hospital))),
        (&county, format!("/assessments/{run}/bulletin?format=xlsx")),
    ];
    for (session, path) in wanted {
        let (status, job) = session.post(&path, &json!({}));
        assert_eq!(status, StatusCode::ACCEPTED, "{path}: {job}");
        let job = ended(session, &id(&job));
        assert_eq!(job["state"], "done", "{path}: {job}");
        let file = session.download(&format!("/jobs/{}/document", id(&job)));
        assert_eq!(file.status, StatusCode::OK, "{path}: {}", file.text());
        assert_eq!(
            job["result"]["bytes"].as_u64(),
            Some(file.body.len() as u64)
        );
    }
    place.service.stop_jobs();
}

#[test]
fn a_document_of_another_hospital_is_not_made_and_names_take_a_reason() {
    let place = scratch();
    let coder = sign_in(&place, "coder");
    let month = |code: &str| format!("/exports/month?organisation={code}&month=2025-12");
    let (status, body) = coder
        .because("上报")
        .post(&month(OTHER_HOSPITAL), &json!({}));
    assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
    let (status, body) = coder.post(&month(demo::HOSPITAL), &json!({}));
    assert_eq!(status, StatusCode::PRECONDITION_REQUIRED, "{body}");
    let quality = sign_in(&place, "quality");
    for organisation in [OTHER_HOSPITAL, "all"] {
        let (status, body) = quality.post(
            &format!("/quality/bulletin?{}", query(organisation)),
            &json!({}),
        );
        assert_eq!(status, StatusCode::FORBIDDEN, "{organisation}: {body}");
    }
    // Fetching asks again: a reason that was given when it was wanted is none for looking at it.
    let (_, job) = coder
        .because("上报")
        .post(&month(demo::HOSPITAL), &json!({}));
    place.service.start_jobs(1);
    let job = ended(&coder, &id(&job));
    let refused = coder.download(&format!("/jobs/{}/document", id(&job)));
    assert_eq!(
        refused.status,
        StatusCode::PRECONDITION_REQUIRED,
        "{}",
        refused.text()
    );
    place.service.stop_jobs();
}

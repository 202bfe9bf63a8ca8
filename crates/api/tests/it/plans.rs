//! Plans and the ledger of tasks: from where targets stand to an accepted task.

use axum::http::StatusCode;
use biaochi_app::demo;
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded, own};
use crate::support::{OTHER_HOSPITAL, demo as county, scratch, sign_in};

pub(crate) const GUARDED: &[Guarded] = &[
    guarded("GET", "/plans", "county", "auditor"),
    guarded("GET", "/plans/{id}", "county", "auditor").called("/plans/national-2021"),
    guarded("GET", "/plans/{id}/cascade", "county", "auditor").called("/plans/wanshan/cascade"),
    guarded("GET", "/plan-tallies", "county", "president")
        .called("/plan-tallies?organisation=division:990121&period=2025"),
    guarded("GET", "/plans/{id}/status", "county", "president")
        .called("/plans/national-2021/status?organisation=division:990121&period=2025"),
    guarded("GET", "/plans/{id}/targets/{target}", "county", "president")
        .called("/plans/national-2021/targets/T01?organisation=division:990121&period=2025"),
    guarded("GET", "/plans/{id}/bulletin", "county", "viewer").called(
        "/plans/national-2021/bulletin?organisation=division:990121&period=2025&format=xlsx",
    ),
    guarded("POST", "/plans/{id}/bulletin", "county", "viewer").called(
        "/plans/national-2021/bulletin?organisation=division:990121&period=2025&format=xlsx",
    ),
    guarded("GET", "/tasks", "county", "auditor"),
    guarded("POST", "/tasks", "county", "coder")
        .sending(r#"{"organisation": "12990121SYN0010100", "plan": "nothing"}"#),
    guarded("GET", "/tasks/{id}", "county", "president")
        .called("/tasks/division:990121~national-2021~R01"),
    guarded("POST", "/tasks/{id}/steps", "county", "coder")
        .called("/tasks/division:990121~national-2021~R01/steps")
        .sending(r#"{"step": "note", "revision": 0, "text": "x"}"#),
    // A form cannot be sent as JSON: who may not is tried where files are brought.
    own("POST", "/tasks/{id}/evidence").called("/tasks/division:990121~national-2021~R01/evidence"),
    guarded(
        "GET",
        "/tasks/{id}/evidence/{number}",
        "county",
        "president",
    )
    .called("/tasks/division:990121~national-2021~R01/evidence/1"),
];

fn division() -> String {
    format!("division:{}", demo::COUNTY)
}

#[test]
fn everybody_of_the_field_reads_plans_and_an_auditor_does_not() {
    let router = county();
    let (status, plans) = sign_in(&router, "county").get("/plans");
    assert_eq!(status, StatusCode::OK, "{plans}");
    let plans = plans.as_array().expect("plans");
    assert!(plans.len() >= 13 && plans.iter().any(|plan| plan["id"] == demo::PLAN));
    let (status, plan) = sign_in(&router, "president").get(&format!("/plans/{}", demo::PLAN));
    assert_eq!(status, StatusCode::OK, "{plan}");
    assert!(!plan["targets"].as_array().expect("targets").is_empty());
    let (status, _) = sign_in(&router, "auditor").get("/plans");
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, problem) = sign_in(&router, "county").get("/plans/nothing");
    assert_eq!(status, StatusCode::NOT_FOUND);
    let message = problem["message"].as_str().expect("words");
    assert!(message.contains(demo::PLAN), "{message}");
}

#[test]
fn targets_stand_somewhere_with_a_reason() {
    let router = county();
    let officer = sign_in(&router, "county");
    let query = format!("organisation={}&period=2025", division());
    let (status, found) = officer.get(&format!("/plans/{}/status?{query}", demo::PLAN));
    assert_eq!(status, StatusCode::OK, "{found}");
    let targets = found["targets"].as_array().expect("targets");
    assert!(!targets.is_empty());
    assert!(targets.iter().all(|one| one["reason"].as_str() != Some("")));
    let counted: u64 = found["tally"]
        .as_array()
        .expect("counts")
        .iter()
        .filter_map(|one| one["count"].as_u64())
        .sum();
    assert_eq!(counted, targets.len() as u64);
    let id = targets[0]["target"]["id"].as_str().expect("an id");
    let (status, one) = officer.get(&format!("/plans/{}/targets/{id}?{query}", demo::PLAN));
    assert_eq!(status, StatusCode::OK, "{one}");
    assert!(
        one["sentence"]
            .as_str()
            .expect("a sentence")
            .ends_with('。')
    );
    // Decimals are texts.
    let valued = targets.iter().find(|one| !one["value"].is_null());
    assert!(valued.is_none_or(|one| one["value"].is_string()));
    let (status, tallies) = officer.get(&format!("/plan-tallies?{query}"));
    assert_eq!(status, StatusCode::OK, "{tallies}");
    let (status, cascade) = officer.get(&format!("/plans/{}/cascade", demo::PLAN));
    assert_eq!(status, StatusCode::OK, "{cascade}");
}

#[test]
fn a_hospital_sees_its_own_status_and_nobody_elses() {
    let router = county();
    let president = sign_in(&router, "president");
    let asked = |organisation: &str| {
        let path = format!(
            "/plans/{}/status?organisation={organisation}&period=2025",
            demo::PLAN
        );
        president.get(&path).0
    };
    assert_eq!(asked(demo::HOSPITAL), StatusCode::OK);
    assert_eq!(asked(OTHER_HOSPITAL), StatusCode::FORBIDDEN);
    assert_eq!(asked(&division()), StatusCode::FORBIDDEN);
    let (status, tasks) = president.get("/tasks?limit=500");
    assert_eq!(status, StatusCode::OK, "{tasks}");
    let items = tasks["items"].as_array().expect("tasks");
    assert!(!items.is_empty());
    assert!(
        items
            .iter()
            .all(|one| one["organisation"] == demo::HOSPITAL)
    );
    let other = format!("/tasks?organisation={OTHER_HOSPITAL}");
    assert_eq!(president.get(&other).0, StatusCode::FORBIDDEN);
    let foreign = format!("/tasks/{}~{}~R01", division(), demo::PLAN);
    assert_eq!(president.get(&foreign).0, StatusCode::FORBIDDEN);
}

#[test]
fn tasks_come_in_pages_that_count_all_of_them() {
    let office = sign_in(&county(), "county");
    let (status, all) = office.get("/tasks?limit=500");
    assert_eq!(status, StatusCode::OK, "{all}");
    let whole = all["items"].as_array().expect("tasks");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = office.get(&format!("/tasks?limit=5{cursor}"));
        assert_eq!(status, StatusCode::OK, "{page}");
        for name in ["total", "counts", "overdue", "orders"] {
            assert_eq!(page[name], all[name], "{name}");
        }
        seen.extend(page["items"].as_array().expect("tasks").clone());
        let Some(next) = page["next"].as_str() else {
            break;
        };
        let next: String = next.bytes().map(|byte| format!("%{byte:02X}")).collect();
        cursor = format!("&cursor={next}");
    }
    assert_eq!(&seen, whole);
    assert!(seen.len() > 5 && all["total"] == seen.len(), "{all}");
    let counts = all["counts"].as_array().expect("counts").iter();
    let sum: u64 = counts.filter_map(|one| one["count"].as_u64()).sum();
    assert_eq!(all["total"], sum);
    let (status, told) = office.get("/tasks?cursor=18446744073709551615");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    let late = office.get("/tasks?overdue=true").1;
    assert_eq!(late["total"], all["overdue"], "{late}");
}

#[test]
fn the_bulletin_is_a_file_for_those_who_may_take_it_out() {
    let router = county();
    let path = |format: &str| {
        format!(
            "/plans/{}/bulletin?organisation={}&period=2025&format={format}",
            demo::PLAN,
            division()
        )
    };
    let officer = sign_in(&router, "county");
    for (format, begins) in [("pdf", &b"%PDF"[..]), ("xlsx", b"PK")] {
        let file = officer.download(&path(format));
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        assert!(file.body.starts_with(begins));
        let named = file.headers.get("content-disposition").expect("a name");
        assert!(
            named
                .to_str()
                .expect("plain")
                .starts_with("attachment; filename*=")
        );
    }
    let viewer = sign_in(&router, "viewer").download(&path("pdf"));
    assert_eq!(viewer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        officer.download(&path("docx")).status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[test]
fn a_task_goes_its_way_with_evidence_and_nobody_overwrites_another() {
    let place = scratch();
    let officer = sign_in(&place, "county");
    let own =
        json!({ "title": "提高微创手术占比", "indicator": "SUR-SHARE", "department": "外科" });
    let body = json!({ "organisation": demo::HOSPITAL, "own": own });
    let (status, added) = officer.post("/tasks", &body);
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let id = added["id"].as_str().expect("a name").to_owned();
    let path = format!("/tasks/{id}");
    let (status, found) = officer.get(&path);
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["task"]["state"], "assigned");
    let revision = |found: &Value| found["task"]["revision"].as_u64().expect("a revision");

    let late = json!({ "step": "report", "revision": 1, "progress": 20 });
    let (status, problem) = officer.post(&format!("{path}/steps"), &late);
    assert_eq!(
        (status, problem["code"].as_str()),
        (StatusCode::CONFLICT, Some("conflict"))
    );
    let beyond = json!({ "step": "report", "revision": revision(&found), "progress": 160 });
    let (status, problem) = officer.post(&format!("{path}/steps"), &beyond);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(
        problem["message"]
            .as_str()
            .expect("words")
            .contains("0 到 100")
    );

    let seen = revision(&found).to_string();
    let fields = [("revision", seen.as_str()), ("progress", "50")];
    let upload = format!("{path}/evidence");
    let (status, _) = officer.upload(&upload, &fields, ("病毒.exe", b"MZ"));
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, task) = officer.upload(&upload, &fields, ("会议纪要.pdf", b"%PDF-1.7 x"));
    assert_eq!(status, StatusCode::CREATED, "{task}");
    assert_eq!(task["progress"], 50);
    let file = officer.download(&format!("{upload}/1"));
    assert_eq!(
        (file.status, &file.body[..]),
        (StatusCode::OK, &b"%PDF-1.7 x"[..])
    );

    let (_, found) = officer.get(&path);
    let submit = json!({ "step": "submit", "revision": revision(&found), "text": "已完成" });
    let (status, task) = officer.post(&format!("{path}/steps"), &submit);
    assert_eq!(
        (status, task["state"].as_str()),
        (StatusCode::OK, Some("submitted"))
    );
    let accept = json!({ "step": "accept", "revision": task["revision"], "text": "属实" });
    let coder = sign_in(&place, "coder");
    let (status, _) = coder.post(&format!("{path}/steps"), &accept);
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = coder.upload(&upload, &fields, ("会议纪要.pdf", b"%PDF-1.7"));
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = coder.post("/tasks", &body);
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, task) = officer.post(&format!("{path}/steps"), &accept);
    assert_eq!(
        (status, task["state"].as_str()),
        (StatusCode::OK, Some("accepted"))
    );
    let unknown = officer.get(&format!("/tasks/{}~own~nothing", demo::HOSPITAL));
    assert_eq!(unknown.0, StatusCode::NOT_FOUND);
    assert!(
        unknown.1["message"]
            .as_str()
            .expect("words")
            .contains("台账里没有任务")
    );
}

//! Assessments from a run to a published bulletin.

use axum::http::StatusCode;
use biaochi_app::demo;
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded};
use crate::support::{OTHER_HOSPITAL, Session, demo as county, scratch, sign_in};

/// The run of the demonstration is known by scheme, year and number.
pub(crate) const GUARDED: &[Guarded] = &[
    guarded("GET", "/assessment-schemes", "county", "auditor"),
    guarded("GET", "/assessments", "county", "auditor"),
    guarded("POST", "/assessments", "county", "viewer")
        .sending(r#"{"scheme": "nothing", "organisation": "division:990121", "period": "2025"}"#),
    guarded("GET", "/assessments/{run}", "county", "auditor")
        .called("/assessments/wanshan-2021-demo-2025-1"),
    guarded("POST", "/assessments/{run}/compute", "county", "president")
        .called("/assessments/wanshan-2021-demo-2025-1/compute")
        .sending("{}"),
    guarded("GET", "/assessments/{run}/institutions/{code}", "county", "president")
        .called("/assessments/wanshan-2021-demo-2025-1/institutions/12990121SYN0010200"),
    guarded("GET", "/assessments/{run}/institutions/{code}/items/{item}", "county", "president")
        .called("/assessments/wanshan-2021-demo-2025-1/institutions/12990121SYN0010200/items/H1"),
    guarded("POST", "/assessments/{run}/objections", "president", "coder")
        .called("/assessments/wanshan-2021-demo-2025-1/objections")
        .sending(r#"{"organisation": "12990121SYN0010100", "claim": ""}"#),
    guarded("POST", "/assessments/{run}/objections/{number}/reply", "county", "president")
        .called("/assessments/wanshan-2021-demo-2025-1/objections/9/reply")
        .sending(r#"{"uphold": false, "words": "x"}"#),
    guarded("POST", "/assessments/{run}/adjustments", "county", "president")
        .called("/assessments/wanshan-2021-demo-2025-1/adjustments")
        .sending(r#"{"organisation": "12990121SYN0010100", "phase": "none", "what": "points", "to": "1", "reason": "x"}"#),
    guarded("POST", "/assessments/{run}/adjustments/{number}/decision", "county", "president")
        .called("/assessments/wanshan-2021-demo-2025-1/adjustments/9/decision")
        .sending(r#"{"verdict": "refuse", "words": "x"}"#),
    guarded("POST", "/assessments/{run}/publish", "county", "coder")
        .called("/assessments/wanshan-2021-demo-2025-1/publish")
        .sending(r#"{"result_hash": "another"}"#),
    guarded("GET", "/assessments/{run}/bulletin", "county", "viewer")
        .called("/assessments/wanshan-2021-demo-2025-1/bulletin?format=xlsx"),
    guarded("POST", "/assessments/{run}/bulletin", "county", "viewer")
        .called("/assessments/wanshan-2021-demo-2025-1/bulletin?format=xlsx"),
    guarded("GET", "/assessments/{run}/verify", "county", "president")
        .called("/assessments/wanshan-2021-demo-2025-1/verify"),
    guarded("GET", "/indexes/{id}", "county", "president")
        .called("/indexes/high-quality-index?organisation=division:990121&period=2025"),
    guarded("GET", "/indexes/{id}/workbook", "county", "viewer")
        .called("/indexes/high-quality-index/workbook?organisation=division:990121&period=2025"),
];

/// The run of the demonstration.
fn run_of(session: &Session) -> String {
    let (status, runs) = session.get("/assessments");
    assert_eq!(status, StatusCode::OK, "{runs}");
    let first = runs
        .as_array()
        .and_then(|runs| runs.first())
        .expect("a run");
    first["run"].as_str().expect("an id").to_owned()
}

fn institutions(found: &Value) -> Vec<&str> {
    let all = found["institutions"].as_array().expect("institutions");
    all.iter()
        .filter_map(|one| one["organisation"].as_str())
        .collect()
}

#[test]
fn a_run_is_seen_as_far_as_one_reaches() {
    let router = county();
    let officer = sign_in(&router, "county");
    let run = run_of(&officer);
    let path = format!("/assessments/{run}");
    let (status, found) = officer.get(&path);
    assert_eq!(status, StatusCode::OK, "{found}");
    assert!(found["is_whole"] == true && institutions(&found).len() > 1);
    let scored = &found["institutions"][0];
    assert!(scored["score"].is_string() || scored["score"].is_null());

    let president = sign_in(&router, "president");
    let (status, own) = president.get(&path);
    assert_eq!(status, StatusCode::OK, "{own}");
    assert_eq!(institutions(&own), [demo::HOSPITAL]);
    let of = |code: &str| president.get(&format!("{path}/institutions/{code}")).0;
    assert_eq!(of(demo::HOSPITAL), StatusCode::OK);
    assert_eq!(of(OTHER_HOSPITAL), StatusCode::FORBIDDEN);
    let bulletin = format!("{path}/bulletin");
    assert_eq!(president.download(&bulletin).status, StatusCode::FORBIDDEN);
    let (status, _) = sign_in(&router, "auditor").get("/assessments");
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, problem) = officer.get("/assessments/nothing");
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(
        problem["message"].as_str().expect("words").contains(&run),
        "{problem}"
    );
}

#[test]
fn a_score_is_explained_down_to_an_item() {
    let router = county();
    let officer = sign_in(&router, "county");
    let run = run_of(&officer);
    let path = format!("/assessments/{run}/institutions/{}", demo::HOSPITAL);
    let (status, found) = officer.get(&path);
    assert_eq!(status, StatusCode::OK, "{found}");
    assert!(!found["lines"].as_array().expect("lines").is_empty());
    let item = found["items"][0]["item"].as_str().expect("an item");
    let (status, one) = officer.get(&format!("{path}/items/{item}"));
    assert_eq!(status, StatusCode::OK, "{one}");
    // A commission sees how many records there are, not which.
    assert_eq!(one["records_shown"], false);
    let phases = one["phases"].as_array().expect("phases");
    assert!(
        phases
            .iter()
            .all(|phase| phase["records"].as_array().is_some_and(Vec::is_empty))
    );
    let (status, problem) = officer.get(&format!("{path}/items/none"));
    assert_eq!(status, StatusCode::NOT_FOUND, "{problem}");
    let (status, proof) = officer.get(&format!("/assessments/{run}/verify"));
    assert_eq!(
        (status, proof["holds"].as_bool()),
        (StatusCode::OK, Some(true)),
        "{proof}"
    );
}

#[test]
fn an_objection_is_answered_a_change_decided_by_another_and_the_run_published() {
    let place = scratch();
    let (officer, president) = (sign_in(&place, "county"), sign_in(&place, "president"));
    let run = run_of(&officer);
    let path = format!("/assessments/{run}");
    let (_, found) = officer.get(&path);
    let phase = found["phases"][0]["id"]
        .as_str()
        .expect("a phase")
        .to_owned();

    let objection =
        json!({ "organisation": demo::HOSPITAL, "phase": phase, "claim": "漏计一次会诊" });
    let (status, filed) = president.post(&format!("{path}/objections"), &objection);
    assert_eq!(status, StatusCode::CREATED, "{filed}");
    let foreign = json!({ "organisation": OTHER_HOSPITAL, "claim": "x" });
    let (status, _) = president.post(&format!("{path}/objections"), &foreign);
    assert_eq!(status, StatusCode::FORBIDDEN);
    let reply = json!({ "uphold": true, "words": "属实" });
    let answer = format!("{path}/objections/1/reply");
    // A hospital among others does not decide about itself.
    assert_eq!(president.post(&answer, &reply).0, StatusCode::FORBIDDEN);
    assert_eq!(officer.post(&answer, &reply).0, StatusCode::OK);

    let change = |to: &str| {
        json!({ "organisation": demo::HOSPITAL, "objection": 1, "phase": phase, "what": "points",
            "to": to, "reason": "核实" })
    };
    let (status, problem) = officer.post(&format!("{path}/adjustments"), &change("999"));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(
        problem["message"].as_str().expect("words").contains("之间"),
        "{problem}"
    );
    let (status, proposed) = officer.post(&format!("{path}/adjustments"), &change("88"));
    assert_eq!(status, StatusCode::CREATED, "{proposed}");
    let verdict = json!({ "verdict": "refuse", "words": "证据不足" });
    let decide = format!("{path}/adjustments/1/decision");
    let (status, problem) = officer.post(&decide, &verdict);
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert!(
        problem["message"]
            .as_str()
            .expect("words")
            .contains("另一人"),
        "{problem}"
    );

    let hash = &found["run"]["result_hash"];
    let publish = format!("{path}/publish");
    let seen = json!({ "result_hash": hash });
    let (status, problem) = officer.post(&publish, &seen);
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert_eq!(
        sign_in(&place, "coder").post(&publish, &seen).0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(president.post(&publish, &seen).0, StatusCode::FORBIDDEN);
}

#[test]
fn a_published_run_shows_its_ranking_to_all_and_its_bulletin() {
    let place = scratch();
    let (officer, president) = (sign_in(&place, "county"), sign_in(&place, "president"));
    let run = run_of(&officer);
    let path = format!("/assessments/{run}");
    let (_, found) = officer.get(&path);
    let stale = json!({ "result_hash": "another" });
    assert_eq!(
        officer.post(&format!("{path}/publish"), &stale).0,
        StatusCode::CONFLICT
    );
    let seen = json!({ "result_hash": found["run"]["result_hash"], "words": "审定" });
    let (status, published) = officer.post(&format!("{path}/publish"), &seen);
    assert_eq!(
        (status, published["state"].as_str()),
        (StatusCode::OK, Some("published")),
        "{published}"
    );
    let (_, all) = president.get(&path);
    assert_eq!(institutions(&all).len(), institutions(&found).len());
    let opened = all["institutions"].as_array().expect("institutions").iter();
    let opened: Vec<&str> = opened
        .filter(|one| one["can_open"] == true)
        .filter_map(|one| one["organisation"].as_str())
        .collect();
    assert_eq!(opened, [demo::HOSPITAL]);
    for session in [&officer, &president] {
        let file = session.download(&format!("{path}/bulletin?preview=true"));
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        assert!(file.body.starts_with(b"%PDF"));
    }
    let book = president.download(&format!("{path}/bulletin?format=xlsx"));
    assert!(book.status == StatusCode::OK && book.body.starts_with(b"PK"));
}

#[test]
fn schemes_and_the_index_are_there() {
    let router = county();
    let officer = sign_in(&router, "county");
    let (status, schemes) = officer.get("/assessment-schemes");
    assert_eq!(status, StatusCode::OK, "{schemes}");
    let kinds = |kind: &str| {
        let all = schemes.as_array().expect("schemes").iter();
        all.filter(|one| one["kind"] == kind).count()
    };
    assert!(kinds("scheme") >= 2 && kinds("index") >= 1);
    let query = format!("organisation=division:{}&period=2025", demo::COUNTY);
    let (status, index) = officer.get(&format!("/indexes/high-quality-index?{query}"));
    assert_eq!(status, StatusCode::OK, "{index}");
    let titles = index["classes"].as_array().expect("classes").iter();
    let titles: Vec<&str> = titles.filter_map(|one| one["title"].as_str()).collect();
    assert!(titles.contains(&"二级医院"), "{titles:?}");
    let foreign = format!("/indexes/high-quality-index?organisation={OTHER_HOSPITAL}&period=2025");
    assert_eq!(
        sign_in(&router, "president").get(&foreign).0,
        StatusCode::FORBIDDEN
    );
    let begin =
        json!({ "scheme": "wanshan-2021-demo", "organisation": demo::HOSPITAL, "period": "2025" });
    assert_eq!(
        sign_in(&router, "viewer").post("/assessments", &begin).0,
        StatusCode::FORBIDDEN
    );
}

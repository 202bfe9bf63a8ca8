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
        .called("/assessments/wanshan-2021-demo-2025-1/objections?organisation=12990121SYN0010100"),
    guarded(
        "GET",
        "/assessments/{run}/objections/{number}/evidence/{sha256}",
        "county",
        "auditor",
    )
    .called("/assessments/wanshan-2021-demo-2025-1/objections/9/evidence/00"),
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
    guarded("GET", "/assessment-schemes/{id}/inputs", "county", "auditor")
        .called("/assessment-schemes/wanshan-2021-demo/inputs?organisation=division:990121&period=2025"),
    // A hospital among others does not enter its own score.
    guarded("POST", "/assessment-schemes/{id}/entries", "county", "performance").called(
        "/assessment-schemes/wanshan-2021-demo/entries?organisation=12990121SYN0010100&period=2025",
    ),
    guarded("POST", "/assessment-schemes/{id}/events", "performance", "president")
        .called("/assessment-schemes/wanshan-2021-demo/events?organisation=12990121SYN0010100"),
    guarded(
        "POST",
        "/assessment-schemes/{id}/events/{organisation}/{number}/decision",
        "county",
        "president",
    )
    .called("/assessment-schemes/wanshan-2021-demo/events/12990121SYN0010100/99/decision")
    .sending(r#"{"version": 1, "approve": true, "words": "x"}"#),
    guarded(
        "POST",
        "/assessment-schemes/{id}/events/{organisation}/{number}/withdrawal",
        "performance",
        "president",
    )
    .called("/assessment-schemes/wanshan-2021-demo/events/12990121SYN0010100/99/withdrawal")
    .sending(r#"{"version": 1, "words": "x"}"#),
    guarded(
        "GET",
        "/assessment-schemes/{id}/evidence/{organisation}/{sha256}",
        "county",
        "auditor",
    )
    .called("/assessment-schemes/wanshan-2021-demo/evidence/12990121SYN0010100/00?period=2025"),
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
    assert!(
        found["phases"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    // What an item can give, and by which rule, is said beside what it gave.
    let scored = &found["items"][0];
    for key in ["low", "high", "rule"] {
        assert!(
            scored[key].as_str().is_some_and(|text| !text.is_empty()),
            "{key} of {scored}"
        );
    }
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

    let object = |organisation: &str, claim: &str| {
        let path = format!("{path}/objections?organisation={organisation}");
        let fields = [("phase", phase.as_str()), ("claim", claim)];
        president.upload(&path, &fields, ("会诊记录.pdf", b"%PDF-1.7 z"))
    };
    let (status, problem) = object(demo::HOSPITAL, " ");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let (status, filed) = object(demo::HOSPITAL, "漏计一次会诊");
    assert_eq!(status, StatusCode::CREATED, "{filed}");
    let (status, _) = object(OTHER_HOSPITAL, "x");
    assert_eq!(status, StatusCode::FORBIDDEN);
    // Who replies opens what proves it; who reads no assessments does not.
    let (_, seen) = officer.get(&path);
    let proof = &seen["objections"][0]["evidence"][0];
    assert_eq!(proof["name"], "会诊记录.pdf", "{seen}");
    let sha256 = proof["sha256"].as_str().expect("a hash");
    let proof = format!("{path}/objections/1/evidence/{sha256}");
    assert_eq!(&officer.download(&proof).body[..], b"%PDF-1.7 z");
    let unknown = format!("{path}/objections/1/evidence/{}", "0".repeat(64));
    assert_eq!(officer.download(&unknown).status, StatusCode::NOT_FOUND);
    let coder = sign_in(&place, "coder");
    assert_eq!(coder.download(&proof).status, StatusCode::FORBIDDEN);
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
    assert_eq!(coder.post(&publish, &seen).0, StatusCode::FORBIDDEN);
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
    // A class without institutions says of which words there are none, among how many.
    let classes = index["classes"].as_array().expect("classes").iter();
    let mut empty = classes.filter(|one| one["standings"].as_array().is_some_and(Vec::is_empty));
    assert!(empty.all(|one| {
        one["words"]
            .as_array()
            .is_some_and(|words| !words.is_empty())
    }));
    assert!(
        index["institutions"]
            .as_u64()
            .is_some_and(|count| count > 0),
        "{index}"
    );
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

/// What can be entered for the county, and what was.
fn inputs(session: &Session) -> Value {
    let path = format!(
        "/assessment-schemes/{}/inputs?organisation=division:{}&period=2025",
        demo::ASSESSMENT,
        demo::COUNTY
    );
    let (status, found) = session.get(&path);
    assert_eq!(status, StatusCode::OK, "{found}");
    found
}

fn of<'a>(found: &'a Value, list: &str, key: &str, wanted: &str) -> Option<&'a Value> {
    let mut all = found[list].as_array().expect("a list").iter();
    all.find(|one| one["organisation"] == demo::HOSPITAL && one[key] == wanted)
}

#[test]
fn a_phase_is_scored_by_hand_and_nobody_overwrites_another() {
    let place = scratch();
    let officer = sign_in(&place, "county");
    let found = inputs(&officer);
    let own = of(&found, "institutions", "organisation", demo::HOSPITAL).expect("a hospital");
    assert!(
        own["may_enter"] == true && own["may_judge"] == true,
        "{own}"
    );
    let phase = found["phases"][0]["id"]
        .as_str()
        .expect("a phase")
        .to_owned();
    assert_eq!(found["phases"][0]["scale"], "100");
    // The frozen run is told: what is entered now does not change it.
    assert!(
        found["runs"]
            .as_array()
            .is_some_and(|runs| !runs.is_empty())
    );
    let path = format!(
        "/assessment-schemes/{}/entries?organisation={}&period=2025",
        demo::ASSESSMENT,
        demo::HOSPITAL
    );
    let proof = ("现场评分表.pdf", &b"%PDF-1.7 x"[..]);
    let enter = |value: &str, version: &str, kept: &str| {
        let fields = [
            ("kind", "phase"),
            ("name", phase.as_str()),
            ("value", value),
            ("version", version),
            ("note", "现场核查"),
            ("keep", kept),
        ];
        officer.upload(&path, &fields, proof)
    };
    let (status, problem) = enter("101", "0", "");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let words = problem["message"].as_str().expect("words");
    assert!(words.contains("0 到 100"), "{problem}");
    let (status, stored) = enter("91.5", "0", "");
    assert_eq!(
        (status, stored["version"].as_u64()),
        (StatusCode::OK, Some(1)),
        "{stored}"
    );
    // Somebody else saw none yet.
    let (status, problem) = enter("80", "0", "");
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let found = inputs(&officer);
    let entry = of(&found, "entries", "name", &phase).expect("an entry");
    assert_eq!(
        (&entry["value"], &entry["actor"]),
        (&json!("91.5"), &json!("county"))
    );
    let hash = entry["evidence"][0]["sha256"].as_str().expect("a hash");
    let file = officer.download(&format!(
        "/assessment-schemes/{}/evidence/{}/{hash}?period=2025",
        demo::ASSESSMENT,
        demo::HOSPITAL
    ));
    assert_eq!((file.status, &file.body[..]), (StatusCode::OK, proof.1));
    // Withdrawn, it keeps its version for whoever enters again.
    let (status, stored) = enter("", "1", hash);
    assert_eq!(
        (status, stored["version"].as_u64()),
        (StatusCode::OK, Some(2)),
        "{stored}"
    );
    assert_eq!(enter("90", "2", "").0, StatusCode::OK);
    let office = sign_in(&place, "performance");
    let fields = [
        ("kind", "phase"),
        ("name", phase.as_str()),
        ("value", "100"),
    ];
    let (status, problem) = office.upload(&path, &fields, proof);
    assert_eq!(status, StatusCode::FORBIDDEN, "{problem}");
    let words = problem["message"].as_str().expect("words");
    assert!(words.contains("不能决定自己的得分"), "{problem}");
}

#[test]
fn an_event_is_reported_corrected_and_judged_by_another() {
    let place = scratch();
    let (office, officer) = (sign_in(&place, "performance"), sign_in(&place, "county"));
    let base = format!("/assessment-schemes/{}/events", demo::ASSESSMENT);
    let path = format!("{base}?organisation={}", demo::HOSPITAL);
    let report = |session: &Session, number: &str, version: &str, level: &str| {
        let fields = [
            ("rule", "commendation"),
            ("level", level),
            ("date", "2025-06-01"),
            ("title", "市级先进集体"),
            ("document_number", "〔2025〕3 号"),
            ("number", number),
            ("version", version),
        ];
        session.upload(&path, &fields, ("表彰文件.pdf", b"%PDF-1.7 y"))
    };
    let (status, problem) = report(&office, "", "", "village");
    assert_eq!(status, StatusCode::NOT_FOUND, "{problem}");
    let (status, event) = report(&office, "", "", "district");
    assert_eq!(status, StatusCode::CREATED, "{event}");
    assert_eq!(
        (&event["state"], &event["lacks"]),
        (&json!("reported"), &json!(""))
    );
    let number = event["number"].as_u64().expect("a number").to_string();
    let (status, problem) = report(&officer, &number, "1", "city");
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let (status, event) = report(&office, &number, "1", "city");
    assert_eq!(
        (status, event["version"].as_u64()),
        (StatusCode::CREATED, Some(2)),
        "{event}"
    );
    let judge = format!("{base}/{}/{number}/decision", demo::HOSPITAL);
    let verdict = |version: u64, approve: bool| {
        officer.post(
            &judge,
            &json!({ "version": version, "approve": approve, "words": "有文号" }),
        )
    };
    assert_eq!(verdict(1, true).0, StatusCode::CONFLICT);
    let (status, event) = verdict(2, true);
    assert_eq!(
        (status, &event["state"]),
        (StatusCode::OK, &json!("approved")),
        "{event}"
    );
    // What counts is not taken back by who reported it, and an institution does not judge its own.
    let back = format!("{base}/{}/{number}/withdrawal", demo::HOSPITAL);
    let (status, _) = office.post(&back, &json!({ "version": 3, "words": "重复" }));
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = sign_in(&place, "president").post(
        &judge,
        &json!({ "version": 3, "approve": false, "words": "x" }),
    );
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(verdict(3, false).0, StatusCode::OK);
    let found = inputs(&officer);
    let listed = of(&found, "events", "title", "市级先进集体").expect("the event");
    assert_eq!(listed["state"], "refused");
}

//! Records and the worklist, as a coder, a department head and those who may not use them.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded, own};
use crate::support::{OTHER_HOSPITAL, Session, demo, scratch, sign_in};

const HOSPITAL: &str = biaochi_app::demo::HOSPITAL;

pub(crate) const GUARDED: &[Guarded] = &[
    guarded("GET", "/records", "coder", "county"),
    guarded("POST", "/records/of-person", "coder", "insurance").sending(r#"{"id_number":"1"}"#),
    own("GET", "/record-codes").called("/record-codes?set=RC001"),
    guarded("POST", "/records/check", "coder", "county").sending(r#"{"page":{"sex":"1"}}"#),
    guarded("POST", "/records/group", "coder", "county").sending(r#"{"page":{"sex":"1"}}"#),
    guarded("GET", "/records/{key}", "coder", "county").called("/records/00"),
    guarded("GET", "/records/{key}/grouping", "coder", "county").called("/records/00/grouping"),
    guarded("PUT", "/records/{key}/corrections", "coder", "county")
        .called("/records/00/corrections")
        .sending(r#"{"revision":0,"reason":"x","changes":[]}"#),
    guarded("GET", "/exports/month/summary", "coder", "county")
        .called("/exports/month/summary?organisation=12990121SYN0010100&month=2024-01"),
    guarded("GET", "/exports/month", "coder", "insurance")
        .called("/exports/month?organisation=12990121SYN0010100&month=2024-01"),
    guarded("POST", "/exports/month", "coder", "insurance")
        .called("/exports/month?organisation=12990121SYN0010100&month=2024-01"),
    guarded("GET", "/quality/bulletin", "quality", "coder")
        .called("/quality/bulletin?organisation=12990121SYN0010100&period=2025&format=xlsx"),
    guarded("POST", "/quality/bulletin", "quality", "coder")
        .called("/quality/bulletin?organisation=12990121SYN0010100&period=2025&format=xlsx"),
    guarded("GET", "/worklist", "coder", "county"),
    guarded("GET", "/worklist/counts", "county", "finance"),
    guarded("GET", "/worklist/file", "coder", "county"),
    guarded("GET", "/worklist/{id}", "coder", "county").called("/worklist/12990121SYN0010100~0~X"),
    guarded("POST", "/worklist/{id}/steps", "coder", "county")
        .called("/worklist/12990121SYN0010100~0~X/steps")
        .sending(r#"{"step":"note","text":"x","revision":1}"#),
    guarded("POST", "/worklist/steps", "coder", "county").sending(
        r#"{"step":"note","text":"x","items":[{"id":"12990121SYN0010100~0~X","revision":1}]}"#,
    ),
];

#[track_caller]
fn got(session: &Session, path: &str) -> Value {
    let (status, body) = session.get(path);
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

fn rows(body: &Value) -> &[Value] {
    body["items"].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The path of a record in a list or of an item.
fn path_of(row: &Value) -> String {
    format!(
        "/records/{}?organisation={}&month={}",
        text(row, "record_key"),
        text(row, "organisation"),
        text(row, "month")
    )
}

#[test]
fn records_are_found_by_what_stands_in_them() {
    let coder = sign_in(&demo(), "coder");
    let all = got(&coder, "/records?limit=20");
    assert_eq!(rows(&all).len(), 20);
    let times: Vec<&str> = rows(&all)
        .iter()
        .map(|row| text(row, "discharge_time"))
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let next = all["next"].as_str().expect("a next page");
    let behind = got(
        &coder,
        &format!("/records?limit=20&cursor={}", next.replace(':', "%3A")),
    );
    assert!(text(&rows(&behind)[0], "discharge_time") <= times[19]);
    assert_ne!(
        text(&rows(&behind)[0], "record_key"),
        text(&rows(&all)[19], "record_key")
    );

    let row = rows(&all)
        .iter()
        .find(|row| row["drg"].as_str().is_some_and(|drg| drg.len() == 4))
        .expect("a grouped record");
    let month = text(row, "month");
    for (filter, value) in [
        ("number", text(row, "medical_record_number")),
        ("diagnosis", text(row, "diagnosis_code")),
        ("group", text(row, "drg")),
        ("department", text(row, "department")),
    ] {
        let found = got(
            &coder,
            &format!("/records?limit=500&period={month}&{filter}={value}"),
        );
        let keys = rows(&found).iter().map(|one| text(one, "record_key"));
        assert!(
            keys.into_iter().any(|key| key == text(row, "record_key")),
            "{filter}={value}"
        );
    }
    // A department is meant by a part of its name, too.
    let name = text(row, "department_name");
    let part: String = name.chars().skip(1).collect();
    let part: String = part.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found = got(
        &coder,
        &format!("/records?limit=500&period={month}&department={part}"),
    );
    let names: Vec<&str> = rows(&found)
        .iter()
        .map(|one| text(one, "department_name"))
        .collect();
    assert!(names.contains(&name), "{name}: {names:?}");
    assert!(
        names.iter().all(|one| one.ends_with(&name[3..])),
        "{name}: {names:?}"
    );
    let clean = got(&coder, "/records?findings=false&limit=50");
    assert!(rows(&clean).iter().all(|row| row["errors"] == 0), "{clean}");
    let none = got(&coder, "/records?number=%E6%97%A0");
    assert!(rows(&none).is_empty());
    let (status, _) = coder.get("/records?period=soon");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn another_hospital_and_another_department_are_not_seen() {
    let router = demo();
    let coder = sign_in(&router, "coder");
    for row in rows(&got(&coder, "/records?limit=500")) {
        assert_eq!(text(row, "organisation"), HOSPITAL);
    }
    let (status, _) = coder.get(&format!("/records?organisation={OTHER_HOSPITAL}"));
    assert_eq!(status, StatusCode::FORBIDDEN);

    let head = sign_in(&router, "head");
    let own = got(&head, "/records?limit=500");
    let mut departments: Vec<&str> = rows(&own)
        .iter()
        .map(|row| text(row, "department"))
        .collect();
    departments.sort_unstable();
    departments.dedup();
    let all = got(&coder, "/records?limit=500");
    let beyond = rows(&all)
        .iter()
        .find(|row| !departments.contains(&text(row, "department")))
        .expect("a record of another department");
    let (status, _) = head.get(&path_of(beyond));
    assert_eq!(status, StatusCode::NOT_FOUND);
    for item in rows(&got(&head, "/worklist?limit=500")) {
        assert!(departments.contains(&text(item, "department")), "{item}");
    }
}

#[test]
fn a_record_is_its_form_and_names_take_a_reason() {
    let coder = sign_in(&demo(), "coder");
    let all = got(&coder, "/records?limit=1");
    let path = path_of(&rows(&all)[0]);
    let record = got(&coder, &path);
    let patient = &record["sections"][0];
    assert_eq!(patient["id"], "patient");
    let name = |record: &Value| {
        let fields = record["sections"][0]["fields"].as_array().cloned();
        let fields = fields.unwrap_or_default();
        let found = fields
            .into_iter()
            .find(|field| field["field"] == "patient_name");
        found.expect("a name")
    };
    assert_eq!(name(&record)["hidden"], true);
    assert_eq!(name(&record)["value"], Value::Null);
    let identified = format!("{path}&identified=true");
    let (status, _) = coder.get(&identified);
    assert_eq!(status, StatusCode::PRECONDITION_REQUIRED);
    let shown = got(&coder.because("编码复核"), &identified);
    assert!(name(&shown)["value"].is_string());
    let insurance = sign_in(&demo(), "insurance");
    let (status, _) = insurance.because("编码复核").get(&identified);
    assert_eq!(status, StatusCode::FORBIDDEN);

    let grouping = got(&coder, &path.replace('?', "/grouping?"));
    assert!(
        grouping["steps"]
            .as_array()
            .is_some_and(|steps| !steps.is_empty())
    );
    assert!(
        grouping["notice"]
            .as_str()
            .is_some_and(|notice| !notice.is_empty())
    );
}

#[test]
fn a_record_is_checked_while_it_is_written() {
    let coder = sign_in(&demo(), "coder");
    let all = got(&coder, "/records?limit=1");
    let row = &rows(&all)[0];
    let body = json!({
        "record": { "record_key": row["record_key"], "organisation": row["organisation"], "month": row["month"] },
        "changes": [{ "field": "sex", "value": "" }, { "field": "age_years", "value": "old" }],
    });
    let (status, answer) = coder.post("/records/check", &body);
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["group"]["status"], "sex_missing");
    assert_eq!(answer["mistakes"][0]["field"], "age_years");
    assert!(
        answer["findings"]
            .as_array()
            .is_some_and(|found| !found.is_empty())
    );
    let page = json!({ "page": { "sex": "1", "age_years": 60, "diagnoses": [{ "code": "I10.x00x002" }] } });
    let (status, answer) = coder.post("/records/group", &page);
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(answer["group"]["drg"].is_string());
    let (status, _) = coder.post("/records/check", &json!({ "page": { "no_such_field": 1 } }));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn a_correction_is_a_new_version_and_the_slower_one_is_told() {
    let place = scratch();
    let coder = sign_in(&place, "coder");
    let all = got(&coder, "/records?limit=1");
    let row = &rows(&all)[0];
    let path = path_of(row);
    let correct = format!("/records/{}/corrections", text(row, "record_key"));
    let body = |revision: u64, value: &str| {
        json!({
            "organisation": row["organisation"], "month": row["month"], "revision": revision, "reason": "核对病历",
            "changes": [{ "field": "discharge_ward", "value": value }],
        })
    };
    let (status, answer) = coder.put(&correct, &body(0, "三病区"));
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["record"]["revision"], 1);
    let (status, problem) = coder.put(&correct, &body(0, "四病区"));
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let record = got(&coder, &path);
    assert_eq!(record["corrections"][0]["changes"][0]["after"], "三病区");
    let (status, problem) = coder.put(&correct, &body(1, "三病区"));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let quality = sign_in(&place, "quality");
    let (status, _) = quality.put(&correct, &body(1, "五病区"));
    assert_eq!(status, StatusCode::FORBIDDEN);

    let month = text(row, "month");
    let query = format!("organisation={HOSPITAL}&month={month}");
    let summary = got(&coder, &format!("/exports/month/summary?{query}"));
    assert_eq!(summary["corrected"], 1);
    let without = coder.download(&format!("/exports/month?{query}"));
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
    let file = coder
        .because("上报")
        .download(&format!("/exports/month?{query}"));
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    assert!(file.text().contains("三病区"));
}

#[test]
fn an_item_is_taken_accepted_and_sent_back() {
    let place = scratch();
    let (coder, quality) = (sign_in(&place, "coder"), sign_in(&place, "quality"));
    let list = got(&coder, "/worklist?state=open&limit=3");
    let items = rows(&list);
    assert!(items[0]["medical_record_number"].is_string(), "{list}");
    let due: Vec<&str> = items.iter().map(|item| text(item, "due")).collect();
    assert!(due.is_sorted(), "{due:?}");
    let steps = format!("/worklist/{}/steps", text(&items[0], "id"));
    let (status, item) = coder.post(
        &steps,
        &json!({ "step": "assign", "revision": items[0]["revision"] }),
    );
    assert_eq!(status, StatusCode::OK, "{item}");
    assert_eq!(item["assignee"], "coder");
    // Giving work to others is not the coder's.
    let other = json!({ "step": "assign", "to": "head", "revision": item["revision"] });
    assert_eq!(coder.post(&steps, &other).0, StatusCode::FORBIDDEN);
    let accept =
        |revision: &Value| json!({ "step": "accept", "reason": "病历一致", "revision": revision });
    let (status, problem) = coder.post(&steps, &accept(&items[0]["revision"]));
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let (status, item) = coder.post(&steps, &accept(&item["revision"]));
    assert_eq!(status, StatusCode::OK, "{item}");
    assert_eq!(item["state"], "accepted");
    let back = json!({ "step": "send-back", "reason": "请附依据", "revision": item["revision"] });
    assert_eq!(coder.post(&steps, &back).0, StatusCode::FORBIDDEN);
    assert_eq!(quality.post(&steps, &back).0, StatusCode::OK);
    let detail = got(&coder, &format!("/worklist/{}", text(&items[0], "id")));
    assert_eq!(detail["history"][0]["kind"], "sent_back");

    let several = json!({
        "step": "assign", "to": "coder",
        "items": [
            { "id": items[1]["id"], "revision": items[1]["revision"] },
            { "id": items[2]["id"], "revision": items[2]["revision"] },
        ],
    });
    let (status, answer) = quality.post("/worklist/steps", &several);
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(got(&coder, "/worklist?assignee=me")["total"], 3);
    let file = coder.download("/worklist/file?format=csv&assignee=me");
    assert_eq!(file.text().lines().count(), 4);
}

#[test]
fn a_commission_gets_sums_of_the_worklist_and_no_small_ones() {
    let county = sign_in(&demo(), "county");
    let counts = got(&county, "/worklist/counts?by=check&state=all");
    let small = counts["counts"].as_array().into_iter().flatten();
    for one in small.filter_map(|one| one["items"].as_u64()) {
        assert!(one >= 5);
    }
    for by in ["physician", "check,physician"] {
        let (status, _) = county.get(&format!("/worklist/counts?by={by}"));
        assert_eq!(status, StatusCode::FORBIDDEN, "{by}");
    }
    let (status, _) = county.get("/worklist/counts?by=check,weather");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn one_question_counts_by_several_dimensions() {
    let coder = sign_in(&demo(), "coder");
    let several = got(
        &coder,
        "/worklist/counts?by=month,department,check&state=all",
    );
    assert_eq!(several["by"], "month,department,check");
    for by in ["month", "department", "check"] {
        let alone = got(&coder, &format!("/worklist/counts?by={by}&state=all"));
        let own = several["counts"].as_array().into_iter().flatten();
        let own: Vec<_> = own.filter(|one| one["by"] == by).cloned().collect();
        assert!(!own.is_empty());
        assert_eq!(alone["counts"], serde_json::Value::from(own), "{by}");
    }
}

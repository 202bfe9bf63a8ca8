//! Data sets: forms, their way to approval, who owes what; the history of imports and a file to try.

use axum::http::StatusCode;
use biaochi_app::demo;
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded};
use crate::support::{OTHER_HOSPITAL, Session, demo as county, scratch, sign_in};

const FORM: &str = "/datasets/finance/forms/12990121SYN0010100/2023-12";

pub(crate) const GUARDED: &[Guarded] = &[
    guarded("GET", "/datasets", "clerk", "auditor"),
    guarded("GET", "/datasets/{id}", "clerk", "auditor").called("/datasets/finance"),
    guarded("GET", "/datasets/{id}/template", "clerk", "viewer")
        .called("/datasets/finance/template?organisation=12990121SYN0010100&period=2025-12"),
    guarded("POST", "/datasets/{id}/import", "clerk", "viewer").called("/datasets/finance/import"),
    guarded(
        "GET",
        "/datasets/{id}/forms/{organisation}/{period}",
        "viewer",
        "coder",
    )
    .called(FORM),
    guarded(
        "PUT",
        "/datasets/{id}/forms/{organisation}/{period}",
        "clerk",
        "viewer",
    )
    .called(FORM)
    .sending(r#"{"rows": []}"#),
    guarded(
        "POST",
        "/datasets/{id}/forms/{organisation}/{period}/validate",
        "clerk",
        "viewer",
    )
    .called("/datasets/finance/forms/12990121SYN0010100/2023-12/validate")
    .sending(r#"{"rows": []}"#),
    guarded(
        "GET",
        "/datasets/{id}/forms/{organisation}/{period}/history",
        "viewer",
        "coder",
    )
    .called("/datasets/finance/forms/12990121SYN0010100/2023-12/history"),
    guarded(
        "POST",
        "/datasets/{id}/forms/{organisation}/{period}/steps",
        "clerk",
        "viewer",
    )
    .called("/datasets/finance/forms/12990121SYN0010100/2023-12/steps")
    .sending(r#"{"step": "submit", "version": 1, "revision": 1}"#),
    guarded("GET", "/submissions", "performance", "coder"),
    guarded("GET", "/submissions/{id}", "performance", "coder")
        .called("/submissions/12990121SYN0010100~finance~2025-06"),
    guarded("GET", "/calendar", "county", "coder"),
    guarded("GET", "/import-history", "coder", "viewer"),
    guarded(
        "GET",
        "/import-history/{version}/rejects",
        "coder",
        "viewer",
    )
    .called("/import-history/999999/rejects"),
    guarded("GET", "/samples/front-page.csv", "coder", "viewer"),
];

/// The path of a month of the hospital's finance.
fn form(month: &str) -> String {
    format!("/datasets/finance/forms/{}/{month}", demo::HOSPITAL)
}

/// What is filled in for a month that was approved, as somebody would type it.
fn typed(session: &Session, month: &str) -> Value {
    let (status, view) = session.get(&form(month));
    assert_eq!(status, StatusCode::OK, "{view}");
    let rows = view["rows"].as_array().expect("rows").iter();
    let rows = rows.map(|row| json!({ "breakdown": row["breakdown"], "values": row["values"] }));
    json!(rows.collect::<Vec<_>>())
}

fn step(session: &Session, path: &str, step: &str, view: &Value) -> (StatusCode, Value) {
    let submission = &view["submission"];
    let body = json!({
        "step": step, "comment": "首次填报",
        "version": submission["version"], "revision": submission["revision"],
    });
    session.post(&format!("{path}/steps"), &body)
}

fn choice<'a>(view: &'a Value, step: &str) -> &'a Value {
    let steps = view["steps"].as_array().expect("steps");
    let found = steps.iter().find(|one| one["step"] == step);
    found.expect("a step")
}

#[test]
fn a_form_is_filled_in_by_one_and_approved_by_another() {
    let place = scratch();
    let (clerk, office) = (sign_in(&place, "clerk"), sign_in(&place, "performance"));
    let path = form("2023-12");
    let (_, empty) = clerk.get(&path);
    assert_eq!(empty["submission"], Value::Null, "{empty}");
    assert_eq!(choice(&empty, "submit")["allowed"], false);
    let draft = json!({ "rows": typed(&clerk, "2025-06"), "version": null, "revision": null });
    let (status, saved) = clerk.put(&path, &draft);
    assert_eq!(status, StatusCode::OK, "{saved}");
    assert_eq!(saved["submission"]["state"], "draft");
    assert_eq!(saved["submission"]["errors"], 0, "{saved}");
    // Somebody who had it open before: nothing is lost, and it is told.
    let (status, conflict) = clerk.put(&path, &draft);
    assert_eq!(status, StatusCode::CONFLICT, "{conflict}");
    assert_eq!(conflict["code"], "conflict");
    let (status, early) = step(&office, &path, "approve", &saved);
    assert_eq!(status, StatusCode::CONFLICT, "{early}");
    let (status, submitted) = step(&clerk, &path, "submit", &saved);
    assert_eq!(status, StatusCode::OK, "{submitted}");
    let own = choice(&submitted["form"], "approve");
    assert_eq!(own["allowed"], false, "who submitted cannot approve: {own}");
    assert!(!own["why"].as_str().unwrap_or_default().is_empty());
    let (status, approved) = step(&office, &path, "approve", &submitted["form"]);
    assert_eq!(status, StatusCode::OK, "{approved}");
    assert_eq!(approved["form"]["submission"]["state"], "approved");
    let (_, history) = office.get(&format!("{path}/history"));
    let steps = history["steps"].as_array().expect("steps").iter();
    let steps: Vec<&str> = steps.filter_map(|step| step["step"].as_str()).collect();
    assert_eq!(steps, ["approve", "submit", "save"]);
    // What is approved is changed by a new version with a reason.
    let seen = &approved["form"]["submission"];
    let silent = json!({ "rows": [], "version": seen["version"], "revision": seen["revision"] });
    let (status, refused) = clerk.put(&path, &silent);
    assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    let message = refused["message"].as_str().unwrap_or_default();
    assert!(
        !message.contains("--"),
        "words of the command line: {message}"
    );
}

#[test]
fn a_form_that_is_returned_says_why() {
    let place = scratch();
    let (clerk, president) = (sign_in(&place, "clerk"), sign_in(&place, "president"));
    let path = form("2023-11");
    let draft = json!({ "rows": typed(&clerk, "2025-06"), "version": null, "revision": null });
    let (_, saved) = clerk.put(&path, &draft);
    let (_, submitted) = step(&clerk, &path, "submit", &saved);
    let (_, waiting) = president.get("/submissions?state=submitted");
    let waiting = waiting["items"].as_array().expect("items");
    assert!(
        waiting.iter().any(|one| one["period"] == "2023-11"),
        "{waiting:?}"
    );
    let seen = &submitted["form"]["submission"];
    let silent =
        json!({ "step": "return", "version": seen["version"], "revision": seen["revision"] });
    let (status, refused) = president.post(&format!("{path}/steps"), &silent);
    assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    let (status, returned) = step(&president, &path, "return", &submitted["form"]);
    assert_eq!(status, StatusCode::OK, "{returned}");
    let (_, view) = clerk.get(&path);
    assert_eq!(view["submission"]["state"], "returned");
    assert_eq!(view["submission"]["comment"], "首次填报");
}

#[test]
fn what_is_typed_is_judged_cell_by_cell_and_not_kept() {
    let clerk = sign_in(&county(), "clerk");
    let (_, definition) = clerk.get("/datasets/finance");
    let fields = definition["fields"].as_array().expect("fields");
    let number = fields.iter().find(|field| field["kind"] == "decimal");
    let number = number.expect("a number")["id"].as_str().expect("an id");
    let body = json!({ "rows": [{ "values": { number: "三万" } }] });
    let path = format!("{}/validate", form("2023-10"));
    let (status, told) = clerk.post(&path, &body);
    assert_eq!(status, StatusCode::OK, "{told}");
    let findings = told["findings"].as_array().expect("findings");
    let own = findings.iter().find(|finding| finding["field"] == number);
    let message = own.expect("a finding")["message"].as_str();
    assert!(message.is_some_and(|message| message.contains("三万")));
    assert_eq!(clerk.post(&path, &body).1, told, "the same each time");
    assert_eq!(clerk.get(&form("2023-10")).1["submission"], Value::Null);
    let unknown = json!({ "rows": [{ "values": { "nothing": "1" } }] });
    let (status, told) = clerk.post(&path, &unknown);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
}

#[test]
fn a_template_comes_back_with_its_faults() {
    let place = scratch();
    let clerk = sign_in(&place, "clerk");
    let own = format!("organisation={}&period=2023-12", demo::HOSPITAL);
    let template = clerk.download(&format!("/datasets/finance/template?{own}"));
    assert_eq!(template.status, StatusCode::OK);
    assert!(template.body.starts_with(b"PK"));
    let import = format!("/datasets/finance/import?{own}");
    let (status, empty) = clerk.upload(&import, &[], ("财务.xlsx", &template.body));
    assert_eq!(status, StatusCode::OK, "{empty}");
    let errors = empty["drafts"][0]["submission"]["errors"].as_u64();
    assert!(errors.is_some_and(|errors| errors > 0), "{empty}");
    let (status, told) = clerk.upload(&import, &[], ("图片.png", b"\x89PNG\r\n"));
    assert!(status.is_client_error(), "{status} {told}");
    // A table with another hospital's line is not taken in.
    let table = format!("机构代码,期间,medical_income\n{OTHER_HOSPITAL},2023-12,1\n");
    let file = ("表.csv", table.as_bytes());
    let (status, told) = clerk.upload("/datasets/finance/import", &[], file);
    assert_eq!(status, StatusCode::FORBIDDEN, "{told}");
}

#[test]
fn who_owes_what_is_told_of_the_own_hospital_alone() {
    let router = county();
    let clerk = sign_in(&router, "clerk");
    let (status, calendar) = clerk.get("/calendar?period=2025-12");
    assert_eq!(status, StatusCode::OK, "{calendar}");
    let cells = calendar["cells"].as_array().expect("cells");
    assert!(!cells.is_empty());
    assert!(
        cells
            .iter()
            .all(|cell| cell["organisation"] == demo::HOSPITAL)
    );
    for path in [
        format!("/calendar?organisation={OTHER_HOSPITAL}"),
        format!("/submissions?organisation={OTHER_HOSPITAL}"),
        format!("/submissions/{OTHER_HOSPITAL}~finance~2025-06"),
        format!("/datasets/finance/forms/{OTHER_HOSPITAL}/2025-06"),
        format!("/datasets/finance/template?organisation={OTHER_HOSPITAL}&period=2025-06"),
    ] {
        let (status, told) = clerk.get(&path);
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}: {told}");
    }
    let (_, county) = sign_in(&router, "county").get("/calendar?period=2025-12");
    let organisations = county["organisations"].as_array().expect("organisations");
    assert!(organisations.len() > 1, "{organisations:?}");
    let (status, _) = clerk.get("/calendar?period=2020-01..2025-12");
    assert!(status.is_client_error());
}

#[test]
fn submissions_come_in_pages() {
    let clerk = sign_in(&county(), "clerk");
    let (_, all) = clerk.get("/submissions?period=2025&limit=500");
    let all: Vec<&Value> = all["items"].as_array().expect("items").iter().collect();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = clerk.get(&format!("/submissions?period=2025&limit=7{cursor}"));
        assert_eq!(status, StatusCode::OK, "{page}");
        seen.extend(page["items"].as_array().expect("items").clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.iter().collect::<Vec<_>>(), all);
    let own = |one: &&Value| one["organisation"] == demo::HOSPITAL;
    assert!(all.len() > 7 && all.iter().all(own));
}

#[test]
fn an_import_with_others_in_it_shows_ones_own_part() {
    let router = county();
    let coder = sign_in(&router, "coder");
    let (status, history) = coder.get("/import-history");
    assert_eq!(status, StatusCode::OK, "{history}");
    let import = &history["items"][0];
    assert_eq!(import["counts"], Value::Null, "sums of others: {import}");
    assert_eq!(import["files"], json!([]));
    let organisations = import["organisations"].as_array().expect("organisations");
    assert_eq!(organisations.len(), 1);
    assert_eq!(organisations[0]["code"], demo::HOSPITAL);
    let version = import["version"].as_u64().expect("a version");
    let rejects = format!("/import-history/{version}/rejects");
    let (status, told) = coder.because("质控问题核实").get(&rejects);
    let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
    assert!(refused.contains(&status), "{status} {told}");
    let (status, _) = coder.get(&format!("/import-history?organisation={OTHER_HOSPITAL}"));
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, none) = coder.get("/import-history?month=1999-01");
    assert_eq!(none["items"], json!([]));
}

#[test]
fn a_small_file_to_try_is_made_up_and_of_one_hospital() {
    let coder = sign_in(&county(), "coder");
    let sample = coder.download("/samples/front-page.csv");
    assert_eq!(sample.status, StatusCode::OK);
    let text = sample.text();
    let lines = text.lines().count();
    assert!((50..210).contains(&lines), "{lines}");
    let own = |line: &str| line.contains(demo::HOSPITAL);
    assert!(text.lines().skip(1).all(own));
}

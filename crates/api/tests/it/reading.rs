//! Reads that are cheap to repeat, and lists of which only some fields are wanted.

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use crate::support::{Session, demo as county, sign_in};

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

#[test]
fn what_one_has_already_is_not_sent_again() {
    let router = county();
    let viewer = sign_in(&router, "county");
    let first = viewer.download("/indicators");
    assert_eq!(first.status, StatusCode::OK);
    let tag = text(&first.headers, "etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(text(&first.headers, "cache-control"), "private, no-cache");
    let again = viewer.with("if-none-match", &tag).download("/indicators");
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
    assert_eq!(text(&again.headers, "etag"), tag);
    let other = viewer
        .with("if-none-match", &tag)
        .download("/indicators?text=%E6%AD%BB");
    assert_eq!(other.status, StatusCode::OK);
    assert_ne!(text(&other.headers, "etag"), tag);
    // Whoever may not read is refused, whatever they have.
    let nobody = Session::anonymous(&router).with("if-none-match", &tag);
    let refused = nobody.download("/indicators");
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(text(&refused.headers, "etag"), "");
}

#[test]
fn what_tells_of_persons_is_kept_nowhere() {
    let coder = sign_in(&county(), "coder");
    for path in ["/me", "/records?limit=1", "/worklist?limit=1"] {
        let answer = coder.download(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(text(&answer.headers, "cache-control"), "no-store", "{path}");
        assert!(text(&answer.headers, "etag").starts_with("W/"), "{path}");
    }
    let file = coder.download("/samples/front-page.csv");
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(text(&file.headers, "etag"), "");
}

#[test]
fn a_list_gives_the_fields_that_are_wanted() {
    let viewer = sign_in(&county(), "county");
    let (status, whole) = viewer.get("/tasks?limit=3");
    assert_eq!(status, StatusCode::OK, "{whole}");
    let (status, some) = viewer.get("/tasks?limit=3&fields=id,%20due");
    assert_eq!(status, StatusCode::OK, "{some}");
    assert_eq!(some["total"], whole["total"]);
    assert_eq!(some["next"], whole["next"]);
    let pairs = |page: &Value| -> Vec<(Value, Value)> {
        let rows = page["items"].as_array().expect("rows").iter();
        rows.map(|row| (row["id"].clone(), row["due"].clone()))
            .collect()
    };
    assert!(!pairs(&some).is_empty());
    assert_eq!(pairs(&some), pairs(&whole));
    let rows = some["items"].as_array().expect("rows");
    let is_small = |row: &Value| row.as_object().is_some_and(|row| row.len() == 2);
    assert!(rows.iter().all(is_small), "{some}");
    let (_, all) = viewer.get("/tasks?limit=3&fields=");
    assert_eq!(all, whole);
}

#[test]
fn a_field_that_no_row_has_is_named_with_those_that_there_are() {
    let viewer = sign_in(&county(), "county");
    let (status, told) = viewer.get("/tasks?fields=id,Name");
    assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
    assert_eq!(told["code"], "malformed");
    assert_eq!(told["field"], "fields");
    let message = told["message"].as_str().expect("a text");
    assert!(
        message.contains("Name") && message.contains("due"),
        "{message}"
    );
    // What is no list takes no notice, as of any other parameter that it does not know.
    let (status, _) = viewer.get("/me?fields=unknown");
    assert_eq!(status, StatusCode::OK);
}

#[test]
fn what_the_framework_refuses_is_a_problem_like_all_others() {
    let coder = sign_in(&county(), "coder");
    let (status, told) = coder.get("/worklist?limit=many");
    assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
    assert_eq!(told["code"], "malformed");
    let nobody = Session::anonymous(&county());
    let half = nobody.send_bytes(
        Method::POST,
        "/session",
        Some("application/json"),
        b"{\"name\":".to_vec(),
    );
    assert_eq!(half.status, StatusCode::BAD_REQUEST);
    assert_eq!(half.json()["code"], "malformed");
    let (status, told) = nobody.post("/session", &serde_json::json!({ "name": "coder" }));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(told["code"], "invalid");
    assert_eq!(told["field"], "password");
    let plain = nobody.send_bytes(Method::POST, "/session", None, b"{}".to_vec());
    assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(plain.json()["code"], "unsupported");
    let unknown = coder.send(Method::PATCH, "/me", None);
    assert_eq!(unknown.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(unknown.json()["code"], "method_not_allowed");
    assert!(text(&unknown.headers, "allow").contains("GET"));
}

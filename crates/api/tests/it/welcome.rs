//! What is known before anybody signed in, the first administrator, and what goes around the pages.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use biaochi_api::{Service, Settings, router};
use biaochi_app::accounts::make_set_up_code;
use biaochi_app::demo;
use biaochi_app::runtime::block_on;
use biaochi_store::Actor;
use jiff::SignedDuration;
use serde_json::json;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::authorisation::{Guarded, own};
use crate::support::{MONTHS, Session, content, demo as county, sign_in, sign_in_with};

pub(crate) const GUARDED: &[Guarded] = &[own("GET", "/data-months")];

/// A service without accounts.
fn unused(demo: bool) -> (TempDir, Service, Router) {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = demo::workspace(folder.path()).expect("a workspace");
    let settings = Settings {
        demo,
        workers: 2,
        ..Settings::default()
    };
    let service = block_on(Service::open(&workspace, content(), settings)).expect("a service");
    let router = router(service.clone());
    (folder, service, router)
}

fn asked(router: &Router, path: &str) -> Response {
    let request = Request::builder().uri(path).body(Body::empty());
    let request = request.expect("a request");
    block_on(router.clone().oneshot(request)).expect("an answer")
}

#[test]
fn the_demonstration_offers_its_persons_and_nothing_else_does() {
    let (status, welcome) = Session::anonymous(&county()).get("/welcome");
    assert_eq!(status, StatusCode::OK, "{welcome}");
    assert_eq!(welcome["demo"], true);
    assert_eq!(welcome["setup_needed"], false);
    assert_eq!(welcome["password"], demo::PASSWORD);
    let persons = welcome["persons"].as_array().expect("persons");
    assert_eq!(persons.len(), demo::PERSONS.len());
    assert_eq!(persons[0]["name"], "coder");
    assert_eq!(persons[0]["role_title"], "病案编码员");
    assert!(persons.iter().all(|person| person["duty"] != ""));

    let (_folder, _service, router) = unused(false);
    let (_, welcome) = Session::anonymous(&router).get("/welcome");
    assert_eq!(welcome["setup_needed"], true);
    assert_eq!(welcome["persons"], json!([]));
    assert!(welcome["password"].is_null());
}

#[test]
fn the_first_administrator_is_made_once() {
    let (_folder, service, router) = unused(false);
    let actor = Actor::now("test");
    let holds = SignedDuration::from_mins(5);
    let made = block_on(make_set_up_code(&service.office(), &actor, holds)).expect("a code");
    let body = |code: &str| json!({ "code": code, "name": "first", "title": "头一个", "password": "Chi-Zi-30-liang" });
    let anonymous = Session::anonymous(&router);
    let (status, problem) = anonymous.post("/setup", &body("wrong"));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let elsewhere = anonymous.with("origin", "http://elsewhere.example");
    let (status, _) = elsewhere.post("/setup", &body(made.code.reveal()));
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, problem) = anonymous.post("/setup", &body(made.code.reveal()));
    assert_eq!(status, StatusCode::NO_CONTENT, "{problem}");
    let (_, me) = sign_in_with(&router, "first", "Chi-Zi-30-liang").get("/me");
    assert_eq!(me["title"], "头一个");
    assert_eq!(me["roles"][0]["role"], "administrator");
    let (status, _) = anonymous.post("/setup", &body(made.code.reveal()));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, welcome) = anonymous.get("/welcome");
    assert_eq!(welcome["setup_needed"], false);
}

#[test]
fn everybody_is_told_the_months_of_what_they_reach() {
    for name in ["coder", "head", "county"] {
        let (status, months) = sign_in(&county(), name).get("/data-months");
        assert_eq!(status, StatusCode::OK, "{months}");
        assert_eq!(months["last"], MONTHS.1, "{name}");
    }
    let (_folder, _service, router) = unused(true);
    let (status, _) = Session::anonymous(&router).get("/data-months");
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[test]
fn every_answer_tells_the_browser_what_it_may_do() {
    let router = county();
    for path in [
        "/",
        "/cockpit",
        "/api/v1/welcome",
        "/api/v1/nowhere",
        "/healthz",
    ] {
        let answer = asked(&router, path);
        let headers = answer.headers();
        let policy = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(policy.contains("default-src 'self'"), "{path}: {policy}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        let kept_nowhere = headers
            .get(header::CACHE_CONTROL)
            .is_some_and(|value| value == "no-store");
        assert_eq!(kept_nowhere, path.starts_with("/api/"), "{path}");
    }
}

#[test]
fn what_is_neither_page_nor_file_nor_interface_is_not_found() {
    let router = county();
    for path in ["/api/v1/nowhere", "/api", "/assets/gone-1.js", "/gone.js"] {
        let answer = asked(&router, path);
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

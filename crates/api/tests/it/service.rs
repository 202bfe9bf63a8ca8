//! What lies around every route.

use std::num::NonZeroU32;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use biaochi_api::{Limits, MetricsText, Service, Settings, router};
use biaochi_app::runtime::block_on;
use biaochi_app::{Config, Workspace};
use std::net::SocketAddr;
use tower::ServiceExt as _;

use crate::support::{Session, content, demo};

fn ask(router: &axum::Router, path: &str, from: &str, forwarded: &str) -> (StatusCode, bool) {
    let peer: SocketAddr = from.parse().expect("an address");
    let request = Request::builder()
        .uri(path)
        .header("x-forwarded-for", forwarded)
        .extension(ConnectInfo(peer));
    let request = request.body(Body::empty()).expect("a request");
    let response = block_on(router.clone().oneshot(request)).expect("an answer");
    let waits = response.headers().contains_key(header::RETRY_AFTER);
    (response.status(), waits)
}

#[test]
fn every_answer_has_its_number() {
    let session = Session::anonymous(&demo());
    let number = |path: &str| {
        let answer = session.send(Method::GET, path, None);
        let id = answer.headers.get("x-request-id").expect("a number");
        id.to_str().expect("a text").to_owned()
    };
    assert_ne!(number("/me"), number("/me"));
}

#[test]
fn watchers_are_told_how_it_is_and_others_no_metrics() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
    let settings = Settings {
        workers: 1,
        limits: Limits {
            per_address: NonZeroU32::new(5),
            trusted_proxies: "10.0.0.1".parse().expect("a network"),
            metrics_from: "10.9.0.0/16".parse().expect("a network"),
            ..Limits::default()
        },
        metrics: Some(MetricsText::new(|| "biaochi 1\n".to_owned())),
        ..Settings::default()
    };
    let service = block_on(Service::open(&workspace, content(), settings)).expect("a service");
    let router = router(service.clone());
    let status = |path: &str, from: &str, forwarded: &str| ask(&router, path, from, forwarded).0;
    assert_eq!(status("/healthz", "10.2.0.1:1", ""), StatusCode::OK);
    assert_eq!(status("/readyz", "10.2.0.2:1", ""), StatusCode::OK);
    assert_eq!(status("/metrics", "127.0.0.1:1", ""), StatusCode::OK);
    assert_eq!(status("/metrics", "10.9.3.4:1", ""), StatusCode::OK);
    assert_eq!(status("/metrics", "10.2.0.3:1", "127.0.0.1"), StatusCode::FORBIDDEN);
    assert_eq!(status("/metrics", "10.0.0.1:1", "10.2.0.3"), StatusCode::FORBIDDEN);
    assert_eq!(status("/metrics", "10.0.0.1:1", "10.9.0.3"), StatusCode::OK);
    // Behind the proxy everybody has limits of their own.
    let many = |client: &str| {
        let mut answers = (0..40).map(|_| ask(&router, "/healthz", "10.0.0.1:1", client));
        answers.any(|answer| answer == (StatusCode::TOO_MANY_REQUESTS, true))
    };
    assert!(many("192.0.2.1"));
    assert_eq!(status("/healthz", "10.0.0.1:1", "192.0.2.2"), StatusCode::OK);
    service.begin_closing();
    assert_eq!(status("/readyz", "10.2.0.9:1", ""), StatusCode::SERVICE_UNAVAILABLE);
}

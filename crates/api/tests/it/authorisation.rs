//! Every operation of the API refuses those who may not: nobody, and somebody without the permission.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::support::{Session, scratch, sign_in};

/// An operation, somebody who may do it, and somebody who may not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guarded {
    method: &'static str,
    path: &'static str,
    permitted: Option<&'static str>,
    refused: Option<&'static str>,
    called: Option<&'static str>,
    body: Option<&'static str>,
}

/// An operation as the document names it, a person of the demonstration who may do it and one who may not.
pub(crate) const fn guarded(
    method: &'static str,
    path: &'static str,
    permitted: &'static str,
    refused: &'static str,
) -> Guarded {
    Guarded {
        method,
        path,
        permitted: Some(permitted),
        refused: Some(refused),
        called: None,
        body: None,
    }
}

/// An operation on what is one's own: everybody who is signed in may do it.
pub(crate) const fn own(method: &'static str, path: &'static str) -> Guarded {
    Guarded {
        method,
        path,
        permitted: None,
        refused: None,
        called: None,
        body: None,
    }
}

impl Guarded {
    /// Which path is called, with its query, where the document's own is not one.
    pub(crate) const fn called(mut self, path: &'static str) -> Self {
        self.called = Some(path);
        self
    }

    /// What is sent, as JSON.
    pub(crate) const fn sending(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn call(&self, session: &Session) -> (StatusCode, Value) {
        let method = Method::from_bytes(self.method.as_bytes()).expect("a method");
        let path = self.called.unwrap_or(self.path);
        let body = self
            .body
            .map(|body| serde_json::from_str(body).expect(body));
        let answer = session.send(method, path, body.as_ref());
        (answer.status, answer.json())
    }
}

/// The table: each feature has its part beside its tests.
fn all() -> Vec<&'static Guarded> {
    let parts: &[&'static [Guarded]] = &[
        crate::admin::GUARDED,
        crate::assessment::GUARDED,
        crate::cockpit::GUARDED,
        crate::data::GUARDED,
        crate::groups::GUARDED,
        crate::indicators::GUARDED,
        crate::jobs::GUARDED,
        crate::plans::GUARDED,
        crate::records::GUARDED,
        crate::session::GUARDED,
        crate::single_sign_on::GUARDED,
        crate::welcome::GUARDED,
    ];
    parts.iter().copied().flatten().collect()
}

/// How an operation is called so that it means something, and by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Example {
    pub(crate) permitted: Option<&'static str>,
    pub(crate) path: &'static str,
    pub(crate) body: Option<&'static str>,
}

/// What the table knows of an operation.
pub(crate) fn example(method: &str, path: &str) -> Option<Example> {
    let of = |guarded: &&&Guarded| guarded.method == method && guarded.path == path;
    let known = all();
    known.iter().find(of).map(|guarded| Example {
        permitted: guarded.permitted,
        path: guarded.called.unwrap_or(guarded.path),
        body: guarded.body,
    })
}

/// Operations that need no session, because they lead to one or are about nobody.
const PUBLIC: &[&str] = &[
    "POST /session",
    "GET /welcome",
    "POST /setup",
    "GET /session/oidc/start",
    "GET /session/oidc/callback",
];

#[test]
fn no_operation_is_without_a_test_of_who_may() {
    let document = biaochi_api::document();
    let paths = document["paths"].as_object().expect("paths");
    let mut open = BTreeSet::new();
    for (path, item) in paths {
        let path = path.strip_prefix(biaochi_api::PREFIX).unwrap_or(path);
        for method in item.as_object().expect("operations").keys() {
            if ["get", "post", "put", "delete", "patch"].contains(&method.as_str()) {
                open.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let known = all();
    for guarded in &known {
        let key = guarded.key();
        assert!(open.contains(&key), "{key} is in the table, not in the API");
    }
    for guarded in known {
        open.remove(&guarded.key());
    }
    for public in PUBLIC {
        open.remove(*public);
    }
    assert!(open.is_empty(), "without an authorisation test: {open:#?}");
}

#[test]
fn nobody_does_anything_without_a_session() {
    let place = scratch();
    let nobody = Session::anonymous(&place);
    for guarded in all() {
        let (status, body) = guarded.call(&nobody);
        assert_eq!(
            status,
            StatusCode::UNAUTHORIZED,
            "{}: {body}",
            guarded.key()
        );
        assert_eq!(body["code"], "unauthenticated", "{}", guarded.key());
    }
}

#[test]
fn whoever_may_not_is_refused_and_whoever_may_is_not() {
    let place = scratch();
    let mut sessions: Vec<(&str, Session)> = Vec::new();
    for guarded in all() {
        for (name, may) in [(guarded.refused, false), (guarded.permitted, true)] {
            let Some(name) = name else { continue };
            let known = sessions.iter().find(|(own, _)| *own == name);
            let session = match known {
                Some((_, session)) => session.clone(),
                None => {
                    let session = sign_in(&place, name);
                    sessions.push((name, session.clone()));
                    session
                }
            };
            // Some reads of records ask why first; that is not what is tried here.
            let (status, body) = guarded.call(&session.because("授权测试"));
            let key = guarded.key();
            match may {
                true => assert!(
                    status != StatusCode::FORBIDDEN && status != StatusCode::UNAUTHORIZED,
                    "{key} by {name}: {status} {body}"
                ),
                // What lies outside the own scope may also not be there at all.
                false => assert!(
                    status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND,
                    "{key} by {name}: {status} {body}"
                ),
            }
        }
    }
}

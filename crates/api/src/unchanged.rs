//! Answers that need not be sent again, since the asker has them already.
//!
//! Who asks is found out and the answer is made as ever: what stays away is the way of the bytes, which for pages that
//! are asked for again and again is most of it. The tag is a weak one, because what lies further out compresses.

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::PREFIX;
use crate::problem::Problem;

/// Bytes of an answer that is tagged; what is larger is sent each time.
const MOST: u64 = 16 << 20;

/// What browsers may keep to ask for it again: sums and definitions, in which no patient and no account is told of.
/// Everything else stays nowhere, and whoever wants to save the way keeps the tag.
const KEPT: [&str; 15] = [
    "assessment-schemes",
    "assessments",
    "cockpit",
    "codes",
    "data-months",
    "groups",
    "indexes",
    "indicators",
    "organisations",
    "packs",
    "plan-tallies",
    "plans",
    "record-codes",
    "roles",
    "schemes",
];

/// Tags JSON answers to reads, and answers 304 to whoever has them.
pub(crate) async fn tag(request: Request, next: Next) -> Response {
    if request.method() != Method::GET || !request.uri().path().starts_with(PREFIX) {
        return next.run(request).await;
    }
    let known = request.headers().get_all(header::IF_NONE_MATCH).iter();
    let known: Vec<HeaderValue> = known.cloned().collect();
    let route = request.extensions().get::<MatchedPath>();
    let may_keep = route.is_some_and(|route| may_keep(route.as_str()));
    let response = next.run(request).await;
    if !is_tagged(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match to_bytes(body, usize::try_from(MOST).unwrap_or(usize::MAX)).await {
        Ok(bytes) => bytes,
        Err(error) => return Problem::internal(&error).into_response(),
    };
    let tag = tag_of(&bytes);
    let body = match has(&known, &tag) {
        true => {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            Body::empty()
        }
        false => Body::from(bytes),
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    if may_keep {
        let ask_again = HeaderValue::from_static("private, no-cache");
        let kept = parts.headers.entry(header::CACHE_CONTROL);
        kept.or_insert(ask_again);
    }
    Response::from_parts(parts, body)
}

/// Whether browsers may keep what a route answers.
fn may_keep(route: &str) -> bool {
    let route = route.trim_start_matches(PREFIX).trim_start_matches('/');
    let first = route.split('/').next().unwrap_or_default();
    KEPT.contains(&first) && !route.ends_with("/records")
}

/// Whole answers in JSON: neither streams nor files.
fn is_tagged(response: &Response) -> bool {
    let headers: &HeaderMap = response.headers();
    let kind = headers.get(header::CONTENT_TYPE);
    response.status() == StatusCode::OK
        && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
        && !headers.contains_key(header::CONTENT_DISPOSITION)
        && !headers.contains_key(header::ETAG)
        && response
            .body()
            .size_hint()
            .exact()
            .is_some_and(|size| size <= MOST)
}

fn tag_of(bytes: &Bytes) -> String {
    let hash: String = Sha256::digest(bytes)
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("W/\"{hash}\"")
}

/// Whether one of the tags is this one, however a proxy may have marked it.
fn has(known: &[HeaderValue], tag: &str) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let lines = known.iter().filter_map(|line| line.to_str().ok());
    let wanted = plain(tag);
    lines
        .flat_map(|line| line.split(','))
        .any(|one| one.trim() == "*" || plain(one) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(route: &str, expected: bool) {
        assert_eq!(may_keep(&format!("{PREFIX}{route}")), expected, "{route}");
    }

    #[test]
    fn what_tells_of_persons_is_not_kept() {
        check("/cockpit/{tile}", true);
        check("/indicators/values", true);
        check("/indicators/{id}/records", false);
        check("/groups/{drg}/records", false);
        check("/records", false);
        check("/me", false);
        check("/users/{name}", false);
        check("/welcome", false);
    }

    #[test]
    fn a_tag_is_known_whichever_way_it_comes_back() {
        let tag = tag_of(&Bytes::from_static(b"{}"));
        assert!(tag.starts_with("W/\"") && tag.len() == 36, "{tag}");
        let known = |text: &str| has(&[HeaderValue::from_str(text).expect("a value")], &tag);
        assert!(known(&tag) && known(tag.trim_start_matches("W/")) && known("*"));
        assert!(known(&format!("\"a\", {tag}")));
        assert!(!known("\"a\"") && !known("") && !has(&[], &tag));
        assert_ne!(tag, tag_of(&Bytes::from_static(b"[]")));
    }
}

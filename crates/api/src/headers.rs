<<<<<<< HEAD
//! What every answer tells the browser: load nothing from elsewhere, run nothing inline, show in no frame, keep nothing.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::PREFIX;

/// Styles may stand in elements, since the component library sets sizes and places so; scripts may not.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
     font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const FEATURES: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // For browsers that do not know `frame-ancestors` yet.
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), FEATURES),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Sets the headers of an answer. Answers of the API are kept nowhere unless they say themselves how long.
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with(PREFIX);
    let mut response = next.run(request).await;
    set(response.headers_mut(), is_api);
    response
}

fn set(headers: &mut HeaderMap, is_api: bool) {
    for (name, value) in ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if is_api {
        let nowhere = HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(nowhere);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_others_and_inline_ones_are_not_run() {
        let mut headers = HeaderMap::new();
        set(&mut headers, false);
        let policy = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(policy.starts_with("default-src 'self';"), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
        assert!(!headers.contains_key(header::CACHE_CONTROL));
    }

    #[test]
    fn answers_of_the_api_are_not_kept_unless_they_say_so() {
        let mut headers = HeaderMap::new();
        set(&mut headers, true);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=60"),
        );
        set(&mut headers, true);
        assert_eq!(headers[header::CACHE_CONTROL], "private, max-age=60");
    }
=======
//! Headers that tell browsers what not to do with an answer.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::service::Service;

/// Everything comes from the service itself: no script, picture or font of anybody else, and no script in a page. The
/// component library writes styles into pages.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
    font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What every answer says.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// Puts the headers on an answer, and keeps answers of the API out of caches unless they say otherwise.
pub(crate) async fn secured(
    axum::extract::State(service): axum::extract::State<Service>,
    request: Request,
    next: Next,
) -> Response {
    let of_api = request.uri().path().starts_with(crate::PREFIX);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if service.settings().secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if of_api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
    }
    response
>>>>>>> 027466980ebb8f3e9dead890f90719301ccc14d6
}

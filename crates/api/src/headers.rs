//! What every answer tells the browser: load nothing from elsewhere, run nothing inline, show in no frame, keep nothing.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::PREFIX;
use crate::service::Service;

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
pub(crate) async fn protect(
    State(service): State<Service>,
    request: Request,
    next: Next,
) -> Response {
    let is_api = request.uri().path().starts_with(PREFIX);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    set(headers, is_api);
    if service.settings().secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
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
}

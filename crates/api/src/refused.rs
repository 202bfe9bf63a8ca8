//! What the framework refuses before a handler sees it – a body that is no JSON, a parameter that is no number, a method
//! that a path does not have – as problems like all others.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::PREFIX;
use crate::problem::{Code, Problem};

/// Bytes of the framework's words that are read.
const MOST: usize = 16 << 10;

/// Characters of them that are told.
const TOLD: usize = 300;

/// Answers refusals in plain words as problems.
pub(crate) async fn as_problem(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with(PREFIX);
    let response = next.run(request).await;
    if !is_api || is_json(response.headers()) {
        return response;
    }
    let code = match response.status() {
        StatusCode::BAD_REQUEST => Code::Malformed,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::Unsupported,
        StatusCode::UNPROCESSABLE_ENTITY => Code::Invalid,
        _ => return response,
    };
    let words = to_bytes(response.into_body(), MOST).await;
    told(code, &String::from_utf8_lossy(&words.unwrap_or_default())).into_response()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// A problem with what the framework said of the request: its own name for the step stands before the first colon.
fn told(code: Code, words: &str) -> Problem {
    let detail = words.split_once(": ").map_or("", |(_, detail)| detail);
    let detail: String = detail.chars().take(TOLD).collect();
    let behind = match detail.is_empty() {
        true => String::new(),
        false => format!("：{detail}"),
    };
    let message = match code {
        Code::MethodNotAllowed => "这个地址没有这种操作。请核对请求的方法".to_owned(),
        Code::TooLarge => "请求的内容太大，没有处理。请分几次发送".to_owned(),
        Code::Unsupported => {
            "请求的内容应是 JSON，并注明 Content-Type: application/json".to_owned()
        }
        Code::Invalid => format!("请求的内容与接口的约定不符{behind}。请对照接口文档改正"),
        _ => format!("请求的写法有误，读不懂{behind}。请对照接口文档改正"),
    };
    let problem = Problem::new(code, message);
    match field(&detail) {
        Some(field) => problem.about(field),
        None => problem,
    }
}

/// The field that the framework's words name.
fn field(detail: &str) -> Option<&str> {
    if let Some(rest) = detail.strip_prefix("missing field `") {
        return rest.split_once('`').map(|(field, _)| field);
    }
    let (field, _) = detail.split_once(": ")?;
    let is_name = |one: char| one.is_ascii_alphanumeric() || "_.[]-".contains(one);
    (!field.is_empty() && field.chars().all(is_name)).then_some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(detail: &str, expected: Option<&str>) {
        assert_eq!(field(detail), expected, "{detail}");
    }

    #[test]
    fn the_field_is_told_where_it_is_named() {
        check("missing field `name` at line 1 column 2", Some("name"));
        check("limit: invalid digit found in string", Some("limit"));
        check(
            "role.unit: invalid type: integer `1`, expected a string at line 1 column 9",
            Some("role.unit"),
        );
        check("expected value at line 1 column 1", None);
        check("", None);
    }

    #[test]
    fn words_of_any_length_become_a_short_problem() {
        let words = format!("Failed to deserialize query string: {}", "长".repeat(5000));
        let problem = told(Code::Malformed, &words).into_response();
        assert_eq!(problem.status(), StatusCode::BAD_REQUEST);
        assert!(is_json(problem.headers()));
    }
}

//! Lists of which only some fields are wanted: `?fields=a,b` keeps those of each row.
//!
//! Which operations are lists, and what fields their rows have, is read from the OpenAPI document, so that a new list has
//! it without a line of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Query, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::problem::{Code, Problem};

/// The parameter.
pub(crate) const PARAMETER: &str = "fields";

/// Fields of the rows of each list, by the path of the operation.
pub(crate) type Lists = BTreeMap<String, BTreeSet<String>>;

static LISTS: LazyLock<Lists> = LazyLock::new(|| lists(&crate::document()));

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    fields: Option<String>,
}

/// Reads of the document that answer a page: rows, and where the next page begins.
pub(crate) fn lists(document: &Value) -> Lists {
    let paths = document["paths"].as_object().into_iter().flatten();
    let found = paths.filter_map(|(path, item)| {
        let content = &item["get"]["responses"]["200"]["content"];
        let page = resolved(document, &content["application/json"]["schema"]);
        let page = page["properties"].as_object()?;
        if !page.contains_key("next") {
            return None;
        }
        let row = resolved(document, &page.get("items")?["items"]);
        let fields = row["properties"].as_object()?;
        Some((path.clone(), fields.keys().cloned().collect()))
    });
    found.collect()
}

/// A schema, or what it refers to.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str();
    let pointer = name.and_then(|name| name.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(schema)
}

/// Keeps the fields of a list that were asked for.
pub(crate) async fn select(request: Request, next: Next) -> Response {
    let wanted = match wanted(&request) {
        Ok(wanted) => wanted,
        Err(problem) => return problem.into_response(),
    };
    let response = next.run(request).await;
    let Some(wanted) = wanted else {
        return response;
    };
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if response.status() != StatusCode::OK || !is_json {
        return response;
    }
    match kept(response, &wanted).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

/// The fields that a request to a list names, if it names any.
fn wanted(request: &Request) -> Result<Option<BTreeSet<String>>, Problem> {
    let is_asked = request.method() == Method::GET
        && request
            .uri()
            .query()
            .is_some_and(|query| query.contains(PARAMETER));
    let route = request.extensions().get::<MatchedPath>();
    let (true, Some(route)) = (is_asked, route) else {
        return Ok(None);
    };
    let Some(known) = LISTS.get(route.as_str()) else {
        return Ok(None);
    };
    let Ok(Query(asked)) = Query::<Wanted>::try_from_uri(request.uri()) else {
        let text = "fields 只能写一次，字段之间用逗号隔开";
        return Err(Problem::new(Code::Malformed, text).about(PARAMETER));
    };
    chosen(asked.fields.as_deref().unwrap_or_default(), known)
}

/// The fields of a text like `a,b`; `None` where it names none.
fn chosen(text: &str, known: &BTreeSet<String>) -> Result<Option<BTreeSet<String>>, Problem> {
    let names = text.split(',').map(str::trim);
    let names: BTreeSet<String> = names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(*name)) {
        let unknown: String = unknown.chars().take(40).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("没有字段“{unknown}”，可用的有：{}", known.join("、"));
        return Err(Problem::new(Code::Malformed, message).about(PARAMETER));
    }
    Ok((!names.is_empty()).then_some(names))
}

async fn kept(response: Response, wanted: &BTreeSet<String>) -> Result<Response, Problem> {
    let (mut parts, body) = response.into_parts();
    // A page is held in memory as it is.
    let bytes = to_bytes(body, usize::MAX).await;
    let bytes = bytes.map_err(|error| Problem::internal(&error))?;
    let mut page: Value =
        serde_json::from_slice(&bytes).map_err(|error| Problem::internal(&error))?;
    let rows = page.get_mut("items").and_then(Value::as_array_mut);
    for row in rows.into_iter().flatten() {
        if let Some(row) = row.as_object_mut() {
            row.retain(|name, _| wanted.contains(name));
        }
    }
    let bytes = page.to_string().into_bytes();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        let known = ["id", "name"].map(str::to_owned).into();
        let chosen = chosen(text, &known).expect("known fields");
        let chosen: Option<Vec<String>> = chosen.map(|names| names.into_iter().collect());
        let expected: Option<Vec<String>> =
            expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(chosen, expected, "{text}");
    }

    #[test]
    fn fields_are_named_with_commas() {
        check("", None);
        check(" , ", None);
        check("name", Some(&["name"]));
        check(" name,id ,name", Some(&["id", "name"]));
        let known = ["id", "name"].map(str::to_owned).into();
        let refused = chosen("id,Name", &known).expect_err("unknown");
        assert_eq!(refused.code(), Code::Malformed);
    }

    #[test]
    fn lists_are_found_in_the_document() {
        let users = LISTS.get("/api/v1/users").expect("a list");
        assert!(users.contains("name") && users.contains("title"));
        let tasks = LISTS.get("/api/v1/tasks").expect("a list");
        assert!(tasks.contains("due"), "{tasks:?}");
        assert!(!LISTS.contains_key("/api/v1/me"));
        assert!(!LISTS.contains_key("/api/v1/plans"));
    }
}

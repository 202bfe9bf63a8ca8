//! What holds for the answers of all operations, said once in the OpenAPI document.
//!
//! An operation names what it alone may answer, such as 404 or 409. What the layers around all of them, the session and
//! the way a request is read bring with them is added here, and every refusal is a problem.

use serde_json::{Map, Value, json};

use crate::fields;

/// The media type of most answers.
const JSON: &str = "application/json";

/// A refusal: status, name in the document, what it means.
const REFUSALS: [(&str, &str, &str); 12] = [
    ("400", "Malformed", "请求的写法有误，读不懂。"),
    ("401", "Unauthenticated", "未登录，或登录、令牌已失效。"),
    ("403", "Forbidden", "没有权限。"),
    ("404", "NotFound", "没有这项内容，或不在权限范围内。"),
    ("409", "Conflict", "与现状不符，如已被他人改动。"),
    ("413", "TooLarge", "文件或请求太大。"),
    ("415", "Unsupported", "不支持这种文件或格式。"),
    ("422", "Invalid", "请求的内容有误。"),
    ("428", "ReasonNeeded", "查看明文病案须说明理由。"),
    ("429", "TooMany", "请求太频繁；`Retry-After` 为应等的秒数。"),
    ("500", "Internal", "程序内部错误。"),
    ("503", "Busy", "正被占用或用时过长，稍后再试。"),
];

/// What any operation may answer.
const ALWAYS: [&str; 3] = ["429", "500", "503"];

/// What an operation for those who are signed in may answer besides 401: no permission, and a reason that cannot be read.
const SIGNED_IN: [&str; 2] = ["403", "422"];

/// What an operation that is sent something may answer.
const SENT: [&str; 4] = ["400", "413", "415", "422"];

/// What an operation on something that its path names may answer.
const NAMED: [&str; 2] = ["400", "404"];

/// Adds to each operation what holds for all of its kind.
pub(crate) fn complete(document: &mut Value) {
    let lists = fields::lists(document);
    share(document);
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths {
        let item = item.as_object_mut().into_iter().flatten();
        for (method, operation) in item {
            refuse(operation);
            if method == "get" && answers_json(operation) {
                may_be_known(operation);
            }
            if method == "get"
                && let Some(fields) = lists.get(path)
            {
                let names: Vec<&str> = fields.iter().map(String::as_str).collect();
                parameter(operation, of_fields(&names));
                let status = "400";
                respond(operation, status, refusal(status));
            }
        }
    }
}

/// Adds what all operations refer to.
fn share(document: &mut Value) {
    let mut responses: Map<String, Value> = REFUSALS
        .iter()
        .map(|(_, name, means)| {
            let problem = json!({ "$ref": "#/components/schemas/ProblemBody" });
            let answer =
                json!({ "description": means, "content": { JSON: { "schema": problem } } });
            ((*name).to_owned(), answer)
        })
        .collect();
    let text = json!({ "type": "string" });
    responses.insert(
        "NotModified".to_owned(),
        json!({
            "description": "与 `If-None-Match` 所说的相同，不再传送。",
            "headers": { "ETag": { "description": "这次回答的标记。", "schema": text } },
        }),
    );
    document["components"]["responses"] = Value::Object(responses);
    document["components"]["parameters"] = json!({
        "IfNoneMatch": {
            "name": "If-None-Match",
            "in": "header",
            "required": false,
            "description": "上次回答的 `ETag`；内容没有变时回答 304。",
            "schema": text,
        },
    });
}

/// Names all refusals of an operation by what is shared, and adds those of its kind.
fn refuse(operation: &mut Value) {
    let parameters = operation["parameters"].as_array();
    let is_in = |place: &str| {
        let mut all = parameters.into_iter().flatten();
        all.any(|parameter| parameter["in"] == place)
    };
    let responses = operation["responses"].as_object();
    let mut statuses: Vec<String> = responses
        .into_iter()
        .flat_map(Map::keys)
        .filter(|status| refusal(status).is_some())
        .cloned()
        .collect();
    let is_guarded = statuses.iter().any(|status| status == "401");
    let mut add = |more: &[&str]| statuses.extend(more.iter().map(|status| (*status).to_owned()));
    add(&ALWAYS);
    if is_guarded {
        add(&SIGNED_IN);
    }
    if is_in("path") {
        add(&NAMED);
    }
    if is_in("query") {
        add(&["400"]);
    }
    if operation.get("requestBody").is_some() {
        add(&SENT);
    }
    for status in statuses {
        let shared = refusal(&status);
        respond(operation, &status, shared);
    }
}

/// What is shared of a refusal.
fn refusal(status: &str) -> Option<Value> {
    let known = REFUSALS.iter().find(|(own, ..)| *own == status);
    known.map(|(_, name, _)| json!({ "$ref": format!("#/components/responses/{name}") }))
}

fn respond(operation: &mut Value, status: &str, answer: Option<Value>) {
    if let (Some(responses), Some(answer)) = (operation["responses"].as_object_mut(), answer) {
        responses.insert(status.to_owned(), answer);
    }
}

fn answers_json(operation: &Value) -> bool {
    let content = operation["responses"]["200"]["content"].as_object();
    content.is_some_and(|content| content.contains_key(JSON))
}

/// Says that a read may be answered by "the same as you have".
fn may_be_known(operation: &mut Value) {
    let header = json!({ "$ref": "#/components/parameters/IfNoneMatch" });
    parameter(operation, header);
    let same = json!({ "$ref": "#/components/responses/NotModified" });
    respond(operation, "304", Some(same));
}

fn of_fields(names: &[&str]) -> Value {
    json!({
        "name": fields::PARAMETER,
        "in": "query",
        "required": false,
        "description": format!(
            "每一行只要这些字段，用逗号隔开；不填为全部。可用的有 {}。",
            names.join("、")
        ),
        "schema": { "type": "string" },
    })
}

fn parameter(operation: &mut Value, parameter: Value) {
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    let parameters = operation.entry("parameters").or_insert(json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(parameter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &Value, operation: &str, expected: &[&str]) {
        let (method, path) = operation.split_once(' ').expect("an operation");
        let operation = &document["paths"][format!("/api/v1{path}")][method];
        let responses = operation["responses"].as_object().expect("responses");
        let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
        assert_eq!(statuses, expected, "{path}");
    }

    #[test]
    fn an_operation_answers_what_it_says_and_what_all_of_its_kind_do() {
        let document = crate::document();
        let welcome = ["200", "304", "429", "500", "503"];
        check(&document, "get /welcome", &welcome);
        let own = ["200", "304", "401", "403", "422", "429", "500", "503"];
        check(&document, "get /me", &own);
        let one = [
            "200", "304", "400", "401", "403", "404", "422", "429", "500", "503",
        ];
        check(&document, "get /users/{name}", &one);
        let sent = [
            "204", "400", "401", "403", "413", "415", "422", "429", "500", "503",
        ];
        check(&document, "put /me/password", &sent);
    }

    #[test]
    fn every_refusal_is_a_problem() {
        let document = crate::document();
        let paths = document["paths"].as_object().expect("paths");
        let operations = paths.values().filter_map(Value::as_object).flatten();
        for (method, operation) in operations {
            let responses = operation["responses"].as_object().expect("responses");
            for (status, response) in responses {
                let shared = response["$ref"].as_str();
                let is_refusal = status.starts_with(['4', '5']);
                let is_shared = shared.is_some_and(|name| name.contains("/responses/"));
                assert!(!is_refusal || is_shared, "{method} {status} {operation}");
            }
        }
        let lists = fields::lists(&document);
        assert!(lists.len() >= 10, "{lists:?}");
    }
}

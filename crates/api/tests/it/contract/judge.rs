//! Whether a value is what a schema of the document says.
//!
//! It reads the keywords that the document has, and calls any other a fault: a check that silently knows less than the
//! document would be none. A whole implementation of JSON Schema would bring a dozen packages for these nine.

use serde_json::{Map, Value};

/// Keywords that are checked.
const CHECKED: [&str; 9] = [
    "$ref",
    "additionalProperties",
    "enum",
    "items",
    "minimum",
    "oneOf",
    "properties",
    "required",
    "type",
];

/// Keywords that tell a reader something, or what any JSON has.
const TOLD: [&str; 9] = [
    "contentMediaType",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "format",
    "propertyNames",
    "title",
];

/// Faults that are told of one value.
const MOST: usize = 5;

/// What a part of the document refers to, or the part itself.
pub(super) fn resolved<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    let name = part["$ref"].as_str();
    let pointer = name.and_then(|name| name.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(part)
}

/// What of a value its schema does not allow.
pub(super) fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    read(document, schema, value, "", &mut found);
    found
}

fn read(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolved(document, schema);
    let Some(said) = schema.as_object() else {
        return;
    };
    if found.len() >= MOST {
        return;
    }
    for keyword in said.keys() {
        if !CHECKED.contains(&keyword.as_str()) && !TOLD.contains(&keyword.as_str()) {
            found.push(format!("{at}: the keyword {keyword} is not checked"));
        }
    }
    if let Some(alternatives) = said.get("oneOf").and_then(Value::as_array) {
        one_of(document, alternatives, value, at, found);
    }
    if said.get("type").is_some_and(|kinds| !is_of(kinds, value)) {
        found.push(format!("{at}: {value} is not {}", said["type"]));
    }
    let allowed = said.get("enum").and_then(Value::as_array);
    if allowed.is_some_and(|allowed| !allowed.contains(value)) {
        found.push(format!("{at}: {value} is none of the values"));
    }
    let least = said.get("minimum").and_then(Value::as_f64);
    if let (Some(least), Some(number)) = (least, value.as_f64())
        && number < least
    {
        found.push(format!("{at}: {number} is below {least}"));
    }
    if let Some(members) = value.as_object() {
        object(document, said, members, at, found);
    }
    if let (Some(of), Some(elements)) = (said.get("items"), value.as_array()) {
        for (index, element) in elements.iter().enumerate() {
            read(document, of, element, &format!("{at}/{index}"), found);
        }
    }
}

fn one_of(
    document: &Value,
    alternatives: &[Value],
    value: &Value,
    at: &str,
    found: &mut Vec<String>,
) {
    let tried: Vec<Vec<String>> = alternatives
        .iter()
        .map(|alternative| faults(document, alternative, value))
        .collect();
    let fitting = tried.iter().filter(|faults| faults.is_empty()).count();
    if fitting != 1 {
        found.push(format!("{at}: fits {fitting} alternatives: {tried:?}"));
    }
}

fn object(
    document: &Value,
    said: &Map<String, Value>,
    members: &Map<String, Value>,
    at: &str,
    found: &mut Vec<String>,
) {
    let required = said.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(name) {
            found.push(format!("{at}: without {name}"));
        }
    }
    let properties = said.get("properties").and_then(Value::as_object);
    let others = said.get("additionalProperties");
    for (name, member) in members {
        let known = properties.and_then(|properties| properties.get(name));
        let at = format!("{at}/{name}");
        match (known, others) {
            (Some(schema), _) => read(document, schema, member, &at, found),
            (None, Some(schema)) if schema.is_object() => {
                read(document, schema, member, &at, found);
            }
            // What the document does not name, nobody can build on.
            (None, Some(Value::Bool(false))) => found.push(format!("{at} is not allowed")),
            (None, None) if properties.is_some() => found.push(format!("{at} is not named")),
            _ => {}
        }
    }
}

fn is_of(kinds: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => false,
    };
    match kinds.as_array() {
        Some(kinds) => kinds.iter().any(is),
        None => is(kinds),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: &Value, expected: usize) {
        let document = json!({ "components": { "schemas": { "Row": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": { "type": "string" },
                "count": { "type": ["integer", "null"], "minimum": 0 },
                "kind": { "enum": ["a", "b"] },
                "rows": { "type": "array", "items": { "$ref": "#/components/schemas/Row" } },
                "first": { "oneOf": [{ "$ref": "#/components/schemas/Row" }, { "type": "null" }] },
            },
        } } } });
        let schema = json!({ "$ref": "#/components/schemas/Row" });
        let found = faults(&document, &schema, value);
        assert_eq!(found.len(), expected, "{value}: {found:?}");
    }

    #[test]
    fn faults_are_found_wherever_they_stand() {
        check(
            &json!({ "id": "x", "count": null, "rows": [{ "id": "y" }], "first": null }),
            0,
        );
        check(&json!({}), 1);
        check(&json!({ "id": 1 }), 1);
        check(&json!({ "id": "x", "count": -1 }), 1);
        check(&json!({ "id": "x", "count": 1.5 }), 1);
        check(&json!({ "id": "x", "kind": "c" }), 1);
        check(&json!({ "id": "x", "more": 1 }), 1);
        check(&json!({ "id": "x", "rows": [{}] }), 1);
        check(&json!({ "id": "x", "first": {} }), 1);
        let found = faults(&Value::Null, &json!({ "pattern": "a" }), &json!("b"));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

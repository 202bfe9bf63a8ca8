//! The OpenAPI document of the routes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{answers, routes};

/// Where schemas stand in the document.
const SCHEMAS: &str = "#/components/schemas/";

/// The OpenAPI document of the routes.
///
/// What is answered has all its fields always, with `null` where there is no value; the derived schemas call such fields
/// optional, as they are in what is sent. What holds for all operations is added to what each says of itself.
pub fn document() -> Value {
    let mut document = serde_json::to_value(routes().into_openapi()).unwrap_or_default();
    let sent = sent(&document);
    let schemas = document.pointer_mut("/components/schemas");
    for (name, schema) in schemas.and_then(Value::as_object_mut).into_iter().flatten() {
        if !sent.contains(name.as_str()) {
            require_all(schema);
        }
    }
    answers::complete(&mut document);
    document
}

/// The schemas of what is sent, and those that these name in turn.
fn sent(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    for (_, operation) in operations {
        follow(document, &operation["requestBody"], &mut found);
    }
    found
}

fn follow(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.strip_prefix(SCHEMAS));
            if let Some(name) = name
                && found.insert(name.to_owned())
            {
                follow(document, &document["components"]["schemas"][name], found);
            }
            for member in members.values() {
                follow(document, member, found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                follow(document, element, found);
            }
        }
        _ => {}
    }
}

/// Requires all fields of an object, also where it stands within a schema.
fn require_all(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else {
        if let Some(elements) = schema.as_array_mut() {
            elements.iter_mut().for_each(require_all);
        }
        return;
    };
    let fields = members.get("properties").and_then(Value::as_object);
    let names = fields.map(|fields| fields.keys().cloned().map(Value::String).collect());
    if let Some(names) = names {
        members.insert("required".to_owned(), Value::Array(names));
    }
    members.values_mut().for_each(require_all);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_has_all_fields_and_what_is_sent_need_not() {
        let document = document();
        let required = |schema: &str, field: &str| {
            let required = document["components"]["schemas"][schema]["required"].as_array();
            required.is_some_and(|names| names.iter().any(|name| name == field))
        };
        assert!(required("Job", "total") && required("ProblemBody", "field"));
        assert!(required("SignInBody", "name") && !required("SignInBody", "code"));
    }
}

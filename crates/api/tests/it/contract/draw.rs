//! Requests made up from the document: such as somebody might mean, and such as nobody should send.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::judge::resolved;

/// Texts that have broken programs.
const HOSTILE: [&str; 20] = [
    " ",
    "\0",
    "'; DROP TABLE account; --",
    "\" OR 1=1",
    "../../etc/passwd",
    "..",
    "%",
    "%25%00",
    "<script>alert(1)</script>",
    "\u{202e}𠮷\u{0301}\r\nx",
    "-1",
    "0",
    "18446744073709551615",
    "9223372036854775808",
    "1e400",
    "9999-12",
    "0001-01",
    "2025-13",
    "division:",
    "~~~",
];

/// Numbers at the edges of their types.
const EDGES: [i64; 6] = [0, -1, i64::MAX, i64::MIN, 4_294_967_296, 2_147_483_648];

/// Chance, the same in each run.
#[derive(Debug)]
pub(super) struct Draw(u64);

impl Draw {
    /// That of an operation.
    pub(super) fn of(name: &str) -> Self {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let count = u64::try_from(of.len()).unwrap_or(1);
        let place = usize::try_from(self.next() % count.max(1)).unwrap_or(0);
        &of[place]
    }

    fn is_so(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }

    /// A text that nobody should send.
    pub(super) fn hostile(&mut self) -> String {
        match self.next() % 8 {
            0 => "长".repeat(3000),
            _ => (*self.one(&HOSTILE)).to_owned(),
        }
    }
}

/// Values that mean something in the county, by the name of a field, or by `segment/name` for a parameter of a path.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<String, Vec<String>>);

impl Known {
    pub(super) fn add(&mut self, name: &str, value: impl Into<String>) {
        let values = self.0.entry(name.to_owned()).or_default();
        values.push(value.into());
    }

    fn of(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

/// What requests are drawn from.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) document: &'a Value,
    pub(super) known: &'a Known,
    pub(super) draw: Draw,
}

impl Source<'_> {
    /// The path of an operation with its query; one of the parameters may be hostile.
    pub(super) fn path(
        &mut self,
        path: &str,
        parameters: &[Value],
        hostile: Option<&str>,
    ) -> String {
        let mut made = String::new();
        let mut segment = "";
        for part in path.split('/').skip(1) {
            made.push('/');
            let name = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'));
            let Some(name) = name else {
                made.push_str(part);
                segment = part;
                continue;
            };
            let schema = of_name(parameters, name).map_or(&Value::Null, |one| &one["schema"]);
            let text = match hostile == Some(name) {
                true => self.draw.hostile(),
                false => self.text(&format!("{segment}/{name}"), name, schema),
            };
            made.push_str(&encoded(&text));
        }
        let mut sign = '?';
        for parameter in parameters.iter().filter(|one| one["in"] == "query") {
            let name = parameter["name"].as_str().unwrap_or_default();
            let is_hostile = hostile == Some(name);
            let is_wanted = parameter["required"] == true || self.draw.is_so();
            if name == "fields" || !(is_hostile || is_wanted) {
                continue;
            }
            let text = match is_hostile {
                true => self.draw.hostile(),
                false => self.text(name, name, &parameter["schema"]),
            };
            made.push(sign);
            made.push_str(&format!("{name}={}", encoded(&text)));
            sign = '&';
        }
        made
    }

    fn text(&mut self, place: &str, name: &str, schema: &Value) -> String {
        if let Some(values) = self.known.of(place) {
            return self.draw.one(values).clone();
        }
        match self.value(name, schema, 0) {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }

    /// A value as its schema asks for it, one that means something where the name is known.
    pub(super) fn value(&mut self, name: &str, schema: &Value, depth: usize) -> Value {
        let document = self.document;
        let schema = resolved(document, schema);
        if let Some(alternatives) = schema["oneOf"].as_array() {
            let is_null = depth > 2 || self.draw.is_so();
            let other = alternatives.iter().find(|one| one["type"] != "null");
            return match other {
                Some(other) if !is_null => self.value(name, other, depth + 1),
                _ => Value::Null,
            };
        }
        if let Some(values) = schema["enum"].as_array() {
            return self.draw.one(values).clone();
        }
        let kinds = &schema["type"];
        let kind = kinds.as_str().or_else(|| kinds[0].as_str());
        if kinds.is_array() && self.draw.is_so() {
            return Value::Null;
        }
        match kind {
            Some("integer" | "number") => json!(self.draw.next() % 4),
            Some("boolean") => json!(self.draw.is_so()),
            Some("array") if depth > 3 => json!([]),
            Some("array") => {
                let count = self.draw.next() % 3;
                let elements = (0..count).map(|_| self.value(name, &schema["items"], depth + 1));
                Value::Array(elements.collect())
            }
            Some("object") => self.object(schema, depth),
            _ => match self.known.of(name) {
                Some(values) => json!(self.draw.one(values)),
                None => json!("x"),
            },
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required = schema["required"].as_array();
        let is_required =
            |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
        let mut made = Map::new();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            if is_required(name) || (depth < 3 && self.draw.is_so()) {
                let value = self.value(name, schema, depth + 1);
                made.insert(name.clone(), value);
            }
        }
        Value::Object(made)
    }

    /// A body with mistakes, each with what it is.
    pub(super) fn mistaken(&mut self, body: &Value) -> Vec<(&'static str, Value)> {
        let mut made = vec![
            ("nothing", Value::Null),
            ("a list", json!([])),
            ("a text", json!("x")),
            ("an empty object", json!({})),
        ];
        let Some(members) = body.as_object() else {
            return made;
        };
        let mut with = |what: &'static str, name: &str, value: Value| {
            let mut members = members.clone();
            members.insert(name.to_owned(), value);
            made.push((what, Value::Object(members)));
        };
        with("an unknown field", "unbekannt", json!(1));
        let names: Vec<&String> = members.keys().collect();
        if names.is_empty() {
            return made;
        }
        for _ in 0..2 {
            let name = *self.draw.one(&names);
            let wrong = match &members[name] {
                Value::String(_) => json!(7),
                Value::Array(_) => json!({ "a": [] }),
                Value::Object(_) => json!("x"),
                _ => json!([["x"]]),
            };
            with("another type", name, wrong);
            let name = *self.draw.one(&names);
            with("a hostile text", name, json!(self.draw.hostile()));
            let name = *self.draw.one(&names);
            with("a number at an edge", name, json!(self.draw.one(&EDGES)));
        }
        let name = *self.draw.one(&names);
        with("a long text", name, json!("长".repeat(20_000)));
        let mut members = members.clone();
        members.remove(*self.draw.one(&names));
        made.push(("a field missing", Value::Object(members)));
        made
    }
}

/// A parameter by its name.
fn of_name<'a>(parameters: &'a [Value], name: &str) -> Option<&'a Value> {
    parameters.iter().find(|one| one["name"] == name)
}

/// A text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte);
    let mut made = String::new();
    for byte in text.bytes() {
        match plain(byte) {
            true => made.push(char::from(byte)),
            false => made.push_str(&format!("%{byte:02X}")),
        }
    }
    // A path without the part would be another one.
    match made.is_empty() {
        true => "%20".to_owned(),
        false => made,
    }
}

//! The API keeps to its document: whatever is sent by whomever, an operation answers what the document says of it.
//!
//! Requests are made up from the document, seeded by the operation: those that mean something, and those with a mistake.
//! No operation is left out. Streams of jobs are asked for where no job is, since a stream of a waiting job has no end.

mod draw;
mod judge;

use std::collections::BTreeSet;

use axum::http::{Method, header};
use biaochi_api::PREFIX;
use biaochi_app::demo;
use serde_json::{Value, json};

use self::draw::{Draw, Known, Source};
use self::judge::{faults, resolved};
use crate::authorisation::{Example, example};
use crate::support::{Answer, OTHER_HOSPITAL, Place, Session, scratch, sign_in};

/// More than a body may have.
const TOO_LARGE: usize = (1 << 20) + 1;

/// The boundary of a form's parts.
const BOUNDARY: &str = "biaochi-contract-boundary";

/// What begins the paths of accounts: trying them out ends sessions and changes persons.
const ACCOUNTS: [&str; 6] = [
    "/me",
    "/session",
    "/sessions",
    "/setup",
    "/tokens",
    "/users",
];

/// An operation as the document has it.
#[derive(Debug)]
struct Operation<'a> {
    method: String,
    path: &'a str,
    said: &'a Value,
    parameters: Vec<Value>,
}

/// A request.
#[derive(Debug)]
struct Case {
    what: String,
    path: String,
    kind: Option<String>,
    body: Vec<u8>,
}

impl Operation<'_> {
    fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn is_read(&self) -> bool {
        self.method == "GET"
    }

    fn is_of_accounts(&self) -> bool {
        let first = self.path.split('/').nth(1).unwrap_or_default();
        ACCOUNTS.contains(&format!("/{first}").as_str())
    }

    /// Whether trying it out ends the session that tries.
    fn ends_sessions(&self) -> bool {
        self.method == "DELETE" && self.path.starts_with("/session")
    }

    fn answers_json(&self) -> bool {
        self.said["responses"]["200"]["content"]["application/json"].is_object()
    }

    fn is_list(&self) -> bool {
        self.parameters.iter().any(|one| one["name"] == "fields")
    }

    /// Media type and schema of what is sent.
    fn sent(&self) -> Option<(&str, &Value)> {
        let content = self.said["requestBody"]["content"].as_object()?;
        let (kind, media) = content.iter().next()?;
        Some((kind.as_str(), &media["schema"]))
    }
}

/// The operations of the document, those that end sessions last.
fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, said) in item.as_object().expect("operations") {
            let parameters = said["parameters"].as_array().into_iter().flatten();
            found.push(Operation {
                method: method.to_uppercase(),
                path: path.strip_prefix(PREFIX).expect("a path of the API"),
                said,
                parameters: parameters
                    .map(|one| resolved(document, one).clone())
                    .collect(),
            });
        }
    }
    found.sort_by_key(Operation::ends_sessions);
    found
}

/// What names something in the county.
fn known(place: &Place) -> Known {
    let mut known = Known::default();
    let fixed = [
        ("organisation", demo::HOSPITAL),
        ("organisation", "division:990121"),
        ("organisation", OTHER_HOSPITAL),
        ("forms/organisation", demo::HOSPITAL),
        ("organisation_code", demo::HOSPITAL),
        ("organisations/code", demo::HOSPITAL),
        ("institutions/code", demo::HOSPITAL),
        ("period", "2025"),
        ("period", "2025-06"),
        ("month", "2025-06"),
        ("day", "2025-06-30"),
        ("due", "2026-12-31"),
        ("due_until", "2026-12-31"),
        ("from", "2025-06"),
        ("until", "2025-06-30"),
        ("datasets/id", "finance"),
        ("dataset", "finance"),
        ("plans/id", demo::PLAN),
        ("plan", demo::PLAN),
        ("cursor", "10"),
        ("limit", "20"),
        ("limit", "0"),
        ("reason", "核对"),
        ("text", "核对"),
        ("comment", "核对"),
        ("files/file", "pack.toml"),
        // Somebody who tries nothing here.
        ("users/name", "viewer"),
        ("name", "viewer"),
        ("role", "coder"),
        ("unit", "division:990121"),
        ("format", "xlsx"),
        ("format", "csv"),
        ("encoding", "gb18030"),
        ("by", "month"),
        ("set", "RC001"),
        ("system", "icd10-clinical"),
        ("step", "note"),
        ("sex", "1"),
        ("number", "1"),
    ];
    for (name, value) in fixed {
        known.add(name, value);
    }
    let coder = sign_in(place, "coder").because("契约测试");
    let county = sign_in(place, "county");
    let admin = sign_in(place, "it");
    let hospital = demo::HOSPITAL;
    let run = first(&county, "/assessments", "/0/run");
    let of_run = format!(
        "/assessments/{}/institutions/{hospital}",
        run.as_deref().unwrap_or("x")
    );
    let listed = [
        (
            "records/key",
            first(&coder, "/records", "/items/0/record_key"),
        ),
        ("worklist/id", first(&coder, "/worklist", "/items/0/id")),
        (
            "submissions/id",
            first(&county, "/submissions", "/items/0/id"),
        ),
        ("tasks/id", first(&county, "/tasks", "/items/0/id")),
        ("assessments/run", run.clone()),
        ("items/item", first(&county, &of_run, "/items/0/item")),
        (
            "indicators/id",
            first(&county, "/indicators", "/items/0/id"),
        ),
        ("ids", first(&county, "/indicators", "/items/1/id")),
        ("chapter", first(&county, "/indicators", "/items/0/chapter")),
        ("packs/id", first(&admin, "/packs", "/0/id")),
        (
            "groups/drg",
            first(
                &coder,
                &format!("/groups?organisation={hospital}&period=2025&by=drg"),
                "/rows/0/key",
            ),
        ),
        (
            "targets/target",
            first(&county, &format!("/plans/{}", demo::PLAN), "/targets/0/id"),
        ),
        ("scheme", first(&coder, "/schemes", "/0/id")),
        ("a", first(&coder, "/schemes", "/0/id")),
        ("b", first(&coder, "/schemes", "/1/id")),
        (
            "import-history/version",
            first(&coder, "/import-history", "/items/0/version"),
        ),
    ];
    for (name, value) in listed {
        if let Some(value) = value {
            known.add(name, value);
        }
    }
    known
}

/// What an answer has in a place, as text.
fn first(session: &Session, path: &str, pointer: &str) -> Option<String> {
    let (_, body) = session.get(path);
    match body.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A body as it is sent.
fn written(kind: &str, body: &Value) -> (Option<String>, Vec<u8>) {
    if kind != "multipart/form-data" {
        return (Some(kind.to_owned()), body.to_string().into_bytes());
    }
    let mut made = String::new();
    let fields = body.as_object().cloned().unwrap_or_default();
    for (name, value) in fields.iter().filter(|(name, _)| *name != "file") {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        made.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
        ));
    }
    made.push_str(&format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b\n1,2\n\r\n\
         --{BOUNDARY}--\r\n"
    ));
    let kind = format!("{kind}; boundary={BOUNDARY}");
    (Some(kind), made.into_bytes())
}

/// A request that the table of permissions knows to mean something.
fn meant(operation: &Operation<'_>, example: Option<&Example>) -> Case {
    let body = example.and_then(|example| example.body);
    Case {
        what: "what is meant".to_owned(),
        path: example
            .map_or(operation.path, |example| example.path)
            .to_owned(),
        kind: body.map(|_| "application/json".to_owned()),
        body: body
            .map(|body| body.as_bytes().to_vec())
            .unwrap_or_default(),
    }
}

/// A request that may mean something, made up from the document.
fn plain(operation: &Operation<'_>, source: &mut Source<'_>) -> Case {
    let path = source.path(operation.path, &operation.parameters, None);
    let (kind, body) = match operation.sent() {
        Some((kind, schema)) => {
            let body = source.value("", schema, 0);
            written(kind, &body)
        }
        None => (None, Vec::new()),
    };
    Case {
        what: "made up".to_owned(),
        path,
        kind,
        body,
    }
}

/// Requests with a mistake in the address.
fn astray(operation: &Operation<'_>, source: &mut Source<'_>) -> Vec<Case> {
    let named = operation.parameters.iter().filter_map(|one| {
        let is_in = one["in"] == "path" || one["in"] == "query";
        one["name"].as_str().filter(|_| is_in)
    });
    let names: Vec<&str> = named.take(10).collect();
    let made = names.into_iter().map(|name| {
        let meant = plain(operation, source);
        Case {
            what: format!("{name} astray"),
            path: source.path(operation.path, &operation.parameters, Some(name)),
            ..meant
        }
    });
    made.collect()
}

/// Requests with a mistake in the body.
fn mistaken(
    operation: &Operation<'_>,
    example: Option<&Example>,
    source: &mut Source<'_>,
) -> Vec<Case> {
    let Some((kind, schema)) = operation.sent() else {
        return Vec::new();
    };
    let path = meant(operation, example).path;
    let case = |what: &str, kind: Option<&str>, body: Vec<u8>| Case {
        what: what.to_owned(),
        path: path.clone(),
        kind: kind.map(str::to_owned),
        body,
    };
    let body = source.value("", schema, 0);
    let (whole, bytes) = written(kind, &body);
    let mut made = vec![
        case("no body", None, Vec::new()),
        case("no media type", None, bytes.clone()),
        case("another media type", Some("text/plain"), bytes.clone()),
        case(
            "half a body",
            whole.as_deref(),
            bytes[..bytes.len() / 2].to_vec(),
        ),
        case("bytes", whole.as_deref(), vec![0xff, 0xfe, 0, b'{']),
    ];
    if kind == "application/json" {
        let large = json!({ "x": "a".repeat(TOO_LARGE) });
        made.push(case(
            "too large",
            Some(kind),
            large.to_string().into_bytes(),
        ));
        for (what, body) in source.mistaken(&body) {
            made.push(case(what, Some(kind), body.to_string().into_bytes()));
        }
    } else {
        made.push(case("JSON", Some("application/json"), b"{}".to_vec()));
        made.push(case("no boundary", Some("multipart/form-data"), bytes));
    }
    made
}

/// What is not as the document says, operation by operation.
struct Trial<'a> {
    place: &'a Place,
    document: &'a Value,
    known: Known,
    sessions: Vec<(String, Session)>,
    answered: BTreeSet<String>,
    faults: Vec<String>,
}

impl<'a> Trial<'a> {
    fn new(place: &'a Place, document: &'a Value) -> Self {
        Self {
            place,
            document,
            known: known(place),
            sessions: Vec::new(),
            answered: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    fn session(&mut self, name: &str) -> Session {
        let found = self.sessions.iter().find(|(own, _)| own == name);
        if let Some((_, session)) = found {
            return session.clone();
        }
        let session = sign_in(self.place, name).because("契约测试");
        self.sessions.push((name.to_owned(), session.clone()));
        session
    }

    fn ask(&mut self, session: &Session, operation: &Operation<'_>, case: &Case) {
        let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
        let answer =
            session.send_bytes(method, &case.path, case.kind.as_deref(), case.body.clone());
        if answer.status.is_success() {
            self.answered.insert(operation.key());
        }
        for fault in self.judged(operation, &answer) {
            let sent: String = String::from_utf8_lossy(&case.body)
                .chars()
                .take(200)
                .collect();
            let path: String = case.path.chars().take(200).collect();
            let key = operation.key();
            let told = format!("{key} ({}): {fault}\n    {path} {sent}", case.what);
            self.faults.push(told);
        }
    }

    /// What is wrong with an answer.
    fn judged(&self, operation: &Operation<'_>, answer: &Answer) -> Vec<String> {
        let status = answer.status;
        let text = || -> String { answer.text().chars().take(300).collect() };
        if status.is_server_error() {
            return vec![format!("{status} {}", text())];
        }
        let response = &operation.said["responses"][status.as_str()];
        if response.is_null() {
            return vec![format!("{status} is not in the document: {}", text())];
        }
        let response = resolved(self.document, response);
        let kind = answer.headers.get(header::CONTENT_TYPE);
        let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let mut found = Vec::new();
        match response["content"]["application/json"].get("schema") {
            Some(schema) if is_json => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                let faults = faults(self.document, schema, &body);
                found.extend(faults.into_iter().map(|fault| format!("{status} {fault}")));
            }
            Some(_) => found.push(format!("{status} is no JSON: {}", text())),
            None if is_json => found.push(format!("{status} is JSON: {}", text())),
            None if response["content"].is_null() && !answer.body.is_empty() => {
                found.push(format!("{status} has a body: {}", text()));
            }
            None => {}
        }
        if status.is_client_error() {
            found.extend(self.told_inside(answer));
        }
        found
    }

    /// What a refusal tells that is nobody's business: where the service lives, and where its source does.
    fn told_inside(&self, answer: &Answer) -> Option<String> {
        let root = self.place.service.workspace().root().display().to_string();
        let text = answer.text();
        let inside = [root.as_str(), env!("CARGO_MANIFEST_DIR"), "/tmp/", ".rs:"];
        let told = inside.into_iter().find(|one| text.contains(one))?;
        Some(format!("tells {told}: {text}"))
    }

    /// Tries an operation out as everybody, and in all ways.
    fn try_out(&mut self, operation: &Operation<'_>) {
        let example = example(&operation.method, operation.path);
        let example = example.as_ref();
        let person = example
            .and_then(|example| example.permitted)
            .unwrap_or("admin");
        let permitted = self.session(person);
        let (admin, coder) = (self.session("admin"), self.session("coder"));
        let nobody = Session::anonymous(self.place);
        let strangers = [
            nobody.clone(),
            nobody.with("cookie", "biaochi_session=deadbeef"),
            nobody.with("cookie", "a=b; biaochi_session=%00; biaochi_session="),
            Session::bearer(self.place, "bct_0000"),
            permitted.without("x-biaochi"),
            permitted.with("x-biaochi-reason", "%zz"),
            permitted.with("sec-fetch-site", "cross-site"),
        ];
        let known = std::mem::take(&mut self.known);
        let mut source = Source {
            document: self.document,
            known: &known,
            draw: Draw::of(&operation.key()),
        };
        let meant = meant(operation, example);
        // Files are written anew for each request, and there is no schema to compare them with.
        let times = if operation.answers_json() || !operation.is_read() {
            2
        } else {
            1
        };
        for session in [&permitted, &admin, &coder] {
            self.ask(session, operation, &meant);
        }
        for session in &strangers {
            self.ask(session, operation, &meant);
        }
        for _ in 0..times {
            let case = plain(operation, &mut source);
            self.ask(&permitted, operation, &case);
        }
        let case = plain(operation, &mut source);
        self.ask(&coder, operation, &case);
        for case in astray(operation, &mut source) {
            self.ask(&permitted, operation, &case);
        }
        for case in mistaken(operation, example, &mut source) {
            self.ask(&permitted, operation, &case);
        }
        self.known = known;
        if operation.is_read() {
            let again = permitted.with("if-none-match", "W/\"x\", *");
            self.ask(&again, operation, &meant);
        }
        if operation.is_list() {
            self.choose_fields(&permitted, operation, &meant);
        }
    }

    /// Asks for fields that there are not; what is asked for some that there are has a test of its own.
    fn choose_fields(&mut self, session: &Session, operation: &Operation<'_>, meant: &Case) {
        let sign = if meant.path.contains('?') { '&' } else { '?' };
        for fields in ["fields=unbekannt", "fields=id&fields=id", "fields=%00,%FF"] {
            let case = Case {
                what: fields.to_owned(),
                path: format!("{}{sign}{fields}", meant.path),
                kind: None,
                body: Vec::new(),
            };
            self.ask(session, operation, &case);
        }
    }
}

/// Tries out those operations that are wanted, and says how many were ever answered.
#[track_caller]
fn check(wanted: impl Fn(&Operation<'_>) -> bool) -> (usize, usize) {
    let place = scratch();
    let document = biaochi_api::document();
    let operations = operations(&document);
    let wanted: Vec<&Operation<'_>> = operations.iter().filter(|one| wanted(one)).collect();
    let mut trial = Trial::new(&place, &document);
    for operation in &wanted {
        trial.try_out(operation);
    }
    let faults = &trial.faults;
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    (trial.answered.len(), wanted.len())
}

#[test]
fn reads_keep_to_the_document() {
    let is_early = |one: &Operation<'_>| one.is_read() && one.path < "/h";
    let (answered, of) = check(is_early);
    // Otherwise refusals would be all that was looked at.
    assert!(answered * 2 > of, "{answered} of {of}");
}

#[test]
fn more_reads_keep_to_the_document() {
    let is_late = |one: &Operation<'_>| one.is_read() && one.path >= "/h";
    let (answered, of) = check(is_late);
    assert!(answered * 2 > of, "{answered} of {of}");
}

#[test]
fn changes_keep_to_the_document() {
    let (answered, of) = check(|one| !one.is_read() && !one.is_of_accounts());
    assert!(answered * 6 > of, "{answered} of {of}");
}

#[test]
fn changes_of_accounts_keep_to_the_document() {
    check(|one| !one.is_read() && one.is_of_accounts());
}

//! A small county behind the API, and persons who use it.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use biaochi_api::{PREFIX, Service, Settings, router};
use biaochi_app::accounts::SingleSignOn;
use biaochi_app::datasets::{
    self, ImportRequest, ImportedFile, SyntheticRequest, compile, import_approved,
};
use biaochi_app::import::{DeliverRequest, deliver};
use biaochi_app::organisations::{ImportRequest as OrganisationImport, import as organisations};
use biaochi_app::runtime::block_on;
use biaochi_app::synthesise::{Files, ORGANISATIONS_FOLDER, SINGLE_FILE, synthesise};
use biaochi_app::worklist::SYSTEM_ACTOR;
use biaochi_app::{
    Compiled, Content, ImportMode, OutputEncoding, SynthOptions, WhenLocked, Workspace, demo, plans,
};
use biaochi_domain::{Month, Period};
use biaochi_organisations::{Mode, Unit};
use biaochi_store::Scope;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Another hospital of the synthetic county: those of [`demo::HOSPITAL`] must not see it.
pub(crate) const OTHER_HOSPITAL: &str = "12990121SYN0010200";

/// Whose records there are: one of each kind. A question to the whole county opens each month of each of them, and fifteen
/// townships more would teach nothing.
const INSTITUTIONS: [&str; 4] = [
    demo::HOSPITAL,
    OTHER_HOSPITAL,
    "12990121SYN0010400",
    "12990121SYN0020100",
];

/// First and last month of the county's records.
pub(crate) const MONTHS: (&str, &str) = ("2024-01", "2025-12");

const DISCHARGES: u64 = 1500;
const SEED: u64 = 7;

/// The shared county. Tests that change things take [`scratch`]. The runner gives each test a process of its own, so it
/// is a copy like those.
pub(crate) fn demo() -> Router {
    static DEMO: OnceLock<Place> = OnceLock::new();
    DEMO.get_or_init(scratch).router.clone()
}

/// A county of a test's own, with the same records and persons.
pub(crate) fn scratch() -> Place {
    scratch_asking(&[], None)
}

/// The same where these roles ask for a second factor, with an identity provider if there is to be one.
pub(crate) fn scratch_asking(roles: &[&str], single_sign_on: Option<SingleSignOn>) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    copy(template(), folder.path());
    let file = folder.path().join("biaochi.toml");
    let text = fs::read_to_string(&file).expect("own folder");
    // Before the first table, to which it would belong otherwise.
    let text = format!("second_factor_roles = {roles:?}\n{text}");
    fs::write(&file, text).expect("own folder");
    let path = folder.path().to_owned();
    Place::over(&path, Some(folder), single_sign_on)
}

/// A service over a workspace of its own; it can be used as its [`Router`].
pub(crate) struct Place {
    pub(crate) router: Router,
    pub(crate) service: Service,
    _folder: Option<TempDir>,
}

impl Place {
    fn over(folder: &Path, held: Option<TempDir>, single_sign_on: Option<SingleSignOn>) -> Self {
        let workspace = Workspace::open(folder).expect("a workspace");
        let settings = Settings {
            demo: true,
            workers: 4,
            single_sign_on,
            ..Settings::default()
        };
        let opened = Service::open(&workspace, content(), settings);
        let service = block_on(opened).expect("a service");
        Self {
            router: router(service.clone()),
            service,
            _folder: held,
        }
    }
}

impl Deref for Place {
    type Target = Router;

    fn deref(&self) -> &Router {
        &self.router
    }
}

pub(crate) fn content() -> Content {
    Content::load(&[]).expect("the built-in packs")
}

/// The workspace that all others are copies of: made once for a build of the tests, whichever process comes first, and
/// nothing has its store open any more.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api");
        fs::create_dir_all(&base).expect("own folder");
        let (folder, made) = (base.join("county"), base.join("county.made"));
        let lock = fs::File::create(base.join("county.lock")).expect("own file");
        lock.lock().expect("a lock");
        let build = build();
        if fs::read_to_string(&made).is_ok_and(|of| of == build) {
            return folder;
        }
        // They are not there in a first run.
        let _ = fs::remove_file(&made);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("own folder");
        county(&folder);
        fs::write(&made, build).expect("own file");
        folder
    })
}

/// What differs from build to build of the tests.
fn build() -> String {
    let program = std::env::current_exe().expect("the test program");
    let about = fs::metadata(&program).expect("the test program");
    let time = about.modified().expect("a time");
    format!("{} {time:?} {}", program.display(), about.len())
}

fn month(text: &str) -> Month {
    text.parse().expect("a month")
}

/// The way of `biaochi demo`, with fewer records.
fn county(folder: &Path) {
    let workspace = demo::workspace(folder).expect("a new workspace");
    let content = content();
    let (first, last) = (month(MONTHS.0), month(MONTHS.1));
    let options = SynthOptions {
        seed: SEED,
        discharges: DISCHARGES,
        from: first,
        to: last,
        institutions: INSTITUTIONS.map(str::to_owned).into(),
        ..SynthOptions::default()
    };
    let files = demo::files(&workspace);
    let written = synthesise(
        options,
        &files,
        Files::Single,
        OutputEncoding::Utf8,
        &|_| {},
    );
    written.expect("a synthetic county");
    let request = OrganisationImport {
        paths: &[files.join(ORGANISATIONS_FOLDER)],
        mode: Mode::Replace,
        dry_run: false,
        actor: SYSTEM_ACTOR,
    };
    organisations(&workspace, &Scope::All, &request).expect("its organisations");
    demo::add_accounts(&workspace, &content).expect("its persons");
    let file = files.join(SINGLE_FILE);
    let request = DeliverRequest {
        scope: &Scope::All,
        bare_names: true,
        paths: &[file],
        organisation: None,
        mode: ImportMode::ReplaceMonth,
        allow_fewer: false,
        when_locked: WhenLocked::Wait,
        actor: SYSTEM_ACTOR,
    };
    let cancel = AtomicBool::new(false);
    let compiled = Compiled::new(self::content());
    deliver(&workspace, &compiled, &request, &|_| {}, &cancel).expect("its records");
    forms(&workspace, &content, first, last);
    let plan = content.plan(demo::PLAN).expect("the plan");
    let county = Unit::Division(demo::COUNTY.to_owned());
    for organisation in [county.to_string(), demo::HOSPITAL.to_owned()] {
        let taken = plans::adopt(
            &workspace,
            &Scope::All,
            SYSTEM_ACTOR,
            &plan,
            &organisation,
            &[],
        );
        taken.expect("tasks");
    }
    let years = [Period::year(last.year()).expect("a year")];
    demo::assess(&workspace, &content, SEED, &county, &years).expect("an assessment");
}

/// Data sets as if they had been filled in and approved in their time.
fn forms(workspace: &Workspace, content: &Content, first: Month, last: Month) {
    let sets = compile(content).expect("data sets");
    let folder = demo::forms(workspace);
    let request = SyntheticRequest {
        seed: SEED,
        first,
        last,
    };
    let written = datasets::synthesise(workspace, content, &sets, &request, &folder);
    let paths = written.expect("forms").files;
    let files: Vec<(String, Vec<u8>)> = paths
        .iter()
        .map(|path| {
            (
                ImportedFile::name_of(path),
                fs::read(path).expect("own file"),
            )
        })
        .collect();
    let files: Vec<ImportedFile<'_>> = files
        .iter()
        .map(|(name, bytes)| ImportedFile { name, bytes })
        .collect();
    let request = ImportRequest::default();
    let persons = ("合成填报", "合成审核");
    import_approved(
        workspace,
        &sets,
        persons,
        &request,
        &files,
        WhenLocked::Wait,
    )
    .expect("submissions");
}

/// Files of tables are never changed once they are written: they need not be written again where a link does.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir_all(&target).expect("own folder");
            copy(&entry.path(), &target);
        } else if entry
            .path()
            .extension()
            .is_none_or(|kind| kind != "parquet")
            || fs::hard_link(entry.path(), &target).is_err()
        {
            fs::copy(entry.path(), &target).expect("own folder");
        }
    }
}

/// Signs a person of the demonstration in.
pub(crate) fn sign_in(router: &Router, name: &str) -> Session {
    sign_in_with(router, name, demo::PASSWORD)
}

/// Signs somebody in.
pub(crate) fn sign_in_with(router: &Router, name: &str, password: &str) -> Session {
    let body = serde_json::json!({ "name": name, "password": password });
    let answer = Session::anonymous(router).send(Method::POST, "/session", Some(&body));
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let cookie = answer.headers.get(header::SET_COOKIE);
    let cookie = cookie.and_then(|cookie| cookie.to_str().ok());
    let pair = cookie.and_then(|cookie| cookie.split(';').next());
    Session {
        router: router.clone(),
        headers: vec![
            ("x-biaochi".to_owned(), "1".to_owned()),
            ("cookie".to_owned(), pair.expect("a cookie").to_owned()),
        ],
    }
}

/// Somebody who asks: headers that go with each request.
#[derive(Clone)]
pub(crate) struct Session {
    router: Router,
    headers: Vec<(String, String)>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Session {
    /// Nobody, from the own page.
    pub(crate) fn anonymous(router: &Router) -> Self {
        Self {
            router: router.clone(),
            headers: vec![("x-biaochi".to_owned(), "1".to_owned())],
        }
    }

    /// A program with a token.
    pub(crate) fn bearer(router: &Router, token: &str) -> Self {
        Self {
            router: router.clone(),
            headers: vec![("authorization".to_owned(), format!("Bearer {token}"))],
        }
    }

    /// The same with another header, or with another value of one.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.without(name);
        with.headers.push((name.to_owned(), value.to_owned()));
        with
    }

    /// The same without a header.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut without = self.clone();
        without.headers.retain(|(own, _)| own != name);
        without
    }

    /// The same, saying why identified records are looked at.
    pub(crate) fn because(&self, reason: &str) -> Self {
        let encoded: String = reason.bytes().map(|byte| format!("%{byte:02X}")).collect();
        self.with("x-biaochi-reason", &encoded)
    }

    pub(crate) fn get(&self, path: &str) -> (StatusCode, Value) {
        self.answer(Method::GET, path, None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.answer(Method::POST, path, Some(body))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.answer(Method::PUT, path, Some(body))
    }

    pub(crate) fn delete(&self, path: &str) -> (StatusCode, Value) {
        self.answer(Method::DELETE, path, None)
    }

    /// Bytes with their headers.
    pub(crate) fn download(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None)
    }

    /// Sends a form with fields and one file.
    pub(crate) fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> (StatusCode, Value) {
        const BOUNDARY: &str = "biaochi-test-boundary";
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self
            .request(Method::POST, path)
            .header("content-type", kind);
        let answer = self.run(request.body(Body::from(body)).expect("a request"));
        (answer.status, answer.json())
    }

    fn answer(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let answer = self.send(method, path, body);
        (answer.status, answer.json())
    }

    /// Any request with its whole answer.
    pub(crate) fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.request(method, path);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.run(request.body(body).expect("a request"))
    }

    /// Any bytes as a body, named as a media type or not at all.
    pub(crate) fn send_bytes(
        &self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        let mut request = self.request(method, path);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        self.run(request.body(Body::from(body)).expect("a request"))
    }

    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let path = match path.starts_with(PREFIX) {
            true => path.to_owned(),
            false => format!("{PREFIX}{path}"),
        };
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    fn run(&self, request: Request<Body>) -> Answer {
        block_on(async {
            let response = self.router.clone().oneshot(request).await;
            let (parts, body) = response.expect("an answer").into_parts();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: to_bytes(body, usize::MAX).await.expect("a whole body"),
            }
        })
    }
}

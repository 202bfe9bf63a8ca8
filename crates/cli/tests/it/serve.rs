//! The service as a service manager runs it: started, asked, ended; and its settings, backup and restoration.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::run::biaochi;

/// A running service.
struct Served {
    child: Child,
    address: String,
    told: Value,
}

impl Served {
    fn start(folder: &Path, more: &[&str]) -> Self {
        Self::start_telling(folder, more, Stdio::null())
    }

    /// The same with a place for its log lines.
    #[expect(
        clippy::zombie_processes,
        reason = "whoever drops it waits for the process; a test that panics ends all"
    )]
    fn start_telling(folder: &Path, more: &[&str], log: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_biaochi"))
            .args(["serve", "-w", "w", "--listen", "127.0.0.1:0", "--json"])
            .args(more)
            .current_dir(folder)
            .env_remove("BIAOCHI_WORKSPACE")
            // A collector on this machine is not asked through a proxy.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            // Traces are sent soon and often.
            .env("OTEL_BSP_SCHEDULE_DELAY", "100")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        let out = child.stdout.take().expect("piped");
        let mut text = String::new();
        for line in BufReader::new(out).lines() {
            text += &line.expect("a line");
            if let Ok(told) = serde_json::from_str::<Value>(&text) {
                let address = told["address"].as_str().expect("an address").to_owned();
                return Self {
                    child,
                    address,
                    told,
                };
            }
        }
        panic!("the service ended: {text}");
    }

    fn get(&self, path: &str) -> String {
        self.get_with(path, "")
    }

    /// The same with further header lines, each with its end.
    fn get_with(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Ends it as a service manager does, and gives its exit code.
    fn end(mut self) -> Option<i32> {
        let process = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &process]).status();
        assert!(asked.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn a_service_makes_its_workspace_answers_and_ends_in_an_orderly_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Served::start(folder.path(), &[]);
    let link = service.told["set_up"]["link"]
        .as_str()
        .expect("a set-up link");
    assert!(link.contains("/setup#"), "{link}");
    assert!(service.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(service.get("/readyz").starts_with("HTTP/1.1 200"));
    let refused = service.get("/api/v1/me");
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    assert!(refused.contains("x-request-id: "), "{refused}");
    let metrics = service.get("/metrics");
    assert!(metrics.contains("biaochi_requests_total{"), "{metrics}");
    assert!(metrics.contains("route=\"/api/v1/me\""), "{metrics}");
    assert_eq!(service.end(), Some(0));
    // It starts again over what is there.
    let again = Served::start(folder.path(), &[]);
    assert!(again.get("/readyz").starts_with("HTTP/1.1 200"));
    assert_eq!(again.end(), Some(0));
}

#[test]
fn settings_are_shown_with_their_origin() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = biaochi(folder.path(), &["init", "w"], "");
    assert_eq!(run.code, 0, "{}", run.err);
    let file = folder.path().join("w").join("biaochi.toml");
    let text = std::fs::read_to_string(&file).expect("own file");
    assert!(text.contains("[server]"), "{text}");
    std::fs::write(&file, text + "runners = 5\n").expect("own file");
    let run = biaochi(
        folder.path(),
        &["config", "-w", "w", "--workers", "9", "--json"],
        "",
    );
    assert_eq!(run.code, 0, "{}", run.err);
    let settings: Value = serde_json::from_str(&run.out).expect("JSON");
    let of = |key: &str| {
        let all = settings.as_array().expect("a list");
        let found = all.iter().find(|one| one["key"] == key);
        let found = found.expect("a setting");
        (found["value"].clone(), found["origin"].clone())
    };
    assert_eq!(of("server.workers"), ("9".into(), "flag".into()));
    assert_eq!(of("server.runners"), ("5".into(), "file".into()));
    assert_eq!(
        of("server.listen"),
        ("127.0.0.1:8080".into(), "default".into())
    );
    let wrong = biaochi(
        folder.path(),
        &["config", "-w", "w", "--tls-key", "k.pem"],
        "",
    );
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("tls_certificate"), "{}", wrong.err);
}

#[test]
fn a_backup_is_restored_by_two_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| biaochi(folder.path(), arguments, "");
    assert_eq!(run(&["init", "w"]).code, 0);
    let done = run(&["backup", "b", "-w", "w"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("已备份到"), "{}", done.out);
    assert_eq!(run(&["backup", "b", "-w", "w"]).code, 1);
    let back = run(&["restore", "b", "again"]);
    assert_eq!(back.code, 0, "{}", back.err);
    assert_eq!(run(&["config", "-w", "again"]).code, 0);
    assert_eq!(run(&["restore", "b", "w"]).code, 1);
}

/// A collector that takes requests and hands on what each brings, headers first.
fn collector() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it listens");
    let (send, receive) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let request = whole_request(&mut stream);
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            // The service may have ended by now, and so may the test.
            let _ = stream.write_all(answer.as_bytes());
            if send.send(request).is_err() {
                return;
            }
        }
    });
    (format!("http://{address}/v1/traces"), receive)
}

fn whole_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut some = [0; 4096];
    loop {
        let read = stream.read(&mut some).expect("it sends");
        request.extend_from_slice(&some[..read]);
        let end = request.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else {
            assert!(read > 0, "no end of headers: {request:?}");
            continue;
        };
        let headers = String::from_utf8_lossy(&request[..end]).to_lowercase();
        let length = headers.lines().find_map(|line| {
            let length = line.strip_prefix("content-length:")?;
            length.trim().parse::<usize>().ok()
        });
        let length = length.expect("a length");
        if read == 0 || request.len() >= end + 4 + length {
            return request;
        }
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_collector_gets_routes_and_no_identifiers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, received) = collector();
    let service = Served::start(folder.path(), &["--traces-to", &url]);
    let parent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
    let answer = service.get_with("/api/v1/jobs/ZY20250131?name=wangfang", parent);
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let id = answer.split("x-request-id: ").nth(1).expect("a number");
    let id = id.lines().next().expect("a line").to_owned();
    assert_eq!(service.end(), Some(0));
    // What was still to be sent was sent before the end; the collector hands it on in its own time.
    let mut all = Vec::new();
    while !holds(&all, b"/api/v1/jobs/{id}") {
        let more = received.recv_timeout(Duration::from_secs(60));
        all.extend(more.expect("the request is told"));
    }
    assert!(
        all.starts_with(b"POST /v1/traces "),
        "the path of the address"
    );
    let name = all.windows(12).position(|part| part == b"service.name");
    let name = name.expect("the resource");
    assert!(holds(&all[name + 12..name + 28], b"biaochi"));
    assert!(holds(&all, b"GET /api/v1/jobs/{id}") && holds(&all, id.as_bytes()));
    let trace = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
    assert!(holds(&all, &trace), "the trace of whoever asked goes on");
    assert!(!holds(&all, b"ZY20250131") && !holds(&all, b"wangfang"));
}

#[test]
fn a_collector_that_is_away_is_told_once_and_holds_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    // Nobody listens on a port that was just given back.
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1/traces", free.local_addr().expect("a port"));
    drop(free);
    let path = folder.path().join("log");
    let log = File::create(&path).expect("a file");
    let service = Served::start_telling(folder.path(), &["--traces-to", &url], log.into());
    for _ in 0..3 {
        assert!(service.get("/readyz").starts_with("HTTP/1.1 200"));
        // Several batches are lost, not one.
        thread::sleep(Duration::from_millis(300));
    }
    assert_eq!(service.end(), Some(0));
    let log = std::fs::read_to_string(&path).expect("own file");
    let told = log.matches("the collector takes no traces").count();
    assert_eq!(told, 1, "{log}");
}

#[test]
fn a_collector_that_never_answers_does_not_keep_the_service_from_ending() {
    let folder = tempfile::tempdir().expect("a folder");
    // Connections wait to be accepted for as long as the test lasts.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1/traces", silent.local_addr().expect("a port"));
    let service = Served::start(folder.path(), &["--traces-to", &url]);
    assert!(service.get("/readyz").starts_with("HTTP/1.1 200"));
    assert_eq!(service.end(), Some(0));
}

#[test]
fn traces_go_by_tls_where_the_address_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!(
        "https://{}/v1/traces",
        listener.local_addr().expect("a port")
    );
    let service = Served::start(folder.path(), &["--traces-to", &url]);
    assert!(service.get("/readyz").starts_with("HTTP/1.1 200"));
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut first = [0];
    stream.read_exact(&mut first).expect("a byte");
    assert_eq!(first, [0x16], "a TLS handshake");
    drop(stream);
    assert_eq!(service.end(), Some(0));
}

#[test]
fn an_address_that_takes_no_traces_is_refused_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| biaochi(folder.path(), arguments, "");
    assert_eq!(run(&["init", "w"]).code, 0);
    for (wrong, zh, en) in [
        (
            "127.0.0.1:4318",
            "应为采集端的网址",
            "must be the address of a collector",
        ),
        (
            "http://me:word@here/",
            "不能有用户名和密码",
            "must hold no user and password",
        ),
    ] {
        for command in ["config", "serve"] {
            let told = run(&[command, "-w", "w", "--traces-to", wrong]);
            assert_eq!(told.code, 1, "{}", told.out);
            assert!(told.err.contains(zh), "{}", told.err);
        }
        let told = run(&["config", "-w", "w", "--traces-to", wrong, "--lang", "en"]);
        assert!(told.code == 1 && told.err.contains(en), "{}", told.err);
    }
    let address = "http://127.0.0.1:4318/v1/traces";
    let sound = run(&[
        "config",
        "-w",
        "w",
        "--json",
        "--traces-to",
        address,
        "--traces-share",
        "0.5",
    ]);
    assert_eq!(sound.code, 0, "{}", sound.err);
    assert!(sound.out.contains(address), "{}", sound.out);
}

#[test]
fn a_wrong_format_of_log_lines_is_told_in_english_where_english_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| biaochi(folder.path(), arguments, "");
    assert_eq!(run(&["init", "w"]).code, 0);
    let told = run(&["config", "-w", "w", "--log-format", "xml", "--lang", "en"]);
    assert!(told.err.contains("text or json, not `xml`"), "{}", told.err);
    let file = folder.path().join("w").join("biaochi.toml");
    let text = std::fs::read_to_string(&file).expect("own file");
    std::fs::write(&file, text + "log_format = \"xml\"\n").expect("own file");
    let (zh, en) = (
        run(&["config", "-w", "w"]),
        run(&["config", "-w", "w", "--lang", "en"]),
    );
    assert!(zh.err.contains("日志格式“xml”应为"), "{}", zh.err);
    assert!(!zh.err.contains("not `xml`"), "{}", zh.err);
    assert!(en.err.contains("not `xml`"), "{}", en.err);
}

//! The service as a service manager runs it: started, asked, ended; and its settings, backup and restoration.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::run::biaochi;

/// A running service.
struct Served {
    child: Child,
    address: String,
    told: Value,
}

impl Served {
    #[expect(
        clippy::zombie_processes,
        reason = "whoever drops it waits for the process; a test that panics ends all"
    )]
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_biaochi"))
            .args(["serve", "-w", "w", "--listen", "127.0.0.1:0", "--json"])
            .args(more)
            .current_dir(folder)
            .env_remove("BIAOCHI_WORKSPACE")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
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
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
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

//! Running the binary in a folder of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `biaochi` in a folder with these arguments and this standard input.
pub(crate) fn biaochi(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_biaochi"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("BIAOCHI_LANG")
        .env_remove("BIAOCHI_WORKSPACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A command that does not read its input may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the binary ends");
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub(crate) const HEADER: &str =
    "id,sex,age,age_days,weight,dept,los,leaving,icu_hours,dx,px,trans\n";

/// A case file with these rows.
pub(crate) fn cases(rows: &[&str]) -> String {
    rows.iter()
        .fold(HEADER.to_owned(), |text, row| text + row + "\n")
}

/// One institution of each kind, as `synth` is told: each has files of its own for every month in a workspace, and fifteen
/// townships more would teach nothing.
pub(crate) const INSTITUTIONS: [&str; 8] = [
    "--institution",
    "12990121SYN0010100",
    "--institution",
    "12990121SYN0010200",
    "--institution",
    "12990121SYN0010400",
    "--institution",
    "12990121SYN0020100",
];

/// Two months of some of a county's institutions in one file, `d/front-pages.csv`, and how many records that are; `more`
/// are further arguments of `synth`.
pub(crate) fn county(folder: &Path, more: &[&str]) -> u64 {
    let fixed = [
        "synth",
        "-n",
        "300",
        "--seed",
        "4",
        "--from",
        "2025-01",
        "--to",
        "2025-02",
        "--single-file",
        "--out",
        "d",
        "--json",
        "-q",
    ];
    let run = biaochi(folder, &[&fixed[..], &INSTITUTIONS, more].concat(), "");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let written: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    written["records"].as_u64().expect("a number")
}

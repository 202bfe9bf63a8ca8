//! Asking for secrets: on a terminal without showing them, or from standard input; never as arguments, which every
//! process of the machine can read.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use biaochi_access::secret::Secret;
use biaochi_domain::{Language, io_reason};

use crate::outcome::{Exit, Failure};
use crate::screen::Screen;

/// A password that exists.
pub(super) fn password(from_stdin: bool, screen: &Screen) -> Result<Secret, Failure> {
    match from_stdin {
        true => one_line(),
        false => hidden(screen.say("密码：", "password: ")),
    }
}

/// A password that somebody chooses; on a terminal twice.
pub(super) fn new_password(from_stdin: bool, screen: &Screen) -> Result<Secret, Failure> {
    if from_stdin {
        return one_line();
    }
    let first = hidden(screen.say("新密码：", "new password: "))?;
    let second = hidden(screen.say("再输一次：", "once more: "))?;
    if first.reveal() == second.reveal() {
        return Ok(first);
    }
    Err(Failure::new(
        Exit::Failed,
        "两次输入的密码不同，没有保存。请重新运行",
        "the two passwords differ; nothing was stored",
    ))
}

fn one_line() -> Result<Secret, Failure> {
    let mut lines = lines(1)?;
    Ok(lines.pop().unwrap_or_else(|| Secret::new("")))
}

/// So many lines of standard input.
pub(super) fn lines(count: usize) -> Result<Vec<Secret>, Failure> {
    let mut found = Vec::with_capacity(count);
    let mut input = io::stdin().lock();
    for _ in 0..count {
        let mut line = String::new();
        let read = input.read_line(&mut line);
        match read {
            Ok(0) => break,
            Ok(_) => found.push(Secret::new(line.trim_end_matches(['\n', '\r']))),
            Err(error) => return Err(unreadable(&error)),
        }
    }
    if found.len() < count {
        return Err(Failure::new(
            Exit::Usage,
            format!("标准输入应有 {count} 行，只有 {} 行", found.len()),
            format!(
                "standard input should have {count} lines, it has {}",
                found.len()
            ),
        ));
    }
    Ok(found)
}

/// A line of the terminal that is not shown while it is typed.
pub(super) fn hidden(prompt: &str) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new(
            Exit::Usage,
            "不在终端中，无法询问密码。请加 --password-stdin，从标准输入给出",
            "this is no terminal; give the password on standard input with --password-stdin",
        ));
    }
    let silence = Silence::begin().map_err(|error| {
        Failure::new(
            Exit::Failed,
            format!("终端不能隐藏输入（{error}）。请加 --password-stdin，从标准输入给出"),
            format!("the terminal cannot hide what is typed ({error}); use --password-stdin"),
        )
    })?;
    let mut stderr = io::stderr();
    // Nothing can be done when standard error is closed.
    let _ = stderr.write_all(prompt.as_bytes());
    let _ = stderr.flush();
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    drop(silence);
    let _ = stderr.write_all(b"\n");
    read.map_err(|error| unreadable(&error))?;
    Ok(Secret::new(line.trim_end_matches(['\n', '\r'])))
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("读不到输入：{}", io_reason(error, Language::Zh)),
        format!("cannot read the input: {error}"),
    )
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Silence;

impl Silence {
    fn begin() -> io::Result<Self> {
        stty("-echo").map(|()| Self)
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // The shell mends it at its next prompt in any case.
        let _ = stty("echo");
    }
}

fn stty(setting: &str) -> io::Result<()> {
    let status = Command::new("stty")
        .arg(setting)
        .stdin(Stdio::inherit())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err(io::Error::other("stty")),
    }
}

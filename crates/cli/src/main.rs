//! The command line of Biaochi.

mod arguments;
mod commands;
mod language;
#[cfg(test)]
mod manual;
mod outcome;
mod screen;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use mimalloc::MiMalloc;

use crate::arguments::Arguments;
use crate::outcome::Exit;
use crate::screen::Screen;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let lang = language::requested(std::env::args());
    let command = language::localize(Arguments::command(), lang);
    let parsed = command
        .try_get_matches()
        .and_then(|mut matches| Arguments::from_arg_matches_mut(&mut matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error, lang),
    };
    let screen = Screen::new(&arguments.global);
    match commands::run(&arguments, &screen) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            screen.fail(&failure);
            failure.exit.into()
        }
    }
}

/// Prints help, the version, or what is wrong with the command line.
fn refuse(error: &clap::Error, lang: arguments::Lang) -> ExitCode {
    let chinese = (lang == arguments::Lang::Zh)
        .then(|| language::usage_error(error))
        .flatten();
    match chinese {
        Some(text) => {
            let mut stderr = std::io::stderr();
            // Nothing can be done when standard error is closed.
            let _ = std::io::Write::write_all(&mut stderr, format!("错误：{text}\n").as_bytes());
        }
        None => {
            let _ = error.print();
        }
    }
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Done.into()
    }
}

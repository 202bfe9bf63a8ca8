//! How a command ends: its exit code, and what is said when it failed.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use biaochi_domain::{Language, Localized, io_reason};

/// Documented exit codes (`biaochi --help`, docs/command-line.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done = 0,
    /// Something failed while running.
    Failed = 1,
    /// The command line itself is wrong.
    Usage = 2,
    /// Done, but with rejected rows or mistakes found.
    Partial = 3,
    /// The named record, scheme or code does not exist.
    NotFound = 4,
    /// Another import holds the workspace.
    Busy = 5,
    /// Nothing was done: what would be lost has to be confirmed.
    Unconfirmed = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A failed command: the code it ends with and the sentence a person reads.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    zh: String,
    en: String,
}

impl Failure {
    /// A failure with its own words.
    pub(crate) fn new(exit: Exit, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            exit,
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// A file or folder that cannot be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        let place = path.display();
        Self::new(
            Exit::Failed,
            format!(
                "无法读写“{place}”：{}。请检查路径、权限和磁盘空间",
                io_reason(error, Language::Zh)
            ),
            format!("cannot use {place}: {}", io_reason(error, Language::En)),
        )
    }

    /// A failure told by an error of a lower layer.
    pub(crate) fn of(exit: Exit, error: &dyn Localized) -> Self {
        Self::new(exit, error.text(Language::Zh), error.text(Language::En))
    }
}

impl Localized for Failure {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh.clone(),
            Language::En => self.en.clone(),
        }
    }
}

impl<E: Localized> From<E> for Failure
where
    E: std::error::Error,
{
    fn from(error: E) -> Self {
        Self::of(Exit::Failed, &error)
    }
}

/// What every command returns.
pub(crate) type Outcome = Result<Exit, Failure>;

use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Result, StoreError};

/// Whatever may have a meaning in the path of an address.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Which database serves the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file, read and written by this process and others on the same machine.
    Sqlite,
    /// A server.
    Postgres,
}

/// Where the database is. Printing it never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file, made when it is missing.
    File(PathBuf),
    /// The address of a PostgreSQL database, `postgres://user:password@host:port/database`. On a
    /// network that others share, `?sslmode=verify-full` (with `&sslrootcert=…` for a certificate
    /// of the hospital's own) makes sure that the server is the right one.
    Server(String),
}

impl Location {
    /// Reads what a person configured: an address of PostgreSQL, or else the path of a file.
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Server(text.to_owned())
        } else {
            Self::File(PathBuf::from(
                text.strip_prefix("sqlite://").unwrap_or(text),
            ))
        }
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self {
            Self::File(_) => Backend::Sqlite,
            Self::Server(_) => Backend::Postgres,
        }
    }

    /// The address for the driver.
    pub(crate) fn url(&self) -> Result<String> {
        match self {
            Self::File(path) => {
                let absolute = std::path::absolute(path).ok();
                let path = absolute.as_deref().and_then(Path::to_str);
                let path = path.ok_or_else(|| StoreError::Location {
                    location: self.to_string(),
                })?;
                let path = utf8_percent_encode(path, ENCODED);
                Ok(format!("sqlite://{path}?mode=rwc"))
            }
            Self::Server(url) => Ok(url.clone()),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => {
                // Parameters can hold a password as well.
                let url = url.split(['?', '#']).next().unwrap_or_default();
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "{scheme}://{place}")
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, backend: Backend, shown: &str, url: &str) {
        let location = Location::parse(text);
        assert_eq!(location.backend(), backend);
        assert_eq!(location.to_string(), shown);
        assert!(!format!("{location:?}").contains("secret"));
        assert_eq!(location.url().unwrap(), url);
    }

    #[test]
    fn passwords_are_not_shown_and_paths_are_encoded() {
        check(
            "postgres://coder:secret@db.local:5432/biaochi?password=secret",
            Backend::Postgres,
            "postgres://db.local:5432/biaochi",
            "postgres://coder:secret@db.local:5432/biaochi?password=secret",
        );
        check(
            "postgresql://u:secret@with@h/d",
            Backend::Postgres,
            "postgresql://h/d",
            "postgresql://u:secret@with@h/d",
        );
        check(
            "/数 据/a?b#c%.db",
            Backend::Sqlite,
            "/数 据/a?b#c%.db",
            "sqlite:///%E6%95%B0%20%E6%8D%AE/a%3Fb%23c%25.db?mode=rwc",
        );
    }
}

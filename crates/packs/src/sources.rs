//! `sources.toml`: where the content of a pack comes from.

use crate::files::PackFiles;
use crate::problem::{Problem, ProblemList};
use crate::text::toml_reader::TomlReader;

/// One source of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Id by which definitions of the pack name it; may be empty.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it can be found; may be empty.
    pub url: String,
    /// Which version: a commit, a date or a file's SHA-256; may be empty.
    pub version: String,
    /// Its licence as far as known; may be empty.
    pub licence: String,
    /// What was taken from it, in Chinese; may be empty.
    pub used_for: String,
}

/// Reads the sources of a pack; a missing file is told as a warning.
pub(crate) fn read(files: &PackFiles, problems: &mut ProblemList) -> Vec<Source> {
    let name = files.display("sources.toml");
    let mut found = problems.file(&name);
    let bytes = match files.read("sources.toml") {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            found.add(0, 0, Problem::NoSources);
            return Vec::new();
        }
        Err(error) => {
            found.add(
                0,
                0,
                Problem::Unreadable {
                    reason: error.to_string(),
                },
            );
            return Vec::new();
        }
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        found.add(0, 0, Problem::NotUtf8);
        return Vec::new();
    };
    let Some(table) = TomlReader::parse(text, &mut found) else {
        return Vec::new();
    };
    let mut top = TomlReader::new(text, table.get_ref());
    let mut sources = Vec::new();
    for mut table in top.tables("source", &mut found) {
        let mut text = |key| table.text(key, &mut found).unwrap_or_default();
        let versions = [text("commit"), text("date"), text("sha256")];
        let version = versions
            .into_iter()
            .find(|version| !version.is_empty())
            .unwrap_or_default();
        let (url, licence, used_for) = (text("url"), text("licence"), text("used_for"));
        let id = text("id");
        for key in ["number", "issuer", "changed"] {
            text(key);
        }
        let title = table.required("title", &mut found);
        table.finish(&mut found);
        sources.push(Source {
            id,
            title,
            url,
            version,
            licence,
            used_for,
        });
    }
    top.finish(&mut found);
    sources
}

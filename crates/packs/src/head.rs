//! What `pack.toml` says of a pack of any kind, for people who look at what is installed.

use std::io;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};
use toml::{Table, Value};

use crate::error::PackError;
use crate::files::{PackFiles, embedded_below};
use crate::problem::ProblemList;
use crate::sources::{self, Source};

/// A pack as it says of itself. What cannot be read is empty: checking tells why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackHead {
    /// Its id.
    pub id: String,
    /// Its kind, such as `checks` or `drg-scheme`.
    pub kind: String,
    /// Its Chinese title.
    pub title: String,
    /// Version as its makers name it.
    pub version: String,
    /// The pack that it is laid over.
    pub base: Option<String>,
    /// Licence of its content; may be empty.
    pub licence: String,
    /// Title, number and issuer of the document that it implements, those that are known.
    pub document: Vec<String>,
    /// Where its content comes from.
    pub sources: Vec<Source>,
    /// What is doubtful in it.
    pub damages: Vec<HeadRemark>,
    /// What was mended in it.
    pub mends: Vec<HeadRemark>,
    /// Where its files are.
    pub files: PackFiles,
}

/// Something that people should know of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what they hold")]
pub struct HeadRemark {
    pub what: String,
    pub why: String,
    pub effect: String,
}

impl PackHead {
    /// Reads the head of a pack.
    pub fn read(files: &PackFiles) -> Self {
        let bytes = files.read("pack.toml").ok().flatten();
        let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let table = text.and_then(|text| text.parse::<Table>().ok());
        let table = table.unwrap_or_default();
        let remarks = |key: &str| {
            let all = table.get(key).and_then(Value::as_array);
            all.into_iter().flatten().filter_map(remark).collect()
        };
        let document = table.get("document").and_then(Value::as_table);
        let document = document.map(|document| {
            let keys = ["title", "number", "issuer"];
            let texts = keys.iter().map(|key| text_of(document, key));
            texts.filter(|text| !text.is_empty()).collect()
        });
        let (id, base) = (text_of(&table, "id"), text_of(&table, "base"));
        // Packs of weights have titles for their tables only.
        let title = match text_of(&table, "title") {
            title if title.is_empty() => id.clone(),
            title => title,
        };
        Self {
            id,
            kind: text_of(&table, "kind"),
            title,
            version: text_of(&table, "version"),
            base: (!base.is_empty()).then_some(base),
            licence: text_of(&table, "licence"),
            document: document.unwrap_or_default(),
            sources: sources::read(files, &mut ProblemList::default()),
            damages: remarks("damage"),
            mends: remarks("mend"),
            files: files.clone(),
        }
    }

    /// The packs in the program and those below folders, in this order.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn all(folders: &[PathBuf]) -> Result<Vec<Self>, PackError> {
        let mut found = PackFiles::embedded();
        for folder in folders {
            let below = PackFiles::below(folder).map_err(|source| PackError::Io {
                path: folder.display().to_string(),
                source,
            })?;
            found.extend(below);
        }
        Ok(found.iter().map(Self::read).collect())
    }
}

fn text_of(table: &Table, key: &str) -> String {
    let text = table.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn remark(value: &Value) -> Option<HeadRemark> {
    let table = value.as_table()?;
    Some(HeadRemark {
        what: text_of(table, "what"),
        why: text_of(table, "why"),
        effect: text_of(table, "effect"),
    })
}

impl PackFiles {
    /// Paths of all files of the pack, at most three folders deep, sorted. Links are not followed.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn paths(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        match self {
            Self::Embedded(root) => {
                let prefix = format!("{root}/");
                let below = embedded_below(&prefix);
                found.extend(below.map(|path| path[prefix.len()..].to_owned()));
            }
            Self::Folder(root) => {
                let mut waiting = vec![(String::new(), 0)];
                while let Some((within, depth)) = waiting.pop() {
                    for entry in std::fs::read_dir(root.join(&within))? {
                        let entry = entry?;
                        let name = entry.file_name().to_string_lossy().into_owned();
                        let path = match within.is_empty() {
                            true => name.clone(),
                            false => format!("{within}/{name}"),
                        };
                        let kind = entry.file_type()?;
                        if name.starts_with('.') {
                            continue;
                        }
                        if kind.is_dir() && depth < 3 {
                            waiting.push((path, depth + 1));
                        } else if kind.is_file() {
                            found.push(path);
                        }
                    }
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// SHA-256, in hexadecimal, over names and contents of all files.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn content_hash(&self) -> io::Result<String> {
        let mut hash = Sha256::new();
        for path in self.paths()? {
            let bytes = self.read(&path)?.unwrap_or_default();
            hash.update((path.len() as u64).to_be_bytes());
            hash.update(path.as_bytes());
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(&bytes);
        }
        let digest: [u8; 32] = hash.finalize().into();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_of_the_program_has_a_head() {
        let all = PackHead::all(&[]).expect("the program's packs");
        assert!(all.len() > 50);
        for head in &all {
            assert!(!head.id.is_empty() && !head.kind.is_empty(), "{head:?}");
            assert!(!head.title.is_empty(), "{head:?}");
        }
        let checks = all.iter().find(|head| head.id == "front-page-checks");
        let files = checks.expect("the national checks").files.clone();
        let paths = files.paths().expect("its files");
        assert!(paths.iter().any(|path| path.starts_with("checks/")));
        assert_eq!(files.content_hash().expect("a hash").len(), 64);
    }
}

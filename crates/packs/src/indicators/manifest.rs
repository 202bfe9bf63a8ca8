//! `pack.toml` of a pack of indicators.

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) version: String,
    /// The pack that this one is laid over.
    pub(super) base: Option<String>,
}

impl Manifest {
    /// Reads a `pack.toml` of this kind; `None` for one of another kind. Mistakes become problems.
    pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<Self> {
        let kind = text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "kind").then(|| value.trim().trim_matches('"'))
        });
        if kind != Some("indicators") {
            return None;
        }
        let table = TomlReader::parse(text, problems)?;
        let mut top = TomlReader::new(text, table.get_ref());
        if top.integer("format", problems) != Some(1) {
            let problem = Problem::BadValue {
                key: "format".to_owned(),
                expected: "1".to_owned(),
            };
            top.at("format", problem, problems);
        }
        top.choice("kind", &[("indicators", ())], problems);
        let manifest = Self {
            id: top.required("id", problems),
            title: top.required("title", problems),
            version: top.required("version", problems),
            base: top.text("base", problems),
        };
        for key in ["licence", "owner", "note"] {
            top.text(key, problems);
        }
        top.finish(problems);
        Some(manifest)
    }
}

//! `pack.toml` of a pack of checks.

use biaochi_checks::Standard;

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) version: String,
    /// The pack that this one is laid over.
    pub(super) base: Option<String>,
    pub(super) standard: Option<Standard>,
}

impl Manifest {
    /// Reads a `pack.toml` of this kind; `None` for one of another kind. Mistakes become problems.
    pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<Self> {
        let kind = text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "kind").then(|| value.trim().trim_matches('"'))
        });
        if kind != Some("checks") {
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
        top.choice("kind", &[("checks", ())], problems);
        let mut manifest = Self {
            id: top.required("id", problems),
            title: top.required("title", problems),
            version: top.required("version", problems),
            base: top.text("base", problems),
            standard: None,
        };
        top.text("licence", problems);
        top.text("owner", problems);
        if let Some(mut table) = top.table("standard", problems) {
            manifest.standard = Some(Standard {
                id: table.required("id", problems),
                title: table.required("title", problems),
                version: table.required("version", problems),
            });
            table.finish(problems);
        }
        top.finish(problems);
        Some(manifest)
    }
}

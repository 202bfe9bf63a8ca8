//! `pack.toml` of a code pack.

use biaochi_terminology::{Kind, OtherValues};

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) version: String,
    pub(super) licence: String,
    pub(super) system: Option<SystemHead>,
    pub(super) lists: Vec<ListHead>,
    pub(super) maps: Vec<MapHead>,
    pub(super) value_sets: Vec<ValueSetHead>,
}

/// A system that the pack brings or adds to.
#[derive(Debug, Clone)]
pub(super) struct SystemHead {
    pub(super) id: String,
    /// Needed when the pack brings the system.
    pub(super) title: Option<String>,
    pub(super) kind: Option<Kind>,
}

#[derive(Debug, Clone)]
pub(super) struct ListHead {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) table: String,
}

#[derive(Debug, Clone)]
pub(super) struct MapHead {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) table: String,
    /// Codes that some editions of the map lack; with it, every clinical code of the pack's system
    /// that neither table names stays as it is.
    pub(super) gaps: Option<String>,
    /// The word under `missing_in` that stands for this map.
    pub(super) edition: String,
}

#[derive(Debug, Clone)]
pub(super) struct ValueSetHead {
    pub(super) id: String,
    pub(super) number: Option<String>,
    pub(super) title: Option<String>,
    pub(super) title_en: Option<String>,
    pub(super) standard: Option<String>,
    pub(super) layouts: Option<Vec<String>>,
    pub(super) other_values: Option<OtherValues>,
}

/// Kinds of packs that this crate reads.
const KINDS: [&str; 11] = [
    "assessment",
    "checks",
    "codes",
    "datasets",
    "drg-scheme",
    "drg-weights",
    "indicators",
    "plan",
    "plan-decisions",
    "reports",
    "roles",
];

/// Whether a `pack.toml` is that of a code pack; a kind that nothing reads is a problem, since the
/// pack would be passed over in silence. Found in the text, so that a file that is no TOML still
/// reaches the reader that says so.
pub(super) fn is_code_pack(text: &str, problems: &mut Problems<'_>) -> bool {
    let mut lines = text
        .lines()
        .map(str::trim)
        .zip(1..)
        .take_while(|(line, _)| !line.starts_with('['));
    let kind = lines.find_map(|(line, number)| {
        let (key, value) = line.split_once('=')?;
        let value = value.split('#').next().unwrap_or_default();
        let value = value.trim().trim_matches(['"', '\'']);
        (key.trim() == "kind").then_some((value, number))
    });
    match kind {
        Some((kind, _)) if KINDS.contains(&kind) => kind == "codes",
        Some((_, number)) => {
            problems.add(number, 0, bad_value("kind", &KINDS.join(" / ")));
            false
        }
        None => false,
    }
}

impl Manifest {
    /// Reads a `pack.toml`. Mistakes become problems; what could be read comes back.
    pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<Self> {
        let table = TomlReader::parse(text, problems)?;
        let mut top = TomlReader::new(text, table.get_ref());
        match top.integer("format", problems) {
            Some(1) => {}
            Some(_) => problems.add(0, 0, bad_value("format", "1")),
            None => problems.add(
                0,
                0,
                Problem::MissingKey {
                    key: "format".to_owned(),
                },
            ),
        }
        top.choice("kind", &[("codes", ())], problems);
        let mut manifest = Self {
            id: top.required("id", problems),
            title: top.required("title", problems),
            version: top.required("version", problems),
            licence: top.text("licence", problems).unwrap_or_default(),
            ..Self::default()
        };
        if let Some(mut table) = top.table("system", problems) {
            manifest.system = Some(SystemHead {
                id: table.required("id", problems),
                title: table.text("title", problems),
                kind: table.choice(
                    "kind",
                    &[
                        ("diagnosis", Kind::Diagnosis),
                        ("procedure", Kind::Procedure),
                    ],
                    problems,
                ),
            });
            table.finish(problems);
        }
        for mut table in top.tables("list", problems) {
            manifest.lists.push(ListHead {
                id: table.required("id", problems),
                title: table.required("title", problems),
                table: table.required("table", problems),
            });
            table.finish(problems);
        }
        for mut table in top.tables("map", problems) {
            manifest.maps.push(MapHead {
                id: table.required("id", problems),
                title: table.text("title", problems),
                table: table.required("table", problems),
                gaps: table.text("gaps", problems),
                edition: table.text("edition", problems).unwrap_or_default(),
            });
            table.finish(problems);
        }
        for mut table in top.tables("value_set", problems) {
            manifest.value_sets.push(ValueSetHead {
                id: table.required("id", problems),
                number: table.text("number", problems),
                title: table.text("title", problems),
                title_en: table.text("title_en", problems),
                standard: table.text("standard", problems),
                layouts: table.texts("layouts", problems),
                other_values: table.choice(
                    "other_values",
                    &[
                        ("no", OtherValues::No),
                        ("three-digits", OtherValues::ThreeDigits),
                        ("any", OtherValues::Any),
                    ],
                    problems,
                ),
            });
            table.finish(problems);
        }
        top.finish(problems);
        Some(manifest)
    }
}

pub(super) fn bad_value(key: &str, expected: &str) -> Problem {
    Problem::BadValue {
        key: key.to_owned(),
        expected: expected.to_owned(),
    }
}

//! Weights of DRGs, per scheme and year, with where they come from. A weight that is missing is
//! missing; it never counts as zero.

use std::collections::BTreeMap;

use biaochi_domain::{Language, Localized};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList, Problems};
use crate::text::toml_reader::TomlReader;

/// Weights of the DRGs of a scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightTable {
    /// What the table is and where it comes from.
    pub provenance: WeightProvenance,
    /// Weight by DRG; `None`: the list has the DRG without a weight.
    weights: BTreeMap<String, Option<Decimal>>,
    /// Chinese names, where the list has them.
    names: BTreeMap<String, String>,
}

/// What a table of weights is and where it comes from. Show it beside every figure made with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeightProvenance {
    /// Stable id: the pack's, and the table's name in it, such as `haerbin-weights/2022`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// The scheme whose DRGs it weighs; `None` when none of the schemes has these DRGs.
    pub scheme: Option<String>,
    /// Years for which it holds; empty: no year is stated.
    pub years: Vec<i16>,
    /// What kind of weights these are.
    pub nature: WeightNature,
    /// Where they come from, in Chinese.
    pub origin: String,
    /// What else must be known, in Chinese; may be empty.
    pub note: String,
    /// The file, as a person finds it.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub content_hash: String,
}

/// What kind of weights a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum WeightNature {
    /// As published somewhere for payment.
    Published,
    /// For orientation only, no payment weights.
    Reference,
    /// Made up for the demonstration.
    Synthetic,
    /// Brought by the user.
    #[default]
    Imported,
}

impl Localized for WeightNature {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Published => ("公布的权重", "published"),
            Self::Reference => ("参考权重", "for reference"),
            Self::Synthetic => ("演示用合成权重", "synthetic, for demonstration"),
            Self::Imported => ("用户导入的权重", "imported by the user"),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
        .to_owned()
    }
}

/// Headings under which the columns of a weight table are found.
const DRG_HEADINGS: [&str; 6] = ["drg", "DRG", "DRG编码", "病组编码", "DRG组编码", "病组代码"];
const WEIGHT_HEADINGS: [&str; 6] = [
    "weight",
    "权重",
    "参考权重",
    "相对权重",
    "病组权重",
    "基准权重",
];
const NAME_HEADINGS: [&str; 5] = ["name", "DRG名称", "病组名称", "DRG组名称", "名称"];

impl WeightTable {
    /// The weight of a DRG; `None` when it is not known.
    pub fn get(&self, drg: &str) -> Option<Decimal> {
        self.weights.get(drg).copied().flatten()
    }

    /// All DRGs of the list with their weights, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<Decimal>)> {
        self.weights
            .iter()
            .map(|(drg, weight)| (drg.as_str(), *weight))
    }

    /// Number of DRGs in the list, those without a weight included.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether the list has no DRG at all.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The name of a DRG in the list.
    pub fn name(&self, drg: &str) -> Option<&str> {
        self.names.get(drg).map(String::as_str)
    }

    /// DRGs of the list that have no weight.
    pub fn without_weight(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(|(_, weight)| weight.is_none())
            .map(|(drg, _)| drg)
    }

    /// Reads a CSV file (UTF-8, comma, heading row) with a column of DRG codes and one of weights,
    /// such as `drg,weight` or `DRG编码,权重`, and perhaps one of names. A blank weight is a missing
    /// one; a weight must be greater than zero. All mistakes come back at once.
    pub fn from_csv(bytes: &[u8], provenance: WeightProvenance) -> Result<Self, Vec<PackProblem>> {
        let mut list = ProblemList::default();
        let file = provenance.file.clone();
        let table = read_csv(bytes, provenance, &mut list.file(&file));
        match table {
            Some(table) if !list.has_errors() => Ok(table),
            _ => Err(list.into_vec()),
        }
    }
}

fn read_csv(
    bytes: &[u8],
    provenance: WeightProvenance,
    problems: &mut Problems<'_>,
) -> Option<WeightTable> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        problems.add(0, 0, Problem::NotUtf8);
        return None;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let headings = match reader.headers() {
        Ok(headings) => headings.clone(),
        Err(error) => {
            problems.add(
                1,
                0,
                Problem::Unreadable {
                    reason: error.to_string(),
                },
            );
            return None;
        }
    };
    let column = |known: &[&str]| {
        headings
            .iter()
            .position(|heading| known.contains(&heading.trim()))
    };
    let (drg_column, weight_column) = (column(&DRG_HEADINGS), column(&WEIGHT_HEADINGS));
    for (found, name) in [
        (drg_column, "drg（DRG编码）"),
        (weight_column, "weight（权重）"),
    ] {
        if found.is_none() {
            let problem = Problem::NotThere {
                what: Noun::Column,
                name: name.to_owned(),
            };
            problems.add(1, 0, problem);
        }
    }
    let (drg_column, weight_column) = (drg_column?, weight_column?);
    let name_column = column(&NAME_HEADINGS);
    let content_hash = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut table = WeightTable {
        provenance: WeightProvenance {
            content_hash,
            ..provenance
        },
        weights: BTreeMap::new(),
        names: BTreeMap::new(),
    };
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                problems.add(
                    0,
                    0,
                    Problem::Unreadable {
                        reason: error.to_string(),
                    },
                );
                break;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let field = |column: usize| row.get(column).unwrap_or_default().trim();
        let drg = field(drg_column);
        if drg.is_empty() {
            if row.iter().any(|field| !field.trim().is_empty()) {
                problems.add(
                    line,
                    0,
                    Problem::MissingKey {
                        key: "drg".to_owned(),
                    },
                );
            }
            continue;
        }
        let text = field(weight_column);
        let weight = if text.is_empty() {
            None
        } else {
            match text.parse::<Decimal>() {
                Ok(weight) if weight > Decimal::ZERO => Some(weight),
                Ok(_) => {
                    let expected =
                        "大于 0 的数；没有权重时留空 a number above 0, or blank".to_owned();
                    problems.add(
                        line,
                        0,
                        Problem::BadValue {
                            key: drg.to_owned(),
                            expected,
                        },
                    );
                    continue;
                }
                Err(_) => {
                    problems.add(
                        line,
                        0,
                        Problem::BadNumber {
                            text: text.to_owned(),
                        },
                    );
                    continue;
                }
            }
        };
        if table.weights.insert(drg.to_owned(), weight).is_some() {
            let problem = Problem::Duplicate {
                what: Noun::Drg,
                name: drg.to_owned(),
            };
            problems.add(line, 0, problem);
        }
        if let Some(name) = name_column.map(field).filter(|name| !name.is_empty()) {
            table.names.insert(drg.to_owned(), name.to_owned());
        }
    }
    Some(table)
}

/// A pack of weight tables, not yet read.
#[derive(Debug, Clone)]
pub(crate) struct WeightPack {
    pub files: PackFiles,
    pub id: String,
    pub tables: Vec<(String, WeightProvenance)>,
}

/// Reads a `pack.toml` of the kind `drg-weights`.
pub(crate) fn read_manifest(
    text: &str,
    files: &PackFiles,
    problems: &mut Problems<'_>,
) -> Option<WeightPack> {
    let parsed = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, parsed.get_ref());
    top.integer("format", problems);
    top.required("kind", problems);
    top.required("title", problems);
    top.required("place", problems);
    top.required("licence", problems);
    let id = top.required("id", problems);
    let mut tables = Vec::new();
    for mut table in top.tables("table", problems) {
        let name = table.required("file", problems);
        let natures = [
            ("published", WeightNature::Published),
            ("reference", WeightNature::Reference),
            ("synthetic", WeightNature::Synthetic),
            ("imported", WeightNature::Imported),
        ];
        let stem = name
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".csv");
        let provenance = WeightProvenance {
            id: format!("{id}/{stem}"),
            title: table.required("title", problems),
            scheme: table.text("scheme", problems),
            years: table.years("years", problems),
            nature: table
                .choice("nature", &natures, problems)
                .unwrap_or_default(),
            origin: table.required("origin", problems),
            note: table.text("note", problems).unwrap_or_default(),
            file: files.display(&name),
            content_hash: String::new(),
        };
        table.finish(problems);
        tables.push((name, provenance));
    }
    top.finish(problems);
    Some(WeightPack {
        files: files.clone(),
        id,
        tables,
    })
}

impl WeightPack {
    /// Reads one of the tables.
    pub(crate) fn read(&self, index: usize) -> Result<WeightTable, Vec<PackProblem>> {
        let Some((name, provenance)) = self.tables.get(index) else {
            return Err(Vec::new());
        };
        let problem = |problem| {
            vec![PackProblem {
                file: provenance.file.clone(),
                line: 0,
                column: 0,
                problem,
            }]
        };
        match self.files.read(name) {
            Ok(Some(bytes)) => WeightTable::from_csv(&bytes, provenance.clone()),
            Ok(None) => Err(problem(Problem::MissingFile)),
            Err(error) => Err(problem(Problem::Unreadable {
                reason: error.to_string(),
            })),
        }
    }
}

//! Which weights a person means.

use std::fs;
use std::path::{Path, PathBuf};

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_packs::{PackError, PackProblem, WeightNature, WeightProvenance, WeightTable};

use crate::Content;

/// Why weights cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum WeightsError {
    #[error("there is no weight table {name:?}")]
    Unknown {
        name: String,
        scheme: String,
        known: Vec<String>,
    },
    #[error("cannot read {path}")]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path} has {} mistakes", problems.len())]
    File {
        path: PathBuf,
        problems: Vec<PackProblem>,
    },
    #[error(transparent)]
    Pack(#[from] PackError),
}

impl Localized for WeightsError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (
                Self::Unknown {
                    name,
                    scheme,
                    known,
                },
                Language::Zh,
            ) => format!(
                "没有权重表“{name}”。可以写权重表标识（{}）、方案 {scheme} 有权重的年份，或自备的 CSV 文件（列 drg、weight）",
                known.join("、")
            ),
            (
                Self::Unknown {
                    name,
                    scheme,
                    known,
                },
                Language::En,
            ) => format!(
                "there is no weight table {name:?}; give the id of one ({}), a year for which {scheme} has weights, \
                 or a CSV file of your own (columns drg, weight)",
                known.join(", ")
            ),
            (Self::Read { path, source }, Language::Zh) => {
                format!(
                    "读不出“{}”：{}。请检查路径和权限",
                    path.display(),
                    io_reason(source, language)
                )
            }
            (Self::Read { path, source }, Language::En) => {
                format!(
                    "cannot read {}: {}",
                    path.display(),
                    io_reason(source, language)
                )
            }
            (Self::File { problems, .. }, _) => problems
                .iter()
                .map(|problem| problem.text(language))
                .collect::<Vec<_>>()
                .join("\n"),
            (Self::Pack(error), _) => error.text(language),
        }
    }
}

impl Content {
    /// The weights that `name` means for a scheme: the id of a table, a year for which the scheme
    /// has a table, or a CSV file.
    pub fn weights(&self, name: &str, scheme: &str) -> Result<WeightTable, WeightsError> {
        let path = Path::new(name);
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
        {
            return from_file(path, scheme);
        }
        let found = match name.parse::<i16>() {
            Ok(year) => self.library().weights(scheme, year)?,
            Err(_) => self.library().weight_table(name)?,
        };
        found.ok_or_else(|| WeightsError::Unknown {
            name: name.to_owned(),
            scheme: scheme.to_owned(),
            known: self
                .library()
                .weight_tables()
                .into_iter()
                .map(|table| table.id)
                .collect(),
        })
    }
}

/// Weights that a person brought.
fn from_file(path: &Path, scheme: &str) -> Result<WeightTable, WeightsError> {
    let bytes = fs::read(path).map_err(|source| WeightsError::Read {
        path: path.to_owned(),
        source,
    })?;
    let file = path.display().to_string();
    let provenance = WeightProvenance {
        id: file.clone(),
        title: file.clone(),
        scheme: Some(scheme.to_owned()),
        nature: WeightNature::Imported,
        origin: file.clone(),
        file,
        ..WeightProvenance::default()
    };
    WeightTable::from_csv(&bytes, provenance).map_err(|problems| WeightsError::File {
        path: path.to_owned(),
        problems,
    })
}

//! Speed and memory, each beside a baseline of the same run: machines differ, ratios less so.

mod assessment;
mod checks;
mod files;
mod grouping;
mod indicators;
mod memory;
mod plans;
mod tables;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use biaochi_domain::{Language, Localized, io_reason};

use crate::assessment::AssessmentError;
use crate::check::CheckError;
use crate::group::GroupError;
use crate::import::ImportError;
use crate::indicators::IndicatorError;
use crate::query::QueryError;
use crate::synthesise::SynthesiseError;
use crate::{Content, ContentError, WeightsError, WorkspaceError};

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Grouping records in memory on one core, with and without reasons.
    Grouping,
    /// A front-page file to committed tables.
    Import,
    /// The same for growing files.
    Scaling,
    /// `biaochi group` on a file of a million rows.
    GroupFile,
    /// The monthly figures over everything imported.
    Query,
    /// All checks in memory, one record alone, and the making of a set.
    Checks,
    /// An assessment of the institutions of a province, with its reasons stored.
    Assessment,
    /// All targets of all plans for 3,000 institutions.
    Plans,
    /// All indicators over discharges, cold and after a month was replaced.
    Indicators,
}

impl Subject {
    /// All of them, in the order in which they are run.
    pub const ALL: [Self; 9] = [
        Self::Grouping,
        Self::Checks,
        Self::Assessment,
        Self::Plans,
        Self::GroupFile,
        Self::Import,
        Self::Query,
        Self::Indicators,
        Self::Scaling,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grouping => "grouping",
            Self::Import => "import",
            Self::Scaling => "scaling",
            Self::GroupFile => "group-file",
            Self::Query => "query",
            Self::Checks => "checks",
            Self::Assessment => "assessment",
            Self::Plans => "plans",
            Self::Indicators => "indicators",
        }
    }
}

/// One measured figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What was measured, in both languages.
    pub what: Localised,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The bar it has to reach, if there is one.
    pub bar: Option<Bar>,
    /// The same unit measured for something simpler in the same run.
    pub baseline: Option<Baseline>,
}

/// A bar from the design.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// The figure must be this or more.
    AtLeast(f64),
    /// The figure must be this or less.
    AtMost(f64),
}

impl Bar {
    /// Whether a figure reaches the bar.
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
}

/// What a figure is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// What the simpler thing is.
    pub what: Localised,
    /// Its figure, in the unit of the figure it stands beside.
    pub value: f64,
}

/// A short text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Localised {
    zh: String,
    en: String,
}

impl Localised {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

impl Localized for Localised {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh.clone(),
            Language::En => self.en.clone(),
        }
    }
}

/// How much is measured, and where.
#[derive(Debug, Clone)]
pub struct BenchOptions {
    /// Records of the larger runs.
    pub records: u64,
    /// Folder for temporary files; everything in it that a run wrote is removed again.
    pub scratch: PathBuf,
}

/// Why a measurement failed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum BenchError {
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Group(#[from] GroupError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Synthesise(#[from] SynthesiseError),
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Assessment(#[from] AssessmentError),
    #[error(transparent)]
    Indicator(#[from] IndicatorError),
    #[error(transparent)]
    Warehouse(#[from] biaochi_warehouse::WarehouseError),
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
}

impl Localized for BenchError {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Content(error) => error.text(language),
            Self::Group(error) => error.text(language),
            Self::Import(error) => error.text(language),
            Self::Query(error) => error.text(language),
            Self::Synthesise(error) => error.text(language),
            Self::Workspace(error) => error.text(language),
            Self::Weights(error) => error.text(language),
            Self::Check(error) => error.text(language),
            Self::Assessment(error) => error.text(language),
            Self::Indicator(error) => error.text(language),
            Self::Warehouse(error) => error.text(language),
            Self::Io { path, source } => match language {
                Language::Zh => format!(
                    "无法读写“{}”：{}。请检查磁盘空间和权限",
                    path.display(),
                    io_reason(source, language)
                ),
                Language::En => format!(
                    "cannot use {}: {}",
                    path.display(),
                    io_reason(source, language)
                ),
            },
        }
    }
}

fn io_error(path: &Path, source: io::Error) -> BenchError {
    BenchError::Io {
        path: path.to_owned(),
        source,
    }
}

/// Measures the subjects in turn and hands each figure over as soon as it is known.
pub fn run(
    subjects: &[Subject],
    content: &Content,
    options: &BenchOptions,
    mut show: impl FnMut(Figure),
) -> Result<(), BenchError> {
    for subject in subjects {
        match subject {
            Subject::Grouping => grouping::measure(content, options, &mut show)?,
            Subject::Checks => checks::measure(content, options, &mut show)?,
            Subject::Assessment => assessment::measure(content, options, &mut show)?,
            Subject::Plans => plans::measure(content, &mut show)?,
            Subject::GroupFile => files::measure(content, options, &mut show)?,
            Subject::Import => tables::import(content, options, &mut show)?,
            Subject::Query => tables::query(content, options, &mut show)?,
            Subject::Indicators => indicators::measure(content, options, &mut show)?,
            Subject::Scaling => tables::scaling(content, options, &mut show)?,
        }
    }
    Ok(())
}

/// How long something took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// Things for each second.
fn rate(things: u64, time: Duration) -> f64 {
    things as f64 / time.as_secs_f64().max(1e-9)
}

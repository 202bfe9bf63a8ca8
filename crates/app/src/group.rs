//! Group a file of front pages without a workspace: a line out for each record in, in order.

mod line;
mod summary;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use biaochi_domain::{Language, Localized, io_reason};
use biaochi_grouper::Scheme;
use biaochi_ingest::{Block, FileError, Header, Input, ReadOptions, Row, RowParser};
use biaochi_packs::WeightTable;

use self::line::LineWriter;
pub use self::summary::GroupSummary;
use crate::ordered::in_order;

/// What is written for each record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupFormat {
    /// A CSV line: id, status, mdc, adrg, drg and more after them.
    Csv,
    /// A JSON object on a line of its own.
    JsonLines,
    /// Nothing; only the summary is wanted.
    SummaryOnly,
}

/// How a file is grouped.
#[derive(Debug)]
pub struct GroupOptions<'a> {
    /// The scheme.
    pub scheme: &'a Scheme,
    /// Weights of its groups; without a table no record has a weight.
    pub weights: Option<&'a WeightTable>,
    /// Codes are in the clinical edition, unless the record says otherwise.
    pub translate: bool,
    /// Write the reasons as well.
    pub reasons: bool,
    /// What is written for each record.
    pub format: GroupFormat,
    /// Language of details and reasons.
    pub language: Language,
    /// Texts of the record are written so that no spreadsheet runs them as formulas.
    pub disarm: bool,
}

/// Why grouping a file stopped.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum GroupError {
    #[error("cannot open {path}")]
    Open { path: PathBuf, source: io::Error },
    #[error(transparent)]
    File(#[from] FileError),
    #[error("cannot write the results")]
    Write(#[source] io::Error),
}

impl Localized for GroupError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Open { path, source }, Language::Zh) => {
                format!(
                    "打不开“{}”：{}。请检查路径和权限",
                    path.display(),
                    io_reason(source, language)
                )
            }
            (Self::Open { path, source }, Language::En) => {
                format!(
                    "cannot open {}: {}",
                    path.display(),
                    io_reason(source, language)
                )
            }
            (Self::File(error), _) => error.text(language),
            (Self::Write(source), Language::Zh) => {
                format!(
                    "写结果失败：{}。请检查磁盘空间和权限",
                    io_reason(source, language)
                )
            }
            (Self::Write(source), Language::En) => {
                format!("cannot write the results: {}", io_reason(source, language))
            }
        }
    }
}

impl GroupError {
    /// The reader of the results went away, which is a normal end for the one who writes.
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Self::Write(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Groups a file and writes a line for each record.
pub fn group_file(
    path: &Path,
    out: &mut (dyn Write + Send),
    options: &GroupOptions<'_>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<GroupSummary, GroupError> {
    let opened = File::open(path);
    let file = opened.map_err(|source| GroupError::Open {
        path: path.to_owned(),
        source,
    })?;
    let input = Input::open(&path.display().to_string(), file, &read_options())?;
    group(input, out, options, progress)
}

/// Groups what a stream gives, such as standard input.
pub fn group_stream(
    stream: impl Read + Send + 'static,
    out: &mut (dyn Write + Send),
    options: &GroupOptions<'_>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<GroupSummary, GroupError> {
    let input = Input::open_stream("-", stream, &read_options())?;
    group(input, out, options, progress)
}

/// Records without a complete key are grouped all the same: nothing is stored here.
fn read_options() -> ReadOptions {
    ReadOptions {
        require_key: false,
        ..ReadOptions::default()
    }
}

/// What a worker made of a block.
struct Worked {
    bytes: u64,
    lines: Vec<u8>,
    summary: GroupSummary,
}

fn group(
    mut input: Input,
    out: &mut (dyn Write + Send),
    options: &GroupOptions<'_>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<GroupSummary, GroupError> {
    let mut summary = GroupSummary::default();
    let writer = LineWriter::new(options);
    out.write_all(writer.heading().as_bytes())
        .map_err(GroupError::Write)?;
    while let Some(mut table) = input.next_table()? {
        let header = Arc::clone(table.header());
        in_order(
            || table.next_block().map_err(GroupError::File),
            || worker(&header, options),
            |worked: Worked| {
                summary.add(&worked.summary);
                progress(worked.bytes);
                out.write_all(&worked.lines).map_err(GroupError::Write)
            },
        )?;
    }
    out.flush().map_err(GroupError::Write)?;
    Ok(summary)
}

fn worker(header: &Arc<Header>, options: &GroupOptions<'_>) -> impl FnMut(Block) -> Worked {
    let mut parser = RowParser::new(header);
    let writer = LineWriter::new(options);
    move |block| {
        let mut lines = Vec::with_capacity(block.bytes.len());
        let mut summary = GroupSummary::default();
        parser.parse(&block, |row| match row {
            Row::Record {
                page,
                line,
                problems,
                ..
            } => writer.record(page, line, problems, &mut lines, &mut summary),
            Row::Reject { line, problems, .. } => {
                writer.reject(line, problems, &mut lines, &mut summary);
            }
        });
        Worked {
            bytes: block.bytes.len() as u64,
            lines,
            summary,
        }
    }
}

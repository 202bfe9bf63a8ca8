//! What a thread does with a block: read, group, encode, hand over.

use std::sync::Arc;

use biaochi_ingest::{Block, Header, Problem, ProblemKind, Row, RowParser, Severity};
use biaochi_records::CompactString;
use biaochi_warehouse::load::Loader;
use biaochi_warehouse::tables::Source;
use biaochi_warehouse::{WarehouseError, WorkspaceKey};

use super::ImportRequest;
use super::rejects::Noted;
use crate::row_encoder::RowEncoder;

/// A table of a file: all of its blocks share it.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name as the person knows it.
    pub(super) name: String,
    pub(super) header: Arc<Header>,
}

/// A block and its place among all blocks of the import.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) ticket: u64,
    pub(super) table: Arc<Table>,
    pub(super) block: Block,
}

/// What became of a block.
#[derive(Debug)]
pub(super) struct Worked {
    pub(super) table: Arc<Table>,
    pub(super) counts: BlockCounts,
    pub(super) noted: Vec<Noted>,
}

/// What a block held.
#[derive(Debug, Default)]
pub(super) struct BlockCounts {
    pub(super) bytes: u64,
    pub(super) read: u64,
    pub(super) rejected: u64,
    pub(super) duplicates: u64,
    pub(super) problems: u64,
    pub(super) grouped: u64,
    pub(super) not_grouped: u64,
}

/// Everything a worker needs besides its block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) loader: &'a Loader,
    pub(super) request: &'a ImportRequest<'a>,
    pub(super) key: &'a WorkspaceKey,
    pub(super) import_id: &'a str,
}

/// One thread's parser and encoders.
pub(super) struct Worker<'a> {
    setting: Setting<'a>,
    /// The parser of the table at hand: blocks of small files come one after another.
    parser: Option<(Arc<Table>, RowParser)>,
    encoder: RowEncoder<'a>,
    /// For each encoded row, whether it has a group.
    grouped: Vec<bool>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        Self {
            setting,
            parser: None,
            encoder: RowEncoder::new(
                setting.key,
                setting.request.scheme,
                setting.request.translate,
                setting.request.weights,
                setting.request.checks,
            ),
            grouped: Vec::new(),
        }
    }

    /// Works a block through; ends the load for everybody when something fails.
    pub(super) fn work(&mut self, piece: &Piece) -> Result<Worked, WarehouseError> {
        let worked = self.try_work(piece);
        if worked.is_err() {
            self.setting.loader.stop();
        }
        worked
    }

    fn try_work(&mut self, piece: &Piece) -> Result<Worked, WarehouseError> {
        let table = &piece.table;
        let mut parser = match self.parser.take() {
            Some((known, parser)) if Arc::ptr_eq(&known, table) => parser,
            _ => RowParser::new(&table.header),
        };
        let mut worked = Worked {
            table: Arc::clone(table),
            counts: BlockCounts {
                bytes: piece.block.bytes.len() as u64,
                ..BlockCounts::default()
            },
            noted: Vec::new(),
        };
        self.read(&mut parser, &piece.block, &mut worked);
        let rows = self.encoder.finish(Source {
            import_id: self.setting.import_id,
            file: &table.name,
            layout: table.header.layout.id(),
        })?;
        let pushed = self.setting.loader.push(piece.ticket, &rows)?;
        let repeated = pushed.ok_or(WarehouseError::Cancelled)?;
        if !repeated.is_empty() {
            note_repeated(&mut parser, &piece.block, &repeated, &mut worked);
        }
        let mut left_out = repeated.iter().copied().peekable();
        for (row, &grouped) in self.grouped.iter().enumerate() {
            if left_out.next_if_eq(&row).is_some() {
                continue;
            }
            if grouped {
                worked.counts.grouped += 1;
            } else {
                worked.counts.not_grouped += 1;
            }
        }
        self.parser = Some((Arc::clone(table), parser));
        Ok(worked)
    }

    /// Reads the rows of a block into the encoders, and what is wrong with them into `worked`.
    fn read(&mut self, parser: &mut RowParser, block: &Block, worked: &mut Worked) {
        let Self {
            encoder, grouped, ..
        } = self;
        grouped.clear();
        let Worked { counts, noted, .. } = worked;
        let read = parser.parse(block, |row| match row {
            Row::Record {
                page,
                line,
                raw,
                problems,
                ..
            } => {
                if let Some(has_group) = encoder.push(page, line) {
                    grouped.push(has_group);
                    if !problems.is_empty() {
                        counts.problems += problems.len() as u64;
                        let (problems, raw) = (problems.to_vec(), String::new());
                        noted.push(Noted {
                            line,
                            problems,
                            raw,
                        });
                    }
                } else {
                    counts.rejected += 1;
                    noted.push(Noted {
                        line,
                        problems: vec![whole_row(ProblemKind::Missing)],
                        raw: raw.to_owned(),
                    });
                }
            }
            Row::Reject {
                line,
                raw,
                problems,
                ..
            } => {
                counts.rejected += 1;
                noted.push(Noted {
                    line,
                    problems: problems.to_vec(),
                    raw: raw.to_owned(),
                });
            }
        });
        counts.read = read.records + read.rejects;
    }
}

/// Repeated rows are rare: the block is read once more to find their text.
fn note_repeated(parser: &mut RowParser, block: &Block, repeated: &[usize], worked: &mut Worked) {
    let mut wanted = repeated.iter().copied().peekable();
    let mut row = 0;
    let mut found = Vec::new();
    parser.parse(block, |read| {
        if let Row::Record {
            page, line, raw, ..
        } = read
            && page.key().is_some()
        {
            if wanted.next_if_eq(&row).is_some() {
                found.push((line, raw.to_owned()));
            }
            row += 1;
        }
    });
    let Worked { counts, noted, .. } = worked;
    for (line, raw) in found {
        counts.rejected += 1;
        counts.duplicates += 1;
        noted.retain(|kept| kept.line != line);
        let problems = vec![whole_row(ProblemKind::DuplicateKey)];
        noted.push(Noted {
            line,
            problems,
            raw,
        });
    }
    noted.sort_by_key(|noted| noted.line);
}

fn whole_row(kind: ProblemKind) -> Problem {
    Problem {
        field: None,
        index: 0,
        column: CompactString::default(),
        value: CompactString::default(),
        kind,
        severity: Severity::Reject,
    }
}

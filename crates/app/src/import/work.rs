//! What a thread does with a block: read, group, encode, hand over.

use std::sync::Arc;

use biaochi_grouper::definition::Level;
use biaochi_grouper::{Scheme, Status};
use biaochi_ingest::{Block, Header, Problem, ProblemKind, Row, RowParser, Severity};
use biaochi_records::{CompactString, FrontPage};
use biaochi_warehouse::load::Loader;
use biaochi_warehouse::tables::{
    ComplicationRow, DischargeEncoder, GroupingEncoder, GroupingRow, Source,
};
use biaochi_warehouse::{WarehouseError, WorkspaceKey};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::ImportRequest;
use super::rejects::Noted;
use crate::stay_of;

/// A block and its place among all blocks of the import.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) ticket: u64,
    pub(super) block: Block,
}

/// What became of a block.
#[derive(Debug, Default)]
pub(super) struct Worked {
    pub(super) bytes: u64,
    pub(super) read: u64,
    pub(super) rejected: u64,
    pub(super) duplicates: u64,
    pub(super) problems: u64,
    pub(super) grouped: u64,
    pub(super) not_grouped: u64,
    pub(super) noted: Vec<Noted>,
}

/// Everything a worker needs besides its block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) loader: &'a Loader,
    pub(super) request: &'a ImportRequest<'a>,
    pub(super) key: &'a WorkspaceKey,
    pub(super) import_id: &'a str,
    /// The table's name as the person knows it.
    pub(super) file: &'a str,
}

/// One thread's parser and encoders.
pub(super) struct Worker<'a> {
    setting: Setting<'a>,
    header: Arc<Header>,
    parser: RowParser,
    discharge: DischargeEncoder,
    grouping: Grouper<'a>,
    /// For each encoded row, whether it has a group.
    grouped: Vec<bool>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(setting: Setting<'a>, header: &Arc<Header>) -> Self {
        Self {
            setting,
            header: Arc::clone(header),
            parser: RowParser::new(header),
            discharge: DischargeEncoder::new(setting.key.clone()),
            grouping: Grouper::new(setting.request),
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
        let mut worked = Worked {
            bytes: piece.block.bytes.len() as u64,
            ..Worked::default()
        };
        let Self {
            discharge,
            grouping,
            grouped,
            ..
        } = self;
        grouped.clear();
        let counts = self.parser.parse(&piece.block, |row| match row {
            Row::Record {
                page,
                line,
                raw,
                problems,
                ..
            } => {
                if discharge.push(page, line).is_some() {
                    grouped.push(grouping.push(page));
                    if !problems.is_empty() {
                        worked.problems += problems.len() as u64;
                        let (problems, raw) = (problems.to_vec(), String::new());
                        worked.noted.push(Noted {
                            line,
                            problems,
                            raw,
                        });
                    }
                } else {
                    worked.rejected += 1;
                    worked.noted.push(Noted {
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
                worked.rejected += 1;
                worked.noted.push(Noted {
                    line,
                    problems: problems.to_vec(),
                    raw: raw.to_owned(),
                });
            }
        });
        worked.read = counts.records + counts.rejects;
        let source = Source {
            import_id: self.setting.import_id,
            file: self.setting.file,
            layout: self.header.layout.id(),
        };
        let batch = self.discharge.finish(source);
        let groups = self.grouping.encoder.finish(&batch.batch);
        let pushed = self.setting.loader.push(piece.ticket, batch, groups)?;
        let repeated = pushed.ok_or(WarehouseError::Cancelled)?;
        if !repeated.is_empty() {
            self.note_repeated(&piece.block, &repeated, &mut worked);
        }
        let mut left_out = repeated.iter().copied().peekable();
        for (row, &grouped) in self.grouped.iter().enumerate() {
            if left_out.next_if_eq(&row).is_some() {
                continue;
            }
            if grouped {
                worked.grouped += 1;
            } else {
                worked.not_grouped += 1;
            }
        }
        Ok(worked)
    }

    /// Repeated rows are rare: the block is read once more to find their text.
    fn note_repeated(&mut self, block: &Block, repeated: &[usize], worked: &mut Worked) {
        let mut wanted = repeated.iter().copied().peekable();
        let mut row = 0;
        let mut noted = Vec::new();
        self.parser.parse(block, |read| {
            if let Row::Record {
                page, line, raw, ..
            } = read
                && page.key().is_some()
            {
                if wanted.next_if_eq(&row).is_some() {
                    noted.push((line, raw.to_owned()));
                }
                row += 1;
            }
        });
        for (line, raw) in noted {
            worked.rejected += 1;
            worked.duplicates += 1;
            worked.noted.retain(|kept| kept.line != line);
            let problems = vec![whole_row(ProblemKind::DuplicateKey)];
            worked.noted.push(Noted {
                line,
                problems,
                raw,
            });
        }
        worked.noted.sort_by_key(|noted| noted.line);
    }
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

/// Groups pages and encodes the results.
struct Grouper<'a> {
    scheme: &'a Scheme,
    translate: bool,
    weights: Option<super::ImportWeights<'a>>,
    /// Weights met so far: a table may be slow to ask.
    known: FxHashMap<CompactString, Option<Decimal>>,
    encoder: GroupingEncoder,
}

impl<'a> Grouper<'a> {
    fn new(request: &ImportRequest<'a>) -> Self {
        let info = &request.scheme.info;
        Self {
            scheme: &request.scheme.scheme,
            translate: request.translate,
            weights: request.weights,
            known: FxHashMap::default(),
            encoder: GroupingEncoder::new(
                &info.id,
                &info.content_hash,
                request.weights.map(|weights| weights.id),
            ),
        }
    }

    /// Groups a page; tells whether it has a group.
    fn push(&mut self, page: &FrontPage) -> bool {
        let stay = stay_of(page, self.translate);
        let grouping = self.scheme.group(&stay);
        let findings = self.scheme.complications(&stay);
        let complications: Vec<_> = findings
            .iter()
            .map(|finding| ComplicationRow {
                code: &finding.code,
                level: level(finding.level),
                counted: !finding.excluded,
                table: finding.table,
            })
            .collect();
        let weight = if grouping.status == Status::Grouped {
            self.weight(grouping.drg)
        } else {
            None
        };
        self.encoder.push(
            page,
            &GroupingRow {
                status: grouping.status.name(),
                mdc: grouping.mdc,
                adrg: grouping.adrg,
                drg: grouping.drg,
                weight,
                complications: &complications,
            },
        );
        grouping.is_grouped()
    }

    fn weight(&mut self, drg: &str) -> Option<Decimal> {
        let weights = self.weights?;
        if let Some(weight) = self.known.get(drg) {
            return *weight;
        }
        let weight = (weights.weight)(drg);
        self.known.insert(drg.into(), weight);
        weight
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Cc => "cc",
        Level::Mcc => "mcc",
    }
}

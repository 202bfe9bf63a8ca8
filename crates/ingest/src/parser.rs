use std::sync::Arc;

use biaochi_records::FrontPage;
use memchr::memchr;

use crate::fields::FieldParser;
use crate::header::Header;
use crate::scan::has_controls;
use crate::{Block, LineUnit, Problem, ProblemKind};

/// What a line of the file became.
#[derive(Debug)]
pub enum Row<'a> {
    /// A record for the table.
    Record {
        /// The record; the parser reuses it for the next row, so take what is needed.
        page: &'a mut FrontPage,
        /// Line (or sheet row) on which it begins.
        line: u64,
        /// Lines it spans.
        lines: u64,
        /// The row as it stands in the file.
        raw: &'a str,
        /// What is wrong with it, all [`Severity::Kept`].
        problems: &'a [Problem],
    },
    /// A row that cannot enter the table.
    Reject {
        /// Line (or sheet row) on which it begins.
        line: u64,
        /// Lines it spans.
        lines: u64,
        /// The row as it stands in the file, with `�` for bytes that are no text.
        raw: &'a str,
        /// Why; at least one is [`Severity::Reject`].
        problems: &'a [Problem],
    },
}

/// What became of a block's lines: `record_lines + reject_lines + blank_lines` are all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlockCounts {
    /// Records given.
    pub records: u64,
    /// Rejects given.
    pub rejects: u64,
    /// Lines of the records.
    pub record_lines: u64,
    /// Lines of the rejects.
    pub reject_lines: u64,
    /// Lines without any value.
    pub blank_lines: u64,
}

/// Turns blocks into records. One per thread: its buffers are reused from row to row.
#[derive(Debug)]
pub struct RowParser {
    header: Arc<Header>,
    /// The block's text when it had to be decoded.
    text: String,
    fields: FieldParser,
}

impl RowParser {
    /// A parser for the blocks of a table.
    pub fn new(header: &Arc<Header>) -> Self {
        Self {
            header: Arc::clone(header),
            text: String::new(),
            fields: FieldParser::new(header),
        }
    }

    /// Gives every row of a block, in order.
    pub fn parse(&mut self, block: &Block, mut each: impl FnMut(Row<'_>)) -> BlockCounts {
        let mut counts = BlockCounts::default();
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        self.fields.controls = has_controls(&block.bytes);
        let mut line = block.first_line;
        let utf8 = block.encoding == crate::Encoding::Utf8;
        if utf8 && let Ok(direct) = std::str::from_utf8(&block.bytes) {
            self.text(direct, block.line_unit, &mut line, &mut counts, &mut each);
        } else if !utf8 && block.encoding.decode(&block.bytes, &mut text) {
            self.text(&text, block.line_unit, &mut line, &mut counts, &mut each);
        } else {
            self.broken(block, &mut text, &mut line, &mut counts, &mut each);
        }
        self.text = text;
        counts
    }

    /// A block with bytes that are no text: line by line, so that the other lines are not lost.
    fn broken(
        &mut self,
        block: &Block,
        text: &mut String,
        line: &mut u64,
        counts: &mut BlockCounts,
        each: &mut impl FnMut(Row<'_>),
    ) {
        let mut good = 0..0;
        let mut at = 0;
        while at < block.bytes.len() {
            let end =
                memchr(b'\n', &block.bytes[at..]).map_or(block.bytes.len(), |end| at + end + 1);
            text.clear();
            if block.encoding.decode(&block.bytes[at..end], text) {
                good.end = end;
            } else {
                // Good lines before it go together: a value may span them.
                text.clear();
                if block.encoding.decode(&block.bytes[good.clone()], text) {
                    self.text(text, block.line_unit, line, counts, each);
                }
                let lossy = block.encoding.decode_lossy(&block.bytes[at..end]);
                self.fields.start_row();
                self.fields.row_problem(ProblemKind::Undecodable {
                    encoding: block.encoding,
                });
                self.reject(lossy.trim_end_matches(['\r', '\n']), *line, 1, counts, each);
                *line += 1;
                good = end..end;
            }
            at = end;
        }
        text.clear();
        if block.encoding.decode(&block.bytes[good], text) {
            self.text(text, block.line_unit, line, counts, each);
        }
    }

    /// Whole records as text.
    fn text(
        &mut self,
        text: &str,
        unit: LineUnit,
        line: &mut u64,
        counts: &mut BlockCounts,
        each: &mut impl FnMut(Row<'_>),
    ) {
        let bytes = text.as_bytes();
        let quotes = memchr(b'"', bytes).is_some();
        let width = self.header.headings.len();
        let mut at = 0;
        while at < bytes.len() {
            let line_end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            let row = without_return(&text[at..line_end]);
            self.fields.start_row();
            let mut next = line_end + 1;
            let mut raw = row;
            let mut lines = 1;
            let found = if quotes && memchr(b'"', row.as_bytes()).is_some() {
                match self.fields.quoted(text, at) {
                    Some((found, end)) => {
                        let inside = text[at..end].matches('\n').count() as u64;
                        // A value that spans lines and breaks the row is a stray quote: only its
                        // first line is lost.
                        if inside > 0 && found != width {
                            self.fields.start_row();
                            self.fields.row_problem(ProblemKind::OpenQuote);
                        } else {
                            raw = without_return(&text[at..end]);
                            next = end + 1;
                            lines = if unit == LineUnit::Line {
                                inside + 1
                            } else {
                                1
                            };
                        }
                        found
                    }
                    None => {
                        self.fields.start_row();
                        self.fields.row_problem(ProblemKind::OpenQuote);
                        width
                    }
                }
            } else {
                self.fields.plain(row)
            };
            if self
                .fields
                .problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::OpenQuote)
            {
                self.reject(raw, *line, lines, counts, each);
            } else if !self.fields.filled && (found == width || raw.trim().is_empty()) {
                counts.blank_lines += lines;
            } else if found != width {
                self.fields.problems.clear();
                self.fields.row_problem(ProblemKind::Ragged {
                    expected: width,
                    found,
                });
                self.reject(raw, *line, lines, counts, each);
            } else if self.fields.finish() {
                counts.records += 1;
                counts.record_lines += lines;
                each(Row::Record {
                    page: &mut self.fields.page,
                    line: *line,
                    lines,
                    raw,
                    problems: &self.fields.problems,
                });
            } else {
                self.reject(raw, *line, lines, counts, each);
            }
            *line += lines;
            at = next;
        }
    }

    fn reject(
        &mut self,
        raw: &str,
        line: u64,
        lines: u64,
        counts: &mut BlockCounts,
        each: &mut impl FnMut(Row<'_>),
    ) {
        counts.rejects += 1;
        counts.reject_lines += lines;
        each(Row::Reject {
            line,
            lines,
            raw,
            problems: &self.fields.problems,
        });
    }
}

/// A line without the carriage return before its line feed.
pub(crate) fn without_return(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

/// The same of bytes.
pub(crate) fn without_return_bytes(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

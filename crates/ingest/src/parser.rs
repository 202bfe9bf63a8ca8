use std::sync::Arc;

use biaochi_records::{CompactString, Field, FrontPage, ValueMut, split_incision_code};
use memchr::memchr;

use crate::checks::Gathered;
use crate::header::{Action, Header, Plan};
use crate::numbers::{Inexact, decimal, integer};
use crate::problem::carried;
use crate::scan::{Close, closing_quote, dash_run, has_controls, next_byte, run_length};
use crate::value_text::{has_lost_digits, is_unfilled, narrow, trimmed, undisguised};
use crate::{Block, LineUnit, Problem, ProblemKind, Severity, dates};

/// A longer text is not kept even in a text field.
const LONGEST_TEXT: usize = 4_000;

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

/// The part of the parser that holds the record being filled.
#[derive(Debug)]
struct FieldParser {
    header: Arc<Header>,
    page: FrontPage,
    problems: Vec<Problem>,
    gathered: Gathered,
    /// A quoted value without its quotes.
    value: String,
    /// Whether the block holds control characters, so that values must be looked at.
    controls: bool,
    /// Whether any value of the row is filled in.
    filled: bool,
    /// Whether a value beyond the header's columns is filled in.
    beyond: bool,
}

impl RowParser {
    /// A parser for the blocks of a table.
    pub fn new(header: &Arc<Header>) -> Self {
        Self {
            header: Arc::clone(header),
            text: String::new(),
            fields: FieldParser {
                header: Arc::clone(header),
                page: FrontPage::default(),
                problems: Vec::new(),
                gathered: Gathered::default(),
                value: String::new(),
                controls: false,
                filled: false,
                beyond: false,
            },
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
fn without_return(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

impl FieldParser {
    fn start_row(&mut self) {
        self.page.clear();
        self.problems.clear();
        self.gathered = Gathered::default();
        self.filled = false;
        self.beyond = false;
    }

    fn row_problem(&mut self, kind: ProblemKind) {
        self.problems.push(Problem {
            field: None,
            index: 0,
            column: CompactString::default(),
            value: CompactString::default(),
            kind,
            severity: Severity::Reject,
        });
    }

    /// Derives and checks what concerns the whole record; `false` when it cannot enter the table.
    fn finish(&mut self) -> bool {
        self.gathered
            .finish(&self.header, &mut self.page, &mut self.problems);
        !self
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Reject)
    }

    /// Reads a row without quotes and gives the number of its values.
    fn plain(&mut self, row: &str) -> usize {
        let header = Arc::clone(&self.header);
        let delimiter = header.delimiter;
        let bytes = row.as_bytes();
        let mut column = 0;
        let mut at = 0;
        // Most columns of a front page are empty or hold a dash: skipping them must cost next to
        // nothing.
        while at < bytes.len() {
            if bytes[at] == delimiter {
                let run = run_length(bytes, at, delimiter);
                column += run;
                at += run;
                continue;
            }
            if bytes[at] == b'-' {
                let run = dash_run(bytes, at, delimiter);
                column += run;
                at += 2 * run;
                if run > 0 {
                    continue;
                }
            }
            let end = next_byte(bytes, at, delimiter);
            self.field(&header, column, &row[at..end]);
            at = end;
        }
        header.values_in_row(column + 1, self.beyond)
    }

    /// Reads a row that may hold quoted values, from `at`; gives the number of its values and where it
    /// ends. `None` when a quote stays open.
    fn quoted(&mut self, text: &str, mut at: usize) -> Option<(usize, usize)> {
        let header = Arc::clone(&self.header);
        let delimiter = header.delimiter;
        let bytes = text.as_bytes();
        let mut column = 0;
        loop {
            let open = bytes.get(at) == Some(&b'"');
            let mut start = at;
            let mut value = std::mem::take(&mut self.value);
            value.clear();
            if open {
                let Close::At(close) = closing_quote(bytes, at) else {
                    self.value = value;
                    return None;
                };
                let inside = &text[at + 1..close];
                if inside.contains('\n') && header.is_stray_quote(inside, &bytes[close + 1..]) {
                    self.value = value;
                    return None;
                }
                push_unquoted(&mut value, inside);
                start = close + 1;
            }
            let end = bytes[start..]
                .iter()
                .position(|&byte| byte == delimiter || byte == b'\n')
                .map_or(bytes.len(), |end| start + end);
            let ended = bytes.get(end) != Some(&delimiter);
            let tail = &text[start..end];
            let tail = if ended { without_return(tail) } else { tail };
            if open {
                value.push_str(tail);
                self.field(&header, column, &value);
            } else {
                self.field(&header, column, tail);
            }
            self.value = value;
            column += 1;
            if ended {
                return Some((header.values_in_row(column, self.beyond), end));
            }
            at = end + 1;
        }
    }

    /// Reads one value.
    fn field(&mut self, header: &Header, column: usize, text: &str) {
        let text = undisguised(trimmed(text));
        if is_unfilled(text) {
            return;
        }
        self.filled = true;
        let Some(plan) = header.plans.get(column) else {
            self.beyond = true;
            return;
        };
        if self.controls
            && text
                .chars()
                .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        {
            self.problem(header, column, text, ProblemKind::ControlCharacter);
            return;
        }
        if plan.action == Action::Extension {
            self.page
                .extensions
                .push((header.headings[column].clone(), text.to_owned()));
            return;
        }
        let Some(field) = plan.field else { return };
        match plan.action {
            Action::Text | Action::Code => self.text_value(header, column, plan, field, text),
            Action::Codes => self.codes(header, column, plan, field, text),
            Action::List => self.list(header, column, plan, field, text),
            Action::Integer => match integer(text, plan.unit) {
                Ok(number) => self.put_integer(field, plan.index, number),
                Err(kind) => self.problem(header, column, text, kind),
            },
            Action::Decimal => {
                let value = match decimal(text, plan.unit) {
                    Ok(value) => value,
                    Err(Inexact::Rounded(value)) => {
                        self.problem(header, column, text, ProblemKind::Rounded);
                        value
                    }
                    Err(Inexact::Unreadable(kind)) => {
                        self.problem(header, column, text, kind);
                        return;
                    }
                };
                if let ValueMut::Decimal(place) = self.page.value_mut(field, plan.index) {
                    *place = Some(value);
                }
            }
            Action::Flag(coding) => {
                let value = coding.value(text).or(match text {
                    "是" | "有" => Some(true),
                    "否" | "无" | "没有" => Some(false),
                    _ => None,
                });
                match (value, self.page.value_mut(field, plan.index)) {
                    (Some(value), ValueMut::Flag(place)) => *place = Some(value),
                    _ => self.problem(header, column, text, ProblemKind::NotAFlag),
                }
            }
            Action::Date => {
                match (
                    dates::date_time(text, header.serials),
                    self.page.value_mut(field, plan.index),
                ) {
                    (Some((date, _)), ValueMut::Date(place)) => *place = Some(date),
                    _ => self.problem(header, column, text, ProblemKind::NotADate),
                }
            }
            Action::Time => self.time(header, column, plan, field, text),
            Action::Hour => match integer(text, "时") {
                Ok(hour @ 0..=23) => self.gathered.hour(field, column, hour as i8),
                _ => self.problem(header, column, text, ProblemKind::Hour),
            },
            Action::Incision => match split_incision_code(text) {
                Some((class, healing)) => {
                    let index = plan.index;
                    if let ValueMut::Text(place) = self.page.value_mut(field, index) {
                        place.push_str(class);
                    }
                    if let ValueMut::Text(place) =
                        self.page.value_mut(Field::ProcedureIncisionHealing, index)
                    {
                        place.push_str(healing);
                    }
                }
                None => self.problem(header, column, text, ProblemKind::NotAnIncisionCode),
            },
            Action::Community => self.gathered.community.push_str(text),
            Action::Extension => {}
        }
    }

    fn put_integer(&mut self, field: Field, index: usize, number: i32) {
        if let ValueMut::Integer(place) = self.page.value_mut(field, index) {
            *place = Some(number);
        }
    }

    fn text_value(
        &mut self,
        header: &Header,
        column: usize,
        plan: &Plan,
        field: Field,
        text: &str,
    ) {
        if has_lost_digits(text) {
            self.problem(header, column, text, ProblemKind::DigitsLost);
            return;
        }
        if text.len() > plan.limit && text.chars().count() > plan.limit {
            let kept = text.len() <= LONGEST_TEXT && field != Field::MedicalRecordNumber;
            self.problem(
                header,
                column,
                text,
                ProblemKind::TooLong {
                    limit: plan.limit,
                    kept,
                },
            );
            if !kept {
                return;
            }
        }
        let text = match (field, text) {
            (Field::Sex, "男") => "1",
            (Field::Sex, "女") => "2",
            _ => text,
        };
        if let ValueMut::Text(place) = self.page.value_mut(field, plan.index) {
            place.push_str(text);
        }
        self.check_code(header, column, plan, text);
    }

    fn codes(&mut self, header: &Header, column: usize, plan: &Plan, field: Field, text: &str) {
        let narrowed = narrow(text);
        for code in narrowed.split([',', '|', ';', '、']).map(str::trim) {
            if is_unfilled(code) {
                continue;
            }
            if let ValueMut::Codes(place) = self.page.value_mut(field, plan.index) {
                place.push(code.into());
            }
            self.check_code(header, column, plan, code);
        }
    }

    /// All elements of a group in one column; they are taken as they stand.
    fn list(&mut self, header: &Header, column: usize, plan: &Plan, field: Field, text: &str) {
        for (index, code) in text.split(['|', ',']).enumerate() {
            if let ValueMut::Text(place) = self.page.value_mut(field, index) {
                place.push_str(code);
            }
            self.check_code(header, column, plan, code);
        }
    }

    fn check_code(&mut self, header: &Header, column: usize, plan: &Plan, code: &str) {
        if let (Some(set), Some(known)) = (plan.set, &header.options.known_code)
            && !known(set, code)
        {
            self.problem(header, column, code, ProblemKind::UnknownCode { set });
        }
    }

    fn time(&mut self, header: &Header, column: usize, plan: &Plan, field: Field, text: &str) {
        match (
            dates::date_time(text, header.serials),
            self.page.value_mut(field, plan.index),
        ) {
            (Some((date, time)), ValueMut::Time(place)) => {
                *place = Some(date.to_datetime(time.unwrap_or_default()));
                if time.is_none() {
                    self.gathered.date_only(field);
                }
            }
            _ => self.problem(header, column, text, ProblemKind::NotADate),
        }
    }

    #[cold]
    fn problem(&mut self, header: &Header, column: usize, text: &str, kind: ProblemKind) {
        let plan = &header.plans[column];
        self.problems.push(Problem {
            field: plan.field,
            index: plan.index,
            column: header.headings[column].clone(),
            value: carried(plan.field, text),
            kind,
            severity: Severity::Kept,
        });
    }
}

impl Header {
    /// Whether a quote that opened a value with line breaks is a stray one: the next quote does not
    /// end a value, or a line in between is a row by itself.
    fn is_stray_quote(&self, inside: &str, after: &[u8]) -> bool {
        let ends_value = match after {
            [] | [b'\n' | b'\r', ..] => true,
            [next, ..] => *next == self.delimiter,
        };
        let width = self.headings.len();
        let mut lines = inside.split('\n');
        lines.next();
        lines.next_back();
        !ends_value
            || lines.any(|line| {
                line.bytes().filter(|byte| *byte == self.delimiter).count() + 1 == width
            })
    }

    /// Number of a row's values for comparison with the header: empty values below the header's empty
    /// headings, or one behind the last delimiter, do not count.
    fn values_in_row(&self, values: usize, beyond: bool) -> usize {
        let width = self.headings.len();
        let harmless = values == width + 1 || values == self.raw_width;
        if harmless && !beyond && values > width {
            width
        } else {
            values
        }
    }
}

/// Appends the inside of a quoted value, doubled quotes made single.
fn push_unquoted(value: &mut String, inside: &str) {
    let mut rest = inside;
    while let Some(quote) = memchr(b'"', rest.as_bytes()) {
        value.push_str(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or("");
    }
    value.push_str(rest);
}

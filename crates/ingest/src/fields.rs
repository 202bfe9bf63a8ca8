//! A row's texts become the values of a record.

use std::sync::Arc;

use biaochi_records::{CompactString, Field, FrontPage, ValueMut, split_incision_code};
use memchr::memchr;

use crate::checks::Gathered;
use crate::header::Header;
use crate::numbers::{Inexact, decimal, integer};
use crate::parser::without_return;
use crate::plan::{Action, Plan};
use crate::problem::carried;
use crate::scan::{Close, closing_quote, dash_run, next_byte, run_length};
use crate::value_text::{
    has_lost_digits, is_formula_error, is_unfilled, narrow, trimmed, undisguised,
};
use crate::{Problem, ProblemKind, Severity, dates};

/// A longer text is not kept even in a text field.
const LONGEST_TEXT: usize = 4_000;

/// The part of the parser that holds the record being filled.
#[derive(Debug)]
pub(crate) struct FieldParser {
    header: Arc<Header>,
    pub(crate) page: FrontPage,
    pub(crate) problems: Vec<Problem>,
    gathered: Gathered,
    /// A quoted value without its quotes.
    value: String,
    /// Whether the block holds control characters, so that values must be looked at.
    pub(crate) controls: bool,
    /// Whether any value of the row is filled in.
    pub(crate) filled: bool,
    /// Whether a value beyond the header's columns is filled in.
    beyond: bool,
}

impl FieldParser {
    pub(crate) fn new(header: &Arc<Header>) -> Self {
        Self {
            header: Arc::clone(header),
            page: FrontPage::default(),
            problems: Vec::new(),
            gathered: Gathered::default(),
            value: String::new(),
            controls: false,
            filled: false,
            beyond: false,
        }
    }

    pub(crate) fn start_row(&mut self) {
        self.page.clear();
        self.problems.clear();
        self.gathered = Gathered::default();
        self.filled = false;
        self.beyond = false;
    }

    pub(crate) fn row_problem(&mut self, kind: ProblemKind) {
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
    pub(crate) fn finish(&mut self) -> bool {
        self.gathered
            .finish(&self.header, &mut self.page, &mut self.problems);
        for problem in &self.problems {
            if let Some(field) = problem.field
                && problem.kind.leaves_empty()
                && !self.page.unreadable.contains(&field)
            {
                self.page.unreadable.push(field);
            }
        }
        !self
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Reject)
    }

    /// Reads a row without quotes and gives the number of its values.
    pub(crate) fn plain(&mut self, row: &str) -> usize {
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
                if run > 0 {
                    self.mark(&header, column, column + run);
                    column += run;
                    at += 2 * run;
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
    pub(crate) fn quoted(&mut self, text: &str, mut at: usize) -> Option<(usize, usize)> {
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

    /// Remembers that columns hold a dash.
    fn mark(&mut self, header: &Header, from: usize, to: usize) {
        let first = header
            .markable
            .partition_point(|(column, _)| *column < from);
        let marked = header.markable[first..]
            .iter()
            .take_while(|(column, _)| *column < to);
        self.page.marked.extend(marked.map(|(_, field)| *field));
    }

    /// Reads one value.
    fn field(&mut self, header: &Header, column: usize, text: &str) {
        let text = undisguised(trimmed(text));
        if is_unfilled(text) {
            if !text.is_empty() {
                self.mark(header, column, column + 1);
            }
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
        if is_formula_error(text) {
            self.problem(header, column, text, ProblemKind::FormulaError);
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
                    "是" | "有" | "TRUE" => Some(true),
                    "否" | "无" | "没有" | "FALSE" => Some(false),
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

use biaochi_records::{
    Column, DataType, Field, FlagCoding, Form, FrontPage, Group, Layout, ValueRef,
};
use jiff::civil::{Date, DateTime, Time};

/// Encoding of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputEncoding {
    /// UTF-8 without a byte-order mark.
    Utf8,
    /// UTF-8 with a byte-order mark, which spreadsheets need.
    Utf8WithBom,
    /// GB18030.
    Gb18030,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputFormat {
    /// Byte between values: comma, tab, `|` or `;`.
    pub delimiter: u8,
    /// Encoding.
    pub encoding: OutputEncoding,
    /// What stands for a value that is not filled in: nothing or `-`.
    pub unfilled: &'static str,
    /// Line end.
    pub line_end: &'static str,
}

impl Default for OutputFormat {
    fn default() -> Self {
        Self {
            delimiter: b',',
            encoding: OutputEncoding::Utf8,
            unfilled: "",
            line_end: "\n",
        }
    }
}

/// A text that stands in a file where the record says something else or cannot say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Override<'a> {
    /// The field.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// What stands in the field's column.
    pub text: &'a str,
}

/// Writes records as rows of a layout, the reverse of reading them.
///
/// A layout holds what it has columns for: N041 gives times to the hour and seven procedures, and the
/// rest of a record is left out.
#[derive(Debug)]
pub struct LayoutWriter {
    layout: Layout,
    format: OutputFormat,
    columns: Vec<OutputColumn>,
    extensions: Vec<String>,
    row: String,
}

#[derive(Debug, Clone, Copy)]
struct OutputColumn {
    column: &'static Column,
    group: Group,
    flag: FlagCoding,
    date_only: bool,
}

impl LayoutWriter {
    /// A writer of all columns of a layout in its own order.
    pub fn new(layout: Layout, format: OutputFormat) -> Self {
        let columns = layout
            .columns()
            .iter()
            .map(|column| {
                let info = column.field.info();
                OutputColumn {
                    column,
                    group: info.group,
                    flag: info.flag_coding(layout).unwrap_or(FlagCoding::OneYesTwoNo),
                    date_only: layout == Layout::N041 && info.data_type == DataType::Time,
                }
            })
            .collect();
        Self {
            layout,
            format,
            columns,
            extensions: Vec::new(),
            row: String::new(),
        }
    }

    /// Adds columns for extensions behind the layout's own.
    #[must_use]
    pub fn with_extensions(mut self, headings: impl IntoIterator<Item = String>) -> Self {
        self.extensions.extend(headings);
        self
    }

    /// Adds a column of the record itself for which the layout has none, under the name that
    /// `tcm2019` gives it.
    #[must_use]
    pub fn with_organisation(mut self) -> Self {
        let columns = Layout::Tcm2019.columns().iter();
        let missing = |column: &&'static Column| {
            column.field == Field::OrganisationCode
                && self
                    .columns
                    .iter()
                    .all(|known| known.column.field != column.field)
        };
        if let Some(column) = columns.into_iter().find(missing) {
            self.columns.push(OutputColumn {
                column,
                group: Group::Record,
                flag: FlagCoding::OneYesTwoNo,
                date_only: false,
            });
        }
        self
    }

    /// The layout.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Appends the header line, with the byte-order mark if there is one.
    pub fn header(&mut self, out: &mut Vec<u8>) {
        if self.format.encoding == OutputEncoding::Utf8WithBom {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        self.row.clear();
        for output in &self.columns {
            if !self.row.is_empty() {
                self.row.push(char::from(self.format.delimiter));
            }
            self.row.push_str(output.column.name);
        }
        for heading in &self.extensions {
            self.row.push(char::from(self.format.delimiter));
            push_text(&mut self.row, heading, self.format.delimiter);
        }
        self.end(out);
    }

    /// Appends a record as a line.
    pub fn row(&mut self, page: &FrontPage, out: &mut Vec<u8>) {
        self.row_with(page, &[], out);
    }

    /// Appends a record as a line in which some values are replaced by texts, as they are.
    pub fn row_with(&mut self, page: &FrontPage, overrides: &[Override<'_>], out: &mut Vec<u8>) {
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        let counts = Group::ALL.map(|group| page.count(group));
        for (position, output) in self.columns.iter().enumerate() {
            if position > 0 {
                row.push(char::from(self.format.delimiter));
            }
            let Column { field, index, .. } = *output.column;
            // Most elements of repeating groups do not exist: look no further then.
            let exists = index == 0 || usize::from(index) < counts[output.group as usize];
            if !exists && overrides.is_empty() {
                row.push_str(self.format.unfilled);
                continue;
            }
            let start = row.len();
            match overrides
                .iter()
                .find(|other| other.field == field && other.index == usize::from(index))
            {
                Some(other) => push_text(&mut row, other.text, self.format.delimiter),
                None => self.value(page, output, &mut row),
            }
            if row.len() == start {
                row.push_str(self.format.unfilled);
            }
        }
        for heading in &self.extensions {
            row.push(char::from(self.format.delimiter));
            match page.extensions.iter().find(|(known, _)| known == heading) {
                Some((_, text)) => push_text(&mut row, text, self.format.delimiter),
                None => row.push_str(self.format.unfilled),
            }
        }
        self.row = row;
        self.end(out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.row.push_str(self.format.line_end);
        match self.format.encoding {
            OutputEncoding::Gb18030 => {
                out.extend_from_slice(&encoding_rs::GB18030.encode(&self.row).0);
            }
            OutputEncoding::Utf8 | OutputEncoding::Utf8WithBom => {
                out.extend_from_slice(self.row.as_bytes());
            }
        }
    }

    fn value(&self, page: &FrontPage, output: &OutputColumn, row: &mut String) {
        let Column {
            field, index, form, ..
        } = *output.column;
        let index = usize::from(index);

        match form {
            Form::Plain => {
                if field == Field::ReceivingInstitution && !is_plain_institution(self.layout, page)
                {
                    return;
                }
                if let Some(value) = page.get(field, index) {
                    self.plain(value, output, row);
                }
            }
            Form::Community => {
                if !is_plain_institution(self.layout, page) {
                    push_text(row, &page.receiving_institution, self.format.delimiter);
                }
            }
            Form::Hour => {
                if let Some(ValueRef::Time(time)) = page.get(field, index) {
                    push_number(row, i64::from(time.hour()), 1);
                }
            }
            Form::Incision => {
                if let Some(procedure) = page.procedures.get(index) {
                    row.push_str(procedure.joint_incision());
                }
            }
            Form::List => {
                for element in 0..page.count(output.group) {
                    if element > 0 {
                        row.push('|');
                    }
                    if let Some(ValueRef::Text(code)) = page.get(field, element) {
                        row.push_str(code);
                    }
                }
            }
        }
    }

    fn plain(&self, value: ValueRef<'_>, output: &OutputColumn, row: &mut String) {
        let compact = self.layout == Layout::N041;
        match value {
            ValueRef::Text(text) => push_text(row, text, self.format.delimiter),
            ValueRef::Codes(codes) => {
                let quoted = self.format.delimiter == b',' && codes.len() > 1;
                if quoted {
                    row.push('"');
                }
                for (position, code) in codes.iter().enumerate() {
                    if position > 0 {
                        row.push(',');
                    }
                    row.push_str(code);
                }
                if quoted {
                    row.push('"');
                }
            }
            ValueRef::Integer(number) => push_number(row, i64::from(number), 1),
            ValueRef::Decimal(number) => number.write_to(row),
            ValueRef::Flag(flag) => row.push_str(output.flag.code(flag)),
            ValueRef::Date(date) => push_date(row, date, compact),
            ValueRef::Time(time) if output.date_only => push_date(row, time.date(), true),
            ValueRef::Time(time) => push_time(row, time),
        }
    }
}

/// Whether the receiving institution belongs into the layout's first column for it: always where there
/// is only one, else unless the patient left for primary care.
fn is_plain_institution(layout: Layout, page: &FrontPage) -> bool {
    layout == Layout::Hqms811 || page.discharge_disposition != "3"
}

/// Appends a text, quoted when it holds a delimiter, a quote or a line end.
fn push_text(row: &mut String, text: &str, delimiter: u8) {
    let special = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !text.bytes().any(special) {
        row.push_str(text);
        return;
    }
    row.push('"');
    for part in text.split_inclusive('"') {
        row.push_str(part);
        if part.ends_with('"') {
            row.push('"');
        }
    }
    row.push('"');
}

fn push_date(row: &mut String, date: Date, compact: bool) {
    push_number(row, i64::from(date.year()), 4);
    if !compact {
        row.push('-');
    }
    push_number(row, i64::from(date.month()), 2);
    if !compact {
        row.push('-');
    }
    push_number(row, i64::from(date.day()), 2);
}

fn push_time(row: &mut String, time: DateTime) {
    push_date(row, time.date(), false);
    row.push(' ');
    let time: Time = time.time();
    push_number(row, i64::from(time.hour()), 2);
    row.push(':');
    push_number(row, i64::from(time.minute()), 2);
    row.push(':');
    push_number(row, i64::from(time.second()), 2);
}

/// Appends a number with at least `width` digits.
fn push_number(row: &mut String, number: i64, width: usize) {
    if number < 0 {
        row.push('-');
    }
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    let mut rest = number.unsigned_abs();
    while rest > 0 || digits.len() - start < width {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    for &digit in &digits[start..] {
        row.push(char::from(digit));
    }
}

//! How a value stands in a column of a layout, before a file's delimiter and quotes.

use biaochi_records::{
    Column, DataType, Field, FlagCoding, Form, FrontPage, Group, Layout, ValueRef,
};
use jiff::civil::{Date, DateTime, Time};

/// One column of a layout as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnText {
    pub(crate) column: &'static Column,
    pub(crate) group: Group,
    layout: Layout,
    flag: FlagCoding,
    date_only: bool,
}

impl ColumnText {
    pub(crate) fn new(column: &'static Column, layout: Layout) -> Self {
        let info = column.field.info();
        Self {
            column,
            group: info.group,
            layout,
            flag: info.flag_coding(layout).unwrap_or(FlagCoding::OneYesTwoNo),
            date_only: layout == Layout::N041 && info.data_type == DataType::Time,
        }
    }

    /// Whether the layout asks for the day of a time only.
    pub(crate) fn is_day_of_time(&self) -> bool {
        self.date_only
    }

    /// The same column in a file that gives the time of the day where the layout asks for a day.
    pub(crate) fn with_time(mut self) -> Self {
        self.date_only = false;
        self
    }

    /// Element of a repeating group, else 0.
    pub(crate) fn index(&self) -> usize {
        usize::from(self.column.index)
    }

    /// Appends what stands in the column: nothing for a value that is not filled in, a dash for a
    /// field of the record that is marked by one.
    pub(crate) fn push(&self, page: &FrontPage, out: &mut String) {
        let start = out.len();
        self.value(page, out);
        if out.len() == start
            && self.group == Group::Record
            && self.column.form == Form::Plain
            && page.marked.contains(&self.column.field)
        {
            out.push('-');
        }
    }

    fn value(&self, page: &FrontPage, out: &mut String) {
        let Column { field, form, .. } = *self.column;
        let index = self.index();
        match form {
            Form::Plain => {
                if field == Field::ReceivingInstitution && !is_plain_institution(self.layout, page)
                {
                    return;
                }
                if let Some(value) = page.get(field, index) {
                    self.plain(value, out);
                }
            }
            Form::Community => {
                if !is_plain_institution(self.layout, page) {
                    out.push_str(&page.receiving_institution);
                }
            }
            Form::Hour => {
                if let Some(ValueRef::Time(time)) = page.get(field, index) {
                    push_number(out, i64::from(time.hour()), 1);
                }
            }
            Form::Incision => {
                if let Some(procedure) = page.procedures.get(index) {
                    out.push_str(procedure.joint_incision());
                }
            }
            Form::List => {
                for element in 0..page.count(self.group) {
                    if element > 0 {
                        out.push('|');
                    }
                    if let Some(ValueRef::Text(code)) = page.get(field, element) {
                        out.push_str(code);
                    }
                }
            }
        }
    }

    fn plain(&self, value: ValueRef<'_>, out: &mut String) {
        let compact = self.layout == Layout::N041;
        match value {
            ValueRef::Text(text) => out.push_str(text),
            ValueRef::Codes(codes) => {
                for (position, code) in codes.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    out.push_str(code);
                }
            }
            ValueRef::Integer(number) => push_number(out, i64::from(number), 1),
            ValueRef::Decimal(number) => number.write_to(out),
            ValueRef::Flag(flag) => out.push_str(self.flag.code(flag)),
            ValueRef::Date(date) => push_date(out, date, compact),
            ValueRef::Time(time) if self.date_only => push_date(out, time.date(), true),
            ValueRef::Time(time) => push_time(out, time),
        }
    }
}

/// Whether the receiving institution belongs into the layout's first column for it: always where there
/// is only one, else unless the patient left for primary care.
fn is_plain_institution(layout: Layout, page: &FrontPage) -> bool {
    layout == Layout::Hqms811 || page.discharge_disposition != "3"
}

/// Puts what was appended from `start` on into quotes when it holds a delimiter, a quote or a line end.
pub(crate) fn quote_from(row: &mut String, start: usize, delimiter: u8) {
    if needs_quotes(&row[start..], delimiter) {
        let text = row.split_off(start);
        push_quoted(row, &text);
    }
}

/// Whether a text can stand in a row within quotes only.
pub(crate) fn needs_quotes(text: &str, delimiter: u8) -> bool {
    text.bytes()
        .any(|byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r'))
}

/// Appends a text in quotes, those within it written twice.
pub(crate) fn push_quoted(row: &mut String, text: &str) {
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

use biaochi_records::{Column, Field, FrontPage, Group, Layout};

use crate::column_text::{ColumnText, quote_from};

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
    columns: Vec<ColumnText>,
    extensions: Vec<String>,
    row: String,
}

impl LayoutWriter {
    /// A writer of all columns of a layout in its own order.
    pub fn new(layout: Layout, format: OutputFormat) -> Self {
        let columns = layout.columns().iter();
        let columns = columns
            .map(|column| ColumnText::new(column, layout))
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
            self.columns.push(ColumnText::new(column, self.layout));
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
            let start = self.row.len();
            self.row.push_str(heading);
            quote_from(&mut self.row, start, self.format.delimiter);
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
                Some(other) => row.push_str(other.text),
                None => output.push(page, &mut row),
            }
            if row.len() == start {
                row.push_str(self.format.unfilled);
            } else {
                quote_from(&mut row, start, self.format.delimiter);
            }
        }
        for heading in &self.extensions {
            row.push(char::from(self.format.delimiter));
            match page.extensions.iter().find(|(known, _)| known == heading) {
                Some((_, text)) => {
                    let start = row.len();
                    row.push_str(text);
                    quote_from(&mut row, start, self.format.delimiter);
                }
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
}

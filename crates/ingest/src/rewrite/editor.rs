//! Which cells of a row must change so that it says something else.

use std::sync::Arc;

use biaochi_records::{Column, FIELDS, Field, Form, FrontPage, Group};

use super::CellEdit;
use super::cells::{cells, push_row, unquoted};
use super::tidy::tidied;
use crate::column_text::ColumnText;
use crate::dates::date_time;
use crate::value_text::{is_unfilled, trimmed, undisguised};
use crate::{Block, Encoding, Header, LineUnit, Row, RowParser};

pub use super::tidy::{Tidied, TidyKind};

/// A value that the row cannot say: the file has no column for it, or reads it back otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwritten {
    /// The field.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: usize,
}

/// What must be done to a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowChange {
    /// New cells.
    pub cells: Vec<CellEdit>,
    /// Values that stay, written as the layout asks.
    pub tidied: Vec<Tidied>,
    /// Values that the row cannot say.
    pub unwritten: Vec<Unwritten>,
}

/// Finds the cells to change in rows of one table. It reads every changed row back to be sure.
#[derive(Debug)]
pub struct RowEditor {
    header: Arc<Header>,
    columns: Vec<Option<ColumnText>>,
    parser: RowParser,
}

impl RowEditor {
    /// An editor of rows below a header.
    pub fn new(header: &Arc<Header>) -> Self {
        let text = |column: &Option<&'static Column>| {
            column.map(|column| ColumnText::new(column, header.layout))
        };
        Self {
            columns: header.columns.iter().map(text).collect(),
            parser: RowParser::new(header),
            header: Arc::clone(header),
        }
    }

    /// The cells that make a row say `after`; `raw` is the row as the parser gave it with `before`.
    ///
    /// A cell that says the same in both stays as it is, however it is written. With `tidy`, such cells
    /// are also written as the layout asks where nothing about them is uncertain.
    pub fn edit(
        &mut self,
        before: &FrontPage,
        after: &FrontPage,
        raw: &str,
        tidy: bool,
    ) -> RowChange {
        let delimiter = self.header.delimiter;
        let old: Vec<String> = cells(raw.as_bytes(), Encoding::Utf8, delimiter)
            .into_iter()
            .map(|range| unquoted(&raw[range]))
            .collect();
        let mut change = RowChange::default();
        let mut texts = [String::new(), String::new()];
        for (place, (column, cell)) in self.columns.iter().zip(&old).enumerate() {
            let Some(column) = column else { continue };
            let column = self.as_written(*column, cell);
            for (text, page) in texts.iter_mut().zip([before, after]) {
                text.clear();
                column.push(page, text);
            }
            let [was, is] = &texts;
            if was != is || self.is_released(column.column, cell, before, after) {
                let text = if is.is_empty() {
                    self.unfilled(&column, &old).to_owned()
                } else {
                    is.clone()
                };
                if text != *cell {
                    change.cells.push(CellEdit {
                        column: place,
                        text,
                    });
                }
            } else if tidy && let Some(found) = tidied(column.column, cell, is) {
                change.cells.push(CellEdit {
                    column: place,
                    text: found.after.clone(),
                });
                change.tidied.push(found);
            }
        }
        if !change.cells.is_empty() || before != after {
            change.unwritten = self.unwritten(after, raw, &change.cells);
        }
        change
    }

    /// The column as this file writes it: with the time of the day where the cell has it although the
    /// layout asks for a day.
    fn as_written(&self, column: ColumnText, cell: &str) -> ColumnText {
        let time =
            |text: &str| date_time(text, self.header.serials).is_some_and(|(_, t)| t.is_some());
        if column.is_day_of_time()
            && column.column.form == Form::Plain
            && time(undisguised(trimmed(cell)))
        {
            column.with_time()
        } else {
            column
        }
    }

    /// Whether a cell holds what could not be read and shall not hold it any longer.
    fn is_released(
        &self,
        column: &Column,
        cell: &str,
        before: &FrontPage,
        after: &FrontPage,
    ) -> bool {
        let (field, index) = (column.field, usize::from(column.index));
        before.unreadable.contains(&field)
            && !after.unreadable.contains(&field)
            && before.get(field, index).is_none()
            && !is_unfilled(undisguised(trimmed(cell)))
    }

    /// What this row writes for "not filled in": nothing, or the dash that it has elsewhere. In fields
    /// of the record itself a dash has a meaning of its own.
    fn unfilled(&self, column: &ColumnText, old: &[String]) -> &'static str {
        if column.group == Group::Record {
            return "";
        }
        let repeated = |column: &Option<ColumnText>| {
            column.is_some_and(|column| column.group != Group::Record)
        };
        let mut others = self.columns.iter().zip(old);
        if others.any(|(column, cell)| repeated(column) && cell == "-") {
            "-"
        } else {
            ""
        }
    }

    /// Reads the changed row back and compares.
    fn unwritten(&mut self, after: &FrontPage, raw: &str, edits: &[CellEdit]) -> Vec<Unwritten> {
        let mut bytes = Vec::with_capacity(raw.len() + 64);
        push_row(
            raw.as_bytes(),
            Encoding::Utf8,
            self.header.delimiter,
            edits,
            &mut bytes,
        );
        bytes.push(b'\n');
        let block = Block {
            index: 0,
            first_line: 1,
            bytes,
            encoding: Encoding::Utf8,
            line_unit: LineUnit::Record,
        };
        let mut read = FrontPage::default();
        self.parser.parse(&block, |row| {
            if let Row::Record { page, .. } = row {
                read.clone_from(page);
            }
        });
        let mut differing = Vec::new();
        for info in FIELDS {
            let flagged = |page: &FrontPage| {
                (
                    page.marked.contains(&info.field),
                    page.unreadable.contains(&info.field),
                )
            };
            let elements = after.count(info.group).max(read.count(info.group));
            let differs = (0..elements)
                .find(|&index| read.get(info.field, index) != after.get(info.field, index))
                .or_else(|| (flagged(&read) != flagged(after)).then_some(0));
            differing.extend(differs.map(|index| Unwritten {
                field: info.field,
                index,
            }));
        }
        differing
    }
}
